"""The first look at the real product: the recorded day, then a villager's matter from the first word to the digest."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, show, tagged, type_in, visiting, whole_bot

pytestmark = pytest.mark.browser


@pytest.fixture
def product(tmp_path: Path) -> Iterator[str]:
    """The address of the bot itself with the demo county and an empty database."""
    with whole_bot(tmp_path) as address:
        yield address


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_villagers_matter_from_the_first_word_to_the_digest(
    chromium: Browser, product: str, size: ViewportSize, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    with visiting(chromium, product, size) as visit:
        page = visit.page
        page.get_by_role("button", name="开始练习").click()

        # The recorded day is there.
        expect(page.locator("#log-village .line")).not_to_have_count(0)
        assert page.locator("#log-village .line").count() > 10
        assert page.locator("#log-village .line.bot").count() > 0
        visit.picture(f"story-{name}-1-recorded-day")

        # A villager speaks; the bot waits until he has finished, and then asks the officer on duty.
        page.locator("#pick-group").select_option("g-sp1")
        expect(page.locator("#pick-as")).to_have_value("u-sw")
        type_in(page, "village", "水龙头两天没水了，家里老人没法做饭")
        expect(page.locator("#log-village .line.mine").last).to_contain_text("水龙头两天没水了")
        expect(page.locator("#village-waiting")).to_contain_text("小微在等您把话说完…")
        visit.picture(f"story-{name}-2-waiting")
        page.locator("#village-waiting button").click()
        expect(page.locator("#village-waiting")).to_be_hidden()
        show(visit, "officer")
        tagged(page, "officer", "请您答复", "水龙头两天没水了")
        visit.picture(f"story-{name}-3-prompt")

        # The officer answers in plain words, and the group hears it.
        done = page.locator("#chips-officer [data-fill*=办结]")
        number = (done.get_attribute("data-fill") or "").split()[0]
        done.click()
        type_in(page, "officer", "阀门修好了，水来了")
        show(visit, "village")
        tagged(page, "village", "办理结果", "阀门修好了，水来了")
        page.locator(".tickets summary").click()
        expect(page.locator(f"[id$='-{number}'].ticket .state")).to_have_text("已办结")
        visit.picture(f"story-{name}-4-closed")
        page.locator(".tickets summary").click()

        # At 17:00 the inspector has the digest.
        page.locator("[name=to][value=close]").click()
        expect(page.locator("#clock")).to_contain_text("17:00")
        show(visit, "inspector")
        tagged(page, "inspector", "巡群日报", "清禾镇")
        visit.picture(f"story-{name}-5-digest")

        # Later the villager is asked, and one tap rates it.
        page.locator("[name=to][value=hour]").click()
        show(visit, "village")
        tagged(page, "village", "请您评价", f"{number}号")
        first = page.locator("#chips-village .answer").first
        visit.picture(f"story-{name}-6-rating")
        first.click()
        expect(page.locator("#log-village .line.mine").last).to_contain_text("1")
        expect(page.locator("#chips-village .answer")).to_have_count(0)

        # The next working day begins with the duty notice.
        page.locator("[name=to][value=workday]").click()
        expect(page.locator("#clock")).to_contain_text("08:00")
        page.locator("[name=to][value=hour]").click()
        expect(page.locator("#clock")).to_contain_text("09:00")
        tagged(page, "village", "今日值班", "【今日值班】3月9日")
        visit.picture(f"story-{name}-7-next-morning")
        assert visit.fits()
