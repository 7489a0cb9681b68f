"""Reads ``county.yaml``: the tree of county, townships, villages and departments, their groups and their people.

Every entry is read on its own, so that one mistake hides no other, in this file or in those that refer to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.categories import Level
from bot.domain.faults import Fault
from bot.domain.org import (
    PRACTICE,
    Account,
    Group,
    Organisation,
    Person,
    Role,
    Unit,
    organisation,
)
from bot.settings.chinese import checked, nearest, without_credentials
from bot.settings.fields import Entry, Id, Platform, RoleWord, Several, Text
from bot.settings.source import Loc, Source, read_yaml

"""Whose groups are made by the configuration; on real platforms a group may be bound by its code instead."""


class _Top(Entry):
    county: object
    people: tuple[object, ...] = ()
    departments: tuple[object, ...] = ()
    townships: tuple[object, ...]


class _Unit(Entry):
    id: Id
    name: Text


class _Department(_Unit):
    people: tuple[object, ...] = ()


class _Township(_Department):
    departments: tuple[object, ...] = ()
    villages: tuple[object, ...] = ()


class _Village(_Department):
    active: bool = True
    groups: tuple[object, ...] = ()
    content: Literal["auto", "confirm"] = "auto"
    publish: Literal["auto", "draft"] = "auto"
    households: Annotated[int, Field(ge=0)] = 0


class _Group(Entry):
    id: Id
    name: Text
    platform: Platform
    conversation: Text = ""
    members: Annotated[int, Field(ge=0)] = 0


class _Person(Entry):
    id: Id
    name: Text
    post: Text
    roles: Annotated[tuple[RoleWord, ...], Several]
    accounts: Mapping[Platform, Annotated[tuple[Text, ...], Several]] = {}
    phone: Text = ""
    phone_public: bool = False
    villages: Annotated[tuple[Id, ...], Several] = ()


@dataclass(frozen=True, kw_only=True)
class CountyFile:
    """The organisation as far as it could be read, and what other files must know to judge their references.

    ``villages`` are the active ones, each with its place in the file. ``broken`` are ids of entries that are there
    but faulty: a reference to one of them is no further mistake.
    """

    organisation: Organisation
    villages: Mapping[str, Loc]
    broken: frozenset[str]
    source: Source


def read_county(path: Path) -> tuple[CountyFile | None, list[Fault]]:
    """Read the file; None if it cannot be understood at all. The organisation may only be used without faults."""
    source, faults = read_yaml(path)
    if source is None:
        return None, faults
    reader = _Reader(source=without_credentials(source, faults), faults=faults)
    return reader.read(), faults


@dataclass(kw_only=True)
class _Reader:
    """One file on its way to an organisation. A faulty entry still stands for itself: what hangs on it is read."""

    source: Source
    faults: list[Fault]
    units: list[Unit] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    townships: dict[str, Loc] = field(default_factory=dict)
    villages: dict[str, Loc] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    """Units with a faulty person: who is missing there cannot be said."""
    claimed: dict[tuple[str, ...], Loc] = field(default_factory=dict)
    linked: list[tuple[Loc, str]] = field(default_factory=list)
    """Where somebody is said to be the leader of which village."""

    def read(self) -> CountyFile:
        checked(_Top, self.source, (), self.faults)
        county = self._county()
        self._people((), county)
        self._departments((), county)
        for loc in self.source.entries(("townships",)):
            self._township(loc, county)
        org = organisation(self.units, self.groups, self.people)
        self._check_offices(org)
        self._check_links(org)
        return CountyFile(organisation=org, villages=self.villages, broken=frozenset(self.broken), source=self.source)

    def _county(self) -> str:
        loc = ("county",)
        entry = None if self.source.at(loc) is None else checked(_Unit, self.source, loc, self.faults)
        return self._unit(entry, loc, Level.COUNTY, None)

    def _township(self, loc: Loc, county: str) -> None:
        entry = checked(_Township, self.source, loc, self.faults)
        township = self._unit(entry, loc, Level.TOWNSHIP, county)
        self.townships[township] = loc
        self._people(loc, township)
        self._departments(loc, township)
        for village_loc in self.source.entries((*loc, "villages")):
            self._village(village_loc, township)

    def _departments(self, loc: Loc, parent: str) -> None:
        for department_loc in self.source.entries((*loc, "departments")):
            entry = checked(_Department, self.source, department_loc, self.faults)
            self._people(department_loc, self._unit(entry, department_loc, Level.DEPARTMENT, parent))

    def _village(self, loc: Loc, township: str) -> None:
        entry = checked(_Village, self.source, loc, self.faults)
        village = self._unit(entry, loc, Level.VILLAGE, township)
        self._people(loc, village)
        groups = [self._group(group_loc, village) for group_loc in self.source.entries((*loc, "groups"))]
        if entry.active if entry else self.source.at((*loc, "active")) is None:
            self.villages[village] = loc
            self.groups += [group for group in groups if group is not None]

    def _unit(self, entry: _Unit | None, loc: Loc, level: Level, parent: str | None) -> str:
        """Take a unit into the tree and return its id, or for a faulty one what stands for it."""
        written, name = self.source.at((*loc, "id")), self.source.at((*loc, "name"))
        unit_id = written.strip() if isinstance(written, str) else repr(loc)
        if entry is None:
            self.broken.add(unit_id)
        if self._claim(("unit", unit_id), (*loc, "id"), f"编号“{unit_id}”"):
            confirms = isinstance(entry, _Village) and entry.content == "confirm"
            self.units.append(
                Unit(
                    id=unit_id,
                    name=name.strip() if isinstance(name, str) else unit_id,
                    level=level,
                    parent=parent,
                    confirms_content=confirms,
                    drafts_notice=isinstance(entry, _Village) and entry.publish == "draft",
                    households=entry.households if isinstance(entry, _Village) else 0,
                )
            )
        return unit_id

    def _group(self, loc: Loc, village: str) -> Group | None:
        entry = checked(_Group, self.source, loc, self.faults)
        if entry is None:
            self._break(loc)
            return None
        self._claim(("group", entry.id), (*loc, "id"), f"群编号“{entry.id}”")
        if entry.conversation:
            talk = ("conversation", entry.platform, entry.conversation)
            self._claim(talk, (*loc, "conversation"), f"{entry.platform} 的群“{entry.conversation}”")
        elif entry.platform == PRACTICE:
            self.faults.append(self.source.fault(loc, "缺少 conversation（只有微信、钉钉的群可以不写，在群里绑定）"))
        return Group(
            id=entry.id,
            name=entry.name,
            village=village,
            platform=entry.platform,
            conversation=entry.conversation,
            members=entry.members,
        )

    def _people(self, loc: Loc, unit: str) -> None:
        for person_loc in self.source.entries((*loc, "people")):
            entry = checked(_Person, self.source, person_loc, self.faults)
            if entry is None:
                self._break(person_loc)
                self.unsure.add(unit)
                continue
            self._claim(("person", entry.id), (*person_loc, "id"), f"人员编号“{entry.id}”")
            accounts = []
            for platform, ids in entry.accounts.items():
                for account in ids:
                    place = (*person_loc, "accounts", platform)
                    self._claim(("account", platform, account), place, f"{platform} 账号“{account}”")
                    accounts.append(Account(platform=platform, id=account))
            self.people.append(
                Person(
                    id=entry.id,
                    name=entry.name,
                    post=entry.post,
                    unit=unit,
                    roles=frozenset(entry.roles),
                    accounts=tuple(accounts),
                    public_phone=entry.phone if entry.phone_public else "",
                    linked=entry.villages,
                )
            )
            self.linked += [((*person_loc, "villages", place), at) for place, at in enumerate(entry.villages)]
            if entry.villages and Role.LINKED_LEADER not in entry.roles:
                self.faults.append(self.source.fault((*person_loc, "villages"), "villages：只有挂包领导才写挂包哪些村"))

    def _break(self, loc: Loc) -> None:
        """Note that an entry is there, though faulty."""
        written = self.source.at((*loc, "id"))
        if isinstance(written, str):
            self.broken.add(written)

    def _claim(self, what: tuple[str, ...], loc: Loc, words: str) -> bool:
        """Give an id to the first that uses it; report everybody after and return False."""
        first = self.claimed.setdefault(what, loc)
        if first != loc:
            message = f"{words}重复了，第 {self.source.line(first)} 行已经用过"
            self.faults.append(self.source.fault(loc, message))
        return first == loc

    def _check_offices(self, org: Organisation) -> None:
        """Refuse an active village without a duty officer (R78) and a township without an inspector."""
        wanted = [(unit, loc, Role.DUTY_OFFICER, "村里还没有值班员") for unit, loc in self.villages.items()]
        wanted += [(unit, loc, Role.INSPECTOR, "镇里还没有纪检人员") for unit, loc in self.townships.items()]
        for unit, loc, role, message in wanted:
            if unit not in self.unsure and not org.people_of(unit, role):
                hint = "，不能上线；暂不上线请写 active: false" if role is Role.DUTY_OFFICER else ""
                self.faults.append(self.source.fault(loc, f"{org.units[unit].name}：{message}{hint}"))

    def _check_links(self, org: Organisation) -> None:
        """Refuse a linked leader's village that does not exist, or that lies in another township than he (R42)."""
        villages = {unit.id: unit for unit in org.villages}
        for loc, village in self.linked:
            owner = self.source.at((*loc[:-2], "id"))
            person = org.people.get(owner) if isinstance(owner, str) else None
            if village not in villages:
                if village not in self.broken:
                    self.faults.append(self.source.fault(loc, f"没有这个村：{village}{nearest(village, villages)}"))
            elif person is not None and person.unit not in org.line_of(village):
                self.faults.append(self.source.fault(loc, f"{villages[village].name}不归这个单位管，不能挂包"))
