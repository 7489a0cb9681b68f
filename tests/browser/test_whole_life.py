"""What a ticket and a clue may live through in the real product, by buttons and short sentences, on phone and desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, show, tagged, type_in, visiting, whole_bot

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One bot for all of these: each story happens in a village of its own, and none moves the days."""
    with whole_bot(Path(tmp_path_factory.mktemp("life"))) as address:
        yield address


def begin(page: Page) -> None:
    """Put the welcome card away."""
    page.get_by_role("button", name="开始练习").click()


def heard_out(page: Page) -> None:
    """Do not wait for the rest of the villager's thought."""
    page.locator("#village-waiting button").click()
    expect(page.locator("#village-waiting")).to_be_hidden()


def press(page: Page, slot: str, words: str) -> None:
    """Answer with the button that begins with these words."""
    page.locator(f"#chips-{slot} .answer[title^='{words}']").click()


def test_more_time_is_asked_for_with_buttons_and_granted_by_the_township(chromium: Browser, product: str) -> None:
    with visiting(chromium, f"{product}?group=g-sp1&as=u-sw&officer=u-qxy", DESK) as visit:
        page = visit.page
        begin(page)
        type_in(page, "village", "水龙头两天没水了，家里老人没法做饭")
        heard_out(page)
        tagged(page, "officer", "请您答复", "水龙头两天没水了")
        number = (page.locator("#chips-officer [data-fill*=办结]").get_attribute("data-fill") or "").split()[0]
        type_in(page, "officer", f"{number} 延期")
        expect(page.locator("#chips-officer .answer")).to_have_count(5)
        visit.picture("life-extend-choices")
        press(page, "officer", "延2个工作日")
        tagged(page, "officer", "通知", "为什么要延")
        type_in(page, "officer", f"{number} 延期 2天 等配件")
        tagged(page, "inspector", "请选择", "秦小燕想延2个工作日")
        press(page, "inspector", "同意")
        tagged(page, "inspector", "通知", "新时限3月13日（周五）17:30")
        tagged(page, "village", "通知", "要晚几天：等配件")
        expect(page.locator("#held-officer")).to_contain_text("还有1条")
        page.locator(".tickets summary").click()
        card = page.locator(f"[id$='-{number}'].ticket")
        expect(card).to_contain_text("延过2个工作日")
        expect(card).to_contain_text("3月13日（周五）17:30前办结")
        visit.picture("life-extended")


def test_a_swap_is_agreed_with_one_tap_and_the_mark_goes_with_it(chromium: Browser, product: str) -> None:
    with visiting(chromium, f"{product}?group=g-xl1&officer=u-jyl", PHONE) as visit:
        page = visit.page
        begin(page)
        show(visit, "officer")
        expect(page.locator("#pick-officer option:checked")).to_have_text("蒋玉莲 · 村委会副主任（今日值班）")
        type_in(page, "officer", "请假 今天")
        tagged(page, "officer", "通知", "记下了：今天您请假")
        expect(page.locator("#pick-officer option").filter(has_text="今日值班")).to_have_text(
            "白文全 · 网格员（今日值班）"
        )
        type_in(page, "officer", "换班 下周一 白文全")
        tagged(page, "officer", "通知", "已问白文全")
        page.locator(".duty").click()
        tagged(page, "officer", "请选择", "蒋玉莲想换班：3月9日（周一）您替蒋玉莲值班")
        visit.picture("life-swap")
        press(page, "officer", "同意")
        tagged(page, "officer", "通知", "好，定了")
        type_in(page, "officer", "值班")
        tagged(page, "officer", "通知", "今天：网格员 白文全")
        assert visit.fits()


def test_an_accusation_is_answered_in_private_and_opened_by_the_discipline_role_alone(
    chromium: Browser, product: str
) -> None:
    with visiting(chromium, f"{product}?group=g-lw1&as=u-ls&officer=u-lqs", PHONE) as visit:
        page = visit.page
        begin(page)
        told = page.locator("#log-inspector .line.bot")
        before = told.count()
        type_in(page, "village", "村支书张春根把低保名额给了他侄子，他侄子家有两辆车")
        heard_out(page)
        way = page.locator("#chips-village .chip").filter(has_text="小微私下回了六叔")
        expect(way).to_be_visible()
        expect(page.locator("#log-village .line.bot").filter(has_text="侄子")).to_have_count(0)
        visit.picture("life-accusation")
        way.click()
        tagged(page, "village", "通知", "只有纪检")
        show(visit, "inspector")
        expect(told).to_have_count(before + 1)
        type_in(page, "inspector", "线索")
        expect(told).to_have_count(before + 2)
        answer = told.last
        expect(answer).to_contain_text("保密，只给本人看")
        expect(answer).not_to_contain_text("柳湾村")
        answer.locator(".more").click()
        expect(page.locator("#whole-text")).to_contain_text("柳湾村")
        visit.picture("life-clues")
        page.get_by_role("button", name="关闭").click()
        show(visit, "officer")
        expect(page.locator("#log-officer")).not_to_contain_text("侄子")
        show(visit, "village")
        page.locator(".tickets summary").click()
        expect(page.locator(".cards")).not_to_contain_text("侄子")
        assert visit.fits()
