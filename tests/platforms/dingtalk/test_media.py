"""Pictures and files both ways, large ones too."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from bot.clock import SetClock
from bot.domain.messages import MediaKind, MediaRef, ToAccount
from bot.office import Office
from bot.ports import SendState
from bot.ports.platform import Attachment, FailureKind, FetchFailed, Parcel, SendFailed
from bot.store import SqlStore, open_store
from tests.platforms.dingtalk.peer import Peer
from tests.platforms.dingtalk.recording import Running, running
from tests.unit.mailbag import NINE, Bag, Shelf

FOUR_MIB = 4 * 1024 * 1024
GROUP = "cidLiuwan"
NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)
PRIVATE_PATH = "/v1.0/robot/oToMessages/batchSend"


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[SqlStore]:
    copy(empty_database, tmp_path / "mail.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'mail.db'}", durable=False)
    yield opened
    await opened.close()


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


PAPER = Attachment(name="提示单.docx", media_type="application/msword", data=b"PK12")
UPLOAD = "/media/upload"
TOO_LARGE = {"errcode": 40009, "errmsg": "不合法的媒体文件大小"}
NO_SCOPE = {
    "errcode": 88,
    "sub_code": "60011",
    "errmsg": "ding talk error[subcode=60011,submsg=应用尚未开通所需的权限]",
}
BUSY = {"errcode": 88, "sub_code": "90018", "errmsg": "ding talk error[subcode=90018]"}


def slip(attachment: Attachment, *, ident: str = "b7", to: str = "staff-li") -> Parcel:
    return Parcel(id=ident, to=to, private=not to.startswith("cid"), text="清廉提〔2026〕3号", attachment=attachment)


async def refused(bot: Running, parcel: Parcel) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await bot.platform.send(parcel)
    return caught.value


@pytest.mark.parametrize("attachment", [PAPER, picture()])
@pytest.mark.parametrize("to", ["staff-li", GROUP])
async def test_where_a_file_is_refused_its_words_go_alone(peer: Peer, attachment: Attachment, to: str) -> None:
    await peer.mood(errors={UPLOAD: [TOO_LARGE]})
    async with running(peer) as bot:
        failure = await refused(bot, slip(attachment, to=to))
        sent = await peer.sent()
        carries = bot.platform.capabilities.files

    assert (failure.kind, failure.attachment) == (FailureKind.PERMANENT, True)
    assert [(one["to"], one["key"], one["fields"]) for one in sent] == [
        (to, "sampleText", {"content": "清廉提〔2026〕3号"})
    ]
    assert carries, "of one file nothing follows for the others"


@pytest.mark.parametrize("attachment", [PAPER, picture()])
async def test_a_file_that_is_put_off_comes_later_without_its_words(peer: Peer, attachment: Attachment) -> None:
    await peer.mood(errors={UPLOAD: [BUSY]})
    clock = SetClock(NOON)
    async with running(peer, clock=clock) as bot:
        failure = await refused(bot, slip(attachment))
        clock.set(NOON + timedelta(minutes=1))
        await bot.platform.send(slip(attachment))
        state = await peer.state()

    [media] = state["media"]
    file = {"mediaId": media, "fileName": "提示单.docx", "fileType": "docx"}
    second = ("sampleFile", file) if attachment is PAPER else ("sampleImageMsg", {"photoURL": media})
    assert (failure.kind, failure.attachment) == (FailureKind.TEMPORARY, True)
    assert [(one["key"], one["fields"]) for one in state["sent"]] == [
        ("sampleText", {"content": "清廉提〔2026〕3号"}),
        second,
    ]


async def test_a_picture_that_was_uploaded_and_is_not_wanted_leaves_its_words(peer: Peer) -> None:
    await peer.mood(status={PRIVATE_PATH: [400]})
    async with running(peer) as bot:
        failure = await refused(bot, slip(picture()))
        [sent] = await peer.sent()

    assert (failure.kind, failure.attachment) == (FailureKind.PERMANENT, True)
    assert sent["fields"] == {"content": "清廉提〔2026〕3号"}


@pytest.mark.parametrize("attachment", [PAPER, picture()])
async def test_whom_no_words_reach_no_file_is_blamed_for(peer: Peer, attachment: Attachment) -> None:
    await peer.mood(status={PRIVATE_PATH: [400, 400]})
    async with running(peer) as bot:
        failure = await refused(bot, slip(attachment))
        assert await peer.sent() == []

    assert (failure.kind, failure.attachment) == (FailureKind.PERMANENT, False)


async def test_an_application_that_may_not_upload_is_known_for_it_for_an_hour(peer: Peer) -> None:
    await peer.mood(errors={UPLOAD: [NO_SCOPE]})
    clock = SetClock(NOON)
    async with running(peer, clock=clock) as bot:
        assert bot.platform.capabilities.files
        failure = await refused(bot, slip(PAPER))
        known = bot.platform.capabilities.files
        clock.set(NOON + timedelta(hours=1))
        later = bot.platform.capabilities.files
        await bot.platform.send(slip(PAPER, ident="b8"))

    assert (failure.kind, failure.attachment, "权限" in failure.reason) == (FailureKind.PERMANENT, True, True)
    assert (known, later) == (False, True)


async def test_an_officer_is_told_in_the_same_chat_where_the_paper_is_to_be_had(
    peer: Peer, store: SqlStore, office: Office
) -> None:
    await peer.mood(errors={UPLOAD: [TOO_LARGE]})
    async with running(peer, clock=SetClock(NINE)) as bot:
        bag = Bag(store, office, bot.platform, attachments=Shelf(aa=PAPER))
        to = ToAccount(platform="dingtalk", account="staff-li")
        await bag.write("清廉提〔2026〕3号。", to, attachment="aa", answers=True)
        await bag.drain()
        words, instead = await peer.sent()

    assert (words["to"], words["fields"]) == ("staff-li", {"content": "清廉提〔2026〕3号。"})
    assert (instead["to"], instead["fields"]) == ("staff-li", {"content": office.say("delivery.no_document")})
    assert await bag.states() == [SendState.SENT]
    (trouble,) = await store.troubles(since=NINE)
    assert (trouble.kind, trouble.subject) == ("no_files", "dingtalk")


async def test_what_dingtalk_would_not_take_is_not_uploaded(peer: Peer) -> None:
    parcel = Parcel(id="b6", to=GROUP, private=False, text="", attachment=picture(20 * 1024 * 1024))
    async with running(peer) as bot:
        with pytest.raises(SendFailed) as caught:
            await bot.platform.send(parcel)
        assert (await peer.state())["media"] == {}

    assert (caught.value.kind, caught.value.reason) == (FailureKind.PERMANENT, "文件超过 20 MB,钉钉不收")
