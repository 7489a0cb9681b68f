"""Pictures in the practice hall, in a real browser on the bot itself: chosen, sent, shown to who may see them."""

import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, show, tagged, type_in, visiting, whole_bot

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 480, 320


def drawn(path: Path) -> Path:
    """A real PNG: a lamp post before the sky."""
    post, sky = bytes((90, 90, 90)), bytes((60, 110, 200))
    row = b"\0" + sky * 220 + post * 30 + sky * (WIDTH - 250)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * HEIGHT)),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    return path


def is_shown(picture: Locator) -> None:
    """Wait until a picture was loaded, and is no broken one."""
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", WIDTH)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_villagers_picture_reaches_the_group_and_the_officer(
    chromium: Browser, tmp_path: Path, size: ViewportSize, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    photo = drawn(tmp_path / "IMG_1.png")
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"%PDF-1.4\n")
    with whole_bot(tmp_path) as address, visiting(chromium, address, size) as visit:
        page = visit.page
        page.get_by_role("button", name="开始练习").click()
        page.locator("#pick-group").select_option("g-sp1")
        expect(page.locator("#pick-as")).to_have_value("u-sw")
        type_in(page, "village", "水龙头两天没水了，家里老人没法做饭")
        expect(page.locator("#log-village .line.mine").last).to_contain_text("水龙头两天没水了")

        # The button opens the chooser; the picture goes as soon as it is chosen, and half a sentence stays.
        page.locator("#text-village").fill("写到一半")
        with page.expect_file_chooser() as chooser:
            page.locator("#say-village .picture").click()
        chooser.value.set_files(photo)
        is_shown(page.locator("#log-village .line.mine .shot img").last)
        expect(page.locator("#text-village")).to_have_value("写到一半")
        assert page.locator("#log-village").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight") < 80
        visit.picture(f"picture-{name}-1-village")

        # What cannot be sent is said in plain words, by the page or by the bot.
        fault = page.locator("#fault-village")
        page.locator("#picture-village").set_input_files(large)
        expect(fault).to_have_text("图片太大了，最大20MB。请压缩一下，或者换一张再发。")
        page.locator("#picture-village").set_input_files(fake)
        expect(fault).to_contain_text("这不是图片，没有发。")
        visit.picture(f"picture-{name}-2-refused")
        assert [one for one in visit.complaints if "400" not in one] == []
        visit.complaints.clear()  # Chromium itself reports the 400 that was asked for

        # The officer gets the prompt with the picture behind it.
        page.locator("#village-waiting button").click()
        expect(page.locator("#village-waiting")).to_be_hidden()
        show(visit, "officer")
        tagged(page, "officer", "请您答复", "水龙头两天没水了")
        with_picture = page.locator("#log-officer .line.bot").filter(has=page.locator(".shot"))
        expect(with_picture.last).to_contain_text("村民发来1张图片")
        is_shown(with_picture.last.locator(".shot img"))
        assert visit.fits()
        visit.picture(f"picture-{name}-3-officer")

        # It can be seen large, and nobody else's pane has it.
        with page.context.expect_page() as opened:
            with_picture.last.locator(".shot").click()
        expect(opened.value.locator("img")).to_have_js_property("naturalWidth", WIDTH)
        expect(page.locator("#log-inspector .shot")).to_have_count(0)
