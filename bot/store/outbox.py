"""The outbox: what the bot wants to say, sent at most once per key, in order per recipient.

pending → sending → sent, failed, unknown, or pending again with a time for the next attempt. A platform's "I do not
know whether it arrived" stays ``unknown`` until somebody settles it: it is never blindly repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    TextClause,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)

from bot.domain.burden import Pace, Paced
from bot.domain.messages import Outgoing, ToGroup, recipient_of
from bot.ports import SendState, Sent
from bot.store import media
from bot.store.columns import padded, vault_of
from bot.store.content import released_pictures
from bot.store.inbox import add_to_days, hearing
from bot.store.mailings import mailed_pictures
from bot.store.rows import LOCAL, send_number, send_values, sent_of
from bot.store.tables import OPEN, OUTBOX, TO_DO, add_new

LOCKED: Final = "封它的钥匙不在，没有发出"
"""Why a message that was sealed under a lost key is not sent."""
_TRYING: Final[dict[str, Any]] = {
    "state": literal(SendState.SENDING.value),
    "attempts": OUTBOX.c.attempts + 1,
    "next_attempt_at": None,
    "bundle": None,
}
"""What an attempt begins with; with whom it goes out is decided anew each time."""


def _has_come(row: FromClause) -> ColumnElement[bool]:
    """Whether nothing holds the message back ``now``: neither quiet hours nor the pause before another attempt."""
    now = bindparam("now", type_=OUTBOX.c.not_before.type)
    return and_(
        or_(row.c.not_before.is_(None), row.c.not_before <= now),
        or_(row.c.next_attempt_at.is_(None), row.c.next_attempt_at <= now),
    )


def _blocked(*, by_due: bool) -> ColumnElement[bool]:
    """Whether another message to the same recipient must go first.

    That is one that is under way; or one that comes earlier, by rank and then by age, and is of unknown result, waits
    for another attempt, or (``by_due``) is due ``now`` as well. An earlier one that is only held back for its hour
    blocks nobody.
    """
    first = OUTBOX.alias("first")
    earlier = or_(first.c.rank < OUTBOX.c.rank, and_(first.c.rank == OUTBOX.c.rank, first.c.id < OUTBOX.c.id))
    retried = first.c.next_attempt_at.is_not(None)
    waits = or_(retried, _has_come(first)) if by_due else retried
    in_the_way = or_(
        first.c.state == SendState.SENDING.value,
        and_(earlier, or_(first.c.state == SendState.UNKNOWN.value, waits)),
    )
    # Every id is above 0: said only so that SQLite takes the short index of what is open, not that of all ever sent.
    others = and_(first.c.recipient == OUTBOX.c.recipient, first.c.id != OUTBOX.c.id, first.c.id > 0)
    return exists().where(others, text(f"first.{OPEN}"), in_the_way)


def _of(number: ColumnElement[int]) -> ColumnElement[bool]:
    """A message with those that go out as one with it: what becomes of it becomes of all, in one transaction."""
    return or_(OUTBOX.c.id == number, OUTBOX.c.bundle == number)


_IDS: Final = OUTBOX.c.id.in_(bindparam("ids", expanding=True))
_THE_ID: Final = bindparam("the_id", type_=OUTBOX.c.id.type)
DUE: Final = and_(text(TO_DO), _has_come(OUTBOX), ~_blocked(by_due=True))
"""Whether a message may go ``now`` as far as the outbox is concerned: its hour has come, no other must go first."""
_CLAIMABLE: Final = (
    select(OUTBOX.c.id).where(DUE).order_by(OUTBOX.c.rank, OUTBOX.c.id).limit(bindparam("most"))
).with_for_update(skip_locked=True, of=OUTBOX)
_GO_THROUGH: Final = update(OUTBOX).where(_IDS, text(TO_DO)).values(platform=bindparam("the_platform"))
_BEGIN: Final = update(OUTBOX).where(_IDS, text(TO_DO)).values(**_TRYING).returning(OUTBOX)
_CLAIMED_FOR: Final = select(OUTBOX.c.recipient).where(
    OUTBOX.c.id == _THE_ID, OUTBOX.c.state == SendState.SENDING.value
)
_JOINABLE: Final = (
    select(OUTBOX.c.id)
    .where(
        text(TO_DO),
        OUTBOX.c.recipient == bindparam("the_recipient"),
        OUTBOX.c.pace == Pace.TOGETHER.value,
        OUTBOX.c.attachment.is_(None),  # a message carries one such thing at most
        OUTBOX.c.card.is_(None),
        _has_come(OUTBOX),
    )
    .order_by(OUTBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=OUTBOX)
)
_JOIN: Final = update(OUTBOX).where(_IDS, text(TO_DO)).values(**_TRYING | {"bundle": _THE_ID})
_LEAD: Final = update(OUTBOX).where(OUTBOX.c.id == _THE_ID).values(bundle=_THE_ID)
_GOING: Final = select(OUTBOX).where(_of(_THE_ID), OUTBOX.c.state == SendState.SENDING.value)
_BEFORE: Final = select(OUTBOX.c.state, OUTBOX.c.recipient).where(OUTBOX.c.id == _THE_ID).with_for_update()
_SETTLE: Final = update(OUTBOX).where(_of(_THE_ID))
_HELD: Final = select(OUTBOX.c.not_before, OUTBOX.c.next_attempt_at).where(
    text(TO_DO),
    or_(OUTBOX.c.not_before.is_not(None), OUTBOX.c.next_attempt_at.is_not(None)),
    ~_blocked(by_due=False),
)
_SENT_TO: Final = (
    select(OUTBOX)
    .where(OUTBOX.c.recipient.in_(bindparam("recipients", expanding=True)), OUTBOX.c.sent_at >= bindparam("since"))
    .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
)
"""Built once: putting a statement together costs more than running it, and these run for every message."""


def add_sends(connection: Connection, sends: Sequence[Outgoing], now: datetime) -> None:
    """Put messages into the outbox, in this order; those whose key is known are left out."""
    _keep_out_of_groups(connection, sends)
    vault = vault_of(connection)
    rows = [send_values(send, now) for send in sends]
    for send, row in zip(sends, rows, strict=True):
        if send.confidential:  # its key names the account or the matter
            row["dedupe_key"] = vault.name(send.dedupe_key)
    add_new(connection, OUTBOX, rows)


def _keep_out_of_groups(connection: Connection, sends: Sequence[Outgoing]) -> None:
    """Raise ValueError if a picture or paper that somebody sent is about to be posted to a group (R25).

    Except a picture that an officer gave for a village's daily item and a reviewer has released (R37), and one that an
    officer has confirmed for a message to his groups (R43).
    """
    posted = [send.attachment for send in sends if send.attachment is not None and isinstance(send.to, ToGroup)]
    released = released_pictures(connection, posted) | mailed_pictures(connection, posted) if posted else frozenset()
    unseen = [digest for digest in posted if digest not in released]
    if unseen and media.from_people(connection, unseen):
        message = "what somebody sent is never posted to a group (R25)"
        raise ValueError(message)


def claim_sends(
    connection: Connection, now: datetime, limit: int, through: Mapping[str, str | None] | None = None
) -> tuple[Sent, ...]:
    """Mark due messages as being sent, at most one per recipient, and return them by rank, then oldest first.

    ``through`` names those that are wanted, each with the platform it goes through (None: nobody can be reached).
    ``attempts`` counts this one already, so that a crash in the middle is counted as well.
    """
    wanted = None if through is None else {send_number(send): platform for send, platform in through.items()}
    query = _CLAIMABLE if wanted is None else _CLAIMABLE.where(_IDS)
    named = {} if wanted is None else {"ids": padded(wanted)}
    claimed = [row.id for row in connection.execute(query, {"now": now, "most": limit} | named)]
    if not claimed:
        return ()
    for platform in sorted({wanted[number] or "" for number in claimed} - {""}) if wanted is not None else ():
        going = [number for number in claimed if wanted is not None and wanted[number] == platform]
        connection.execute(_GO_THROUGH, {"ids": padded(going), "the_platform": platform})
    opened = _opened(connection, connection.execute(_BEGIN, {"ids": padded(claimed)}).all(), now)
    order = {number: place for place, number in enumerate(claimed)}
    return tuple(sorted(opened, key=lambda sent: order[send_number(sent.id)]))


def join_sends(connection: Connection, send: str, now: datetime, limit: int) -> tuple[Sent, ...]:
    """Mark what else of its pace is due to the same recipient as one bundle with a claimed message, and return all."""
    this = {"the_id": send_number(send)}
    recipient = connection.execute(_CLAIMED_FOR, this).scalar_one()
    wanted = {"the_recipient": recipient, "now": now, "most": limit - 1}
    others = [row.id for row in connection.execute(_JOINABLE, wanted)]
    if others:
        connection.execute(_JOIN, this | {"ids": padded(others)})
        connection.execute(_LEAD, this)
    return _opened(connection, connection.execute(_GOING, this).all(), now)


def _opened(connection: Connection, found: Sequence[Row[Any]], now: datetime) -> tuple[Sent, ...]:
    """Messages by id, without those that were sealed under a lost key: they have failed."""
    rows = sorted(found, key=_id)
    locked = [row.id for row in rows if row.text.locked]
    if locked:
        lost = {"state": SendState.FAILED.value, "error": LOCKED, "settled_at": now}
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(locked)).values(**lost))
    return tuple(sent_of(row) for row in rows if not row.text.locked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of a send."""

    state: SendState
    at: datetime
    platform: str | None = None
    platform_id: str | None = None
    error: str = ""
    next_attempt_at: datetime | None = None


def hold_back(connection: Connection, send: str, until: datetime | None) -> None:
    """Put a claimed message back: the claim was no attempt."""
    back: dict[str, object] = {"state": SendState.PENDING.value, "attempts": OUTBOX.c.attempts - 1}
    if until is not None:
        back["not_before"] = until
    claimed = _SETTLE.where(OUTBOX.c.state == SendState.SENDING.value)
    connection.execute(claimed.values(**back), {"the_id": send_number(send)})


def settle(connection: Connection, send: str, result: Result) -> None:
    """Record the result of a send; raises ValueError for an unknown id. What is sent stays sent."""
    values: dict[str, object] = {
        "state": result.state.value,
        "error": result.error,
        "next_attempt_at": result.next_attempt_at if result.state is SendState.PENDING else None,
        "settled_at": result.at,
    }
    if result.state is SendState.SENT:
        values["sent_at"] = result.at
    if result.platform is not None:
        values["platform"] = result.platform
    if result.platform_id is not None:
        values["platform_id"] = result.platform_id
    this = {"the_id": send_number(send)}
    row = connection.execute(_BEFORE, this).one_or_none()
    if row is None:
        message = f"no such outgoing message: {send}"
        raise ValueError(message)
    if row.state == SendState.SENT.value:
        return
    connection.execute(_SETTLE, values | this)
    to = recipient_of(row.recipient)
    if result.state is SendState.SENT and isinstance(to, ToGroup):
        _count(connection, to.group, result.at)


def _count(connection: Connection, group: str, now: datetime) -> None:
    day = now.astimezone(LOCAL).date()
    add_to_days(connection, [{"group_id": group, "day": day, "bot_messages": 1}])
    connection.execute(hearing(connection.dialect.name, "posted_at"), {"group_id": group, "posted_at": now})


def interrupted_sends(connection: Connection) -> tuple[Sent, ...]:
    """Messages left in state sending or unknown, by id."""
    left = OUTBOX.c.state.in_((SendState.SENDING.value, SendState.UNKNOWN.value))
    return _sents(connection, text(OPEN), left)


def sent_to(connection: Connection, recipients: Sequence[str], since: datetime) -> tuple[Sent, ...]:
    """What was sent to any of these since then, in the order of sending."""
    rows = connection.execute(_SENT_TO, {"recipients": padded(recipients), "since": since})
    return tuple(sent_of(row) for row in rows)


def held_for(connection: Connection, recipient: str) -> tuple[Sent, ...]:
    """What waits to be sent to a recipient, by id."""
    return _sents(connection, text(OPEN), text(TO_DO), OUTBOX.c.recipient == recipient)


def sent_as(connection: Connection, platform: str, platform_id: str) -> tuple[Sent, ...]:
    """What went out under a platform's id, by id: the newest and its bundle, where the platform was not recorded."""
    here = or_(OUTBOX.c.platform.is_(None), OUTBOX.c.platform == platform)
    query = select(OUTBOX).where(OUTBOX.c.platform_id == platform_id, here).order_by(OUTBOX.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return ()
    return (sent_of(row),) if row.bundle is None else _sents(connection, OUTBOX.c.bundle == row.bundle)


def paced(connection: Connection, recipients: Sequence[str], since: datetime) -> dict[str, tuple[Paced, ...]]:
    """The counted messages that each recipient got since then, oldest first; a bundle is one."""
    message = func.coalesce(OUTBOX.c.bundle, OUTBOX.c.id).label("message")
    query = (
        select(OUTBOX.c.recipient, message, OUTBOX.c.sent_at, OUTBOX.c.pace)
        .where(
            OUTBOX.c.recipient.in_(recipients),
            OUTBOX.c.sent_at >= since,
            OUTBOX.c.pace.in_((Pace.ALONE.value, Pace.TOGETHER.value)),
        )
        .distinct()
    )
    found: dict[str, list[Paced]] = {recipient: [] for recipient in recipients}
    for row in sorted(connection.execute(query), key=lambda row: (row.sent_at, row.message)):
        found[row.recipient].append(Paced(at=row.sent_at, pace=Pace(row.pace)))
    return {recipient: tuple(messages) for recipient, messages in found.items()}


def all_sent(connection: Connection) -> tuple[Sent, ...]:
    """Everything, by id."""
    return _sents(connection)


def _sents(connection: Connection, *conditions: ColumnElement[bool] | TextClause) -> tuple[Sent, ...]:
    """Sorted here: asked to sort by id, SQLite reads the whole outbox rather than the few that are open."""
    rows = connection.execute(select(OUTBOX).where(*conditions)).all()
    return tuple(sent_of(row) for row in sorted(rows, key=_id))


def _id(row: Row[Any]) -> int:
    return int(row.id)


def next_send(connection: Connection, after: datetime | None = None) -> datetime | None:
    """When the next message that is held back, or waits for another attempt, is due; ``after``: later than that.

    One that waits behind another is left out: its hour may have passed, and it goes when the other is settled.
    """
    instants = (max(filter(None, row)) for row in connection.execute(_HELD))
    return min((at for at in instants if after is None or at > after), default=None)
