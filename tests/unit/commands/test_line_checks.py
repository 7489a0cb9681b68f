"""What ``xiaowei check`` says of the real platforms: which step fails and what to do, and never a secret."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands.line_checks import (
    Found,
    check_lines,
    check_practice_accounts,
    permitted,
)
from bot.commands.step_checks import check_dingtalk, check_wechat
from bot.domain.org import Account, Organisation
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState
from bot.settings import Settings
from bot.settings.environment import Environment, read_environment
from tests.world import at

SECRET = "s3cret-of-the-county"  # noqa: S105 - must not be printed
NOW = at("2026-03-06 10:00")


def environment(**variables: str) -> Environment:
    found, faults = read_environment({f"XIAOWEI_{name}": value for name, value in variables.items()})
    assert faults == []
    return found


def dingtalk() -> Environment:
    return environment(DINGTALK_CLIENT_ID="ding-app", DINGTALK_CLIENT_SECRET=SECRET)


@asynccontextmanager
async def interface(answers: Mapping[str, tuple[int, object]]) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers as told by path, and the paths that were asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        status, body = answers[request.path]
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/"), asked


TOKEN, OPEN = "/v1.0/oauth2/accessToken", "/v1.0/gateway/connections/open"
GOOD = {
    TOKEN: (200, {"accessToken": "t", "expireIn": 7200}),
    OPEN: (200, {"endpoint": "ws://127.0.0.1:1/connect", "ticket": "once"}),
}


async def test_dingtalk_is_asked_for_a_place_that_is_not_taken() -> None:
    async with interface(GOOD) as (base, asked):
        found = await check_dingtalk(dingtalk(), api_base=base, oapi_base=base)
    assert found.faults == ()
    assert found.fine == ("✓ 钉钉：开放接口连得上，凭证对，长连接要得到；机器人编码用 Client ID（没有另设）",)
    assert asked == [TOKEN, OPEN]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({TOKEN: (400, {"code": "invalidClientSecret"})}, "Client ID 或 Client Secret"),
        ({TOKEN: (200, "<html>请先登录上网</html>")}, "拿不到访问凭证，钉钉接口返回的是网页"),
        (GOOD | {OPEN: (403, {"code": "Forbidden"})}, "消息接收模式是不是 Stream"),
    ],
)
async def test_each_step_to_dingtalk_names_what_failed(answers: Mapping[str, tuple[int, object]], says: str) -> None:
    async with interface(answers) as (base, _):
        found = await check_dingtalk(dingtalk(), api_base=base, oapi_base=base)
    (fault,) = found.faults
    assert says in fault
    assert SECRET not in fault


async def test_a_host_that_is_not_there_is_told_from_a_port_that_is_shut() -> None:
    async with interface(GOOD) as (base, _):
        pass
    (shut,) = (await check_dingtalk(dingtalk(), api_base=base, oapi_base=base)).faults
    assert "拒绝连接" in shut
    nowhere = environment(WECHAT_ENDPOINT="gateway.invalid:8788", WECHAT_TOKEN=SECRET)
    (unknown,) = (await check_wechat(nowhere, running=False)).faults
    assert "找不到主机 gateway.invalid" in unknown


async def test_a_web_page_where_the_gateway_should_be() -> None:
    async with interface({}) as (base, _):
        endpoint = base.removeprefix("http://")
        plain = environment(WECHAT_ENDPOINT=endpoint, WECHAT_TOKEN=SECRET)
        async with asyncio.timeout(20):
            (fault,) = (await check_wechat(plain, running=False)).faults
            secure = environment(WECHAT_ENDPOINT=endpoint, WECHAT_TOKEN=SECRET, WECHAT_TLS="on")
            (untrusted,) = (await check_wechat(secure, running=False)).faults
    assert fault.startswith("微信：")
    assert SECRET not in fault
    assert "证书信不过，或网关没有开加密" in untrusted


async def test_platforms_that_are_not_configured_are_not_looked_for() -> None:
    assert await check_wechat(environment(), running=False) == Found()
    assert await check_dingtalk(environment()) == Found()


def line(state: LineState, **more: str) -> LineRecord:
    return LineRecord(platform="wechat", state=state, at=at("2026-03-06 09:00"), **more)  # type: ignore[arg-type]


HELD = Lease(name="wechat", holder="village-box:42:ab12", until=NOW + timedelta(seconds=20))
GAP = Gap(platform="wechat", account="", since=at("2026-03-06 09:10"), until=at("2026-03-06 09:45"), why="网关重启")


def test_a_line_that_stands_names_who_has_it_and_when_nothing_was_heard() -> None:
    found = check_lines((line(LineState.ONLINE),), (HELD,), (GAP,), now=NOW, names={"wechat"})
    assert found == Found(
        fine=(
            "✓ 微信线路：03-06 09:00 起通着，由 village-box:42:ab12 管着",
            "· 微信 03-06 09:10–09:45 断过线（35 分钟），这段时间群里的话没收到",
        )
    )


def test_a_line_that_does_not_stand_is_a_fault_with_its_reason() -> None:
    found = check_lines((line(LineState.OFFLINE, why="连不上微信网关"),), (HELD,), (), now=NOW, names={"wechat"})
    assert found.faults == ("微信线路：03-06 09:00 起连不上，小微在自动重连（连不上微信网关）",)


@pytest.mark.parametrize("leases", [(), (replace(HELD, until=NOW),)])
def test_without_a_process_that_listens_nobody_claims_that_the_line_stands(leases: tuple[Lease, ...]) -> None:
    found = check_lines((line(LineState.ONLINE),), leases, (), now=NOW, names={"wechat"})
    assert found == Found(fine=("· 微信：现在没有小微在收消息，运行 xiaowei run 就开始收",))


def test_officers_whom_the_hall_does_not_let_anybody_play_are_counted(settings: Settings) -> None:
    org = settings.county
    assert check_practice_accounts(org, {"wechat"}) == Found()
    person = org.people["p-lqs"]
    both = replace(person, accounts=(*person.accounts, Account(platform="wechat", id="wx-1")))
    mixed = Organisation(units=org.units, groups=org.groups, people={**org.people, "p-lqs": both})
    found = check_practice_accounts(mixed, {"wechat"})
    assert (len(found.fine), found.faults) == (1, ())
    assert "有 1 位干部" in found.fine[0]
    assert "不能扮演" in found.fine[0]


def test_what_each_owner_permits_is_said_plainly() -> None:
    wechat, dingtalk_says = permitted({"wechat", "dingtalk"})[::-1]
    assert "腾讯不许" in wechat
    assert "企业微信" in wechat
    assert "xiaowei import chat" in wechat
    assert "官方的办法" in dingtalk_says
