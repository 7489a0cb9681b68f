"""``xiaowei clues …``: changing the keys of what lies sealed, and checking the ledger's history."""

from bot.connecting import county_store
from bot.domain.faults import reason_of
from bot.media_building import build_files
from bot.ports import StoreUnavailable
from bot.settings import Settings
from bot.store import Break
from bot.store.clues import verify
from bot.store.reseal import reseal


async def rotate_keys(settings: Settings) -> int:
    """Make a new key, seal everything anew under it, and return how many texts and files were.

    The old keys stay in the file for backups that were sealed under them. Raises StoreUnavailable.
    """
    async with county_store(settings) as store:
        store.vault.renew()
        done = await reseal(store.database)
        try:
            return done + build_files(settings.environment, store.vault).reseal()
        except OSError as error:
            message = f"图片文件夹里有文件没能改写（{reason_of(error)}）；文字都换好了，处理好磁盘以后再运行一次"
            raise StoreUnavailable(message) from error


async def verify_ledger(settings: Settings) -> tuple[Break, ...]:
    """Every place where the history of the clue ledger was edited or cut. Raises StoreUnavailable."""
    async with county_store(settings) as store:
        return await store.database.read(verify)
