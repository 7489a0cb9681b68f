"""Reads ``hall.yaml``: as which villagers one can speak in the practice hall, and what each might try to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.faults import Fault
from bot.domain.org import PRACTICE
from bot.settings.chinese import checked, nearest, without_credentials
from bot.settings.county import CountyFile
from bot.settings.fields import Entry, Id, Text
from bot.settings.source import Loc, Source, read_yaml
from bot.settings.values import SettingsError


@dataclass(frozen=True, kw_only=True, slots=True)
class Villager:
    """Somebody to speak as: a nickname as in a real group, never a real name, and a hint of what to try."""

    account: str
    nickname: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The villagers by the id of their group, in the order of the file."""

    villagers: Mapping[str, tuple[Villager, ...]] = field(default_factory=dict)

    def of(self, group: str) -> tuple[Villager, ...]:
        """Return the villagers of a group; none for a group that the file does not name."""
        return self.villagers.get(group, ())


class _Top(Entry):
    groups: tuple[object, ...]


class _Group(Entry):
    group: Id
    villagers: tuple[object, ...]


class _Villager(Entry):
    account: Text
    nickname: Text
    hint: Text


def read_hall(folder: Path) -> Hall:
    """Read a county folder's ``hall.yaml``; without the file the hall is empty. Raises SettingsError with all faults.

    Groups and accounts have been judged by the county's list where the settings were read.
    """
    hall, faults = check_hall(folder)
    if faults:
        raise SettingsError(faults)
    return hall


def check_hall(folder: Path, county: CountyFile | None = None) -> tuple[Hall, list[Fault]]:
    """Do as ``read_hall``, judge by ``county`` if it is given, and return the faults instead of raising them."""
    path = folder / "hall.yaml"
    if not path.exists():
        return Hall(), []
    source, faults = read_yaml(path)
    if source is None:
        return Hall(), faults
    source = without_credentials(source, faults)
    checked(_Top, source, (), faults)
    villagers: dict[str, tuple[Villager, ...]] = {}
    for loc in source.entries(("groups",)):
        entry = checked(_Group, source, loc, faults)
        people = _villagers(source, (*loc, "villagers"), county, faults)
        if entry is None:
            continue
        if entry.group in villagers:
            faults.append(source.fault((*loc, "group"), f"群“{entry.group}”写了两遍"))
        if county is not None and entry.group not in {*county.organisation.groups, *county.broken}:
            hint = nearest(entry.group, county.organisation.groups)
            message = f"没有编号为“{entry.group}”的群，或者它的村还没有上线{hint}"
            faults.append(source.fault((*loc, "group"), message))
        villagers[entry.group] = people
    return Hall(villagers=villagers), faults


def _villagers(source: Source, loc: Loc, county: CountyFile | None, faults: list[Fault]) -> tuple[Villager, ...]:
    villagers: dict[str, Villager] = {}
    for place in source.entries(loc):
        entry = checked(_Villager, source, place, faults)
        if entry is None:
            continue
        cadre = county.organisation.person_at(PRACTICE, entry.account) if county else None
        if cadre is not None:
            faults.append(source.fault(place, f"账号“{entry.account}”是{cadre.title}的，不是村民的"))
        if entry.account in villagers:
            faults.append(source.fault(place, f"账号“{entry.account}”在这个群里写了两遍"))
        villagers[entry.account] = Villager(account=entry.account, nickname=entry.nickname, hint=entry.hint)
    return tuple(villagers.values())
