"""One matter of several households, several matters of one: joined, taken apart again, and nobody's words are lost."""

from bot.domain.categories import Category
from bot.domain.messages import OutKind, ToAccount, ToGroup
from bot.domain.tickets import Relation, State
from tests.flow.village import Village
from tests.world import GROUP, account, at


async def senders(village: Village, number: int, relation: Relation) -> list[str]:
    return [link.sender for link in (await village.ticket(number)).of(relation)]


async def lamp_with_two_households(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("老杨", "我家门口也是黑的", after=60)
    await village.says("六叔", "我家也是", after=30)
    await village.wait(minutes=2)


async def test_every_household_is_counted_and_one_line_in_the_group_reaches_all(village: Village) -> None:
    await lamp_with_two_households(village)
    assert (await village.ticket(1)).others == (account("老杨"), account("六叔"))
    assert "二组路灯，另有2户" in await village.officer("待办")
    await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    results = await village.sent(OutKind.RESULT)
    assert [one.outgoing.text for one in results] == [
        "1号（二组路灯，另有2户）办结：灯泡烧了，已换新的，今晚亮 ——村委会副主任 李青山"
    ]
    assert results[0].outgoing.to == ToGroup(group=GROUP)


async def test_whoever_gets_it_next_reads_how_many_households_wait(village: Village) -> None:
    await lamp_with_two_households(village)
    await village.officer("1 转办 镇村镇建设办 要换电缆")
    assert "另有2户也是这件事" in (await village.told("彭学峰", OutKind.PROMPT))[0]


async def test_who_says_me_too_to_the_bot_alone_is_counted_and_hears_the_result_alone(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("桂婶", "早啊", after=30)
    await village.wait(minutes=2)
    await village.says("桂婶", "1号我家也是，摸黑回家摔一跤", group=None)
    await village.wait(minutes=2)
    thread = await village.ticket(1)
    assert len(await village.tickets()) == 1
    assert await senders(village, 1, Relation.PRIVATE_SUPPORT) == [account("桂婶")]
    assert "摔一跤" not in thread.ticket.text
    assert "和1号（二组路灯）一起办" in await village.private_chat("桂婶")
    await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    told = [one.outgoing for one in await village.sent(OutKind.RESULT)]
    assert [one.to for one in told] == [
        ToGroup(group=GROUP),
        ToAccount(platform="practice", account=account("桂婶")),
    ]
    assert "摔一跤" not in await village.group_chat()


async def test_a_household_that_was_counted_in_by_mistake_says_so_and_gets_its_own_number(village: Village) -> None:
    await lamp_with_two_households(village)
    await village.says("老杨", "我家不是这个，是我家屋头电表跳闸", after=60)
    await village.wait(minutes=2)
    own = await village.ticket(2)
    assert (await village.ticket(1)).others == (account("六叔"),)
    assert own.ticket.requester == account("老杨")
    assert own.ticket.said_at == at("2026-03-06 08:01:05")
    assert "电表跳闸" in own.ticket.text
    assert "我家门口也是黑的" in own.ticket.text
    await village.wait(minutes=12)
    assert "（2号）" in await village.group_chat()
    assert any("有一户说不是同一件事" in said for said in await village.told("李青山"))
    assert "unjoined" in await village.events(1)


async def test_the_officer_takes_a_household_out_by_choosing_its_words(village: Village) -> None:
    await lamp_with_two_households(village)
    asked = await village.officer("1 不是一件")
    assert "第1户：“我家门口也是黑的”" in asked
    assert "第2户：“我家也是”" in asked
    answer = await village.officer("1")
    assert answer.startswith("好，这一户从1号拆出来，另立2号")
    assert (await village.ticket(1)).others == (account("六叔"),)
    assert (await village.ticket(2)).ticket.requester == account("老杨")
    assert (await village.officer("1 拆出 第1户")).startswith("好，这一户从1号拆出来，另立3号")
    assert await village.officer("1 拆出 第1户") == "1号只有一户，没有并进来的。"


async def test_two_numbers_of_one_matter_are_merged_and_both_who_asked_get_the_result(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "老井旁边晚上黑得看不见路，灯坏了没人修吗", after=3600)
    await village.wait(minutes=2)
    assert len(await village.tickets()) == 2
    await village.officer("2 合并 1")
    kept, gone = await village.ticket(1), await village.ticket(2)
    assert gone.ticket.state is State.MERGED
    assert gone.links == ()
    assert kept.involves(account("六叔"))
    assert kept.ticket.due_at == at("2026-03-11 17:30")
    assert "2号和1号说的是同一件事" in await village.group_chat()
    await village.says("六叔", "灯还没修好吗", after=600, calls="小微")
    await village.wait(minutes=1)
    assert [link.sender for link in (await village.ticket(1)).of(Relation.FOLLOWUP)] == [account("六叔")]
    assert "1号" in (await village.officer("待办"))
    assert "2号" not in (await village.officer("待办"))


async def test_which_number_stays_is_asked_when_the_earlier_one_is_to_go(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "老井旁边晚上黑得看不见路，灯坏了没人修吗", after=3600)
    await village.wait(minutes=2)
    assert "并成一件后留哪个号" in await village.officer("1 合并 2")
    await village.officer("2")
    assert (await village.ticket(1)).ticket.state is State.MERGED
    after = (await village.ticket(2)).ticket
    assert after.said_at == at("2026-03-06 08:00:05")
    assert after.due_at == at("2026-03-11 17:30")


async def test_a_wrong_merging_is_taken_back_within_a_day_with_every_word(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "请问医保缴费截止到哪天", after=3600)
    await village.wait(minutes=2)
    before = await village.ticket(2)
    await village.officer("2 合并 1")
    await village.officer("1 拆开 2")
    after = await village.ticket(2)
    assert after == before
    assert not (await village.ticket(1)).involves(account("六叔"))
    assert (await village.events(2))[-2:] == ["merged", "parted"]
    await village.officer("2 合并 1")
    await village.wait(hours=25)
    assert "超过一天" in await village.officer("1 拆开 2")


async def test_what_cannot_be_merged_is_said_plainly(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("六叔", "早啊", after=10)
    await village.wait(minutes=1)
    await village.says("六叔", "我家的水管漏水了，麻烦来修一下", group=None)
    await village.wait(minutes=1)
    assert "答复要分开给" in await village.officer("2 合并 1")
    assert await village.officer("2 合并 9") == "没有找到9号，或者它不归您这里办。回“待办”看看手上有哪些。"
    assert "不能和自己合并" in await village.officer("2 合并 2")
    await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    assert "没有别的待办可以合并" in await village.officer("2 合并")


async def test_one_ticket_is_split_into_two_with_the_same_message_time(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了，三组的水管也在漏水")
    await village.wait(minutes=2)
    assert "中间用“/”" in await village.officer("1 拆分")
    answer = await village.officer("1 拆分 二组路灯又不亮了 / 三组的水管在漏水")
    assert answer.startswith("1号分开了，新立2号（三组")
    first, second = await village.ticket(1), await village.ticket(2)
    assert second.ticket.said_at == first.ticket.said_at == at("2026-03-06 08:00:05")
    assert second.ticket.due_at == first.ticket.due_at
    assert second.ticket.requester == account("阿珍")
    assert [link.message for link in second.links] == ["m1"]
    assert first.ticket.text == "二组路灯又不亮了"
    assert (await village.events(1))[-1] == "split_off"


async def test_a_part_never_gets_more_time_than_the_whole_had(village: Village) -> None:
    await village.says("阿珍", "请问医保缴费截止到哪天，村口建议装个太阳能路灯")
    await village.wait(minutes=2)
    whole = (await village.ticket(1)).ticket
    await village.officer("1 拆分 医保缴费截止到哪天 / 建议村口装个太阳能路灯")
    part = (await village.ticket(len(await village.tickets()))).ticket
    assert part.category is whole.category
    assert part.due_at <= whole.due_at


async def test_a_private_answer_stays_private_and_the_group_hears_only_that_there_was_one(village: Village) -> None:
    await village.says("桂婶", "我家低保这个月怎么没发")
    await village.wait(minutes=2)
    assert "要私下告诉他什么" in await village.officer("1 私下答复")
    answer = await village.officer("1 私下答复 银行卡销户了，换卡后周五补发到账")
    assert "只私下告诉了他" in answer
    chat = await village.group_chat()
    assert "1号已私下答复。" in chat
    assert "银行卡" not in chat
    assert "银行卡销户了" in await village.private_chat("桂婶")
    await village.wait(hours=2)
    ratings = await village.sent(OutKind.RATING)
    assert [one.outgoing.to for one in ratings] == [ToAccount(platform="practice", account=account("桂婶"))]


async def test_empty_words_are_asked_back_under_the_verb_that_keeps_them_out_of_the_group(village: Village) -> None:
    await village.says("桂婶", "我家低保这个月怎么没发")
    await village.wait(minutes=2)
    asked = await village.officer("1 私下答复 已处理")
    assert "1 办结" not in asked
    assert (await village.ticket(1)).ticket.state.is_live


async def test_done_from_one_who_joined_closes_nothing_for_the_one_who_asked(village: Village) -> None:
    await lamp_with_two_households(village)
    await village.says("六叔", "我家的灯亮了 谢谢 不用管了", after=1200, quote="m1")
    await village.wait(minutes=1)
    assert [one for one in await village.told("李青山", OutKind.QUESTION) if "算办结吗" in one] == []
    assert (await village.ticket(1)).ticket.state is State.PROMPTED


async def test_the_category_of_a_household_that_leaves_is_its_own(village: Village) -> None:
    await lamp_with_two_households(village)
    await village.says("老杨", "不一样，请问医保缴费截止到哪天", after=60)
    await village.wait(minutes=2)
    assert (await village.ticket(2)).ticket.category in {Category.CONSULTATION, Category.HELP}


async def test_what_was_told_on_the_telephone_goes_on_with_the_groups_matter_and_each_hears_it_where_he_said_it(
    village: Village,
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("登记 电话 三组老王家门口的路灯也不亮，另外立一件")
    await village.officer("2")
    await village.wait(minutes=2)
    assert (await village.ticket(2)).ticket.group is None
    said = await village.officer("1 合并 2")
    assert said.startswith("2号并进1号了（二组路灯，另有1户）")
    assert "2号" not in await village.group_chat()
    await village.officer("1 办结 线路接头烧了，已接好，今晚都亮")
    told = {one.outgoing.to: one.outgoing.text for one in await village.sent(OutKind.RESULT)}
    assert list(told) == [ToGroup(group=GROUP)]
    passed_on = await village.last_to("李青山", OutKind.QUESTION)
    assert "请把结果告诉反映人：1号（二组路灯，另有1户）办结：线路接头烧了" in passed_on.outgoing.text
    await village.officer("1")
    assert "contacted" in await village.events(1)
