"""Queries that run for every message use an index: a county's history must not be read for each word said in it."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Connection, event

from bot.domain.burden import Pace
from bot.domain.messages import ToAccount, ToGroup
from bot.domain.outcome import Mark, Outcome
from bot.domain.tickets import EventKind
from bot.domain.urgency import Rank
from bot.ports import SendState
from bot.ports.hearing import Look, Most
from bot.ports.mail import Due
from bot.store import SqlStore, clues, content, inbox, looking, mail, open_store, outbox, slots, tickets
from bot.store import commit as commits
from bot.store.surroundings import Surroundings
from tests.store.world import (
    ACHEN,
    GROUP,
    MORNING,
    VILLAGE,
    changed,
    clue,
    hear,
    lamp,
    link,
    minutes,
    opened,
    post,
    said,
    slot,
)

LOOK = Look(
    platform="practice",
    conversation=GROUP,
    since=MORNING,
    before_seq=9,
    reader=f"group:{GROUP}",
    sent_since=MORNING,
    village=VILLAGE,
    active_since=MORNING,
    accounts=((ACHEN,), ()),
    own_since=MORNING,
    villager=ACHEN,
    group=GROUP,
    unanswered_since=MORNING,
)
"""Everything that can be asked for; nobody asks for all of it at once."""
PER_MESSAGE: dict[str, Callable[[Connection], object]] = {
    "accept": partial(
        inbox.accept,
        arrivals=[
            inbox.Arrival(incoming=said("m9"), conversation=GROUP, group=GROUP, by_cadre=False, received_at=MORNING)
        ],
    ),
    "waiting": inbox.waiting,
    "crying": inbox.crying,
    "calm": partial(inbox.calm, seqs=[2]),
    "pending": partial(Surroundings().pending, conversations=[GROUP]),
    "surroundings": partial(Surroundings().around, looks=[LOOK], year=2026, most=Most(recent=200, own=40)),
    "recent": partial(inbox.recent, conversation=GROUP, since=MORNING, before_seq=9, most=200),
    "marked": partial(inbox.marked, group=GROUP, marks=[Mark.MAYBE], since=MORNING),
    "home": partial(inbox.home, platform="practice", account=ACHEN),
    "next_number": partial(tickets.next_number, village=VILLAGE, year=2026),
    "threads": partial(tickets.threads, villages=[VILLAGE], since=MORNING),
    "threads_of": partial(Surroundings().threads_of, ids=["v-lw-2026-1"]),
    "held_by": partial(tickets.held_by, unit="t-qs", villages=[VILLAGE]),
    "linked": partial(tickets.linked, platform="practice", message="m1"),
    "village_asked_for": partial(tickets.village_asked_for, platform="practice", account=ACHEN),
    "history": partial(tickets.history, ticket="v-lw-2026-1"),
    "clues": partial(clues.clues, villages=[VILLAGE], since=MORNING),
    "commit": partial(
        commits.commit,
        outcome=changed(lamp(), EventKind.PROGRESS, at=MORNING)
        + Outcome(links=(link(lamp(), "m2"),), sends=(post("k"),), clues=(clue("m8"),), slots=(slot(MORNING),)),
        now=MORNING,
        handled=[2],
        slot=slot(minutes(5)),
    ),
    "claim_sends": partial(outbox.claim_sends, now=minutes(1), limit=5),
    "claim_some_sends": partial(outbox.claim_sends, now=minutes(1), limit=5, through={"b1": "practice", "b2": None}),
    "due_sends": partial(mail.due_sends, now=minutes(1), after=None, limit=5),
    "due_sends_behind": partial(
        mail.due_sends,
        now=minutes(1),
        after=Due(id="b1", to=ToGroup(group=GROUP), rank=Rank.USUAL, pace=Pace.FREE),
        limit=5,
    ),
    "put_off": partial(mail.put_off, sends=["b1"], until=minutes(5)),
    "heard_last": partial(mail.heard_last, accounts=[ToAccount(platform="practice", account=ACHEN)]),
    "settle": partial(outbox.settle, send="b1", result=outbox.Result(state=SendState.SENT, at=minutes(1))),
    "interrupted_sends": outbox.interrupted_sends,
    "sent_to": partial(outbox.sent_to, recipients=(f"group:{GROUP}",), since=MORNING),
    "sent_as": partial(outbox.sent_as, platform="practice", platform_id="w-1"),
    "content_posted": partial(content.posted, groups=[GROUP, "g-other"], since=MORNING),
    "content_raised": partial(content.raised, groups=[GROUP, "g-other"], since=MORNING),
    "content_danger": partial(content.danger, villages=[VILLAGE], since=MORNING),
    "content_choices": partial(content.choices_of, villages=[VILLAGE], day=MORNING.date()),
    "known_since": partial(looking.known_since, groups=[GROUP, "g-other"]),
    "due_slots": partial(slots.due_slots, now=MORNING),
    "next_slot": slots.next_slot,
    "next_send": outbox.next_send,
    "days": partial(looking.days, groups=[GROUP], since=MORNING.date()),
    "hearing": partial(looking.hearing, groups=[GROUP]),
    "lines": partial(looking.lines, recipient=f"group:{GROUP}", conversation=GROUP, limit=20),
    "troubles": partial(looking.troubles, since=MORNING),
}


@pytest.mark.parametrize("name", sorted(PER_MESSAGE))
async def test_no_query_reads_a_whole_table(sqlite_url: str, name: str) -> None:
    store = await open_store(sqlite_url, durable=False)
    await live(store)
    steps = await store.database.write(partial(explain, PER_MESSAGE[name]))
    scans = [step for step in steps if step.startswith("SCAN") and " USING " not in step and "CONSTANT" not in step]
    assert scans == []
    await store.close()


async def live(store: SqlStore) -> None:
    """Enough for every query to find something."""
    for name in ("m1", "m2"):
        await hear(store, said(name))
    outcome = opened(lamp()) + Outcome(sends=(post("a"), post("b")), slots=(slot(minutes(5)),))
    await store.commit(outcome, now=minutes(0), handled=[1])


def explain(work: Callable[[Connection], object], connection: Connection) -> list[str]:
    """The steps of SQLite's plans for all statements that the work sends, partial indexes counted as indexes."""
    sent: list[tuple[str, object]] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, _context: object, many: bool) -> None:
        first = values[0] if many and isinstance(values, list) else values
        sent.append((statement, first))

    event.listen(connection, "before_cursor_execute", note)
    work(connection)
    assert sent, "nothing was asked at all"
    event.remove(connection, "before_cursor_execute", note)
    steps = []
    for statement, values in sent:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        steps += [str(row.detail) for row in plan]
    return steps
