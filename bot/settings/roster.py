"""Reads ``roster.yaml``: who is on duty in which village, by weekday and on named days (R28, R78)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.domain.duty import Absence, Roster
from bot.domain.faults import Fault
from bot.domain.org import Organisation
from bot.settings.chinese import checked, nearest, without_credentials
from bot.settings.county import CountyFile
from bot.settings.fields import Day, Entry, Id, Several, day_of
from bot.settings.source import Loc, Source, read_yaml

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = "每天"
_STRETCH = re.compile(r"(周.)[至到-](周.)")


class _Top(Entry):
    villages: Mapping[str, object]
    absences: tuple[object, ...] = ()


class _Away(Entry):
    person: Id
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day | None, Field(alias="to")] = None


class _Plan(Entry):
    weekly: Mapping[str, Annotated[tuple[Id, ...], Several]]
    days: Mapping[str, Annotated[tuple[Id, ...], Several]] = {}


def read_roster(path: Path, county: CountyFile | None) -> tuple[Roster, list[Fault]]:
    """Read the file and judge it by the county's list; without a list only its own form is judged.

    Every active village needs somebody on every day of the week. The roster may only be used without faults.
    """
    source, faults = read_yaml(path)
    if source is None:
        return Roster(days={}, weekly={}), faults
    reader = _Reader(source=without_credentials(source, faults), faults=faults, county=county)
    return reader.read(), faults


@dataclass(kw_only=True)
class _Reader:
    source: Source
    faults: list[Fault]
    county: CountyFile | None
    weekly: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    days: dict[tuple[str, date], tuple[str, ...]] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)

    def read(self) -> Roster:
        checked(_Top, self.source, (), self.faults)
        plans = self.source.at(("villages",))
        for village in plans if isinstance(plans, dict) else ():
            self._village(village)
        if self.county is not None:
            self._check_villages(self.county, set(plans) if isinstance(plans, dict) else set())
        for loc in self.source.entries(("absences",)):
            self._absence(loc)
        return Roster(days=self.days, weekly=self.weekly, absences=tuple(self.absences))

    def _absence(self, loc: Loc) -> None:
        """Somebody who is known to be away; officers say the rest to the bot themselves (请假)."""
        entry = checked(_Away, self.source, loc, self.faults)
        if entry is None:
            return
        org = None if self.county is None else self.county.organisation
        if org is not None and self.county is not None and entry.person not in (*org.people, *self.county.broken):
            message = f"county.yaml 里没有编号为“{entry.person}”的人{nearest(entry.person, org.people)}"
            self.faults.append(self.source.fault((*loc, "person"), message))
        last = entry.last or entry.first
        if last < entry.first:
            message = f"{last} 在 {entry.first} 前面，请假的日子写反了"
            self.faults.append(self.source.fault((*loc, "to"), message))
            return
        self.absences.append(Absence(person=entry.person, first=entry.first, last=last))

    def _check_villages(self, county: CountyFile, planned: set[str]) -> None:
        """Refuse an active village that the roster does not name (R78)."""
        for village, loc in county.villages.items():
            if village not in planned and village not in county.broken:
                name = county.organisation.units[village].name
                message = f"{name}（{village}）没有值班表，不能上线；请写进 roster.yaml，或者暂时写 active: false"
                self.faults.append(county.source.fault(loc, message))

    def _village(self, village: str) -> None:
        loc: Loc = ("villages", village)
        if not self._knows_village(village, loc):
            return
        plan = checked(_Plan, self.source, loc, self.faults)
        for key in self._keys((*loc, "weekly")):
            self._week(village, key, () if plan is None else plan.weekly[key])
        for key in self._keys((*loc, "days")):
            self._day(village, key, () if plan is None else plan.days[key])
        if isinstance(self.source.at((*loc, "weekly")), dict):
            self._check_whole_week(village, loc)

    def _keys(self, loc: Loc) -> Iterator[str]:
        value = self.source.at(loc)
        if isinstance(value, dict):
            yield from value

    def _week(self, village: str, key: str, people: tuple[str, ...]) -> None:
        loc = ("villages", village, "weekly", key)
        weekdays = _weekdays(key)
        if not weekdays:
            message = f"不认识“{key}”；可以写 周一 到 周日、周一至周五、每天"
            self.faults.append(self.source.fault(loc, message))
        for weekday in weekdays:
            if (village, weekday) in self.weekly:
                self.faults.append(self.source.fault(loc, f"{WEEKDAYS[weekday]}写了两遍"))
            self.weekly[village, weekday] = people
        self._check_people(village, loc)

    def _day(self, village: str, key: str, people: tuple[str, ...]) -> None:
        loc = ("villages", village, "days", key)
        day = day_of(key)
        if day is None:
            message = f"“{key}”不是真实的日期，要写成 2026-03-06 这样"
            self.faults.append(self.source.fault(loc, message))
        elif (village, day) in self.days:
            self.faults.append(self.source.fault(loc, f"{day} 写了两遍"))
        else:
            self.days[village, day] = people
        self._check_people(village, loc)

    def _knows_village(self, village: str, loc: Loc) -> bool:
        if self.county is None or village in self.county.broken:
            return True
        org = self.county.organisation
        known = [unit.id for township in org.townships for unit in org.villages_of(township.id)]
        if village in known:
            return True
        message = f"county.yaml 里没有编号为“{village}”的村{nearest(village, known)}"
        self.faults.append(self.source.fault(loc, message))
        return False

    def _check_people(self, village: str, loc: Loc) -> None:
        """Report those who are on nobody's list or on another unit's."""
        written = self.source.at(loc)
        if written == []:
            self.faults.append(self.source.fault(loc, f"{loc[-1]}没有写值班人"))
        members = written if isinstance(written, list) else [written]
        for position, person in enumerate(members):
            place = (*loc, position)
            if isinstance(person, str) and members.index(person) < position:
                self.faults.append(self.source.fault(place, f"“{person}”写了两遍"))
            elif isinstance(person, str) and self.county is not None and person not in self.county.broken:
                self._check_person(self.county.organisation, person, village, place)

    def _check_person(self, org: Organisation, person: str, village: str, place: Loc) -> None:
        if person not in org.people:
            message = f"county.yaml 里没有编号为“{person}”的人{nearest(person, org.people)}"
            self.faults.append(self.source.fault(place, message))
        elif org.people[person].unit != village:
            home = org.units[org.people[person].unit].name
            message = f"{org.people[person].name}（{person}）是{home}的人，不能排进这个村的值班表"
            self.faults.append(self.source.fault(place, message))

    def _check_whole_week(self, village: str, loc: Loc) -> None:
        if missing := [word for day, word in enumerate(WEEKDAYS) if (village, day) not in self.weekly]:
            message = f"{'、'.join(missing)}没有人值班；每天都要有人"
            self.faults.append(self.source.fault((*loc, "weekly"), message))


def _weekdays(key: str) -> tuple[int, ...]:
    """Weekdays that a word names, Monday as 0; none if it names none."""
    key = key.strip().replace("星期", "周").replace("周天", "周日")
    if key == _EVERY_DAY:
        return tuple(range(7))
    if key.lower() in _ENGLISH:
        return (_ENGLISH.index(key.lower()),)
    if key in WEEKDAYS:
        return (WEEKDAYS.index(key),)
    stretch = _STRETCH.fullmatch(key)
    if stretch is None or stretch[1] not in WEEKDAYS or stretch[2] not in WEEKDAYS:
        return ()
    return tuple(range(WEEKDAYS.index(stretch[1]), WEEKDAYS.index(stretch[2]) + 1))
