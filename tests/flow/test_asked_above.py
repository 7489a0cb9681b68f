"""What is asked of those above: a request is not forgotten, an order has its number, a receipt stands in the record."""

from bot.domain.messages import OutKind
from bot.domain.supervision import orders
from bot.domain.tickets import EventKind
from tests.flow.conftest import Wakes
from tests.flow.village import Village


async def asked(village: Village, who: str) -> list[str]:
    """The days on which somebody was asked about more time."""
    return [text for text in await village.told(who, OutKind.QUESTION) if "【延期】" in text or "【改类】" in text]


async def test_a_request_nobody_answers_is_repeated_once_and_then_put_to_the_county(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 延期 3天 等配件")
    await village.until("2026-03-11 17:00")
    first, again = await asked(village, "周明礼")
    assert first.startswith("03-06 08:02 【延期】")
    assert "这件还等您一句话：【延期】柳湾村1号" in again
    (county,) = await asked(village, "林静敏")
    assert "镇纪委书记 周明礼" in county
    assert "还没有回话，时限快到了，请您来定" in county
    assert [text for text in await village.told("李青山") if "已请" in text and "来定" in text]
    assert (await village.events(1)).count("asked_again") == 2
    await village.officer("1", who="林静敏")
    assert (await village.ticket(1)).ticket.extension_days == 3


async def test_a_request_that_was_answered_is_not_repeated(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 改类 建议 要换整条线路")
    await village.officer("2", who="周明礼")
    await village.officer("1", who="周明礼")
    await village.until("2026-03-11 17:00")
    assert len(await asked(village, "周明礼")) == 1
    assert await asked(village, "林静敏") == []


async def test_who_is_away_is_not_asked_for_consent(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:00")
    for who in ("周明礼", "陶雨林"):
        await village.officer("请假 今天", who=who)
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    told = await village.officer("1 延期 3天 等配件")
    assert "周明礼" not in told
    assert await asked(village, "周明礼") == []
    assert await asked(village, "林静敏") or await asked(village, "韩志刚")


async def test_a_second_order_has_a_number_of_its_own_and_limit_and_grade_stand_in_the_record(village: Village) -> None:
    await village.says("阿珍", "村口电杆歪了，要倒下来，麻烦来修")
    await village.wait(minutes=2)
    first = await village.officer("柳湾村1 督办 建设办 群众多次反映", who="周明礼")
    second = await village.officer("柳湾村1 督办 水利站 换个单位来牵头", who="周明礼")
    assert "督〔2026〕柳湾村1号）" in first
    assert "督〔2026〕柳湾村1号之2）" in second
    issued = orders(await village.store.history("liuwan-2026-1"))
    assert [event.data["serial"] for event in issued] == ["督〔2026〕柳湾村1号", "督〔2026〕柳湾村1号之2"]
    assert {event.data["grade"] for event in issued} == {"ordinary"}
    assert [event.data["days"] for event in issued] == [3, 3]
    assert all(str(event.data["limit"]).startswith("2026-03-11T17:30") for event in issued)


async def test_the_secretarys_receipt_stands_in_the_record_once(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    await village.officer("1 报书记 牵涉两个组,要您出面")
    await village.officer("回执", who="张春根")
    assert "不用再回" in await village.officer("收到", who="张春根")
    given = [one for one in await village.store.history("liuwan-2026-1") if one.kind is EventKind.ACKNOWLEDGED]
    assert [(one.actor, dict(one.data), one.rule) for one in given] == [("p-zcg", {"reporter": "p-lqs"}, "R31")]
