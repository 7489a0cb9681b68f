"""What a shortlist is made from, and the few threads that are loaded after it."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Link, Relation, Sketch
from bot.ports.hearing import Look, Most, Seen
from bot.store import SqlStore, open_store, tickets
from bot.store.surroundings import Surroundings
from tests.store.test_plans import LOOK, explain
from tests.store.world import (
    ACHEN,
    GROUP,
    LAOZHENG,
    MORNING,
    VILLAGE,
    changed,
    closed,
    lamp,
    link,
    minutes,
    opened,
)


def by(sender: str, joined: Link) -> Link:
    """The same link, of somebody else's message."""
    return replace(joined, sender=sender)


async def seen(  # noqa: PLR0917 - in which village, of whom, since when
    store: SqlStore,
    village: str,
    since: datetime,
    accounts: tuple[str, ...] = (),
    platform: str = "practice",
    most: int = 9,
) -> Seen:
    """What door 1 sees of a village's tickets, and of those that somebody spoke of."""
    look = Look(
        platform=platform,
        conversation=GROUP,
        since=MORNING,
        before_seq=1_000,
        reader=GROUP,
        sent_since=MORNING,
        village=village,
        active_since=since,
        accounts=(accounts,) if accounts else (),
        own_since=since,
        unanswered_since=MORNING,
    )
    (found,) = await store.surroundings([look], year=2026, most=Most(recent=9, own=most))
    return found


async def three_lamps(store: SqlStore) -> None:
    """Two of 阿珍's in the village, the first of them ended, and one in another village."""
    for number in (1, 2):
        await store.commit(opened(lamp(number), f"m{number}"), now=minutes(0))
    await store.commit(opened(lamp(1, village="v-other"), "x1"), now=minutes(0))
    await store.commit(changed(closed(lamp(1), minutes(10)), EventKind.CLOSED, at=minutes(10)), now=minutes(10))


async def test_a_sketch_shows_what_it_takes_to_choose(store: SqlStore) -> None:
    private = replace(lamp(), group=None, urgent=True, text="家里老人摔了")
    await store.commit(opened(private), now=minutes(0))
    await store.commit(Outcome(links=(link(private, "m2", at=minutes(7)),)), now=minutes(7))
    assert (await seen(store, VILLAGE, minutes(90))).sketches == (
        Sketch(
            id=private.id,
            live=True,
            urgent=True,
            group=None,
            requester=ACHEN,
            text="家里老人摔了",
            active_at=minutes(7),
        ),
    )


async def test_sketches_are_of_the_same_tickets_as_threads(store: SqlStore) -> None:
    await three_lamps(store)
    for since in (MORNING, minutes(10), minutes(11)):
        for village in (VILLAGE, "v-other", "v-none"):
            whole = await store.threads([village], since=since)
            few = (await seen(store, village, since)).sketches
            assert sorted(one.id for one in few) == sorted(thread.ticket.id for thread in whole)
            assert {one.id: one.live for one in few} == {one.ticket.id: one.ticket.state.is_live for one in whole}


async def test_a_ticket_is_never_less_active_than_its_last_word(store: SqlStore) -> None:
    await three_lamps(store)
    late = Outcome(links=(link(lamp(2), "m5", at=minutes(30)), link(lamp(2), "m4", at=minutes(20))))
    await store.commit(late, now=minutes(31))
    threads = {thread.ticket.id: thread.last_at for thread in await store.threads([VILLAGE], since=MORNING)}
    assert threads[lamp(2).id] == minutes(30)
    assert all(one.active_at >= threads[one.id] for one in (await seen(store, VILLAGE, MORNING)).sketches)


async def test_the_threads_asked_for_come_in_order_with_all_their_messages(store: SqlStore) -> None:
    await three_lamps(store)
    await store.commit(Outcome(links=(link(lamp(2), "m4", Relation.FOLLOWUP),)), now=minutes(4))
    wanted = ["v-other-2026-1", lamp(2).id, "v-lw-2026-99", lamp(1).id]
    found = await store.threads_of(wanted)
    assert [thread.ticket.id for thread in found] == [lamp(1).id, lamp(2).id, "v-other-2026-1"]
    assert found == tuple(thread for thread in await store.all_threads())
    assert await store.threads_of([]) == ()


async def test_somebodys_tickets_are_those_that_a_message_of_theirs_belongs_to(store: SqlStore) -> None:
    await three_lamps(store)
    asked = by(LAOZHENG, link(lamp(2), "z1", Relation.FOLLOWUP, at=minutes(20)))
    again = by(LAOZHENG, link(lamp(2), "z2", Relation.SUPPORT, at=minutes(21)))
    await store.commit(Outcome(links=(asked, again)), now=minutes(21))

    async def spoken(platform: str, *accounts: str) -> set[str]:
        return set((await seen(store, VILLAGE, minutes(10), accounts, platform)).own)

    assert await spoken("practice", LAOZHENG) == {lamp(2).id}
    assert await spoken("practice", ACHEN) == {lamp(2).id, lamp(1).id}
    assert await spoken("practice", ACHEN, LAOZHENG) == {lamp(2).id, lamp(1).id}
    assert await spoken("practice", GROUP) == set()
    assert await spoken("wechat", ACHEN) == set()


async def test_of_somebodys_tickets_the_latest_active_ones_are_named_and_no_long_ended_ones(store: SqlStore) -> None:
    await three_lamps(store)
    for number in (3, 4):
        await store.commit(opened(lamp(number), f"m{number}"), now=minutes(number))
        await store.commit(Outcome(links=(link(lamp(number), f"n{number}", at=minutes(20 - number)),)), now=minutes(20))
    own = [(await seen(store, VILLAGE, minutes(30), (ACHEN,), most=most)).own for most in (1, 2, 9)]
    assert own == [{lamp(3).id}, {lamp(3).id, lamp(4).id}, {lamp(number).id for number in (2, 3, 4)}]
    assert (await seen(store, "v-other", minutes(30), (ACHEN,))).own == {"v-other-2026-1"}


async def test_sqlite_reads_the_live_tickets_and_not_the_villages_past(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, durable=False)
    await three_lamps(store)
    sketched = partial(Surroundings().around, looks=[LOOK], year=2026, most=Most(recent=9, own=9))
    for query in (partial(tickets.threads, villages=[VILLAGE], since=MORNING), sketched):
        steps = await store.database.write(partial(explain, query))
        assert "SEARCH tickets USING INDEX ix_tickets_live (village=?)" in steps
        assert "SEARCH tickets USING INDEX ix_tickets_village_active_at (village=? AND active_at>?)" in steps
    await store.close()
