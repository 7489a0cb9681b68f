"""Once a day each platform is asked how many are in a group, and told of nobody (R36)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest_asyncio

from bot.census import Census
from bot.clock import SetClock
from bot.domain.org import Organisation
from bot.office import Office
from bot.ports.groups import Counted
from bot.store import SqlStore, open_store
from tests.world import at

NINE = at("2026-03-06 09:00")
TODAY = NINE.date()


class Teller:
    """A platform that knows how many are in some of its rooms."""

    name = "wechat"

    def __init__(self, **rooms: int | None) -> None:
        self.rooms = rooms
        self.asked: list[str] = []

    async def count(self, conversation: str) -> int | None:
        self.asked.append(conversation)
        return self.rooms.get(conversation)


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[SqlStore]:
    copy(empty_database, tmp_path / "census.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'census.db'}", durable=False)
    yield opened
    await opened.close()


def on_wechat(office: Office, **rooms: str) -> Organisation:
    """The county, some of its groups on WeChat in these rooms."""
    groups = dict(office.org.groups)
    for group, room in rooms.items():
        ident = group.replace("_", "-")
        groups[ident] = replace(groups[ident], platform="wechat", conversation=room)
    return replace(office.org, groups=groups)


def census(store: SqlStore, org: Organisation, teller: Teller, clock: SetClock) -> Census:
    return Census(platform=teller, store=store, org=lambda: org, clock=clock, pause=timedelta())


async def test_each_group_of_the_platform_is_counted_once_a_day(store: SqlStore, office: Office) -> None:
    org, clock, teller = on_wechat(office, g_lw1="r1", g_sp1="r2"), SetClock(NINE), Teller(r1=265, r2=80)
    for _ in range(2):
        await census(store, org, teller, clock).take()
    assert sorted(teller.asked) == ["r1", "r2"]
    assert set(await store.members_counted(["g-lw1", "g-sp1", "g-lw2"])) == {
        Counted(group="g-lw1", members=265, day=TODAY),
        Counted(group="g-sp1", members=80, day=TODAY),
    }
    clock.set(NINE + timedelta(days=1))
    teller.rooms["r1"] = 270
    await census(store, org, teller, clock).take()
    (grown,) = await store.members_counted(["g-lw1"])
    assert (grown.members, grown.day) == (270, TODAY + timedelta(days=1))


async def test_what_is_not_told_or_told_in_part_changes_no_number(store: SqlStore, office: Office) -> None:
    org, clock, teller = on_wechat(office, g_lw1="r1", g_sp1="r2"), SetClock(NINE), Teller(r1=265)
    await census(store, org, teller, clock).take()
    clock.set(NINE + timedelta(days=1))
    teller.rooms["r1"] = 1
    await census(store, org, teller, clock).take()
    assert await store.members_counted(["g-lw1", "g-sp1"]) == (Counted(group="g-lw1", members=265, day=TODAY),)
    await census(store, org, teller, clock).take()
    assert teller.asked.count("r1") == 3, "who has not told is asked again"


async def test_a_group_that_nobody_bound_is_not_asked_about(store: SqlStore, office: Office) -> None:
    teller = Teller()
    await census(store, on_wechat(office, g_lw1=""), teller, SetClock(NINE)).take()
    assert teller.asked == []
