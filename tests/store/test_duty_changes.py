"""What officers change of the roster is kept with the decision that changed it, and every process can see it."""

from datetime import date, timedelta

from bot.domain.duty import Absence, Back, Planned, Swap
from bot.domain.outcome import Outcome
from bot.store import open_store
from tests.store.world import MORNING, OFFICER, VILLAGE

DAY = date(2026, 3, 11)
AWAY = Absence(person=OFFICER, first=DAY, last=DAY + timedelta(days=2))
BACK = Back(person=OFFICER, day=DAY + timedelta(days=1))
SWAPPED = Swap(village=VILLAGE, day=DAY, giver=OFFICER, taker="p-7")


async def test_changes_come_back_in_their_order_with_a_growing_version(url: str) -> None:
    store, other = await open_store(url), await open_store(url)
    assert await other.duty_version() == 0
    await store.commit(Outcome(duty=(AWAY,)), now=MORNING)
    first = await other.duty_version()
    await store.commit(Outcome(duty=(BACK, SWAPPED)), now=MORNING)
    record = await other.duty_record(since=DAY)
    assert record.changes == (AWAY, BACK, SWAPPED)
    assert record.version == await other.duty_version() > first > 0
    await store.close()
    await other.close()


async def test_days_read_from_a_table_come_back_for_village_and_group(url: str) -> None:
    store = await open_store(url)
    whole = Planned(village=VILLAGE, day=DAY, people=(OFFICER, "p-7"))
    of_group = Planned(village=VILLAGE, day=DAY, people=("p-7",), group="g-lw1")
    as_usual = Planned(village=VILLAGE, day=DAY, people=())
    await store.commit(Outcome(duty=(whole, of_group, as_usual)), now=MORNING)
    assert (await store.duty_record(since=DAY)).changes == (whole, of_group, as_usual)
    assert (await store.duty_record(since=DAY + timedelta(days=1))).changes == ()
    await store.close()


async def test_what_is_over_is_not_loaded_any_more(url: str) -> None:
    store = await open_store(url)
    await store.commit(Outcome(duty=(AWAY, SWAPPED)), now=MORNING)
    record = await store.duty_record(since=DAY + timedelta(days=1))
    assert record.changes == (AWAY,)
    assert record.version == await store.duty_version()
    await store.close()
