"""Stories of a line that breaks: the operator is told once, the groups are asked once, the inspector sees it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.clock import SetClock
from bot.domain.messages import Outgoing, OutKind, ToAccount, ToGroup
from bot.domain.org import Account, Organisation, Person
from bot.domain.workdays import local
from bot.handlers.judge import Judge
from bot.lines import Board, Lines
from bot.platforms.practice import PracticePlatform
from bot.ports import Sent
from bot.ports.platform import Capabilities, Gap, LineState, LineStatus, Parcel, Platform
from bot.settings import Settings
from tests.flow.village import Village
from tests.world import at

WECHAT = "wechat"


class Wechat(PracticePlatform):
    """A platform with a line: it hears everything, and gives posts back."""

    def __init__(self) -> None:
        super().__init__(WECHAT)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(hears_all=True, echoes_own=True)

    async def send(self, parcel: Parcel) -> str:
        return f"wx-{parcel.id}"


def on_wechat(settings: Settings) -> Settings:
    """The demo county with 柳湾村's first group on WeChat; 石一航 has an account there, and one on DingTalk."""
    org = settings.county
    group = replace(org.groups["g-lw1"], platform=WECHAT, conversation="room-1")
    people = dict(org.people)
    operator: Person = people["p-syh"]
    both = (Account(platform=WECHAT, id="wx-syh"), Account(platform="dingtalk", id="syh"), *operator.accounts)
    people["p-syh"] = replace(operator, accounts=both)
    county = Organisation(units=org.units, groups={**org.groups, "g-lw1": group}, people=people)
    return replace(settings, county=county)


class WiredVillage(Village):
    """A village whose first group lives on WeChat, with the line to it."""

    lines: Lines
    board: Board

    def platforms(self) -> Mapping[str, Platform]:
        return {"practice": PracticePlatform(), "dingtalk": PracticePlatform("dingtalk"), WECHAT: Wechat()}

    async def opens(self) -> None:
        await super().opens()
        self.board = Board([WECHAT])
        self.lines = Lines(
            store=self.store,
            clock=self.clock,
            receiver=self,  # type: ignore[arg-type]  # nothing is received in these stories
            board=self.board,
            group_at=lambda _platform, conversation: {"room-1": "g-lw1"}.get(conversation),
            admits=self._admits,
            rules=self.settings.rules.lines,
            changed=lambda: None,
            opened=lambda: None,
            show_code=lambda _platform, _code: None,
        )
        await self.lines.begin(WECHAT)

    async def _admits(self, _knock: object) -> bool:
        return False

    async def line(self, state: LineState, *, why: str = "") -> None:
        """The line stands so from now on."""
        await self.lines.line_changed(LineStatus(platform=WECHAT, state=state, at=self.now, why=why, account="wx-bot"))

    async def deaf(self, *, hours: float = 0, minutes: float = 0, why: str = "网关重启") -> None:
        """The line breaks now, and is whole again after that; the round of every half minute goes on meanwhile."""
        since = self.now
        await self.line(LineState.OFFLINE, why=why)
        left = timedelta(hours=hours, minutes=minutes)
        while left > timedelta():
            step = min(left, timedelta(minutes=5))
            await self.wait(minutes=step / timedelta(minutes=1))
            await self.lines.look(self.now)
            left -= step
        await self.line(LineState.ONLINE)
        await self.lines.missed(Gap(platform=WECHAT, account="wx-bot", since=since, until=self.now, why=why))

    async def heard_by(self, group: str) -> list[str]:
        """What the group was told because of the line, each with its time."""
        return [
            _said(one)
            for one in await self.sent(OutKind.NOTICE)
            if one.outgoing.to == ToGroup(group=group) and "没连上" in one.outgoing.text
        ]

    async def alarms(self) -> list[str]:
        """What the operator was told, each with its time and where."""
        return [f"{_where(one.outgoing)} {_said(one)}" for one in await self.sent(OutKind.ALERT)]


def _said(sent: Sent) -> str:
    return f"{local(sent.sent_at or sent.created_at):%m-%d %H:%M} {sent.outgoing.text}"


def _where(outgoing: Outgoing) -> str:
    return outgoing.to.platform if isinstance(outgoing.to, ToAccount) else "person"


@pytest_asyncio.fixture
async def wired(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[WiredVillage]:
    village = await WiredVillage.wakes(
        folder=tmp_path, empty=empty_database, settings=on_wechat(settings), judge=judge, begins="2026-03-06 09:00"
    )
    assert isinstance(village, WiredVillage)
    yield village
    await village.closes()


async def test_a_break_of_half_an_hour_by_day(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 09:10")
    await wired.deaf(minutes=35)
    await wired.wait(minutes=30)

    assert await wired.alarms() == [
        (
            "dingtalk 03-06 09:20 【线路】微信从今天09:10起断着：连不上（网关重启）。"
            "这段时间群里的话收不到，也发不出去。\n"
            "小微会一直重连。请看网络和网关在不在运行，或运行 xiaowei check 看卡在哪一步。"
        ),
        "person 03-06 09:45 【线路】微信好了。今天09:10–09:45断过（35分钟），这段时间群里的话没收到。",
    ]
    assert await wired.heard_by("g-lw1") == [
        "03-06 09:46 今天09:10到09:45小微没连上，那段时间说的话没收到。有事请再说一遍，不好意思。"
    ]
    assert await wired.heard_by("g-lw2") == [], "the other group is on another platform"


async def test_the_inspector_finds_the_break_in_the_digest(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 09:10")
    await wired.deaf(minutes=35)
    await wired.until("2026-03-06 17:05")
    page = next(text for text in await wired.told("周明礼", OutKind.DIGEST))
    assert "断过线（1）\n· 微信今天09:10–09:45断过线（35分钟），这段时间群里的话没收到，有事请村民再说一遍" in page


async def test_while_the_line_is_broken_its_groups_are_not_heard(wired: WiredVillage) -> None:
    await wired.says("阿珍", "今天天气不错")
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 16:00")
    await wired.line(LineState.LOGGED_OUT)
    await wired.until("2026-03-06 17:05")
    page = next(text for text in await wired.told("周明礼", OutKind.DIGEST))
    assert "柳湾村“柳湾村村民群①”：听不到，线路从3月6日（周五）16:00起断着，请管理员检查" in page


async def test_a_break_in_the_night_wakes_nobody_and_is_nobodys_loss(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 22:00")
    await wired.deaf(hours=6)
    await wired.until("2026-03-07 09:00")
    assert await wired.alarms() == [
        "person 03-07 07:30 【线路】微信好了。3月6日（周五）22:00–今天04:00断过（360分钟），这段时间群里的话没收到。"
    ]
    assert await wired.heard_by("g-lw1") == []


async def test_a_break_from_the_evening_into_the_night_is_spoken_of_in_the_morning(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 20:00")
    await wired.deaf(hours=3)
    await wired.until("2026-03-07 09:00")
    assert await wired.heard_by("g-lw1") == [
        "03-07 07:30 3月6日（周五）20:00到23:00小微没连上，那段时间说的话没收到。有事请再说一遍，不好意思。"
    ]


async def test_a_line_that_breaks_all_morning_is_spoken_of_twice_at_most(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    for _ in range(8):
        await wired.deaf(minutes=12)
        await wired.wait(minutes=8)
    assert len(await wired.heard_by("g-lw1")) == 2


async def test_a_county_may_switch_the_words_to_the_groups_off(wired: WiredVillage) -> None:
    rules = wired.settings.rules
    off = rules.model_copy(update={"lines": rules.lines.model_copy(update={"tell_groups": False})})
    await wired.restarts(settings=replace(wired.settings, rules=off))
    await wired.line(LineState.ONLINE)
    await wired.deaf(minutes=35)
    await wired.wait(minutes=30)
    assert await wired.heard_by("g-lw1") == []
    assert len(await wired.alarms()) == 2


async def test_only_the_echo_proves_that_the_group_hears_us(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 11:00")
    heard = (await wired.store.hearing(["g-lw1"]))["g-lw1"]
    assert heard.posted_at is None or heard.echoed_at is None
    await wired.lines.echoed(WECHAT, "room-1", at=at("2026-03-06 11:00"))
    heard = (await wired.store.hearing(["g-lw1"]))["g-lw1"]
    assert heard.echoed_at == at("2026-03-06 11:00")


async def test_a_restart_of_the_bot_is_a_break_too(wired: WiredVillage) -> None:
    await wired.line(LineState.ONLINE)
    await wired.until("2026-03-06 10:00")
    await wired.lines.end(WECHAT)
    wired.clock = SetClock(at("2026-03-06 10:40"))
    await wired.restarts()
    await wired.line(LineState.CONNECTING)
    await wired.line(LineState.ONLINE)
    await wired.wait(minutes=5)
    (gap,) = await wired.store.gaps(since=at("2026-03-06 09:00"))
    assert (gap.since, gap.until) == (at("2026-03-06 10:00"), at("2026-03-06 10:40"))
    assert len(await wired.heard_by("g-lw1")) == 1
