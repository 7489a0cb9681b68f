"""Many messages that wait are handled together, and what comes of it is what would have come of one after the other."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from bot.building import build_office
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming, Kind
from bot.domain.outcome import Outcome, Slot
from bot.domain.verdicts import Context, Verdict
from bot.engine import Engine
from bot.handlers import intake
from bot.handlers.judge import Judge
from bot.ports import Conflict
from bot.settings import Settings
from bot.store import SqlStore, dump, open_store
from bot.store.engine import Database
from tests.world import account, at

NINE = at("2026-03-06 09:00")
GROUPS = ("g-lw1", "g-lw2", "g-sp1")
WORDS = (
    "早",
    "今天桃子什么价",
    "二组路灯又不亮了",
    "二组的路灯坏了没人修",
    "我家也是",
    "自来水停了一上午了",
    "低保怎么申请",
    "谢谢",
    "有人管没有",
    "吃饭没",
)
PEOPLE = ("阿珍", "老杨", "桂婶", "李青山")


class Said(NamedTuple):
    """Who says what where; ``wait`` seconds after what was said before."""

    who: str
    where: str
    words: str
    wait: int


Tables = Mapping[str, Sequence[tuple[object, ...]]]
EVERYDAY = some.builds(
    Said,
    who=some.sampled_from(PEOPLE),
    where=some.sampled_from(GROUPS),
    words=some.sampled_from(WORDS),
    wait=some.integers(min_value=1, max_value=30),
)


class Watched(SqlStore):
    """Remembers which messages were handled together; may refuse tickets, as if another process were faster."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.handled: list[Sequence[int]] = []
        self.refuses = 0

    async def commit(
        self, outcome: Outcome, *, now: datetime, handled: Sequence[int] = (), slot: Slot | None = None
    ) -> bool:
        """As the store."""
        if self.refuses and outcome.changes:
            self.refuses -= 1
            message = "somebody else took the number"
            raise Conflict(message)
        self.handled.append(handled)
        return await super().commit(outcome, now=now, handled=handled, slot=slot)


class Stumbling:
    """A judge that cannot bear one word."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.stream = judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        """As the judge, unless it stumbles."""
        if "绊" in text:
            message = "a fault of the program"
            raise RuntimeError(message)
        return self._judge.classify(text, context)

    def is_urgent(self, text: str) -> bool:
        """As the judge."""
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        """As the judge."""
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        """As the judge."""
        return self._judge.similarity(one, other)


class Morning:
    """A bot that wakes up to many messages."""

    def __init__(self, store: Watched, engine: Engine) -> None:
        self.store = store
        self.engine = engine

    async def hears(self, said: Sequence[Said]) -> None:
        """All of it comes in, and is handled when the last of it is a minute old."""
        now = NINE
        for number, one in enumerate(said):
            now += timedelta(seconds=one.wait)
            incoming = Incoming(
                platform="practice",
                id=f"m{number}",
                group=one.where,
                sender=account(one.who),
                name=one.who,
                kind=Kind.TEXT,
                text=one.words,
                sent_at=now,
            )
            await self.engine.receive(incoming, now=now)
        await self.engine.hear(now=now + timedelta(minutes=1))


async def morning(folder: Path, empty: Path, settings: Settings, judge: Judge) -> Morning:
    """In a county of its own."""
    shutil.copy(empty, folder / "village.db")
    shutil.copy(empty.with_name("clue.keys"), folder)
    opened = await open_store(f"sqlite:///{folder / 'village.db'}", durable=False)
    store = Watched(opened.database)
    engine = Engine(store=store, office=build_office(settings), judge=judge, platforms=practice_platforms(settings))
    await engine.start(now=NINE)
    return Morning(store, engine)


def without_numbers(tables: Tables) -> dict[str, list[str]]:
    """What stands in the tables, whichever villages' rows came first."""
    numbered = {"outbox", "ticket_links", "ticket_events"}
    return {name: sorted(repr(row[1:] if name in numbered else row) for row in rows) for name, rows in tables.items()}


async def tables_after(said: Sequence[Said], empty: Path, settings: Settings, judge: Judge) -> Tables:
    """Everything that is stored after somebody has heard all of it."""
    with TemporaryDirectory() as folder:
        bot = await morning(Path(folder), empty, settings, judge)
        try:
            await bot.hears(said)
            return await dump(bot.store)
        finally:
            await bot.store.close()


@hypothesis_settings(max_examples=12)
@given(said=some.lists(EVERYDAY, min_size=2, max_size=24))
async def test_a_batch_comes_to_what_one_after_the_other_comes_to(
    said: list[Said], empty_database: Path, settings: Settings, judge: Judge
) -> None:
    together = await tables_after(said, empty_database, settings, judge)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "MOST_TOGETHER", 1)
        one_by_one = await tables_after(said, empty_database, settings, judge)
    assert without_numbers(together) == without_numbers(one_by_one)


SAID = (
    Said("阿珍", "g-lw1", "早", 1),
    Said("阿珍", "g-lw1", "二组路灯又不亮了", 30),
    Said("老杨", "g-lw1", "今天桃子什么价", 30),
    Said("桂婶", "g-sp1", "自来水停了一上午了", 1),
    Said("老杨", "g-lw1", "低保怎么申请", 30),
    Said("阿珍", "g-sp1", "吃饭没", 1),
)


async def test_what_waits_in_many_groups_is_committed_together_and_in_order_within_each(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    bot = await morning(tmp_path, empty_database, settings, judge)
    await bot.hears(SAID)
    await bot.store.close()
    assert sorted(seq for seqs in bot.store.handled for seq in seqs) == [1, 2, 3, 4, 5, 6]
    assert len(bot.store.handled) < len(SAID)
    here = [seq for seqs in bot.store.handled for seq in seqs if SAID[seq - 1].where == "g-lw1"]
    assert here == [1, 2, 3, 5]


async def test_a_word_that_nobody_can_handle_is_set_aside_and_harms_no_other(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    bot = await morning(tmp_path, empty_database, settings, Stumbling(judge))
    await bot.hears([*SAID[:3], Said("六叔", "g-lw1", "绊了一跤", 1), *SAID[3:]])
    troubles = await bot.store.troubles(since=NINE)
    tickets = await bot.store.all_threads()
    left = await bot.store.waiting()
    await bot.store.close()
    assert [trouble.kind for trouble in troubles] == ["message"]
    assert sorted(thread.ticket.village for thread in tickets) == ["liuwan", "liuwan", "shipan"]
    assert left == {}


async def test_a_batch_that_comes_too_late_with_a_ticket_is_decided_again_and_nothing_happens_twice(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    bot = await morning(tmp_path, empty_database, settings, judge)
    bot.store.refuses = 3
    await bot.hears(SAID)
    told = await dump(bot.store)
    await bot.store.close()
    assert bot.store.refuses == 0
    assert without_numbers(told) == without_numbers(await tables_after(SAID, empty_database, settings, judge))
