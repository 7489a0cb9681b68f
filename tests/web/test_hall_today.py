"""What the hall shows of the day: who is on duty now, what is kept for later, where each ticket stands."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

from bot.domain.burden import Pace
from bot.domain.duty import Absence, Swap
from bot.domain.messages import ToAccount
from bot.domain.tickets import Channel, Colour, State
from tests.web.small_county import FRIDAY, ticket
from tests.web.visits import OFFICER, OURS, Hall, get, says


async def test_the_officer_on_duty_is_who_agreed_to_stand_in(hall: Hall) -> None:
    client, made = hall
    made.records.duty.append(Swap(village="liuwan", day=FRIDAY.date(), giver="p-li", taker="p-chen"))
    assert '<option value="u-chen" selected>陈秀梅 · 村妇联主席（今日值班）' in await get(client, "/")
    await made.clock.move_to(FRIDAY + timedelta(days=3))
    assert "李青山 · 村委会副主任（今日值班）" in await get(client, "/")


async def test_who_is_away_is_not_shown_as_on_duty(hall: Hall) -> None:
    client, made = hall
    made.records.duty.append(Absence(person="p-li", first=FRIDAY.date(), last=FRIDAY.date()))
    page = await get(client, "/")
    assert "李青山 · 村委会副主任（今日值班）" not in page
    assert "陈秀梅 · 村妇联主席（今日值班）" in page


async def test_what_waits_so_as_not_to_disturb_is_announced_to_that_officer_alone(hall: Hall) -> None:
    client, made = hall
    noon, night = FRIDAY.replace(hour=12, minute=0), FRIDAY + timedelta(days=1)
    assert "还有" not in await get(client, "/")
    for matter in ("二组路灯", "三组水管"):
        made.records.keep_back(OFFICER, matter, until=noon)
    made.records.keep_back(OFFICER, "行不行", until=night, pace=Pace.ALONE)
    made.records.keep_back(OFFICER, "马上就说", until=FRIDAY)
    page = await get(client, "/")
    assert '<p class="held" id="held-officer">还有2条，今天12:00一起说；1条，明天09:12说' in page
    assert "三组水管" not in page
    assert "还有" not in await get(client, "/", officer="u-chen")
    until = {"to": "until", "at": noon.isoformat()}
    assert noon.isoformat() in unescape(page)
    assert (await client.post("/clock", data=until, headers=OURS)).status == 204
    assert made.clock.now() == noon
    assert "还有1条，明天09:12说" in await get(client, "/")


async def test_the_clock_goes_to_no_time_that_no_button_offers(hall: Hall) -> None:
    client, made = hall
    for wrong in ("", "明天", "2026-03-06T12:00:00", (FRIDAY + timedelta(days=40)).isoformat()):
        response = await client.post("/clock", data={"to": "until", "at": wrong}, headers=OURS)
        assert response.status == 400, wrong
    stale = {"to": "until", "at": (FRIDAY - timedelta(hours=1)).isoformat()}
    assert (await client.post("/clock", data=stale, headers=OURS)).status == 204
    assert made.clock.now() == FRIDAY


async def test_a_ticket_shows_where_it_is_what_it_waits_for_and_how_late_it_is(hall: Hall) -> None:
    client, made = hall
    plain = ticket(3, said_at=FRIDAY - timedelta(days=1))

    async def card(**changes: Any) -> str:  # noqa: ANN401 - any field of a ticket
        made.records.tickets[:] = [replace(plain, ticket=replace(plain.ticket, **changes))]
        page = await get(client, "/panes/hall")
        return page[page.index('id="ticket-') : page.index("</details>")]

    assert "村里 · 村委会副主任 李青山" in await card()
    assert "流转" not in await card()
    moved: dict[str, Any] = {"unit": "qinghe", "owner": "p-han", "hop_due_at": FRIDAY.replace(hour=17, minute=30)}
    up = await card(**moved)
    assert "镇里 · 副镇长 韩志刚" in up
    assert "流转：今天17:30前先回一句</p>" in up
    assert "先回一句，还没有" in await card(**moved | {"hop_due_at": FRIDAY - timedelta(hours=1)})
    assert "流转" not in await card(**moved, state=State.IN_PROGRESS)
    assert "县里" in await card(unit="county")
    waiting = await card(paused_at=FRIDAY, due_at=FRIDAY - timedelta(hours=1))
    assert "等村民的材料，最晚3月13日（周五）17:30，这几天不算时间" in waiting
    assert "时间停着" in waiting
    assert "ticket late" not in waiting
    assert '<span class="tag yellow">黄色</span>' in await card(colour=Colour.YELLOW)
    marks = await card(supervised_at=FRIDAY, extension_days=3, returns=2, reopenings=1, offered_to="p-chen")
    assert "督办中 · 延过3个工作日 · 退回2次 · 没解决1次 · 等陈秀梅说“接”" in marks
    assert "私下反映，内容只给经办人看" in await card(group=None)
    assert "电话登记，内容只给经办人看" in await card(group=None, registered_by="p-li", channel=Channel.PHONE)
    merged = await card(state=State.MERGED, merged_into="liuwan-2026-9")
    assert "已合并" in merged
    assert "并入9号" in merged


async def test_who_is_answered_in_private_is_shown_the_way_there(hall: Hall) -> None:
    client, made = hall
    me = ToAccount(platform="practice", account="u-az")
    made.records.say(me, "早先说的", FRIDAY - timedelta(days=1))
    await client.post("/say", data=says("有人贪了钱"), headers=OURS)
    assert "去看" not in await get(client, "/panes/hall")
    made.records.say(me, "这里说只有纪检看得到", FRIDAY)
    page = await get(client, "/panes/hall")
    assert 'data-pick="where" data-to="private">小微私下回了阿珍，去看</button>' in page
    assert "这里说只有纪检看得到" not in page
    assert "去看" not in await get(client, "/panes/hall", **{"as": "u-ls"})
    await made.clock.move_to(FRIDAY + timedelta(hours=2))
    assert "去看</button>" not in await get(client, "/panes/hall")


async def test_who_has_taken_a_ticket_over_gets_its_chips_without_being_asked(hall: Hall) -> None:
    client, made = hall
    taken = ticket(3, said_at=FRIDAY)
    made.records.tickets.append(replace(taken, ticket=replace(taken.ticket, owner="p-chen")))
    assert 'data-fill="3 办结 "' in await get(client, "/panes/hall", officer="u-chen")
    assert "办结…" not in await get(client, "/panes/hall", officer="u-li")


async def test_who_serves_several_villages_calls_a_ticket_by_its_village(hall: Hall) -> None:
    client, made = hall
    up = ticket(3, said_at=FRIDAY)
    made.records.tickets.append(replace(up, ticket=replace(up.ticket, unit="qinghe", owner="p-han")))
    assert 'data-fill="柳湾村3 办结 "' in await get(client, "/panes/hall", officer="u-han")
