"""Taking away what has been kept long enough: small portions, each within the transaction of the run that wants it.

A portion looks at as many rows as it may take away, so that no transaction is long however much lies there. Where rows
stay and only lose something, a fact remembers how far that has gone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.domain.bindings import Act, Whose
from bot.domain.media import MediaChange, MediaState, MediaStep
from bot.domain.retention import Expiry, Step, Stored
from bot.ports import SendState
from bot.store import looking, media, people
from bot.store.binding_tables import BINDINGS, DOOR_NOTES, ROOMS
from bot.store.columns import Words
from bot.store.content_tables import CONTENT_CHOICES, OWN_ITEMS
from bot.store.engine import Database
from bot.store.line_tables import GAPS
from bot.store.mailing_tables import MAILINGS, RECALLS
from bot.store.media_tables import HAS_CONTENT, MEDIA
from bot.store.nameless import ENDED, is_gone, make_nameless
from bot.store.office_tables import DUTY_CHANGES
from bot.store.patrol_tables import PATROL_NOTES
from bot.store.retention_tables import OVER, REQUESTS
from bot.store.rows import LOCAL
from bot.store.tables import (
    GROUP_DAYS,
    IN_GROUP,
    INBOX,
    LINKS,
    LIVE,
    OUTBOX,
    SLOTS,
    TICKETS,
)

_LOOKS_AT: Final = 4
"""How many times as many rows a portion looks at as it takes away, because a few at the head may have to wait."""
_CHAT_GONE: Final = "chat-gone"
_SENT_GONE: Final = "sent-words-gone"
_ACCOUNTS_GONE: Final = "accounts-gone"
"""The facts that say up to which row a step has come."""
_OVER: Final = (SendState.SENT.value, SendState.FAILED.value)


class RetentionRecords:
    """``ports.retention.RetentionStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def expired(self, step: Step, *, before: datetime, most: int) -> int:
        """How much of a step's kind ended before then and is still here; counted no further than ``most``."""
        return await self.database.read(partial(STEPS[step].due, before=before, most=most))

    async def tidy(self) -> bool:
        """Give back a portion of the room that deletions left; True if more is to do."""
        return await self.database.tidy()

    async def stored_about(self, platform: str, account: str) -> Stored:
        """What is stored about an account."""
        return await self.database.read(partial(people.stored_about, platform=platform, account=account))


def carry_out(connection: Connection, expiries: Sequence[Expiry], now: datetime) -> None:
    """Take away one portion of each."""
    for one in expiries:
        STEPS[one.step].take_away(connection, one.before, one.most, now)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """How one step finds what is due, counted no further than ``most``, and takes a portion away."""

    due: Callable[..., int]
    take_away: Callable[[Connection, datetime, int, datetime], None]


# Rows that go as a whole


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """Rows of a table that are over, found by an index."""

    table: Table
    keys: tuple[str, ...]
    over: Callable[[datetime], ColumnElement[bool]]

    def due(self, connection: Connection, before: datetime, most: int) -> int:
        """How many there are."""
        found = select(*self._key).where(self.over(before)).limit(most).subquery()
        return connection.execute(select(func.count()).select_from(found)).scalar_one()

    def take_away(self, connection: Connection, before: datetime, most: int, now: datetime) -> None:
        """Delete them."""
        del now
        found = select(*self._key).where(self.over(before)).limit(most)
        here = self._key[0] if len(self._key) == 1 else tuple_(*self._key)
        connection.execute(delete(self.table).where(here.in_(found)))

    @property
    def _key(self) -> list[ColumnElement[Any]]:
        return [self.table.c[name] for name in self.keys]


def _kind_of(rows: _Rows) -> _Kind:
    return _Kind(due=rows.due, take_away=rows.take_away)


def _old_messages(connection: Connection, before: datetime, most: int) -> list[int]:
    """By order number, which is nearly the order in which they were handled; what still waits has no end."""
    head = select(INBOX.c.seq, INBOX.c.ended_at).where(INBOX.c.ended_at.is_not(None)).order_by(INBOX.c.seq)
    rows = connection.execute(head.limit(most * _LOOKS_AT))
    return [row.seq for row in rows if row.ended_at < before][:most]


def _remove_messages(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    del now
    connection.execute(delete(INBOX).where(INBOX.c.seq.in_(_old_messages(connection, before, most))))


def _old_sends(connection: Connection, before: datetime, most: int) -> list[int]:
    head = select(OUTBOX.c.id, OUTBOX.c.created_at, OUTBOX.c.settled_at).where(OUTBOX.c.state.in_(_OVER))
    rows = connection.execute(head.order_by(OUTBOX.c.id).limit(most * _LOOKS_AT))
    return [row.id for row in rows if max(row.created_at, row.settled_at or row.created_at) < before][:most]


def _remove_sends(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    del now
    connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(_old_sends(connection, before, most))))


# Chit-chat: rows that go, and rows of which something is still needed


def _chat(connection: Connection, before: datetime, most: int) -> list[Any]:
    """The next messages in order of arrival that were handled before then."""
    done = int(looking.recall(connection, _CHAT_GONE) or 0)
    later = INBOX.alias("later")
    spoke_again = exists().where(
        later.c.platform == INBOX.c.platform, later.c.sender == INBOX.c.sender, text(f"later.{IN_GROUP}")
    )
    belongs = exists().where(LINKS.c.platform == INBOX.c.platform, LINKS.c.message == INBOX.c.message)
    query = (
        select(
            INBOX.c.seq,
            INBOX.c.ended_at,
            INBOX.c.group_id,
            INBOX.c.mark,
            INBOX.c.by_cadre,
            belongs.label("belongs"),
            spoke_again.where(later.c.seq > INBOX.c.seq).label("spoke_again"),
        )
        .where(INBOX.c.seq > done)
        .order_by(INBOX.c.seq)
        .limit(most)
    )
    return list(takewhile(lambda row: row.ended_at is None or row.ended_at < before, connection.execute(query).all()))


def _chat_due(connection: Connection, before: datetime, most: int) -> int:
    return len(_chat(connection, before, most))


def _remove_chat(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    """A message that somebody asked about, an officer's, and the last of a person in a group (it says where somebody
    lives who writes privately) stay as long as others, without words; a clue's looks like any other.
    """
    del now
    rows = _chat(connection, before, most)
    if not rows:
        return
    free = [row for row in rows if row.ended_at is not None and not row.belongs]
    needed = {row.seq for row in free if row.mark or row.by_cadre or (row.group_id is not None and not row.spoke_again)}
    connection.execute(delete(INBOX).where(INBOX.c.seq.in_([row.seq for row in free if row.seq not in needed])))
    wipe_words(connection, sorted(needed))
    looking.remember(connection, _CHAT_GONE, str(rows[-1].seq))


def wipe_words(connection: Connection, seqs: Sequence[int]) -> None:
    """Take away what messages say, and villagers' names; that one is set apart stays hidden in it (R50)."""
    said = connection.execute(select(INBOX.c.seq, INBOX.c.text).where(INBOX.c.seq.in_(seqs))).all()
    for apart in (False, True):
        some = [row.seq for row in said if row.text.apart is apart]
        if some:
            nothing = {"text": Words("", apart=apart), "mentions": "[]"}
            connection.execute(update(INBOX).where(INBOX.c.seq.in_(some)).values(**nothing))
    connection.execute(update(INBOX).where(INBOX.c.seq.in_(seqs), INBOX.c.by_cadre.is_(False)).values(name=""))


# What the bot said


def _sent(connection: Connection, before: datetime, most: int) -> list[Any]:
    done = int(looking.recall(connection, _SENT_GONE) or 0)
    query = select(OUTBOX.c.id, OUTBOX.c.created_at, OUTBOX.c.ticket, OUTBOX.c.state).where(OUTBOX.c.id > done)
    rows = connection.execute(query.order_by(OUTBOX.c.id).limit(most)).all()
    return list(takewhile(lambda row: row.created_at < before, rows))


def _sent_due(connection: Connection, before: datetime, most: int) -> int:
    return len(_sent(connection, before, most))


def _wipe_sent(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    """What is about a ticket goes with the ticket's accounts; what still waits or is unsure goes with its row."""
    del now
    rows = _sent(connection, before, most)
    if rows:
        people.wipe_sends(connection, [row.id for row in rows if row.ticket is None and row.state in _OVER])
        looking.remember(connection, _SENT_GONE, str(rows[-1].id))


# Whose it was


def _ended(connection: Connection, before: datetime, most: int) -> list[Row[Any]]:
    """Ended tickets, those first in which nothing has happened for the longest time."""
    at, _, ticket = (looking.recall(connection, _ACCOUNTS_GONE) or "").partition("|")
    query = select(TICKETS.c.id, TICKETS.c.active_at).where(ENDED, TICKETS.c.active_at < before)
    if at:
        since = datetime.fromisoformat(at)
        beyond = or_(TICKETS.c.active_at > since, and_(TICKETS.c.active_at == since, TICKETS.c.id > ticket))
        query = query.where(beyond)
    return list(connection.execute(query.order_by(TICKETS.c.active_at, TICKETS.c.id).limit(most)))


def _ended_due(connection: Connection, before: datetime, most: int) -> int:
    return len(_ended(connection, before, most))


def _forget_accounts(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    del now
    rows = _ended(connection, before, most)
    for row in rows:
        make_nameless(connection, row.id)
        about = select(OUTBOX.c.id).where(OUTBOX.c.ticket == row.id, OUTBOX.c.state.in_(_OVER))
        people.wipe_sends(connection, list(connection.execute(about).scalars()))
    if rows:
        reached = f"{rows[-1].active_at.isoformat()}|{rows[-1].id}"
        looking.remember(connection, _ACCOUNTS_GONE, reached)


def _old_evidence(connection: Connection, before: datetime, most: int) -> list[Row[Any]]:
    """Media of tickets all of which ended long ago; what a case rests on is only hidden (R50)."""
    of_ticket = and_(LINKS.c.platform == MEDIA.c.platform, LINKS.c.message == MEDIA.c.message)
    still = exists().where(of_ticket, TICKETS.c.id == LINKS.c.ticket, or_(text(LIVE), TICKETS.c.active_at >= before))
    query = select(MEDIA.c.id, MEDIA.c.hold).where(
        MEDIA.c.linked.is_(True),
        MEDIA.c.arrived_at < before,
        MEDIA.c.platform != "",
        MEDIA.c.state != MediaState.DROPPED.value,
        exists().where(of_ticket),
        ~still,
    )
    return list(connection.execute(query.order_by(MEDIA.c.id).limit(most)))


def _evidence_due(connection: Connection, before: datetime, most: int) -> int:
    return len(_old_evidence(connection, before, most))


def _drop_evidence(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    steps = [
        MediaChange(id=row.id, step=MediaStep.HIDDEN if row.hold else MediaStep.DROPPED)
        for row in _old_evidence(connection, before, most)
    ]
    media.change(connection, steps, now)


def _former(before: datetime) -> ColumnElement[bool]:
    """Bindings of people that a later change has replaced or ended, with the account still in them."""
    newer = BINDINGS.alias("newer")
    replaced = exists().where(
        newer.c.whose == BINDINGS.c.whose,
        newer.c.subject == BINDINGS.c.subject,
        newer.c.id > BINDINGS.c.id,
        newer.c.made_at < before,
        or_(
            newer.c.act == Act.VOIDED.value,
            and_(newer.c.platform == BINDINGS.c.platform, newer.c.act != Act.RENEWED.value),
        ),
    )
    mine = and_(BINDINGS.c.whose == Whose.PERSON.value, BINDINGS.c.address != "", ~is_gone(BINDINGS.c.address))
    return and_(mine, replaced)


def _bindings_due(connection: Connection, before: datetime, most: int) -> int:
    found = select(BINDINGS.c.id).where(_former(before)).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def _forget_bindings(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    del now
    for number in connection.execute(select(BINDINGS.c.id).where(_former(before)).limit(most)).scalars().all():
        gone = update(BINDINGS).where(BINDINGS.c.id == number).values(address=f"gone:{number}")
        connection.execute(gone)


def _old_mailings(connection: Connection, before: datetime, most: int) -> list[Any]:
    """All are opened: there are few of them, and an empty sealed text does not show that it is empty."""
    query = select(MAILINGS.c.id, MAILINGS.c.text, MAILINGS.c.picture).where(MAILINGS.c.made_at < before)
    rows = connection.execute(query.order_by(MAILINGS.c.id)).all()
    return [row for row in rows if row.text or row.picture][:most]


def _mailings_due(connection: Connection, before: datetime, most: int) -> int:
    return len(_old_mailings(connection, before, most))


def _wipe_mailings(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    """The words go; the pictures go with others that belong to nothing, unless something else needs them."""
    del now
    rows = _old_mailings(connection, before, most)
    emptied = update(MAILINGS).where(MAILINGS.c.id.in_([row.id for row in rows])).values(text="", picture=null())
    connection.execute(emptied)
    pictures = [row.picture for row in rows if row.picture]
    if pictures:
        on_a_ticket = exists().where(LINKS.c.platform == MEDIA.c.platform, LINKS.c.message == MEDIA.c.message)
        own = exists().where(OWN_ITEMS.c.picture == MEDIA.c.digest)
        mailed = exists().where(MAILINGS.c.picture == MEDIA.c.digest)
        free = and_(text(HAS_CONTENT), MEDIA.c.digest.in_(pictures), ~on_a_ticket, ~own, ~mailed)
        connection.execute(update(MEDIA).where(free).values(linked=False))


STEPS: Final[Mapping[Step, _Kind]] = {
    Step.CHAT: _Kind(due=_chat_due, take_away=_remove_chat),
    Step.MESSAGES: _Kind(due=lambda *args, **more: len(_old_messages(*args, **more)), take_away=_remove_messages),
    Step.SENT_WORDS: _Kind(due=_sent_due, take_away=_wipe_sent),
    Step.SENT: _Kind(due=lambda *args, **more: len(_old_sends(*args, **more)), take_away=_remove_sends),
    Step.ACCOUNTS: _Kind(due=_ended_due, take_away=_forget_accounts),
    Step.EVIDENCE: _Kind(due=_evidence_due, take_away=_drop_evidence),
    Step.BINDINGS: _Kind(due=_bindings_due, take_away=_forget_bindings),
    Step.MAILINGS: _Kind(due=_mailings_due, take_away=_wipe_mailings),
    Step.WISHES: _Kind(due=people.wishes_due, take_away=people.fulfil),
    Step.SLOTS: _kind_of(
        _Rows(table=SLOTS, keys=("job", "scope", "at"), over=lambda before: and_(text(OVER), SLOTS.c.ended_at < before))
    ),
    Step.NOTES: _kind_of(_Rows(table=DOOR_NOTES, keys=("id",), over=lambda before: DOOR_NOTES.c["at"] < before)),
    Step.GAPS: _kind_of(_Rows(table=GAPS, keys=("id",), over=lambda before: GAPS.c.until < before)),
    Step.RECALLS: _kind_of(_Rows(table=RECALLS, keys=("send",), over=lambda before: RECALLS.c.asked_at < before)),
    Step.COUNTS: _kind_of(
        _Rows(table=GROUP_DAYS, keys=("group_id", "day"), over=lambda before: GROUP_DAYS.c.day < _day(before))
    ),
    Step.ROSTER: _kind_of(
        _Rows(table=DUTY_CHANGES, keys=("id",), over=lambda before: DUTY_CHANGES.c.last < _day(before))
    ),
    Step.CHOICES: _kind_of(
        _Rows(table=CONTENT_CHOICES, keys=("id",), over=lambda before: CONTENT_CHOICES.c.made_at < before)
    ),
    Step.PATROL: _kind_of(_Rows(table=PATROL_NOTES, keys=("id",), over=lambda before: PATROL_NOTES.c.made_at < before)),
    Step.ROOMS: _kind_of(
        _Rows(table=ROOMS, keys=("platform", "conversation"), over=lambda before: ROOMS.c.left_at < before)
    ),
    Step.REQUESTS: _kind_of(_Rows(table=REQUESTS, keys=("id",), over=lambda before: REQUESTS.c.done_at < before)),
}


def _day(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(LOCAL).date()
