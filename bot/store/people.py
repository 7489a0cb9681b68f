"""What is stored about one account: shown to whoever it belongs to, and deleted when that is wished (legal.md 2).

Nothing of the clue ledger is shown, counted or deleted here (R50). A ticket that somebody still works on is left whole
until it has ended; what was asked to go goes then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from bot.domain.byhand import GONE
from bot.domain.media import MediaState
from bot.domain.messages import ToAccount, recipient_key
from bot.domain.retention import Asked, OwnMatter, PrivacyRequest, Stored
from bot.domain.tickets import Relation
from bot.ports import SendState
from bot.store import content, media
from bot.store.binding_tables import DOOR_NOTES
from bot.store.columns import Words, pack, storable, vault_of
from bot.store.media_tables import MEDIA
from bot.store.nameless import ENDED, make_nameless
from bot.store.retention_tables import OPEN_REQUEST, REQUESTS
from bot.store.tables import IN_GROUP, INBOX, LINKS, LIVE, OUTBOX, TICKETS, add_new

_OVER: Final = (SendState.SENT.value, SendState.FAILED.value)
_JOINED: Final = tuple(relation.value for relation in Relation if relation.joins)
_NOBODY: Final = recipient_key(ToAccount(platform="", account=GONE))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Who:
    """An account, as the tables spell it."""

    platform: str
    account: str

    @property
    def key(self) -> str:
        """The private conversation, which is also the recipient."""
        return recipient_key(ToAccount(platform=self.platform, account=self.account))

    @property
    def word(self) -> str:
        """What the keyed name is made of."""
        return f"privacy:{self.platform}/{self.account}"


def _who(platform: str, account: str) -> _Who:
    return _Who(platform=storable(platform), account=storable(account))


# Shown


def stored_about(connection: Connection, platform: str, account: str) -> Stored:
    """Counts, and the person's own matters; those that only helpers may know of are left out (R8)."""
    who = _who(platform, account)
    said = [and_(one, INBOX.c.ended_at.is_not(None)) for one in (_said_in_groups(who), _said_privately(who))]
    counts = [connection.execute(select(func.count(), func.min(INBOX.c.at)).where(one)).one() for one in said]
    sends = select(func.count()).where(OUTBOX.c.recipient == who.key, OUTBOX.c.state == SendState.SENT.value)
    return Stored(
        messages=sum(count for count, _ in counts),
        oldest_at=min((at for _, at in counts if at is not None), default=None),
        media=_count_media(connection, who),
        sends=connection.execute(sends).scalar_one(),
        raised=_matters(connection, who, _raised(who)),
        joined=_matters(connection, who, and_(_joined(who), ~_raised(who))),
        alone=content.is_alone(connection, platform, account),
        asked_at=connection.execute(select(func.min(REQUESTS.c.asked_at)).where(_open(connection, who))).scalar(),
    )


def _said_in_groups(who: _Who) -> ColumnElement[bool]:
    return and_(INBOX.c.platform == who.platform, INBOX.c.sender == who.account, text(IN_GROUP))


def _said_privately(who: _Who) -> ColumnElement[bool]:
    return and_(INBOX.c.conversation == who.key, INBOX.c.sender == who.account)


def _raised(who: _Who) -> ColumnElement[bool]:
    return and_(TICKETS.c.platform == who.platform, TICKETS.c.requester == who.account)


def _joined(who: _Who) -> ColumnElement[bool]:
    mine = and_(LINKS.c.platform == who.platform, LINKS.c.sender == who.account, LINKS.c.relation.in_(_JOINED))
    return TICKETS.c.id.in_(select(LINKS.c.ticket).where(mine))


def _count_media(connection: Connection, who: _Who) -> int:
    """Pictures and papers of the person's messages; what a case of the ledger rests on is not counted."""
    linked = select(LINKS.c.message).where(LINKS.c.platform == who.platform, LINKS.c.sender == who.account)
    mine = or_(
        MEDIA.c.message.in_(select(INBOX.c.message).where(_said_in_groups(who))),
        MEDIA.c.message.in_(select(INBOX.c.message).where(_said_privately(who))),
        MEDIA.c.message.in_(linked),
    )
    here = and_(MEDIA.c.platform == who.platform, MEDIA.c.state != MediaState.DROPPED.value, mine)
    return sum(1 for row in connection.execute(select(MEDIA.c.hold).where(here)) if not row.hold)


def _matters(connection: Connection, who: _Who, which: ColumnElement[bool]) -> tuple[OwnMatter, ...]:
    rows = connection.execute(select(TICKETS).where(which, TICKETS.c.careful.is_(False))).all()
    newest_first = sorted(rows, key=lambda row: (row.said_at, row.village, row.number), reverse=True)
    return tuple(_matter(connection, who, row) for row in newest_first)


def _matter(connection: Connection, who: _Who, row: Row[Any]) -> OwnMatter:
    pieces = select(LINKS.c.sender).where(LINKS.c.ticket == row.id, LINKS.c.relation == Relation.PIECE.value)
    speakers = set(connection.execute(pieces).scalars())
    ended = connection.execute(select(TICKETS.c.id).where(TICKETS.c.id == row.id, ENDED)).first() is not None
    return OwnMatter(
        village=row.village,
        number=row.number,
        year=row.year,
        live=not ended,
        said_at=row.said_at,
        topic=row.topic,
        text=row.text if speakers == {who.account} else "",
    )


# Asked


def add_requests(connection: Connection, requests: Sequence[PrivacyRequest], now: datetime) -> None:
    """Keep that somebody asked; a wish that already waits counts from now on."""
    vault = vault_of(connection)
    for one in requests:
        who = _who(one.platform, one.account)
        erased = one.asked is Asked.ERASED
        if erased and connection.execute(update(REQUESTS).where(_open(connection, who)).values(asked_at=now)).rowcount:
            continue
        row = {
            "name": vault.name(who.word),
            "who": f"{who.platform}/{who.account}" if erased else "",
            "asked": one.asked.value,
            "made_by": one.by,
            "asked_at": now,
            "done_at": None if erased else now,
        }
        add_new(connection, REQUESTS, [row])


def _open(connection: Connection, who: _Who) -> ColumnElement[bool]:
    return and_(text(OPEN_REQUEST), REQUESTS.c.name.in_(vault_of(connection).names(who.word)))


# Deleted


class _Work(NamedTuple):
    """What can go now of one person, by number; ``waits``: something more can only go later."""

    messages: list[int]
    tickets: list[str]
    sends: list[int]
    waits: bool

    @property
    def amount(self) -> int:
        """How much it is; closing the request counts as well."""
        found = len(self.messages) + len(self.tickets) + len(self.sends)
        return found or int(not self.waits)


def wishes_due(connection: Connection, before: datetime, most: int) -> int:
    """How much can be deleted now for those who asked before then, counted no further than ``most``."""
    total = 0
    for row in _requests(connection, before):
        total += _work(connection, _of(row), row.asked_at, most).amount
        if total >= most:
            return most
    return total


def fulfil(connection: Connection, before: datetime, most: int, now: datetime) -> None:
    """One portion of what those asked for who asked before then."""
    left = most
    for row in _requests(connection, before):
        who = _of(row)
        work = _work(connection, who, row.asked_at, left)
        _wipe_messages(connection, work.messages)
        for ticket in work.tickets:
            make_nameless(connection, ticket, {who.account})
            about = select(OUTBOX.c.id).where(OUTBOX.c.ticket == ticket, OUTBOX.c.state.in_(_OVER))
            wipe_sends(connection, list(connection.execute(about).scalars()))
        wipe_sends(connection, work.sends)
        if not (work.messages or work.tickets or work.sends or work.waits):
            _forget_knocks(connection, who)
            done = update(REQUESTS).where(REQUESTS.c.id == row.id).values(done_at=now, who="")
            connection.execute(done)
        left -= work.amount
        if left <= 0:
            return


def _requests(connection: Connection, before: datetime) -> list[Row[Any]]:
    """Open ones whose account can be read: one whose key is lost waits until it is back."""
    query = select(REQUESTS).where(text(OPEN_REQUEST), REQUESTS.c.asked_at <= before).order_by(REQUESTS.c.id)
    return [row for row in connection.execute(query) if row.who]


def _of(row: Row[Any]) -> _Who:
    platform, _, account = row.who.partition("/")
    return _Who(platform=platform, account=account)


def _work(connection: Connection, who: _Who, asked_at: datetime, most: int) -> _Work:
    live = (
        exists()
        .where(LINKS.c.platform == INBOX.c.platform, LINKS.c.message == INBOX.c.message)
        .where(TICKETS.c.id == LINKS.c.ticket, text(f"tickets.{LIVE}"))
    )
    free = and_(INBOX.c.ended_at.is_not(None), ~live)
    messages: list[int] = []
    waits = False
    for which in (_said_in_groups(who), _said_privately(who)):
        here = and_(which, INBOX.c.received_at <= asked_at)
        found = connection.execute(select(INBOX.c.seq).where(here, free).order_by(INBOX.c.seq).limit(most))
        messages += found.scalars()
        waits |= connection.execute(select(INBOX.c.seq).where(here, ~free).limit(1)).first() is not None
    any_link = select(LINKS.c.ticket).where(LINKS.c.platform == who.platform, LINKS.c.sender == who.account)
    for part in (_raised(who), TICKETS.c.id.in_(any_link)):
        waits |= connection.execute(select(TICKETS.c.id).where(part, text(LIVE)).limit(1)).first() is not None
    ended = select(TICKETS.c.id).where(or_(_raised(who), TICKETS.c.id.in_(any_link)), ENDED).order_by(TICKETS.c.id)
    mine = and_(OUTBOX.c.recipient == who.key, OUTBOX.c.created_at <= asked_at)
    about_live = exists().where(TICKETS.c.id == OUTBOX.c.ticket, text(f"tickets.{LIVE}"))
    over = and_(OUTBOX.c.state.in_(_OVER), ~about_live)
    sends = connection.execute(select(OUTBOX.c.id).where(mine, over).order_by(OUTBOX.c.id).limit(most))
    waits |= connection.execute(select(OUTBOX.c.id).where(mine, ~over).limit(1)).first() is not None
    return _Work(
        messages=messages[:most],
        tickets=list(connection.execute(ended.limit(most)).scalars()),
        sends=list(sends.scalars()),
        waits=waits,
    )


def _wipe_messages(connection: Connection, seqs: Sequence[int]) -> None:
    """Take away all that is the person's; the rows stay for some days, so that a platform's repetition is not new."""
    if not seqs:
        return
    media.take_back(connection, seqs)
    said = connection.execute(select(INBOX.c.seq, INBOX.c.text, INBOX.c.group_id).where(INBOX.c.seq.in_(seqs))).all()
    nothing = {"sender": "", "name": "", "mentions": pack(()), "quote": None, "mark": None}
    for apart in (False, True):
        some = [row.seq for row in said if row.text.apart is apart]
        if some:
            connection.execute(
                update(INBOX).where(INBOX.c.seq.in_(some)).values(text=Words("", apart=apart), **nothing)
            )
    private = [row.seq for row in said if row.group_id is None]
    if private:
        connection.execute(update(INBOX).where(INBOX.c.seq.in_(private)).values(conversation=_NOBODY))


def wipe_sends(connection: Connection, numbers: Sequence[int]) -> None:
    """Take away what the bot said and to which account; that a message was confidential stays hidden in it (R50)."""
    if not numbers:
        return
    number = cast(OUTBOX.c.id, Text)
    to_account = OUTBOX.c.recipient.like("account:%")
    emptied = {
        "dedupe_key": literal(GONE, Text) + number,
        "recipient": case((to_account, literal(_NOBODY, Text) + number), else_=OUTBOX.c.recipient),
        "choices": pack(()),
        "asked_of": null(),
        "attachment": null(),
        "card": null(),
    }
    said = connection.execute(select(OUTBOX.c.id, OUTBOX.c.text).where(OUTBOX.c.id.in_(numbers))).all()
    for apart in (False, True):
        some = [row.id for row in said if row.text.apart is apart]
        if some:
            gone = update(OUTBOX).where(OUTBOX.c.id.in_(some)).values(text=Words("", apart=apart), **emptied)
            connection.execute(gone)


def _forget_knocks(connection: Connection, who: _Who) -> None:
    """Notes of the door about the account; there are few, and whom they are about lies sealed."""
    notes = connection.execute(select(DOOR_NOTES.c.id, DOOR_NOTES.c.about)).all()
    mine = [row.id for row in notes if who.account in (row.about, row.about.rpartition("/")[2])]
    connection.execute(delete(DOOR_NOTES).where(DOOR_NOTES.c.id.in_(mine)))
