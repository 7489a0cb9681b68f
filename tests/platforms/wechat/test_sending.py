"""What the bot says reaches WeChat groups once, through a real gateway, and its echo proves it."""

import asyncio

import pytest

from bot.domain.messages import Card
from bot.platforms.wechat import WechatPlatform
from bot.ports.platform import Attachment, FailureKind, Parcel, SendFailed
from tests.platforms.wechat.conftest import Build
from tests.platforms.wechat.gateway import ROOM, Gateway
from tests.platforms.wechat.recording import RecordingHost, eventually

Running = tuple[WechatPlatform, RecordingHost]
CARD = Card(
    title="三月财务公开", description="点开看明细", url="https://village.example/3", app_id="wx1", page="pages/3"
)


def parcel(text: str = "收到,已转值班员", **fields: object) -> Parcel:
    return Parcel(**{"id": "b7", "to": ROOM, "private": False, "text": text, **fields})  # type: ignore[arg-type]


async def test_words_arrive_and_come_back_as_proof(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    id_ = await adapter.send(parcel())
    await eventually(lambda: host.echoes)
    sent = await gateway.order("sent")
    assert [(one["id"], one["to"], one["text"]) for one in sent] == [(id_, ROOM, "收到,已转值班员")]
    assert host.echoes == [("wechat", ROOM)]
    assert host.messages == []


async def test_somebody_is_called_by_id_and_by_name(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    await gateway.say("路灯坏了")
    await eventually(lambda: host.messages)
    await adapter.send(parcel("已经报修", mentions=("wx-az",)))
    sent = await gateway.order("sent")
    assert (sent[0]["text"], sent[0]["mentions"]) == ("@阿珍\u2005已经报修", ["wx-az"])


async def test_a_quotation_of_the_bots_words_finds_what_the_bot_said(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    id_ = await adapter.send(parcel("12号:二组路灯不亮,请答复"))
    await gateway.say("「小微:12号:二组路灯不亮,请答复」\n- - - - - - - - -\n办结 已换灯泡", by="wx-lqs")
    await eventually(lambda: host.messages)
    assert (host.messages[0].text, host.messages[0].quote) == ("办结 已换灯泡", id_)


async def test_a_gateway_that_gives_no_ids_is_served_by_our_own_until_the_echo_tells(
    gateway: Gateway, line: Running
) -> None:
    adapter, host = line
    await gateway.order("options", ids=False, echoDelay=200)
    id_ = await adapter.send(parcel("12号:请答复"))
    assert id_ == "own:b7"
    await eventually(lambda: host.echoes)
    await gateway.say("「小微:12号:请答复」\n- - - - - - - - -\n办结", by="wx-lqs")
    await eventually(lambda: host.messages)
    assert host.messages[0].quote == "own:b7"
    await adapter.recall(ROOM, id_)
    assert [one.get("recalled") for one in await gateway.order("sent")] == [True]


async def test_a_picture_of_4_mib_goes_out_whole_with_its_words(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    data = bytes(range(256)) * (4 * 4096)
    picture = Attachment(name="digest.png", media_type="image/png", data=data)
    id_ = await adapter.send(parcel("今天的日报", attachment=picture))
    sent = await gateway.order("sent")
    total = 0
    for byte in data:
        total = (total * 31 + byte) & 0xFFFFFFFF
    assert [(one["kind"], one.get("size"), one.get("sum")) for one in sent] == [
        ("text", None, None),
        ("file", 4 * 1024 * 1024, total),
    ]
    assert id_ == sent[0]["id"]
    await eventually(lambda: len(host.echoes) == 2)
    assert await adapter.was_sent(parcel("今天的日报", attachment=picture)) is True


async def test_a_puppet_that_carries_no_files_sends_the_words_and_is_known_for_it_until_the_next_login(
    gateway: Gateway, line: Running
) -> None:
    adapter, _ = line
    assert adapter.capabilities.files
    await gateway.order("fault", method="messageSendFile", error="Wechaty Puppet Unsupported API Error")
    paper = Attachment(name="提示单.docx", media_type="", data=b"PK12")
    with pytest.raises(SendFailed) as refused:
        await adapter.send(parcel("清廉提〔2026〕3号", attachment=paper))
    assert (refused.value.kind, refused.value.attachment) == (FailureKind.PERMANENT, True)
    assert not adapter.capabilities.files
    await adapter.send(parcel("这条线路发不了文件", id="b7-instead"))
    assert [one["text"] for one in await gateway.order("sent")] == ["清廉提〔2026〕3号", "这条线路发不了文件"]


async def test_a_file_that_failed_once_says_so_of_the_file_alone(gateway: Gateway, line: Running) -> None:
    adapter, _ = line
    await gateway.order("fault", method="messageSendFile", error="network is slow", times=1)
    paper = Attachment(name="提示单.docx", media_type="", data=b"PK12")
    with pytest.raises(SendFailed) as failed:
        await adapter.send(parcel("清廉提〔2026〕3号", attachment=paper))
    assert (failed.value.kind, failed.value.attachment) == (FailureKind.TEMPORARY, True)
    assert adapter.capabilities.files
    await adapter.send(parcel("清廉提〔2026〕3号", attachment=paper))
    assert [one["kind"] for one in await gateway.order("sent")] == ["text", "file"]


async def test_a_small_file_goes_out_too(gateway: Gateway, line: Running) -> None:
    adapter, _ = line
    await adapter.send(parcel("", attachment=Attachment(name="表.xlsx", media_type="", data=b"PK12")))
    sent = await gateway.order("sent")
    assert [(one["name"], one["size"]) for one in sent] == [("表.xlsx", 4)]


async def test_a_mini_program_is_sent_as_such(gateway: Gateway, line: Running) -> None:
    adapter, _ = line
    await adapter.send(parcel("请看", card=CARD))
    sent = await gateway.order("sent")
    assert [one["kind"] for one in sent] == ["text", "program"]
    assert (sent[1]["program"]["appid"], sent[1]["program"]["pagePath"]) == ("wx1", "pages/3")


async def test_where_mini_programs_cannot_be_sent_the_link_is_and_else_the_words(
    gateway: Gateway, line: Running
) -> None:
    adapter, _ = line
    await gateway.order("fault", method="messageSendMiniProgram", error="unsupported api")
    await adapter.send(parcel("", id="b8", card=CARD))
    await gateway.order("fault", method="messageSendUrl", error="Wechaty Puppet Unsupported API Error")
    await adapter.send(parcel("", id="b9", card=CARD))
    sent = await gateway.order("sent")
    assert [one["kind"] for one in sent] == ["link", "text"]
    assert sent[0]["link"]["url"] == "https://village.example/3"
    assert sent[1]["text"] == "三月财务公开\n点开看明细\nhttps://village.example/3"


async def test_a_recall_that_wechat_refuses_is_said_so(line: Running) -> None:
    adapter, _ = line
    with pytest.raises(SendFailed) as failed:
        await adapter.recall(ROOM, "own-999")
    assert failed.value.kind is FailureKind.PERMANENT


async def test_a_send_that_timed_out_is_unknown_until_its_echo_comes(
    gateway: Gateway, build: Build, line: Running
) -> None:
    adapter, host = line
    await gateway.order("options", echoDelay=4_000)
    await gateway.order("fault", method="messageSendTextAfter", ms=5_000)
    with pytest.raises(SendFailed) as failed:
        await adapter.send(parcel("路灯明天修"))
    assert failed.value.kind is FailureKind.UNKNOWN
    assert await adapter.was_sent(parcel("路灯明天修")) is None
    await eventually(lambda: host.echoes)
    assert await adapter.was_sent(parcel("路灯明天修")) is True
    assert await adapter.was_sent(parcel("路灯明天修", id="b8")) is None
    del build


async def test_what_came_back_is_not_sent_again(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    await gateway.order("fault", method="messageSendTextAfter", error="something broke", times=1)
    with pytest.raises(SendFailed) as failed:
        await adapter.send(parcel())
    assert failed.value.kind is FailureKind.TEMPORARY
    await eventually(lambda: host.echoes)
    await adapter.send(parcel())
    assert len(await gateway.order("sent")) == 1


async def test_what_the_gateway_refused_can_be_tried_again(gateway: Gateway, line: Running) -> None:
    adapter, _ = line
    await gateway.order("fault", method="messageSendText", error="busy", times=1)
    with pytest.raises(SendFailed) as failed:
        await adapter.send(parcel())
    assert failed.value.kind is FailureKind.TEMPORARY
    await adapter.send(parcel())
    assert len(await gateway.order("sent")) == 1


async def test_without_a_line_nothing_was_sent_for_sure(build: Build) -> None:
    adapter = build()
    with pytest.raises(SendFailed) as failed:
        await adapter.send(parcel())
    assert failed.value.kind is FailureKind.TEMPORARY


async def test_a_slow_send_delays_neither_another_send_nor_a_message(gateway: Gateway, line: Running) -> None:
    adapter, host = line
    await adapter.send(parcel("热身", id="b1"))
    await gateway.order("fault", method="messageSendText", ms=1_500, ids=["shiqiao@chatroom"])
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(adapter.send(parcel("慢", id="b2", to="shiqiao@chatroom")))
        await asyncio.sleep(0.1)
        began = loop.time()
        await adapter.send(parcel("快", id="b3"))
        took = loop.time() - began
        assert not slow.done()
    assert took < 0.5
    assert host.messages == []
