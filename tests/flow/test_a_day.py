"""An ordinary Friday: a lamp is reported, mended, told, rated; officers answer in whatever way comes to hand."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.domain.tickets import Relation, State
from tests.flow.village import Village


async def test_a_lamp_is_reported_in_pieces_mended_told_in_the_group_and_rated(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("豆腐西施", "豆腐出锅了 老地方")
    await village.says("阿珍", "二组路灯又不亮了", after=60)
    await village.says("阿珍", "就是老井旁边那一盏", after=12)
    await village.shows("阿珍", after=10)
    await village.says("桂婶", "早啊 今天赶集去不", after=4)
    await village.wait(minutes=3)
    await village.officer("1 进展 上午带电工去看")
    await village.until("2026-03-06 15:00")
    await village.officer("1 办结 灯泡烧了,已换新的,今晚亮")
    await village.until("2026-03-06 16:10")
    await village.says("阿珍", "解决了 谢谢")
    await village.until("2026-03-06 17:10")
    thread = await village.ticket(1)
    assert thread.ticket.state is State.CLOSED
    assert thread.ticket.rating == "solved"
    assert [link.message for link in thread.of(Relation.PIECE)] == ["m2", "m3", "m4"]
    assert len(await village.tickets()) == 1
    assert await village.whole_story("李青山", "周明礼") == snapshot
    assert await village.events(1) == snapshot


async def test_the_group_also_hears_who_is_on_duty_and_one_good_thing_a_day(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.until("2026-03-07 11:00")
    assert await village.group_chat(everyday=True) == snapshot


async def test_an_officer_quotes_the_prompt_and_needs_no_number(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "请问医保缴费截止到哪天", after=30)
    await village.wait(minutes=2)
    prompts = [sent for sent in await village.sent(OutKind.PROMPT) if "路灯" in sent.outgoing.text]
    await village.officer("换好了灯泡,今晚就亮", quote=prompts[0].platform_id)
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert (await village.ticket(2)).ticket.state is State.PROMPTED
    assert await village.whole_story("李青山") == snapshot


async def test_slips_of_the_pen_are_understood(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("１ 半结 已换灯泡,今晚亮")
    thread = await village.ticket(1)
    assert thread.ticket.state is State.CLOSED
    assert thread.ticket.answer_text == "已换灯泡,今晚亮"


async def test_an_unclear_word_is_asked_back_once_with_numbers(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "请问医保缴费截止到哪天", after=30)
    await village.wait(minutes=2)
    await village.officer("办结 已换灯泡,今晚亮")
    await village.officer("5")
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.private_chat("李青山") == snapshot


async def test_a_cadre_who_answered_in_the_group_closes_with_a_one_and_nothing_is_said_twice(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "阿珍,二组的灯换好了,今晚就亮 ", quote=asked)
    await village.wait(minutes=1)
    await village.officer("1")
    await village.wait(minutes=5)
    thread = await village.ticket(1)
    assert thread.ticket.state is State.CLOSED
    assert thread.ticket.first_cadre_reply == "m2"
    assert await village.sent(OutKind.RESULT) == []
    assert await village.whole_story("李青山") == snapshot


async def test_the_offer_still_posts_nothing_twice_when_the_cadre_said_more_meanwhile(village: Village) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "看到了,明天上午带电工去换", quote=asked)
    await village.says("李青山", "梯子我也一起带过去", quote=asked, after=30)
    await village.wait(minutes=1)
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    assert [sent for sent in await village.sent() if sent.outgoing.text.endswith("李青山")] == []


async def test_an_answer_that_begins_with_not_any_more_closes_too(village: Village) -> None:
    asked = await village.says("阿珍", "三组水管漏水了 路上全是水")
    await village.wait(minutes=5)
    await village.says("李青山", "没有漏水了,接头已换好", quote=asked)
    await village.wait(minutes=1)
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_a_cadres_words_that_were_no_answer_give_the_question_back(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "下午三点在村部开会,大家准时来")
    await village.wait(minutes=1)
    await village.officer("3")
    thread = await village.ticket(1)
    assert thread.ticket.state is State.PROMPTED
    assert thread.ticket.first_cadre_reply is None
    assert await village.private_chat("李青山") == snapshot


async def test_a_ticket_is_never_closed_with_empty_words(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    answers = [
        await village.officer(words) for words in ("1 办结", "1 办结 已处理", "1 办结 好", "办完了吗", "1 还没办好")
    ]
    assert (await village.ticket(1)).ticket.state is State.PROMPTED
    assert answers == snapshot


async def test_what_officers_can_ask_to_see(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "去年修路的账怎么还没贴出来", after=30)
    await village.says("桂婶", "李主任在不在", calls="李青山", after=30)
    await village.wait(minutes=2)
    seen = [await village.officer(words) for words in ("待办", "值班", "帮助", "日报", "线索", "今天天气不错啊")]
    seen += [await village.officer(words, who="周明礼") for words in ("待办", "值班", "帮助", "日报", "线索")]
    assert seen == snapshot


async def test_further_households_join_and_are_not_new_matters(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("老杨", "我家也是,门口那盏也黑了好几天", after=90)
    await village.says("六叔", "我家也是", after=30)
    await village.wait(minutes=2)
    thread = await village.ticket(1)
    assert {link.sender for link in thread.of(Relation.SUPPORT)} == {"u-ly", "u-ls"}
    assert len(await village.tickets()) == 1


async def test_receipts_are_bundled_into_one_line_per_ten_minutes(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "请问医保缴费截止到哪天", after=60)
    await village.says("桂婶", "三组水管爆了没人修", after=60)
    await village.says("小满妈妈", "提个建议,文化广场能不能加个篮球架", after=60)
    await village.wait(minutes=15)
    receipts = await village.sent(OutKind.RECEIPT)
    times = [sent.sent_at for sent in receipts if sent.sent_at is not None]
    assert len(times) == 2
    assert (times[1] - times[0]).total_seconds() >= 600
    assert {thread.ticket.category for thread in await village.tickets()} == {
        Category.HELP,
        Category.CONSULTATION,
        Category.SUGGESTION,
    }
    assert await village.group_chat() == snapshot


async def test_small_talk_leaves_the_bot_silent(village: Village) -> None:
    for name, words in (
        ("豆腐西施", "豆腐出锅了 老地方"),
        ("桂婶", "给我留两块嫩的"),
        ("六叔", "早。今天惊蛰第二天"),
        ("老杨", "收到👍"),
        ("小满妈妈", "#接龙 春季拔草义务劳动\n1. 小满妈妈"),
        ("阿珍", "好看 比城里的大"),
    ):
        await village.says(name, words, after=70)
    await village.wait(minutes=5)
    assert [sent for sent in await village.sent() if sent.outgoing.kind is not OutKind.DUTY] == []
    assert await village.tickets() == []


async def test_another_tickets_number_never_closes_the_only_open_one(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    answer = await village.officer("办结12号灯换好了")
    assert (await village.ticket(1)).ticket.state is State.PROMPTED
    assert "哪一件" in answer
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED
