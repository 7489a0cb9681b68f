"""The settings that everything else is built from, and the error that carries all their faults at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.content import ContentItem
from bot.domain.duty import Roster
from bot.domain.faults import Fault
from bot.domain.knowledge import NO_KNOWLEDGE, Knowledge
from bot.domain.org import Organisation
from bot.domain.routing import NO_ROUTING, Routing
from bot.domain.rules import Rules
from bot.domain.workdays import WorkCalendar
from bot.settings.environment import Environment


class SettingsError(Exception):
    """The configuration cannot be used. ``faults`` are all that was found, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults; the message is one line for each."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that a county has decided, checked. ``lexicon_folders`` run from the shipped one to the county's own."""

    county: Organisation
    roster: Roster
    content: tuple[ContentItem, ...]
    rules: Rules
    calendar: WorkCalendar
    wording: Mapping[str, str]
    lexicon_folders: tuple[Path, ...]
    folder: Path
    environment: Environment
    routing: Routing = NO_ROUTING
    knowledge: Knowledge = NO_KNOWLEDGE
