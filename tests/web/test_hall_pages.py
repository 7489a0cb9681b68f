"""The practice hall as a browser meets it: what the pages show, and what they refuse."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlencode

from aiohttp.test_utils import TestClient, TestServer

from bot.domain.messages import BOT, Incoming, Kind, OutKind, ToAccount
from bot.domain.tickets import State
from bot.domain.workdays import SHANGHAI
from bot.phrasing import explain_due
from bot.web.hall import build_web, clock_target
from bot.web.saying import LONGEST
from tests.web.fakes import lively, world
from tests.web.small_county import FRIDAY, small_office, ticket
from tests.web.visits import GROUP, OFFICER, OURS, Hall, get, says


async def test_a_newcomer_sees_the_first_group_the_officer_on_duty_and_the_inspector(hall: Hall) -> None:
    client, _ = hall
    page = await get(client, "/")
    assert "云溪县" in page
    assert '<option value="lw1" selected>柳湾村村民群①</option>' in page
    assert '<option value="u-az" selected>阿珍</option>' in page
    assert '<option value="u-li" selected>李青山 · 村委会副主任（今日值班）</option>' in page
    assert '<option value="u-zhou" selected>周明礼 · 镇纪委书记</option>' in page
    assert 'placeholder="报修试试:二组路灯又不亮了"' in page
    assert "群里还没有人说话" in page
    assert "微信上的群" not in page


async def test_the_clock_names_the_day_and_says_whether_it_is_worked(hall: Hall) -> None:
    client, made = hall
    assert "3月6日 周五" in await get(client, "/panes/clock")
    assert "工作日" in await get(client, "/panes/clock")
    await made.clock.move_to(datetime(2026, 4, 6, 8, 5, tzinfo=SHANGHAI))
    assert "休息日 · 清明节" in await get(client, "/panes/clock")
    await made.clock.move_to(datetime(2026, 5, 9, 8, 5, tzinfo=SHANGHAI))
    face = await get(client, "/panes/clock")
    assert "调休上班" in face
    assert "08:05" in face


async def test_what_a_villager_types_reaches_the_bot_as_from_a_real_group(hall: Hall) -> None:
    client, made = hall
    response = await client.post(
        "/say", data=says("@小微 @李青山 二组路灯又不亮了\r\n快来看看", quote="m3"), headers=OURS
    )
    assert response.status == 204
    (incoming,) = made.receiver.received
    assert incoming.id.startswith("w")
    assert incoming == Incoming(
        platform="practice",
        id=incoming.id,
        group="c-lw1",
        sender="u-az",
        name="阿珍",
        kind=Kind.TEXT,
        text="@小微 @李青山 二组路灯又不亮了\n快来看看",
        sent_at=FRIDAY,
        mentions=(BOT, "u-li"),
        quote="m3",
    )


async def test_a_villager_can_write_to_the_bot_alone_and_the_group_does_not_see_it(hall: Hall) -> None:
    client, made = hall
    await client.post("/say", data=says("有件事不想在群里说", where="private"), headers=OURS)
    made.records.say(ToAccount(platform="practice", account="u-az"), "您说,我只转给该知道的人。", FRIDAY)
    assert made.receiver.received[0].group is None
    private = await get(client, "/panes/hall", where="private")
    assert "有件事不想在群里说" in private
    assert "您说,我只转给该知道的人。" in private
    assert "有件事不想在群里说" not in await get(client, "/panes/hall")


async def test_an_officer_answers_in_the_private_chat(hall: Hall) -> None:
    client, made = hall
    await client.post("/say", data=says("3 办结 已换灯泡", pane="officer", officer="u-li"), headers=OURS)
    (incoming,) = made.receiver.received
    assert (incoming.group, incoming.sender, incoming.name, incoming.mentions) == (None, "u-li", "李青山", ())


async def test_nobody_speaks_as_somebody_who_is_not_in_that_group(hall: Hall) -> None:
    client, made = hall
    for wrong in (
        says("我是谁", **{"as": "u-sw"}),
        says("群没了", group="gone"),
        says("冒充", pane="officer", officer="x"),
    ):
        response = await client.post("/say", data=wrong, headers=OURS)
        assert response.status == 400
        assert "请在上面重新选一下" in await response.text()
    response = await client.post("/say", data=says("没有这个窗格", pane="county"), headers=OURS)
    assert response.status == 400
    assert made.receiver.received == []


async def test_nothing_empty_and_nothing_endless_is_sent(hall: Hall) -> None:
    client, made = hall
    empty = await client.post("/say", data=says(" \n "), headers=OURS)
    assert (empty.status, await empty.text()) == (400, "先写点什么再发送。")
    longer = await client.post("/say", data=says("长" * (LONGEST + 1)), headers=OURS)
    assert (longer.status, await longer.text()) == (400, "太长了：有100001个字，一次最多发100000个字。")
    body = BytesIO(urlencode(says("长" * (3 * LONGEST))).encode())
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    flood = await client.post("/say", data=body, headers=OURS | form)
    assert (flood.status, await flood.text()) == (413, "太长了，发不出去。请分几次发。")
    assert made.receiver.received == []


async def test_the_longest_message_is_taken_and_shown_folded(hall: Hall) -> None:
    client, made = hall
    text = "井" * LONGEST
    assert (await client.post("/say", data=says(text), headers=OURS)).status == 204
    page = await get(client, "/panes/hall")
    assert "展开全文（共100000字）" in page
    assert len(page) < 40_000
    line = made.receiver.received[0].id
    assert text in await get(client, "/panes/whole", pane="village", line=line)
    gone = await client.get("/panes/whole", params={"pane": "village", "line": "nowhere"})
    assert gone.status == 404


async def test_the_buttons_move_the_clock(hall: Hall) -> None:
    client, made = hall
    await client.post("/say", data=says("二组路灯"), headers=OURS)
    page = await get(client, "/panes/hall")
    assert "小微在等您把话说完…" in page
    assert "等它说完（20秒）" in page
    await client.post("/clock", data={"to": "listen"}, headers=OURS)
    assert made.clock.now() == FRIDAY + timedelta(seconds=20)
    assert "小微在等您把话说完" not in await get(client, "/panes/hall")
    await client.post("/clock", data={"to": "close"}, headers=OURS)
    assert made.clock.now() == datetime(2026, 3, 6, 17, 0, tzinfo=SHANGHAI)
    await client.post("/clock", data={"to": "workday"}, headers=OURS)
    assert made.clock.now() == datetime(2026, 3, 9, 8, 0, tzinfo=SHANGHAI)
    wrong = await client.post("/clock", data={"to": "yesterday"}, headers=OURS)
    assert wrong.status == 400


async def test_seventeen_hours_after_seventeen_hours_is_tomorrows() -> None:
    calendar = small_office().calendar

    def after(step: str, month: int, day: int, hour: int) -> datetime | None:
        return clock_target(step, datetime(2026, month, day, hour, tzinfo=SHANGHAI), calendar, silence=20)

    assert after("close", 3, 6, 17) == datetime(2026, 3, 7, 17, tzinfo=SHANGHAI)
    assert after("close", 3, 6, 16) == datetime(2026, 3, 6, 17, tzinfo=SHANGHAI)
    assert after("workday", 4, 3, 9) == datetime(2026, 4, 7, 8, tzinfo=SHANGHAI)
    assert after("hour", 3, 6, 23) == datetime(2026, 3, 7, 0, tzinfo=SHANGHAI)
    assert after("nothing", 3, 6, 23) is None


async def test_an_officers_open_tickets_become_chips_and_the_last_question_becomes_buttons() -> None:
    made = lively()
    async with TestClient(TestServer(build_web(made.desk))) as client:
        page = await get(client, "/panes/hall")
        assert 'data-fill="3 办结 "' in page
        assert 'data-send="1"' in page
        assert "<b>1</b> 办结</button>" in page
        answer = says("1", pane="officer", officer="u-li")
        await client.post("/say", data=answer, headers=OURS)
        assert 'data-send="1"' not in await get(client, "/panes/hall")
        assert 'data-fill="3 办结 "' not in await get(client, "/panes/hall", officer="u-chen")
        held = ticket(3, said_at=FRIDAY)
        made.records.tickets[0] = replace(held, ticket=replace(held.ticket, unit="qinghe", owner="p-han"))
        assert 'data-fill="3 办结 "' not in await get(client, "/panes/hall")
        made.records.tickets[0] = ticket(3, said_at=FRIDAY, state=State.CLOSED)
        assert 'data-fill="3 办结 "' not in await get(client, "/panes/hall")


async def test_the_buttons_read_as_the_question_does(hall: Hall) -> None:
    client, made = hall
    made.records.say(
        OFFICER, "要办结哪一件？\n1 3号 二组路灯\n2 4号 自来水", FRIDAY, choices=("3 办结 好了", "4 办结 好了")
    )
    page = await get(client, "/panes/hall")
    assert "<b>1</b> 3号 二组路灯</button>" in page
    assert "<b>2</b> 4号 自来水</button>" in page
    made.records.say(OFFICER, "办完了吗？回数就行：1 办完了 2 没有", FRIDAY, choices=("x", "y"))
    assert "<b>2</b> 没有</button>" in await get(client, "/panes/hall")
    made.records.say(OFFICER, "您看着办", FRIDAY, choices=("照办",))
    assert "<b>1</b> 照办</button>" in await get(client, "/panes/hall")


async def test_the_lines_of_a_list_are_tapped_by_their_letters(hall: Hall) -> None:
    client, made = hall
    text = "待办0件：\n可能需要回复（没开工单）：\nA 今天09:00 “种子怕是要晚点”\nB 今天09:10 “几时发种子”"
    made.records.say(OFFICER, text, FRIDAY, kind=OutKind.NOTICE, choices=("maybe:practice/m1", "maybe:practice/m2"))
    page = await get(client, "/panes/hall")
    assert 'data-send="A"' in page
    assert "<b>B</b> 今天09:10 “几时发种子”</button>" in page
    assert 'data-send="1"' not in page


async def test_a_button_names_its_ticket_once_something_else_was_said(hall: Hall) -> None:
    client, made = hall
    choices = ("3 就这样", "3 在办")
    made.records.say(OFFICER, "回个数：\n1 就这样\n2 在办", FRIDAY, choices=choices, ticket="liuwan-2026-3")
    assert "<b>1</b> 就这样</button>" in await get(client, "/panes/hall")
    made.records.say(OFFICER, "4号 求助", FRIDAY, kind=OutKind.PROMPT, ticket="liuwan-2026-4")
    assert "<b>1</b> 3号 就这样</button>" in await get(client, "/panes/hall")


async def test_an_emergency_can_be_taken_on_with_one_tap(hall: Hall) -> None:
    client, made = hall
    made.records.say(OFFICER, "接不接？\n1 接下\n2 接不了", FRIDAY, choices=("接", "不接"))
    made.records.say(OFFICER, "【紧急】电线掉在路上了", FRIDAY, kind=OutKind.EMERGENCY)
    page = await get(client, "/panes/hall")
    assert "收到，马上去" in page
    assert "<b>1</b> 接下" not in page
    await client.post("/say", data=says("收到", pane="officer", officer="u-li"), headers=OURS)
    assert "收到，马上去" not in await get(client, "/panes/hall")


async def test_only_the_villager_who_is_asked_gets_the_buttons(hall: Hall) -> None:
    client, made = hall
    made.records.say(
        GROUP, "阿珍,修好了吗?1 满意 2 没解决", FRIDAY, kind=OutKind.RATING, choices=("满意", "没解决"), asked_of="u-az"
    )
    assert 'data-send="2"' in await get(client, "/panes/hall", **{"as": "u-az"})
    other = await get(client, "/panes/hall", **{"as": "u-ls"})
    assert 'data-send="2"' not in other
    assert "换成阿珍来回答" in other
    await client.post("/say", data=says("1"), headers=OURS)
    assert 'data-send="2"' not in await get(client, "/panes/hall", **{"as": "u-az"})
    assert "换成阿珍来回答" not in await get(client, "/panes/hall", **{"as": "u-ls"})


async def test_the_tickets_of_the_village_explain_their_due_time() -> None:
    made = lively()
    made.records.tickets.append(ticket(4, said_at=FRIDAY, group=None))
    async with TestClient(TestServer(build_web(made.desk))) as client:
        page = await get(client, "/panes/hall")
        assert "柳湾村 · 2件在办" in page
        assert explain_due(made.records.tickets[0].ticket, made.desk.office) in page
        assert "私下反映，内容只给经办人看" in page
        assert "没有在办的" in await get(client, "/panes/hall", group="sp1")
        await made.clock.move_to(datetime(2026, 3, 12, 9, 0, tzinfo=SHANGHAI))
        assert "已超过15小时" in await get(client, "/panes/hall")


async def test_the_officer_on_duty_follows_the_village_and_the_day(hall: Hall) -> None:
    client, made = hall
    assert '<option value="u-qin" selected>秦小燕' in await get(client, "/panes/hall", group="sp1", officer="u-li")
    await made.clock.move_to(datetime(2026, 3, 7, 9, 0, tzinfo=SHANGHAI))
    page = await get(client, "/panes/hall", officer="u-li")
    assert "陈秀梅 · 村妇联主席（今日值班）" in page
    assert 'data-pick="officer" data-to="u-chen"' in page


async def test_choosing_is_remembered_in_the_address(hall: Hall) -> None:
    client, _ = hall
    response = await client.get("/panes/hall", params={"picked": "group", "group": "sp1", "as": "u-az"})
    assert response.headers["HX-Replace-Url"] == "/?group=sp1&as=u-sw&officer=u-qin&inspector=u-zhou"
    assert "HX-Replace-Url" not in (await client.get("/panes/hall")).headers


async def test_an_open_page_hears_of_every_change(hall: Hall) -> None:
    client, made = hall
    async with client.get("/events") as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: -\n\n"
        await client.post("/say", data=says("有人吗"), headers=OURS)
        assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: -\n\n"
        made.signal.ring()
        assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: -\n\n"


async def test_stopping_does_not_wait_for_open_pages() -> None:
    made = world()
    client = TestClient(TestServer(build_web(made.desk)))
    await client.start_server()
    stream = await client.get("/events")
    await stream.content.readuntil(b"\n\n")
    await client.server.close()
    assert await stream.content.read() == b""
    await client.close()


async def test_times_stand_between_lines_that_lie_apart() -> None:
    made = lively()
    async with TestClient(TestServer(build_web(made.desk))) as client:
        page = await get(client, "/panes/hall")
        assert "<span>08:20</span>" in page
        assert "<span>08:53</span>" in page
        await made.clock.move_to(FRIDAY + timedelta(days=1))
        assert "<span>昨天 08:20</span>" in await get(client, "/panes/hall")
        await made.clock.move_to(FRIDAY + timedelta(days=3))
        assert "<span>周五 08:20</span>" in await get(client, "/panes/hall")
        await made.clock.move_to(FRIDAY + timedelta(days=300))
        assert "<span>3月6日 08:20</span>" in await get(client, "/panes/hall")
