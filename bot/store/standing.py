"""How the whole bot stands, read by partial indexes and by ranges of primary keys: cheap at any size."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import Column, Connection, and_, func, or_, select, text

from bot.domain.tickets import EventKind
from bot.ports import SendState
from bot.ports.operator import GIVEN_UP_IN_DOUBT, Counted, Failing, Marks, Standing
from bot.store.engine import Database
from bot.store.lines import gaps_of, lines_of
from bot.store.tables import (
    BAD,
    CRYING,
    EVENTS,
    INBOX,
    MISSED,
    OPEN,
    OUTBOX,
    POSTPONED,
    SLOTS,
    TICKETS,
    TO_DO,
    WAITING,
)

DAY: Final = timedelta(days=1)
IN_DOUBT: Final = (SendState.SENDING.value, SendState.UNKNOWN.value)
_MOST: Final = 20_000
"""Rows counted in one look; what is more is counted by the next one."""
_AT_ONCE: Final = 500
_MOST_FAILING: Final = 20


class _Kind(NamedTuple):
    """Rows that end: how they are numbered, when they were made, where they stand, and which of them are open."""

    key: Column[int]
    made_at: Column[datetime]
    state: Column[str]
    is_open: str


_MESSAGES: Final = _Kind(key=INBOX.c.seq, made_at=INBOX.c.received_at, state=INBOX.c.state, is_open=WAITING)
_SENDS: Final = _Kind(key=OUTBOX.c.id, made_at=OUTBOX.c.created_at, state=OUTBOX.c.state, is_open=OPEN)


class StandingRecords:
    """``ports.operator.OperatorStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def standing(self, now: datetime) -> Standing:
        """How things stand: a few queries on partial indexes."""
        return await self.database.read(partial(_standing, now=now))

    async def marks(self) -> Marks:
        """Where counting begins: everything up to now is left out, but what is open is counted when it ends."""
        return await self.database.read(_marks)

    async def counted(self, marks: Marks, *, before: datetime) -> Counted:
        """What came to an end since the marks, of rows made before an instant, and the marks for the next look."""
        return await self.database.read(partial(_counted, marks=marks, before=before))


def _standing(connection: Connection, now: datetime) -> Standing:
    waiting = connection.execute(select(func.count(), func.min(INBOX.c.received_at)).where(text(WAITING))).one()
    crying = connection.execute(select(func.min(INBOX.c.received_at)).where(text(CRYING))).scalar()
    may_go = and_(
        or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= now),
        or_(OUTBOX.c.next_attempt_at.is_(None), OUTBOX.c.next_attempt_at <= now),
    )
    due_at = func.coalesce(OUTBOX.c.not_before, OUTBOX.c.created_at, type_=OUTBOX.c.created_at.type)
    unsent = connection.execute(select(func.count(), func.min(due_at)).where(text(TO_DO), may_go)).one()
    doubtful = select(func.count()).where(text(f"outbox.{OPEN}"), OUTBOX.c.state.in_(IN_DOUBT))
    lost = select(func.count(), func.max(OUTBOX.c.settled_at)).where(
        text(f"outbox.{BAD}"), OUTBOX.c.settled_at > now - DAY, OUTBOX.c.error.startswith(GIVEN_UP_IN_DOUBT)
    )
    given_up = connection.execute(lost).one()
    late = select(func.min(SLOTS.c.at)).where(text(TO_DO), SLOTS.c.at <= now, SLOTS.c.retry_at.is_(None))
    missed = select(func.count()).where(text(MISSED), SLOTS.c.at > now - DAY)
    return Standing(
        at=now,
        waiting=waiting[0],
        waiting_since=waiting[1],
        crying_since=crying,
        unsent=unsent[0],
        unsent_since=unsent[1],
        in_doubt=connection.execute(doubtful).scalar_one(),
        given_up=given_up[0],
        given_up_at=given_up[1],
        late_since=connection.execute(late).scalar(),
        missed=connection.execute(missed).scalar_one(),
        failing=tuple(_failing(connection)),
        lines=lines_of(connection),
        gaps=gaps_of(connection, now - DAY),
    )


def _failing(connection: Connection) -> Iterator[Failing]:
    """The runs that failed most often, without their scopes: those may name a person."""
    query = select(SLOTS).where(text(POSTPONED), text(TO_DO)).order_by(SLOTS.c.tries.desc(), SLOTS.c.at)
    for row in connection.execute(query.limit(_MOST_FAILING)):
        yield Failing(job=row.job, due_at=row.at, tries=row.tries, cause=row.cause)


def _marks(connection: Connection) -> Marks:
    return Marks(
        inbox=_newest(connection, INBOX.c.seq),
        outbox=_newest(connection, OUTBOX.c.id),
        events=_newest(connection, EVENTS.c.id),
        open_messages=_now_open(connection, INBOX.c.seq, WAITING),
        open_sends=_now_open(connection, OUTBOX.c.id, OPEN),
    )


def _newest(connection: Connection, key: Column[int]) -> int:
    return connection.execute(select(func.coalesce(func.max(key), 0))).scalar_one()


def _now_open(connection: Connection, key: Column[int], condition: str) -> frozenset[int]:
    return frozenset(connection.execute(select(key).where(text(f"{key.table}.{condition}"))).scalars())


def _counted(connection: Connection, marks: Marks, before: datetime) -> Counted:
    inbox, open_messages, messages = _ended(connection, _MESSAGES, marks.inbox, marks.open_messages, before)
    outbox, open_sends, sends = _ended(connection, _SENDS, marks.outbox, marks.open_sends, before)
    events, tickets = _opened(connection, marks.events, before)
    return Counted(
        marks=Marks(inbox=inbox, outbox=outbox, events=events, open_messages=open_messages, open_sends=open_sends),
        messages=messages,
        sends=sends,
        tickets=tickets,
    )


def _ended(
    connection: Connection, of: _Kind, mark: int, open_then: frozenset[int], before: datetime
) -> tuple[int, frozenset[int], Counter[str]]:
    """How far the counting came, which rows up to there are still open, and how many ended in which state."""
    query = select(of.key, of.made_at, of.state).where(of.key > mark).order_by(of.key).limit(_MOST)
    fresh = connection.execute(query).all()
    still_open = _now_open(connection, of.key, of.is_open)
    found = Counter[str]()
    seen = set(open_then)
    for number, made, state in fresh:
        if made >= before:
            break
        mark = number
        if number in still_open:
            seen.add(number)
        else:
            found[state] += 1
    for some in _by(_AT_ONCE, sorted(open_then - still_open)):
        found.update(connection.execute(select(of.state).where(of.key.in_(some))).scalars())
    return mark, frozenset(seen & still_open), found


def _opened(connection: Connection, mark: int, before: datetime) -> tuple[int, Counter[str]]:
    """New tickets by the category that they have now."""
    query = (
        select(EVENTS.c.id, EVENTS.c.at, EVENTS.c.kind, TICKETS.c.category)
        .join(TICKETS, TICKETS.c.id == EVENTS.c.ticket)
        .where(EVENTS.c.id > mark)
        .order_by(EVENTS.c.id)
        .limit(_MOST)
    )
    found = Counter[str]()
    for number, at, kind, category in connection.execute(query):
        if at >= before:
            break
        mark = number
        if kind == EventKind.OPENED.value:
            found[category] += 1
    return mark, found


def _by(size: int, numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while some := list(islice(rest, size)):
        yield some
