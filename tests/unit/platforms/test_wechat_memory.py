"""What the line remembers: quotations found, echoes matched, gaps measured, and all of it within bounds."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.platforms.wechat_gaps import Wholeness
from bot.platforms.wechat_memory import Echoes, Lately, Seen, print_of
from bot.platforms.wechat_order import Order

NOW = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
ROOM = "liuwan@chatroom"


def test_a_quotation_means_the_latest_by_that_name_else_the_latest_by_anybody() -> None:
    lately = Lately()
    for id_, name in (("m1", "阿珍"), ("m2", "老杨"), ("m3", "阿珍"), ("m4", "")):
        lately.note(ROOM, id_, name=name, text="还没修好\n 吗")
    assert lately.quoted(ROOM, name="老杨", text="还没修好 吗") == "m2"
    assert lately.quoted(ROOM, name="阿珍", text="还没修好\n吗") == "m3"
    assert lately.quoted(ROOM, name="改了名的人", text="还没修好 吗") == "m4"
    assert lately.quoted(ROOM, name="阿珍", text="没说过的") is None
    assert lately.quoted("other@chatroom", name="阿珍", text="还没修好 吗") is None


def test_a_quotation_that_was_cut_is_found_by_its_beginning() -> None:
    lately = Lately()
    lately.note(ROOM, "m1", name="阿珍", text="二组的路灯从上个月开始就不亮了,晚上没法走")
    assert lately.quoted(ROOM, name="阿珍", text="二组的路灯从上个月…") == "m1"
    assert lately.quoted(ROOM, name="阿珍", text="二组…") is None, "too little to be sure"


def test_a_room_remembers_its_last_two_hundred() -> None:
    lately = Lately()
    for n in range(201):
        lately.note(ROOM, f"m{n}", name="阿珍", text=f"第{n}句")
    assert lately.quoted(ROOM, name="阿珍", text="第0句") is None
    assert lately.quoted(ROOM, name="阿珍", text="第1句") == "m1"


def test_of_two_equal_messages_each_needs_its_own_echo() -> None:
    echoes = Echoes()
    for key in ("b1/text", "b2/text"):
        echoes.expect(key, conversation=ROOM, print_=print_of("收到"))
    assert echoes.ours(conversation=ROOM, id_="w1", print_=print_of("收到 ")) == "b1/text"
    assert (echoes.arrived("b1/text"), echoes.arrived("b2/text")) == ("w1", None)
    assert echoes.ours(conversation="other@chatroom", id_="w2", print_=print_of("收到")) is None
    assert echoes.ours(conversation=ROOM, id_="w3", print_=print_of("收到")) == "b2/text"


def test_an_echo_of_a_confirmed_send_is_not_taken_for_a_doubtful_one() -> None:
    echoes = Echoes()
    echoes.expect("b1/text", conversation=ROOM, print_=print_of("收到"))
    echoes.expect("b2/text", conversation=ROOM, print_=print_of("收到"))
    echoes.confirmed("b2/text", id_="w2")
    assert echoes.ours(conversation=ROOM, id_="w2", print_=print_of("收到")) == "b2/text"
    assert echoes.arrived("b1/text") is None


def test_ids_that_are_done_with_are_forgotten_at_last() -> None:
    seen = Seen(most=2)
    for id_ in ("a", "b", "c"):
        seen.add(id_)
    assert ("a" in seen, "b" in seen, "c" in seen) == (False, True, True)


def test_a_gap_reaches_from_the_last_proof_to_the_line_being_whole_again() -> None:
    line = Wholeness("wechat")
    assert line.regained(NOW, account="wx-bot") is None, "nothing was proved before the start"
    line.proved(NOW + timedelta(seconds=30))
    line.lost("连接断了")
    line.proved(NOW + timedelta(seconds=40))
    line.lost("连不上")
    gap = line.regained(NOW + timedelta(seconds=90), account="wx-bot")
    assert gap is not None
    assert (gap.since, gap.until, gap.why) == (NOW + timedelta(seconds=30), NOW + timedelta(seconds=90), "连接断了")
    assert line.regained(NOW + timedelta(seconds=99), account="wx-bot") is None


async def test_one_conversation_keeps_its_order_and_others_pass() -> None:
    order, left = Order(overtaking=0.01), []
    first, second, third = order.announced(), order.announced(), order.announced()
    order.place(third, "石桥")
    async with order.in_turn(third):
        left.append("third")  # the first two are not placed yet: they are waited for a moment, not for ever
    order.drop(third)
    order.place(second, "柳湾")
    order.place(first, "柳湾")

    async def go(name: str, seconds: float) -> None:
        turn = first if name == "first" else second
        async with order.in_turn(turn):
            await asyncio.sleep(seconds)
            left.append(name)
        order.drop(turn)

    await asyncio.gather(go("second", 0), go("first", 0.02))
    assert left == ["third", "first", "second"]
