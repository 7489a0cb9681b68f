"""The counts behind the patrol sheet, from the messages as they were stored."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.messages import Incoming, Kind, Outgoing, OutKind, ToGroup, recipient_key
from bot.domain.outcome import Change, Mark, Outcome
from bot.domain.tickets import Link, Relation
from bot.ports import GroupDay, SendState
from bot.ports.groups import Wanted
from bot.store import SqlStore
from tests.store.world import ACHEN, GROUP, LAOZHENG, MORNING, OFFICER, lamp, minutes, said

MIDNIGHT = datetime.fromisoformat("2026-03-06T00:00+08:00")
TOMORROW = MIDNIGHT + timedelta(days=1)


async def hear(store: SqlStore, incoming: Incoming, *, group: str = GROUP, cadre: bool = False) -> None:
    """A group's platform delivers a message, under the group's own conversation."""
    await store.accept(
        incoming,
        conversation=recipient_key(ToGroup(group=group)),
        group=group,
        by_cadre=cadre,
        received_at=incoming.sent_at,
    )


async def test_speakers_are_villagers_who_said_something_that_day_each_once(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await hear(store, said("m2"))
    await hear(store, said("m3", sender=LAOZHENG))
    await hear(store, said("m4", sender=OFFICER), cadre=True)
    await hear(store, replace(said("m5", sender="u-9"), kind=Kind.JOIN))
    await hear(store, said("m6", sender="u-8", at=MIDNIGHT - timedelta(seconds=1)))
    await hear(store, said("m7", sender="u-8"), group="g-other")
    assert await store.speakers([GROUP, "g-silent"], since=MIDNIGHT, until=TOMORROW) == {GROUP: 2}


async def test_two_villagers_on_one_day_are_together_two_on_two_days_are_not(store: SqlStore) -> None:
    await hear(store, said("m1", at=MORNING - timedelta(days=2)))
    await hear(store, said("m2", sender=LAOZHENG, at=MORNING - timedelta(days=1)))
    assert await store.together([GROUP], since=MIDNIGHT - timedelta(days=9)) == frozenset()
    await hear(store, said("m3", sender=ACHEN, at=MORNING - timedelta(days=1)))
    assert await store.together([GROUP], since=MIDNIGHT - timedelta(days=9)) == {(GROUP, date(2026, 3, 5))}
    assert await store.together([], since=MIDNIGHT) == frozenset()


async def test_what_wanted_an_answer_is_counted_unless_a_ticket_holds_it(store: SqlStore) -> None:
    for number in (1, 2, 3, 4):
        await hear(store, said(f"m{number}", at=minutes(number)))
    link = Link(
        ticket=lamp().id, platform="practice", message="m3", relation=Relation.PIECE, sender=ACHEN, at=minutes(3)
    )
    marks = ((1, Mark.MAYBE), (2, Mark.SETTLED), (3, Mark.SETTLED), (4, Mark.CLUE))
    outcome = Outcome(changes=(Change(ticket=lamp(), events=()),), links=(link,), marks=marks)
    await store.commit(outcome, now=minutes(9), handled=[1, 2, 3, 4])
    assert await store.wanted([GROUP], since=MIDNIGHT) == (
        Wanted(group=GROUP, at=minutes(1), settled=False),
        Wanted(group=GROUP, at=minutes(2), settled=True),
    )


async def test_only_what_was_really_sent_was_posted(store: SqlStore) -> None:
    to = ToGroup(group=GROUP)
    posts = [
        Outgoing(to=to, kind=kind, text="早上好", dedupe_key=f"post:{kind}") for kind in (OutKind.DUTY, OutKind.CONTENT)
    ]
    await store.commit(Outcome(sends=tuple(posts)), now=minutes(0))
    (first,) = await store.claim_sends(minutes(1), limit=1)
    await store.settle(first.id, SendState.SENT, now=minutes(1), platform="practice", platform_id="p1")
    found = await store.kinds_posted([GROUP, "g-silent"], since=MIDNIGHT, until=TOMORROW)
    assert found == {GROUP: frozenset({first.outgoing.kind})}
    assert await store.kinds_posted([GROUP], since=TOMORROW, until=TOMORROW + timedelta(days=1)) == {}


async def test_an_echo_and_a_coming_prove_that_a_day_was_heard_and_a_post_of_ours_does_not(store: SqlStore) -> None:
    await hear(store, replace(said("m1"), kind=Kind.JOIN))
    await store.echoed(GROUP, at=MORNING + timedelta(days=1))
    post = Outgoing(to=ToGroup(group=GROUP), kind=OutKind.DUTY, text="早上好", dedupe_key="post")
    await store.commit(Outcome(sends=(post,)), now=MORNING)
    (sent,) = await store.claim_sends(MORNING, limit=1)
    await store.settle(sent.id, SendState.SENT, now=MORNING + timedelta(days=2), platform="practice", platform_id="p1")
    assert await store.days([GROUP], since=date(2026, 3, 6)) == (
        GroupDay(group=GROUP, day=date(2026, 3, 6), heard=1),
        GroupDay(group=GROUP, day=date(2026, 3, 7), heard=1),
        GroupDay(group=GROUP, day=date(2026, 3, 8), bot_messages=1),
    )


async def test_what_a_cadre_publishes_is_counted_what_a_villager_asks_is_not(store: SqlStore) -> None:
    accounts = "现将柳湾村2月份财务收支情况公示如下：收入12000元，支出8600元。"
    await hear(store, said("m1", accounts), cadre=True)
    await hear(store, said("m2", accounts))
    assert await store.days([GROUP], since=date(2026, 3, 6)) == (
        GroupDay(group=GROUP, day=date(2026, 3, 6), villager_messages=1, cadre_messages=1, heard=2, published=1),
    )
