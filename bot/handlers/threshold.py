"""Who comes in: requests to be let in (friends, rooms), and the bot itself being taken out of a group."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.bindings import DoorNote, NoteKind, Room, Whose
from bot.domain.messages import BOT, Kind, Message, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.org import Group, Person
from bot.domain.outcome import Outcome
from bot.handlers import binding, rebinding
from bot.office import Office
from bot.ports.platform import Knock, KnockKind

_LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """Whether somebody is let in, and what else follows from the knock."""

    admitted: bool
    outcome: Outcome


def answered(knock: Knock, *, now: datetime, office: Office) -> Admission:
    """A friend is let in with a person's code (and is that person at once) or as a person already.

    Into a room the bot goes with somebody who serves a village or an office above one, and tells that person how to
    bind it. Anybody else is silently refused, and the operator finds it among the troubles.
    """
    person = office.org.person_at(knock.platform, knock.account)
    if knock.kind is KnockKind.ROOM:
        return _room(knock, person, office)
    if person is not None:
        return Admission(admitted=True, outcome=Outcome())
    ident = _person_meant(knock.words, office)
    if ident is None:
        return _refused(knock, NoteKind.FRIEND, "binding.note_friend", office)
    found = office.org.people[ident]
    hello = Outgoing(
        to=ToAccount(platform=knock.platform, account=knock.account),
        kind=OutKind.NOTICE,
        text=binding.welcome(found, knock.platform, office),
        dedupe_key=f"knock:{knock.platform}/{knock.id}",
        answers=True,
    )
    bound = binding.bind_person(found, knock.platform, knock.account, now=now)
    return Admission(admitted=True, outcome=bound + Outcome(sends=(hello,)))


def _person_meant(words: str, office: Office) -> str | None:
    """The person whose code stands anywhere in a request: 我是李青山 绑定 1234 5678."""
    for word in binding.codes_in(words):
        ident = office.codes.meant(Whose.PERSON, word)
        if ident is not None:
            return ident
    return None


def _room(knock: Knock, person: Person | None, office: Office) -> Admission:
    org = office.org
    if person is None or not any(person.unit in org.line_of(village.id) for village in org.villages):
        return _refused(knock, NoteKind.ROOM, "binding.note_room", office)
    groups = [
        group
        for group in rebinding.unbound(office, frozenset({knock.platform}))
        if binding.may_bind(person, group, office)
    ]
    alike = [group for group in groups if rebinding.alike(knock.words, group, group.name)]
    shown = alike or (groups if len(groups) <= binding.MOST_SHOWN else [])
    lines = "".join(
        "\n" + office.say("binding.room_line", group=group.name, word=rebinding.code_of(group, office))
        for group in shown
    )
    told = Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.NOTICE,
        text=office.say("binding.invited" if shown else "binding.invited_bound", room=_short(knock.words), lines=lines),
        dedupe_key=f"knock:{knock.platform}/{knock.id}",
        answers=True,
    )
    return Admission(admitted=True, outcome=Outcome(sends=(told,)))


def _refused(knock: Knock, kind: NoteKind, cause: str, office: Office) -> Admission:
    about = _short(f"{knock.name} {knock.words}".strip() if kind is NoteKind.ROOM else knock.name)
    note = DoorNote(
        kind=kind,
        at=knock.at,
        platform=knock.platform,
        about=about,
        cause=office.say(cause),
        once=f"knock:{knock.platform}/{knock.id}",
    )
    return Admission(admitted=False, outcome=Outcome(notes=(note,)))


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN]


def is_about_the_bot(message: Message) -> bool:
    """Whether a coming or going is the bot's own."""
    return message.kind in (Kind.JOIN, Kind.LEAVE) and (message.sender == BOT or BOT in message.mentions)


def left(message: Message, conversation: str, group: Group | None, *, office: Office) -> Outcome:
    """The bot was taken out of a chat: recorded, and for a group of ours the operators are told what to do."""
    room = Room(platform=message.platform, conversation=conversation, left_at=message.received_at)
    if group is None:
        return Outcome(left=(room,))
    village = office.org.units[group.village].name
    word = rebinding.code_of(group, office)
    note = DoorNote(
        kind=NoteKind.REMOVED,
        at=message.received_at,
        platform=message.platform,
        about=group.name,
        cause=office.say("binding.note_removed", word=word),
        once=f"removed:{message.platform}/{message.id}",
    )
    sends = tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.NOTICE,
            text=office.say("binding.removed", group=group.name, village=village, word=word),
            dedupe_key=f"removed:{message.platform}/{message.id}:{person.id}",
            not_before=office.hold(message.received_at),
        )
        for person in rebinding.operators(office)
    )
    return Outcome(left=(room,), notes=(note,), sends=sends)
