"""``xiaowei clues …``: changing the keys of what lies sealed, and checking the ledger's history."""

from bot.settings import Settings
from bot.store import Break, open_store
from bot.store.clues import verify
from bot.store.reseal import reseal


async def rotate_keys(settings: Settings) -> int:
    """Make a new key, seal everything anew under it, and return how many texts were sealed anew.

    The old keys stay in the file for backups that were sealed under them. Raises StoreUnavailable.
    """
    url = settings.environment.database_url.get_secret_value()
    store = await open_store(url, keys=settings.environment.clue_keys)
    try:
        store.vault.renew()
        return await reseal(store.database)
    finally:
        await store.close()


async def verify_ledger(settings: Settings) -> tuple[Break, ...]:
    """Every place where the history of the clue ledger was edited or cut. Raises StoreUnavailable."""
    url = settings.environment.database_url.get_secret_value()
    store = await open_store(url, keys=settings.environment.clue_keys)
    try:
        return await store.database.read(verify)
    finally:
        await store.close()
