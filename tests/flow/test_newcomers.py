"""Newcomers, the month's line, the privacy notice, being left alone, and cadres' names (R27, R32, R33)."""

from collections.abc import Awaitable, Callable

from bot.domain.messages import Incoming, Kind, OutKind
from bot.domain.outcome import Outcome
from bot.domain.retention import Expiry, Step
from tests.flow.village import Village
from tests.world import GROUP, account, at

Wakes = Callable[[str], Awaitable[Village]]
WELCOME = "欢迎新来的乡亲"
MONTHLY = "提意见、反映事情"


async def joins(village: Village, *names: str) -> None:
    for name in names:
        await village.says(name, "", kind=Kind.JOIN)


async def posts(village: Village, opening: str, group: str = GROUP) -> list[str]:
    chat = await village.group_chat(group)
    return [line[:11] for line in chat.splitlines() if f": {opening}" in line]


async def test_all_who_join_on_one_day_are_greeted_with_one_line(village: Village) -> None:
    await joins(village, "桂婶", "六叔")
    await village.wait(hours=3)
    await joins(village, "阿珍")
    await village.restarts()
    await village.until("2026-03-07 20:00")
    assert await posts(village, WELCOME) == ["03-06 18:30"]
    assert await posts(village, WELCOME, "g-lw2") == [], "nobody joined there"
    await joins(village, "石头爸")
    await village.until("2026-03-09 08:00")
    assert await posts(village, WELCOME) == ["03-06 18:30", "03-08 18:30"], "after the hour: the next evening"


async def test_an_old_export_greets_nobody(village: Village) -> None:
    await village.says("桂婶", "", kind=Kind.JOIN, sent_at=at("2026-02-01 09:00"))
    await village.until("2026-03-07 20:00")
    assert await posts(village, WELCOME) == []


async def test_the_months_line_comes_on_its_first_working_day_and_once(wakes: Wakes) -> None:
    village = await wakes("2026-09-30 12:00")  # 1 to 7 October are holidays
    await village.until("2026-10-07 23:00")
    assert await posts(village, MONTHLY) == []
    await village.restarts()
    await village.until("2026-10-10 23:00")
    assert await posts(village, MONTHLY) == ["10-08 15:00"]


async def test_the_notice_is_short_in_the_group_and_whole_in_private(village: Village) -> None:
    await village.says("桂婶", "小微 隐私")
    await village.says("六叔", "隐私", calls="小微", after=60)
    await village.wait(minutes=2)
    short = [line for line in (await village.group_chat()).splitlines() if "原话90天后删" in line]
    assert len(short) == 1, "once a day"
    await village.says("桂婶", "小微 隐私", group=None)
    await village.says("桂婶", "隐私 喇叭", group=None, after=30)
    await village.wait(minutes=2)
    private = await village.private_chat("桂婶")
    assert "柳湾村用小微记群里要办的事" in private
    assert "各位乡亲，跟大家说一件事。" in private
    assert await village.tickets() == []


async def test_who_wants_to_be_left_alone_opens_no_ticket_until_he_calls_the_bot(village: Village) -> None:
    await village.says("六叔", "小微别记我的")
    await village.wait(minutes=2)
    assert "小微不再开工单" in await village.group_chat()
    await village.restarts()
    await village.says("六叔", "二组的路灯不亮了,谁来修一下")
    await village.says("桂婶", "我家门口的水管爆了,求村里来看看", after=60)
    await village.wait(minutes=30)
    assert [thread.ticket.requester for thread in await village.tickets()] == [account("桂婶")]
    await village.says("六叔", "二组的路灯不亮了,麻烦村里修一下", calls="小微", after=60)
    await village.wait(minutes=30)
    assert [thread.ticket.requester for thread in await village.tickets()] == [account("桂婶"), account("六叔")]
    await village.says("六叔", "小微可以记了", after=60)
    await village.says("六叔", "另外三组的水渠堵了,麻烦清一下", after=600)
    await village.wait(minutes=30)
    assert len(await village.tickets()) == 3


async def test_danger_is_heard_from_everybody(village: Village) -> None:
    await village.says("六叔", "小微，别记我的")
    await village.says("六叔", "救命啊!二组老屋着火了,里面有人!", after=60)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.urgent
    assert await village.sent(OutKind.EMERGENCY) != []


async def test_the_same_words_to_a_neighbour_change_nothing(village: Village) -> None:
    await village.says("六叔", "名单别记我的")
    await village.says("六叔", "别记我的")
    await village.says("六叔", "二组的路灯不亮了,谁来修一下", after=60)
    await village.wait(minutes=2)
    assert len(await village.tickets()) == 1


async def test_who_it_is_stands_nowhere_in_the_table(village: Village) -> None:
    await village.says("六叔", "小微别记我的")
    await village.wait(minutes=2)
    rows = (await village.everything())["left_alone"]
    assert len(rows) == 1
    assert account("六叔") not in str(rows)


async def test_a_cadre_with_a_strange_name_is_reminded_once_a_week_and_villagers_never(village: Village) -> None:
    await village.says("李青山", "大家早")
    await named(village, "陈秀梅", "秀外慧中")
    await named(village, "孙小龙", "网格员-孙小龙")
    await named(village, "六叔", "爱谁谁")
    await village.until("2026-03-26 20:00")
    told = [line for line in await village.told("陈秀梅") if "看不出是谁" in line]
    kindly = (
        "03-12 16:00 提个小醒：您在柳湾村村民群①里的昵称看不出是谁，乡亲不好找您。"
        "方便时改成“村妇联主席-陈秀梅”这样就行，不急。"
    )
    assert told == [kindly]
    for name in ("李青山", "孙小龙"):
        assert "看不出是谁" not in "".join(await village.told(name))
    listed = [line for line in await village.told("周明礼") if "群昵称" in line]
    assert [line.partition(" 【")[0] for line in listed] == ["03-09 09:00"], "with the weekly summary, while he is seen"
    assert "本镇群昵称还看不出姓名和职务的干部有1位：柳湾村 村妇联主席 陈秀梅。" in listed[0]
    assert not any("群昵称" in line for line in await village.told("林静敏")), "the list is the township's"
    assert not any("看不出" in sent.outgoing.text for sent in await village.sent() if "u-ls" in str(sent.outgoing.to))


async def named(village: Village, who: str, nickname: str) -> None:
    """Somebody speaks in the group under a nickname."""
    words = Incoming(
        platform="practice",
        id=f"named-{who}",
        group=GROUP,
        sender=account(who),
        name=nickname,
        kind=Kind.TEXT,
        text="收到",
        sent_at=village.now,
    )
    await village.engine.receive(words, now=village.now)
    await village.wait(seconds=30)


async def test_words_are_gone_after_ninety_days_and_the_ticket_stays(village: Village) -> None:
    await village.says("桂婶", "二组的路灯不亮了,谁来修一下")
    await village.says("六叔", "今天天气真好")
    await village.wait(minutes=2)
    store, later = village.store, at("2026-06-04 08:00")
    assert await store.expired(Step.MESSAGES, before=later, most=10) == 2
    assert await store.expired(Step.MESSAGES, before=at("2026-03-06 08:00"), most=10) == 0
    await store.commit(Outcome(expiries=(Expiry(step=Step.MESSAGES, before=later, most=10),)), now=village.now)
    assert "路灯" not in (await village.group_chat()).split("小微[", maxsplit=1)[0]
    assert "路灯" in (await village.ticket(1)).ticket.text
    assert await store.expired(Step.MESSAGES, before=later, most=10) == 0
