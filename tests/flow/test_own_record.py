"""A villager asks what is stored about him, has it put right, and has it deleted (legal.md 2, art. 44 to 48)."""

from collections.abc import Awaitable, Callable

from bot.domain.messages import OutKind
from tests.flow.village import Village
from tests.world import GROUP, account

Villager = Callable[[str], Awaitable[str]]


async def alone(village: Village, who: str, text: str) -> str:
    """Somebody writes to the bot alone; what it answered."""
    before = await village.private_chat(who)
    await village.says(who, text, group=None)
    await village.wait(seconds=40)
    return (await village.private_chat(who)).removeprefix(before)


async def a_lamp(village: Village) -> None:
    """桂婶's lamp, which concerns 六叔 as well; a word of thanks from 阿珍, who asked nothing."""
    await village.says("桂婶", "二组的路灯不亮了,谁来修一下")
    await village.wait(minutes=2)
    await village.says("六叔", "我家门口的路灯也不亮")
    await village.wait(minutes=2)
    await village.says("桂婶", "今天天气真好", after=600)
    await village.wait(minutes=2)


async def test_a_villager_sees_her_own_and_nothing_of_others(village: Village) -> None:
    await a_lamp(village)
    seen = await alone(village, "桂婶", "小微 我的记录")
    assert "您提的事1件：" in seen
    assert "柳湾村1号" in seen
    assert "您说过的话2条" in seen
    assert "六叔" not in seen
    assert "门口" not in seen, "the words of another household"
    other = await alone(village, "六叔", "我的记录")
    assert "您跟着说过的事1件：柳湾村1号" in other
    assert "您提的事" not in other
    assert await alone(village, "孙小龙", "我的记录") != seen


async def test_in_the_group_nothing_is_shown(village: Village) -> None:
    await a_lamp(village)
    before = await village.group_chat()
    await village.says("桂婶", "小微 我的记录")
    await village.wait(minutes=1)
    answer = (await village.group_chat()).removeprefix(before)
    assert "只给您一个人看" in answer
    assert "1号" not in answer
    await village.says("六叔", "把我的记录给我看看")
    await village.wait(minutes=1)
    assert (await village.group_chat()).count("只给您一个人看") == 1, "not said to the bot"


async def test_who_has_nothing_stored_is_told_so_and_never_whether_there_is_a_clue(village: Village) -> None:
    empty = await alone(village, "桂婶", "我的记录")
    assert "没有您的记录" in empty
    assert "向纪检反映的话单独封存" in empty
    await village.says("六叔", "村会计把修路的钱拿回家了,我亲眼看见的", group=None)
    await village.wait(minutes=5)
    after = await alone(village, "六叔", "我的记录")
    assert "向纪检反映的话单独封存" in after
    assert "线索" not in after
    assert "会计" not in after.split("我的记录")[1]


async def test_a_correction_reaches_whoever_works_on_it(village: Village) -> None:
    await a_lamp(village)
    assert "写明是您提的哪件" in await alone(village, "桂婶", "更正")
    answer = await alone(village, "桂婶", "更正 1号 是三组的路灯，不是二组")
    assert "1号的更正已经转给" in answer
    told = await village.told("李青山", OutKind.NOTICE)
    assert any("提的人说记错了，对的是：是三组的路灯，不是二组" in line for line in told)
    assert (await village.events(1))[-1] == "followed_up"
    assert "写明是您提的哪件" in await alone(village, "六叔", "更正 1号 不是我家"), "not his to correct"


async def test_nothing_goes_before_it_is_confirmed(village: Village) -> None:
    await a_lamp(village)
    asked = await alone(village, "桂婶", "确认删除")
    assert "真要删吗" in asked, "nobody had asked yet"
    before = await village.everything()
    asked = await alone(village, "桂婶", "小微 删除我的记录")
    assert "还在办的1件先留着" in asked
    assert (await village.everything())["ticket_links"] == before["ticket_links"]
    assert (await village.everything())["privacy_requests"] == []


async def test_an_open_matter_waits_for_its_end_and_is_nobodys_then(village: Village) -> None:
    await a_lamp(village)
    await alone(village, "桂婶", "删除我的记录")
    answer = await alone(village, "桂婶", "确认删除")
    assert "好，这就删" in answer
    assert "办结以后再去掉您的账号" in answer
    mine = account("桂婶")
    rows = await village.everything()
    assert "今天天气真好" not in str(await village.group_chat())
    assert mine in str(rows["tickets"]), "the result must still reach her"
    await village.until("2026-03-07 08:00")
    await village.officer("1 办结 已换灯泡,今晚亮")
    await village.wait(minutes=5)
    assert "已换灯泡" in await village.group_chat()
    await village.until("2026-03-11 08:00")
    rows = await village.everything()
    for table in ("tickets", "ticket_links", "inbox", "outbox", "privacy_requests", "media", "door_notes"):
        assert mine not in str(rows[table]), table
    assert account("六叔") in str(rows["ticket_links"]), "he has asked for nothing"
    assert "路灯" in (await village.ticket(1)).ticket.text, "the matter stays, without her"
    assert (await village.ticket(1)).others != ()
    assert await village.store.troubles(since=village.now.replace(year=2025)) == ()
    assert "没有您的记录" not in await alone(village, "六叔", "我的记录")


async def test_an_officer_is_told_where_to_ask(village: Village) -> None:
    assert "您是登记的干部" in await village.officer("我的记录")
    assert "您是登记的干部" in await village.officer("删除我的记录")
    assert GROUP in village.settings.county.groups
