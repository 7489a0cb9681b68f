"""How the lines to the platforms are kept, on both databases: states, gaps, echoes, and who owns an account."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState
from bot.store import SqlStore
from tests.store.world import GROUP, MORNING, hear, minutes, said

ONLINE = LineRecord(
    platform="wechat", state=LineState.ONLINE, at=MORNING, account="wx-bot", whole_at=MORNING, down_since=minutes(-40)
)


def gap(since: float, until: float, platform: str = "wechat") -> Gap:
    return Gap(platform=platform, account="wx-bot", since=minutes(since), until=minutes(until), why="网关重启")


async def test_a_line_is_found_again_as_it_was_left(store: SqlStore, other: SqlStore) -> None:
    await store.save_line(ONLINE)
    scan = LineRecord(
        platform="dingtalk", state=LineState.SCAN, at=MORNING, why="等人扫码", qr="https://example.com/l/abc"
    )
    await store.save_line(scan)
    assert await other.line_states() == (scan, ONLINE)

    gone = replace(ONLINE, state=LineState.OFFLINE, at=minutes(5), why="连不上", down_since=minutes(5))
    await store.save_line(gone)
    assert await other.line_states() == (scan, gone)


async def test_the_code_to_scan_is_a_login_and_lies_sealed(store: SqlStore) -> None:
    await store.save_line(replace(ONLINE, state=LineState.SCAN, qr="https://example.com/l/secret"))
    stored = await store.database.read(
        lambda connection: connection.exec_driver_sql("SELECT qr FROM lines").scalar_one()
    )
    assert "secret" not in stored


async def test_the_last_proof_of_a_whole_line_never_goes_back(store: SqlStore) -> None:
    await store.save_line(ONLINE)
    await store.still_whole("wechat", at=minutes(2))
    await store.still_whole("wechat", at=minutes(1))
    await store.save_line(replace(ONLINE, state=LineState.CONNECTING, whole_at=None))
    (line,) = await store.line_states()
    assert line.whole_at == minutes(2)


async def test_a_gap_is_kept_once_and_an_empty_one_never(store: SqlStore) -> None:
    assert await store.add_gap(gap(0, 35))
    assert not await store.add_gap(gap(0, 35))
    assert not await store.add_gap(gap(50, 50))
    assert await store.add_gap(gap(-60, -50, "dingtalk"))
    assert await store.gaps(since=minutes(-120)) == (gap(-60, -50, "dingtalk"), gap(0, 35))
    assert await store.gaps(since=minutes(0)) == (gap(0, 35),)
    assert await store.gaps(since=minutes(35)) == ()


async def test_an_echo_is_remembered_beside_what_was_heard(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await store.echoed(GROUP, at=minutes(3))
    await store.echoed(GROUP, at=minutes(1))
    heard = (await store.hearing([GROUP]))[GROUP]
    assert (heard.heard_at, heard.posted_at, heard.echoed_at) == (MORNING, None, minutes(3))


async def test_a_second_process_gets_the_account_only_when_the_first_lets_it_go_or_is_gone(
    store: SqlStore, other: SqlStore
) -> None:
    half_a_minute = timedelta(seconds=30)
    first = await store.take_lease("wechat", "a:1", now=MORNING, until=MORNING + half_a_minute)
    assert first == Lease(name="wechat", holder="a:1", until=MORNING + half_a_minute)
    assert await other.take_lease("wechat", "b:2", now=minutes(0.4), until=minutes(0.9)) == first

    renewed = await store.take_lease("wechat", "a:1", now=minutes(0.4), until=minutes(0.9))
    assert (renewed.holder, renewed.until) == ("a:1", minutes(0.9))

    taken = await other.take_lease("wechat", "b:2", now=minutes(0.9), until=minutes(1.4))
    assert taken.holder == "b:2"
    assert (await store.take_lease("wechat", "a:1", now=minutes(1), until=minutes(1.5))).holder == "b:2"

    await store.give_up_lease("wechat", "a:1")
    assert [lease.holder for lease in await store.leases()] == ["b:2"]
    await other.give_up_lease("wechat", "b:2")
    assert await store.leases() == ()


async def test_of_many_that_ask_together_one_gets_it(store: SqlStore, other: SqlStore) -> None:
    asked = (
        (store if number % 2 else other).take_lease("wechat", f"p:{number}", now=MORNING, until=minutes(0.5))
        for number in range(12)
    )
    holders = {lease.holder for lease in await asyncio.gather(*asked)}
    assert len(holders) == 1
