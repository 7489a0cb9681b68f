"""What several stories begin with; it is lived through once and copied (``after`` in conftest.py)."""

from tests.flow.village import Village

FORGOTTEN_SINCE = "2026-03-16 08:00"


async def three_forgotten(village: Village) -> None:
    """Three matters of March that nobody deals with in time."""
    for words in ("二组路灯又不亮了", "老井边的水管漏水", "三组垃圾桶满了没人清"):
        await village.says("阿珍", words)
        await village.wait(minutes=30)


async def forgotten_until_april(village: Village) -> None:
    """The same until the first working day of April has begun, a minute before the month is looked back on."""
    await three_forgotten(village)
    await village.until("2026-04-01 09:29")
