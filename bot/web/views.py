"""What the hall's templates show, as values: pure functions from stored lines, sends and tickets."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.burden import Pace
from bot.domain.clocks import pause_ends
from bot.domain.lateness import above_township, waits_for_word
from bot.domain.messages import Kind, OutKind
from bot.domain.org import PRACTICE
from bot.domain.tickets import Colour, Thread, Ticket
from bot.handlers.officer.perhaps import LETTERS, LISTED
from bot.office import Office
from bot.phrasing import (
    as_sent,
    category_name,
    explain_due,
    matter,
    owner_title,
    say_time,
    state_name,
)
from bot.ports import Line, SendState, Sent
from bot.web.choices import Talk
from bot.web.pieces import Piece
from bot.web.words import TAGS, left_until, time_label

FOLD_CHARACTERS = 1000
FOLD_LINES = 40
HUES = 8

_FOLDED_CHARACTERS = 400
_FOLDED_LINES = 16
_QUOTED = 60
_SHUT = "（保密，只给本人看，点开再看）"
_NEW_TIME_AFTER = timedelta(minutes=5)
_SYSTEM = {Kind.JOIN: "加入了群聊", Kind.LEAVE: "离开了群聊", Kind.RENAME: "修改了群名"}
_MEDIA = {
    Kind.IMAGE: "[图片]",
    Kind.VOICE: "[语音]",
    Kind.FILE: "[文件]",
    Kind.CARD: "[名片]",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One line of a conversation. ``side`` is mine, theirs, bot or system; ``time`` stands above it, if anything.

    ``length`` is the number of characters of the whole text, and 0 unless ``text`` is only its beginning. ``media``
    stands for a picture of which nothing is known but that it was sent; ``shut`` says that a click opens the line.
    """

    id: str
    side: str
    name: str
    post: str
    face: str
    hue: int
    media: str
    text: str
    length: int
    pieces: tuple[Piece, ...]
    shut: bool
    tag: str
    urgent: bool
    time: str
    quoted: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One numbered answer that the bot's last question offers."""

    number: str
    means: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question of the bot that is still open. ``asked`` is the account whose answer is meant."""

    asked: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketCard:
    """An open or lately ended ticket, in words."""

    id: str
    number: int
    category: str
    state: str
    live: bool
    late: bool
    urgent: bool
    what: str
    owner: str
    due: str
    left: str
    why: str
    also: int
    level: str
    """Where it is now: 村里, 镇里, 县里."""
    colour: str
    """How late it is as offices say it, ``blue``, ``yellow``, ``red`` or nothing."""
    hop: str
    """Until when the level that holds it owes a first word; empty if it never moved or has spoken (R2)."""
    hop_late: bool
    waits: str
    """Until when it waits for the villager's material at the latest; its time stands still meanwhile."""
    marks: tuple[str, ...]
    """What else one should know of it at a glance: 督办, 延过期, 退回过, to whom it is offered, into what it went."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Messages that the bot keeps back for later, and when it will say them: in words, and for the clock (ISO).

    ``together``: as one message.
    """

    count: int
    at: str
    machine: str
    together: bool


def bubbles(
    lines: Sequence[Line],
    talk: Talk,
    office: Office,
    now: datetime,
    pieces: Mapping[str, tuple[Piece, ...]] = MappingProxyType({}),
) -> tuple[Bubble, ...]:
    """Turn lines, oldest first, into bubbles as the speaker of the talk sees them; ``pieces`` by the id of the line."""
    lines = as_sent(lines, office)
    by_id = {line.id: line for line in lines}
    shown = []
    last: datetime | None = None
    for line in lines:
        time = "" if last is not None and line.at - last < _NEW_TIME_AFTER else time_label(line.at, now)
        last = line.at
        bubble = _bubble(line, by_id, talk, office, time)
        seen = () if bubble.shut else pieces.get(line.id, ())
        shown.append(replace(bubble, pieces=seen, media="") if seen else bubble)
    return tuple(shown)


def question(sent: Sequence[Sent], lines: Sequence[Line], talk: Talk) -> Question | None:
    """Return the bot's last question with numbered answers, unless whoever was asked has said something since."""
    asking = next((one for one in reversed(sent) if one.outgoing.choices and one.state is SendState.SENT), None)
    if asking is None or (asking.outgoing.confidential and talk.speaker.person is not None):
        return None
    asked = talk.speaker.account
    if talk.group is not None and asking.outgoing.asked_of is not None:
        asked = asking.outgoing.asked_of
    asked_at = asking.sent_at or asking.created_at
    if any(line.sender == asked and not line.from_bot and line.at >= asked_at for line in lines):
        return None
    answers = _answers(asking.outgoing.text, asking.outgoing.choices)
    if asking.outgoing.ticket is not None and sent[-1].outgoing.ticket != asking.outgoing.ticket:
        # Something else has been said since: without its number the button would seem to be about that.
        about = asking.outgoing.ticket.rsplit("-", 1)[-1]
        answers = tuple(
            one if f"{about}号" in one.means else replace(one, means=f"{about}号 {one.means}") for one in answers
        )
    return Question(asked=asked, answers=answers)


def _answers(text: str, choices: Sequence[str]) -> tuple[Answer, ...]:
    """Name the answers as the question itself names them (``1 解决了``); else by what they stand for."""
    named = {}
    if choices[0].startswith(LISTED):  # the lines of a list, called by letters
        lines = ((letter, re.search(rf"^{letter} (.+)$", text, re.MULTILINE)) for letter in LETTERS[: len(choices)])
        return tuple(Answer(number=letter, means=line[1]) for letter, line in lines if line is not None)
    for number, choice in enumerate(choices, start=1):
        spoken = re.search(rf"^{number} (.+)$", text, re.MULTILINE) or re.search(rf"(?<!\d){number} (\S+)", text)
        named[str(number)] = spoken[1] if spoken else choice
    return tuple(Answer(number=number, means=means) for number, means in named.items())


def is_alarmed(sent: Sequence[Sent], lines: Sequence[Line], talk: Talk) -> bool:
    """Whether the newest message is an emergency that the speaker has not answered with a word."""
    if not sent or sent[-1].outgoing.kind is not OutKind.EMERGENCY:
        return False
    alarmed_at = sent[-1].sent_at or sent[-1].created_at
    return not any(line.sender == talk.speaker.account and line.at >= alarmed_at for line in lines)


def prompted_tickets(sent: Sequence[Sent]) -> tuple[str, ...]:
    """Return the ids of tickets that somebody was asked about, the newest first."""
    asking = (
        OutKind.PROMPT,
        OutKind.REMINDER,
        OutKind.OVERDUE,
        OutKind.TRANSFER,
        OutKind.EMERGENCY,
    )
    tickets = (one.outgoing.ticket for one in reversed(sent) if one.outgoing.kind in asking)
    return tuple(dict.fromkeys(ticket for ticket in tickets if ticket))


def ticket_cards(threads: Sequence[Thread], office: Office, now: datetime) -> tuple[TicketCard, ...]:
    """Return live tickets, the most pressing first, then ended ones, the newest first."""
    live = sorted(
        (thread for thread in threads if thread.ticket.state.is_live),
        key=lambda one: one.ticket.due_at,
    )
    ended = sorted(
        (thread for thread in threads if not thread.ticket.state.is_live),
        key=lambda one: one.last_at,
        reverse=True,
    )
    return tuple(_card(thread, office, now) for thread in (*live, *ended))


def _card(thread: Thread, office: Office, now: datetime) -> TicketCard:
    ticket = thread.ticket
    owes_word = waits_for_word(ticket)
    ends = pause_ends(ticket, office.rules, office.calendar) if ticket.state.is_live else None
    return TicketCard(
        id=ticket.id,
        number=ticket.number,
        category=category_name(ticket, office),
        state=state_name(ticket, office),
        live=ticket.state.is_live,
        late=ticket.state.is_live and ticket.paused_at is None and now > ticket.due_at,
        urgent=ticket.urgent,
        what=_what(ticket, office),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=now),
        left=left_until(ticket.due_at, now),
        why=explain_due(ticket, office),
        also=len(thread.others),
        level=_level(ticket, office),
        colour="" if ticket.colour is Colour.NONE else ticket.colour,
        hop=say_time(ticket.hop_due_at, office, now=now) if owes_word and ticket.hop_due_at else "",
        hop_late=owes_word and ticket.hop_due_at is not None and now > ticket.hop_due_at,
        waits=say_time(ends, office, now=now) if ends is not None else "",
        marks=tuple(_marks(ticket, office)),
    )


def _what(ticket: Ticket, office: Office) -> str:
    """The matter, except where only those who deal with it may read it."""
    if ticket.careful or not ticket.private:
        return matter(ticket, office)
    if ticket.registered_by is not None:
        return f"{office.say(f'channel.{ticket.channel}')}登记，内容只给经办人看"
    return "私下反映，内容只给经办人看"


def _level(ticket: Ticket, office: Office) -> str:
    if ticket.unit == ticket.village:
        return "村里"
    return "县里" if above_township(ticket, office.org) else "镇里"


def _marks(ticket: Ticket, office: Office) -> Iterator[str]:
    if ticket.supervised_at is not None:
        yield "督办中" if ticket.state.is_live else "督办过"
    if ticket.extension_days:
        yield f"延过{ticket.extension_days}个工作日"
    if ticket.paused_days:
        yield f"等材料{ticket.paused_days}个工作日"
    if ticket.returns:
        yield f"退回{ticket.returns}次"
    if ticket.reopenings:
        yield f"没解决{ticket.reopenings}次"
    taker = office.org.people.get(ticket.offered_to or "")
    if taker is not None and ticket.state.is_live:
        yield f"等{taker.name}说“接”"
    if ticket.merged_into is not None:
        yield f"并入{ticket.merged_into.rsplit('-', 1)[-1]}号"


def held(waiting: Sequence[Sent], office: Office, now: datetime) -> tuple[Held, ...]:
    """What waits for its hour, by the hour (to the minute); what goes out at once is left out."""
    hours: dict[str, list[Sent]] = {}
    for one in sorted(waiting, key=lambda one: _goes_at(one, now)):
        if _goes_at(one, now) > now:
            hours.setdefault(say_time(_goes_at(one, now), office, now=now), []).append(one)
    return tuple(
        Held(
            count=len(some),
            at=at,
            machine=_goes_at(some[-1], now).isoformat(),
            together=len(some) > 1 and all(one.pace is Pace.TOGETHER for one in some),
        )
        for at, some in hours.items()
    )


def _goes_at(one: Sent, now: datetime) -> datetime:
    return max(at for at in (one.outgoing.not_before, one.next_attempt_at, now) if at is not None)


def _bubble(line: Line, by_id: Mapping[str, Line], talk: Talk, office: Office, time: str) -> Bubble:
    cadre = None if line.from_bot else office.org.person_at(PRACTICE, line.sender)
    name = "小微" if line.from_bot else (cadre.name if cadre else line.name or "村民")
    shut = _is_shut(line, talk)
    if line.kind in _SYSTEM:
        text, length = f"{name} {_SYSTEM[line.kind]}", 0
    elif shut:
        text, length = _SHUT, len(line.text)
    else:
        text, length = fold(line.text)
    quoted = by_id.get(line.quote or "")
    return Bubble(
        id=line.id,
        side=_side(line, talk),
        name=name,
        post=cadre.post if cadre else "",
        face="微" if line.from_bot else _face(name),
        hue=zlib.crc32(line.sender.encode()) % HUES,
        media=_MEDIA.get(line.kind, ""),
        text=text,
        length=length,
        pieces=(),
        shut=shut,
        tag=TAGS.get(OutKind(line.out_kind), "") if line.out_kind else "",
        urgent=line.out_kind in (OutKind.EMERGENCY, OutKind.OVERDUE),
        time=time,
        quoted=_quoted(quoted, office) if quoted and not _is_shut(quoted, talk) else "",
    )


def _is_shut(line: Line, talk: Talk) -> bool:
    """Whether an officer's line is opened only by a click: all panes lie on one page, and this one is nobody else's."""
    return line.confidential and talk.speaker.person is not None and talk.group is None


def _face(name: str) -> str:
    """Return the character that stands for a nickname: the last letter before any bracket, as in 阿彬（在外）."""
    letters = [character for character in re.split(r"[(（]", name)[0] if character.isalnum()]
    return letters[-1] if letters else "民"


def _side(line: Line, talk: Talk) -> str:
    if line.kind in _SYSTEM:
        return "system"
    if line.from_bot:
        return "bot"
    return "mine" if line.sender == talk.speaker.account else "theirs"


def _quoted(line: Line, office: Office) -> str:
    cadre = office.org.person_at(PRACTICE, line.sender)
    name = "小微" if line.from_bot else (cadre.name if cadre else line.name)
    words = " ".join(f"{_MEDIA.get(line.kind, '')} {line.text}".split())
    return f"{name}：{words[:_QUOTED]}{'…' if len(words) > _QUOTED else ''}"


def fold(text: str) -> tuple[str, int]:
    """Return the text and 0, or the beginning of a long text and the number of characters of the whole."""
    if len(text) <= FOLD_CHARACTERS and text.count("\n") < FOLD_LINES:
        return text, 0
    beginning = "\n".join(text[:_FOLDED_CHARACTERS].split("\n")[:_FOLDED_LINES])
    return f"{beginning.rstrip()}…", len(text)
