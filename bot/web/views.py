"""What the hall's templates show, as values: pure functions from stored lines, sends and tickets."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Kind, OutKind
from bot.domain.tickets import Thread
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
from bot.web.desk import PRACTICE
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

    ``length`` is the number of characters of the whole text, and 0 unless ``text`` is only its beginning.
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


def bubbles(lines: Sequence[Line], talk: Talk, office: Office, now: datetime) -> tuple[Bubble, ...]:
    """Turn lines, oldest first, into bubbles as the speaker of the talk sees them."""
    lines = as_sent(lines, office)
    by_id = {line.id: line for line in lines}
    shown = []
    last: datetime | None = None
    for line in lines:
        time = "" if last is not None and line.at - last < _NEW_TIME_AFTER else time_label(line.at, now)
        last = line.at
        shown.append(_bubble(line, by_id, talk, office, time))
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
    return Question(asked=asked, answers=_answers(asking.outgoing.text, asking.outgoing.choices))


def _answers(text: str, choices: Sequence[str]) -> tuple[Answer, ...]:
    """Name the answers as the question itself names them (``1 解决了``); else by what they stand for."""
    named = {}
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
    return TicketCard(
        id=ticket.id,
        number=ticket.number,
        category=category_name(ticket, office),
        state=state_name(ticket, office),
        live=ticket.state.is_live,
        late=ticket.state.is_live and now > ticket.due_at,
        urgent=ticket.urgent,
        what="私下反映，内容只给经办人看" if ticket.private else matter(ticket, office),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=now),
        left=left_until(ticket.due_at, now),
        why=explain_due(ticket, office),
        also=len(thread.others),
    )


def _bubble(line: Line, by_id: Mapping[str, Line], talk: Talk, office: Office, time: str) -> Bubble:
    cadre = None if line.from_bot else office.org.person_at(PRACTICE, line.sender)
    name = "小微" if line.from_bot else (cadre.name if cadre else line.name or "村民")
    if line.kind in _SYSTEM:
        text, length = f"{name} {_SYSTEM[line.kind]}", 0
    elif _is_shut(line, talk):
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
