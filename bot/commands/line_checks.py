"""``xiaowei check`` for the real platforms: how their lines stood lately, and what their owners allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.gaps import Stretch
from bot.domain.org import Organisation
from bot.domain.workdays import local
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState

GAPS_SINCE = timedelta(days=7)
_MOST_GAPS = 5
_NAMES = {"wechat": "微信", "dingtalk": "钉钉"}
_STATES = {
    LineState.CONNECTING: "正在连",
    LineState.SCAN: "等着扫码登录：码在运行小微的窗口和网页的“线路”页上",
    LineState.ONLINE: "通着",
    LineState.LOGGED_OUT: "账号被退出登录了：请用登录小微的手机重新登录",
    LineState.REFUSED: "那边不认小微",
    LineState.OFFLINE: "连不上，小微在自动重连",
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


def _span(gap: Gap) -> str:
    until = local(gap.until)
    end = f"{until:%H:%M}" if until.date() == local(gap.since).date() else f"{until:%m-%d %H:%M}"
    minutes = Stretch(since=gap.since, until=gap.until).minutes
    return f"{local(gap.since):%m-%d %H:%M}–{end} 断过线（{minutes} 分钟）"
