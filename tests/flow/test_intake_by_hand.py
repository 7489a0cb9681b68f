"""What did not come through a chat that the bot hears: telephone, door, letter box, pasted lines of a group (R76)."""

from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.domain.tickets import Channel, Contact, State
from tests.flow.village import Village
from tests.world import GROUP, at


async def test_a_call_is_written_down_in_one_sentence_and_has_the_same_deadline(village: Village) -> None:
    answer = await village.officer("登记 电话 三组王家门口水管爆了")
    thread = await village.ticket(1)
    assert answer.startswith("登记好了：1号 求助（三组")
    assert thread.ticket.channel is Channel.PHONE
    assert thread.ticket.registered_by == "p-lqs"
    assert thread.ticket.due_at == at("2026-03-11 17:30")
    assert await village.group_chat() == "\n"
    assert await village.sent(OutKind.PROMPT) == []
    assert thread.ticket.requester.startswith("hand:p-lqs:")


async def test_the_officer_is_asked_how_the_result_was_told(village: Village) -> None:
    await village.officer("登记 代张婶 来访 三组王家门口水管爆了")
    assert (await village.ticket(1)).ticket.channel is Channel.VISIT
    assert "张婶" not in (await village.ticket(1)).ticket.text
    asked = await village.officer("1 办结 接头换了，下午已通水")
    assert "请把结果告诉反映人" in asked
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    await village.officer("1")
    assert (await village.ticket(1)).ticket.contact is Contact.PHONE
    assert await village.group_chat() == "\n"


async def test_nobody_is_asked_how_it_was_told_who_has_just_said_so(village: Village) -> None:
    await village.officer("登记 电话 三组王家门口水管爆了")
    told = await village.officer("1 办结 接头换了，下午已通水，打电话告诉张婶了")
    assert "也记下您已经告诉反映人了" in told
    assert await village.sent(OutKind.QUESTION) == []
    assert (await village.ticket(1)).ticket.contact is Contact.PHONE


async def test_the_one_who_registered_passes_the_result_on_when_another_closes_it(village: Village) -> None:
    await village.officer("登记 电话 三组王家门口水管爆了", who="何桂珍")
    assert len(await village.told("李青山", OutKind.PROMPT)) == 1
    assert "请不要发到群里" in (await village.told("李青山", OutKind.PROMPT))[0]
    await village.officer("1 进展 下午去看")
    assert any("请转告反映人" in said for said in await village.told("何桂珍"))
    await village.officer("1 办结 接头换了，下午已通水")
    assert any("怎么告诉的" in said for said in await village.told("何桂珍", OutKind.QUESTION))


async def test_channel_and_category_are_asked_only_if_they_are_not_plain(village: Village) -> None:
    assert "这件事是怎么来的" in await village.officer("登记 三组王家门口水管爆了")
    assert (await village.officer("3")).startswith("登记好了：1号")
    assert (await village.ticket(1)).ticket.channel is Channel.LETTERBOX
    assert "算哪一类" in await village.officer("登记 电话 老刘说那个事情还是老样子")
    chosen = await village.officer("1")
    assert chosen.startswith("登记好了：2号")
    assert "没有记" in await village.officer("登记 不记 老刘说那个事情还是老样子")
    assert "请带上怎么来的" in await village.officer("登记")


async def test_the_clock_starts_when_it_was_said(village: Village) -> None:
    answer = await village.officer("登记 来访 昨天下午 请问医保缴费截止到哪天")
    ticket = (await village.ticket(1)).ticket
    assert ticket.said_at == at("2026-03-05 15:00")
    assert ticket.due_at == at("2026-03-09 17:30")
    assert "3月5日（周四）15:00说的" in answer
    late = await village.officer("登记 信箱 2月25日 请问养老金认证怎么弄")
    assert "已经过了" in late


async def test_another_call_about_a_known_matter_is_one_more_household(village: Village) -> None:
    await village.says("阿珍", "三组王家门口水管爆了")
    await village.wait(minutes=2)
    assert "好像是同一件事" in await village.officer("登记 电话 三组王家门口水管爆了，水都流到路上")
    assert "多记一户" in await village.officer("1")
    assert len((await village.ticket(1)).others) == 1
    asked = await village.officer("1 办结 接头换了，下午已通水")
    assert "请把结果告诉反映人" in asked
    assert len(await village.tickets()) == 1


async def test_danger_on_the_telephone_waits_for_no_form(village: Village) -> None:
    answer = await village.officer("登记 三组老屋着火了，里面还有人，快来人")
    assert "已经马上叫人" in answer
    assert len(await village.told("张春根", OutKind.EMERGENCY)) == 1


async def test_words_that_accuse_somebody_go_where_all_such_words_go(village: Village) -> None:
    answer = await village.officer("登记 电话 村会计把低保款装自己口袋了，收了人家两千块才给办")
    assert answer == "收到。这条不用您办，不开工单。"
    assert await village.tickets() == []
    assert len(await village.store.clues(["liuwan", "qinghe", "yunxi"], since=at("2026-03-01 00:00"))) == 1
    assert await village.told("李青山") == [f"03-06 08:00 {answer}"]


async def test_a_forwarded_line_opens_a_ticket_as_if_it_were_said_in_the_group(village: Village) -> None:
    assert "哪个群里说的" in await village.officer("转：二组路灯又不亮了")
    answer = await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert "新立1号 求助（二组路灯）" in answer
    assert (ticket.group, ticket.channel, ticket.registered_by) == (GROUP, Channel.GROUP, "p-lqs")
    await village.officer("1 办结 灯泡烧了，已换新的，今晚亮")
    assert "1号（二组路灯）办结" in await village.group_chat()
    await village.wait(hours=3)
    assert await village.sent(OutKind.RATING) == []


async def test_a_pasted_chat_opens_joins_and_hears_the_answer(village: Village) -> None:
    await village.until("2026-03-06 10:00")
    answer = await village.officer(
        "柳湾村村民群①的聊天记录\n\n阿珍  09:12\n二组路灯又不亮了\n\n老杨  09:13\n我家门口也是黑的\n\n"
        "豆腐西施  09:14\n豆腐出锅了\n\n六叔  09:20\n请问医保缴费截止到哪天\n\n"
        "李青山  09:30\n六叔，医保缴到12月25日，村部能代缴"
    )
    assert answer.endswith(
        "看过了，5条。\n"
        "新立1号 求助（二组路灯），今天09:12说的，3月11日（周三）17:30前答复\n"
        "新立2号 咨询（医保），今天09:20说的，3月10日（周二）17:30前答复\n"
        "其余1条看过了，不用您办。"
    )
    assert "2号（医保）：记下您在群里的答复了" in answer
    lamp, question = await village.ticket(1), await village.ticket(2)
    assert lamp.ticket.said_at == at("2026-03-06 09:12")
    assert len(lamp.others) == 1
    assert question.ticket.state is State.ANSWERED
    again = await village.officer(
        "柳湾村村民群①的聊天记录\n\n阿珍  09:12\n二组路灯又不亮了\n\n六叔  09:20\n请问医保缴费截止到哪天"
    )
    assert again == "看过了，2条。\n1号（二组路灯）：群里说的时候已经记下了\n2号（医保）：群里说的时候已经记下了"
    assert len(await village.tickets()) == 2


async def test_what_the_bot_heard_itself_is_not_opened_a_second_time(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    assert "1号（二组路灯）：群里说的时候已经记下了" in await village.officer("转：二组路灯又不亮了")
    assert len(await village.tickets()) == 1


async def test_a_forwarded_accusation_looks_like_anything_else_that_is_not_the_villages(village: Village) -> None:
    pasted = "阿珍：早啊\n老杨：会计把修路的钱装自己口袋了，收了人家两千块"
    await village.officer(f"转 g-lw1：{pasted}")
    assert (await village.told("李青山"))[-1].endswith("看过了，2条。\n其余2条看过了，不用您办。")
    assert await village.tickets() == []
    assert len(await village.store.clues(["liuwan", "qinghe", "yunxi"], since=at("2026-03-01 00:00"))) == 1


async def test_a_forwarded_line_that_says_little_is_asked_about(village: Village) -> None:
    assert "算哪一类" in await village.officer("转 g-lw1：哎 就这样吧")
    assert "新立1号" in await village.officer("1")
    assert (await village.ticket(1)).ticket.category in set(Category)


async def test_ordinary_sentences_are_no_pasted_chat(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 办结：灯泡烧了，已换新的，今晚亮\n路上小心：慢走")
    assert (await village.ticket(1)).ticket.state is State.CLOSED
