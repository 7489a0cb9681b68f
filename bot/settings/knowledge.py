"""Reads ``power_list.yaml``: the county's list of powers, or the sample that comes with the product (R75, R106).

The format is that of lists of small powers as they are printed: classes with matters, each with its office, materials
and steps. Only what an answer to a villager needs is kept; the other fields are accepted and left to those who print.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from bot.domain.faults import Fault
from bot.domain.knowledge import NO_KNOWLEDGE, Knowledge, Power
from bot.settings.chinese import checked, without_credentials
from bot.settings.fields import Entry, Id, Several, Text
from bot.settings.source import Loc, Source, read_yaml

_UNKNOWN = re.compile(r"[-—–\s]*|按.{0,8}|待定|不定|无")
"""What stands where nothing is known: a dash, 按项目, 待定."""
_NOTE = re.compile(r"[(（]默认[^()（）]{0,8}[)）]")
"""A remark for those who look through the list, nothing for villagers."""
_GENERIC = re.compile("(?:的)?(?:申请|办理|审批|审核|审查|认定|确认|发放|管理|登记|使用|服务|评议|代办|初审)+$")
_SHORTEST = 2


def _known(value: object) -> object:
    if not isinstance(value, str):
        return "" if value is None else value
    plain = _NOTE.sub("", value).strip()
    return "" if _UNKNOWN.fullmatch(plain) else plain


Known = Annotated[str, BeforeValidator(_known)]


class _Top(Entry):
    version: object = None
    status: Known = ""
    fields: object = None
    complain: Known = ""
    categories: tuple[object, ...]


class _Category(Entry):
    id: Id
    name: Text
    items: tuple[object, ...]


class _Item(Entry):
    id: Id
    name: Text
    responsible: Text
    asked_as: Annotated[tuple[Text, ...], Several] = ()
    unit: Known = ""
    post: Known = ""
    conditions: Known = ""
    materials: Known = ""
    total_limit: Known = ""
    where: Known = ""
    complain: Known = ""
    basis: object = None
    steps: object = None
    risk_points: object = None
    disclose_before: object = None
    disclose_after: object = None
    accountability: object = None


CONFIRMED = "confirmed"
"""What ``status`` says once the county has looked through its list."""


def read_power_list(shipped: Path, own: Path | None = None) -> tuple[Knowledge, list[Fault]]:
    """Read the county's own list, or the sample if it has none. Neither is no fault: then nothing is ever drafted."""
    path = own if own is not None and own.exists() else shipped
    if not path.exists():
        return NO_KNOWLEDGE, []
    source, faults = read_yaml(path)
    if source is None:
        return NO_KNOWLEDGE, faults
    source = without_credentials(source, faults)
    top = checked(_Top, source, (), faults)
    powers: dict[str, Power] = {}
    names: dict[str, Loc] = {}
    for loc in source.entries(("categories",)):
        checked(_Category, source, loc, faults)
        for place in source.entries((*loc, "items")):
            power = _power(source, place, "" if top is None else top.complain, faults)
            if power is not None and _is_new(power, source, place, names, faults):
                powers[power.id] = power
    status = "" if top is None else top.status
    return Knowledge(powers=tuple(powers.values()), confirmed=status == CONFIRMED), faults


def _power(source: Source, loc: Loc, complain: str, faults: list[Fault]) -> Power | None:
    entry = checked(_Item, source, loc, faults)
    if entry is None:
        return None
    return Power(
        id=entry.id,
        name=entry.name,
        asked_as=entry.asked_as or _short_name(entry.name),
        responsible=entry.responsible,
        unit=entry.unit,
        post=entry.post,
        conditions=entry.conditions,
        materials=entry.materials,
        time=entry.total_limit,
        where=entry.where,
        complain=entry.complain or complain,
    )


def _short_name(name: str) -> tuple[str, ...]:
    """How people call a matter whose list does not say: its name without what every matter is called."""
    short = _GENERIC.sub("", name)
    return (short if len(short) >= _SHORTEST else name,)


def _is_new(power: Power, source: Source, loc: Loc, names: dict[str, Loc], faults: list[Fault]) -> bool:
    """Whether neither its id nor a word that the list says it is asked by stands before it."""
    words = power.asked_as if source.at((*loc, "asked_as")) is not None else ()
    new = True
    for key, word in (("id", power.id), *(("asked_as", word) for word in words)):
        place = (*loc, key)
        first = names.setdefault(f"{key}:{word}", place)
        if first != place:
            kind = "编号" if key == "id" else "叫法"
            faults.append(source.fault(place, f"{kind}“{word}”重复了，第 {source.line(first)} 行已经用过"))
            new = False
    return new
