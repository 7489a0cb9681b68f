"""From settings to where media lies, who fetches it, and who hands it out."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bot.documents.press import OfficePress
from bot.domain.content import ContentItem
from bot.media.fetching import Fetcher
from bot.media.shelf import Shelf
from bot.media.tray import Tray
from bot.office import Office
from bot.ports.media import MediaSource
from bot.settings import Settings
from bot.settings.content import pictures_of
from bot.settings.environment import Environment
from bot.store import SqlStore
from bot.store.engine import keys_beside
from bot.store.media_files import SealedFiles
from bot.store.vault import Vault


def media_folder(environment: Environment) -> Path:
    """Where the bytes lie unless somebody says otherwise: beside an SQLite file, else in ``var``."""
    return environment.media or keys_beside(environment.database_url.get_secret_value()).with_name("media")


def build_files(environment: Environment, vault: Vault) -> SealedFiles:
    """The folder, sealed with the keys of the database."""
    return SealedFiles(folder=media_folder(environment), vault=vault)


def build_shelf(environment: Environment, store: SqlStore, content: Iterable[ContentItem] = ()) -> Shelf:
    """What delivery and the hall take media from; ``content``: the library, which brings pictures of its own."""
    return Shelf(records=store, files=build_files(environment, store.vault), library=pictures_of(content))


def build_press(environment: Environment, store: SqlStore, office: Office) -> OfficePress:
    """What draws pages and lays them where the shelf takes them from."""
    return OfficePress(files=build_files(environment, store.vault), office=office)


def build_tray(settings: Settings, store: SqlStore, platform: str) -> Tray:
    """Where pictures of the practice hall wait: a folder of its own, apart from what is kept."""
    folder = media_folder(settings.environment) / "tray"
    files = SealedFiles(folder=folder, vault=store.vault)
    return Tray(platform=platform, files=files, records=store, rules=settings.rules.media)


def build_fetcher(
    settings: Settings, store: SqlStore, sources: Mapping[str, MediaSource], settled: Callable[[], None]
) -> Fetcher:
    """Who fetches from the platforms that run in this process; ``settled`` wakes the engine."""
    files = build_files(settings.environment, store.vault)
    return Fetcher(store=store, files=files, sources=sources, rules=settings.rules.media, settled=settled)
