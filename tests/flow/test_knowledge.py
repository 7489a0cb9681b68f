"""Answers from what the county knows: shown to the officer, sent on his word alone, kept for the next time (R106)."""

from bot.domain.messages import OutKind
from bot.domain.tickets import State
from tests.flow.village import Village

ASKED = "请问低保怎么申请,要带什么材料"


async def test_the_draft_goes_out_with_a_one_and_closes(village: Village) -> None:
    await village.says("桂婶", ASKED)
    await village.wait(minutes=2)
    prompt = (await village.last_to("李青山", OutKind.PROMPT)).outgoing
    assert "参考答复（权力清单“最低生活保障申请”）" in prompt.text
    assert "还没核对" in prompt.text
    assert prompt.choices == ("1 发稿",)
    assert "\n1 就这样答复村民\n" in prompt.text
    assert "户口本" not in await village.group_chat()
    await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert ticket.state is State.CLOSED
    assert "户口本、身份证" in ticket.answer_text
    assert ticket.answer_text in await village.group_chat()


async def test_an_office_of_the_county_is_named_with_its_person(village: Village) -> None:
    await village.says("桂婶", "请问宅基地建房怎么申请,找谁办")
    await village.wait(minutes=2)
    assert "找镇村镇建设办主任 彭学峰" in (await village.last_to("李青山", OutKind.PROMPT)).outgoing.text


async def test_the_officers_own_words_win(village: Village) -> None:
    await village.says("桂婶", ASKED)
    await village.wait(minutes=2)
    await village.officer("1 发稿 带户口本来村部,我帮您填")
    assert (await village.ticket(1)).ticket.answer_text == "带户口本来村部,我帮您填"


async def test_what_is_not_on_the_list_has_no_draft(village: Village) -> None:
    await village.says("桂婶", "请问低保标准今年是多少")
    await village.wait(minutes=2)
    prompt = (await village.last_to("李青山", OutKind.PROMPT)).outgoing
    assert "参考答复" not in prompt.text
    assert "没有现成的稿子" in await village.officer("1 发稿")
    assert (await village.ticket(1)).ticket.state.is_live


async def test_a_draft_nobody_has_seen_is_shown_before_it_goes(village: Village) -> None:
    await village.says("桂婶", ASKED)
    await village.wait(minutes=2)
    shown = await village.officer("1 发稿", who="张春根")
    assert "可以这样答复" in shown
    assert (await village.ticket(1)).ticket.state.is_live
    await village.officer("1", who="张春根")
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_an_answer_is_kept_without_names_and_numbers_and_offered_the_next_time(village: Village) -> None:
    await village.says("六叔", "请问村卫生室星期天几点开门")
    await village.wait(minutes=2)
    await village.officer("1 办结 六叔,星期天上午8点到11点开门,急事打13800001234")
    kept = await village.officer("存答复 1 卫生室开门")
    assert "星期天上午8点到11点开门" in kept
    assert "六叔" not in kept
    assert "1380" not in kept
    await village.restarts()
    await village.says("桂婶", "村卫生室星期天几点开门呀", after=86_400)
    await village.wait(minutes=2)
    prompts = [sent.outgoing for sent in await village.sent(OutKind.PROMPT)]
    assert "常用答复“卫生室开门”" in prompts[-1].text
    assert "卫生室开门" in await village.officer("常用答复")
    assert "删掉了" in await village.officer("删答复 卫生室开门")
    assert "还没有存" in await village.officer("常用答复")


async def test_a_private_answer_is_not_kept(village: Village) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "请问我这个慢性病能不能办门诊,要什么材料", group=None, after=60)
    await village.wait(minutes=3)
    await village.officer("1 办结 带诊断书和身份证去县医保局,20个工作日")
    assert "私下说的事" in await village.officer("存答复 1 慢病")
