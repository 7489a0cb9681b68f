"""Three months of a county, lived through under a simulated clock, and what went wrong in them.

``python -m bench.quarter``: the demo county from 1 April to 30 June, with forty restarts at any instant and one sleep
of two days, talk and officers drawn by lot. ``--groups 540``: a generated county of so many groups instead. ``--days``,
``--asleep-on`` (the day on which the sleep begins; none if the days end before it does),
``--a-day`` (messages of the group in the middle) and ``--seed`` as wanted. Prints figures and every fault; ends with 1
if there are any.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.generated.chatter import Mixture, chatter
from bench.generated.county import County, crowds, generate
from bench.generated.inspection import faults_of, owner_faults
from bench.generated.life import Life, Mishaps, Span
from bench.generated.officers import Officers
from bench.generated.phrases import read_phrases
from bot.building import build_judge, build_office
from bot.domain.burden import Pace
from bot.domain.messages import OutKind
from bot.domain.workdays import SHANGHAI, local
from bot.settings import read_settings
from bot.settings.source import SHIPPED
from bot.store import migrate
from bot.store.vault import Vault

BEGINS = datetime(2026, 4, 1, 6, tzinfo=SHANGHAI)
QUARTER_DAYS = 91
ASLEEP_ON = 41
"""Days from the beginning to the sleep."""
ASLEEP = (timedelta(hours=1), timedelta(days=2, hours=5))
"""When the process sleeps, from six in the morning of that day."""
MIXTURE = Mixture(matters=0.03, cries=0.001, hints=0.002)


async def live(
    *, groups: int | None, days: int, a_day: float, restarts: int, seed: int, folder: Path, asleep_on: int = ASLEEP_ON
) -> Life:
    """Live through it; the database is ``folder/life.db``."""
    base = read_settings(SHIPPED / "demo", {})
    judge = build_judge(base)
    if groups is None:
        county = County(org=base.county, roster=base.roster, crowds=crowds(base.county, seed=seed, a_day=a_day))
        settings = base
    else:
        county = generate(groups=groups, seed=seed, a_day=a_day)
        settings = county.settings(base)
    database = folder / "life.db"
    await migrate(f"sqlite:///{database}")
    Vault(database.with_name("clue.keys"), random=bytes).ready()
    ends = BEGINS + timedelta(days=days)
    chance = Random(seed)  # noqa: S311 - no secret
    sleeps, wakes = (BEGINS + timedelta(days=asleep_on) + after for after in ASLEEP)
    mishaps = Mishaps(
        restarts=[BEGINS + (ends - BEGINS) * chance.random() for _ in range(restarts)],
        asleep=[Span(begins=sleeps, ends=wakes)] if wakes < ends else [],
    )
    officers = Officers(build_office(settings), seed=seed)
    life = Life(database=database, settings=settings, judge=judge, begins=BEGINS, officers=officers, mishaps=mishaps)
    await life.opens()
    talk = chatter(county.org, county.crowds, read_phrases(), begins=BEGINS, ends=ends, seed=seed, mixture=MIXTURE)
    started = time.perf_counter()

    async def look(life: Life) -> None:
        faults = await owner_faults(life)
        seconds = time.perf_counter() - started
        print(
            f"{local(life.clock.now()):%m-%d}  {life.heard:7} heard  {seconds:6.0f} s", *faults, sep="\n  ", flush=True
        )
        life.faults.extend(faults)

    await life.lives(talk, until=ends, look=look)
    return life


async def report(life: Life) -> int:
    """Print the figures and the faults; how many faults there are."""
    sent, threads = await life.store.all_sent(), await life.store.all_threads()
    print(f"\n{life.heard} messages heard, {len(life.world.delivered)} sent, {len(threads)} tickets")
    for title, figures in (
        ("sent", Counter(one.outgoing.kind.value for one in sent)),
        ("tickets", Counter(thread.ticket.state.value for thread in threads)),
        ("categories", Counter(thread.ticket.category.value for thread in threads)),
    ):
        print(f"{title:12}", ", ".join(f"{name} {count}" for name, count in figures.most_common()))
    counted = Counter(
        (one.outgoing.to, local(one.sent_at).date(), one.bundle or one.id)
        for one in sent
        if one.sent_at is not None and one.pace in (Pace.ALONE, Pace.TOGETHER)
    )
    per_day = Counter((to, day) for to, day, _ in counted)
    most = max(per_day.values(), default=0)
    closed = sum(thread.ticket.closed_at is not None for thread in threads)
    asked = sum(one.outgoing.kind in (OutKind.PROMPT, OutKind.REMINDER, OutKind.OVERDUE) for one in sent)
    per_closed = asked / max(1, closed)
    print(f"{'burden':12} at most {most} messages a day to one officer, {per_closed:.1f} prompts per closed ticket")
    faults = [*life.faults, *await faults_of(life)]
    print(f"{'faults':12} {len(faults)}", *faults, sep="\n  ")
    return len(faults)


async def main() -> int:
    """Read the arguments and live."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--groups", type=int)
    arguments.add_argument("--days", type=int, default=QUARTER_DAYS)
    arguments.add_argument("--a-day", type=float, default=8.0)
    arguments.add_argument("--restarts", type=int, default=40)
    arguments.add_argument("--asleep-on", type=int, default=ASLEEP_ON)
    arguments.add_argument("--seed", type=int, default=20260401)
    given = arguments.parse_args()
    with TemporaryDirectory(prefix="xiaowei-") as folder:
        life = await live(
            groups=given.groups,
            days=given.days,
            a_day=given.a_day,
            restarts=given.restarts,
            seed=given.seed,
            folder=Path(folder),
        )
        try:
            return min(1, await report(life))
        finally:
            await life.closes()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
