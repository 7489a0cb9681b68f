"""After a new login ids have changed: an unknown chat may be a group that has gone silent, an account a colleague's.

Nothing is guessed. A group is asked about once, privately, and moves on the answer; a person binds again by a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.bindings import Whose
from bot.domain.messages import Message, Outgoing, OutKind, ToPerson
from bot.domain.org import Group, Person, Role
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.workdays import local
from bot.handlers import binding
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import numbered
from bot.ports.bindings import Spoken

_SHORTEST_NAME = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Silent:
    """A bound group that may be the unknown chat: how it was called, when it was last heard, and who spoke in it."""

    group: Group
    name: str
    heard_at: datetime | None
    spoken: Spoken


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """An unknown chat and what may have become of it.

    ``alive``: ids of people whose account on the platform was heard since the chat was first heard.
    """

    conversation: str
    name: str
    spoken: Spoken
    groups: Sequence[Silent]
    alive: frozenset[str] = frozenset()


def alike(name: str, group: Group, known_as: str) -> bool:
    """Whether a chat is called like a group: as its platform last told, otherwise as it is configured."""
    wanted = _plain(name)
    return bool(wanted) and wanted == _plain(known_as or group.name)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def proposal(facts: Facts, platform: str, *, now: datetime, office: Office) -> Outcome:
    """One private question, once for ever per chat, whether this is the group that fell silent when this one began.

    Asked only if it is called the same, the group was not heard since, and somebody spoke in both.
    """
    since = facts.spoken.first_at
    if since is None or any(sign.isspace() for sign in facts.conversation):
        return NOTHING
    fitting = [
        one
        for one in facts.groups
        if alike(facts.name, one.group, one.name)
        and (one.heard_at is None or one.heard_at < since)
        and (facts.spoken.accounts & one.spoken.accounts or facts.spoken.names & one.spoken.names)
    ]
    if len(fitting) != 1:  # several of that name: only a binding word can tell
        return NOTHING
    group = fitting[0].group
    asked = _whom(group, platform, facts.alive, now=now, office=office)
    if asked is None:
        return NOTHING
    labels = (office.say("binding.choice_same", group=group.name), office.say("binding.choice_not_same"))
    question = Outgoing(
        to=ToPerson(person=asked.id),
        kind=OutKind.QUESTION,
        text=office.say(
            "binding.relogin",
            platform=office.say(f"lines.platform_{platform}"),
            room=facts.name,
            group=group.name,
            village=office.org.units[group.village].name,
            choices=numbered(office, labels),
        ),
        dedupe_key=f"relogin:{platform}/{facts.conversation}",
        not_before=office.hold(now),
        choices=(binding.move_sentence(group, facts.conversation, aloud=False), binding.LEAVE_IT),
    )
    return Outcome(sends=(question,))


def _whom(group: Group, platform: str, alive: frozenset[str], *, now: datetime, office: Office) -> Person | None:
    """The village's officer if a message still reaches him, otherwise an operator, otherwise the officer anyway."""
    line = [
        person
        for person in office.line_of_duty(group.village, local(now).date())
        if binding.may_bind(person, group, office)
    ]
    reached = (person for person in line if person.id in alive or _elsewhere(person, platform, office))
    in_charge = (person for person in operators(office) if person.accounts)
    return next(reached, None) or next(in_charge, None) or next(iter(line), None)


def _elsewhere(person: Person, platform: str, office: Office) -> bool:
    """Whether somebody is reached without the platform whose ids have changed: the first account is the one used."""
    running = office.running
    used = [one.platform for one in person.accounts if running is None or one.platform in running]
    return bool(used) and used[0] != platform


def operators(office: Office) -> tuple[Person, ...]:
    """Who looks after the machine."""
    return tuple(person for person in office.org.people.values() if Role.OPERATOR in person.roles)


def looks_like_a_colleague(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Somebody unknown who is called like a bound person of the village, after ids have changed: a colleague is told.

    Once per account; nobody is taken for anybody by name.
    """
    first, group = situation.burst.first, situation.group
    if group is None or situation.speaker is not None:
        return NOTHING
    moved_at = office.bindings.moved_at(first.platform)
    if moved_at is None:
        return NOTHING
    for person in _people_around(group, office):
        bound = office.bindings.people.get((person.id, first.platform))
        if bound is None or bound.at >= moved_at or not _is_called(first, person):
            continue
        told = _colleague(person, first.platform, moved_at, office)
        if told is None:
            return NOTHING
        hint = Outgoing(
            to=ToPerson(person=told.id),
            kind=OutKind.NOTICE,
            text=office.say(
                "binding.looks_like", name=person.name, group=group.name, platform=_platform(first.platform, office)
            ),
            dedupe_key=f"looks-like:{first.platform}/{first.sender}",
            not_before=office.hold(now),
        )
        return Outcome(sends=(hint,))
    return NOTHING


def _people_around(group: Group, office: Office) -> tuple[Person, ...]:
    township = office.org.township_of(group.village).id
    return office.org.people_of(group.village) + office.org.people_of(township)


def _is_called(message: Message, person: Person) -> bool:
    return len(person.name) >= _SHORTEST_NAME and person.name in message.name


def _colleague(person: Person, platform: str, moved_at: datetime, office: Office) -> Person | None:
    """Whose account is surely theirs: bound since ids changed, or on another platform; the secretary first."""
    others = [one for one in office.org.people_of(person.unit) if one.id != person.id]
    others.sort(key=lambda one: Role.SECRETARY not in one.roles)
    for one in (*others, *operators(office)):
        bound = office.bindings.people.get((one.id, platform))
        if _elsewhere(one, platform, office) or (bound is not None and bound.at >= moved_at):
            return one
    return None


def _platform(platform: str, office: Office) -> str:
    return office.say(f"lines.platform_{platform}")


def to_bind_again(office: Office) -> tuple[Person, ...]:
    """Bound people of platforms whose ids have changed since: their accounts may be nobody's any more."""
    found: dict[str, Person] = {}
    for (ident, platform), bound in office.bindings.people.items():
        moved_at = office.bindings.moved_at(platform)
        if moved_at is not None and bound.at < moved_at and ident in office.org.people:
            found[ident] = office.org.people[ident]
    return tuple(found.values())


def unbound(office: Office, platforms: frozenset[str]) -> tuple[Group, ...]:
    """Groups of these platforms that no conversation stands behind."""
    return tuple(one for one in office.org.groups.values() if one.platform in platforms and not one.conversation)


def code_of(group: Group, office: Office) -> str:
    """The binding word of a group as it is to be written there."""
    return office.say("binding.word", code=office.codes.code(Whose.GROUP, group.id))
