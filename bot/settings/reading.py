"""Reads a whole configuration: the county's folder over the shipped defaults, and the environment."""

from collections.abc import Mapping
from pathlib import Path

from bot.domain.faults import Fault
from bot.settings.chinese import nearest
from bot.settings.content import read_content
from bot.settings.county import read_county
from bot.settings.environment import read_environment
from bot.settings.hall import check_hall
from bot.settings.knowledge import read_power_list
from bot.settings.roster import read_roster
from bot.settings.routing import read_routing
from bot.settings.rulebook import read_rules
from bot.settings.sentences import read_wording
from bot.settings.source import SHIPPED, shown
from bot.settings.values import Settings, SettingsError
from bot.settings.workdays import read_workdays

FILES = ("county.yaml", "roster.yaml", "content.yaml", "rules.yaml", "hall.yaml", "routing.yaml", "power_list.yaml")
_FOLDERS = ("wording", "lexicon", "workdays")


def read_settings(folder: Path, environ: Mapping[str, str], *, shipped: Path = SHIPPED) -> Settings:
    """Read everything from a county's folder. Raises SettingsError with every fault of every file at once."""
    if not folder.is_dir():
        raise SettingsError([Fault(file=shown(folder), line=None, message="没有找到这个配置文件夹")])
    faults = _strays(folder)
    county, found = read_county(folder / "county.yaml")
    faults += found
    roster, found = read_roster(folder / "roster.yaml", county)
    faults += found
    content, found = read_content(folder / "content.yaml", lexicon_folders(shipped, folder))
    faults += found
    _, found = check_hall(folder, county)
    faults += found
    rules, found = read_rules(shipped / "rules.yaml", folder / "rules.yaml")
    faults += found
    wording, found = read_wording(shipped / "wording", folder / "wording")
    faults += found
    calendar, found = read_workdays((shipped / "workdays", folder / "workdays"))
    faults += found
    routing, found = read_routing(
        shipped / "routing.yaml", folder / "routing.yaml", county, lexicon_folders(shipped, folder)
    )
    faults += found
    knowledge, found = read_power_list(shipped / "power_list.yaml", folder / "power_list.yaml")
    faults += found
    environment, found = read_environment(environ)
    faults += found
    if faults or county is None:
        raise SettingsError(_in_order(faults, folder))
    return Settings(
        county=county.organisation,
        roster=roster,
        content=content,
        rules=rules,
        calendar=calendar,
        wording=wording,
        lexicon_folders=lexicon_folders(shipped, folder),
        folder=folder,
        environment=environment,
        routing=routing,
        knowledge=knowledge,
    )


def _in_order(faults: list[Fault], folder: Path) -> list[Fault]:
    """Put the county's files first, each as a whole and in the order of its lines."""
    files = list(dict.fromkeys([*(shown(folder / name) for name in FILES), *(fault.file for fault in faults)]))
    return sorted(faults, key=lambda fault: (files.index(fault.file), fault.line or 0))


def lexicon_folders(*folders: Path) -> tuple[Path, ...]:
    """Return the word lists that there are, the shipped ones first."""
    return tuple(path for folder in folders if (path := folder / "lexicon").is_dir())


def _strays(folder: Path) -> list[Fault]:
    """Report files that look like configuration but that nobody reads: a wrong name must not be a silent loss."""
    return [
        Fault(file=shown(path), line=None, message=f"不认识这个文件{nearest(path.name, FILES)}")
        for path in sorted(folder.iterdir())
        if path.suffix in {".yaml", ".yml"} and path.name not in FILES
    ] + [
        Fault(file=shown(path), line=None, message=f"不认识这个文件夹{nearest(path.name, _FOLDERS)}")
        for path in sorted(folder.iterdir())
        if path.is_dir() and path.name not in _FOLDERS and nearest(path.name, _FOLDERS)
    ]
