"""``xiaowei check`` for the real platforms: every step of connecting, one by one, until the first that fails.

Nothing is taken from a bot that runs: no event stream is opened and no websocket connected, so no message is stolen.
Credentials are never printed.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import SystemClock
from bot.connecting import wechat_tls
from bot.domain.gaps import Stretch
from bot.domain.org import Organisation
from bot.domain.workdays import local
from bot.platforms.dingtalk_api import API, OAPI, DingtalkApi, Refused
from bot.platforms.dingtalk_http import DingtalkHttp
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState, SendFailed
from bot.settings import Environment

WITHIN = 5.0
"""Seconds that one step may take."""
GAPS_SINCE = timedelta(days=7)
_MOST_GAPS = 5
_SUBSCRIPTIONS = ({"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},)
_NAMES = {"wechat": "微信", "dingtalk": "钉钉"}
_STATES = {
    LineState.CONNECTING: "正在连",
    LineState.SCAN: "等着扫码登录：码在运行小微的窗口和网页的“线路”页上",
    LineState.ONLINE: "通着",
    LineState.LOGGED_OUT: "账号被退出登录了：请用登录小微的手机重新登录",
    LineState.REFUSED: "那边不认小微",
    LineState.OFFLINE: "连不上，小微在自动重连",
}
_WIRE_FAULTS: Mapping[Fault, str] = {
    Fault.UNREACHABLE: "连得上端口，但建不起连接：请看网关是不是刚启动、有没有报错",
    Fault.BROKEN: "连接马上断了：多半是加密设置不一样，请核对 XIAOWEI_WECHAT_TLS 和网关的设置",
    Fault.TIMEOUT: "网关不回话：请看网关有没有卡住，重启网关试试",
    Fault.TOKEN: "网关不认令牌：请核对 XIAOWEI_WECHAT_TOKEN 和网关启动时用的是不是同一个",
    Fault.CERTIFICATE: "证书信不过，或网关没有开加密："
    "请核对 XIAOWEI_WECHAT_CA、XIAOWEI_WECHAT_SERVER_NAME 和 XIAOWEI_WECHAT_TLS",
    Fault.NOT_A_GATEWAY: "这个端口上回话的不是 Wechaty 网关：请核对 XIAOWEI_WECHAT_ENDPOINT",
}
_PERMITTED: Mapping[str, str] = {
    "wechat": "微信：腾讯不许用程序操作个人微信号，可能限制功能或封号，用不用要由县里定；官方的办法是企业微信"
    "（网关换成企业微信的）。不接也能用：值班员把群里的话私下转给小微（“转：…”），"
    "或者用 xiaowei import chat 收进聊天记录",
    "dingtalk": "钉钉：企业内部应用的机器人是钉钉官方的办法，可以放心用；它只听得到@它的话，"
    "没@的由值班员私下转给小微（“转：…”）",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found, in words for an operator: what is well, and what needs somebody."""

    fine: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        """Both, this one first."""
        return Found(fine=self.fine + other.fine, faults=self.faults + other.faults)


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


def check_lines(
    lines: tuple[LineRecord, ...], leases: tuple[Lease, ...], gaps: tuple[Gap, ...], *, now: datetime, names: set[str]
) -> Found:
    """How the lines of these platforms stand by the database: state, who has them, when nothing was heard."""
    fine: list[str] = []
    faults: list[str] = []
    holders = {lease.name: lease for lease in leases if lease.until > now}
    for name in sorted(names):
        called = _NAMES.get(name, name)
        line = next((line for line in lines if line.platform == name), None)
        holder = holders.get(name)
        if holder is None or line is None:
            fine.append(f"· {called}：现在没有小微在收消息，运行 xiaowei run 就开始收")
        elif line.is_online:
            fine.append(f"✓ {called}线路：{local(line.at):%m-%d %H:%M} 起通着，由 {holder.holder} 管着")
        else:
            why = f"（{line.why}）" if line.why else ""
            faults.append(f"{called}线路：{local(line.at):%m-%d %H:%M} 起{_STATES[line.state]}{why}")
        own = [gap for gap in gaps if gap.platform == name]
        fine += [f"· {called} {_span(gap)}，这段时间群里的话没收到" for gap in own[-_MOST_GAPS:]]
        if len(own) > _MOST_GAPS:
            fine.append(f"· {called}最近 7 天还有 {len(own) - _MOST_GAPS} 次断线，网页的“线路”页上有")
    return Found(fine=tuple(fine), faults=tuple(faults))


def check_practice_accounts(org: Organisation, names: set[str]) -> Found:
    """Officers who have a practice account beside a real one: with a real platform nobody can play them."""
    both = [
        person
        for person in org.people.values()
        if {account.platform for account in person.accounts} >= {"practice"}
        and names & {account.platform for account in person.accounts}
    ]
    if not both:
        return Found()
    said = (
        f"· 练习账号：有 {len(both)} 位干部既有练习账号又有微信、钉钉账号；接了真的平台，练习厅里就不能扮演他们，"
        "免得别人用他们的名义办真的工单"
    )
    return Found(fine=(said,))


def permitted(names: set[str]) -> tuple[str, ...]:
    """What the owner of each platform allows, what is risky, and what the official way is."""
    return tuple(f"· {_PERMITTED[name]}" for name in sorted(names) if name in _PERMITTED)


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


def _span(gap: Gap) -> str:
    until = local(gap.until)
    end = f"{until:%H:%M}" if until.date() == local(gap.since).date() else f"{until:%m-%d %H:%M}"
    minutes = Stretch(since=gap.since, until=gap.until).minutes
    return f"{local(gap.since):%m-%d %H:%M}–{end} 断过线（{minutes} 分钟）"
