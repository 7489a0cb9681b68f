"""Weeks in 清禾镇, with talk and officers drawn by lot, with restarts, and with two days in which the bot slept.

What a day brings nobody has written down; what must hold of every day stands in ``bench/generated/inspection.py``.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from bench.generated.chatter import Mixture, chatter
from bench.generated.county import Crowd, generate, one_township
from bench.generated.inspection import faults_of, owner_faults
from bench.generated.life import Life, Mishaps, Span
from bench.generated.officers import Officers
from bench.generated.phrases import Phrases, read_phrases
from bot.building import build_office
from bot.domain.messages import Incoming, Kind, OutKind
from bot.domain.silence import Silence
from bot.domain.tickets import State
from bot.domain.workdays import local
from bot.engine import senses_of
from bot.handlers.judge import Judge
from bot.patrol.digest import compose
from bot.patrol.digest_facts import DigestFacts
from bot.settings import Settings
from tests.world import at

CROWDS = {
    "g-lw1": Crowd(members=260, a_day=6.0),
    "g-lw2": Crowd(members=180, a_day=1.5),
    "g-sp1": Crowd(members=120, a_day=0.3),
    "g-xl1": Crowd(members=90, a_day=0.0),  # nobody has said a word there since it was made
}
TALK = Mixture(matters=0.09, cries=0.004, hints=0.006, officers=0.06)

Begins = Callable[..., Awaitable[Life]]


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return read_phrases()


@pytest_asyncio.fixture
async def begins(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[Begins]:
    lives: list[Life] = []

    async def begin(when: str, *, mishaps: Mishaps | None = None, of: Settings | None = None, seed: int = 7) -> Life:
        folder = tmp_path / f"life-{len(lives)}"
        folder.mkdir()
        shutil.copy(empty_database, folder / "life.db")
        shutil.copy(empty_database.with_name("clue.keys"), folder)
        county = of or one_township(settings, "qinghe")
        life = Life(
            database=folder / "life.db",
            settings=county,
            judge=judge,
            begins=at(when),
            officers=Officers(build_office(county), seed=seed),
            mishaps=mishaps or Mishaps(),
        )
        await life.opens()
        lives.append(life)
        return life

    yield begin
    for life in lives:
        await life.closes()


def instants(begins: str, ends: str, *, times: int, seed: int) -> list[datetime]:
    """Instants at which somebody pulls the plug, at night and in the middle of the morning's posts."""
    chance = Random(seed)  # noqa: S311 - no secret
    first, last = at(begins), at(ends)
    anywhere = [first + (last - first) * chance.random() for _ in range(times)]
    return anywhere + [
        one.replace(hour=hour, minute=minute, second=second, microsecond=0)
        for one, (hour, minute, second) in zip(anywhere, ((8, 30, 0), (10, 0, 0), (17, 0, 0)), strict=False)
    ]


async def test_every_notice_item_and_digest_comes_once_whatever_happens_in_four_weeks(
    begins: Begins, phrases: Phrases
) -> None:
    first, last = "2026-04-27 06:00", "2026-05-23 06:00"  # 五一 lies in it, with the Saturday that is worked for it
    asleep = Span(begins=at("2026-05-12 07:10"), ends=at("2026-05-14 11:20"))
    mishaps = Mishaps(restarts=instants(first, last, times=6, seed=20260401), asleep=(asleep,))
    life = await begins(first, mishaps=mishaps)
    faults: list[str] = []

    async def look(life: Life) -> None:
        faults.extend(await owner_faults(life))

    talk = chatter(life.settings.county, CROWDS, phrases, begins=at(first), ends=at(last), seed=20260402, mixture=TALK)
    await life.lives(talk, until=at(last), look=look)
    assert [*faults, *await faults_of(life)] == []
    tickets = await life.store.all_threads()
    assert len(tickets) > 10, "weeks without matters would prove nothing"
    assert sum(one.ticket.state is State.CLOSED for one in tickets) > 2, "officers answer"
    assert len((await life.store.duty_record(since=at(first).date())).changes) > 5, (
        "nor would a roster that stands still"
    )
    assert {one.outgoing.kind for one in await life.store.all_sent()} >= {OutKind.OVERDUE, OutKind.REMINDER}


async def test_a_group_that_is_deaf_for_two_days_is_never_taken_for_one_that_sleeps(
    begins: Begins, settings: Settings
) -> None:
    """Two lives with the same words: in the one the line hears nothing for two days and nobody notices.

    霞岭村 says nothing at all, 石畔村 a word every few days, one of them while nobody hears it. Whoever is called
    asleep in the deaf life must be asleep in the other one, too.
    """
    first, last = "2026-04-07 06:00", "2026-04-18 23:45"
    silence = settings.rules.silence.model_copy(update={"yellow_days": 2, "orange_days": 3, "red_days": 5})
    rules = settings.rules.model_copy(update={"silence": silence})
    county = one_township(replace(settings, rules=rules), "qinghe")
    lives = []
    for deaf in ((), (Span(begins=at("2026-04-15 00:00"), ends=at("2026-04-17 00:00")),)):
        life = await begins(first, of=county, mishaps=Mishaps(deaf=deaf))
        asleep: dict[str, frozenset[str]] = {}
        await life.lives(words_now_and_then(), until=at(last), look=_who_sleeps(asleep))
        lives.append(asleep)
    hearing, deaf_life = lives
    assert {day: groups - hearing[day] for day, groups in deaf_life.items() if groups - hearing[day]} == {}
    assert hearing["04-16"] == {"g-xl1"}, "who really sleeps is found"
    assert deaf_life["04-16"] == frozenset(), "of whom nothing is heard nothing is said"
    assert deaf_life["04-18"] == {"g-xl1"}, "once the line hears again the rest is found as before"


def words_now_and_then() -> Iterator[Incoming]:
    """A word every day in 柳湾村's groups, one on some days in 石畔村, none in 霞岭村."""
    for day in range(7, 19):
        spoken = ("g-lw1", "g-lw2", *(("g-sp1",) if day in (8, 11, 15, 18) else ()))
        for minute, group in enumerate(spoken):
            yield Incoming(
                platform="practice",
                id=f"{group}-{day}",
                group=group,
                sender="u-sw",
                name="石头爸",
                kind=Kind.TEXT,
                text="赶集回来的捎我一段",
                sent_at=at(f"2026-04-{day:02} 19:{minute:02}"),
            )


def _who_sleeps(asleep: dict[str, frozenset[str]]) -> Callable[[Life], Awaitable[None]]:
    """Writes down every night which groups the page would call zombies or show as red."""

    async def look(life: Life) -> None:
        office, now = await life.office(), life.clock.now()
        facts = DigestFacts(store=life.store, office=office, senses=senses_of(life.platforms))
        rows = compose(await facts.load("qinghe", at=now), now, office).groups
        asleep[f"{local(now):%m-%d}"] = frozenset(
            row.group for row in rows if row.judgement.silence is Silence.RED or (row.facts and row.facts.is_zombie)
        )

    return look


async def test_a_county_that_nobody_has_seen_before_gets_through_its_first_days(
    begins: Begins, phrases: Phrases, settings: Settings
) -> None:
    county = generate(groups=14, seed=20260404, a_day=4.0)
    first, last = "2026-06-18 06:00", "2026-06-20 12:00"  # 端午 is a Friday
    mishaps = Mishaps(restarts=instants(first, last, times=3, seed=20260405))
    life = await begins(first, of=county.settings(settings), mishaps=mishaps)
    faults: list[str] = []

    async def look(life: Life) -> None:
        faults.extend(await owner_faults(life))

    talk = chatter(county.org, county.crowds, phrases, begins=at(first), ends=at(last), seed=20260406, mixture=TALK)
    await life.lives(talk, until=at(last), look=look)
    assert [*faults, *await faults_of(life)] == []
    assert len({one.ticket.village for one in await life.store.all_threads()}) > 2
