"""Bindings, names of chats and what happened at the door, on both databases."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from bot.domain.bindings import Act, BindingChange, DoorNote, NoteKind, Room, Whose
from bot.domain.messages import Incoming
from bot.domain.outcome import Mark, Outcome
from bot.ports.bindings import Spoken
from bot.store import SqlStore, open_store
from bot.store.reseal import reseal
from tests.store.world import ACHEN, GROUP, MORNING, minutes, said

ROOM = "conversation-1"
UNKNOWN = f"unknown:practice/{ROOM}"
BOUND = BindingChange(
    whose=Whose.GROUP, id=GROUP, act=Act.BOUND, at=minutes(60), by="p-3", platform="practice", address=ROOM
)
SOMEBODY = BindingChange(
    whose=Whose.PERSON, id="p-3", act=Act.BOUND, at=minutes(1), by="p-3", platform="practice", address="u-new"
)


async def strange(store: SqlStore, incoming: Incoming, *, after: float = 0) -> None:
    """A message comes in from a chat that is nobody's, and is laid aside."""
    received = minutes(after)
    await store.accept(incoming, conversation=UNKNOWN, group=ROOM, by_cadre=False, received_at=received)
    seqs = [one.seq for one in await store.pending(UNKNOWN)]
    await store.commit(Outcome(marks=tuple((seq, Mark.UNKNOWN_GROUP) for seq in seqs)), now=received, handled=seqs)


async def test_changes_come_back_in_their_order_under_another_version(url: str) -> None:
    store, other = await open_store(url), await open_store(url)
    empty = await other.bindings_version()
    await store.commit(Outcome(bindings=(SOMEBODY, BOUND)), now=MORNING)
    record = await other.bindings()
    assert record.changes == (SOMEBODY, BOUND)
    assert record.version == await other.bindings_version() != empty
    assert record.secrets == (await store.bindings()).secrets != ()
    await store.close()
    await other.close()


async def test_a_changed_key_is_another_version_and_the_old_secret_stays(store: SqlStore) -> None:
    before = await store.bindings()
    store.vault.renew()
    after = await store.bindings()
    assert after.version != before.version
    assert after.secrets[1:] == before.secrets


async def test_what_a_chat_said_before_it_was_bound_waits_again_as_the_groups_own(store: SqlStore) -> None:
    await strange(store, said("old", at=minutes(-25 * 60)), after=-25 * 60)
    await strange(store, said("m1"))
    await strange(store, replace(said("m2"), sender="u-2"), after=1)
    await store.accept(
        said("m3", at=minutes(2)), conversation=UNKNOWN, group=ROOM, by_cadre=True, received_at=minutes(2)
    )
    await store.commit(Outcome(bindings=(BOUND,)), now=minutes(60))
    waiting = await store.pending(f"group:{GROUP}")
    assert [(one.id, one.group) for one in waiting] == [("m1", GROUP), ("m2", GROUP), ("m3", GROUP)]
    assert await store.pending(UNKNOWN) == ()
    assert await store.marked_anywhere(Mark.UNKNOWN_GROUP, since=minutes(-48 * 60)) == {}
    await store.commit(Outcome(), now=minutes(61), handled=[one.seq for one in waiting])
    await store.settle_in("practice", ROOM, GROUP, now=minutes(62))
    assert await store.pending(f"group:{GROUP}") == ()


async def test_the_counts_and_the_hearing_move_with_the_chat(store: SqlStore) -> None:
    await store.accept(said("m0"), conversation=f"group:{GROUP}", group=GROUP, by_cadre=False, received_at=MORNING)
    await strange(store, said("m1", at=minutes(5)), after=5)
    await strange(store, said("m2", at=minutes(6)), after=6)
    await store.commit(Outcome(bindings=(BOUND,)), now=minutes(60))
    (day,) = await store.days([GROUP, ROOM], since=MORNING.date())
    assert (day.group, day.villager_messages) == (GROUP, 3)
    hearing = await store.hearing([GROUP, ROOM])
    assert hearing[GROUP].villager_at == minutes(6)
    assert hearing[ROOM].heard_at is None


async def test_who_spoke_in_a_chat_and_when_an_account_was_last_heard(store: SqlStore) -> None:
    await strange(store, said("m1"))
    await strange(store, replace(said("m2"), sender="u-2", name="老郑"), after=9)
    spoken = await store.spoken_in(UNKNOWN, since=MORNING)
    assert spoken == Spoken(first_at=MORNING, names=frozenset({"阿珍", "老郑"}), accounts=frozenset({ACHEN, "u-2"}))
    assert await store.heard_from("practice", "u-2") == minutes(9)
    private = replace(said("m3"), group=None, sender="u-2")
    await store.accept(
        private, conversation="account:practice/u-2", group=None, by_cadre=False, received_at=minutes(30)
    )
    assert await store.heard_from("practice", "u-2") == minutes(30)
    assert await store.heard_from("practice", "u-nobody") is None


async def test_a_chat_keeps_its_latest_name_and_when_the_bot_was_taken_out(store: SqlStore) -> None:
    await store.room_named("wechat", "r1", "旧名", now=MORNING)
    await store.room_named("wechat", "r1", "新名", now=MORNING)
    left = Room(platform="wechat", conversation="r1", left_at=minutes(5))
    await store.commit(Outcome(left=(left,)), now=MORNING)
    assert await store.room("wechat", "r1") == replace(left, name="新名")
    assert await store.room("wechat", "r2") == Room(platform="wechat", conversation="r2")
    assert len(await store.rooms([("wechat", "r1"), ("dingtalk", "r1")])) == 1


async def test_the_same_knock_is_one_trouble_and_says_nobodys_name_in_the_file(store: SqlStore) -> None:
    note = DoorNote(
        kind=NoteKind.FRIEND, at=MORNING, platform="wechat", about="隔壁老郑", cause="没有写码", once="knock:1"
    )
    await store.commit(Outcome(notes=(note,)), now=MORNING)
    await store.commit(Outcome(notes=(note,)), now=MORNING)
    (trouble,) = await store.troubles(since=MORNING - timedelta(hours=1))
    assert (trouble.kind, trouble.subject, trouble.cause) == ("knock_friend", "wechat 隔壁老郑", "没有写码")
    raw = await store.database.read(
        lambda connection: connection.execute(text("SELECT about FROM door_notes")).scalar()
    )
    assert "老郑" not in str(raw)
    store.vault.renew()
    await reseal(store.database)
    assert (await store.troubles(since=MORNING - timedelta(hours=1)))[0].subject == "wechat 隔壁老郑"


async def test_words_taken_back_are_gone_and_so_is_the_mark(store: SqlStore) -> None:
    await store.accept(said("m1"), conversation="c", group=GROUP, by_cadre=False, received_at=MORNING)
    (one,) = await store.pending("c")
    await store.commit(Outcome(marks=((one.seq, Mark.MAYBE),)), now=MORNING, handled=[one.seq])
    await store.commit(Outcome(recalled=(one.seq,)), now=MORNING)
    (kept,) = await store.said([("practice", "m1")])
    assert kept.text == ""
    assert await store.marked(GROUP, [Mark.MAYBE], since=MORNING) == ()
