"""Reads ``rules.yaml``: the county's numbers laid over those that come with the product (R22)."""

import re
from dataclasses import replace
from pathlib import Path

from bot.domain.faults import Fault
from bot.domain.rules import Rules
from bot.settings.chinese import checked, without_credentials
from bot.settings.source import Loc, Source, read_yaml

_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(.*)")


def read_rules(shipped: Path, own: Path | None = None) -> tuple[Rules, list[Fault]]:
    """Read both files; the county's own may be missing. With faults, the built-in defaults are returned."""
    base, faults = read_yaml(shipped)
    source = base or Source(name=str(shipped), value={})
    if own is not None and own.exists():
        over, own_faults = read_yaml(own)
        faults += own_faults
        source = over.over(source) if over else source
    source = _with_times(without_credentials(source, faults), faults)
    rules = checked(Rules, source, (), faults)
    return rules or Rules(), faults


def _with_times(source: Source, faults: list[Fault]) -> Source:
    """Write times of day as 08:30 that people wrote as 8:30 or 8:30, and refuse seconds and time zones."""
    return replace(source, value=_timed(source, (), faults))


def _timed(source: Source, loc: Loc, faults: list[Fault]) -> object:
    value = source.at(loc)
    if isinstance(value, dict):
        return {key: _timed(source, (*loc, key), faults) for key in value}
    if isinstance(value, list):
        return [_timed(source, (*loc, position), faults) for position in range(len(value))]
    if not isinstance(value, str):
        return value
    written = _TIME.fullmatch(value.strip())
    if written is None:
        return value
    if written[3]:
        faults.append(source.fault(loc, f"{loc[-1]}：时间写到分钟为止，例如 08:30，现在是“{value}”"))
    return f"{int(written[1]):02}:{written[2]}"
