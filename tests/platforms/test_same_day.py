"""The same recorded day on every platform: the same tickets, and the same words wherever the platform allows."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.domain.messages import Incoming
from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.platforms.days import differences, played_by_its_twin, played_for_real
from tests.platforms.dingtalk.peer import Peer
from tests.platforms.phones import (
    Phones,
    adapter_to_dingtalk,
    adapter_to_wechat,
    day_on_dingtalk,
    day_on_wechat,
    frame_of,
    on_dingtalk,
    on_wechat,
)
from tests.platforms.wechat.gateway import Gateway


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    started = Gateway(tmp_path_factory.mktemp("gateway"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer() as started:
        yield started


def database(folder: Path, empty: Path, name: str) -> Path:
    (folder / name).mkdir()
    shutil.copy(empty.with_name("clue.keys"), folder / name)
    return Path(shutil.copy(empty, folder / name / "village.db"))


async def test_a_day_on_wechat_is_the_day_that_the_practice_hall_shows(
    gateway: Gateway, settings: Settings, judge: Judge, empty_database: Path, tmp_path: Path
) -> None:
    adapter = adapter_to_wechat(gateway, SystemClock())
    there = on_wechat(settings)
    day = day_on_wechat(adapter.capabilities)
    phones = Phones(gateway, day)
    await phones.move_in(there)
    real, heard = await played_for_real(
        day,
        adapter=adapter,
        speak=phones.speak,
        database=database(tmp_path, empty_database, "real"),
        settings=there,
        judge=judge,
    )
    assert [heard[one.id].text for one in day] == [one.text for one in day]
    twin = await played_by_its_twin(
        day,
        capabilities=adapter.capabilities,
        media_of=heard,
        database=database(tmp_path, empty_database, "twin"),
        settings=there,
        judge=judge,
    )
    assert differences(real, twin) == []
    assert len(real.tickets) >= 9


async def test_a_day_on_dingtalk_is_the_day_of_a_practice_hall_that_must_be_called(
    peer: Peer, settings: Settings, judge: Judge, empty_database: Path, tmp_path: Path
) -> None:
    adapter = adapter_to_dingtalk(peer, SystemClock())
    there = on_dingtalk(settings)
    day = day_on_dingtalk(adapter.capabilities)

    async def speak(message: Incoming) -> None:
        await peer.push(frame_of(peer, message))

    real, heard = await played_for_real(
        day,
        adapter=adapter,
        speak=speak,
        database=database(tmp_path, empty_database, "real"),
        settings=there,
        judge=judge,
        twice=True,
    )
    twin = await played_by_its_twin(
        day,
        capabilities=adapter.capabilities,
        media_of=heard,
        database=database(tmp_path, empty_database, "twin"),
        settings=there,
        judge=judge,
    )
    assert differences(real, twin) == []
    assert len(real.tickets) >= 9
