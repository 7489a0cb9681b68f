"""``xiaowei check`` for the real platforms: every step of connecting, one by one, until the first that fails.

Nothing is taken from a bot that runs: no event stream is opened and no websocket connected, so no message is stolen.
Credentials are never printed.
"""

import asyncio
from collections.abc import Mapping

from bot.clock import SystemClock
from bot.commands.line_checks import Found
from bot.connecting import wechat_tls
from bot.platforms.dingtalk_api import API, OAPI, DingtalkApi, Refused
from bot.platforms.dingtalk_http import DingtalkHttp
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports.platform import SendFailed
from bot.settings import Environment

WITHIN = 5.0
"""Seconds that one step may take."""
_SUBSCRIPTIONS = ({"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},)
_WIRE_FAULTS: Mapping[Fault, str] = {
    Fault.UNREACHABLE: "连得上端口，但建不起连接：请看网关是不是刚启动、有没有报错",
    Fault.BROKEN: "连接马上断了：多半是加密设置不一样，请核对 XIAOWEI_WECHAT_TLS 和网关的设置",
    Fault.TIMEOUT: "网关不回话：请看网关有没有卡住，重启网关试试",
    Fault.TOKEN: "网关不认令牌：请核对 XIAOWEI_WECHAT_TOKEN 和网关启动时用的是不是同一个",
    Fault.CERTIFICATE: "证书信不过，或网关没有开加密："
    "请核对 XIAOWEI_WECHAT_CA、XIAOWEI_WECHAT_SERVER_NAME 和 XIAOWEI_WECHAT_TLS",
    Fault.NOT_A_GATEWAY: "这个端口上回话的不是 Wechaty 网关：请核对 XIAOWEI_WECHAT_ENDPOINT",
}


async def check_wechat(environment: Environment, *, running: bool) -> Found:
    """The steps to the WeChat gateway. ``running``: a bot is on the line, so it knows best whether it is logged in."""
    endpoint, token = environment.wechat_endpoint, environment.wechat_token
    if endpoint is None or token is None:
        return Found()
    reached = await _reach(endpoint)
    if reached is not None:
        return Found(faults=(f"微信：{reached}",))
    timing = WechatTiming(connect=WITHIN, call=WITHIN)
    wire = Wire(endpoint=endpoint, token=token.get_secret_value(), tls=wechat_tls(environment), timing=timing)
    how = "加密，证书对" if environment.wechat_tls == "on" else "没有加密"
    try:
        await wire.open()
        known = await _answers(wire)
        logged_in = "" if running else await _login(wire)
    except WireFault as fault:
        said = _WIRE_FAULTS.get(fault.fault, "网关回话说办不了：请看网关的日志")
        return Found(faults=(f"微信：{said}",))
    finally:
        wire.close()
    return Found(fine=(f"✓ 微信网关：{endpoint} 连得上，{how}，令牌对{known}{logged_in}",))


async def check_dingtalk(environment: Environment, *, api_base: str = API, oapi_base: str = OAPI) -> Found:
    """The steps to DingTalk: its addresses, the credentials, and a place for a stream, which is not taken."""
    client_id, secret = environment.dingtalk_client_id, environment.dingtalk_client_secret
    if client_id is None or secret is None:
        return Found()
    for base in (api_base, oapi_base):
        scheme, _, place = base.partition("://")
        reached = await _reach(place if ":" in place else f"{place}:{443 if scheme == 'https' else 80}")
        if reached is not None:
            return Found(faults=(f"钉钉：{reached}。这台机器要能访问外网",))
    timings = DingtalkTimings(connect=WITHIN, call=WITHIN)
    http = DingtalkHttp(timings=timings)
    api = DingtalkApi(
        http=http,
        client_id=client_id,
        client_secret=secret.get_secret_value(),
        clock=SystemClock(),
        timings=timings,
        api_base=api_base,
        oapi_base=oapi_base,
    )
    async with http:
        try:
            await api.token()
        except Refused as refused:
            return Found(
                faults=(f"钉钉：{refused.reason}（XIAOWEI_DINGTALK_CLIENT_ID、XIAOWEI_DINGTALK_CLIENT_SECRET）",)
            )
        except SendFailed as failure:
            return Found(faults=(f"钉钉：拿不到访问凭证，{failure.reason}",))
        try:
            await api.open_line(_SUBSCRIPTIONS)
        except SendFailed as failure:
            hint = "请到开发者后台看机器人的消息接收模式是不是 Stream，应用发布了没有"
            return Found(faults=(f"钉钉：要不到长连接，{failure.reason}。{hint}",))
    robot = environment.dingtalk_robot_code
    code = "机器人编码用 Client ID（没有另设）" if robot is None else "机器人编码是另设的，发不出去时先核对它"
    return Found(fine=(f"✓ 钉钉：开放接口连得上，凭证对，长连接要得到；{code}",))


async def _reach(endpoint: str) -> str | None:
    """What is wrong on the way to ``host:port``; None if something listens there."""
    host, _, port = endpoint.rpartition(":")
    host = host.strip("[]")
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(WITHIN):
            await loop.getaddrinfo(host, int(port))
    except (OSError, TimeoutError, UnicodeError):
        return f"找不到主机 {host}：请核对写法，看这台机器的域名解析（DNS）通不通"
    try:
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(host, int(port))
    except TimeoutError:
        return f"{endpoint} 没有回应：请看对方在不在运行，防火墙放不放行"
    except (OSError, OverflowError):
        return f"{endpoint} 拒绝连接：请看对方有没有在运行，端口对不对"
    writer.close()
    return None


async def _answers(wire: Wire) -> str:
    """Ask the smallest question that needs the token; raises WireFault."""
    try:
        answer = await wire.call("version", messages.VersionRequest())
    except WireFault as fault:
        if fault.fault is Fault.UNSUPPORTED:
            return ""
        raise
    return f"，版本 {answer.version}" if answer.version else ""


async def _login(wire: Wire) -> str:
    """Whether an account is logged in, as far as a gateway without a bot tells."""
    try:
        rooms = await wire.call("room_list", messages.RoomListRequest())
    except WireFault:
        return "；账号登录没有，要等小微运行才知道"
    return "；账号已经登录" if rooms.ids else "；账号登录没有，要等小微运行才知道"
