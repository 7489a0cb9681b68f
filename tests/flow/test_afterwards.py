"""What villagers say after the first word: how far is it, never mind, still broken."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind, ToGroup
from bot.domain.tickets import Relation, State
from tests.flow.village import Village


async def _lamp_closed(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 办结 已换灯泡,今晚亮")


async def test_how_far_is_it_is_answered_to_those_involved_only(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=60)
    await village.says("路人", "1号到哪了", calls="小微")
    await village.wait(minutes=1)
    assert await village.sent(OutKind.NOTICE) == []
    await village.says("阿珍", "1号到哪了", calls="小微")
    await village.wait(minutes=1)
    notices = await village.sent(OutKind.NOTICE)
    assert [sent.outgoing.to for sent in notices] == [ToGroup(group="g-lw1")]
    assert await village.whole_story("李青山") == snapshot


async def test_asking_again_reminds_the_owner_once_a_day(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=60)
    for _ in range(3):
        await village.says("阿珍", "路灯还没修吗", after=600)
    await village.wait(minutes=1)
    reminded = [text for text in await village.told("李青山", OutKind.REMINDER) if "又问了" in text]
    assert len(reminded) == 1
    assert len((await village.ticket(1)).of(Relation.FOLLOWUP)) == 3


async def test_never_mind_is_confirmed_by_the_officer(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=20)
    await village.says("阿珍", "路灯不用来修了,自己亮了")
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.state.is_live
    await village.officer("1")
    await village.wait(minutes=5)
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.whole_story("李青山") == snapshot


async def test_still_broken_reopens_on_the_original_clock(village: Village, snapshot: SnapshotAssertion) -> None:
    await _lamp_closed(village)
    due = (await village.ticket(1)).ticket.due_at
    await village.until("2026-03-07 19:40")
    await village.says("阿珍", "根本没修好,灯还是不亮")
    await village.until("2026-03-08 08:00")
    again = await village.ticket(1)
    assert again.ticket.state is State.REOPENED
    assert again.ticket.due_at == due
    assert len(await village.tickets()) == 1
    await village.officer(
        "1 办结 线路接头松了,重新接好,现场试过亮了", who=village.office.org.people[again.ticket.owner].name
    )
    await village.wait(minutes=5)
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.whole_story("李青山") == snapshot


async def test_a_two_to_the_one_question_reopens(village: Village, snapshot: SnapshotAssertion) -> None:
    await _lamp_closed(village)
    await village.wait(minutes=65)
    await village.says("阿珍", "2")
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert thread.ticket.state is State.REOPENED
    assert thread.ticket.rating == "unsolved"
    assert await village.whole_story("李青山") == snapshot


async def test_nobody_elses_number_is_a_rating(village: Village) -> None:
    await _lamp_closed(village)
    await village.wait(minutes=65)
    await village.says("路人", "2")
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.rating is None
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_the_question_is_asked_once_even_after_a_reopening(village: Village) -> None:
    await _lamp_closed(village)
    await village.wait(minutes=65)
    await village.says("阿珍", "2")
    await village.wait(minutes=5)
    await village.officer("1 办结 线路接头松了,重新接好")
    await village.wait(hours=3)
    assert len(await village.sent(OutKind.RATING)) == 1
