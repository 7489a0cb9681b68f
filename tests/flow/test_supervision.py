"""When a matter goes round in circles: returns, supervision orders, reports to the secretary, a check from outside."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.categories import Level
from bot.domain.messages import OutKind
from bot.domain.tickets import State
from tests.flow.village import Village


async def _pole(village: Village) -> None:
    await village.says("阿珍", "二组老井边的电线杆歪了,看着吓人")
    await village.wait(minutes=2)


async def test_sent_back_with_a_reason_it_is_counted_and_the_villager_hears_no_blame(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await _pole(village)
    due = (await village.ticket(1)).ticket.due_at
    await village.officer("1 转办 水利站 电杆要扶正")
    asked = await village.officer("1 不归我们管", who="罗大山")
    assert "请带一句原因" in asked
    await village.officer("1 不归我们管 电杆归建设办", who="罗大山")
    back = (await village.ticket(1)).ticket
    assert (back.unit, back.level, back.owner) == ("liuwan", Level.VILLAGE, "p-lqs")
    assert (back.returns, back.pushed_down) == (1, 1)
    assert back.due_at == due
    assert await village.whole_story("李青山", "罗大山") == snapshot


async def test_the_first_holder_has_nobody_to_send_it_back_to(village: Village) -> None:
    await _pole(village)
    assert "没有上一家可退" in await village.officer("1 退回 不归村里管")
    assert (await village.ticket(1)).ticket.returns == 0


async def test_who_gets_it_back_twice_can_give_it_back_further_down_the_way_it_came(village: Village) -> None:
    await _pole(village)
    await village.officer("1 转办 清禾镇 要立新杆")
    await village.officer("柳湾村1 转办 水利站 请看是不是渠边的杆", who="周明礼")
    await village.officer("1 退回 不是渠边的", who="罗大山")
    assert (await village.ticket(1)).ticket.unit == "qinghe"
    await village.officer("柳湾村1 退回 村里先扶一扶", who="周明礼")
    ticket = (await village.ticket(1)).ticket
    assert ticket.unit == "liuwan"
    assert (ticket.returns, ticket.pushed_down) == (2, 2)


async def test_two_offices_bring_a_draft_that_only_a_person_issues(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await _pole(village)
    await village.officer("1 转办 水利站 电杆要扶正")
    assert await village.told("周明礼", OutKind.QUESTION) == []
    await village.officer("1 转办 建设办 电杆归他们", who="罗大山")
    (draft,) = await village.told("周明礼", OutKind.QUESTION)
    assert (await village.ticket(1)).ticket.supervised_at is None
    assert "镇纪检" not in await village.group_chat()
    await village.officer("1", who="周明礼")
    assert (await village.ticket(1)).ticket.supervised_at is not None
    assert await village.officer("柳湾村1 督办 再催一下", who="周明礼") == (
        "柳湾村1号今天08:02已经发过督办单，现在由镇村镇建设办牵头。要换牵头单位，请写上单位和原因。"
    )
    assert "牵头单位由纪检定" in await village.officer("1 转办 水利站 先挖沟", who="彭学峰")
    assert (await village.ticket(1)).ticket.unit == "d-qh-jianshe"
    await village.officer("1", who="周明礼")
    assert (await village.ticket(1)).ticket.owner == "p-lds"
    assert draft == snapshot(name="draft")
    assert await village.whole_story("周明礼", "罗大山", "彭学峰", "张春根") == snapshot(name="story")


async def test_a_draft_that_was_dropped_does_not_come_back_for_the_same_cause(village: Village) -> None:
    await _pole(village)
    await village.officer("1 转办 水利站 电杆要扶正")
    await village.officer("1 转办 建设办 电杆归他们", who="罗大山")
    assert "不发督办单" in await village.officer("2", who="周明礼")
    await village.officer("1 转办 镇农业服务中心 靠近大棚", who="彭学峰")
    assert len(await village.told("周明礼", OutKind.QUESTION)) == 1
    assert (await village.ticket(1)).ticket.supervised_at is None


async def test_what_the_township_itself_holds_is_drafted_for_the_county(village: Village) -> None:
    await _pole(village)
    await village.officer("1 转办 水利站 电杆要扶正")
    await village.officer("1 转办 镇里 请镇里定", who="罗大山")
    assert await village.told("周明礼", OutKind.QUESTION) == []
    (draft,) = await village.told("林静敏", OutKind.QUESTION)
    assert "牵头：清禾镇（镇纪委书记 周明礼）" in draft


async def test_the_order_by_hand_names_the_lead_and_hands_it_the_ticket(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await _pole(village)
    refused = await village.officer("1 督办 建设办 拖着不办")
    no_reason = await village.officer("柳湾村1 督办", who="周明礼")
    issued = await village.officer("柳湾村1 督办 建设办 群众多次反映", who="周明礼")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.unit, ticket.owner) == ("d-qh-jianshe", "p-pxf")
    assert ticket.supervised_at is not None
    assert await village.events(1) == ["opened", "prompted", "receipted", "supervised", "transferred"]
    assert [refused, no_reason, issued, await village.private_chat("彭学峰")] == snapshot


async def test_an_important_matter_goes_to_the_secretary_whose_receipt_comes_back(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await _pole(village)
    await village.officer("1 报书记")
    await village.officer("1 报书记 牵涉两个组,要您出面")
    await village.officer("1", who="张春根")
    await village.officer("收到", who="张春根")
    await village.wait(minutes=15)
    assert (await village.events(1)).count("reported") == 1
    seen = [text for text in await village.told("李青山", OutKind.NOTICE) if "收到了您报的" in text]
    assert len(seen) == 1
    assert await village.whole_story("李青山", "张春根") == snapshot


async def test_the_county_gives_it_to_another_township_and_the_home_area_cannot_close_it(village: Village) -> None:
    await _pole(village)
    assert "由县专班安排" in await village.officer("柳湾村1 交叉核查 苇湖镇 避嫌", who="周明礼")
    assert "请带一句原因" in await village.officer("柳湾村1 交叉核查 苇湖镇", who="林静敏")
    await village.officer("柳湾村1 交叉核查 苇湖镇 当事人和村干部是亲戚", who="林静敏")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.unit, ticket.owner) == ("weihu", "p-cwj")
    for home in ("李青山", "周明礼"):
        assert "不归您这里办" in await village.officer("柳湾村1 办结 已经扶正加固", who=home)
    assert "柳湾村1号" in await village.officer("待办", who="程文娟")
    await village.officer("柳湾村1 办结 已到现场核查,电杆扶正加固", who="程文娟")
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_the_check_from_outside_stays_where_the_county_put_it(village: Village) -> None:
    await _pole(village)
    await village.officer("柳湾村1 交叉核查 苇湖镇 当事人和村干部是亲戚", who="林静敏")
    await village.until("2026-03-10 12:00")
    assert (await village.ticket(1)).ticket.owner == "p-cwj"
    await village.officer("柳湾村1 退回 已核查,没有亲属关系", who="程文娟")
    assert (await village.ticket(1)).ticket.unit == "liuwan"


async def test_late_twice_brings_the_draft_by_itself(village: Village) -> None:
    await _pole(village)
    await village.officer("1 转办 水利站 电杆要扶正")
    await village.until("2026-03-11 12:00")
    assert (await village.ticket(1)).ticket.times_overdue == 1
    assert [text for text in await village.told("周明礼", OutKind.QUESTION) if "督办单" in text] == []
    await village.until("2026-03-13 12:00")
    drafts = [text for text in await village.told("周明礼", OutKind.QUESTION) if "督办单" in text]
    assert len(drafts) == 1
    assert "超时2次" in drafts[0]
    assert "等级：重点" in drafts[0]


async def test_nobody_hands_a_matter_across_to_another_township(village: Village) -> None:
    await _pole(village)
    refused = await village.officer("1 转办 苇湖镇民生服务办 请帮忙")
    assert refused == "1号不能直接转苇湖镇，它不是这个村上面的单位。要请那边帮忙，先转清禾镇，由上面去说。"
    assert (await village.ticket(1)).ticket.unit == "liuwan"


async def test_a_village_reaches_a_county_office_by_way_of_its_township(village: Village) -> None:
    await _pole(village)
    asked = await village.officer("1 转办 住建局 要立新杆")
    assert asked == "1号要到县住建局，先转到镇里，由镇里接着转。这样转行吗？\n1 清禾镇（镇纪委书记 周明礼）"
    await village.officer("1")
    assert (await village.ticket(1)).ticket.unit == "qinghe"
    (prompt,) = await village.told("周明礼", OutKind.PROMPT)
    assert "请转县住建局：要立新杆" in prompt
    await village.officer("柳湾村1 转办 住建局 要立新杆", who="周明礼")
    assert (await village.ticket(1)).ticket.owner == "p-fjh"


async def test_what_cannot_be_done_is_offered_first_to_the_office_in_charge(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    asked = await village.officer("1 办不了 要换电缆")
    assert asked == snapshot
    await village.officer("1")
    ticket = (await village.ticket(1)).ticket
    assert (ticket.unit, ticket.owner) == ("d-qh-jianshe", "p-pxf")


async def test_the_county_sees_its_queue_village_by_village(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("石头爸", "村口水管爆了没人修", group="g-sp1", after=60)
    await village.wait(minutes=2)
    assert await village.officer("待办", who="林静敏") == snapshot
    assert await village.officer("待办", who="周明礼") == snapshot
