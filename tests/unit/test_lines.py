"""The lines as they are kept: trouble begins and ends once, a restart is a gap, a lost database is waited for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.domain.messages import Incoming
from bot.domain.outcome import Job, Slot
from bot.domain.rules import Lines as LineRules
from bot.lines import Board, Lines
from bot.ports import StoreUnavailable
from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, Knock, KnockKind, LineState, LineStatus
from tests.world import at

NINE = at("2026-03-06 09:00")


@dataclass
class Kept:
    """``bot.lines.Records`` in lists, which can be away."""

    lines: dict[str, LineRecord] = field(default_factory=dict)
    kept_gaps: list[Gap] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    echoes: dict[str, datetime] = field(default_factory=dict)
    away: bool = False

    def _there(self) -> None:
        if self.away:
            message = "数据库不在"
            raise StoreUnavailable(message)

    async def line_states(self) -> tuple[LineRecord, ...]:
        self._there()
        return tuple(self.lines.values())

    async def save_line(self, line: LineRecord) -> None:
        self._there()
        self.lines[line.platform] = line

    async def still_whole(self, platform: str, *, at: datetime) -> None:
        self._there()
        self.lines[platform] = replace(self.lines[platform], whole_at=at)

    async def add_gap(self, gap: Gap) -> bool:
        self._there()
        self.kept_gaps.append(gap)
        return True

    async def gaps(self, *, since: datetime) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.kept_gaps if gap.until > since)

    async def echoed(self, group: str, *, at: datetime) -> None:
        self._there()
        self.echoes[group] = at

    async def take_lease(self, name: str, holder: str, *, now: datetime, until: datetime) -> Lease:
        del now
        return Lease(name=name, holder=holder, until=until)

    async def give_up_lease(self, name: str, holder: str) -> None:
        """Nothing to give up."""

    async def leases(self) -> Sequence[Lease]:
        return ()

    async def add_slots(self, slots: Sequence[Slot]) -> None:
        self._there()
        self.slots += [slot for slot in slots if slot not in self.slots]

    async def remember(self, key: str, value: str) -> None:
        self.facts[key] = value

    async def recall(self, key: str) -> str | None:
        return self.facts.get(key)


class Bot:
    """Receives nothing in these stories."""

    async def receive(self, incoming: Incoming) -> bool:
        del incoming
        return True


@dataclass
class Operator:
    """One process with the line to WeChat, and what it shows."""

    kept: Kept
    clock: SetClock
    codes: list[str] = field(default_factory=list)
    opened: int = 0

    def __post_init__(self) -> None:
        self.board = Board(["wechat"])
        self.lines = Lines(
            store=self.kept,
            clock=self.clock,
            receiver=Bot(),
            board=self.board,
            group_at=lambda _platform, conversation: {"c-1": "g-lw1"}.get(conversation),
            admits=self._admits,
            rules=LineRules(),
            changed=lambda: None,
            opened=self._open,
            show_code=lambda _platform, code: self.codes.append(code),
        )

    def _open(self) -> None:
        self.opened += 1

    async def _admits(self, _knock: Knock) -> bool:
        self.kept._there()  # noqa: SLF001 - the fake's own
        return True

    async def stands(self, when: datetime, state: LineState, *, why: str = "", qr: str | None = None) -> None:
        self.clock.set(when)
        await self.lines.line_changed(LineStatus(platform="wechat", state=state, at=when, why=why, qr=qr, account="wx"))

    async def looks(self) -> None:
        """The round that happens every half minute."""
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self.lines.watch(every=0))
            for _ in range(20):
                await asyncio.sleep(0)
            watching.cancel()


@pytest.fixture
def operator() -> Operator:
    return Operator(kept=Kept(), clock=SetClock(NINE))


def later(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


async def test_all_states_of_one_trouble_are_one_incident_with_one_beginning(operator: Operator) -> None:
    await operator.stands(later(0), LineState.ONLINE)
    await operator.stands(later(5), LineState.CONNECTING)
    await operator.stands(later(6), LineState.OFFLINE, why="连不上")
    await operator.stands(later(7), LineState.CONNECTING)
    line = operator.kept.lines["wechat"]
    assert (line.state, line.at, line.down_since) == (LineState.CONNECTING, later(7), later(5))
    await operator.stands(later(8), LineState.ONLINE)
    assert operator.kept.lines["wechat"].down_since == later(5)
    await operator.stands(later(9), LineState.LOGGED_OUT)
    assert operator.kept.lines["wechat"].down_since == later(9)


async def test_long_trouble_is_spoken_of_once_and_its_end_once(operator: Operator) -> None:
    await operator.stands(later(0), LineState.ONLINE)
    await operator.stands(later(1), LineState.OFFLINE, why="连不上")
    for minute in (5, 12, 13, 30):
        operator.clock.set(later(minute))
        await operator.looks()
    scope = f"wechat/{later(1).isoformat()}"
    assert operator.kept.slots == [Slot(at=later(12), job=Job.LINE, scope=scope)]
    await operator.stands(later(40), LineState.ONLINE)
    assert operator.kept.slots[1:] == [Slot(at=later(40), job=Job.LINE, scope=scope)]


async def test_short_trouble_is_not_spoken_of(operator: Operator) -> None:
    await operator.stands(later(0), LineState.ONLINE)
    await operator.stands(later(1), LineState.OFFLINE)
    await operator.stands(later(6), LineState.ONLINE)
    await operator.looks()
    assert operator.kept.slots == []


async def test_nothing_is_sent_to_a_line_before_it_stands(operator: Operator) -> None:
    assert not operator.board.is_open("wechat")
    assert operator.board.is_open("practice")
    await operator.stands(later(0), LineState.SCAN, qr="https://example.com/1")
    assert not operator.board.is_open("wechat")
    await operator.stands(later(1), LineState.ONLINE)
    assert (operator.board.is_open("wechat"), operator.opened) == (True, 1)
    await operator.lines.end("wechat")
    assert not operator.board.is_open("wechat")


async def test_a_code_is_shown_again_only_when_it_is_another(operator: Operator) -> None:
    for minute, code in ((0, "a"), (1, "a"), (2, "b")):
        await operator.stands(later(minute), LineState.SCAN, qr=code, why=f"第{minute}次")
    assert operator.codes == ["a", "b"]


async def test_a_restart_is_a_gap_from_the_last_sign_of_life(operator: Operator) -> None:
    await operator.stands(later(0), LineState.ONLINE)
    operator.clock.set(later(3))
    await operator.looks()

    after = Operator(kept=operator.kept, clock=SetClock(later(20)))
    await after.lines.begin("wechat")
    await after.stands(later(20), LineState.CONNECTING)
    assert after.kept.kept_gaps == []
    await after.stands(later(21), LineState.ONLINE)
    (gap,) = after.kept.kept_gaps
    assert (gap.since, gap.until, gap.why) == (later(3), later(21), "小微没有运行")
    assert [slot.job for slot in after.kept.slots] == [Job.GAP]


async def test_trouble_that_lasts_over_a_restart_is_still_the_same(operator: Operator) -> None:
    await operator.stands(later(0), LineState.LOGGED_OUT)
    after = Operator(kept=operator.kept, clock=SetClock(later(15)))
    await after.lines.begin("wechat")
    await after.stands(later(15), LineState.CONNECTING)
    assert after.kept.lines["wechat"].down_since == later(0)


async def test_while_the_database_is_away_nothing_is_forgotten(operator: Operator) -> None:
    await operator.stands(later(0), LineState.ONLINE)
    operator.kept.away = True
    await operator.stands(later(1), LineState.OFFLINE)
    await operator.stands(later(2), LineState.ONLINE)
    gap = Gap(platform="wechat", account="wx", since=later(1), until=later(2), why="网关重启")
    await operator.lines.missed(gap)
    await operator.lines.echoed("wechat", "c-1", at=later(2))
    assert not await operator.lines.admits(
        Knock(platform="wechat", id="k", kind=KnockKind.FRIEND, account="wx-2", name="", words="", at=later(2))
    )
    operator.kept.away = False
    await operator.looks()
    assert operator.kept.kept_gaps == [gap]
    assert operator.kept.lines["wechat"].at == later(2)


async def test_groups_hear_of_gaps_at_most_every_two_hours_and_of_short_ones_never(operator: Operator) -> None:
    for since, until in ((0, 5), (10, 30), (31, 50), (200, 215)):
        await operator.lines.missed(
            Gap(platform="wechat", account="wx", since=later(since), until=later(until), why="")
        )
    first, second, third = operator.kept.slots
    assert (first.at, first.scope) == (later(31), "wechat/")
    assert (second.at, second.scope) == (later(31 + 120), f"wechat/{later(31).isoformat()}")
    assert (third.at, third.scope) == (later(31 + 240), f"wechat/{later(151).isoformat()}")


async def test_the_echo_of_a_group_that_is_ours_is_kept(operator: Operator) -> None:
    await operator.lines.echoed("wechat", "c-1", at=later(1))
    await operator.lines.echoed("wechat", "c-elsewhere", at=later(1))
    assert operator.kept.echoes == {"g-lw1": later(1)}
