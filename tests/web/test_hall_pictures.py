"""Pictures in the practice hall: handed in, shown where their talk is shown, and nowhere else."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.bindings import Act, BindingChange, Bindings, Whose
from bot.domain.media import MediaState
from bot.domain.messages import Kind, MediaKind, MediaRef, OutKind, ToPerson
from bot.media.tray import MOST_WAITING
from bot.web.hall import build_web
from tests.album import PDF, PNG, photo
from tests.web.fakes import World, world
from tests.web.small_county import FRIDAY
from tests.web.visits import GROUP, OFFICER, OURS, Client, Hall, get, says

INSPECTOR = ToPerson(person="p-zhou")
TWENTY_MIB = 20 * 1024 * 1024


def upload(data: bytes | None, *, name: str = "IMG_1.jpg", **fields: str) -> FormData:
    """What the page sends when 阿珍 has chosen a picture for the group."""
    form = FormData(default_to_multipart=True)
    for key, value in says("", kind="image", **fields).items():
        form.add_field(key, value)
    if data is not None:
        form.add_field("picture", BytesIO(data), filename=name, content_type="image/jpeg")
    return form


async def hand_in(client: Client, data: bytes | None, **fields: str) -> tuple[int, str]:
    """Send it; what the hall answers."""
    response = await client.post("/say", data=upload(data, **fields), headers=OURS)
    return response.status, await response.text()


def addresses(page: str, pane: str = "village") -> list[str]:
    """Where the pictures of a pane lie."""
    found = re.findall(r'(?:<img src|class="paper" href)="(/media/[^"]+)"', page)
    return [address for one in found if f"pane={pane}" in (address := html.unescape(one))]


async def test_a_picture_is_kept_before_its_message_is_stored_and_fetched_like_any_other(hall: Hall) -> None:
    client, made = hall
    assert await hand_in(client, photo("灯杆")) == (204, "")
    (incoming,) = made.receiver.received
    (ref,) = incoming.media
    assert (incoming.kind, incoming.text, incoming.group, incoming.sender) == (Kind.IMAGE, "", "c-lw1", "u-az")
    assert ref == MediaRef(platform="practice", kind=MediaKind.PICTURE, handle=ref.handle)
    assert made.tray.held == {ref.handle: photo("灯杆")}


async def test_the_group_sees_the_picture_as_soon_as_it_was_fetched(hall: Hall) -> None:
    client, made = hall
    await hand_in(client, photo("灯杆"))
    assert "[图片] 正在收" in await get(client, "/panes/hall")
    made.fetch()
    page = await get(client, "/panes/hall")
    assert "[图片]" not in page
    (address,) = addresses(page)
    response = await client.get(address)
    assert (response.status, response.content_type, await response.read()) == (200, "image/jpeg", photo("灯杆"))
    headers = response.headers
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Disposition"].startswith("inline;")


async def test_a_picture_that_could_not_be_got_is_said_so(hall: Hall) -> None:
    client, made = hall
    await hand_in(client, photo("灯杆"))
    made.records.media = [replace(one, state=MediaState.LOST) for one in made.records.media]
    page = await get(client, "/panes/hall")
    assert "[图片] 没收到" in page
    assert addresses(page) == []


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (photo("大", size=TWENTY_MIB + 1), "图片太大了，最大20MB。请压缩一下，或者换一张再发。"),
        (photo("更大", size=TWENTY_MIB + 1024 * 1024), "图片太大了，最大20MB。请压缩一下，或者换一张再发。"),
        (PDF, "这不是图片，没有发。能发的是手机拍的照片、截图（JPG、PNG、WEBP、GIF、HEIC）。"),
        (
            b"<svg xmlns='x' onload='alert(1)'/>",
            "这不是图片，没有发。能发的是手机拍的照片、截图（JPG、PNG、WEBP、GIF、HEIC）。",
        ),
        (b"", "这张图片是空的，请换一张。"),
        (None, "先选一张图片再发。"),
    ],
    ids=["large", "larger than the form", "paper", "script", "empty", "none"],
)
async def test_what_cannot_be_sent_is_refused_in_plain_words(hall: Hall, data: bytes | None, answer: str) -> None:
    client, made = hall
    assert await hand_in(client, data) == (400, answer)
    assert (made.receiver.received, made.tray.held) == ([], {})


async def test_the_largest_picture_allowed_goes_and_is_shown(hall: Hall) -> None:
    client, made = hall
    assert (await hand_in(client, photo("正好", size=TWENTY_MIB)))[0] == 204
    made.fetch()
    (address,) = addresses(await get(client, "/panes/hall"))
    assert len(await (await client.get(address)).read()) == TWENTY_MIB


async def test_words_do_not_get_the_room_of_pictures(hall: Hall) -> None:
    client, _ = hall
    body = BytesIO(urlencode(says("字" * 1_000_000)).encode())
    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    response = await client.post("/say", data=body, headers=headers)
    assert response.status == 413


async def test_half_an_upload_is_refused(hall: Hall) -> None:
    client, made = hall
    headers = {**OURS, "Content-Type": "multipart/form-data"}
    response = await client.post("/say", data=b"--x\r\n\r\n", headers=headers)
    assert (response.status, await response.text()) == (400, "图片没传完整，请再发一次。")
    assert made.receiver.received == []


async def test_what_was_fetched_or_never_stored_goes_with_the_next_picture(hall: Hall) -> None:
    client, made = hall
    await hand_in(client, photo("第一张"))
    made.fetch()
    made.receiver.refusing = "磁盘满了，消息没有存下来，请联系运维。"
    assert await hand_in(client, photo("没存下的")) == (503, "磁盘满了，消息没有存下来，请联系运维。")
    made.receiver.refusing = ""
    await hand_in(client, photo("第三张"))
    assert list(made.tray.held.values()) == [photo("第三张")]


async def test_the_same_picture_twice_waits_for_both(hall: Hall) -> None:
    client, made = hall
    for _ in range(2):
        await hand_in(client, photo("灯杆"))
    made.records.media[0] = replace(made.records.media[0], state=MediaState.LOST)
    await hand_in(client, photo("坑"))
    assert sorted(made.tray.held.values()) == sorted([photo("灯杆"), photo("坑")])


async def test_a_fetcher_that_is_away_does_not_fill_the_disk(hall: Hall) -> None:
    client, made = hall
    for number in range(MOST_WAITING):
        assert (await hand_in(client, photo(str(number))))[0] == 204
    assert await hand_in(client, photo("再一张")) == (400, "前面的图片还没收完，请过一会儿再发。")
    assert len(made.tray.held) == MOST_WAITING


async def test_a_full_disk_is_told_and_nothing_was_said(hall: Hall) -> None:
    client, made = hall
    made.tray.full = OSError(28, "No space left on device")
    assert await hand_in(client, photo("灯杆")) == (503, "图片没有存下来：磁盘写不进去，请联系运维。")
    assert made.receiver.received == []


async def test_a_picture_from_another_site_is_not_taken(hall: Hall) -> None:
    client, made = hall
    response = await client.post("/say", data=upload(photo("灯杆")), headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status, made.tray.held) == (403, {})


async def kept(made: World, data: bytes, name: str = "") -> str:
    """A content on the shelf."""
    digest = await made.files.put(data)
    if name:
        made.files.names[digest] = name
    return digest


async def test_the_officer_sees_the_picture_that_the_bot_brings_and_keeps_the_paper(hall: Hall) -> None:
    client, made = hall
    picture, paper = await kept(made, photo("灯杆")), await kept(made, PDF + b" " * 2000, "证明 1.pdf")
    made.records.say(OFFICER, "柳湾村1号，村民发来1张图片：", FRIDAY, attachment=picture)
    made.records.say(OFFICER, "", FRIDAY, attachment=paper)
    page = await get(client, "/panes/hall")
    shown, offered = addresses(page, "officer")
    assert "证明 1.pdf" in page
    assert "2 KB" in page
    assert await (await client.get(shown)).read() == photo("灯杆")
    response = await client.get(offered)
    assert (response.status, response.content_type) == (200, "application/octet-stream")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%AF%81%E6%98%8E%201.pdf"


async def test_what_is_not_kept_any_more_is_said_so(hall: Hall) -> None:
    client, made = hall
    made.records.say(OFFICER, "柳湾村1号的1张图片：", FRIDAY, attachment="0" * 64)
    assert "[文件] 已经不在了" in await get(client, "/panes/hall")


async def test_an_address_opens_one_piece_of_one_line_of_one_talk(hall: Hall) -> None:
    client, made = hall
    made.records.say(OFFICER, "一张", FRIDAY, attachment=await kept(made, photo("灯杆")))
    made.records.say(INSPECTOR, "另一张", FRIDAY, attachment=await kept(made, PNG + b"x"))
    page = await get(client, "/panes/hall")
    (one,), (other,) = addresses(page, "officer"), addresses(page, "inspector")
    path, query = other.split("?")
    assert one.split("?")[0] != path
    for wrong in (
        f"{one.split('?')[0]}?{query}",
        f"/media/{'0' * 64}?{query}",
        f"{path}?{query.replace('line=b2', 'line=b1')}",
        f"{path}?{query.replace('nth=0', 'nth=1')}",
        f"{path}?{query.replace('nth=0', 'nth=²')}",
        f"{path}?{query.replace('inspector', 'officer')}",
        f"/media/字?{query}",
        path,
    ):
        response = await client.get(wrong)
        assert response.status == 404, wrong
        assert "已经不在最近的记录里了" in await response.text()
    assert (await client.get(other)).status == 200


async def test_an_address_ends_with_the_process(hall: Hall) -> None:
    client, made = hall
    made.records.say(OFFICER, "一张", FRIDAY, attachment=await kept(made, photo("灯杆")))
    (address,) = addresses(await get(client, "/panes/hall"), "officer")
    again = replace(made.desk, secret=b"another")
    async with TestClient(TestServer(build_web(again))) as later:
        assert (await later.get(address)).status == 404


async def test_what_belongs_to_a_clue_is_opened_by_a_click_and_nothing_leads_to_it_before(hall: Hall) -> None:
    client, made = hall
    digest = await kept(made, photo("账本"))
    made.records.say(INSPECTOR, "", FRIDAY, kind=OutKind.NOTICE, attachment=digest, confidential=True)
    page = await get(client, "/panes/hall")
    assert "点开看" in page
    assert "/media/" not in page
    assert digest not in page
    opened = await get(client, "/panes/whole", pane="inspector", line="b1")
    (address,) = addresses(opened, "inspector")
    assert digest not in address
    assert await (await client.get(address)).read() == photo("账本")


async def test_a_picture_in_a_private_chat_is_not_in_the_group(hall: Hall) -> None:
    client, made = hall
    await hand_in(client, photo("收条"), where="private")
    made.fetch()
    assert addresses(await get(client, "/panes/hall")) == []
    (address,) = addresses(await get(client, "/panes/hall", where="private"))
    assert (await client.get(address)).status == 200
    assert (await client.get(address.replace("as=u-az", "as=u-ls"))).status == 404


async def test_a_line_that_left_the_pane_takes_its_picture_with_it(hall: Hall) -> None:
    client, made = hall
    made.records.say(GROUP, "今日一图", FRIDAY, attachment=await kept(made, PNG + b"x"))
    (address,) = addresses(await get(client, "/panes/hall"))
    for number in range(80):
        made.records.say(GROUP, f"第{number}条", FRIDAY + timedelta(minutes=number + 1))
    assert (await client.get(address)).status == 404


async def test_with_a_real_platform_nobody_plays_who_has_a_real_account() -> None:
    made = world()
    made.records.bound = Bindings(
        version="1",
        changes=(
            BindingChange(
                whose=Whose.PERSON, id="p-li", act=Act.BOUND, at=FRIDAY, by="p-li", platform="wechat", address="wx-li"
            ),
        ),
    )
    async with TestClient(TestServer(build_web(replace(made.desk, real=True)))) as client:
        page = await get(client, "/")
        assert 'value="u-li"' not in page
        assert 'value="u-chen"' in page
        assert "有微信、钉钉账号的干部，这里不能扮演" in page
        for fields in (says("1 办结 修好了", pane="officer", officer="u-li"), says("我说的", **{"as": "u-li"})):
            response = await client.post("/say", data=fields, headers=OURS)
            assert (response.status, await response.text()) == (400, "没找到这个说话的人，请在上面重新选一下。")
        assert made.receiver.received == []
        assert (await client.post("/clock", data={"to": "hour"}, headers=OURS)).status == 409
    async with TestClient(TestServer(build_web(made.desk))) as client:
        assert 'value="u-li"' in await get(client, "/")
