"""What of the machine and of the bot as a whole needs the operator now; the same for alarms, ``check`` and metrics."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alarm_rules import AlarmRules
from bot.domain.gaps import Stretch
from bot.domain.operator_signs import Sign, SignKind
from bot.domain.workdays import SHANGHAI, WorkCalendar, local
from bot.ports.operator import Standing
from bot.ports.platform import Gap

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Disk:
    """Room on the disk of a folder, in bytes. ``folder`` is how the operator would find it."""

    folder: str
    free: int
    total: int

    @property
    def percent_free(self) -> int:
        """Whole percent, rounded down."""
        return 100 if self.total == 0 else 100 * self.free // self.total


@dataclass(frozen=True, kw_only=True, slots=True)
class Jump:
    """The clock of the machine went forward or back by so much, noticed at ``at`` by the new time."""

    at: datetime
    by: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """How the machine stands. ``backups`` is the folder of backups, None if none is set.

    ``backup_at`` is when the newest one there was made; None if there is none.
    """

    disks: tuple[Disk, ...] = ()
    backups: str | None = None
    backup_at: datetime | None = None
    jump: Jump | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything that signs are read from. ``lines_told_after`` is when a broken line is told by itself."""

    standing: Standing
    machine: Machine
    calendar: WorkCalendar
    rules: AlarmRules
    lines_told_after: timedelta


def signs(facts: Facts, now: datetime) -> tuple[Sign, ...]:
    """Everything that needs the operator at ``now``, the most pressing first."""
    found = (_waiting, _late, _disks, _jobs, _gaps, _doubt, _backup, _clock, _calendar)
    return tuple(sign for find in found for sign in find(facts, now))


def _waiting(facts: Facts, now: datetime) -> Iterator[Sign]:
    since = facts.standing.waiting_since
    if since is not None and now - since >= timedelta(minutes=facts.rules.waiting_minutes):
        yield Sign(kind=SignKind.WAITING, since=since, values={"count": str(facts.standing.waiting)})


def _late(facts: Facts, now: datetime) -> Iterator[Sign]:
    since = facts.standing.late_since
    if since is not None and now - since >= timedelta(minutes=facts.rules.job_late_minutes):
        yield Sign(kind=SignKind.LATE, since=since)


def _disks(facts: Facts, now: datetime) -> Iterator[Sign]:
    for disk in facts.machine.disks:
        if disk.free < facts.rules.disk_free_mib * MIB or disk.percent_free < facts.rules.disk_free_percent:
            values = {"free": str(disk.free // MIB), "percent": str(disk.percent_free), "folder": disk.folder}
            yield Sign(kind=SignKind.DISK, subject=disk.folder, since=now, values=values)


def _jobs(facts: Facts, now: datetime) -> Iterator[Sign]:
    del now
    failing = [one for one in facts.standing.failing if one.tries >= facts.rules.job_failures]
    for job in sorted({one.job for one in failing}):
        own = [one for one in failing if one.job == job]
        values = {"job": job, "tries": str(max(one.tries for one in own)), "cause": own[0].cause}
        yield Sign(kind=SignKind.JOB, subject=job, since=min(one.due_at for one in own), values=values)


def _gaps(facts: Facts, now: datetime) -> Iterator[Sign]:
    """A gap of which the alarm of a broken line has not told already."""
    del now
    for gap in facts.standing.gaps:
        stretch = Stretch(since=gap.since, until=gap.until)
        if gap.until - gap.since >= timedelta(minutes=facts.rules.gap_minutes) and not _told_by_line(gap, facts):
            values = {"platform": gap.platform, "minutes": str(stretch.minutes), "why": gap.why}
            values["until"] = gap.until.isoformat()
            yield Sign(
                kind=SignKind.GAP, subject=f"{gap.platform}/{gap.since.isoformat()}", since=gap.since, values=values
            )


def _told_by_line(gap: Gap, facts: Facts) -> bool:
    for line in facts.standing.lines:
        began = line.down_since
        if line.platform == gap.platform and began is not None and began < gap.until:
            return gap.until - began >= facts.lines_told_after and began - gap.since < facts.lines_told_after
    return False


def _doubt(facts: Facts, now: datetime) -> Iterator[Sign]:
    """Told once a day at most."""
    del now
    at = facts.standing.given_up_at
    if at is not None:
        values = {"count": str(facts.standing.given_up)}
        yield Sign(kind=SignKind.DOUBT, subject=local(at).date().isoformat(), since=at, values=values)


def _backup(facts: Facts, now: datetime) -> Iterator[Sign]:
    machine = facts.machine
    if machine.backups is None:
        return
    if machine.backup_at is None:
        yield Sign(kind=SignKind.BACKUP, since=now, values={"folder": machine.backups, "none": "1"})
    elif now - machine.backup_at > timedelta(days=facts.rules.backup_days):
        yield Sign(kind=SignKind.BACKUP, since=machine.backup_at, values={"folder": machine.backups})


def _clock(facts: Facts, now: datetime) -> Iterator[Sign]:
    jump = facts.machine.jump
    if jump is not None and abs(now - jump.at) < timedelta(days=1):
        minutes = int(abs(jump.by).total_seconds() // 60)
        values = {"minutes": str(minutes), "back": "1" if jump.by < timedelta(0) else ""}
        yield Sign(kind=SignKind.CLOCK, subject=jump.at.isoformat(), since=jump.at, values=values)


def _calendar(facts: Facts, now: datetime) -> Iterator[Sign]:
    """This year's holidays, and from the month in the rules on next year's: matters run over New Year by then."""
    today = local(now).date()
    begins = {today.year: 1, today.year + 1: facts.rules.calendar_month}
    for year, month in begins.items():
        if not facts.calendar.knows(year) and (year == today.year or today.month >= month):
            since = datetime(today.year, month, 1, tzinfo=SHANGHAI)
            yield Sign(kind=SignKind.CALENDAR, subject=str(year), since=since, values={"year": str(year)})
