"""Closing with a record: what officers write in a hurry, what they are asked, and what everybody is told in the end."""

from bot.domain.messages import OutKind, ToAccount, ToGroup
from bot.domain.tickets import Contact, Effect, Relation, State
from tests.flow.village import Village


async def _lamp(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)


async def test_empty_phrases_come_back_with_an_example_and_nothing_is_posted(village: Village) -> None:
    await _lamp(village)
    for words in ("已阅", "已处理", "已转达相关部门", "请到公示栏看", "高度重视,尽快处理"):
        assert "例如：1 办结" in await village.officer(f"1 办结 {words}")
    assert (await village.ticket(1)).ticket.state is State.PROMPTED
    assert await village.sent(OutKind.RESULT) == []
    assert await village.officer("1 办结 换好了") == "1号办结，已告诉村民。"


async def test_a_plan_is_asked_about_and_becomes_news(village: Village) -> None:
    await _lamp(village)
    assert "像是还没办完" in await village.officer("1 办结 明天上午带电工去换")
    await village.officer("2")
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    assert "明天上午带电工去换" in await village.group_chat()


async def test_a_mere_promise_is_offered_as_news_first_and_1_tells_the_villager_so(village: Village) -> None:
    await village.says("桂婶", "三组水池没水了")
    await village.wait(minutes=2)
    answer = await village.officer("我去看看水池，一会儿回话")
    assert answer.splitlines()[1:] == ["1 还在办，先告诉村民进展", "2 办完了，就这样答复村民"]
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    assert "我去看看水池，一会儿回话" in await village.group_chat()


async def test_words_that_say_it_is_done_are_offered_as_the_result_first(village: Village) -> None:
    await village.says("桂婶", "三组水池没水了")
    await village.wait(minutes=2)
    await village.officer("马上安排")
    answer = await village.officer("修好了，水来了")
    assert answer.splitlines()[1:] == ["1 办完了，就这样答复村民", "2 还在办，先告诉村民进展"]
    await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.answer_text) == (State.CLOSED, "修好了，水来了")


async def test_an_old_question_answered_late_still_means_what_it_showed(village: Village) -> None:
    await village.says("桂婶", "三组水池没水了")
    await village.wait(minutes=2)
    await village.officer("下午去看")
    asked = await village.last_to("李青山", OutKind.QUESTION)
    await village.officer("修好了，水来了")
    await village.officer("2", quote=asked.platform_id)
    assert "下午去看，像是还没办完" in (await village.told("李青山"))[-1].replace("“", "").replace("”", "")
    assert (await village.ticket(1)).ticket.state is not State.CLOSED


async def test_a_promise_in_the_group_is_offered_as_news_first_too(village: Village) -> None:
    asked = await village.says("桂婶", "三组水池没水了")
    await village.wait(minutes=2)
    await village.says("李青山", "我去看看水池，一会儿回话", quote=asked)
    await village.wait(minutes=1)
    question = await village.last_to("李青山", OutKind.QUESTION)
    assert question.outgoing.text.endswith("回一个数：1 还在办　2 就这样，办结　3 不是答这件事")
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.IN_PROGRESS
    await village.says("李青山", "接头换好了，水来了", quote=asked)
    await village.wait(minutes=1)
    question = await village.last_to("李青山", OutKind.QUESTION)
    assert question.outgoing.text.endswith("回一个数：1 就这样，办结　2 还在办　3 不是答这件事")
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_a_plan_that_is_all_there_is_closes_after_one_question(village: Village) -> None:
    await _lamp(village)
    await village.officer("1 办结 供电局下周统一更换")
    await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.answer_text) == (State.CLOSED, "供电局下周统一更换")


async def test_the_same_words_for_two_matters_are_sent_back_once(village: Village) -> None:
    await _lamp(village)
    await village.says("桂婶", "三组水管爆了没人修", after=600)
    await village.wait(minutes=2)
    await village.officer("1 办结 师傅来过,弄好能用了")
    answer = await village.officer("2 办结 师傅来过，弄好能用了。")
    assert "和1号的答复一样，请写2号这一件的" in answer
    assert (await village.ticket(2)).ticket.state is State.PROMPTED
    await village.officer("1")
    ticket = (await village.ticket(2)).ticket
    assert (ticket.state, ticket.answer_text) == (State.CLOSED, "师傅来过，弄好能用了。")


async def test_a_suggestion_is_adopted_or_not_and_says_why(village: Village) -> None:
    await village.says("六叔", "建议学校门口那段路装个减速带,孩子过马路安全些")
    await village.wait(minutes=2)
    assert "采纳吗" in await village.officer("1 办结 下月和镇里一起装")
    await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.effect) == (State.CLOSED, Effect.ADOPTED)
    assert "采纳：下月和镇里一起装" in await village.group_chat()


async def test_a_refused_suggestion_needs_a_reason(village: Village) -> None:
    await village.says("六叔", "建议学校门口那段路装个减速带,孩子过马路安全些")
    await village.wait(minutes=2)
    assert "为什么不采纳" in await village.officer("1 办结 不采纳")
    await village.officer("1 办结 不采纳,这段是省道,装不装由公路局定,已把意见转去")
    assert (await village.ticket(1)).ticket.effect is Effect.ANSWERED


async def test_a_disclosure_matter_closes_with_the_publication_or_a_picture_of_it(village: Village) -> None:
    await village.says("老杨", "2月的务工账只有个总数,明细怎么没公开")
    await village.wait(minutes=2)
    assert "不能只请村民自己去看" in await village.officer("1 办结 请到公示栏看")
    assert "等补充或更正的内容公开了" in await village.officer("1 办结 账都核对过了没有问题")
    await village.shows("李青山", group=None)
    await village.wait(seconds=1)
    await village.officer("1 办结 2月务工明细已经重新贴出来了")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.effect) == (State.CLOSED, Effect.RECTIFIED)
    assert ticket.publication == "2月务工明细已经重新贴出来了"


async def test_pictures_are_kept_with_the_record_and_never_posted(village: Village) -> None:
    await _lamp(village)
    await village.says("桂婶", "三组水管爆了没人修", after=600)
    await village.wait(minutes=2)
    await village.officer("1 办结 已换灯泡,今晚亮")
    picture = await village.shows("李青山", group=None, after=60)
    await village.wait(seconds=1)
    assert [link.message for link in (await village.ticket(1)).of(Relation.REPLY)] == [picture]
    assert "evidenced" in await village.events(1)
    prompt = next(sent for sent in await village.sent(OutKind.PROMPT) if sent.outgoing.ticket == "liuwan-2026-2")
    await village.wait(minutes=30)
    await village.officer("", quote=prompt.platform_id)
    quoted = await village.shows("李青山", group=None)
    await village.wait(seconds=1)
    assert [link.message for link in (await village.ticket(2)).of(Relation.REPLY)] == [quoted]
    assert "[image]" not in await village.group_chat()


async def test_a_picture_of_nobody_knows_what_is_asked_about_once(village: Village) -> None:
    await _lamp(village)
    await village.says("桂婶", "三组水管爆了没人修", after=600)
    await village.wait(minutes=2)
    picture = await village.shows("李青山", group=None)
    await village.wait(seconds=1)
    assert "照片是哪一件的" in (await village.told("李青山"))[-1]
    assert "记在2号里了" in await village.officer("2")
    assert [link.message for link in (await village.ticket(2)).of(Relation.REPLY)] == [picture]


async def test_how_the_person_was_reached_is_read_from_the_words(village: Village) -> None:
    await _lamp(village)
    await village.officer("1 进展 打电话说了,明天上午带电工去")
    assert (await village.ticket(1)).ticket.contact is Contact.PHONE
    await village.officer("1 办结 上门看了,换了整个灯头,亮了")
    assert (await village.ticket(1)).ticket.contact is Contact.IN_PERSON


async def test_without_a_word_about_it_the_result_reached_them_as_the_matter_came(village: Village) -> None:
    await _lamp(village)
    await village.officer("1 办结 已换灯泡,今晚亮")
    assert (await village.ticket(1)).ticket.contact is Contact.GROUP


async def test_the_one_for_a_cadres_own_words_asks_what_is_missing(village: Village) -> None:
    asked = await village.says("六叔", "建议学校门口那段路装个减速带,孩子过马路安全些")
    await village.wait(minutes=5)
    await village.says("李青山", "这个主意好,下月和镇里一起装", quote=asked)
    await village.wait(minutes=1)
    assert "采纳吗" in await village.officer("1")
    await village.officer("1")
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_a_finished_answer_is_offered_once_however_often_it_is_repeated(village: Village) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "阿珍,二组的灯换好了", quote=asked)
    await village.says("李青山", "换好了,今晚就亮,放心", quote=asked, after=40)
    await village.wait(minutes=1)
    offers = [sent for sent in await village.sent(OutKind.QUESTION) if "记下您在群里的答复" in sent.outgoing.text]
    assert len(offers) == 1


async def test_the_effect_goes_into_the_ledger_and_nowhere_else(village: Village) -> None:
    await _lamp(village)
    await village.officer("1 办结 已换灯泡,今晚亮")
    before = await village.group_chat()
    assert "成效记为“纠正整改”" in await village.officer("1 成效 整改")
    assert "只由纪检来记" in await village.officer("1 成效 处理人员")
    assert (await village.ticket(1)).ticket.effect is Effect.RECTIFIED
    assert "处理人员" not in await village.officer("1 成效")
    assert "记为“处理人员”" in await village.officer("柳湾1 成效 处理人员", who="周明礼")
    assert (await village.ticket(1)).ticket.effect is Effect.DISCIPLINED
    assert await village.group_chat() == before


async def test_who_has_thanked_for_the_answer_is_not_asked(village: Village) -> None:
    asked = await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=5)
    await village.says("李青山", "阿珍,二组的灯换好了,今晚就亮", quote=asked)
    await village.says("阿珍", "谢谢李主任,灯亮了", after=120)
    await village.wait(minutes=2)
    await village.officer("1")
    await village.wait(hours=5)
    assert (await village.ticket(1)).ticket.state is State.CLOSED
    assert await village.sent(OutKind.RATING) == []
    assert (await village.ticket(1)).ticket.rating is None


async def test_a_household_that_joined_may_say_that_it_is_not_solved(village: Village) -> None:
    await _lamp(village)
    await village.says("桂婶", "我家门口也不亮", after=30)
    await village.wait(minutes=2)
    await village.officer("1 办结 已换灯泡,今晚亮")
    await village.wait(minutes=65)
    await village.says("阿珍", "1")
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.rating == "solved"
    await village.says("桂婶", "2")
    await village.wait(minutes=1)
    ticket = (await village.ticket(1)).ticket
    assert (ticket.state, ticket.rating) == (State.REOPENED, "unsolved")
    assert len(await village.sent(OutKind.RATING)) == 1


async def test_the_question_waits_for_the_morning(village: Village) -> None:
    await _lamp(village)
    await village.until("2026-03-06 20:30")
    await village.officer("1 办结 已换灯泡,今晚亮")
    await village.until("2026-03-07 07:00")
    assert await village.sent(OutKind.RATING) == []
    await village.until("2026-03-07 08:00")
    (question,) = await village.sent(OutKind.RATING)
    assert question.outgoing.to == ToGroup(group="g-lw1")


async def test_how_far_it_is_is_told_to_those_who_may_know(village: Village) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=3)
    await village.says("六叔", "三组水管爆了没人修", after=60)
    for number in (1, 77):
        await village.says("六叔", f"{number}号到哪了", group=None, after=120)
    await village.wait(minutes=1)
    await village.says("桂婶", "到哪了", group=None, after=60)
    await village.wait(minutes=1)
    told = [sent.outgoing for sent in await village.sent(OutKind.NOTICE)]
    others = [one.text for one in told if one.to == ToAccount(platform="practice", account="u-ls")]
    assert len(others) == 2
    assert len(set(others)) == 1
    assert "只告诉提这件事的人" in others[0]
    own = [one.text for one in told if one.to == ToAccount(platform="practice", account="u-gs")]
    assert any("1号" in text and "李青山" in text for text in own)
