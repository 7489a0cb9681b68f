"""What follows other words: two matters at once, an answer thrown back, relief after danger, a neighbour who joins."""

from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.domain.tickets import Relation
from tests.flow.conftest import Wakes


async def test_two_questions_in_one_message_become_two_tickets(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "二组路灯坏了修一下 另外请问低保要什么材料")
    await village.wait(minutes=1)
    first, second = sorted(await village.tickets(), key=lambda thread: thread.ticket.number)
    assert (first.ticket.category, second.ticket.category) == (Category.HELP, Category.CONSULTATION)
    assert first.ticket.text == "二组路灯坏了修一下"
    assert "路灯" not in second.ticket.text
    assert len(await village.told("李青山", OutKind.PROMPT)) == len((first, second))


async def test_relief_after_the_all_clear_rings_nobody_again(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 11:00")
    await village.says("风筝", "快来人 一组桥头着火了")
    await village.says("孙小龙", "火已经扑灭了 人都没事", after=300)
    await village.wait(minutes=1)  # the others who were called learn that he has taken it
    rung = len(await village.sent(OutKind.EMERGENCY))
    await village.says("风筝", "刚才腿都软了", after=60)
    await village.says("豆腐西施", "我家这边看得心惊肉跳", after=20)
    await village.wait(minutes=1)
    assert len(await village.sent(OutKind.EMERGENCY)) == rung
    assert len(await village.tickets()) == 1


async def test_an_answer_thrown_back_as_a_question_reopens_the_matter(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "去年修路捐的钱 收了多少用了多少 一直没公布")
    await village.says("孙小龙", "账目平台上都有 手机能查", after=300)
    await village.says("桂婶", "手机能查?我妈七十岁用老年机 查什么", after=60)
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert len(thread.of(Relation.DISSATISFACTION)) == 1
    assert len(await village.tickets()) == 1


async def test_a_neighbour_with_the_same_trouble_joins_and_one_without_does_not(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "二组停水了 早上到现在一滴水都没有")
    await village.says("豆腐西施", "我家也停了", after=60)
    await village.says("老杨", "我家有水啊 大得很", after=60)
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert [link.sender for link in thread.of(Relation.SUPPORT)] == ["u-dt"]
    assert len(await village.tickets()) == 1


async def test_somebody_who_first_asks_who_hears_it_has_raised_nothing_yet(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("阿珍", "小微 这里能讲不", group=None)
    await village.wait(minutes=5)
    assert await village.tickets() == []


async def test_who_calls_an_official_by_name_chases_what_that_official_answered(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "二组路灯坏了 修一下")
    await village.says("孙小龙", "路灯下午喊人来看", after=300)
    await village.wait(hours=5)
    await village.says("桂婶", "孙小龙 我那个呢 今天来不来")
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert len(thread.of(Relation.FOLLOWUP)) == 1
    assert len(await village.tickets()) == 1


async def test_one_message_of_an_official_answers_two_people(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "二组路灯坏了 修一下")
    await village.says("老杨", "三组水管爆了 没人修", after=120)
    await village.wait(minutes=2)
    answer = await village.says("孙小龙", "路灯的事我喊电工,下午来;三组水管我买接头去,今天弄好", after=60)
    await village.wait(minutes=1)
    answered = [thread.ticket.first_cadre_reply for thread in await village.tickets()]
    assert answered == [answer, answer]


async def test_the_reply_to_a_question_back_belongs_to_the_appeal(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "我家宽带断了四天 报修没人来 麻烦帮忙催一下")
    await village.says("孙小龙", "你家是几组的?光猫上那个灯亮没亮?", after=300)
    reply = await village.says("桂婶", "四组 红灯一直亮起", after=180)
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert reply in [link.message for link in thread.of(Relation.PIECE)]


async def test_somebody_misses_the_help_that_was_promised(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    await village.says("桂婶", "二组桥头路上堆了半边沙子 三轮过不去")
    await village.says("孙小龙", "沙子我叫铲车去推,上午十点", after=300)
    await village.wait(minutes=70)
    await village.says("豆腐西施", "十点过了 铲车呢")
    await village.wait(minutes=1)
    assert [link.sender for link in (await village.ticket(1)).of(Relation.FOLLOWUP)] == ["u-dt"]
