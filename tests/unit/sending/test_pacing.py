"""An account speaks at a measured pace: what is urgent first, and no more on one day than it may."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from bot.domain.messages import OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.urgency import Rank, rank_of
from bot.office import Office
from bot.ports import SendState, Trouble
from bot.ports.platform import FailureKind, SendFailed
from bot.sending.pacing import Pacer
from bot.store import SqlStore, dump, open_store
from tests.unit.mailbag import NINE, Bag, Postman, Switchboard
from tests.world import at

GROUP, OTHER = ToGroup(group="g-lw1"), ToGroup(group="g-sp1")


def seconds(number: float) -> datetime:
    """So many seconds after nine."""
    return NINE + timedelta(seconds=number)


def villager(number: int) -> ToAccount:
    """Somebody who wrote privately."""
    return ToAccount(platform="practice", account=f"u-{number}")


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[SqlStore]:
    copy(empty_database, tmp_path / "mail.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'mail.db'}", durable=False)
    yield opened
    await opened.close()


def test_a_pause_is_longer_by_a_random_share_and_only_then_is_chance_asked() -> None:
    drawn: Iterator[float] = iter([0.0, 0.5])
    pacer = Pacer(chance=lambda: next(drawn))
    pacer.spoke("g-lw1", pause=1, now=NINE)
    assert pacer.free_at("g-lw1", now=NINE) == seconds(1)
    pacer.spoke("wechat", pause=2, jitter=3, now=NINE)
    assert pacer.free_at("wechat", now=NINE) == seconds(2)
    pacer.spoke("wechat", pause=2, jitter=3, now=NINE)
    assert pacer.free_at("wechat", now=NINE) == seconds(3.5)
    assert pacer.free_at("wechat", now=seconds(3.5)) is None


def test_pauses_that_are_over_are_forgotten() -> None:
    pacer = Pacer(chance=lambda: 0.0)
    for number in range(5000):
        pacer.spoke(f"g-{number}", pause=1, now=seconds(number))
        pacer.forget(now=seconds(number))
    assert pacer.free_at("g-4999", now=seconds(4999)) == seconds(5000)
    assert pacer.free_at("g-4998", now=seconds(4998.5)) is None, "it was forgotten as soon as it was over"


def test_the_count_of_a_day_begins_anew_after_midnight_in_the_village() -> None:
    pacer = Pacer(chance=lambda: 0.0)
    late = at("2026-03-06 23:59")
    assert not pacer.is_counted("wechat", now=late)
    pacer.count_from("wechat", 1, now=late)
    pacer.spend("wechat")
    assert not pacer.has_left("wechat", 2)
    pacer.refund("wechat")
    assert pacer.has_left("wechat", 2)
    assert not pacer.is_counted("wechat", now=at("2026-03-07 00:00"))


@pytest.mark.parametrize(
    ("kind", "rank"),
    [
        (OutKind.EMERGENCY, Rank.EMERGENCY),
        (OutKind.PROMPT, Rank.USUAL),
        (OutKind.RESULT, Rank.USUAL),
        (OutKind.DUTY, Rank.BROADCAST),
        (OutKind.CONTENT, Rank.BROADCAST),
    ],
)
def test_what_somebody_waits_for_comes_before_what_is_posted_every_day(kind: OutKind, rank: Rank) -> None:
    assert rank_of(kind) is rank


async def test_an_account_keeps_its_pause_whoever_it_writes_to(store: SqlStore, office: Office) -> None:
    postman = Postman(pause_seconds=2.0, jitter_seconds=3.0)
    drawn = iter([0.0, 1.0, 0.5, 0.0])
    bag = Bag(store, office, postman, chance=lambda: next(drawn))
    for number in range(4):
        await bag.write(f"{number}", villager(number))
    left: list[float] = []
    now: datetime | None = NINE
    while now is not None:
        before = len(postman.parcels)
        await bag.drain(now)
        left += [(now - NINE).total_seconds()] * (len(postman.parcels) - before)
        now = await bag.delivery.next_wake()
    assert left == [0, 2, 7, 10.5]
    assert postman.texts == ["0", "1", "2", "3"]


async def test_another_platform_does_not_wait_for_the_pause_of_the_first(store: SqlStore, office: Office) -> None:
    careful, quick = Postman("wechat", pause_seconds=60.0), Postman("dingtalk")
    bag = Bag(store, office, careful, quick)
    for number in range(3):
        await bag.write(f"微信{number}", ToAccount(platform="wechat", account=f"w-{number}"))
        await bag.write(f"钉钉{number}", ToAccount(platform="dingtalk", account=f"d-{number}"))
    await bag.drain()
    assert careful.texts == ["微信0"]
    assert quick.texts == ["钉钉0", "钉钉1", "钉钉2"]


async def test_an_emergency_goes_next_then_what_people_wait_for_then_the_daily_posts(
    store: SqlStore, office: Office
) -> None:
    postman = Postman(pause_seconds=2.0)
    bag = Bag(store, office, postman)
    await bag.write("今天值班", GROUP, OutKind.DUTY)
    await bag.write("每日一条", OTHER, OutKind.CONTENT)
    await bag.write("修好了", villager(1), OutKind.RESULT)
    await bag.write("着火了", GROUP, OutKind.EMERGENCY)
    for second in range(0, 9, 2):
        await bag.drain(seconds(second))
    assert postman.texts == ["着火了", "修好了", "今天值班", "每日一条"]


async def test_an_emergency_overtakes_what_its_group_is_still_waiting_for(store: SqlStore, office: Office) -> None:
    postman = Postman()
    postman.troubles = [SendFailed(FailureKind.UNKNOWN, "timeout")]
    bag = Bag(store, office, postman)
    await bag.write("修好了", GROUP, OutKind.RESULT)
    await bag.drain()
    assert await bag.states() == [SendState.UNKNOWN]
    await bag.write("还有一盏", GROUP, OutKind.RESULT)
    await bag.write("着火了", GROUP, OutKind.EMERGENCY)
    await bag.drain()
    assert postman.texts == ["着火了"], "nobody may have to wait two minutes for that"


async def test_hundreds_that_wait_for_their_turn_are_not_written_again_and_again(
    store: SqlStore, office: Office
) -> None:
    postman = Postman(pause_seconds=3.0)
    bag = Bag(store, office, postman)
    for number in range(600):  # more than one page
        await bag.write(f"{number}", villager(number))
    await bag.drain()
    before = set((await dump(store))["outbox"])
    for second in (1, 2, 2.9):
        await bag.drain(seconds(second))
    assert set((await dump(store))["outbox"]) == before
    await bag.drain(seconds(3))
    assert len(set((await dump(store))["outbox"]) - before) == 1
    assert postman.texts == ["0", "1"]


async def test_what_is_above_the_daily_cap_waits_for_the_next_morning_but_no_emergency(
    store: SqlStore, office: Office
) -> None:
    postman = Postman(daily_cap=3)
    bag = Bag(store, office, postman)
    for number in range(5):
        await bag.write(f"{number}", villager(number))
    await bag.drain()
    assert postman.texts == ["0", "1", "2"]
    await bag.write("着火了", villager(9), OutKind.EMERGENCY)
    await bag.write("还有", villager(8))
    await bag.drain(seconds(60))
    assert postman.texts[3:] == ["着火了"]
    morning = await bag.delivery.next_wake()
    assert morning == at("2026-03-07 07:30"), "at midnight nobody wants to be woken by it"
    assert await store.troubles(since=NINE) == (
        Trouble(at=NINE, kind="send_cap", subject="practice", cause="当天发满了上限，其余的第二天再发（紧急的照发）"),
    )
    await bag.drain(morning)
    assert postman.texts[4:] == ["3", "4", "还有"]


async def test_a_restart_does_not_give_the_account_a_second_cap(store: SqlStore, office: Office) -> None:
    postman = Postman(daily_cap=3)
    bag = Bag(store, office, postman)
    for number in range(2):
        await bag.write(f"{number}", villager(number))
    await bag.drain()
    again = Bag(store, office, postman, keys="later")
    for number in range(2, 5):
        await again.write(f"{number}", villager(number))
    await again.drain(seconds(60))
    assert postman.texts == ["0", "1", "2"]


async def test_what_surely_did_not_leave_does_not_count_against_the_cap(store: SqlStore, office: Office) -> None:
    postman = Postman(daily_cap=1)
    postman.troubles = [SendFailed(FailureKind.TEMPORARY, "busy")]
    bag = Bag(store, office, postman)
    await bag.write("一", villager(1))
    await bag.drain()
    await bag.drain(seconds(5))
    assert postman.texts == ["一"]
    assert await store.troubles(since=NINE) == ()


async def test_mail_for_a_line_that_is_down_waits_without_attempts_until_it_stands_again(
    store: SqlStore, office: Office
) -> None:
    lines = Switchboard()
    lines.down = {"wechat"}
    wechat, practice = Postman("wechat"), Postman()
    bag = Bag(store, office, wechat, practice, lines=lines)
    await bag.write("一", ToAccount(platform="wechat", account="w-1"))
    await bag.write("二", villager(2))
    for minute in range(0, 120, 10):
        await bag.drain(seconds(minute * 60))
    assert (wechat.texts, practice.texts) == ([], ["二"])
    lines.down = set()
    await bag.drain(seconds(7200))
    assert wechat.texts == ["一"]
    assert [sent.attempts for sent in await store.all_sent()] == [1, 1]


async def test_an_officers_peace_is_kept_before_the_accounts_turn_is_spent(store: SqlStore, office: Office) -> None:
    """An officer who was just written to waits for the next bundle, and the account's turn goes to somebody else."""
    postman = Postman(pause_seconds=5.0)
    bag = Bag(store, office, postman)
    await bag.write("一", ToPerson(person="p-lqs"), OutKind.PROMPT)
    await bag.drain()
    await bag.write("二", ToPerson(person="p-lqs"), OutKind.PROMPT)
    await bag.write("村民", villager(1))
    await bag.drain(seconds(5))
    assert postman.texts == ["一", "村民"]
    await bag.drain(seconds(600))
    assert postman.texts == ["一", "村民", "二"]
