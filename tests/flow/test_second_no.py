"""Not solved: the first time one level up on the original clock, the second time red (R109)."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind, ToAccount
from bot.domain.tickets import Colour, State
from tests.flow.village import Village


async def _lamp_closed(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 办结 已换灯泡,今晚亮")


async def test_the_first_no_is_looked_at_one_level_up_and_the_second_turns_red(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await _lamp_closed(village)
    due = (await village.ticket(1)).ticket.due_at
    await village.wait(minutes=65)
    await village.says("阿珍", "2")
    await village.wait(minutes=1)
    first = (await village.ticket(1)).ticket
    assert (first.state, first.owner, first.reopenings) == (State.REOPENED, "p-pxf", 1)
    assert (first.due_at, first.colour) == (due, Colour.NONE)
    await village.officer("1 办结 换了整盏灯,现场试过亮了", who="彭学峰")
    await village.wait(minutes=30)
    await village.says("阿珍", "根本没修好,灯还是不亮")
    await village.wait(minutes=1)
    second = (await village.ticket(1)).ticket
    assert (second.state, second.owner, second.reopenings) == (State.REOPENED, "p-pxf", 2)
    assert (second.due_at, second.colour) == (due, Colour.RED)
    assert len(await village.told("周明礼", OutKind.ALERT)) == 1
    assert len(await village.told("林静敏", OutKind.ALERT)) == 1
    assert await village.whole_story("李青山", "彭学峰", "周明礼") == snapshot


async def test_a_doubt_about_what_was_said_in_the_chat_stays_with_whoever_said_it(village: Village) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.says("李青山", "换好了", quote=asked)
    await village.wait(minutes=2)
    await village.says("阿珍", "根本没修好,灯还是不亮")
    await village.wait(minutes=1)
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.owner, ticket.reopenings) == (State.REOPENED, "p-lqs", 0)


async def test_a_private_no_is_raised_privately(village: Village) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=2)
    await village.officer("1 办结 已查到,名册漏报了,下月一起补发")
    await village.wait(minutes=65)
    await village.says("桂婶", "2", group=None)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.owner == "p-zml"
    (asked,) = await village.told("周明礼", OutKind.PROMPT)
    assert "请不要在群里说" in asked
    told = [sent.outgoing for sent in await village.sent(OutKind.TRANSFER)]
    assert [one.to for one in told] == [ToAccount(platform="practice", account="u-gs")]
    assert await village.group_chat() == "03-06 08:00 桂婶: 早\n"


async def test_a_rating_nobody_gave_does_not_exist(village: Village) -> None:
    await _lamp_closed(village)
    await village.wait(hours=100)
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.rating, ticket.reopenings) == (State.CLOSED, None, 0)


async def test_words_that_say_it_is_as_before_answer_the_question_hours_later(village: Village) -> None:
    await _lamp_closed(village)
    await village.wait(minutes=180)
    await village.says("阿珍", "还是不亮啊 白装了")
    await village.wait(minutes=1)
    again = (await village.ticket(1)).ticket
    assert (again.state, again.rating, again.reopenings) == (State.REOPENED, "unsolved", 1)
