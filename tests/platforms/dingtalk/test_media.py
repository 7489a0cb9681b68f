"""Pictures and files both ways, large ones too."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.domain.messages import MediaKind, MediaRef
from bot.ports.platform import Attachment, FailureKind, FetchFailed, Parcel, SendFailed
from tests.platforms.dingtalk.peer import Peer
from tests.platforms.dingtalk.recording import running

FOUR_MIB = 4 * 1024 * 1024
GROUP = "cidLiuwan"
NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)


def picture(size: int = 2000, *, name: str = "日报.png") -> Attachment:
    return Attachment(name=name, media_type="image/png", data=b"\x89PNG\r\n\x1a\n" + b"x" * size)


def ref(code: str) -> MediaRef:
    return MediaRef(platform="dingtalk", kind=MediaKind.PICTURE, handle=code)


async def test_a_picture_of_four_mebibytes_goes_out_with_its_words(peer: Peer) -> None:
    big = picture(FOUR_MIB)
    async with running(peer) as bot:
        await bot.platform.send(Parcel(id="b1", to=GROUP, private=False, text="今日公示\n见图", attachment=big))
        await bot.platform.send(Parcel(id="b2", to="staff-li", private=True, text="", attachment=big))
        await peer.say("@小微 好")
        await bot.host.hears("好")
        await bot.platform.send(
            Parcel(id="b3", to=GROUP, private=False, text="请看", attachment=big, mentions=("staff-zhen",))
        )
        state = await peer.state()

    first, second, third = state["media"]
    assert state["media"][first] == {
        "name": "media.png",
        "type": "image",
        "size": len(big.data),
        "sha256": hashlib.sha256(big.data).hexdigest(),
    }
    assert [(one["via"], one["key"], one["fields"]) for one in state["sent"]] == [
        ("group", "sampleMarkdown", {"title": "今日公示", "text": f"今日公示  \n见图\n\n![]({first})"}),
        ("private", "sampleImageMsg", {"photoURL": second}),
        ("webhook", "markdown", {"title": "请看", "text": f"请看 @staff-zhen\n\n![]({third})"}),
    ]


async def test_a_picture_of_four_mebibytes_comes_in(peer: Peer) -> None:
    body = picture(FOUR_MIB).data
    await peer.put_file("big", body)
    async with running(peer) as bot:
        await peer.push(peer.robot("picture", {"content": {"downloadCode": "big"}}))
        await bot.host.hears("")
        [media] = bot.host.received[0].media
        assert await bot.platform.fetch(media, most=10 * 1024 * 1024) == body
        with pytest.raises(FetchFailed) as caught:
            await bot.platform.fetch(media, most=1024 * 1024)

    assert (caught.value.kind, caught.value.reason) == (FailureKind.PERMANENT, "文件超过 1 MB,没有取回")


async def test_a_frame_of_five_mebibytes_does_not_drop_the_line(peer: Peer) -> None:
    async with running(peer) as bot:
        frame = await peer.say("长" * (5 * 1024 * 1024 // 3))
        [answer] = await peer.answered(frame)

    assert (answer["code"], len(bot.host.texts[0]), bot.host.gaps) == (200, 5 * 1024 * 1024 // 3, [])


async def test_a_file_that_is_gone_is_gone_and_a_broken_server_is_asked_again_later(peer: Peer) -> None:
    await peer.put_file("there", b"x")
    async with running(peer) as bot:
        with pytest.raises(FetchFailed) as gone:
            await bot.platform.fetch(ref("gone"), most=1000)
        await peer.mood(html=True)
        with pytest.raises(FetchFailed) as broken:
            await bot.platform.fetch(ref("there"), most=1000)

    assert (gone.value.kind, broken.value.kind) == (FailureKind.PERMANENT, FailureKind.TEMPORARY)


async def test_a_file_follows_its_words_and_only_the_file_is_tried_again(peer: Peer) -> None:
    sheet = Attachment(name="台账.xlsx", media_type="application/vnd.ms-excel", data=b"PK123")
    parcel = Parcel(id="b4", to="staff-li", private=True, text="本周台账", attachment=sheet)
    clock = SetClock(NOON)
    async with running(peer, clock=clock) as bot:
        await peer.mood(status={"/v1.0/robot/oToMessages/batchSend": [503]})
        with pytest.raises(SendFailed):
            await bot.platform.send(parcel)
        clock.set(NOON + timedelta(seconds=2))
        await bot.platform.send(parcel)
        state = await peer.state()

    [media] = state["media"]
    assert [(one["key"], one["fields"]) for one in state["sent"]] == [
        ("sampleText", {"content": "本周台账"}),
        ("sampleFile", {"mediaId": media, "fileName": "台账.xlsx", "fileType": "xlsx"}),
    ]


async def test_words_are_not_said_twice_when_only_the_file_failed(peer: Peer) -> None:
    sheet = Attachment(name="台账.xlsx", media_type="application/vnd.ms-excel", data=b"PK123")
    parcel = Parcel(id="b5", to=GROUP, private=False, text="本周台账", attachment=sheet)
    clock = SetClock(NOON)
    async with running(peer, clock=clock) as bot:
        await peer.say("@小微 好")
        await bot.host.hears("好")
        await peer.mood(status={"/v1.0/robot/groupMessages/send": [503]})
        with pytest.raises(SendFailed) as caught:
            await bot.platform.send(parcel)
        clock.set(NOON + timedelta(seconds=2))
        await bot.platform.send(parcel)
        sent = await peer.sent()

    assert caught.value.kind is FailureKind.TEMPORARY
    assert [(one["via"], one["key"]) for one in sent] == [("webhook", "text"), ("group", "sampleFile")]


async def test_what_dingtalk_would_not_take_is_not_uploaded(peer: Peer) -> None:
    parcel = Parcel(id="b6", to=GROUP, private=False, text="", attachment=picture(20 * 1024 * 1024))
    async with running(peer) as bot:
        with pytest.raises(SendFailed) as caught:
            await bot.platform.send(parcel)
        assert (await peer.state())["media"] == {}

    assert (caught.value.kind, caught.value.reason) == (FailureKind.PERMANENT, "文件超过 20 MB,钉钉不收")
