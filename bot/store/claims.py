"""Which conversations wait, and which process has which of them now (DESIGN section 8; PostgreSQL only).

A batch of conversations is taken in one statement and gets one number; their messages are read in later ones, because
a statement that locks does not see what was committed while it waited. Whatever the batch then writes is fenced: it is
written only while every row of the batch still bears its number. A claim lasts as long as its holder's connection
(``wire``): it has no clock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection, text

from bot.ports import StoreUnavailable
from bot.store.claim_tables import CLAIMS, CRYING
from bot.store.engine import Database
from bot.store.tables import CRYING as WAITING_URGENT
from bot.store.tables import WAITING, upsert
from bot.store.vault import Vault
from bot.store.wire import PRESENT
from bot.turns import FURTHEST

Result = TypeVar("Result")

MOST: Final = 32
"""Conversations in one batch: a worker that is asked to stop finishes those in hand."""
_SHARE: Final = 4
"""Of a batch one in so many is of those longest due at least, however many cry for help (see ``turns``)."""
_MOST_CRIES: Final = 96
"""Conversations in which somebody may cry for help, in one batch: most are only looked at closer, and given back."""
SWEPT_EVERY: Final = timedelta(seconds=1)
"""How often it is looked whether a process that has conversations is gone."""
LOST: Final = "这一批话被别的进程接过去了，这里没有写；不需要处理。"

_TAKE: Final = text(
    "WITH half AS (SELECT least(CAST(:most AS bigint), (count(*) + 1) / 2) AS size FROM"  # noqa: S608 - conditions of our own
    "   (SELECT 1 FROM claims WHERE holder IS NULL AND (due_at <= :now OR due_at > :furthest)"
    "    LIMIT 2 * CAST(:most AS bigint)) AS due),"
    f" crying AS (SELECT conversation, urgent FROM claims WHERE {CRYING} AND (due_at <= :now OR due_at > :furthest)"
    "  ORDER BY due_at, conversation LIMIT (SELECT (count(*) + 1) / 2 FROM"
    f"   (SELECT 1 FROM claims WHERE {CRYING} AND (due_at <= :now OR due_at > :furthest)"
    "    LIMIT 2 * CAST(:cries AS bigint)) AS due)"
    "  FOR UPDATE SKIP LOCKED),"
    " others AS (SELECT conversation, urgent FROM claims"
    "  WHERE holder IS NULL AND (due_at <= :now OR due_at > :furthest)"
    "   AND conversation NOT IN (SELECT conversation FROM crying)"
    "  ORDER BY due_at, conversation"
    "  LIMIT (SELECT greatest((size + :share - 1) / :share, size - (SELECT count(*) FROM crying)) FROM half)"
    "  FOR UPDATE SKIP LOCKED),"
    " free AS (SELECT * FROM crying UNION ALL SELECT * FROM others)"
    " UPDATE claims SET holder = :holder, number = CAST(CAST(pg_current_xact_id() AS text) AS bigint), woken = false,"
    "  urgent = false"
    " FROM free WHERE claims.conversation = free.conversation"
    " RETURNING claims.conversation, claims.due_at, claims.number, free.urgent"
)
"""Half of what is due, so that something is left for whoever else is idle; first what may be a cry for help.

The number is the transaction's own: no other batch ever has it. What is due too far ahead: see ``FURTHEST``.
"""
_HOLD: Final = text("SELECT conversation FROM claims WHERE number = :number ORDER BY conversation FOR KEY SHARE")
"""Keeps others from taking the rows until the writing is committed, and gateways not from waking them."""
_CRIES: Final = (
    "claims.urgent OR EXISTS (SELECT 1 FROM inbox"  # noqa: S608 - a condition of our own
    f" WHERE inbox.conversation = claims.conversation AND {WAITING_URGENT})"
)
"""Whether a cry waits. One that came in since the conversation was taken stands in the row itself, which is read anew
if a gateway has just written it; the inbox is seen as it was when the statement began.
"""
_AGAIN: Final = text(
    "UPDATE claims SET holder = NULL, due_at = CASE WHEN claims.woken THEN least(:now, later.at) ELSE later.at END,"  # noqa: S608 - a condition of our own
    f" urgent = {_CRIES}"
    " FROM unnest(CAST(:conversations AS text[]), CAST(:instants AS timestamptz[])) AS later (conversation, at)"
    " WHERE claims.number = :number AND claims.conversation = later.conversation"
)
_DONE: Final = text("DELETE FROM claims WHERE number = :number AND holder IS NOT NULL AND NOT woken")
_FREE: Final = text(
    f"UPDATE claims SET holder = NULL, urgent = {_CRIES} WHERE number = :number AND holder IS NOT NULL"  # noqa: S608 - as above
)
_SWEEP: Final = text(
    f"UPDATE claims SET holder = NULL, urgent = {_CRIES} WHERE holder IS NOT NULL AND (holder = :own OR holder NOT IN"  # noqa: S608 - a number of our own
    f" (SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = {PRESENT} AND objsubid = 2 AND granted"
    "   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))"
)
_NEXT: Final = text("SELECT min(due_at) FROM claims WHERE holder IS NULL")
_FIND: Final = text(
    "INSERT INTO claims (conversation, due_at, woken, urgent)"  # noqa: S608 - a condition of our own
    f" SELECT conversation, min(received_at), true, bool_or(urgent) FROM inbox WHERE {WAITING} GROUP BY conversation"
    " ORDER BY conversation"
    " ON CONFLICT (conversation) DO UPDATE SET woken = true, urgent = claims.urgent OR excluded.urgent"
)


class ClaimLost(StoreUnavailable):
    """Somebody else has taken what this process had: it was taken for dead. What it decided is not written."""


def wake(connection: Connection, arrivals: Iterable[tuple[str, datetime, bool]]) -> None:
    """Have somebody look at conversations in which messages came in at these instants; True: perhaps a cry for help."""
    first: dict[str, datetime] = {}
    cries: set[str] = set()
    for conversation, at, cry in arrivals:
        first[conversation] = min(first.get(conversation, at), at)
        if cry:
            cries.add(conversation)
    rows = [{"conversation": one, "due_at": first[one], "woken": True, "urgent": one in cries} for one in sorted(first)]
    if rows:
        statement = upsert(connection, CLAIMS)
        changes = {
            "due_at": text("least(claims.due_at, excluded.due_at)"),
            "woken": True,
            "urgent": text("claims.urgent OR excluded.urgent"),
        }
        connection.execute(statement.on_conflict_do_update(index_elements=["conversation"], set_=changes), rows)


class Claims:
    """``turns.Turns`` for one of several processes. ``holder`` is by what the others know that it lives."""

    def __init__(self, database: Database, *, holder: Callable[[], int | None], woken: Callable[[], None]) -> None:
        """Take from this database. ``woken`` is called when a message came in here: others may be idle."""
        self._database = database
        self._holder = holder
        self._tell = woken
        self._hand: Hand | None = None
        self._swept_at: datetime | None = None

    @property
    def hand(self) -> "Hand | None":
        """The batch in hand."""
        return self._hand

    async def begin(self) -> None:
        """Look for messages that wait where nobody would look: a database that one process had to itself till now."""
        await self._database.write(_find)

    async def find(self, now: datetime) -> None:
        """Look again: messages may have moved, from a chat that has just become a group's."""
        del now
        await self._database.write(_find)

    def woken(self, conversation: str, now: datetime, *, urgent: bool = False) -> None:
        """A message was stored; that its conversation is due, and how urgently, stands there with it."""
        del conversation, now, urgent
        self._tell()

    async def take(self, now: datetime) -> tuple[str, ...]:
        """A batch of conversations, those first in which somebody may cry for help, then the longest due.

        Nothing while the others do not know that we live.
        """
        holder = self._holder()
        if holder is None:
            return ()
        if self._swept_at is None or abs(now - self._swept_at) >= SWEPT_EVERY:
            await self._database.write(partial(_sweep, own=holder))
            self._swept_at = now
        self._hand = await self._database.write(partial(_take, holder=holder, now=now))
        return () if self._hand is None else self._hand.conversations

    async def done(self, again: Mapping[str, datetime | None], now: datetime) -> None:
        """The batch was handled; ``again``: when to look at each once more."""
        hand, self._hand = self._hand, None
        if hand is not None:
            later = {conversation: at for conversation, at in again.items() if at is not None}
            await self._database.write(partial(_done, hand=hand, later=later, now=now))

    async def let_go(self) -> None:
        """The batch was not handled to its end: whoever comes first may take it, as it was due."""
        hand, self._hand = self._hand, None
        if hand is not None:
            await self._database.write(partial(_let_go, hand=hand))

    async def next_due(self) -> datetime | None:
        """When a conversation that nobody has is due; None if none is."""
        return await self._database.read(_next_due)


class Hand:
    """A batch that was taken."""

    def __init__(self, number: int, conversations: Sequence[str]) -> None:
        """These, under this number."""
        self.number = number
        self.conversations = tuple(conversations)


class Fenced:
    """``engine.Database`` that writes only while the batch in hand is still this process's. Raises ClaimLost."""

    def __init__(self, database: Database, claims: Claims) -> None:
        """Stand before this database."""
        self._database = database
        self._claims = claims

    @property
    def vault(self) -> Vault:
        """What seals the texts of its sealed columns."""
        return self._database.vault

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run queries that see one unchanging state."""
        return await self._database.read(work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run work in one transaction, if no row of the batch in hand was taken away; none can be until it ends."""
        hand = self._claims.hand
        if hand is None:
            return await self._database.write(work)
        return await self._database.write(partial(_fenced, hand=hand, work=work))

    async def tidy(self) -> bool:
        """Give back a portion of the room that deletions left; True if more is to do."""
        return await self._database.tidy()

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()


def _fenced(connection: Connection, hand: Hand, work: Callable[[Connection], Result]) -> Result:
    ours = connection.execute(_HOLD, {"number": hand.number}).all()
    if len(ours) != len(hand.conversations):
        raise ClaimLost(LOST)
    return work(connection)


def _take(connection: Connection, holder: int, now: datetime) -> Hand | None:
    most: dict[str, object] = {
        "now": now,
        "furthest": now + FURTHEST,
        "most": MOST,
        "cries": _MOST_CRIES,
        "share": _SHARE,
        "holder": holder,
    }
    rows = connection.execute(_TAKE, most).all()
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: (not row.urgent, row.due_at, row.conversation))
    return Hand(rows[0].number, [row.conversation for row in rows])


def _done(connection: Connection, hand: Hand, later: Mapping[str, datetime], now: datetime) -> None:
    number: dict[str, object] = {"number": hand.number}
    if later:
        instants = {"conversations": sorted(later), "instants": [later[one] for one in sorted(later)]}
        connection.execute(_AGAIN, number | {"now": now} | instants)
    connection.execute(_DONE, number)
    connection.execute(_FREE, number)  # those in which something came in meanwhile


def _let_go(connection: Connection, hand: Hand) -> None:
    connection.execute(_FREE, {"number": hand.number})


def _sweep(connection: Connection, own: int) -> None:
    """Free what nobody has any more: the batches of the dead, and our own that could not be put back."""
    connection.execute(_SWEEP, {"own": own})


def _find(connection: Connection) -> None:
    connection.execute(_FIND)


def _next_due(connection: Connection) -> datetime | None:
    found: datetime | None = connection.execute(_NEXT).scalar()
    return found
