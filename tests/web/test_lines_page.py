"""The operator's page: opened by a link that works once, shows the code to scan to nobody else, and tells the gaps."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.ports import StoreUnavailable
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState
from bot.web.hall import build_web
from bot.web.hosts import host_of, is_ours, names_of
from bot.web.keys import COOKIE, OperatorKeys
from bot.web.lines import LineDesk
from tests.web.fakes import world
from tests.web.small_county import FRIDAY
from tests.web.visits import OURS

SECRET = "https://example.com/l/login-secret"  # noqa: S105 - what a code to scan holds
SCAN = LineRecord(platform="wechat", state=LineState.SCAN, at=FRIDAY, why="账号还没有登录", qr=SECRET)


@dataclass
class Kept:
    """What the page reads."""

    lines: list[LineRecord] = field(default_factory=lambda: [SCAN])
    kept_gaps: list[Gap] = field(default_factory=list)
    held: list[Lease] = field(default_factory=list)
    broken: str = ""

    async def line_states(self) -> tuple[LineRecord, ...]:
        if self.broken:
            raise StoreUnavailable(self.broken)
        return tuple(self.lines)

    async def gaps(self, *, since: datetime) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.kept_gaps if gap.until > since)

    async def leases(self) -> tuple[Lease, ...]:
        return tuple(self.held)


@dataclass
class Page:
    """A browser, what is behind the page, and the links that were printed."""

    client: TestClient[web.Request, web.Application]
    kept: Kept
    links: list[str]

    async def enters(self) -> None:
        """Open the link that was printed last."""
        response = await self.client.get(f"/lines/enter/{self.links[-1]}")
        assert response.status == 200, await response.text()

    async def sees(self, path: str = "/lines") -> str:
        response = await self.client.get(path)
        assert response.status == 200, await response.text()
        return await response.text()


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    made, kept, links = world(), Kept(), list[str]()
    numbers = count(1)
    keys = OperatorKeys(announce=links.append, word=lambda: f"word-{next(numbers)}")
    keys.renew()
    desk = LineDesk(store=kept, keys=keys, clock=made.clock, platforms=("dingtalk", "wechat"))
    hall = replace(made.desk, real=True)
    async with TestClient(TestServer(build_web(hall, lines=desk))) as client:
        yield Page(client=client, kept=kept, links=links)


@pytest.mark.parametrize("path", ["/lines", "/panes/lines", "/lines/wechat/code.svg"])
@pytest.mark.parametrize("cookie", [None, "", "word-1", "guessed"])
async def test_without_the_link_nobody_sees_anything(page: Page, path: str, cookie: str | None) -> None:
    headers = {} if cookie is None else {"Cookie": f"{COOKIE}={cookie}"}
    response = await page.client.get(path, headers=headers)
    text = await response.text()
    assert response.status == 403
    assert "链接" in text
    assert "扫码" not in text


async def test_the_link_works_once_and_the_next_one_is_printed(page: Page) -> None:
    first = page.links[-1]
    await page.enters()
    assert len(page.links) == 2
    assert "线路" in await page.sees()

    other = await page.client.get(f"/lines/enter/{first}", headers={"Cookie": ""}, allow_redirects=False)
    assert other.status == 403
    assert COOKIE not in other.cookies
    assert len(page.links) == 2, "a used link makes no new one"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(page: Page) -> None:
    response = await page.client.get(f"/lines/enter/{page.links[-1]}", allow_redirects=False)
    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert response.headers["Location"] == "/lines"


async def test_a_line_that_waits_for_a_scan_shows_the_code_and_what_to_do(page: Page) -> None:
    await page.enters()
    text = await page.sees()
    assert "等着扫码" in text
    assert "账号还没有登录" in text
    assert "/lines/wechat/code.svg?" in text
    assert SECRET not in text
    drawn = await page.sees("/lines/wechat/code.svg")
    assert drawn.startswith("<svg")
    assert SECRET not in drawn

    page.kept.lines = [replace(SCAN, state=LineState.ONLINE, why="", qr=None)]
    text = await page.sees("/panes/lines")
    assert "通着" in text
    assert "code.svg" not in text
    assert (await page.client.get("/lines/wechat/code.svg")).status == 404


async def test_another_code_is_another_picture(page: Page) -> None:
    await page.enters()
    before = await page.sees()
    page.kept.lines = [replace(SCAN, qr="https://example.com/l/next")]
    assert before.count("code.svg?") == 1
    assert before.split("code.svg?")[1][:12] not in await page.sees()


async def test_gaps_of_the_last_days_are_told_with_the_newest_first(page: Page) -> None:
    page.kept.kept_gaps = [
        Gap(
            platform="wechat",
            account="",
            since=FRIDAY - timedelta(hours=hours),
            until=FRIDAY - timedelta(hours=hours) + timedelta(minutes=35),
            why=why,
        )
        for hours, why in ((24 * 9, "很久以前"), (20, "<b>网关</b>重启"), (2, "断网"))
    ]
    await page.enters()
    text = await page.sees()
    assert "很久以前" not in text
    assert text.index("断网") < text.index("&lt;b&gt;网关&lt;/b&gt;重启")
    assert "<td>03-06 07:12</td><td>07:47</td><td>35</td>" in text


async def test_who_has_the_line_is_named_while_it_has_it(page: Page) -> None:
    page.kept.held = [
        Lease(name="wechat", holder="village-box:42:ab12", until=FRIDAY + timedelta(seconds=20)),
        Lease(name="dingtalk", holder="old-box:1:ffff", until=FRIDAY - timedelta(seconds=1)),
    ]
    await page.enters()
    text = await page.sees()
    assert "由 village-box:42:ab12 管着" in text
    assert "old-box" not in text


async def test_a_database_that_is_away_is_said_in_plain_words(page: Page) -> None:
    await page.enters()
    page.kept.broken = "数据库连不上。"
    response = await page.client.get("/lines")
    assert (response.status, await response.text()) == (503, "数据库连不上。")


async def test_with_a_real_platform_the_clock_cannot_be_moved(page: Page) -> None:
    response = await page.client.post("/clock", data={"to": "hour"}, headers=OURS)
    assert (response.status, await response.text()) == (409, "接了微信或钉钉，时间跟真的走，不能拨。")
    hall = await page.sees("/")
    assert "时间跟真的走，不能拨" in hall
    assert 'hx-post="/clock"' not in hall


async def test_without_a_real_platform_there_is_no_such_page() -> None:
    async with TestClient(TestServer(build_web(world().desk))) as client:
        assert (await client.get("/lines")).status == 404


# Whose host it is


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "10.1.2.3", "[::1]:8765", "xw.example", "xw.example.:80"]
)
async def test_our_own_addresses_and_names_are_answered(host: str) -> None:
    async with TestClient(TestServer(build_web(world().desk, hosts=names_of("0.0.0.0", "xw.example")))) as client:  # noqa: S104
        assert (await client.get("/healthz", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "xw.example.evil", "", "[", "a b"]
)
async def test_another_sites_name_is_refused_whatever_it_points_to(host: str) -> None:
    async with TestClient(TestServer(build_web(world().desk, hosts=names_of("xw.example")))) as client:
        for path in ("/", "/healthz", "/events", "/static/hall.css"):
            response = await client.get(path, headers={"Host": host})
            assert response.status in (400, 421), path


def test_names_are_read_as_people_write_them() -> None:
    assert names_of("127.0.0.1", " XW.example , b.example:443", None) == {"127.0.0.1", "xw.example", "b.example"}
    assert host_of("[::1]:80") == "::1"
    assert is_ours("[fe80::1]:80", ())
    assert not is_ours("", ["x"])
