"""``/metrics`` for Prometheus: how the whole bot stands. Counts and ages only: no text, name, account or group."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.categories import Category
from bot.domain.operator_signs import Sign, SignKind
from bot.patrol.operator_signs import Machine
from bot.ports import SendState
from bot.ports.operator import Standing
from bot.ports.platform import LineState

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_APPEALS: Final = tuple(one.value for one in Category if one not in (Category.NONE, Category.CLUE))
"""Clues are not counted where others look: a small number tells that somebody spoke (R50)."""
_SENDS: Final = (SendState.SENT.value, SendState.FAILED.value)
_MESSAGES: Final = ("handled", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What ended since this process began to count, in the whole database."""

    messages: Mapping[str, int] = field(default_factory=dict)
    sends: Mapping[str, int] = field(default_factory=dict)
    tickets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """What is measured at an instant (aware). ``standing`` is None while the database is away.

    ``seconds`` are how long the database took by kind of access; ``loops`` the seconds since each loop's last word.
    """

    at: datetime
    machine: Machine
    platforms: tuple[str, ...] = ()
    standing: Standing | None = None
    totals: Totals = field(default_factory=Totals)
    seconds: Mapping[str, float] = field(default_factory=dict)
    loops: Mapping[str, float] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()


class Monitor(Protocol):
    """Who measures, and not more often than is good."""

    async def snapshot(self) -> Snapshot:
        """How it stands now; never raises for a database that is away."""
        ...


MONITOR = web.AppKey("monitor", Monitor)


async def metrics(request: web.Request) -> web.StreamResponse:
    """Everything measured, in Prometheus' text format."""
    snapshot = await request.app[MONITOR].snapshot()
    return web.Response(body=exposition(snapshot), headers={"Content-Type": CONTENT_TYPE})


def exposition(snapshot: Snapshot) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Of(snapshot))
    return generate_latest(registry)


class _Of(Collector):
    """One snapshot as metrics."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """Every family, each with all its labels, so that a series is there before it is needed."""
        snapshot = self._snapshot
        yield _one("database_up", "1 if the database can be read and written.", float(snapshot.standing is not None))
        yield _by("database_seconds", "Seconds of the last probe.", "access", snapshot.seconds)
        yield _by("loop_age_seconds", "Seconds since a loop of this process turned.", "loop", snapshot.loops)
        yield from _machine(snapshot)
        if snapshot.standing is not None:
            yield from _standing(snapshot.standing, snapshot.platforms)
            yield from _totals(snapshot.totals)
            active = {kind.value: 0.0 for kind in SignKind}
            for sign in snapshot.signs:
                active[sign.kind.value] += 1
            yield _by("alarms", "Troubles that need the operator now.", "kind", active)


def _machine(snapshot: Snapshot) -> Iterator[Metric]:
    machine = snapshot.machine
    free = {disk.folder: float(disk.free) for disk in machine.disks}
    yield _by("disk_free_bytes", "Room on the disk of a folder of the bot.", "folder", free)
    if machine.backup_at is not None:
        age = _age(machine.backup_at, snapshot.at)
        yield _one("backup_age_seconds", "Age of the newest backup.", age)


def _standing(standing: Standing, platforms: tuple[str, ...]) -> Iterator[Metric]:
    now = standing.at
    yield _one("inbox_waiting", "Messages that came in and are not handled.", standing.waiting)
    yield _one("inbox_age_seconds", "Age of the oldest of them.", _age(standing.waiting_since, now))
    cries = "Age of the oldest of them that may be a cry for help."
    yield _one("inbox_urgent_age_seconds", cries, _age(standing.crying_since, now))
    yield _one("outbox_due", "Messages that might have gone by now.", standing.unsent)
    yield _one("outbox_age_seconds", "How long the oldest of them has been due.", _age(standing.unsent_since, now))
    yield _one("sends_in_doubt", "Sends whose result is being found out.", standing.in_doubt)
    yield _one("sends_given_up_day", "Sends of the last day of which nobody will know.", standing.given_up)
    yield _one("schedule_lag_seconds", "How late the oldest untried run is.", _age(standing.late_since, now))
    yield _one("schedule_missed_day", "Runs of the last day that were found too late.", standing.missed)
    failing = GaugeMetricFamily("xiaowei_job_tries", "Tries of a run that fails again and again.", labels=["job"])
    for job in sorted({one.job for one in standing.failing}):
        failing.add_metric([job], max(one.tries for one in standing.failing if one.job == job))
    yield failing
    states = GaugeMetricFamily("xiaowei_line_state", "1 for the state of a line.", labels=["platform", "state"])
    gaps = dict.fromkeys(platforms, 0.0)
    for line in standing.lines:
        if line.platform in platforms:
            for state in LineState:
                states.add_metric([line.platform, state.value], float(line.state is state))
    yield states
    for gap in standing.gaps:
        if gap.platform in gaps:
            gaps[gap.platform] += (gap.until - gap.since).total_seconds()
    yield _by("deaf_seconds_day", "Seconds unheard in gaps that ended within the last day.", "platform", gaps)


def _totals(totals: Totals) -> Iterator[Metric]:
    told = (
        ("messages", "Messages that came to an end, by result.", "result", _MESSAGES, totals.messages),
        ("sends", "Sends that came to an end, by result.", "result", _SENDS, totals.sends),
        ("tickets", "Tickets that were opened, by category.", "category", _APPEALS, totals.tickets),
    )
    for name, text, label, labels, counts in told:
        family = CounterMetricFamily(f"xiaowei_{name}", text, labels=[label])
        for value in labels:
            family.add_metric([value], counts.get(value, 0))
        yield family


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"xiaowei_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"xiaowei_{name}", text, labels=[label])
    for value, measured in sorted(values.items()):
        family.add_metric([value], measured)
    return family


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds, 0 if there is nothing; never negative, whatever the clock did."""
    return 0.0 if since is None else max(now - since, timedelta(0)).total_seconds()
