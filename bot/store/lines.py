"""The lines to the platforms as they are kept: how they stand, when nothing was heard, and who owns an account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, delete, or_, select

from bot.ports.lines import Lease, LineRecord
from bot.ports.platform import Gap, LineState
from bot.store.engine import Database
from bot.store.inbox import add_to_days, hearing, later
from bot.store.line_tables import GAPS, LEASES, LINES
from bot.store.rows import LOCAL
from bot.store.tables import upsert

_STATED: Final = ("state", "at", "account", "why", "qr", "whole_at", "down_since")

ASTRAY: Final = timedelta(minutes=5)
"""A lease that lasts so much longer than a new one would was taken before a clock was put back: it binds nobody."""


class LineRecords:
    """``ports.lines.LineStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def line_states(self) -> tuple[LineRecord, ...]:
        """Every line known, by platform."""
        return await self.database.read(lines_of)

    async def save_line(self, line: LineRecord) -> None:
        """Keep how a line stands."""
        await self.database.write(partial(_save, line=line))

    async def still_whole(self, platform: str, *, at: datetime) -> None:
        """Keep that a line was whole at an instant; an earlier one than is known changes nothing."""
        await self.database.write(partial(_still_whole, platform=platform, at=at))

    async def add_gap(self, gap: Gap) -> bool:
        """Keep a time in which nothing was heard; False if it is known. Empty ones are left out."""
        work: Callable[[Connection], bool] = partial(_add_gap, gap=gap)
        return gap.since < gap.until and await self.database.write(work)

    async def gaps(self, *, since: datetime) -> tuple[Gap, ...]:
        """The gaps that ended after an instant, by their beginning."""
        return await self.database.read(partial(gaps_of, since=since))

    async def echoed(self, group: str, *, at: datetime) -> None:
        """Keep that the bot's own post came back from a group (R36)."""
        await self.database.write(partial(_echoed, group=group, at=at))

    async def take_lease(self, name: str, holder: str, *, now: datetime, until: datetime) -> Lease:
        """Own something until then if it is free, over, or one's own; returns who owns it now."""
        return await self.database.write(partial(_take, lease=Lease(name=name, holder=holder, until=until), now=now))

    async def give_up_lease(self, name: str, holder: str) -> None:
        """Let others have it at once."""
        await self.database.write(partial(_give_up, name=name, holder=holder))

    async def leases(self) -> tuple[Lease, ...]:
        """All of them, over or not, by name."""
        return await self.database.read(_leases)


def lines_of(connection: Connection) -> tuple[LineRecord, ...]:
    """Every line known, by platform."""
    return tuple(map(_line, connection.execute(select(LINES).order_by(LINES.c.platform))))


def _line(row: Row[Any]) -> LineRecord:
    return LineRecord(
        platform=row.platform,
        state=LineState(row.state),
        at=row.at,
        account=row.account,
        why=row.why,
        qr=row.qr or None,
        whole_at=row.whole_at,
        down_since=row.down_since,
    )


def _save(connection: Connection, line: LineRecord) -> None:
    values = {name: getattr(line, name) for name in _STATED} | {"state": line.state.value}
    statement = upsert(connection, LINES).values(platform=line.platform, **values)
    changes: dict[str, Any] = {name: statement.excluded[name] for name in _STATED}
    changes["whole_at"] = later(LINES, statement, "whole_at")
    connection.execute(statement.on_conflict_do_update(index_elements=["platform"], set_=changes))


def _still_whole(connection: Connection, platform: str, at: datetime) -> None:
    older = or_(LINES.c.whole_at.is_(None), LINES.c.whole_at < at)
    connection.execute(LINES.update().where(LINES.c.platform == platform, older).values(whole_at=at))


def _add_gap(connection: Connection, gap: Gap) -> bool:
    values = {"platform": gap.platform, "account": gap.account, "since": gap.since, "until": gap.until, "why": gap.why}
    statement = upsert(connection, GAPS).values(**values).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def gaps_of(connection: Connection, since: datetime) -> tuple[Gap, ...]:
    """The gaps that ended after an instant, by their beginning."""
    query = select(GAPS).where(GAPS.c.until > since).order_by(GAPS.c.since, GAPS.c.platform, GAPS.c.id)
    return tuple(
        Gap(platform=row.platform, account=row.account, since=row.since, until=row.until, why=row.why)
        for row in connection.execute(query)
    )


def _echoed(connection: Connection, group: str, at: datetime) -> None:
    connection.execute(hearing(connection.dialect.name, "echoed_at"), {"group_id": group, "echoed_at": at})
    add_to_days(connection, [{"group_id": group, "day": at.astimezone(LOCAL).date(), "heard": 1}])


def _take(connection: Connection, lease: Lease, now: datetime) -> Lease:
    """One statement decides, so that of two processes that ask together one gets it."""
    statement = upsert(connection, LEASES).values(name=lease.name, holder=lease.holder, until=lease.until)
    astray = LEASES.c.until > lease.until + ASTRAY
    free = or_(LEASES.c.until <= now, LEASES.c.holder == lease.holder, astray)
    changes = {"holder": statement.excluded.holder, "until": statement.excluded.until}
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes, where=free))
    row = connection.execute(select(LEASES).where(LEASES.c.name == lease.name)).one()
    return Lease(name=row.name, holder=row.holder, until=row.until)


def _give_up(connection: Connection, name: str, holder: str) -> None:
    connection.execute(delete(LEASES).where(and_(LEASES.c.name == name, LEASES.c.holder == holder)))


def _leases(connection: Connection) -> tuple[Lease, ...]:
    rows = connection.execute(select(LEASES).order_by(LEASES.c.name))
    return tuple(Lease(name=row.name, holder=row.holder, until=row.until) for row in rows)
