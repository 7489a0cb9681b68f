"""What has been kept long enough goes, on either database: rows, words, names, and on the disk as well."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.bindings import Act, BindingChange, Whose
from bot.domain.media import Fetched, MediaState
from bot.domain.messages import Incoming, MediaKind, MediaRef, ToAccount, ToPerson
from bot.domain.outcome import Change, Mark, Outcome
from bot.domain.retention import SELF, Asked, Expiry, PrivacyRequest, Step
from bot.domain.tickets import EventKind, Link, Relation
from bot.ports import Conflict, SendState
from bot.store import SqlStore, dump, open_store, verify
from bot.store.columns import is_sealed
from bot.store.migrate import sweep
from tests.store.world import (
    ACHEN,
    GROUP,
    LAOZHENG,
    MORNING,
    VILLAGE,
    changed,
    closed,
    clue,
    event,
    hear,
    lamp,
    link,
    minutes,
    opened,
    post,
    said,
    slot,
)

DAYS = timedelta(days=1)
LONG_AFTER = MORNING + 91 * DAYS


async def handled(store: SqlStore, *words: Incoming, outcome: Outcome | None = None, cadre: bool = False) -> None:
    """Messages come in and are handled in the same minute."""
    for one in words:
        await hear(store, one, cadre=cadre)
    waiting = [one.seq for one in await store.pending(GROUP)]
    at = words[-1].sent_at + timedelta(seconds=30)
    assert await store.commit(outcome or Outcome(), now=at, handled=waiting)


async def gone_through(store: SqlStore, step: Step, before: datetime, *, most: int = 3) -> int:
    """A night of one step, in small portions; how many portions that took."""
    portions = 0
    while await store.expired(step, before=before, most=most):
        expiry = Expiry(step=step, before=before, most=most)
        await store.commit(Outcome(expiries=(expiry,)), now=before)
        portions += 1
        assert portions < 100
    return portions


async def messages(store: SqlStore) -> list[str]:
    """The ids of the messages that have a row."""
    rows = (await dump(store))["inbox"]
    return sorted(str(row[2]) for row in rows)


async def test_chit_chat_leaves_nothing_but_counts(store: SqlStore) -> None:
    await handled(store, said("m1"), said("m2", "谁知道几点修?", at=minutes(1)), outcome=opened(lamp()))
    await handled(store, *[said(f"c{number}", "吃了吗", at=minutes(number)) for number in range(3, 9)])
    asked = Outcome(marks=((await _seq(store, "m2"), Mark.MAYBE),))
    await store.commit(asked, now=minutes(9))
    await handled(store, said("d1", "收到", sender="u-3", at=minutes(10)), cadre=True)
    await handled(store, said("z1", "我是老郑", sender=LAOZHENG, at=minutes(11)))
    assert await store.expired(Step.CHAT, before=MORNING, most=10) == 0
    assert await gone_through(store, Step.CHAT, MORNING + 8 * DAYS) > 1
    assert await messages(store) == ["c8", "d1", "m1", "m2", "z1"], "the last of each tells where he lives"
    kept = {one.id: (one.text, one.name) for one in await store.recent(GROUP, since=MORNING, before_seq=99)}
    assert kept == {
        "m1": ("二组路灯又不亮了", "阿珍"),
        "m2": ("", ""),
        "c8": ("", ""),
        "d1": ("", "阿珍"),
        "z1": ("", ""),
    }
    assert await store.home("practice", LAOZHENG) == GROUP
    (day,) = await store.days([GROUP], since=MORNING.date())
    assert (day.villager_messages, day.cadre_messages) == (9, 1)


async def _seq(store: SqlStore, message: str) -> int:
    (found,) = await store.said([("practice", message)])
    return found.seq


async def test_a_clue_goes_like_chit_chat_and_the_ledger_keeps_it(store: SqlStore) -> None:
    await handled(store, said("m1", "会计把修路的钱拿回家了"), said("m2", "今天天气好", at=minutes(1)))
    aside = Outcome(clues=(clue("m1"),), marks=((await _seq(store, "m1"), Mark.CLUE),))
    await store.commit(aside, now=minutes(2))
    await handled(store, said("m3", "再见", at=minutes(3)))
    await gone_through(store, Step.CHAT, MORNING + 8 * DAYS)
    assert await messages(store) == ["m3"], "no row is left by which a clue could be told from small talk"
    (case,) = await store.cases([VILLAGE], since=MORNING - DAYS)
    assert case.clue.text == "修路款的账对不上"


async def test_a_message_that_waits_is_never_taken_away(store: SqlStore) -> None:
    await hear(store, said("m1"))
    await gone_through(store, Step.CHAT, LONG_AFTER)
    await gone_through(store, Step.MESSAGES, LONG_AFTER)
    assert [one.text for one in await store.pending(GROUP)] == ["二组路灯又不亮了"]
    await store.commit(Outcome(), now=LONG_AFTER, handled=[one.seq for one in await store.pending(GROUP)])
    await gone_through(store, Step.MESSAGES, LONG_AFTER + 91 * DAYS)
    assert await messages(store) == []


async def test_after_the_term_a_ticket_is_the_villages_and_nobodys(store: SqlStore) -> None:
    ticket = lamp()
    await handled(store, said("m1"), outcome=opened(ticket))
    joined = Outcome(
        links=tuple(_joins(name, message) for name, message in ((LAOZHENG, "m2"), ("u-9", "m3"), (LAOZHENG, "m4")))
    )
    await store.commit(joined, now=minutes(3))
    note = replace(post("n1", "阿珍说二组路灯不亮", to=ToPerson(person="p-3")), ticket=ticket.id)
    await store.commit(Outcome(sends=(note,)), now=minutes(4))
    await sent(store, minutes(5))
    await gone_through(store, Step.ACCOUNTS, LONG_AFTER)
    assert (await store.threads_of([ticket.id]))[0].ticket.requester == ACHEN, "somebody still works on it"
    done = closed(ticket, minutes(60))
    await store.commit(changed(done, EventKind.CLOSED, at=minutes(60)), now=minutes(60))
    await gone_through(store, Step.ACCOUNTS, minutes(59))
    assert (await store.threads_of([ticket.id]))[0].ticket.requester == ACHEN
    before = await verified(store)
    await gone_through(store, Step.ACCOUNTS, LONG_AFTER, most=1)
    (thread,) = await store.threads_of([ticket.id])
    assert (thread.ticket.requester, thread.others) == ("gone:1", ("gone:2", "gone:3"))
    assert thread.ticket.text == "二组路灯又不亮了"
    assert ACHEN not in str((await dump(store))["ticket_links"])
    assert [one.outgoing.text for one in await store.all_sent()] == [""]
    assert await verified(store) == before, "the history is what it was"


def _joins(account: str, message: str) -> Link:
    return replace(link(lamp(), message, Relation.SUPPORT, at=minutes(3)), sender=account)


async def verified(store: SqlStore) -> object:
    """The history's chain, which must be whole."""
    assert await verify(store) == ()
    return (await dump(store))["ticket_events"]


async def sent(store: SqlStore, at: datetime) -> None:
    """Everything that is due goes out."""
    for one in await store.claim_sends(at, limit=20):
        await store.settle(one.id, SendState.SENT, now=at, platform="practice", platform_id=f"p-{one.id}")


async def test_a_decision_on_an_older_state_does_not_bring_an_account_back(store: SqlStore) -> None:
    ticket = lamp()
    await handled(store, said("m1"), outcome=opened(ticket))
    done = closed(ticket, minutes(60))
    await store.commit(changed(done, EventKind.CLOSED, at=minutes(60)), now=minutes(60))
    (seen,) = await store.threads_of([ticket.id])
    await gone_through(store, Step.ACCOUNTS, LONG_AFTER)
    late = Change(ticket=replace(seen.ticket, rating="满意"), events=(event(ticket, EventKind.RATED, at=LONG_AFTER),))
    with pytest.raises(Conflict):
        await store.commit(Outcome(changes=(late,)), now=LONG_AFTER)
    assert (await store.threads_of([ticket.id]))[0].ticket.requester == "gone:1"


async def test_what_the_bot_said_loses_its_words_and_later_its_row(store: SqlStore) -> None:
    to_achen = ToAccount(platform="practice", account=ACHEN)
    await store.commit(Outcome(sends=(post("a"), post(f"hello:{ACHEN}", "阿珍你好", to=to_achen))), now=MORNING)
    await sent(store, minutes(1))
    await store.commit(Outcome(sends=(post("b", "明天值班：李青山"),)), now=LONG_AFTER)
    await gone_through(store, Step.SENT_WORDS, MORNING + 90 * DAYS, most=1)
    assert [one.outgoing.text for one in await store.all_sent()] == ["", "", "明天值班：李青山"]
    assert ACHEN not in str((await dump(store))["outbox"])
    await gone_through(store, Step.SENT, MORNING + 400 * DAYS, most=1)
    assert [one.outgoing.text for one in await store.all_sent()] == ["明天值班：李青山"], "that one was never sent"


async def test_runs_that_are_over_go_and_those_to_come_stay(store: SqlStore) -> None:
    done, pending = slot(MORNING), slot(MORNING, scope="g-other")
    await store.add_slots([done, pending, *[slot(minutes(n), scope=f"g-{n}") for n in range(7)]])
    for one in await store.due_slots(minutes(9)):
        if one.scope != pending.scope:
            assert await store.commit(Outcome(), now=minutes(9), slot=one)
    assert await gone_through(store, Step.SLOTS, MORNING + 180 * DAYS) == 3
    assert await store.pending_slots() == (pending,)


async def test_counts_and_rosters_go_after_years(store: SqlStore) -> None:
    await handled(store, said("m1"), said("m2", at=MORNING + 2 * DAYS))
    await gone_through(store, Step.COUNTS, MORNING + 1 * DAYS)
    assert [str(day.day) for day in await store.days([GROUP], since=MORNING.date())] == ["2026-03-08"]


async def test_an_account_that_somebody_had_before_goes_and_codes_are_not_used_again(store: SqlStore) -> None:
    first, second = (_bound(account, at) for account, at in (("wx-old", MORNING), ("wx-new", minutes(5))))
    await store.commit(Outcome(bindings=(first, second)), now=minutes(5))
    before = await store.bindings()
    await gone_through(store, Step.BINDINGS, LONG_AFTER)
    after = await store.bindings()
    assert "wx-old" not in str(after.changes)
    assert after.people == before.people
    assert after.generation(Whose.PERSON, "p-3") == before.generation(Whose.PERSON, "p-3") == 2


def _bound(account: str, at: datetime) -> BindingChange:
    return BindingChange(
        whose=Whose.PERSON, id="p-3", act=Act.BOUND, at=at, by="p-3", platform="wechat", address=account
    )


async def test_pictures_of_a_matter_go_long_after_its_end(store: SqlStore) -> None:
    ticket = lamp()
    await handled(store, with_picture("m1"), outcome=opened(ticket))
    await fetched(store)
    done = closed(ticket, minutes(60))
    await gone_through(store, Step.EVIDENCE, MORNING + 731 * DAYS)
    assert [one.state for one in (await store.media_of_tickets([ticket.id]))[ticket.id]] == [MediaState.KEPT]
    await store.commit(changed(done, EventKind.CLOSED, at=minutes(60)), now=minutes(60))
    await gone_through(store, Step.MESSAGES, LONG_AFTER)
    assert [one.state for one in (await store.media_of_tickets([ticket.id]))[ticket.id]] == [MediaState.KEPT]
    await gone_through(store, Step.EVIDENCE, MORNING + 731 * DAYS)
    assert await store.dropped_media(limit=5) == ("ab" * 32,)


def with_picture(message: str, *, sender: str = ACHEN) -> Incoming:
    """A message with a picture."""
    ref = MediaRef(platform="practice", kind=MediaKind.PICTURE, handle="h")
    return replace(said(message, sender=sender), media=(ref,))


async def fetched(store: SqlStore) -> None:
    """All pictures have come."""
    for one in await store.claim_media(["practice"], minutes(1), until=minutes(2), limit=9):
        result = Fetched(state=MediaState.KEPT, digest="ab" * 32, media_type="image/jpeg", size=9)
        await store.settle_media(one.id, result, now=minutes(1))


# A person's own wish


def wish(at: datetime) -> tuple[Outcome, datetime]:
    """阿珍 wants to be forgotten."""
    asks = PrivacyRequest(platform="practice", account=ACHEN, asked=Asked.ERASED, by=SELF)
    return Outcome(requests=(asks,)), at


async def test_a_wish_is_fulfilled_in_portions_through_tickets_pictures_and_mail(store: SqlStore) -> None:
    lamps = [lamp(1), replace(lamp(2), requester=LAOZHENG)]
    await handled(store, with_picture("m1"), said("m2", "还有一盏", at=minutes(1)), outcome=opened(lamps[0]))
    await fetched(store)
    await handled(store, *[said(f"c{n}", "吃了吗", at=minutes(n)) for n in range(2, 9)])
    await handled(store, said("z1", "我家也是", sender=LAOZHENG, at=minutes(9)), outcome=opened(lamps[1], "z1"))
    supports = replace(link(lamps[1], "m2", Relation.SUPPORT), sender=ACHEN)
    to_achen = ToAccount(platform="practice", account=ACHEN)
    await store.commit(Outcome(links=(supports,), sends=(post("x", "阿珍你好", to=to_achen),)), now=minutes(10))
    await sent(store, minutes(11))
    done = closed(lamps[0], minutes(12))
    await store.commit(changed(done, EventKind.CLOSED, at=minutes(12)), now=minutes(12))
    about = await store.stored_about("practice", ACHEN)
    assert (about.messages, about.media, about.sends) == (9, 1, 1)
    assert [(one.number, one.live) for one in about.raised + about.joined] == [(1, False), (2, True)]
    asked, at = wish(minutes(20))
    await store.commit(asked, now=at)
    await gone_through(store, Step.WISHES, at, most=2)
    left = await dump(store)
    assert {table for table, rows in left.items() if ACHEN in str(rows)} == {
        "inbox",
        "privacy_requests",
        "ticket_links",
    }
    assert await store.said([("practice", "m2")]) != (), "老郑's matter is still worked on"
    assert await store.dropped_media(limit=5) == ("ab" * 32,)
    other = closed(lamps[1], minutes(30))
    await store.commit(changed(other, EventKind.CLOSED, at=minutes(30)), now=minutes(30))
    assert (await store.stored_about("practice", ACHEN)).asked_at == at
    await gone_through(store, Step.WISHES, minutes(40), most=2)
    left = await dump(store)
    assert [table for table, rows in left.items() if ACHEN in str(rows)] == []
    assert LAOZHENG in str(left["tickets"])
    assert (await store.stored_about("practice", ACHEN)).asked_at is None
    assert not await hear(store, said("c3", "吃了吗", at=minutes(3))), "a repetition is not a new message"
    assert await verify(store) == ()


async def test_what_is_said_after_the_wish_is_stored_again(store: SqlStore) -> None:
    await handled(store, said("m1"))
    asked, at = wish(minutes(5))
    await store.commit(asked, now=at)
    await handled(store, said("m2", at=minutes(6)))
    await gone_through(store, Step.WISHES, minutes(7))
    assert (await store.stored_about("practice", ACHEN)).messages == 1


async def test_a_clue_is_neither_shown_nor_deleted(store: SqlStore) -> None:
    await handled(store, said("m1", "会计把修路的钱拿回家了"))
    aside = Outcome(clues=(clue("m1"),), marks=((await _seq(store, "m1"), Mark.CLUE),))
    await store.commit(aside, now=minutes(2))
    about = await store.stored_about("practice", ACHEN)
    assert (about.messages, about.raised, about.joined) == (1, (), ())
    asked, at = wish(minutes(5))
    await store.commit(asked, now=at)
    await gone_through(store, Step.WISHES, at)
    (case,) = await store.cases([VILLAGE], since=MORNING - DAYS)
    assert case.clue.text == "修路款的账对不上"
    (row,) = (await dump(store))["inbox"]
    assert ACHEN not in str(row)


# On the disk


async def test_the_words_are_not_in_the_bytes_any_more(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    store = await open_store(sqlite_url)
    for number in range(300):
        await hear(store, said(f"m{number}", "二组路灯又不亮了" * (number % 40 + 1), at=minutes(number)))
    await store.commit(Outcome(sends=(post("a", "阿珍你好" * 99),)), now=MORNING)
    await sent(store, minutes(1))
    await store.commit(Outcome(), now=minutes(301), handled=[one.seq for one in await store.pending(GROUP)])
    with closing(sqlite3.connect(file)) as raw:
        lay = [row[0] for row in raw.execute("SELECT text FROM inbox UNION ALL SELECT text FROM outbox")]
        names = [row[0] for row in raw.execute("SELECT message FROM inbox")]
    assert all(is_sealed(text) for text in lay)
    traces = [text[20:60].encode() for text in lay] + [name.encode() for name in names if len(name) == 4]
    assert all(trace in on_disk(file) for trace in traces)
    await gone_through(store, Step.MESSAGES, LONG_AFTER, most=50)
    await gone_through(store, Step.SENT_WORDS, LONG_AFTER)
    assert any(trace in on_disk(file) for trace in traces), "the log still has them"
    while await store.tidy():
        pass
    left = on_disk(file)
    assert [trace for trace in traces if trace in left] == []
    await store.close()


def on_disk(file: Path) -> bytes:
    """The file with its log."""
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


async def test_the_file_shrinks_and_keeps_a_little_room(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    store = await open_store(sqlite_url, durable=False)
    for number in range(1500):
        await hear(store, said(f"m{number}", "二组路灯又不亮了" * 30, at=minutes(number)))
    await store.commit(Outcome(), now=minutes(1600), handled=[one.seq for one in await store.pending(GROUP)])
    await store.tidy()
    full = len(on_disk(file))
    await gone_through(store, Step.MESSAGES, LONG_AFTER, most=200)
    portions = 1
    while await store.tidy():
        portions += 1
    assert portions > 1
    assert len(on_disk(file)) < full * 0.6, "most of the rest is tables and their indexes"
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA freelist_count").fetchone()[0] > 0
    await store.close()


async def test_somebody_who_reads_is_not_waited_for(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, durable=False)
    await handled(store, said("m1"))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        await handled(store, said("m2", at=minutes(1)))
        assert await store.tidy(), "to be tried again"
        reader.execute("COMMIT")
    assert not await store.tidy()
    await store.close()


async def test_an_old_file_learns_to_give_room_back(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("CREATE TABLE t (x)")
        assert raw.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    sweep(file)
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("PRAGMA auto_vacuum").fetchone() == (2,)
