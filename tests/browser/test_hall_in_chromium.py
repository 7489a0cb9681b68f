"""The practice hall in a real browser: on a phone and at a desk, with keys, taps and news that arrive."""

import re
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, Server, visiting

pytestmark = pytest.mark.browser

NARROW = ViewportSize(width=320, height=640)
TABLET = ViewportSize(width=900, height=1100)


def begin(page: Page) -> None:
    """Put the welcome card away."""
    page.get_by_role("button", name="开始练习").click()


def test_a_newcomer_is_welcomed_once(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        expect(page.get_by_role("heading", name="三步看懂小微")).to_be_visible()
        visit.picture("desk-welcome")
        begin(page)
        expect(page.get_by_role("heading", name="三步看懂小微")).to_be_hidden()
        page.reload()
        expect(page.locator("#pane-village")).to_be_visible()
        expect(page.get_by_role("heading", name="三步看懂小微")).to_be_hidden()
        page.get_by_role("button", name="怎么用").click()
        expect(page.get_by_role("heading", name="三步看懂小微")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="三步看懂小微")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, NARROW, TABLET, DESK], ids=["phone", "narrow", "tablet", "desk"])
def test_everything_fits_and_can_be_touched(
    chromium: Browser, small_village: str, size: ViewportSize, *, dark: bool
) -> None:
    name = f"{size['width']}{'-dark' if dark else ''}"
    with visiting(chromium, small_village, size, dark=dark) as visit:
        page = visit.page
        begin(page)
        for slot in ("village", "officer", "inspector"):
            if size["width"] < DESK["width"]:
                page.locator(f".tabs [data-tab={slot}]").click()
            expect(page.locator(f"#pane-{slot}")).to_be_visible()
            assert visit.fits()
            small = page.evaluate(
                """() => [...document.querySelectorAll("button, select, summary, textarea")]
                    .filter((one) => one.checkVisibility() && !one.matches(".cite"))
                    .filter((one) => one.getBoundingClientRect().height < 44)
                    .map((one) => one.outerHTML)"""
            )
            assert small == []
            visit.picture(f"{name}-{slot}")
        if size["width"] < DESK["width"]:
            page.locator(".tabs [data-tab=village]").click()
        page.locator(".tickets summary").click()
        expect(page.locator(".ticket .why").first).to_contain_text("3个工作日")
        bottom = page.locator("#say-village").bounding_box()
        assert bottom is not None
        assert bottom["y"] + bottom["height"] <= size["height"]
        assert visit.fits()
        visit.picture(f"{name}-tickets")


def test_speaking_with_the_keyboard(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        area = page.locator("#text-village")
        area.fill("四组水龙头")
        area.press("Shift+Enter")
        area.press_sequentially("没水了")
        area.press("Enter")
        mine = page.locator("#log-village .line.mine").last
        expect(mine).to_contain_text("四组水龙头\n没水了", use_inner_text=True)
        expect(area).to_have_value("")
        expect(area).to_be_focused()
        hint = page.locator("#village-waiting")
        expect(hint).to_contain_text("小微在等您把话说完…")
        hint.get_by_role("button").click()
        expect(hint).to_be_hidden()


def test_half_typed_words_survive_news_and_choices(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.locator("#text-officer").fill("写到一半")
        page.locator("#text-village").fill("新消息")
        page.locator("#text-village").press("Enter")
        expect(page.locator("#log-village .line.mine").last).to_contain_text("新消息")
        page.locator("#pick-as").select_option("u-ls")
        expect(page.locator("#text-village")).to_have_attribute("placeholder", re.compile("问账目"))
        expect(page.locator("#log-village .line.theirs").last).to_contain_text("新消息")
        expect(page.locator("#text-officer")).to_have_value("写到一半")
        expect(page).to_have_url(re.compile("as=u-ls"))


def test_every_key_arrives_while_news_pour_in(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        origin = {"Origin": small_village.rstrip("/")}
        area = page.locator("#text-officer")
        area.focus()
        words = "3 延期 2天 等配件，明天下午就到"
        for number, letter in enumerate(words):
            page.keyboard.type(letter)
            pane = ("village", "officer")[number % 2]
            said = page.request.post(
                f"{small_village}say", form={"pane": pane, "text": f"第{number}句"}, headers=origin
            )
            assert said.status == HTTPStatus.NO_CONTENT
        expect(page.locator("#log-officer .line.mine").last).to_contain_text(f"第{len(words) - 1}句")
        expect(area).to_be_focused()
        expect(area).to_have_value(words)


def test_news_that_could_not_be_fetched_come_without_further_news(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        for away in (
            lambda route: route.abort(),
            lambda route: route.fulfill(status=503, body="数据库正忙，请稍候。"),
        ):
            page.route("**/panes/hall*", away)
            with page.expect_request("**/panes/hall*"):
                page.locator("#text-village").fill("有人听见吗")
                page.locator("#text-village").press("Enter")
            expect(page.locator("#text-village")).to_have_value("")
            page.wait_for_timeout(1_000)  # what was to be fetched at once has failed by now
            lines = page.locator("#log-village .line.mine").count()
            page.unroute("**/panes/hall*")
            expect(page.locator("#log-village .line.mine")).to_have_count(lines + 1)
            expect(page.locator("#notice")).to_be_hidden()
        visit.complaints.clear()  # the browser and htmx report every failed request


def test_a_page_looks_in_any_case_now_and_then(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.wait_for_timeout(1_000)  # what comes at the beginning has come
        with page.expect_response("**/panes/hall*") as looked:
            page.evaluate("htmx.trigger('#ear', 'tick')")
        assert looked.value.ok


def test_quoting_by_a_tap_and_letting_go(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, PHONE) as visit:
        page = visit.page
        begin(page)
        receipt = page.locator("#log-village .line.bot .bubble").last
        receipt.tap()
        bar = page.locator("#say-village .cited")
        expect(bar).to_contain_text("小微：阿珍")
        visit.picture("390-quoting")
        bar.get_by_role("button", name="取消引用").tap()
        expect(bar).to_be_hidden()
        receipt.tap()
        page.locator("#text-village").fill("谢谢")
        page.locator("#say-village .send").tap()
        mine = page.locator("#log-village .line.mine").last
        expect(mine.locator(".words")).to_have_text("谢谢")
        expect(mine.locator(".quoted")).to_contain_text("小微：阿珍")
        expect(bar).to_be_hidden()


def test_a_refused_message_stays_in_the_input(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.locator("#text-village").fill("存不下的话")
        page.locator("#text-village").press("Enter")
        fault = page.locator("#say-village .fault")
        expect(fault).to_have_text("磁盘满了，消息没有存下来，请联系运维。")
        expect(page.locator("#text-village")).to_have_value("存不下的话")
        visit.picture("desk-refused")
        page.locator("#text-village").fill("存得下的话")
        page.locator("#text-village").press("Enter")
        expect(page.locator("#log-village .line.mine").last).to_contain_text("存得下的话")
        expect(fault).to_be_hidden()
        # Chromium itself reports the 503 that was asked for.
        assert [one for one in visit.complaints if "503" not in one] == []
        visit.complaints.clear()


def test_chips_fill_and_numbered_answers_are_sent(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, PHONE) as visit:
        page = visit.page
        begin(page)
        page.locator(".tabs [data-tab=officer]").tap()
        page.get_by_role("button", name="3 办结…").tap()
        expect(page.locator("#text-officer")).to_have_value("3 办结 ")
        page.locator("#chips-officer .answer").first.tap()
        expect(page.locator("#log-officer .line.mine").last).to_contain_text("1")
        expect(page.locator("#chips-officer .answer")).to_have_count(0)
        expect(page.locator("#text-officer")).to_have_value("3 办结 ")


def test_a_dot_tells_of_news_in_another_tab(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, PHONE) as visit, visiting(chromium, small_village, DESK) as other:
        begin(visit.page)
        begin(other.page)
        visit.page.locator(".tabs [data-tab=officer]").tap()
        dot = visit.page.locator(".tabs [data-tab=village] .dot")
        expect(dot).to_be_hidden()
        other.page.locator("#text-village").fill("群里有新消息")
        other.page.locator("#text-village").press("Enter")
        expect(dot).to_be_visible()
        visit.picture("390-dot")
        visit.page.locator(".tabs [data-tab=village]").tap()
        expect(dot).to_be_hidden()
        expect(visit.page.locator("#log-village .line.mine").last).to_be_in_viewport()


def test_an_endless_message_does_not_break_the_page(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, PHONE) as visit:
        page = visit.page
        begin(page)
        page.locator("#text-village").fill("长" * 50_000 + "w" * 50_000)
        page.locator("#say-village .send").tap()
        more = page.get_by_role("button", name="展开全文（共100000字）")
        expect(more).to_be_visible()
        expect(page.locator("#text-village")).to_have_value("")
        assert visit.fits()
        more.tap()
        expect(page.locator("#whole")).to_be_visible()
        assert len(page.locator("#whole-text").inner_text()) == 100_000
        visit.picture("390-whole")
        page.get_by_role("button", name="关闭").tap()
        expect(page.locator("#whole")).to_be_hidden()


def test_the_clock_moves_while_half_typed_words_stay(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.locator("#text-village").fill("还没发")
        page.get_by_role("button", name="到17:00").click()
        expect(page.locator("#clock")).to_contain_text("17:00")
        page.get_by_role("button", name="到下一个工作日").click()
        expect(page.locator("#clock")).to_contain_text("3月9日 周一")
        page.get_by_role("button", name="过一小时").click()
        expect(page.locator("#clock")).to_contain_text("09:00")
        expect(page.locator("#text-village")).to_have_value("还没发")


def test_another_village_brings_its_own_officer(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.locator("#pick-group").select_option("sp1")
        expect(page.locator("#pick-as")).to_have_value("u-sw")
        expect(page.locator("#pick-officer")).to_have_value("u-qin")
        expect(page.locator("#log-village")).to_contain_text("群里还没有人说话")
        page.locator("#text-village").fill("水龙头两天没水了")
        page.locator("#text-village").press("Enter")
        expect(page.locator("#log-village .line.mine").last).to_contain_text("水龙头两天没水了")
        page.reload()
        expect(page.locator("#pick-group")).to_have_value("sp1")


def test_lines_can_be_walked_and_quoted_with_the_keyboard(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.locator("#log-village").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator("#say-village .cited")).to_contain_text("小微：阿珍")
        expect(page.locator("#text-village")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#say-village .cited")).to_be_hidden()


def test_a_bot_that_is_gone_is_said_so_and_the_words_stay(chromium: Browser, village_server: Server) -> None:
    with visiting(chromium, village_server.address, DESK) as visit:
        page = visit.page
        begin(page)
        expect(page.locator("#offline")).to_be_hidden()
        village_server.stop()
        expect(page.locator("#offline")).to_be_visible()
        page.locator("#text-village").fill("还在吗")
        page.locator("#text-village").press("Enter")
        expect(page.locator("#say-village .fault")).to_contain_text("没有发出去：连不上小微")
        expect(page.locator("#text-village")).to_have_value("还在吗")
        page.get_by_role("button", name="过一小时").click()
        expect(page.locator("#clock-fault")).to_contain_text("连不上小微")
        assert page.locator("#log-village .line").count() > 0
        # The browser and htmx report every failed request.
        visit.complaints.clear()


def test_a_page_that_cannot_be_read_keeps_what_it_showed(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, small_village, DESK) as visit:
        page = visit.page
        begin(page)
        page.route("**/panes/hall*", lambda route: route.fulfill(status=503, body="数据库正忙，请稍候。"))
        page.locator("#pick-as").select_option("u-ls")
        expect(page.locator("#notice")).to_have_text("数据库正忙，请稍候。")
        assert page.locator("#log-village .line").count() > 0
        page.unroute("**/panes/hall*")
        page.locator("#pick-as").select_option("u-az")
        expect(page.locator("#notice")).to_be_hidden()
        assert [one for one in visit.complaints if "503" not in one] == []
        visit.complaints.clear()
