"""What became of everything that was said and asked in a run: what was lost or done twice, and how long each took."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.domain.burden import Pace, Paced, may_go, midnight
from bot.domain.messages import Incoming, OutKind, ToPerson, recipient_key
from bot.domain.outcome import Outcome, Slot
from bot.domain.rules import JoinWindow, Rules
from bot.domain.tickets import Relation, Thread
from bot.handlers.judge import Judge
from bot.platforms.practice import PracticePlatform
from bot.ports import Clock, SendState, Sent
from bot.ports.platform import Parcel
from bot.store import SqlStore
from bot.store.audit import verify
from bot.store.engine import Database
from bot.store.tables import INBOX

ASKS = frozenset({OutKind.PROMPT, OutKind.EMERGENCY})
MOST_SHOWN = 5
"""How many faults of one kind are printed one by one."""


class Recorder(PracticePlatform):
    """A practice platform without pauses that remembers when it was given what."""

    def __init__(self, name: str, clock: Clock) -> None:
        super().__init__(name)
        self.handed: dict[str, list[datetime]] = {}
        """By our id of the message: one that has two instants was sent twice."""
        self._clock = clock

    async def send(self, parcel: Parcel) -> str:
        """Nothing can fail here."""
        self.handed.setdefault(parcel.id, []).append(self._clock.now())
        return parcel.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A message to an officer that villagers' words brought about: which words, and when it was committed."""

    ticket: str
    by: frozenset[int]
    at: datetime


class WatchedStore(SqlStore):
    """The store, with a memory of what was committed because of what was heard."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database)
        self.decided: Counter[int] = Counter()
        """How often each message was decided, by its order of arrival."""
        self.asked: dict[str, Asked] = {}
        """By the key that makes a send unique."""
        self._clock = clock

    async def commit(
        self, outcome: Outcome, *, now: datetime, handled: Sequence[int] = (), slot: Slot | None = None
    ) -> bool:
        """As the store does it."""
        done = await super().commit(outcome, now=now, handled=handled, slot=slot)
        if done and handled:
            at, by = self._clock.now(), frozenset(handled)
            self.decided.update(by)
            for sent in outcome.sends:
                if sent.kind in ASKS and isinstance(sent.to, ToPerson) and sent.ticket is not None:
                    self.asked.setdefault(sent.dedupe_key, Asked(ticket=sent.ticket, by=by, at=at))
        return done


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """How long one ask took, in seconds since the join window of what brought it about had ended.

    ``cry``: for help; ``own``: by these words themselves, else they were added to a cry of before. ``heard`` is how
    long it took until the last of them was acknowledged. ``handed`` is None for what an officer's peace holds back
    (DESIGN section 7): it is no fault that it waits for company, or for the morning.
    """

    said_at: datetime
    cry: bool
    own: bool
    heard: float
    decided: float
    handed: float | None


@dataclass(kw_only=True)
class Reckoning:
    """Everything that is known at the end of a run."""

    said: Mapping[str, Incoming]
    acknowledged: Mapping[str, datetime]
    store: WatchedStore
    handed: Mapping[str, Sequence[datetime]]
    rules: Rules
    threads: Sequence[Thread] = ()
    sent: Sequence[Sent] = ()
    faults: list[str] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)

    async def look(self, judge: Judge, *, now: datetime) -> None:
        """Find all faults and measure all waits. Nothing was left to be done at ``now``: what came later may wait."""
        self.threads, self.sent = await self.store.all_threads(), await self.store.all_sent()
        heard = await self.store.database.read(_inbox)
        self._find(
            "heard but not handled", (f"{one}: {state}" for one, (_, state) in heard.items() if state != "handled")
        )
        self._find("acknowledged but not in the inbox", self.acknowledged.keys() - heard.keys())
        self._find("said but never acknowledged", self.said.keys() - self.acknowledged.keys())
        decided = self.store.decided
        self._find("not decided just once", (one for one, (seq, _) in heard.items() if decided[seq] != 1))
        self._find("a history that is not whole", (str(one) for one in await verify(self.store)))
        self._tickets()
        self._mail(now)
        by_seq = {seq: message for message, (seq, _) in heard.items()}
        self.waits = list(self._measured(by_seq, judge))

    def _find(self, what: str, which: Iterator[str] | Sequence[str] | set[str]) -> None:
        found = sorted(which)
        if found:
            more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
            self.faults.append(f"{what}: {len(found)} ({', '.join(found[:MOST_SHOWN])}{more})")

    def _tickets(self) -> None:
        """Of every ticket somebody hears, and for the first time just once; what is opened again is asked again."""
        heard_of = {
            one.outgoing.ticket
            for one in self.sent
            if one.outgoing.kind in ASKS and isinstance(one.outgoing.to, ToPerson)
        }
        first = Counter(
            one.outgoing.ticket
            for one in self.sent
            if one.outgoing.dedupe_key.startswith(f"prompt:{one.outgoing.ticket}:")
        )
        tickets = [thread.ticket.id for thread in self.threads]
        self._find("nobody was asked", (one for one in tickets if one not in heard_of))
        self._find("asked twice", (one for one in tickets if first[one] > 1))

    def _mail(self, now: datetime) -> None:
        """Every message of the bot was handed over once, or is held back on purpose."""
        parcels = Counter(one.bundle or one.id for one in self.sent if one.state is SendState.SENT)
        self._find("handed over twice", (one for one, times in self.handed.items() if len(times) > 1))
        self._find("said to be sent, and was not", parcels.keys() - self.handed.keys())
        self._find("sent, and not known to be", self.handed.keys() - parcels.keys())
        before = [one for one in self.sent if one.created_at <= now]
        stuck = (SendState.SENDING, SendState.UNKNOWN, SendState.FAILED)
        self._find("not sent", (f"{one.id}: {one.error}" for one in before if one.state in stuck))
        lying = (one for one in before if one.state is SendState.PENDING and not self._is_held(one, now))
        self._find("left lying", (f"{one.id} {one.outgoing.kind.value}" for one in lying))

    def _is_held(self, sent: Sent, at: datetime) -> bool:
        """Whether an officer's peace held it at that instant."""
        not_before = sent.outgoing.not_before
        if not_before is not None and not_before > at:
            return True
        before = self._paced().get(recipient_key(sent.outgoing.to), ())
        since, until = midnight(at), self._handed_at(sent)
        earlier = [one for one in before if one.at >= since and (until is None or one.at < until)]
        burden, quiet = self.rules.burden, self.rules.quiet_hours
        return may_go(sent.pace, earlier, now=at, burden=burden, quiet=quiet) is not None

    def _handed_at(self, sent: Sent) -> datetime | None:
        times = self.handed.get(sent.bundle or sent.id)
        return times[0] if times else None

    def _paced(self) -> Mapping[str, Sequence[Paced]]:
        """What each officer got that counts; a bundle is one."""
        if not self._got and self.sent:
            for one in self.sent:
                at = self._handed_at(one)
                if at is not None and one.pace in (Pace.ALONE, Pace.TOGETHER) and one.bundle in (None, one.id):
                    self._got.setdefault(recipient_key(one.outgoing.to), []).append(Paced(at=at, pace=one.pace))
        return self._got

    _got: dict[str, list[Paced]] = field(default_factory=dict)

    def _measured(self, by_seq: Mapping[int, str], judge: Judge) -> Iterator[Wait]:
        pieces = {
            thread.ticket.id: {link.message for link in thread.links if link.relation is not Relation.REPLY}
            for thread in self.threads
        }
        for sent in self.sent:
            asked = self.store.asked.get(sent.outgoing.dedupe_key)
            if asked is None:
                continue
            mine = pieces.get(asked.ticket, set()) & {by_seq[seq] for seq in asked.by}
            burst = sorted((self.said[one] for one in mine), key=lambda one: one.sent_at)
            if not burst:
                self.faults.append(f"asked because of nothing: {sent.id}")
                continue
            over = window_ends(burst, judge, self.rules.join_window)
            handed = self._handed_at(sent)
            held = handed is None or self._is_held(sent, sent.created_at)
            yield Wait(
                said_at=burst[-1].sent_at,
                cry=sent.outgoing.kind is OutKind.EMERGENCY,
                own=judge.is_urgent("\n".join(one.text for one in burst)),
                heard=_seconds(over, self.acknowledged.get(burst[-1].id, over)),
                decided=_seconds(over, asked.at),
                handed=None if held or handed is None else _seconds(over, handed),
            )


def window_ends(burst: Sequence[Incoming], judge: Judge, window: JoinWindow) -> datetime:
    """When the join window of these words ends, by when they were said: at once after a cry for help."""
    if judge.is_urgent("\n".join(one.text for one in burst)):
        return burst[-1].sent_at
    silence = burst[-1].sent_at + timedelta(seconds=window.silence)
    return min(silence, burst[0].sent_at + timedelta(seconds=window.longest))


def share(of: Sequence[float], part: float) -> float:
    """The number that so large a part of these does not exceed."""
    ordered = sorted(of)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _inbox(connection: Connection) -> dict[str, tuple[int, str]]:
    rows = connection.execute(select(INBOX.c.message, INBOX.c.seq, INBOX.c.state))
    return {row.message: (row.seq, row.state) for row in rows}


def _seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()
