"""登记: an officer writes down what somebody told him by telephone, at the door or in a letter (R76).

One intake for all channels with the same deadlines; nobody's name is asked for or kept (R33).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alarming import first_ring, say_numbers, say_people
from bot.domain import lifecycle
from bot.domain.byhand import ByHand, hand_account
from bot.domain.categories import APPEALS, Category
from bot.domain.messages import Kind, Message, ToAccount
from bot.domain.org import Unit
from bot.domain.outcome import Outcome
from bot.domain.tickets import Channel, Relation, Thread, Ticket
from bot.domain.verdicts import Context, Verdict
from bot.domain.workdays import local
from bot.handlers import clues, emergency
from bot.handlers.grammar import PUNCTUATION, number_in
from bot.handlers.joining import Burst
from bot.handlers.officer.desk import MOST_CHOICES, Desk
from bot.handlers.officer.said_time import said_at
from bot.handlers.opening import LONG, link, open_ticket
from bot.handlers.reading.sameness import SAME_MATTER
from bot.handlers.situation import Situation
from bot.phrasing import brief, category_name, due_in_brief, matter, owner_title, say_time

SURE = 0.7
"""Confidence from which the category needs nobody's tap."""
SHORTEST = 4
"""Characters below which words name no matter."""

_REGISTERS = re.compile(
    r"^\s*(?:帮忙|帮|请|代)?(?:登记|登计|等记|补登)(?:一下|一件|个)?(?=[\s,\uff0c:\uff1a]|$|电话|来访|信箱|热线|代)"
)
_BETWEEN = r"[\s,\uff0c:\uff1a、]+"
_TOKEN = re.compile(rf"^(?P<token>[^\s,\uff0c:\uff1a、]+)(?:{_BETWEEN}|$)(?P<rest>.*)$", re.DOTALL)
_CHANNELS = {
    Channel.PHONE: re.compile(r"^(?:打?电话|来电话?|热线|12345|座机|手机)(?:说|反映|来的)?$"),
    Channel.VISIT: re.compile(r"^(?:来访|上门|当面|面谈|到村|来村里?|来人|窗口|碰到|口头)(?:说|反映|来的)?$"),
    Channel.LETTERBOX: re.compile(r"^(?:信箱|意见箱|举报箱|来信|信件|写信|纸条|书信)(?:说|反映|来的)?$"),
}
_WITHIN = {
    Channel.PHONE: re.compile(r"打(?:了|来)?(?:个)?电话|来电|热线|电话(?:里)?说"),
    Channel.VISIT: re.compile(r"来村(?:里|委|部)|上门|当面|来访|到村(?:里|委|部)"),
    Channel.LETTERBOX: re.compile(r"意见箱|信箱|来信|写信"),
}
"""What in the first words tells the channel where no word of its own does."""
_FIRST_WORDS = 14
_FOR_SOMEBODY = re.compile(r"^(?:代|替|帮)[^\s,\uff0c:\uff1a、]{1,6}$")
_SAME = re.compile(r"^并(?P<number>\d{1,4})号?$")
_APART = "另开"
_DROP = "不记"


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What stood before the matter, and the matter."""

    text: str
    channel: Channel | None = None
    village: Unit | None = None
    category: Category | None = None
    said_at: datetime | None = None
    future: str = ""
    same: int | None = None
    apart: bool = False
    drop: bool = False

    @property
    def short(self) -> bool:
        """Whether no matter was named."""
        return len(self.text.strip(PUNCTUATION)) < SHORTEST


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from 登记 …; None if the sentence is about something else."""
    begins = _REGISTERS.match(text)
    if begins is None:
        return None
    note = _read(desk, text[begins.end() :].strip(PUNCTUATION))
    if note.drop:
        return desk.tell("together.nothing_noted")
    if note.short:
        return desk.tell("together.register_how")
    if note.future:
        return desk.tell("together.not_past", word=note.future)
    verdict = desk.judge.classify(note.text, Context(to_bot=True))
    villages = [note.village] if note.village is not None else _villages(desk)
    if verdict.label is Category.CLUE:
        home = villages[0] if len(villages) == 1 else desk.office.org.county
        return _set_aside(desk, note, home.id)
    if len(villages) != 1:
        return _ask(desk, "together.register_village", [(unit.name, replace(note, village=unit)) for unit in villages])
    note = replace(note, village=villages[0])
    if verdict.urgent:
        return _urgent(desk, note, verdict)
    if note.channel is None:
        return _ask(
            desk,
            "together.register_channel",
            [
                (desk.office.say("together.choice_phone"), replace(note, channel=Channel.PHONE)),
                (desk.office.say("together.choice_visit"), replace(note, channel=Channel.VISIT)),
                (desk.office.say("together.choice_letterbox"), replace(note, channel=Channel.LETTERBOX)),
            ],
        )
    return _placed(desk, note, verdict)


def _placed(desk: Desk, note: Note, verdict: Verdict) -> Outcome:
    """Channel and village are known: more about a known matter, a doubt about the category, or a new ticket."""
    known = None if note.apart else _known(desk, note, verdict)
    if known is not None and note.same == known.ticket.number:
        return _joined(desk, note, known)
    if known is not None:
        options = [
            (desk.office.say("together.choice_same"), replace(note, same=known.ticket.number)),
            (desk.office.say("together.choice_apart"), replace(note, apart=True)),
        ]
        words = {"number": desk.name_of(known.ticket), "matter": matter(known.ticket, desk.office)}
        return _ask(desk, "together.register_same", options, **words)
    sure = verdict.label in APPEALS and verdict.confidence >= SURE
    if note.category is None and not sure:
        options = [
            (desk.office.say(f"category.{category}"), replace(note, category=category, apart=True))
            for category in (*sorted(APPEALS, key=lambda one: one is not verdict.label),)
        ]
        options.append((desk.office.say("together.choice_nothing"), replace(note, drop=True)))
        shown = brief(note.text, desk.office, length=LONG)
        return _ask(desk, "together.register_category", options, text=shown)
    return _opened(desk, note, verdict)


def _opened(desk: Desk, note: Note, verdict: Verdict) -> Outcome:
    about, piece = _situation(desk, note)
    text = verdict.public_text or note.text
    category = note.category or verdict.label
    ticket, outcome = open_ticket(
        about, (piece,), replace(verdict, urgent=False), category=category, text=text, now=desk.now, office=desk.office
    )
    if verdict.suspects_clue:
        outcome += _without_guide(clues.decide(about, now=desk.now, office=desk.office, sure=False), piece)
    return outcome + Outcome(heard=(piece,)) + _answer(desk, ticket)


def _answer(desk: Desk, ticket: Ticket) -> Outcome:
    """The one answer to the officer: number, who does it, until when, and how to go on."""
    office = desk.office
    key = "together.registered_late" if ticket.due_at <= desk.now else "together.registered"
    return desk.tell_about(
        ticket,
        key,
        number=desk.name_of(ticket),
        category=category_name(ticket, office),
        matter=matter(ticket, office),
        said=say_time(ticket.said_at, office, now=desk.now),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=desk.now),
        explain=due_in_brief(ticket, office),
    )


def _urgent(desk: Desk, note: Note, verdict: Verdict) -> Outcome:
    """Danger waits for no channel and no category: people at once (R8)."""
    note = replace(note, channel=note.channel or Channel.PHONE)
    about, piece = _situation(desk, note)
    outcome = _without_guide(
        emergency.decide(about, (piece,), verdict, desk.judge, now=desk.now, office=desk.office), piece
    )
    ticket = outcome.changes[0].ticket
    people = say_people(first_ring(ticket, desk.now, desk.office).people, desk.office)
    numbers = say_numbers(ticket.text, desk.office, careful=ticket.careful)
    answer = desk.tell_about(
        ticket, "together.registered_urgent", number=desk.name_of(ticket), people=people, numbers=numbers
    )
    return outcome + Outcome(heard=(piece,)) + answer


def _joined(desk: Desk, note: Note, known: Thread) -> Outcome:
    """One more household of a known matter, which the officer will tell of the result."""
    _, piece = _situation(desk, note)
    change = lifecycle.supported(known.ticket, at=desk.now, message=piece.id)
    told = desk.tell_about(
        known.ticket,
        "together.registered_same",
        number=desk.name_of(known.ticket),
        matter=matter(known.ticket, desk.office),
    )
    links = (link(known.ticket, piece, Relation.PRIVATE_SUPPORT),)
    return Outcome(changes=(change,), links=links, heard=(piece,)) + told


def _known(desk: Desk, note: Note, verdict: Verdict) -> Thread | None:
    """A live matter of the village that this may be one more household of: the same words, or thing and place."""
    village = "" if note.village is None else note.village.id

    def alike(thread: Thread) -> float:
        ticket = thread.ticket
        same = bool(verdict.topic and verdict.place) and (ticket.topic, ticket.place) == (verdict.topic, verdict.place)
        return 1.0 if same else desk.judge.similarity(note.text, ticket.text)

    fitting = [
        thread
        for thread in desk.situation.threads
        if thread.ticket.village == village
        and thread.ticket.state.is_live
        and thread.ticket.channel is not Channel.PRIVATE
        and (alike(thread) >= SAME_MATTER or thread.ticket.number == note.same)
    ]
    return max(fitting, key=lambda thread: (thread.ticket.number == note.same, alike(thread)), default=None)


def _set_aside(desk: Desk, note: Note, village: str) -> Outcome:
    """What accuses somebody goes where all such words go; the officer hears that it is not the village's (R50)."""
    first = replace(desk.situation.burst.first, text=note.text)
    about = replace(desk.situation, burst=Burst(pieces=(first,)), speaker=None, village=village, recent=())
    aside = clues.decide(about, now=desk.now, office=desk.office)
    return _without_guide(aside, first) + desk.tell("together.not_for_the_village")


def _without_guide(outcome: Outcome, piece: Message) -> Outcome:
    """The outcome without what would be written to the account that the words stand under."""
    to = ToAccount(platform=piece.platform, account=piece.sender)
    return replace(outcome, sends=tuple(sent for sent in outcome.sends if sent.to != to))


def _situation(desk: Desk, note: Note) -> tuple[Situation, Message]:
    """As if the person had written it privately; the piece is kept under a name of its own."""
    first = desk.situation.burst.first
    channel = note.channel or Channel.PHONE
    at = note.said_at or desk.now
    piece = replace(
        first,
        id=f"hand:{first.id}",
        conversation=f"hand:{note.village.id if note.village else ''}",
        sender=hand_account(desk.speaker.id, first.id),
        name="",
        kind=Kind.TEXT,
        text=note.text,
        at=min(at, first.at),
        quote=None,
        mentions=(),
    )
    about = replace(
        desk.situation,
        burst=Burst(pieces=(piece,)),
        speaker=None,
        group=None,
        village=None if note.village is None else note.village.id,
        recent=(),
        asked=(),
        quoted_sent=None,
        quoted_thread=None,
        by_hand=ByHand(channel=channel, officer=desk.speaker.id, said_at=piece.at),
    )
    return about, piece


def _villages(desk: Desk) -> list[Unit]:
    """The villages that the officer may register for."""
    org = desk.office.org
    return [unit for unit in org.villages if org.covers(desk.speaker, unit.id)]


def _ask(desk: Desk, key: str, options: list[tuple[str, Note]], **words: object) -> Outcome:
    said = [(shown, _sentence(desk, meant)) for shown, meant in options[:MOST_CHOICES]]
    return desk.ask(key, said, **words)


def _sentence(desk: Desk, note: Note) -> str:
    """The note as a sentence that ``decide`` understands."""
    office = desk.office
    words = [
        "" if note.village is None else note.village.name,
        "" if note.channel is None else office.say(f"channel.{note.channel}"),
        _absolute(note.said_at or desk.now),
        "" if note.category is None else office.say(f"category.{note.category}"),
        "" if note.same is None else f"并{note.same}号",
        _APART if note.apart else "",
        _DROP if note.drop else "",
    ]
    head = " ".join(word for word in words if word)
    return office.say("together.sentence_register", head=head, text=note.text)


def _absolute(at: datetime) -> str:
    """A time that means the same tomorrow, when the question may be answered."""
    here = local(at)
    return f"{here.month}月{here.day}日{here.hour}点{here.minute}分"


def _read(desk: Desk, words: str) -> Note:
    """What stands before the matter, in any order: village, channel, time, category, for whom."""
    note = Note(text=words)
    villages = {unit.name: unit for unit in _villages(desk)}
    categories = {desk.office.say(f"category.{category}"): category for category in APPEALS}
    while (found := _TOKEN.match(note.text)) is not None:
        token, rest = found["token"], found["rest"].strip()
        changed = _token(desk, note, token, villages, categories)
        if changed is None or (not rest and changed.channel is note.channel):
            break
        note = replace(changed, text=rest)
    if note.channel is None:
        said = next((one for one, pattern in _WITHIN.items() if pattern.search(note.text[:_FIRST_WORDS])), None)
        note = replace(note, channel=said)
    return note


def _token(
    desk: Desk, note: Note, token: str, villages: dict[str, Unit], categories: dict[str, Category]
) -> Note | None:
    """The note with one more word of its head, None if the word begins the matter."""
    channel = next((one for one, pattern in _CHANNELS.items() if pattern.match(token)), None)
    if channel is not None and note.channel is None:
        return replace(note, channel=channel)
    if token in villages:
        return replace(note, village=villages[token])
    if token in categories and note.category is None:
        return replace(note, category=categories[token])
    if _FOR_SOMEBODY.match(token):
        return note
    same = _SAME.match(token)
    if same is not None:
        return replace(note, same=number_in(token))
    if token in (_APART, _DROP):
        return replace(note, apart=note.apart or token == _APART, drop=token == _DROP)
    when = said_at(token, now=desk.now)
    if when is not None and note.said_at is None:
        return replace(note, said_at=when)
    if token.startswith(("明天", "后天", "大后天", "下周", "下星期")) and len(token) <= SHORTEST:
        return replace(note, future=token)
    return None
