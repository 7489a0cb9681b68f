"""Who and where on a real platform: our own groups and people, bound to conversations and accounts by codes.

Ids of rooms and contacts may change at every login, and nobody can know them beforehand. So what the configuration
names is ours, and what a platform calls it is a binding, which is only ever added to: the latest one counts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from bot.domain.org import Account, Group, Organisation, Person


class Whose(StrEnum):
    """What a binding or a code is about."""

    GROUP = "group"
    PERSON = "person"


class Act(StrEnum):
    """What was done with a binding. Each of them makes the code that was valid until then worthless."""

    BOUND = "bound"
    VOIDED = "voided"
    """The operator took it away: a lost phone, a wrong group."""
    RENEWED = "renewed"
    """Only the code was replaced, because somebody else may have read it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BindingChange:
    """One entry of the record. ``id`` is ours, of a group or a person; ``address`` the conversation or account.

    ``by`` is the id of the person who did it, ``operator`` for the command line, ``bot`` for a code that got about.
    """

    whose: Whose
    id: str
    act: Act
    at: datetime
    by: str
    platform: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """All changes in order. ``version`` differs whenever they or the secrets do.

    ``secrets`` are what codes are derived from, the one in use first; they are shown nowhere.
    """

    version: str = ""
    changes: tuple[BindingChange, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def groups(self) -> Mapping[str, BindingChange]:
        """The binding that counts of every bound group, by our id of it."""
        found: dict[str, BindingChange] = {}
        holds: dict[tuple[str, str], str] = {}
        for change in self.changes:
            if change.whose is not Whose.GROUP or change.act is Act.RENEWED:
                continue
            before = found.pop(change.id, None)
            if before is not None:
                holds.pop(_place(before), None)
            if change.act is Act.BOUND:  # a conversation is one group: whoever had it before has it no more
                found.pop(holds.get(_place(change), ""), None)
                holds[_place(change)] = change.id
                found[change.id] = change
        return MappingProxyType(found)

    @cached_property
    def people(self) -> Mapping[tuple[str, str], BindingChange]:
        """The binding that counts of every bound person, by person and platform: a new account replaces the old."""
        found: dict[tuple[str, str], BindingChange] = {}
        holds: dict[tuple[str, str], tuple[str, str]] = {}
        for change in self.changes:
            if change.whose is not Whose.PERSON or change.act is Act.RENEWED:
                continue
            gone = [key for key in found if key[0] == change.id] if change.act is Act.VOIDED else []
            for key in (*gone, (change.id, change.platform)):
                before = found.pop(key, None)
                if before is not None:
                    holds.pop(_place(before), None)
            if change.act is Act.BOUND:
                found.pop(holds.get(_place(change), ("", "")), None)
                holds[_place(change)] = (change.id, change.platform)
                found[change.id, change.platform] = change
        return MappingProxyType(found)

    @cached_property
    def voided(self) -> frozenset[tuple[Whose, str]]:
        """Groups and people of whom the operator took away even what is configured, and which nobody bound since."""
        gone: set[tuple[Whose, str]] = set()
        for change in self.changes:
            if change.act is not Act.RENEWED:
                (gone.add if change.act is Act.VOIDED else gone.discard)((change.whose, change.id))
        return frozenset(gone)

    @cached_property
    def _generations(self) -> Counter[tuple[Whose, str]]:
        return Counter((change.whose, change.id) for change in self.changes)

    def generation(self, whose: Whose, ident: str) -> int:
        """How many codes of a group or person have been used up."""
        return self._generations[whose, ident]

    def moved_at(self, platform: str) -> datetime | None:
        """When a group of a platform last got another conversation than it had: then ids changed with a login."""
        before: dict[str, str] = {}
        moved: datetime | None = None
        for change in self.changes:
            if change.whose is Whose.GROUP and change.act is Act.BOUND and change.platform == platform:
                if before.get(change.id, change.address) != change.address:
                    moved = change.at
                before[change.id] = change.address
        return moved

    def applied(self, org: Organisation) -> Organisation:
        """The configured organisation with every binding laid over it.

        A binding on another platform than the group is configured for is left alone, and so is one of an id that is no
        longer configured.
        """
        if not self.changes:
            return org
        rooms = {_place(one) for one in self.groups.values()}
        accounts = {_place(one) for one in self.people.values()}
        return replace(
            org,
            groups={ident: self._group(group, rooms) for ident, group in org.groups.items()},
            people={ident: self._person(person, accounts) for ident, person in org.people.items()},
        )

    def _group(self, group: Group, taken: set[tuple[str, str]]) -> Group:
        bound = self.groups.get(group.id)
        if bound is not None and bound.platform == group.platform:
            return replace(group, conversation=bound.address)
        gone = (Whose.GROUP, group.id) in self.voided or (group.platform, group.conversation) in taken
        return replace(group, conversation="") if gone else group

    def _person(self, person: Person, taken: set[tuple[str, str]]) -> Person:
        bound = [one for (ident, _), one in self._of_person.get(person.id, ())]
        instead = {one.platform for one in bound}
        kept = () if (Whose.PERSON, person.id) in self.voided else person.accounts
        rest = [one for one in kept if one.platform not in instead and (one.platform, one.id) not in taken]
        accounts = (*(Account(platform=one.platform, id=one.address) for one in bound), *rest)
        return person if accounts == person.accounts else replace(person, accounts=accounts)

    @cached_property
    def _of_person(self) -> Mapping[str, list[tuple[tuple[str, str], BindingChange]]]:
        found: dict[str, list[tuple[tuple[str, str], BindingChange]]] = {}
        for key, one in self.people.items():
            found.setdefault(key[0], []).append((key, one))
        return found


NO_BINDINGS = Bindings()


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """A conversation as its platform last told of it. ``left_at``: when the bot was taken out of it."""

    platform: str
    conversation: str
    name: str = ""
    left_at: datetime | None = None


class NoteKind(StrEnum):
    """What happened at the door that an operator should know of."""

    FRIEND = "knock_friend"
    ROOM = "knock_room"
    GUESSING = "code_guessing"
    STRANGER = "stranger_binds"
    EXPOSED = "code_exposed"
    REMOVED = "bot_removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorNote:
    """Something for the operator's list of troubles. ``about`` names whom or what in the words of the platform.

    ``cause`` says in Chinese what to do about it. ``once`` makes it unique for ever.
    """

    kind: NoteKind
    at: datetime
    platform: str
    about: str
    cause: str
    once: str


def _place(change: BindingChange) -> tuple[str, str]:
    return change.platform, change.address
