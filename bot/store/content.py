"""The daily item's records: villages' own items, choices, what the choice leans on; and who is left alone."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, delete, func, select, text, update

from bot.domain.alone import LeaveAlone
from bot.domain.nicknames import SeenName
from bot.domain.outcome import Mark
from bot.domain.own_content import ContentChoice, ItemState, OwnItem, Posted, latest
from bot.ports import Conflict, SendState
from bot.ports.content import Fate
from bot.store.columns import padded, vault_of
from bot.store.content_tables import CONTENT_CHOICES, LEFT_ALONE, OWN_ITEMS
from bot.store.engine import Database
from bot.store.media_tables import HAS_CONTENT, MEDIA
from bot.store.tables import INBOX, MARKED, OUTBOX, POSTED, TICKETS, add_new

TOO_LATE: Final = "过了晚上，不再发"
"""Why something was given up that waited until it was too late for it."""
_ANY_ALONE: Final = select(LEFT_ALONE.c.name).limit(1)
_ALONE_OF: Final = select(LEFT_ALONE.c.name).where(LEFT_ALONE.c.name.in_(bindparam("names", expanding=True)))
_ITEMS: Final = (
    select(OWN_ITEMS).where(OWN_ITEMS.c.unit.in_(bindparam("units", expanding=True))).order_by(OWN_ITEMS.c.id)
)
_CHOICES: Final = (
    select(CONTENT_CHOICES)
    .where(
        CONTENT_CHOICES.c.village.in_(bindparam("villages", expanding=True)),
        CONTENT_CHOICES.c.day == bindparam("the_day"),
    )
    .order_by(CONTENT_CHOICES.c.id)
)
_SINCE: Final = bindparam("since", type_=TICKETS.c.active_at.type)
_YOUNG: Final = and_(TICKETS.c.active_at >= _SINCE, TICKETS.c.opened_at >= _SINCE)
"""The index goes by when they were active; nothing is active before it is opened."""
_TOPICS: Final = (
    select(TICKETS.c.topic, func.count().label("times"))
    .where(
        TICKETS.c.village.in_(bindparam("villages", expanding=True)),
        _YOUNG,
        TICKETS.c.urgent.is_(False),
        TICKETS.c.careful.is_(False),
        TICKETS.c.topic != "",
    )
    .group_by(TICKETS.c.topic)
)
_GROUPS: Final[BindParameter[Any]] = bindparam("groups", expanding=True)
_RAISED: Final = (
    select(TICKETS.c.group_id, func.count().label("times"))
    .where(TICKETS.c.group_id.in_(_GROUPS), _YOUNG)
    .group_by(TICKETS.c.group_id)
)
_ASKED: Final = (
    select(INBOX.c.group_id, func.count().label("times"))
    .where(
        text(MARKED),
        INBOX.c.group_id.in_(_GROUPS),
        INBOX.c.mark.in_([mark.value for mark in (Mark.MAYBE, Mark.PING, Mark.SETTLED)]),
        INBOX.c["at"] >= _SINCE,
    )
    .group_by(INBOX.c.group_id)
)
_DANGER: Final = (
    select(TICKETS.c.village)
    .where(
        TICKETS.c.village.in_(bindparam("villages", expanding=True)),
        TICKETS.c.active_at >= _SINCE,
        TICKETS.c.urgent.is_(True),
    )
    .distinct()
)
_POSTED_TO: Final = (
    select(OUTBOX.c.recipient, OUTBOX.c.content, OUTBOX.c.sent_at)
    .where(
        OUTBOX.c.recipient.in_(bindparam("recipients", expanding=True)),
        OUTBOX.c.sent_at >= bindparam("since", type_=OUTBOX.c.sent_at.type),
        text(POSTED),
    )
    .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
)
"""Built once: putting a statement together costs more than running it, and these run for every group at one hour."""


class ContentRecords:
    """``ports.content.ContentStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def own_items(self, units: Sequence[str]) -> tuple[OwnItem, ...]:
        """The items that these units put in themselves, as they stand, by unit and number."""
        return await self.database.read(partial(items_of, units=units)) if units else ()

    async def content_choices(self, villages: Sequence[str], day: date) -> Mapping[str, ContentChoice]:
        """What was decided last about each village's item of a local day."""
        return await self.database.read(partial(choices_of, villages=villages, day=day)) if villages else {}

    async def content_posted(self, groups: Sequence[str], *, since: datetime) -> tuple[Posted, ...]:
        """Items posted to these groups since then, oldest first."""
        return await self.database.read(partial(posted, groups=groups, since=since)) if groups else ()

    async def topics_raised(self, villages: Sequence[str], *, since: datetime) -> Mapping[str, int]:
        """How many tickets of these villages were opened about each topic since then; emergencies are left out."""
        return await self.database.read(partial(topics, villages=villages, since=since)) if villages else {}

    async def raised_in(self, groups: Sequence[str], *, since: datetime) -> Mapping[str, int]:
        """How many tickets, and questions that opened none, came up since then, by group; quiet ones are left out."""
        return await self.database.read(partial(raised, groups=groups, since=since)) if groups else {}

    async def danger_in(self, villages: Sequence[str], *, since: datetime) -> frozenset[str]:
        """Those of the villages in which anything happened in an emergency since then."""
        return await self.database.read(partial(danger, villages=villages, since=since)) if villages else frozenset()

    async def fate(self, dedupe_key: str) -> Fate | None:
        """What became of a message; None if none with this key was ever to be sent."""
        return await self.database.read(partial(fate_of, dedupe_key=dedupe_key))

    async def left_alone(self, platform: str, account: str) -> bool:
        """Whether an account has asked that its words be left alone."""
        return await self.database.read(partial(is_alone, platform=platform, account=account))

    async def cadre_names(self, groups: Sequence[str], *, since: datetime) -> tuple[SeenName, ...]:
        """How officers' accounts were called in these groups when they last spoke there since then."""
        return await self.database.read(partial(names, groups=groups, since=since)) if groups else ()


# Written with the decision that wants it


def add_items(connection: Connection, items: Sequence[OwnItem]) -> None:
    """Add steps of own items and keep their pictures. Raises Conflict if another step was faster."""
    for item in items:
        known = connection.execute(
            select(func.max(OWN_ITEMS.c.step)).where(OWN_ITEMS.c.unit == item.unit, OWN_ITEMS.c.number == item.number)
        ).scalar()
        add_new(connection, OWN_ITEMS, [_values(item)] if (known or 0) == item.step - 1 else [])
        there = select(OWN_ITEMS.c.made_by, OWN_ITEMS.c.state, OWN_ITEMS.c.title).where(
            OWN_ITEMS.c.unit == item.unit, OWN_ITEMS.c.number == item.number, OWN_ITEMS.c.step == item.step
        )
        if tuple(connection.execute(there).one_or_none() or ()) != (item.by, item.state.value, item.title):
            message = f"own item {item.id}: step {item.step} is not the next one"
            raise Conflict(message)
        if item.picture is not None:
            # Nothing takes it away again: it is no longer one of the pictures that belong to nothing.
            same = (text(HAS_CONTENT), MEDIA.c.digest == item.picture)
            connection.execute(update(MEDIA).where(*same).values(linked=True))


def add_choices(connection: Connection, choices: Sequence[ContentChoice]) -> None:
    """Add what officers decided about a day."""
    if choices:
        rows = [
            {"village": one.village, "day": one.day, "item": one.item, "made_by": one.by, "made_at": one.at}
            for one in choices
        ]
        connection.execute(CONTENT_CHOICES.insert(), rows)


def let_lapse(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Give up what still waits under these keys; what is under way or sent stays as it is."""
    if keys:
        waits = (OUTBOX.c.dedupe_key.in_(keys), OUTBOX.c.state == SendState.PENDING.value)
        gone = {"state": SendState.FAILED.value, "settled_at": now, "next_attempt_at": None}
        told = func.coalesce(func.nullif(OUTBOX.c.error, ""), TOO_LATE)
        connection.execute(update(OUTBOX).where(*waits).values(**gone, error=told))


def leave_alone(connection: Connection, wishes: Sequence[LeaveAlone], now: datetime) -> None:
    """Keep who wants to be left alone, or no longer, by keyed names only."""
    vault = vault_of(connection)
    for wish in wishes:
        word = _word(wish.platform, wish.account)
        if wish.alone:
            add_new(connection, LEFT_ALONE, [{"name": vault.name(word), "since": now}])
        else:
            connection.execute(delete(LEFT_ALONE).where(LEFT_ALONE.c.name.in_(vault.names(word))))


def released_pictures(connection: Connection, digests: Sequence[str]) -> frozenset[str]:
    """Which of these contents a reviewer has released for a village's groups (R37)."""
    query = select(OWN_ITEMS.c.picture).where(
        OWN_ITEMS.c.picture.in_(digests), OWN_ITEMS.c.state == ItemState.RELEASED.value
    )
    return frozenset(connection.execute(query).scalars())


# Looking


def items_of(connection: Connection, units: Sequence[str]) -> tuple[OwnItem, ...]:
    """Own items as they stand."""
    return latest(map(_item, connection.execute(_ITEMS, {"units": padded(units)})))


def choices_of(connection: Connection, villages: Sequence[str], day: date) -> dict[str, ContentChoice]:
    """The last choice of a day, by village."""
    rows = connection.execute(_CHOICES, {"villages": padded(villages), "the_day": day})
    return {
        row.village: ContentChoice(village=row.village, day=row.day, item=row.item, by=row.made_by, at=row.made_at)
        for row in rows
    }


def posted(connection: Connection, groups: Sequence[str], since: datetime) -> tuple[Posted, ...]:
    """Items posted to groups."""
    keys = {f"group:{group}": group for group in groups}
    rows = connection.execute(_POSTED_TO, {"recipients": padded(keys), "since": since})
    return tuple(Posted(group=keys[row.recipient], item=row.content, at=row.sent_at) for row in rows)


def topics(connection: Connection, villages: Sequence[str], since: datetime) -> dict[str, int]:
    """Counts by topic; what is to be handled with care is no subject for a group."""
    rows = connection.execute(_TOPICS, {"villages": padded(villages), "since": since})
    return {row.topic: row.times for row in rows}


def raised(connection: Connection, groups: Sequence[str], since: datetime) -> Counter[str]:
    """Tickets by group, and messages marked as questions."""
    found: Counter[str] = Counter()
    for query in (_RAISED, _ASKED):
        for row in connection.execute(query, {"groups": padded(groups), "since": since}):
            found[row.group_id] += row.times
    return found


def danger(connection: Connection, villages: Sequence[str], since: datetime) -> frozenset[str]:
    """Where an emergency was active since then."""
    return frozenset(connection.execute(_DANGER, {"villages": padded(villages), "since": since}).scalars())


def fate_of(connection: Connection, dedupe_key: str) -> Fate | None:
    """The state of one outgoing message."""
    query = select(OUTBOX.c.state, OUTBOX.c.error).where(OUTBOX.c.dedupe_key == dedupe_key)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    unsure = row.state in (SendState.UNKNOWN.value, SendState.SENDING.value)
    return Fate(sent=row.state == SendState.SENT.value, unsure=unsure, error=row.error)


def is_alone(connection: Connection, platform: str, account: str) -> bool:
    """Whether an account wants to be left alone."""
    return bool(alone_of(connection, {(platform, account)}))


def alone_of(connection: Connection, accounts: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Which of the accounts, by platform and account, want to be left alone; the table is empty nearly everywhere."""
    if not accounts or connection.execute(_ANY_ALONE).first() is None:
        return frozenset()
    vault = vault_of(connection)
    known = {name: account for account in accounts for name in vault.names(_word(*account))}
    return frozenset(known[name] for name in connection.execute(_ALONE_OF, {"names": list(known)}).scalars())


def names(connection: Connection, groups: Sequence[str], since: datetime) -> tuple[SeenName, ...]:
    """The latest name of every officer's account in each group; of nobody else (R33)."""
    last = (
        select(func.max(INBOX.c.seq))
        .where(
            INBOX.c.conversation.in_([f"group:{group}" for group in groups]),
            INBOX.c.received_at >= since,
            INBOX.c.by_cadre.is_(True),
            INBOX.c.name != "",
        )
        .group_by(INBOX.c.group_id, INBOX.c.platform, INBOX.c.sender)
    )
    query = select(INBOX.c.platform, INBOX.c.sender, INBOX.c.group_id, INBOX.c.name).where(INBOX.c.seq.in_(last))
    return tuple(
        SeenName(platform=row.platform, account=row.sender, group=row.group_id, name=row.name)
        for row in connection.execute(query.order_by(INBOX.c.seq))
    )


def _word(platform: str, account: str) -> str:
    return f"alone:{platform}/{account}"


def _values(item: OwnItem) -> dict[str, Any]:
    return {
        "unit": item.unit,
        "number": item.number,
        "step": item.step,
        "state": item.state.value,
        "title": item.title,
        "text": item.text,
        "source": item.source,
        "link": item.link,
        "picture": item.picture,
        "reason": item.reason,
        "proposed_by": item.proposed_by,
        "made_by": item.by,
        "made_at": item.at,
    }


def _item(row: Row[Any]) -> OwnItem:
    return OwnItem(
        unit=row.unit,
        number=row.number,
        step=row.step,
        state=ItemState(row.state),
        title=row.title,
        text=row.text,
        source=row.source,
        link=row.link,
        picture=row.picture,
        reason=row.reason,
        proposed_by=row.proposed_by,
        by=row.made_by,
        at=row.made_at,
    )
