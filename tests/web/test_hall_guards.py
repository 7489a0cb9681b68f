"""What stands before the pages of the practice hall: refusals in plain words, and what binds the browser."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.web.hall import VENDORED, build_web
from tests.web.fakes import world
from tests.web.small_county import FRIDAY
from tests.web.visits import GROUP, OURS, Hall, get, says


async def test_a_message_that_could_not_be_stored_is_refused_in_the_stores_own_words(hall: Hall) -> None:
    client, made = hall
    made.receiver.refusing = "磁盘满了，消息没有存下来，请联系运维。"
    response = await client.post("/say", data=says("路灯坏了"), headers=OURS)
    assert (response.status, await response.text()) == (503, "磁盘满了，消息没有存下来，请联系运维。")


async def test_a_store_that_is_gone_is_said_so_instead_of_a_broken_page(hall: Hall) -> None:
    client, made = hall
    made.records.broken = "数据库连不上。"
    for path in ("/", "/panes/hall"):
        response = await client.get(path)
        assert (response.status, await response.text()) == (503, "数据库连不上。")
    assert (await client.get("/healthz")).status == 200


async def test_a_fault_of_ours_is_told_in_plain_words(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    client, made = hall

    def fail() -> datetime:
        message = "secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(made.clock, "now", fail)
    response = await client.get("/panes/clock")
    assert (response.status, await response.text()) == (500, "小微这边出了点问题，请刷新页面再试。")


async def test_missing_scripts_are_named_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VENDORED, "htmx.js", Path("nowhere/htmx.min.js"))
    with pytest.raises(FileNotFoundError, match="缺少网页脚本"):
        build_web(world().desk)


async def test_words_never_become_markup(hall: Hall) -> None:
    client, made = hall
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} \"'></p>"
    await client.post("/say", data=says(evil), headers=OURS)
    made.records.say(GROUP, f"小微说:{evil}", FRIDAY, quote=made.receiver.received[0].id)
    page = await get(client, "/panes/hall")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    strange = await get(client, "/", group='"><script>', officer="<b>")
    assert "<script>" not in strange.replace('<script src="/static/', "")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_a_post_from_another_site_changes_nothing(hall: Hall, headers: dict[str, str]) -> None:
    client, made = hall
    for path, data in (("/say", says("替你说的")), ("/clock", {"to": "close"})):
        response = await client.post(path, data=data, headers=headers)
        assert response.status == 403
    assert made.receiver.received == []
    assert made.clock.now() == FRIDAY


async def test_a_browser_that_only_names_the_origin_is_believed(hall: Hall) -> None:
    client, _ = hall
    origin = str(client.make_url("/")).rstrip("/")
    assert (await client.post("/clock", data={"to": "hour"}, headers={"Origin": origin})).status == 204


async def test_every_answer_binds_the_browser(hall: Hall) -> None:
    client, _ = hall
    for path in ("/", "/panes/hall", "/healthz", "/static/hall.css", "/static/vendor/htmx.js", "/nowhere"):
        headers = (await client.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert (await client.get("/static/vendor/package.json")).status == 404
    assert (await client.get("/static/%2e%2e/hall.py")).status in {403, 404}


async def test_nothing_is_fetched_from_elsewhere(hall: Hall) -> None:
    client, _ = hall
    for path in ("/", "/static/hall.css", "/static/hall.js"):
        text = await get(client, path)
        assert "http://" not in text
        assert "https://" not in text
        assert "style=" not in text
        assert " onclick" not in text
