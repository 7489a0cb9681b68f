"""How long digests take: loading, composing, drawing, writing. Run as ``python -m bench.digest [GROUPS ...]``.

Generated townships of 70 groups together, and then of a county of 540 (or of as many as are asked for), live through a
morning; then their pages are made. The goals are a second and ten. Printed are seconds of processor time and, as a
measure that travels, their ratio to judging a hundred messages. It prints and never fails: there is no timed test.
"""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench.generated.county import generate
from bot.building import build_judge, build_office
from bot.clock import SetClock
from bot.connecting import practice_platforms
from bot.documents import digest_picture, digest_sheet
from bot.domain.messages import Incoming, Kind
from bot.domain.org import PRACTICE
from bot.domain.verdicts import Context
from bot.domain.workdays import SHANGHAI
from bot.engine import Engine, play, senses_of
from bot.patrol import digest
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.digest_text import say_digest
from bot.settings import Settings, read_settings
from bot.store import SqlStore, migrate, open_store

DEMO = Path(__file__).parents[1] / "config" / "demo"
BEGINS = datetime(2026, 3, 6, 8, tzinfo=SHANGHAI)
TOWNSHIPS, COUNTY = 70, 540
"""Groups of a large township or two, and of a county (DESIGN section 8)."""
SAID = ("二组路灯又不亮了", "请问医保缴费截止到哪天", "早上好", "建议把广场的健身器材修一修")


async def measure(groups: int) -> None:
    """Live through the morning and print what the pages took."""
    settings = generate(groups=groups, seed=1).settings(read_settings(DEMO, {}))
    with TemporaryDirectory(prefix="xiaowei-bench-") as folder:
        url = f"sqlite:///{folder}/bench.db"
        await migrate(url)
        store = await open_store(url, durable=False)
        try:
            await _morning(settings, store)
            await _pages(settings, store)
        finally:
            await store.close()


async def _morning(settings: Settings, store: SqlStore) -> None:
    clock = SetClock(BEGINS)
    engine = Engine(
        store=store,
        office=build_office(settings),
        judge=build_judge(settings),
        platforms=practice_platforms(settings),
    )
    await engine.start(now=BEGINS)
    for nth, text in enumerate(SAID):
        at = BEGINS + timedelta(minutes=10 * (nth + 1))
        await play(engine, clock, until=at)
        for group in settings.county.groups.values():
            incoming = Incoming(
                platform=PRACTICE,
                id=f"{group.id}-{nth}",
                group=group.conversation,
                sender=f"{group.id}-v{nth}",
                name=f"村民{nth}",
                kind=Kind.TEXT,
                text=text,
                sent_at=at,
            )
            await engine.receive(incoming, now=at)
    await play(engine, clock, until=BEGINS + timedelta(hours=2))


async def _pages(settings: Settings, store: SqlStore) -> None:
    office, at = build_office(settings), BEGINS + timedelta(hours=9)
    judge = build_judge(settings)
    digests = DigestFacts(store=store, office=office, senses=senses_of(practice_platforms(settings)))
    spent = dict.fromkeys(("load", "compose", "draw", "write", "a hundred verdicts"), 0.0)

    def took(step: str, since: float) -> float:
        now = process_time()
        spent[step] += now - since
        return now

    pages = 0
    for township in office.org.townships:
        clock = process_time()
        facts = await digests.load(township.id, at=at)
        clock = took("load", clock)
        page = digest.compose(facts, at, office)
        say_digest(page, office)
        clock = took("compose", clock)
        digest_picture.draw(page, office)
        clock = took("draw", clock)
        digest_sheet.write(page, office)
        took("write", clock)
        pages += 1
    clock = process_time()
    for nth in range(100):
        judge.classify(SAID[nth % len(SAID)], Context())
    took("a hundred verdicts", clock)
    verdicts = spent.pop("a hundred verdicts")
    whole = sum(spent.values())
    groups = len(office.org.groups)
    print(f"{groups} groups, {pages} pages: {whole:.2f} s, {whole / verdicts:.1f} times a hundred verdicts")
    for step, seconds in spent.items():
        print(f"  {step:8} {seconds:.2f} s")


if __name__ == "__main__":
    for wanted in [int(given) for given in sys.argv[1:]] or [TOWNSHIPS, COUNTY]:
        asyncio.run(measure(wanted))
