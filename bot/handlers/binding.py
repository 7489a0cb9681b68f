"""Binding words: 绑定 12345678 to the bot alone makes an account somebody's, 小微绑定 123456 makes a chat a group."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.bindings import Act, BindingChange, DoorNote, NoteKind, Room, Whose
from bot.domain.codes import DIGITS
from bot.domain.messages import Message, Outgoing, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.org import Group, Person
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import numbered, say_time

MOST_TRIES = 5
"""Wrong codes that an account may send within an hour before it gets no answer any more."""
TRIES_WITHIN = timedelta(hours=1)
MOST_SHOWN = 5
"""Groups whose binding words are told together at most."""

_SAID = re.compile(
    r"^\s*(?:@\S{1,30}\s+)?@?(?:小微)?[\s,:。]*(?:绑定|綁定|帮定|绑订)码?[\s,:是为]*"
    r"(?P<digits>\d[\d\s\-]{3,22})?[\s。.!~]*(?P<instead>换人)?$"
)
_MOVE = re.compile(r"^(?P<how>改绑群|认回群) (?P<group>\S+) (?P<platform>\S+) (?P<old>\S+) (?P<new>\S+)$")
_CODE = re.compile(r"\d[\d \-]{6,20}\d")
_LONGEST = 80
"""Longer texts are no binding words and are not looked at."""
_NOWHERE = "-"
LEAVE_IT = "不改绑"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A binding word. ``digits`` is empty without a code; ``instead``: the sender wants to be somebody else now."""

    digits: str
    instead: bool


def said(text: str) -> Said | None:
    """The binding word that a message is, None if it is anything else; 绑定银行卡 is no binding word."""
    found = _SAID.match(unicodedata.normalize("NFKC", text)) if len(text) <= _LONGEST else None
    if found is None:
        return None
    digits = re.sub(r"\D", "", found["digits"] or "")
    return Said(digits=digits, instead=found["instead"] is not None)


def tries(messages: Iterable[Message]) -> int:
    """How many codes were sent in these messages."""
    found = (said(message.text) for message in messages)
    return sum(one is not None and bool(one.digits) for one in found)


def codes_in(text: str) -> tuple[str, ...]:
    """All that may be a person's code in a few free words."""
    return tuple(re.sub(r"\D", "", found) for found in _CODE.findall(unicodedata.normalize("NFKC", text)))


# Who: to the bot alone


def by_stranger(message: Message, word: Said, before: int, *, now: datetime, office: Office) -> Outcome:
    """A binding word of an account that is nobody's yet. ``before``: codes that it has sent within the last hour.

    After too many there is no answer, and the operator is told once.
    """
    to = ToAccount(platform=message.platform, account=message.sender)
    if word.digits and before >= MOST_TRIES:
        return _guessing(message, office) if before == MOST_TRIES else NOTHING
    person = office.codes.meant(Whose.PERSON, word.digits)
    if person is not None:
        bound = bind_person(office.org.people[person], message.platform, message.sender, now=now)
        return bound + _answer(message, to, welcome(office.org.people[person], message.platform, office))
    if not word.digits:
        return _answer(message, to, office.say("binding.how"))
    key = "binding.group_code_here" if len(word.digits) == DIGITS[Whose.GROUP] else "binding.wrong"
    return _answer(message, to, office.say(key))


def bind_person(person: Person, platform: str, account: str, *, now: datetime) -> Outcome:
    """This account is that person from now on, instead of any other of theirs on the platform."""
    change = BindingChange(
        whose=Whose.PERSON, id=person.id, act=Act.BOUND, at=now, by=person.id, platform=platform, address=account
    )
    return Outcome(bindings=(change,))


def welcome(person: Person, platform: str, office: Office) -> str:
    """What somebody reads who has just been bound, with how to bind the groups of the own village that are not."""
    name = office.say("binding.who", name=person.name, post=person.post)
    return office.say("binding.welcome", who=name, groups=unbound_groups(person, platform, office))


def unbound_groups(person: Person, platform: str, office: Office) -> str:
    """How to bind each group of the person's village on a platform that has no conversation yet; mostly nothing."""
    missing = [group for group in office.org.groups_of(person.unit) if group.platform == platform]
    lines = [
        office.say("binding.group_missing", group=group.name, code=office.codes.code(Whose.GROUP, group.id))
        for group in missing
        if not group.conversation
    ]
    return "".join(f"\n{line}" for line in lines)


def _guessing(message: Message, office: Office) -> Outcome:
    note = DoorNote(
        kind=NoteKind.GUESSING,
        at=message.received_at,
        platform=message.platform,
        about=message.name,
        cause=office.say("binding.note_guessing", most=MOST_TRIES),
        once=f"guessing:{message.platform}/{message.id}",
    )
    return Outcome(notes=(note,))


# Where: in a group


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """What is known of the places that a group's code is about: the chat in which it was said, and the old one."""

    here: Group | None
    conversation: str
    room: Room
    old_room: Room | None = None
    old_heard_at: datetime | None = None


def group_meant(word: Said, office: Office) -> Group | None:
    """The group whose code was said."""
    ident = office.codes.meant(Whose.GROUP, word.digits)
    return None if ident is None else office.org.groups[ident]


def in_group(
    message: Message, word: Said, speaker: Person | None, places: Places, *, now: datetime, office: Office
) -> Outcome:
    """A code that was said in a chat: a known officer of that village or above binds it, for anybody else it is silent.

    What is not as expected is answered privately; the group sees one line, and only when it is bound.
    """
    exposed = office.codes.meant(Whose.PERSON, word.digits)
    if exposed is not None:
        return _exposed(message, office.org.people[exposed], speaker, now=now, office=office)
    group = group_meant(word, office)
    if speaker is None:
        return NOTHING if group is None else _stranger(message, group, office)
    to = ToPerson(person=speaker.id)
    if group is None:
        return _answer(message, to, office.say("binding.wrong_group"))
    if not may_bind(speaker, group, office):
        return _answer(message, to, office.say("binding.not_your_group", group=group.name))
    if group.platform != message.platform:
        platform = office.say(f"lines.platform_{group.platform}")
        return _answer(message, to, office.say("binding.other_platform", group=group.name, platform=platform))
    if places.here is not None and places.here.id == group.id:
        return _answer(message, to, office.say("binding.already_here", group=group.name))
    if places.here is None and not group.conversation:
        return bind_group(group, places.conversation, by=speaker.id, now=now, office=office, aloud=True)
    if places.here is not None and not may_bind(speaker, places.here, office):
        return _answer(message, to, office.say("binding.here_is_another", here=places.here.name))
    return _ask_to_move(message, group, speaker, places, now=now, office=office)


def may_bind(speaker: Person, group: Group, office: Office) -> bool:
    """Whether somebody serves the group's village or an office above it in the tree; departments do not count."""
    return speaker.unit in office.org.line_of(group.village)


def bind_group(group: Group, conversation: str, *, by: str, now: datetime, office: Office, aloud: bool) -> Outcome:
    """This conversation is that group from now on. ``aloud``: the group reads one line about it."""
    change = BindingChange(
        whose=Whose.GROUP, id=group.id, act=Act.BOUND, at=now, by=by, platform=group.platform, address=conversation
    )
    if not aloud:
        return Outcome(bindings=(change,))
    deaf = group.platform in office.mentions_only
    hears = office.say("binding.hears_mentions" if deaf else "binding.hears_all")
    line = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.NOTICE,
        text=office.say("binding.group_bound", group=group.name, hears=hears),
        dedupe_key=f"bound:{group.id}:{office.bindings.generation(Whose.GROUP, group.id)}",
    )
    return Outcome(bindings=(change,), sends=(line,))


def _exposed(message: Message, person: Person, speaker: Person | None, *, now: datetime, office: Office) -> Outcome:
    """A person's code stands where everybody reads it: it is replaced before anybody else uses it."""
    renewed = BindingChange(whose=Whose.PERSON, id=person.id, act=Act.RENEWED, at=now, by="bot")
    note = DoorNote(
        kind=NoteKind.EXPOSED,
        at=message.received_at,
        platform=message.platform,
        about=person.name,
        cause=office.say("binding.note_exposed"),
        once=f"exposed:{message.platform}/{message.id}",
    )
    outcome = Outcome(bindings=(renewed,), notes=(note,))
    if speaker is None:
        return outcome
    return outcome + _answer(message, ToPerson(person=speaker.id), office.say("binding.exposed", name=person.name))


def _stranger(message: Message, group: Group, office: Office) -> Outcome:
    note = DoorNote(
        kind=NoteKind.STRANGER,
        at=message.received_at,
        platform=message.platform,
        about=message.name,
        cause=office.say("binding.note_stranger", group=group.name),
        once=f"stranger:{message.platform}/{message.sender}:{group.id}:{local(message.received_at).date()}",
    )
    return Outcome(notes=(note,))


def _ask_to_move(
    message: Message, group: Group, speaker: Person, places: Places, *, now: datetime, office: Office
) -> Outcome:
    room = _called(places.room, office)
    if places.here is not None:
        question = office.say("binding.move_here", room=room, here=places.here.name, group=group.name)
    else:
        heard = places.old_heard_at
        last = "" if heard is None else office.say("binding.last_heard", at=say_time(heard, office, now=now))
        old = office.say("binding.no_name") if places.old_room is None else _called(places.old_room, office)
        question = office.say("binding.move", room=room, group=group.name, old=old, last=last)
    labels = (office.say("binding.choice_move", group=group.name), office.say("binding.choice_leave"))
    sentence = move_sentence(group, places.conversation, aloud=True)
    asked = Outgoing(
        to=ToPerson(person=speaker.id),
        kind=OutKind.QUESTION,
        text=office.say("binding.ask", question=question, choices=numbered(office, labels)),
        dedupe_key=f"reply:{message.platform}/{message.id}",
        choices=(sentence, LEAVE_IT),
        answers=True,
    )
    return Outcome(sends=(asked,))


def move_sentence(group: Group, conversation: str, *, aloud: bool) -> str:
    """What a tap on "yes" stands for; it holds where the group was, so that an old question moves nothing."""
    how, old = "改绑群" if aloud else "认回群", group.conversation or _NOWHERE
    return f"{how} {group.id} {group.platform} {old} {conversation}"


def moved(sentence: str, speaker: Person, *, now: datetime, office: Office) -> tuple[str, Outcome] | None:
    """What a tap on "yes" does, and the wording's key of the answer; None for any other sentence."""
    found = _MOVE.match(sentence)
    group = None if found is None else office.org.groups.get(found["group"])
    if found is None or group is None:
        return None
    if (group.conversation or _NOWHERE) != found["old"] or not may_bind(speaker, group, office):
        return "binding.move_late", NOTHING
    aloud = found["how"] == "改绑群"
    bound = bind_group(group, found["new"], by=speaker.id, now=now, office=office, aloud=aloud)
    return "binding.moved" if aloud else "binding.found_again", bound


def group_of_move(sentence: str, office: Office) -> str:
    """The name of the group that such a sentence is about; empty for any other."""
    found = _MOVE.match(sentence)
    group = None if found is None else office.org.groups.get(found["group"])
    return "" if group is None else group.name


def _called(room: Room, office: Office) -> str:
    return office.say("binding.room", name=room.name) if room.name else office.say("binding.no_name")


def _answer(message: Message, to: Recipient, text: str) -> Outcome:
    sent = Outgoing(
        to=to,
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"reply:{message.platform}/{message.id}",
        answers=True,
    )
    return Outcome(sends=(sent,))
