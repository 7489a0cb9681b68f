"""Records of media: made with the message, settled when the bytes are here, taken away when nobody needs them.

Whatever changes for a ticket is looked at by ``Job.MEDIA``: a slot is added with the link or with the bytes, whichever
comes second.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, func, insert, literal, select, text, update

from bot.domain.clues import Clue
from bot.domain.made import Made
from bot.domain.media import Fetched, Media, MediaChange, MediaState, MediaStep, Why
from bot.domain.messages import MediaKind, MediaRef
from bot.domain.outcome import Job, Slot
from bot.domain.tickets import Link
from bot.ports import Trouble
from bot.store.columns import Words, vault_of
from bot.store.media_tables import DROPPED, HAS_CONTENT, LOST, MEDIA, TO_FETCH, UNLINKED
from bot.store.slots import add_slots
from bot.store.tables import INBOX, LINKS, add_new

FOR_CLUE: Final = "clue"
OWN: Final = "made"
"""Stands where others name their platform: what the bot itself has made."""
_NEW: Final = insert(MEDIA)
_WITH_WORDS: Final = select(MEDIA, INBOX.c.text.label("said")).join_from(
    MEDIA,
    INBOX,
    and_(INBOX.c.platform == MEDIA.c.platform, INBOX.c.message == MEDIA.c.message),
    isouter=True,
)
_OF_MESSAGES: Final = and_(
    MEDIA.c.platform == bindparam("the_platform"), MEDIA.c.message.in_(bindparam("the_messages", expanding=True))
)
_LINKED: Final = update(MEDIA).where(_OF_MESSAGES).values(linked=True).returning(MEDIA.c.state, MEDIA.c.shown_at)
"""Built once: it runs for every commit that links a message."""


def add(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Write the records of messages that were just stored."""
    if rows:
        connection.execute(_NEW, rows)


def new_rows(
    platform: str, message: str, refs: Sequence[MediaRef], *, by_cadre: bool, at: datetime
) -> list[dict[str, object]]:
    """The records of one message's media; ``at``: when it arrived."""
    return [
        {
            "platform": platform,
            "message": message,
            "position": position,
            "kind": ref.kind.value,
            "handle": ref.handle,
            "name": ref.name,
            "hold": "",
            "state": MediaState.WAITING.value,
            "linked": False,
            "by_cadre": by_cadre,
            "digest": None,
            "media_type": "",
            "size": 0,
            "arrived_at": at,
            "attempts": 0,
            "next_attempt_at": at,
            "why": "",
            "cause": "",
        }
        for position, ref in enumerate(refs)
    ]


def keep_made(connection: Connection, made: Sequence[Made], now: datetime) -> None:
    """Record what the bot itself drew or wrote: it is kept as long as a picture that belongs to no ticket."""
    for one in made:
        ref = MediaRef(platform=OWN, kind=one.kind, handle="", name=one.name)
        row = new_rows(OWN, f"{one.digest}/{now.isoformat()}", [ref], by_cadre=False, at=now)[0]
        kept = {"state": MediaState.KEPT.value, "digest": one.digest, "media_type": one.media_type, "size": one.size}
        add_new(connection, MEDIA, [row | kept | {"settled_at": now}])


# Fetching


def claim(
    connection: Connection, platforms: Sequence[str], now: datetime, until: datetime, limit: int
) -> tuple[Media, ...]:
    """Take what is due from these platforms, oldest first; it is due again at ``until`` if nobody settles it."""
    due = and_(text(TO_FETCH), MEDIA.c.next_attempt_at <= now, MEDIA.c.platform.in_(platforms))
    ids = select(MEDIA.c.id).where(due).order_by(MEDIA.c.next_attempt_at, MEDIA.c.id).limit(limit)
    claimed = list(connection.execute(ids.with_for_update(skip_locked=True)).scalars())
    if not claimed:
        return ()
    taken = (
        update(MEDIA)
        .where(MEDIA.c.id.in_(claimed), text(TO_FETCH))
        .values(attempts=MEDIA.c.attempts + 1, next_attempt_at=until)
        .returning(MEDIA)
    )
    rows = sorted(connection.execute(taken).all(), key=_id)
    return tuple(_media(row, aside=False) for row in rows)


def settle(connection: Connection, media: int, result: Fetched, now: datetime) -> bool:
    """Record what fetching came to; False if the record was dropped meanwhile."""
    done = (
        update(MEDIA)
        .where(MEDIA.c.id == media, text(TO_FETCH))
        .values(
            state=literal(result.state.value),
            digest=result.digest,
            media_type=result.media_type,
            size=result.size,
            why=result.why.value,
            cause=result.cause,
            settled_at=now,
            handle="",
        )
        .returning(MEDIA.c.platform, MEDIA.c.message, MEDIA.c.linked)
    )
    row = connection.execute(done).one_or_none()
    if row is None:
        return False
    if row.linked:
        belongs = select(LINKS.c.ticket).where(LINKS.c.platform == row.platform, LINKS.c.message == row.message)
        _look_again(connection, connection.execute(belongs).scalars().all(), now)
    return True


def retry(connection: Connection, media: int, cause: str, at: datetime) -> None:
    """Record why an attempt failed; it is due again at ``at``."""
    connection.execute(update(MEDIA).where(MEDIA.c.id == media, text(TO_FETCH)).values(cause=cause, next_attempt_at=at))


def next_fetch(connection: Connection, platforms: Sequence[str]) -> datetime | None:
    """When something is to be fetched next."""
    query = select(MEDIA.c.next_attempt_at).where(text(TO_FETCH), MEDIA.c.platform.in_(platforms))
    return connection.execute(query.order_by(MEDIA.c.next_attempt_at).limit(1)).scalar()


def handles(connection: Connection, platform: str) -> frozenset[str]:
    """The handles of what is to be fetched from a platform."""
    query = select(MEDIA.c.handle).where(text(TO_FETCH), MEDIA.c.platform == platform)
    return frozenset(connection.execute(query).scalars())


# With decisions


def link(connection: Connection, links: Sequence[Link], now: datetime) -> None:
    """Remember that messages belong to tickets; tickets that have gained something to show are looked at again."""
    messages: dict[tuple[str, str], list[str]] = {}
    for one in links:
        messages.setdefault((one.ticket, one.platform), []).append(one.message)
    gained = []
    for (ticket, platform), ids in messages.items():
        rows = connection.execute(_LINKED, {"the_platform": platform, "the_messages": ids}).all()
        if any(row.state != MediaState.WAITING.value and row.shown_at is None for row in rows):
            gained.append(ticket)
    _look_again(connection, gained, now)


def _look_again(connection: Connection, tickets: Sequence[str], now: datetime) -> None:
    add_slots(connection, [Slot(at=now, job=Job.MEDIA, scope=ticket) for ticket in dict.fromkeys(tickets)])


def hold(connection: Connection, clues: Sequence[Clue]) -> None:
    """Keep what a case rests on; of a clue against the county itself nothing is kept at all (legal.md 1)."""
    for clue in clues:
        wanted = {"the_platform": clue.platform, "the_messages": list(clue.messages)}
        if not clue.above:
            connection.execute(update(MEDIA).where(_OF_MESSAGES).values(hold=FOR_CLUE), wanted)
            continue
        wanted["the_messages"] = [*clue.messages, *clue.follows]
        found = connection.execute(select(MEDIA.c.id).where(_OF_MESSAGES), wanted).scalars().all()
        _drop(connection, found)


def change(connection: Connection, changes: Sequence[MediaChange], now: datetime) -> None:
    """Carry out what decisions say of media."""
    by_step: dict[MediaStep, list[int]] = {}
    for one in changes:
        by_step.setdefault(one.step, []).append(one.id)
    shown = by_step.get(MediaStep.SHOWN)
    if shown:
        connection.execute(update(MEDIA).where(MEDIA.c.id.in_(shown)).values(shown_at=now))
    _drop(connection, by_step.get(MediaStep.DROPPED, ()))
    for id_ in by_step.get(MediaStep.HIDDEN, ()):
        _hide(connection, id_)


def take_back(connection: Connection, seqs: Sequence[int]) -> None:
    """Drop what came with messages that their senders took back; what a case rests on stays (R50)."""
    if not seqs:
        return
    for row in connection.execute(select(INBOX.c.platform, INBOX.c.message).where(INBOX.c.seq.in_(seqs))).all():
        wanted = {"the_platform": row.platform, "the_messages": [row.message]}
        found = connection.execute(select(MEDIA.c.id, MEDIA.c.hold).where(_OF_MESSAGES), wanted).all()
        _drop(connection, [one.id for one in found if not one.hold])


def _drop(connection: Connection, ids: Sequence[int]) -> None:
    if not ids:
        return
    gone = {"state": MediaState.DROPPED.value, "handle": "", "name": "", "hold": ""}
    connection.execute(update(MEDIA).where(MEDIA.c.id.in_(ids)).values(**gone))
    connection.execute(delete(MEDIA).where(MEDIA.c.id.in_(ids), MEDIA.c.digest.is_(None)))


def _hide(connection: Connection, id_: int) -> None:
    row = connection.execute(select(MEDIA).where(MEDIA.c.id == id_)).one_or_none()
    if row is None or not row.platform or not row.hold:
        return
    origin = f"{row.platform}/{row.message}"
    connection.execute(
        update(MEDIA)
        .where(MEDIA.c.id == id_)
        .values(
            platform="",
            message=vault_of(connection).name(f"media:{origin}"),
            hold=f"{FOR_CLUE}\n{origin}",
            by_cadre=False,
            shown_at=None,
        )
    )


def from_people(connection: Connection, digests: Sequence[str]) -> bool:
    """Whether one of these contents came with a message of somebody."""
    query = select(MEDIA.c.id).where(text(HAS_CONTENT), MEDIA.c.digest.in_(digests)).limit(1)
    return connection.execute(query).first() is not None


# Looking


def of_tickets(connection: Connection, tickets: Sequence[str]) -> dict[str, tuple[Media, ...]]:
    """The media of the messages of these tickets, in order of arrival."""
    same = and_(LINKS.c.platform == MEDIA.c.platform, LINKS.c.message == MEDIA.c.message)
    query = _WITH_WORDS.add_columns(LINKS.c.ticket.label("of_ticket")).join(LINKS, same)
    found: dict[str, dict[int, Media]] = {}
    for row in connection.execute(query.where(LINKS.c.ticket.in_(tickets)).order_by(MEDIA.c.id)):
        found.setdefault(row.of_ticket, {})[row.id] = _with_words(row)
    return {ticket: tuple(media.values()) for ticket, media in found.items()}


def of_messages(connection: Connection, keys: Sequence[tuple[str, str]]) -> tuple[Media, ...]:
    """The media of messages, in order of arrival, hidden ones included."""
    vault = vault_of(connection)
    places: dict[str, set[str]] = {"": set()}
    for platform, message in keys:
        places.setdefault(platform, set()).add(message)
        places[""].update(vault.names(f"media:{platform}/{message}"))
    found: list[Media] = []
    for platform, messages in places.items():
        wanted = {"the_platform": platform, "the_messages": sorted(messages)}
        found += [_with_words(row) for row in connection.execute(_WITH_WORDS.where(_OF_MESSAGES), wanted)]
    return tuple(sorted(found, key=lambda one: one.id))


def stale(connection: Connection, before: datetime, limit: int) -> tuple[Media, ...]:
    """What arrived before then and belongs to no ticket, oldest first."""
    gone_by = and_(
        text(UNLINKED), MEDIA.c.arrived_at < before, MEDIA.c.platform != "", MEDIA.c.state != MediaState.DROPPED.value
    )
    query = select(MEDIA).where(gone_by).order_by(MEDIA.c.arrived_at, MEDIA.c.id).limit(limit)
    return tuple(_media(row, aside=bool(row.hold)) for row in connection.execute(query))


def at(connection: Connection, digest: str) -> Media | None:
    """One kept piece with this content."""
    kept = and_(text(HAS_CONTENT), MEDIA.c.digest == digest, MEDIA.c.state == MediaState.KEPT.value)
    row = connection.execute(select(MEDIA).where(kept).order_by(MEDIA.c.id).limit(1)).one_or_none()
    return None if row is None else _media(row, aside=bool(row.hold))


def dropped(connection: Connection, limit: int) -> tuple[str, ...]:
    """Contents that nothing refers to any more. Dropped records of contents that others still have go at once."""
    other = MEDIA.alias("other")
    used = exists().where(other.c.digest == MEDIA.c.digest, other.c.state != MediaState.DROPPED.value)
    connection.execute(delete(MEDIA).where(text(DROPPED), used))
    query = select(MEDIA.c.digest).where(text(DROPPED)).order_by(MEDIA.c.id).limit(limit)
    return tuple(dict.fromkeys(connection.execute(query).scalars()))


def forget(connection: Connection, digests: Sequence[str]) -> None:
    """Take away dropped records whose files are gone."""
    connection.execute(delete(MEDIA).where(text(DROPPED), MEDIA.c.digest.in_(digests)))


def troubles(connection: Connection, since: datetime) -> list[Trouble]:
    """What could not be got from its platform since then."""
    query = select(MEDIA).where(text(LOST), MEDIA.c.settled_at >= since, MEDIA.c.platform != "")
    return [
        Trouble(at=row.settled_at, kind="media", subject=f"{row.platform}/{row.message}", cause=row.cause)
        for row in connection.execute(query)
    ]


def rename_hidden(connection: Connection) -> int:
    """Give hidden records the names that they have under the present first key; how many there are."""
    vault = vault_of(connection)
    rows = connection.execute(select(MEDIA.c.id, MEDIA.c.hold).where(MEDIA.c.platform == "").with_for_update()).all()
    for row in rows:
        origin = row.hold.partition("\n")[2]
        if origin:
            name = vault.name(f"media:{origin}")
            connection.execute(update(MEDIA).where(MEDIA.c.id == row.id).values(message=name))
    return len(rows)


def count(connection: Connection) -> int:
    """How many contents are kept."""
    query = select(func.count(func.distinct(MEDIA.c.digest))).where(text(HAS_CONTENT))
    return int(connection.execute(query).scalar_one())


def _id(row: Row[Any]) -> int:
    return int(row.id)


def _with_words(row: Row[Any]) -> Media:
    said: Words | None = row.said
    return _media(row, aside=not row.platform or bool(row.hold) or (said is not None and said.apart))


def _media(row: Row[Any], *, aside: bool) -> Media:
    _, _, origin = (row.hold or "").partition("\n")
    platform, _, message = origin.partition("/") if origin else (row.platform, "", row.message)
    return Media(
        id=row.id,
        platform=platform,
        message=message,
        ref=MediaRef(platform=platform, kind=MediaKind(row.kind), handle=row.handle, name=row.name),
        state=MediaState(row.state),
        arrived_at=row.arrived_at,
        digest=row.digest,
        media_type=row.media_type,
        size=row.size,
        attempts=row.attempts,
        why=Why(row.why),
        shown_at=row.shown_at,
        by_cadre=row.by_cadre,
        aside=aside,
        for_clue=bool(row.hold),
    )
