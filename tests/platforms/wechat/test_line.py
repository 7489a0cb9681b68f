"""The line to the gateway breaks in every way that lines break; nothing is hidden, nothing storms."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.wechat import WechatPlatform
from bot.platforms.wechat_options import WechatTls
from bot.ports.platform import LineState
from tests.platforms.wechat.certificates import Certificates
from tests.platforms.wechat.conftest import QUICK, Build
from tests.platforms.wechat.gateway import BOT_ACCOUNT, ROOM, Gateway
from tests.platforms.wechat.recording import RecordingHost, eventually
from tests.platforms.wechat.running import running

Running = tuple[WechatPlatform, RecordingHost]


def states(host: RecordingHost) -> list[str]:
    return [str(status.state) for status in host.statuses]


async def test_a_line_that_comes_up_names_the_account(line: Running) -> None:
    _, host = line
    assert states(host) == ["connecting", "online"]
    assert host.statuses[-1].account == BOT_ACCOUNT
    assert host.gaps == []


async def test_scanning_and_logging_in_is_shown_step_by_step(gateway: Gateway, build: Build) -> None:
    await gateway.village(login=False)
    host = RecordingHost()
    async with running(build(), host):
        await eventually(lambda: host.state == "logged_out")
        await gateway.order("scan", qrcode="https://scan.example/1", status=2)
        await eventually(lambda: host.state == "scan")
        assert host.statuses[-1].qr == "https://scan.example/1"
        await gateway.order("scan", qrcode="", status=3)
        await eventually(lambda: host.statuses[-1].why == "已经扫码,请在手机上点确认")
        await gateway.order("login", id=BOT_ACCOUNT)
        await eventually(lambda: host.state == "online")
        await gateway.say("路灯坏了")
        await eventually(lambda: host.texts == ["路灯坏了"])


async def test_a_logout_is_told_and_the_time_until_the_login_is_a_gap(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.order("logout")
    await eventually(lambda: host.state == "logged_out")
    await asyncio.sleep(0.3)
    await gateway.order("login", id="wx-bot-again")
    await eventually(lambda: host.gaps)
    assert (host.state, host.statuses[-1].account) == (LineState.ONLINE, "wx-bot-again")
    gap = host.gaps[0]
    assert (gap.account, gap.why) == ("wx-bot-again", "微信账号退出了登录,要有人重新扫码")
    assert 0.2 < (gap.until - gap.since).total_seconds() < 5


async def test_a_gateway_that_was_killed_and_started_again_is_found_and_the_gap_recorded(
    gateway: Gateway, line: Running
) -> None:
    _, host = line
    await gateway.say("停电前")
    await eventually(lambda: host.texts == ["停电前"])
    gateway.stop()
    await eventually(lambda: host.state == "offline")
    await asyncio.to_thread(gateway.start)
    await gateway.village()
    await eventually(lambda: host.state == "online")
    await gateway.say("来电后")
    await eventually(lambda: host.texts == ["停电前", "来电后"])
    assert len(host.gaps) == 1
    assert host.gaps[0].since < host.gaps[0].until
    assert host.gaps[0].account == BOT_ACCOUNT


async def test_a_frozen_gateway_is_noticed_and_the_gap_begins_before_it_froze(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("还好")
    await eventually(lambda: host.texts == ["还好"])
    gateway.freeze()
    try:
        froze = host.messages[0]
        await eventually(lambda: host.state == "offline")
    finally:
        gateway.thaw()
    await eventually(lambda: host.state == "online")
    await gateway.say("又好了")
    await eventually(lambda: host.texts == ["还好", "又好了"])
    assert len(host.gaps) == 1
    assert (host.gaps[0].since - froze.sent_at).total_seconds() < 2


async def test_a_gateway_that_answers_but_sends_nothing_any_more_is_noticed(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.order("options", heartbeat=False)
    await asyncio.sleep(2.0)  # long enough to be asked, and to answer
    assert host.state == "online"
    await gateway.order("options", dong=False)
    await eventually(lambda: host.state == "offline")
    await gateway.order("options", dong=True)
    await eventually(lambda: host.state == "online")
    assert host.gaps


async def test_a_quiet_gateway_without_heartbeats_stays_online(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.order("options", heartbeat=False)
    await asyncio.sleep(2.5)
    assert states(host) == ["connecting", "online"]
    assert (await gateway.order("calls"))["ding"] >= 1


async def test_a_wrong_token_is_refused_slowly_and_never_repeated_in_what_is_said(
    gateway: Gateway, build: Build
) -> None:
    del gateway
    host = RecordingHost()
    async with running(build(token="not-the-token"), host):  # noqa: S106 - wrong on purpose
        await eventually(lambda: host.state == "refused")
        await asyncio.sleep(0.6)
    assert states(host) == ["connecting", "refused"]
    assert "令牌" in host.statuses[-1].why
    assert "not-the-token" not in repr(host.statuses)


async def test_two_programs_on_one_gateway_do_not_fight(gateway: Gateway, build: Build, line: Running) -> None:
    """The second takes the line once; the gateway sometimes gives it back by itself. Then whoever has it keeps it."""
    _, host = line
    rival = RecordingHost()
    async with running(build(), rival):
        await eventually(lambda: {str(host.state), str(rival.state)} == {"online", "refused"})
        refused = host if host.state == "refused" else rival
        assert "别的程序" in refused.statuses[-1].why
        settled = [(one.state, len(one.statuses)) for one in (host, rival)]
        await asyncio.sleep(1.5)
        assert [(one.state, len(one.statuses)) for one in (host, rival)] == settled
    await eventually(lambda: host.state == "online")
    await gateway.say("又听得到了")
    await eventually(lambda: "又听得到了" in host.texts)
    assert host.gaps


@pytest.fixture
async def slamming() -> AsyncIterator[tuple[str, list[float]]]:
    """A server that hangs up as soon as somebody comes, and when they came."""
    came: list[float] = []

    async def slam(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(asyncio.get_running_loop().time())
        writer.close()

    server = await asyncio.start_server(slam, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield f"127.0.0.1:{port}", came
    server.close()
    await server.wait_closed()


async def test_a_server_that_hangs_up_at_once_is_not_stormed(slamming: tuple[str, list[float]], build: Build) -> None:
    endpoint, came = slamming
    host = RecordingHost()
    async with running(build(endpoint=endpoint, timing=replace(QUICK, first_pause=0.2, longest_pause=12.0)), host):
        await asyncio.sleep(3.0)
    # A second of the field is a fifth of one here: 3 s stand for 15 s, in which 1 + 2 + 4 + 8 s of pauses fit.
    assert 2 <= len(came) <= 6
    pauses = [later - earlier for earlier, later in pairwise(came)]
    assert all(later > earlier for earlier, later in pairwise(pauses))
    assert host.state == "offline"


async def test_a_web_server_in_place_of_the_gateway_is_called_what_it_is(build: Build) -> None:
    async def page(request: web.Request) -> web.Response:
        del request
        return web.Response(text="<html>请登录</html>", content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", page)
    async with TestServer(app) as server:
        host = RecordingHost()
        async with running(build(endpoint=f"127.0.0.1:{server.port}"), host):
            await eventually(lambda: host.state == "refused")
        assert "不是 Wechaty 网关" in host.statuses[-1].why


async def test_a_server_that_accepts_and_says_nothing_is_given_up(build: Build) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    host = RecordingHost()
    timing = replace(QUICK, call=0.5)
    async with running(build(endpoint=f"127.0.0.1:{server.sockets[0].getsockname()[1]}", timing=timing), host):
        await eventually(lambda: host.state == "offline")
    server.close()
    await server.wait_closed()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, the gateway's certificate by it, and another authority."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def sealed_gateway(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Gateway]:
    """A gateway that speaks TLS only."""
    gateway = Gateway(tmp_path_factory.mktemp("sealed"), certificate=(certificates.server, certificates.server_key))
    gateway.start()
    yield gateway
    gateway.stop()


async def test_an_encrypted_line_with_the_right_authority_works(
    sealed_gateway: Gateway, certificates: Certificates, build: Build
) -> None:
    await sealed_gateway.village()
    host = RecordingHost()
    tls = WechatTls(on=True, ca_file=certificates.authority, server_name="insecure")
    async with running(build(endpoint=sealed_gateway.endpoint, tls=tls), host):
        await eventually(lambda: host.state == "online")
        await sealed_gateway.say("加密的一句")
        await eventually(lambda: host.texts == ["加密的一句"])
        assert host.messages[0].group == ROOM


@pytest.mark.parametrize("wrong", ["authority", "name", "plain", "no such file"])
async def test_a_line_that_cannot_be_trusted_is_refused(
    sealed_gateway: Gateway, certificates: Certificates, build: Build, wrong: str
) -> None:
    right = WechatTls(on=True, ca_file=certificates.authority, server_name="insecure")
    tls = {
        "authority": replace(right, ca_file=certificates.other_authority),
        "name": replace(right, server_name="somebody.example"),
        "plain": WechatTls(on=True),
        "no such file": replace(right, ca_file=Path("missing.pem")),
    }[wrong]
    host = RecordingHost()
    async with running(build(endpoint=sealed_gateway.endpoint, tls=tls), host):
        await eventually(lambda: host.state == "refused")
    assert "证书" in host.statuses[-1].why


async def test_the_line_ends_within_two_seconds_whenever_it_is_stopped(gateway: Gateway, build: Build) -> None:
    for moment in (0.0, 0.002, 0.01, 0.02, 0.05, 0.1, 0.3, 0.7):
        await gateway.order("options", heartbeat=False)
        async with running(build(), RecordingHost()):  # asserts it
            await asyncio.sleep(moment)


async def test_it_ends_within_two_seconds_with_a_frozen_gateway_and_a_message_under_way(
    gateway: Gateway, line: Running
) -> None:
    _, host = line
    host.refusals = 10_000
    await gateway.say("存不进去的一句")
    await eventually(lambda: host.refused)
    gateway.freeze()
    # The fixture stops the adapter, and asserts the two seconds.
