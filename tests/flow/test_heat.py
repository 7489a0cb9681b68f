"""A quarrel in a group is told privately, once; football, red packets and weddings are none (R42, R45)."""

from dataclasses import replace

from bot.domain.messages import OutKind, ToGroup, ToPerson
from bot.domain.org import organisation
from bot.settings import Settings
from tests.flow.conftest import Wakes
from tests.flow.village import Village

QUARREL = (
    ("阿珍", "修渠的钱到底用到哪里去了，凭什么不贴出来"),
    ("老杨", "你说话注意点，拿出证据来"),
    ("阿珍", "你急什么，我又没说你"),
    ("六叔", "都是乡亲，少说两句"),
    ("老杨", "我不怕你，有本事当面说"),
)


async def _evening(village: Village, talk: tuple[tuple[str, str], ...], *, after: float = 60) -> None:
    for who, words in talk:
        await village.says(who, words, after=after)
    await village.wait(minutes=2)


async def _alerts(village: Village) -> list[tuple[str, str]]:
    sent = await village.sent(OutKind.ALERT)
    return [(one.outgoing.to.person, one.outgoing.text) for one in sent if isinstance(one.outgoing.to, ToPerson)]


async def test_secretary_duty_officer_and_linked_leader_hear_of_it_once_and_nobody_is_named(village: Village) -> None:
    await village.until("2026-03-06 19:00")
    await _evening(village, QUARREL)
    await village.wait(minutes=15)
    alerts = await _alerts(village)
    assert sorted(person for person, _ in alerts) == ["p-hzg", "p-lqs", "p-zcg"]
    for _, text in alerts:
        assert text.startswith("“柳湾村村民群①”从今天19:0")
        assert "吵得有些厉害：4句话，3个人。" in text
        assert "您可以这样说" in text
        assert not [who for who, _ in QUARREL if who in text]
        assert "拿出证据" not in text
    await village.wait(minutes=50)
    over = [told for told in await village.told("张春根") if "平静了" in told]
    assert len(over) == 1
    assert len(await _alerts(village)) == 3
    group = [one for one in await village.sent() if isinstance(one.outgoing.to, ToGroup) and "吵" in one.outgoing.text]
    assert not group


async def test_it_speaks_of_the_ticket_with_its_state_and_drafts_what_could_be_said(village: Village) -> None:
    await village.until("2026-03-06 18:58")
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await village.wait(minutes=3)
    await _evening(village, QUARREL)
    await village.wait(minutes=15)
    (text,) = {text for person, text in await _alerts(village) if person == "p-lqs"}
    assert "1号 二组路灯" in text
    assert "“大家说的二组路灯" in text
    assert text.count("村委会副主任 李青山") == 1


async def test_a_restart_in_the_middle_tells_it_once(village: Village) -> None:
    await village.until("2026-03-06 19:00")
    for who, words in QUARREL:
        await village.says(who, words, after=60)
        await village.restarts()
    await village.wait(minutes=20)
    await village.restarts()
    await village.wait(hours=1)
    assert len(await _alerts(village)) == 3
    assert len([told for told in await village.told("李青山") if "平静了" in told]) == 1


async def test_two_people_are_no_quarrel_of_the_village(village: Village) -> None:
    await village.until("2026-03-06 19:00")
    talk = tuple(("阿珍" if place % 2 else "老杨", "你急什么，拿出证据来") for place in range(8))
    await _evening(village, talk)
    assert not await _alerts(village)


async def test_a_group_that_always_talks_like_this_is_not_reported_each_evening(village: Village) -> None:
    told = []
    for day in range(6, 27):
        await village.until(f"2026-03-{day:02} 19:00")
        before = len(await _alerts(village))
        await _evening(village, QUARREL)
        await village.wait(minutes=15)
        told.append(len(await _alerts(village)) > before)
    assert told[0]
    assert not any(told[-5:])


async def test_late_at_night_nobody_is_woken_and_one_message_tells_it_all_in_the_morning(village: Village) -> None:
    await village.until("2026-03-06 22:00")
    await _evening(village, QUARREL)
    assert not await _alerts(village)
    await village.restarts()
    await village.until("2026-03-07 07:45")
    alerts = await _alerts(village)
    assert sorted(person for person, _ in alerts) == ["p-hzg", "p-lqs", "p-zcg"]
    for _, text in alerts:
        assert "“柳湾村村民群①”3月6日（周五）22:0" in text
        assert "起吵过一阵：5句话，3个人，现在平静了。夜里没有打扰您。" in text
        assert "今天您可以这样说" in text
    assert not [told for told in await village.told("张春根") if told.endswith("记得按时说一声。")]


async def test_a_quarrel_at_night_stands_on_the_next_page_of_the_township(wakes: Wakes) -> None:
    village = await wakes("2026-03-05 21:50")
    await _evening(village, QUARREL)
    await village.until("2026-03-06 17:01")
    page = await _page(village)
    assert page.count("柳湾村“柳湾村村民群①”：3月5日（周四）21:5") == 1
    assert "已私下告诉村支书和值班员" in page
    await village.until("2026-03-09 17:01")
    assert "争执" not in await _page(village)


async def test_a_quarrel_of_last_night_is_on_the_page_that_is_asked_for_before_anybody_was_told(wakes: Wakes) -> None:
    village = await wakes("2026-03-05 21:50")
    await _evening(village, QUARREL)
    await village.until("2026-03-06 06:30")
    assert not await _alerts(village)
    assert "起争执，还没有告诉村里的人" in await village.officer("详情 争执", who="周明礼")


async def _page(village: Village) -> str:
    """The latest digest of the township's inspector."""
    return (await village.last_to("周明礼", OutKind.DIGEST)).outgoing.text


async def test_a_leader_hears_only_of_his_own_villages_and_his_answer_there_counts(
    village: Village, settings: Settings
) -> None:
    """韩志刚 has 石畔村 and 霞岭村; 柳湾村 is another's."""
    county = settings.county
    people = [
        replace(person, linked=("shipan", "xialing") if person.id == "p-hzg" else ())
        for person in county.people.values()
    ]
    await village.restarts(
        settings=replace(settings, county=organisation(county.units.values(), county.groups.values(), people))
    )
    await village.until("2026-03-06 19:00")
    await _evening(village, QUARREL)
    await village.wait(minutes=15)
    assert sorted(person for person, _ in await _alerts(village)) == ["p-lqs", "p-zcg"]
    for who, words in QUARREL:
        await village.says(who, words, group="g-sp1", after=60)
    await village.wait(minutes=15)
    assert "p-hzg" in [person for person, _ in await _alerts(village)]
    asked = await village.says("守井人", "三组的自来水又停了", group="g-sp1")
    await village.wait(minutes=1)
    reply = await village.says("韩志刚", "自来水是主管爆了，水厂今晚修好", group="g-sp1", quote=asked)
    await village.wait(minutes=1)
    answered = {thread.ticket.first_cadre_reply for thread in await village.tickets() if thread.ticket.topic}
    assert reply in answered


async def test_football_red_packets_and_a_wedding_are_none(village: Village) -> None:
    await village.until("2026-03-06 19:00")
    await _evening(
        village,
        (
            ("阿珍", "这裁判瞎了吧 退钱"),
            ("老杨", "国足丢人 退钱退钱"),
            ("六叔", "气死我了 这球都不进"),
            ("风筝", "别吵 加时了"),
            ("守井人", "手气太差 骗子群主只发一分"),
            ("桂婶", "恭喜恭喜 喜酒少喝点 凭什么不叫我"),
            ("小满妈妈", "哈哈哈 火大"),
        ),
        after=40,
    )
    assert not await _alerts(village)
