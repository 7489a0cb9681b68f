"""Reads the yearly notices of days off, ``workdays/<year>.yaml``, into a calendar; reports every fault at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.domain.faults import Fault
from bot.domain.workdays import WorkCalendar, YearPlan
from bot.settings.source import Loc, Source, read_yaml, shown

UNNAMED = "节假日"
"""What a day off is called if its entry is a bare date."""

_KEYS = ("year", "announced", "off", "on")
_OFF_KEYS = ("name", "from", "to")
_WEEKDAYS = "一二三四五六日"
_SATURDAY = 5

# A renamed or doubled ending (2027.yml, 2027.yaml.txt) is a mistake to report; anything else is none of our files.
_CANDIDATE = re.compile(r"[^.].*\.ya?ml(\.txt)?", re.IGNORECASE)
_FILE_NAME = re.compile(r"([1-9][0-9]{3})\.yaml")
_YEAR = re.compile(r"[1-9][0-9]{3}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def read_workdays(folders: Sequence[Path]) -> tuple[WorkCalendar, list[Fault]]:
    """Read all year files of the folders; a later folder's file replaces an earlier one of the same year.

    That is how a county overrides a running year. A folder that does not exist has nothing to add, but there must be a
    year file in at least one. A file with a fault gives no plan, so the calendar may only be used without faults.
    """
    plans: dict[int, YearPlan] = {}
    faults: list[Fault] = []
    paths = [path for folder in folders for path in _year_files(folder)]
    if folders and not paths:
        message = "没有找到工作日文件，请按 2026.yaml 这样的名字每年放一个"
        faults.append(Fault(file=shown(folders[-1]), line=None, message=message))
    for path in paths:
        plan, found = _read(path)
        faults += sorted(found, key=lambda fault: fault.line or 0)
        if plan is not None:
            plans[plan.year] = plan
    return WorkCalendar(plans), faults


def _year_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and _CANDIDATE.fullmatch(path.name))


def _read(path: Path) -> tuple[YearPlan | None, list[Fault]]:
    source, faults = read_yaml(path)
    if not _FILE_NAME.fullmatch(path.name):
        faults.append(Fault(file=shown(path), line=None, message="文件名要用年份，比如 2027.yaml"))
    if source is None:
        return None, faults
    if not source.value:
        faults.append(source.fault((), "文件是空的，要写 year、off、on 几项"))
        return None, faults
    reading = _Reading(source, path)
    plan = reading.plan()
    faults += reading.faults
    return (None if faults else plan), faults


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """One entry of ``off`` or ``on``: its days, first and last included, and where it stands."""

    loc: Loc
    first: date
    last: date
    name: str = UNNAMED

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


class _Reading:
    """One file on its way to a plan, and the faults found so far."""

    def __init__(self, source: Source, path: Path) -> None:
        self._source = source
        self._path = path
        self.faults: list[Fault] = []

    def plan(self) -> YearPlan | None:
        """Read the values; what comes back is worthless once there are faults."""
        self._known_keys((), _KEYS)
        stated = self._year()
        name = _FILE_NAME.fullmatch(self._path.name)
        named = int(name[1]) if name else None
        if named and stated and named != stated:
            self._fault(("year",), f"文件名是 {self._path.name}，里面却写 year: {stated}，两处要一致")
        # While name and content disagree, dates of either year may be right: one fault, not one for every date.
        years = {year for year in (named, stated) if year}
        off = self._claim_off(self._entries("off", years))
        on = self._claim_on(self._entries("on", years), off)
        announced = self._source.at(("announced",))
        day = None if announced is None else self._date(("announced",))
        if stated is None or self.faults:
            return None
        return YearPlan(year=stated, announced=day, off={day: off[day].name for day in off}, on=frozenset(on))

    def _fault(self, loc: Loc, message: str) -> None:
        self.faults.append(self._source.fault(loc, message))

    def _known_keys(self, loc: Loc, known: tuple[str, ...]) -> None:
        mapping = self._source.at(loc)
        for key in mapping if isinstance(mapping, dict) else ():
            if key not in known:
                self._fault((*loc, key), f"不认识“{key}”这一项，只能写 {'、'.join(known)}")

    def _year(self) -> int | None:
        value = self._source.at(("year",))
        if isinstance(value, str) and _YEAR.fullmatch(value):
            return int(value)
        self._fault(("year",), f"year 要写四位年份，比如 2027{_instead_of(value)}")
        return None

    def _date(self, loc: Loc) -> date | None:
        value = self._source.at(loc)
        day = _date(value)
        if day is None:
            self._fault(loc, f"{loc[-1]} 要写一个真实的日期，比如 2026-02-15{_instead_of(value)}")
        return day

    def _entries(self, word: str, years: set[int]) -> list[_Entry]:
        """Read the list under ``off``, which must have days, or ``on``, which may be left out."""
        members = self._source.at((word,))
        if word == "on" and members is None:
            return []
        if not isinstance(members, list) or (word == "off" and not members):
            self._fault((word,), f"{word} 要写成一列日期，每行用“- ”开头，不能空着")
            return []
        entries = (self._entry((word, position), years) for position in range(len(members)))
        return [entry for entry in entries if entry is not None]

    def _entry(self, loc: Loc, years: set[int]) -> _Entry | None:
        named = loc[0] == "off" and isinstance(self._source.at(loc), dict)
        entry = self._holiday(loc) if named else self._stretch(loc)
        if entry is None:
            return None
        if entry.last < entry.first:
            self._fault(loc, f"起止写反了：{entry.first} 在 {entry.last} 之后")
            return None
        homes = years or {entry.first.year}
        strays = [day for day in (entry.first, entry.last) if day.year not in homes]
        if strays:
            home = "、".join(map(str, sorted(homes)))
            self._fault(loc, f"{strays[0]} 不是 {home} 年的日子，请写到 {strays[0].year}.yaml 里")
            return None
        return entry

    def _holiday(self, loc: Loc) -> _Entry | None:
        """Read ``{name: 春节, from: 2026-02-15, to: 2026-02-23}``."""
        self._known_keys(loc, _OFF_KEYS)
        name = self._source.at((*loc, "name"))
        if not isinstance(name, str) or not name.strip():
            self._fault((*loc, "name"), "name 要写节日的名字，比如 春节")
        first, last = self._date((*loc, "from")), self._date((*loc, "to"))
        if not isinstance(name, str) or first is None or last is None:
            return None
        return _Entry(loc=loc, first=first, last=last, name=name)

    def _stretch(self, loc: Loc) -> _Entry | None:
        """Read ``2026-02-15`` or ``2026-02-15..2026-02-23``."""
        value = self._source.at(loc)
        begin, dots, end = value.partition("..") if isinstance(value, str) else ("", "", "")
        first = _date(begin)
        last = _date(end) if dots else first
        if first is None or last is None:
            self._fault(loc, f"要写真实的日期 2026-02-15，或一段 2026-02-15..2026-02-23{_instead_of(value)}")
            return None
        return _Entry(loc=loc, first=first, last=last)

    def _claim_off(self, entries: list[_Entry]) -> dict[date, _Entry]:
        """Give every day off to the entry that names it; report days that two entries name."""
        claimed: dict[date, _Entry] = {}
        for entry in entries:
            self._report(entry, [day for day in entry.days() if day in claimed], "在 off 里写了两次")
            for day in entry.days():
                claimed.setdefault(day, entry)
        return claimed

    def _claim_on(self, entries: list[_Entry], off: dict[date, _Entry]) -> set[date]:
        """Collect the make-up days; report those written twice, those that are off, and those worked anyway."""
        claimed: set[date] = set()
        for entry in entries:
            days = list(entry.days())
            self._report(entry, [day for day in days if day in claimed], "在 on 里写了两次")
            self._report(entry, [day for day in days if day in off], "既写在 off 又写在 on，只能留一处")
            for day in days:
                if day.weekday() < _SATURDAY and day not in off:
                    self._fault(entry.loc, f"{day} 是星期{_WEEKDAYS[day.weekday()]}，本来就上班，不用写进 on")
            claimed.update(days)
        return claimed

    def _report(self, entry: _Entry, days: list[date], complaint: str) -> None:
        if days:
            self._fault(entry.loc, f"{'、'.join(map(str, days))} {complaint}")


def _date(value: object) -> date | None:
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _instead_of(value: object) -> str:
    """Quote what stands there, so that a slip of the finger is seen at once."""
    return f"，现在是“{value}”" if isinstance(value, str) else ""
