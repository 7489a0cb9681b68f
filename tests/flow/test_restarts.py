"""The bot goes down at any moment, and nobody in the village notices."""

import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.chatfile import read_chat, write_chat
from bot.domain.messages import OutKind
from bot.domain.workdays import local
from bot.replay import replay
from bot.settings import Settings
from bot.settings.source import SHIPPED
from bot.store import dump, open_store
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.nursery import Child, Nursery

DAY = SHIPPED / "demo" / "day.jsonl"
LONGEST_RUN = 300.0
"""Seconds after which a replay that was started is taken to hang."""

Step = Callable[[Village], Awaitable[object]]

STORY: tuple[Step, ...] = (
    lambda village: village.says("阿珍", "二组路灯又不亮了"),
    lambda village: village.says("阿珍", "就是老井旁边那一盏", after=12),
    lambda village: village.shows("阿珍", after=8),
    lambda village: village.says("老杨", "我家也是", after=50),
    lambda village: village.says("守井人", "早", after=5),
    lambda village: village.says("守井人", "村会计何桂珍拿村里的钱给自己家修院墙,单子是假的", group=None, after=60),
    lambda village: village.says("风筝", "快来人 一组桥头电线掉路上了 冒火花", after=60),
    lambda village: village.says("李青山", "我马上到桥头", after=60),
    lambda village: village.says("李青山", "1 办结 已换灯泡,今晚亮", group=None, after=600),
    lambda village: village.says("阿珍", "根本没修好,灯还是不亮", after=5000),
    lambda village: village.says("李青山", "1 转办 水利站 要爬高", group=None, after=60),
    lambda village: village.wait(hours=9),
)


async def _told(village: Village, *, restart_before: frozenset[int]) -> dict[str, list[tuple[object, ...]]]:
    for index, step in enumerate(STORY):
        if index in restart_before:
            await village.restarts()
        await step(village)
    return await village.everything()


async def test_a_restart_between_any_two_messages_changes_nothing(wakes: Wakes) -> None:
    undisturbed = await _told(await wakes("2026-03-06 08:00"), restart_before=frozenset())
    assert len(undisturbed["tickets"]) == 2
    for index in range(1, len(STORY)):
        disturbed = await _told(await wakes("2026-03-06 08:00"), restart_before=frozenset({index}))
        assert disturbed == undisturbed, f"restarted before step {index}"


async def test_every_notice_goes_out_once_in_a_week_of_daily_restarts(wakes: Wakes) -> None:
    steady, shaken = await wakes("2026-03-06 08:00"), await wakes("2026-03-06 08:00")
    await steady.says("阿珍", "二组路灯又不亮了")
    await shaken.says("阿珍", "二组路灯又不亮了")
    await steady.wait(hours=24 * 7)
    for day in range(7):
        # a different hour every day: at night, in the morning rush, right at the digest
        await shaken.wait(hours=24 - day, seconds=0)
        await shaken.restarts()
        await shaken.wait(hours=day)
    for village in (steady, shaken):
        for kind in (OutKind.DUTY, OutKind.CONTENT):
            days = [local(sent.sent_at).date() for sent in await village.sent(kind) if sent.sent_at]
            groups = [sent.outgoing.to for sent in await village.sent(kind)]
            pairs = list(zip(groups, days, strict=True))
            assert len(pairs) == len(set(pairs))
            assert len(pairs) == 7 * len(village.settings.county.groups)
    assert await shaken.everything() == await steady.everything()


async def test_the_same_morning_twice_is_the_same_to_the_last_byte(settings: Settings) -> None:
    morning = read_chat(DAY, skip_bad=False).messages[:40]
    once, again = [json.dumps(await replay(morning, settings, with_clues=True)) for _ in range(2)]
    assert once == again


def _start(nursery: Nursery, chat: Path, database: Path) -> Child:
    with database.with_suffix(".log").open("w") as errors:
        return nursery.start(
            *("-m", "bot", "replay", str(chat), "--database", str(database)),
            environ={key: value for key, value in os.environ.items() if not key.startswith("XIAOWEI")},
            stderr=errors,
        )


def _finish(process: Child, database: Path) -> None:
    assert process.wait(LONGEST_RUN) == 0, database.with_suffix(".log").read_text()


def _heard(database: Path) -> int:
    """How many messages the other process has stored so far."""
    if not database.is_file():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=LONGEST_RUN)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM inbox").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # it has not made its tables yet


async def test_killed_at_random_instants_the_morning_ends_as_if_nothing_had_happened(
    nursery: Nursery, tmp_path: Path
) -> None:
    chat, steady, shaken = tmp_path / "morning.jsonl", tmp_path / "steady.db", tmp_path / "shaken.db"
    messages = read_chat(DAY, skip_bad=False).messages[:26]
    chat.write_text(write_chat(messages), encoding="utf-8")
    _finish(_start(nursery, chat, steady), steady)
    chance = random.Random(20260306)  # noqa: S311 - no secret
    killed = 0
    for heard in (3, 8, 13, 17, 21):
        process = _start(nursery, chat, shaken)
        while process.poll() is None and _heard(shaken) <= heard:
            time.sleep(0.005)  # noqa: ASYNC251 - the other process is what runs
        time.sleep(chance.random() * 0.05)  # noqa: ASYNC251
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait(LONGEST_RUN)
    assert killed == 5
    _finish(_start(nursery, chat, shaken), shaken)
    dumps = []
    for database in (steady, shaken):
        store = await open_store(f"sqlite:///{database}")
        dumps.append(await dump(store))
        await store.close()
    assert _without_order_numbers(dumps[1]) == _without_order_numbers(dumps[0])


def _without_order_numbers(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """The tables with the inbox in order but unnumbered: a message that is heard again uses a number up."""
    inbox = sorted(tables["inbox"], key=lambda row: int(str(row[0])))
    return tables | {"inbox": [row[1:] for row in inbox]}


async def test_what_was_said_while_the_bot_was_down_is_handled_when_it_is_back(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 08:00")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.closes()
    village.clock.set(village.now + timedelta(hours=3))
    await village.opens()
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.text == "二组路灯又不亮了"
    assert len(await village.sent(OutKind.RECEIPT)) == 1
