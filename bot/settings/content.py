"""Reads ``content.yaml``: the library of short texts for villagers (R37, R38). Each says where it comes from."""

from pathlib import Path

from bot.domain.content import ContentItem
from bot.domain.faults import Fault
from bot.settings.chinese import checked, without_credentials
from bot.settings.fields import Day, Entry, Id, Text
from bot.settings.source import Loc, read_yaml


class _Top(Entry):
    items: tuple[object, ...]


class _Item(Entry):
    id: Id
    title: Text
    text: Text
    source: Text
    date: Day
    rights: Text = ""


def read_content(path: Path) -> tuple[tuple[ContentItem, ...], list[Fault]]:
    """Read the file. A county without one has no library, which is no fault."""
    if not path.exists():
        return (), []
    source, faults = read_yaml(path)
    if source is None:
        return (), faults
    source = without_credentials(source, faults)
    checked(_Top, source, (), faults)
    items: dict[str, ContentItem] = {}
    lines: dict[str, Loc] = {}
    for loc in source.entries(("items",)):
        entry = checked(_Item, source, loc, faults)
        if entry is None:
            continue
        first = lines.setdefault(entry.id, (*loc, "id"))
        if entry.id in items:
            message = f"编号“{entry.id}”重复了，第 {source.line(first)} 行已经用过"
            faults.append(source.fault((*loc, "id"), message))
            continue
        items[entry.id] = ContentItem(
            id=entry.id,
            title=entry.title,
            text=entry.text,
            source=entry.source,
            dated=entry.date,
            rights=entry.rights,
        )
    return tuple(items.values()), faults
