"""``xiaowei audit verify``: whether anybody has changed the history of the tickets."""

from bot.connecting import county_store
from bot.settings import Settings
from bot.store import Break, heads, verify


async def verify_history(settings: Settings) -> tuple[tuple[Break, ...], dict[str, tuple[int, str]]]:
    """Where the villages' chains of events are broken, and where each ends. Raises StoreUnavailable."""
    async with county_store(settings) as store:
        return await verify(store), await heads(store)
