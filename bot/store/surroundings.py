"""What surrounds the bursts of a batch, in as few statements as that takes: a group or village is read once for all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any, Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, Text, bindparam, func, or_, select, text, type_coerce

from bot.domain.messages import Message
from bot.domain.outcome import Mark
from bot.domain.tickets import Link, Sketch, Thread, Ticket
from bot.ports import Sent
from bot.ports.hearing import Look, Most, Seen
from bot.store.columns import padded
from bot.store.content import alone_of
from bot.store.engine import Database
from bot.store.rows import link_of, message_of, sent_of, sketch_of, ticket_of
from bot.store.tables import INBOX, LINKS, LIVE, MARKED, OUTBOX, TICKETS, WAITING
from bot.store.tickets import threads_with

Key = TypeVar("Key")
Value = TypeVar("Value")

_WITH_SEAL: Final = select(INBOX, type_coerce(INBOX.c.text, Text).label("sealed"))
_PENDING: Final = _WITH_SEAL.where(
    INBOX.c.conversation.in_(bindparam("conversations", expanding=True)), text(WAITING)
).order_by(INBOX.c.seq)
_HEARD: Final = (
    select(INBOX.c.seq, type_coerce(INBOX.c.text, Text))
    .where(
        INBOX.c.conversation == bindparam("the_conversation"),
        INBOX.c.received_at >= bindparam("since"),
        INBOX.c.seq < bindparam("before_seq"),
    )
    .order_by(INBOX.c.seq.desc())
    .limit(bindparam("most"))
)
_MESSAGES: Final = _WITH_SEAL.where(INBOX.c.seq.in_(bindparam("numbers", expanding=True)))
_SAID: Final = (
    select(OUTBOX.c.id, type_coerce(OUTBOX.c.text, Text))
    .where(OUTBOX.c.recipient == bindparam("the_recipient"), OUTBOX.c.sent_at >= bindparam("since"))
    .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
)
_SENDS: Final = select(OUTBOX, type_coerce(OUTBOX.c.text, Text).label("sealed")).where(
    OUTBOX.c.id.in_(bindparam("numbers", expanding=True))
)
_OF_VILLAGES: Final = TICKETS.c.village.in_(bindparam("villages", expanding=True))
_STILL_MEANT: Final = or_(_OF_VILLAGES & text(LIVE), _OF_VILLAGES & (TICKETS.c.active_at >= bindparam("since")))
"""The villages stand in both halves, so that each has its index and a village's past is not read."""
_SKETCHES: Final = select(
    *(TICKETS.c[name] for name in ("id", "state", "urgent", "group_id", "requester", "text", "active_at", "village"))
).where(_STILL_MEANT)
_SPOKEN_OF: Final = (
    select(LINKS.c.sender, TICKETS.c.village, TICKETS.c.active_at, TICKETS.c.id)
    .join_from(LINKS, TICKETS, LINKS.c.ticket == TICKETS.c.id)
    .where(LINKS.c.platform == bindparam("platform"), LINKS.c.sender.in_(bindparam("accounts", expanding=True)))
    .where(_STILL_MEANT)
    .distinct()
)
_HIGHEST: Final = (
    select(TICKETS.c.village, func.max(TICKETS.c.number))
    .where(_OF_VILLAGES, TICKETS.c.year == bindparam("year"))
    .group_by(TICKETS.c.village)
)
_VERSIONS: Final = select(TICKETS.c.id, TICKETS.c.version).where(TICKETS.c.id.in_(bindparam("ids", expanding=True)))
_TICKETS: Final = select(TICKETS).where(TICKETS.c.id.in_(bindparam("ids", expanding=True)))
_LINKED: Final = (
    select(LINKS.c.id, LINKS.c.sender)
    .where(LINKS.c.ticket.in_(bindparam("ids", expanding=True)))
    .order_by(LINKS.c.at, LINKS.c.id)
)
_LINKS: Final = select(LINKS).where(LINKS.c.id.in_(bindparam("numbers", expanding=True)))
_UNANSWERED: Final = (
    select(INBOX)
    .where(
        INBOX.c.group_id.in_(bindparam("groups", expanding=True)),
        INBOX.c.mark.in_([Mark.MAYBE.value, Mark.PING.value]),
        INBOX.c.at >= bindparam("since"),
        text(MARKED),
    )
    .order_by(INBOX.c.seq)
)
"""Built once: putting a statement together costs more than running it."""

_REMEMBERED: Final = 20_000
"""Messages, and as many sends, tickets and links, that are kept as they were read: some 60 MB."""


class Remembered(Generic[Key, Value]):
    """Rows that were read before, each by its key; while the mark that goes with it is the same it is not read anew.

    The mark is what changes whenever the row does: its sealed words, its version. Forgets everything when it is full.
    """

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._known: dict[Key, tuple[object, Value]] = {}

    def unknown(self, stored: Iterable[tuple[Key, object]]) -> list[Key]:
        """Those of these rows, each with the mark that it has now, that must be read again."""
        return [key for key, mark in stored if self._known.get(key, _NOTHING)[0] != mark]

    def keep(self, rows: Iterable[tuple[Key, object, Value]]) -> dict[Key, Value]:
        """Remember rows that were just read; returns them."""
        read = {key: (mark, value) for key, mark, value in rows}
        if len(self._known) + len(read) > self._most:
            self._known = {}
        self._known.update(read)
        return {key: value for key, (_, value) in read.items()}

    def of(self, stored: Iterable[tuple[Key, object]], read: Mapping[Key, Value]) -> list[Value]:
        """The values of these rows: just ``read``, or known; without those that cannot be read."""
        known = self._known
        every = (read.get(key) or known.get(key, _NOTHING)[1] for key, _ in stored)
        return [value for value in every if value is not None]


_NOTHING: Final = (None, None)


class _Spoken(NamedTuple):
    at: datetime
    ticket: str
    village: str


class Surroundings:
    """Reads them, and remembers rows that are read again and again."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._messages = Remembered[int, Message]()
        self._sends = Remembered[int, Sent]()
        self._tickets = Remembered[str, Ticket]()
        self._links = Remembered[int, Link]()

    def pending(self, connection: Connection, conversations: Sequence[str]) -> tuple[Message, ...]:
        """They are remembered as they are read: what is handled now is what was said before the next ones."""
        wanted = {"conversations": padded(conversations)}
        return tuple(self._messages.keep(_messages(connection, _PENDING, wanted)).values())

    def around(self, connection: Connection, looks: Sequence[Look], year: int, most: Most) -> tuple[Seen, ...]:
        """For each burst what surrounds it."""
        heard = self._heard(connection, looks, most)
        said = self._said(connection, looks)
        placed = [look for look in looks if look.village is not None]
        sketches = _sketches(connection, placed)
        spoken = _spoken_of(connection, placed)
        villagers = [look for look in placed if look.villager is not None]
        numbers = _highest(connection, villagers, year)
        alone = alone_of(connection, {(look.platform, look.villager or "") for look in villagers})
        unanswered = _unanswered(connection, [look for look in looks if look.group is not None])
        return tuple(
            Seen(
                recent=_before(look, heard[look.conversation], most.recent),
                sent=tuple(one for one in said[look.reader] if one.sent_at and one.sent_at >= look.sent_since),
                sketches=tuple(
                    one for one in sketches.get(look.village, ()) if one.live or one.active_at >= look.active_since
                ),
                own=frozenset(_own(look, spoken, most.own)),
                number=numbers.get(look.village, 0) + 1,
                alone=(look.platform, look.villager) in alone,
                unanswered=tuple(one for one in unanswered.get(look.group, ()) if one.at >= look.unanswered_since),
            )
            for look in looks
        )

    def threads_of(self, connection: Connection, ids: Sequence[str]) -> tuple[Thread, ...]:
        """These tickets, by village, year and number; unknown ids are left out. A version of a ticket never changes."""
        if not ids:
            return ()
        wanted = {"ids": padded(ids)}
        stored = [(row[0], row[1]) for row in connection.execute(_VERSIONS, wanted)]
        unknown = self._tickets.unknown(stored)
        rows = connection.execute(_TICKETS, {"ids": padded(unknown)}) if unknown else ()
        read = self._tickets.keep((row.id, row.version, ticket_of(row)) for row in rows)
        return threads_with(self._tickets.of(stored, read), self._linked(connection, wanted))

    def _linked(self, connection: Connection, wanted: Mapping[str, object]) -> Sequence[Link]:
        """The links of tickets, by time. Nothing of one is ever changed but who the sender is: into a number."""
        stored = [(row[0], row[1]) for row in connection.execute(_LINKED, wanted)]
        unknown = self._links.unknown(stored)
        rows = connection.execute(_LINKS, {"numbers": padded(unknown)}) if unknown else ()
        read = self._links.keep((row.id, row.sender, link_of(row)) for row in rows)
        return self._links.of(stored, read)

    def _heard(self, connection: Connection, looks: Sequence[Look], most: Most) -> Mapping[str, Sequence[Message]]:
        """By conversation what the looks want to see of it, oldest first."""
        stored: dict[str, list[tuple[int, str]]] = {}
        for conversation, some in _by(looks, lambda look: look.conversation):
            first, last = (pick(look.before_seq for look in some) for pick in (min, max))
            wanted = {
                "the_conversation": conversation,
                "since": min(look.since for look in some),
                "before_seq": last,
                "most": min(most.recent + last - first, _NO_LIMIT),
            }
            stored[conversation] = [(row[0], row[1]) for row in reversed(connection.execute(_HEARD, wanted).all())]
        unknown = self._messages.unknown(chain.from_iterable(stored.values()))
        read = self._messages.keep(_messages(connection, _MESSAGES, {"numbers": padded(unknown)})) if unknown else {}
        return {conversation: self._messages.of(rows, read) for conversation, rows in stored.items()}

    def _said(self, connection: Connection, looks: Sequence[Look]) -> Mapping[str, Sequence[Sent]]:
        """By reader what was sent there, in the order of sending."""
        stored: dict[str, list[tuple[int, str]]] = {}
        for reader, some in _by(looks, lambda look: look.reader):
            wanted = {"the_recipient": reader, "since": min(look.sent_since for look in some)}
            stored[reader] = [(row[0], row[1]) for row in connection.execute(_SAID, wanted)]
        unknown = self._sends.unknown(chain.from_iterable(stored.values()))
        read = self._sends.keep(_sends(connection, unknown)) if unknown else {}
        return {reader: self._sends.of(rows, read) for reader, rows in stored.items()}


class HearingRecords:
    """``ports.hearing.HearingStore``, mixed into the store; every method is one transaction."""

    database: Database

    def __init__(self) -> None:
        """Nothing is remembered yet."""
        self._surroundings = Surroundings()

    async def pending(self, *conversations: str) -> tuple[Message, ...]:
        """Messages of these conversations not yet handled, in order of arrival."""
        return await self.database.read(partial(self._surroundings.pending, conversations=conversations))

    async def threads_of(self, ids: Sequence[str]) -> tuple[Thread, ...]:
        """These tickets, by village and number; unknown ids are left out."""
        return await self.database.read(partial(self._surroundings.threads_of, ids=ids))

    async def surroundings(self, looks: Sequence[Look], *, year: int, most: Most) -> tuple[Seen, ...]:
        """For each burst what surrounds it, all seen at one moment."""
        return await self.database.read(partial(self._surroundings.around, looks=looks, year=year, most=most))


_NO_LIMIT: Final = 2**31 - 1


def _messages(
    connection: Connection, query: Select[Any], wanted: Mapping[str, object]
) -> Iterator[tuple[int, str, Message]]:
    """Those whose key is here: what is sealed under a lost key waits until the key is back."""
    for row in connection.execute(query, wanted):
        if not row.text.locked:
            yield row.seq, row.sealed, message_of(row)


def _sends(connection: Connection, numbers: list[int]) -> Iterator[tuple[int, str, Sent]]:
    for row in connection.execute(_SENDS, {"numbers": padded(numbers)}):
        yield row.id, row.sealed, sent_of(row)


def _before(look: Look, heard: Sequence[Message], most: int) -> tuple[Message, ...]:
    """The last messages before a burst, of all that were read of its conversation."""
    seen = [one for one in heard if one.seq < look.before_seq and one.received_at >= look.since]
    return tuple(seen[-most:])


def _sketches(connection: Connection, looks: Sequence[Look]) -> Mapping[str | None, Sequence[Sketch]]:
    """By village."""
    found: dict[str | None, list[Sketch]] = {}
    if looks:
        wanted = {
            "villages": padded({look.village for look in looks}),
            "since": min(look.active_since for look in looks),
        }
        for *sketch, village in connection.execute(_SKETCHES, wanted):
            found.setdefault(village, []).append(sketch_of(sketch))
    return found


def _spoken_of(connection: Connection, looks: Sequence[Look]) -> Mapping[tuple[str, str], Sequence[_Spoken]]:
    """By platform and account."""
    found: dict[tuple[str, str], list[_Spoken]] = {}
    for platform, some in _by(looks, lambda look: look.platform):
        wanted = {
            "platform": platform,
            "accounts": padded({account for look in some for accounts in look.accounts for account in accounts}),
            "villages": padded({look.village for look in some}),
            "since": min(look.own_since for look in some),
        }
        for row in connection.execute(_SPOKEN_OF, wanted):
            spoken = _Spoken(at=row.active_at, ticket=row.id, village=row.village)
            found.setdefault((platform, row.sender), []).append(spoken)
    return found


def _own(look: Look, spoken: Mapping[tuple[str, str], Sequence[_Spoken]], most: int) -> Iterator[str]:
    """Of each set of accounts the tickets in the burst's village that were active last."""
    for accounts in look.accounts:
        theirs = {one for account in accounts for one in spoken.get((look.platform, account), ())}
        here = sorted((one for one in theirs if one.village == look.village), key=_latest_first)
        yield from (one.ticket for one in islice(here, most))


def _latest_first(spoken: _Spoken) -> tuple[float, str]:
    return -spoken.at.timestamp(), spoken.ticket


def _highest(connection: Connection, looks: Sequence[Look], year: int) -> Mapping[str | None, int]:
    """The highest ticket number of each village in that year."""
    wanted = {"villages": padded({look.village for look in looks}), "year": year}
    rows = connection.execute(_HIGHEST, wanted).all() if looks else ()
    return {row[0]: int(row[1]) for row in rows}


def _unanswered(connection: Connection, looks: Sequence[Look]) -> Mapping[str | None, Sequence[Message]]:
    """By group, oldest first."""
    found: dict[str | None, list[Message]] = {}
    if looks:
        since = min(look.unanswered_since for look in looks)
        for row in connection.execute(_UNANSWERED, {"groups": padded({look.group for look in looks}), "since": since}):
            found.setdefault(row.group_id, []).append(message_of(row))
    return found


def _by(looks: Iterable[Look], key: Callable[[Look], Key]) -> list[tuple[Key, list[Look]]]:
    found: dict[Key, list[Look]] = {}
    for look in looks:
        found.setdefault(key(look), []).append(look)
    return list(found.items())
