"""The organisation: county, townships, villages, departments, groups and the people with their roles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.domain.categories import Level

PRACTICE = "practice"
"""The platform of the practice hall."""


class Role(StrEnum):
    """What a person on the organisation's list may do. Villagers are never listed (R33)."""

    DUTY_OFFICER = "duty_officer"
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    PUBLISHER = "publisher"
    REVIEWER = "reviewer"
    LINKED_LEADER = "linked_leader"
    HANDLER = "handler"
    INSPECTOR = "inspector"
    COUNTY_DESK = "county_desk"
    OPERATOR = "operator"
    DUTY_ROOM = "duty_room"
    LIAISON = "liaison"
    """Of a village's supervision station: sees how matters stand, and decides nothing (R61)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A platform account: who this is on that platform."""

    platform: str
    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody with an office. ``unit`` is the id of the village, township, department or county served."""

    id: str
    name: str
    post: str
    unit: str
    roles: frozenset[Role]
    accounts: tuple[Account, ...] = ()
    public_phone: str = ""
    """A number that villagers may see, because its owner has agreed; any other is never read in."""
    linked: tuple[str, ...] = ()
    """Of a linked leader of a township: ids of the villages that are his; empty if nobody has said which (R42)."""

    @property
    def title(self) -> str:
        """Post and name as people say them: 村委会副主任 李青山."""
        return f"{self.post} {self.name}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A place or office in the tree. ``parent`` is None for the county alone."""

    id: str
    name: str
    level: Level
    parent: str | None = None
    confirms_content: bool = False
    """Of a village: an officer decides about every single daily item before it is posted (R37)."""
    drafts_notice: bool = False
    """Of a village: the duty officer publishes the daily notice himself, with one tap (R28)."""
    households: int = 0
    """Of a village: how many there are; 0 if nobody has said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A chat group of one village on one platform.

    ``conversation`` is the platform's id of it, empty until somebody binds it.
    """

    id: str
    name: str
    village: str
    platform: str
    conversation: str
    members: int = 0
    """How many are in it, as somebody counted them; 0 if nobody has."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The whole tree. Ids are unique over all kinds of units; lookups raise KeyError for an unknown id."""

    units: Mapping[str, Unit]
    groups: Mapping[str, Group]
    people: Mapping[str, Person]

    @cached_property
    def _by_account(self) -> dict[Account, Person]:
        return {account: person for person in self.people.values() for account in person.accounts}

    @cached_property
    def _by_conversation(self) -> dict[tuple[str, str], Group]:
        return {(group.platform, group.conversation): group for group in self.groups.values() if group.conversation}

    @cached_property
    def _people_by_unit(self) -> dict[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            found.setdefault(person.unit, []).append(person)
        return {unit: tuple(people) for unit, people in found.items()}

    @cached_property
    def _groups_by_village(self) -> dict[str, tuple[Group, ...]]:
        found: dict[str, list[Group]] = {}
        for group in self.groups.values():
            found.setdefault(group.village, []).append(group)
        return {village: tuple(groups) for village, groups in found.items()}

    @cached_property
    def _villages_by_township(self) -> dict[str, tuple[Unit, ...]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            if unit.level is Level.VILLAGE and unit.parent is not None:
                found.setdefault(unit.parent, []).append(unit)
        return {township: tuple(villages) for township, villages in found.items()}

    @cached_property
    def _departments_by_parent(self) -> dict[str, tuple[Unit, ...]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            if unit.level is Level.DEPARTMENT and unit.parent is not None:
                found.setdefault(unit.parent, []).append(unit)
        return {parent: tuple(departments) for parent, departments in found.items()}

    @cached_property
    def _officials_by_office(self) -> dict[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            if self.units[person.unit].level is not Level.VILLAGE:
                found.setdefault(self.office_of(person), []).append(person)
        return {office: tuple(people) for office, people in found.items()}

    @cached_property
    def county(self) -> Unit:
        """The root of the tree."""
        return next(unit for unit in self.units.values() if unit.parent is None)

    @cached_property
    def townships(self) -> tuple[Unit, ...]:
        """All townships, in the order of the configuration."""
        return tuple(unit for unit in self.units.values() if unit.level is Level.TOWNSHIP)

    @cached_property
    def villages(self) -> tuple[Unit, ...]:
        """All villages, township by township."""
        return tuple(village for township in self.townships for village in self.villages_of(township.id))

    def villages_of(self, township: str) -> tuple[Unit, ...]:
        """The villages of a township, in the order of the configuration."""
        return self._villages_by_township.get(township, ())

    def departments_of(self, unit: str) -> tuple[Unit, ...]:
        """The departments right below a unit, in the order of the configuration."""
        return self._departments_by_parent.get(unit, ())

    def office_of(self, person: Person) -> str:
        """The unit that somebody's office belongs to: a department's people count as those of what it belongs to."""
        unit = self.units[person.unit]
        return unit.parent if unit.level is Level.DEPARTMENT and unit.parent is not None else unit.id

    def officials_at(self, office: str) -> tuple[Person, ...]:
        """The people of a township or the county and of its departments, in the order of the configuration."""
        return self._officials_by_office.get(office, ())

    def township_of(self, village: str) -> Unit:
        """The township that a village belongs to; a township is its own."""
        unit = self.units[village]
        while unit.level is not Level.TOWNSHIP and unit.parent is not None:
            unit = self.units[unit.parent]
        return unit

    def groups_of(self, village: str) -> tuple[Group, ...]:
        """The chat groups of a village."""
        return self._groups_by_village.get(village, ())

    def group_at(self, platform: str, conversation: str) -> Group | None:
        """The group behind a platform's conversation id, or None if nobody has configured it."""
        return self._by_conversation.get((platform, conversation))

    def person_at(self, platform: str, account: str) -> Person | None:
        """The person behind a platform account, or None for a villager."""
        return self._by_account.get(Account(platform=platform, id=account))

    def people_of(self, unit: str, *roles: Role) -> tuple[Person, ...]:
        """People of a unit who hold one of the roles (any role if none is named), in the order of the configuration."""
        people = self._people_by_unit.get(unit, ())
        return tuple(person for person in people if person.roles.intersection(roles)) if roles else people

    def leaders_of(self, village: str) -> tuple[Person, ...]:
        """The leaders who are linked to a village (R42): who names it among his, else who is listed with it.

        Failing both, the township's only leader, if he has no villages of his own; where several could be meant, none
        of them: an alert is never spread over all leaders.
        """
        line = self.line_of(village)
        leaders = [person for unit in line for person in self.people_of(unit, Role.LINKED_LEADER)]
        named = tuple(one for one in leaders if village in one.linked or one.unit == village)
        if named:
            return named
        near = tuple(one for one in leaders if one.unit == self.township_of(village).id)
        return near if len(near) == 1 and not near[0].linked else ()

    def covers(self, person: Person, village: str) -> bool:
        """Whether a village lies in the part of the tree that the person's unit covers (DESIGN section 6).

        A department covers what its parent covers.
        """
        return self.office_of(person) in self.line_of(village)

    def line_of(self, unit: str) -> tuple[str, ...]:
        """The unit and everything above it, from the bottom up."""
        line = []
        at: str | None = unit
        while at is not None:
            line.append(at)
            at = self.units[at].parent
        return tuple(line)


def organisation(units: Iterable[Unit], groups: Iterable[Group], people: Iterable[Person]) -> Organisation:
    """Build an organisation from its parts; the caller has checked that ids are unique and references exist."""
    return Organisation(
        units={unit.id: unit for unit in units},
        groups={group.id: group for group in groups},
        people={person.id: person for person in people},
    )


def without_doubles(org: Organisation) -> Organisation:
    """The organisation without the practice accounts of those who have a real one.

    Whoever opens the practice hall may speak as anybody in it: where a real platform runs, nobody with a real account
    may be played there, nor be written to there.
    """
    return replace(org, people={ident: _single(person) for ident, person in org.people.items()})


def _single(person: Person) -> Person:
    real = tuple(account for account in person.accounts if account.platform != PRACTICE)
    return replace(person, accounts=real) if real else person
