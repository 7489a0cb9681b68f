"""However many tickets are open, a decision on the few in sight is the one that all of them would have led to."""

import json
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bench.same_matter import FRIDAY, Everything, matters, said_again, seed, ticket
from bot.building import build_office
from bot.chatfile import read_chat
from bot.connecting import practice_platforms
from bot.domain.messages import Incoming, Kind
from bot.domain.tickets import Ticket
from bot.engine import Engine
from bot.handlers.judge import Judge
from bot.replay import play_chat
from bot.settings import Settings
from bot.settings.source import SHIPPED
from bot.store import SqlStore, dump, open_store
from tests.flow.village import Village
from tests.world import GROUP, VILLAGERS, account

DATA = Path(__file__).parents[1] / "data"
OPEN = 100
"""Five times as many open tickets as the words of a message are compared with."""
PEOPLE = [account(name) for name in VILLAGERS]
CADRE = account("李青山")
SHORT = (
    "我家也是",
    "谢谢，修好了",
    "我上次说的事怎么样了",
    "根本没修好",
    "12号怎么样了",
    "有人管没",
    "下午派人去看",
    "灯呢？",
)

Tables = dict[str, list[tuple[object, ...]]]


def chance(seed_: int) -> random.Random:
    """The same chance in every run."""
    return random.Random(seed_)  # noqa: S311 - no secrets


def open_tickets() -> list[Ticket]:
    """What is open on Friday morning: in both groups and in private, some of it by those who will speak."""
    known = [ticket(number, said) for number, said in enumerate(matters(OPEN, chance(1)), 1)]
    return [
        replace(
            one,
            group=(GROUP, GROUP, "g-lw2", None)[one.number % 4],
            requester=PEOPLE[one.number // 5 % len(PEOPLE)] if one.number % 5 == 0 else one.requester,
        )
        for one in known
    ]


def demo_day() -> list[Incoming]:
    """The recorded day of the demo county."""
    return list(read_chat(SHIPPED / "demo" / "day.jsonl", skip_bad=False).messages)


def another_chat() -> list[Incoming]:
    """The chat of another village, spoken in 柳湾村."""
    heard = read_chat(DATA / "liuwan.jsonl", skip_bad=False).messages
    return [
        replace(one, group=one.group and GROUP, sender=CADRE if one.sender == "u-9" else one.sender) for one in heard
    ]


def everybody_asks_again() -> list[Incoming]:
    """A morning on which old matters are said again, asked after, joined and answered, in both groups and privately."""
    rng = chance(2)
    known = rng.choices(open_tickets(), k=20)
    spoken = [json.loads(line)["text"] for line in (DATA / "classify_messages.jsonl").read_text("utf-8").splitlines()]
    words = [word for one in known for word in (said_again(one.text, rng), rng.choice(spoken), rng.choice(SHORT))]
    return [
        Incoming(
            platform="practice",
            id=f"m{number}",
            group=rng.choice((GROUP, GROUP, GROUP, "g-lw2", None)),
            sender=(sender := rng.choice([*PEOPLE, CADRE])),
            name=sender,
            kind=Kind.TEXT,
            text=text,
            sent_at=FRIDAY + timedelta(seconds=50 * number),
        )
        for number, text in enumerate(words)
    ]


@pytest.mark.parametrize("chat", [demo_day, another_chat, everybody_asks_again])
async def test_nothing_is_decided_otherwise(
    chat: Callable[[], list[Incoming]], settings: Settings, judge: Judge, empty_database: Path, tmp_path: Path
) -> None:
    for name in ("few", "whole"):
        shutil.copy(empty_database, tmp_path / name)
    few = await after(chat(), SqlStore, settings, judge, tmp_path / "few")
    whole = await after(chat(), Everything, settings, judge, tmp_path / "whole")
    assert few == whole


async def after(chat: Sequence[Incoming], kind: type[SqlStore], settings: Settings, judge: Judge, file: Path) -> Tables:
    """All tables after a chat in a village with many open tickets."""
    opened = await open_store(f"sqlite:///{file}", durable=False)
    store = kind(opened.database)
    try:
        await seed(store, open_tickets())
        platforms = practice_platforms(settings)
        await play_chat(Engine(store=store, office=build_office(settings), judge=judge, platforms=platforms), chat)
        return await dump(store)
    finally:
        await opened.close()


@pytest.mark.parametrize(("named", "reminded"), [("柳湾村", True), ("石畔村", False)])
async def test_a_stranger_asks_after_the_matters_of_the_village_that_he_names(
    village: Village, named: str, reminded: bool
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("路人", f"{named}二组路灯的事怎么样了，有结果没有", group=None)
    await village.wait(minutes=1)
    assert ("followed_up" in await village.events(1)) is reminded
