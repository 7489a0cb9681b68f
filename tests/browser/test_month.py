"""The month's roster in the hall: opened, turned and used by keys at a desk and by thumb on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESK, PHONE, show, visiting

pytestmark = pytest.mark.browser


def test_at_a_desk_a_day_is_chosen_by_keys_and_its_sentence_waits_in_the_input(
    chromium: Browser, small_village: str
) -> None:
    with visiting(chromium, f"{small_village}?officer=u-li", DESK) as visit:
        page = visit.page
        page.get_by_role("button", name="开始练习").click()
        page.locator("#open-month").focus()
        page.keyboard.press("Enter")
        roster = page.locator("#month")
        expect(roster.get_by_role("heading", name="柳湾村值班表")).to_be_visible()
        expect(roster.get_by_role("listitem")).to_have_count(31)
        visit.picture("month-desk")
        roster.get_by_role("button", name="下个月").press("Enter")
        expect(page.locator("#month-title")).to_have_text("2026年4月")
        roster.get_by_role("button", name="上个月").press("Enter")
        expect(page.locator("#month-title")).to_have_text("2026年3月")
        roster.get_by_role("button", name="3月9日 周一 换班").press("Enter")
        expect(roster).to_be_hidden()
        expect(page.locator("#text-officer")).to_have_value("换班 3月9日 ")
        expect(page.locator("#text-officer")).to_be_focused()


def test_on_a_phone_the_month_is_a_list_that_fits(chromium: Browser, small_village: str) -> None:
    with visiting(chromium, f"{small_village}?officer=u-li", PHONE) as visit:
        page = visit.page
        page.get_by_role("button", name="开始练习").click()
        show(visit, "officer")
        page.locator("#open-month").click()
        roster = page.locator("#month")
        day = roster.get_by_role("button", name="3月10日 周二 换班")
        day.scroll_into_view_if_needed()
        expect(roster.get_by_text("3月10日 周二")).to_be_visible()
        box = day.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert page.evaluate(
            "document.querySelector('#month').scrollWidth <= document.querySelector('#month').clientWidth"
        )
        visit.picture("month-phone")
        day.click()
        expect(page.locator("#text-officer")).to_have_value("换班 3月10日 ")
        page.locator("#open-month").click()
        page.keyboard.press("Escape")
        expect(roster).to_be_hidden()
