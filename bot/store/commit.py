"""The one way to write decisions: an outcome, with the messages or the slot that caused it, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, delete, false, insert, literal, or_, select, text, update

from bot.domain.outcome import Change, Mark, Outcome, Slot
from bot.domain.tickets import EventKind, Link, TicketEvent
from bot.ports import Conflict
from bot.store import answers, bindings, clues, content, duty, mailings, media, patrol_notes, people, retention, slips
from bot.store.chain import GENESIS, Content, Head, entry_hash
from bot.store.columns import pack_data, storable
from bot.store.inbox import add_heard
from bot.store.outbox import add_sends
from bot.store.rows import link_values, ticket_values
from bot.store.slots import add_slots, finish_slot
from bot.store.tables import CHAIN_HEADS, EVENTS, INBOX, LINKS, TICKETS, WAITING, add_new
from bot.store.tickets import next_number

_FINISH: Final = (
    update(INBOX)
    .where(INBOX.c.seq.in_(bindparam("seqs", expanding=True)), text(WAITING))
    .values(state=literal("handled"), ended_at=bindparam("now"), urgent=false())
)
_MARK: Final = update(INBOX).where(INBOX.c.seq == bindparam("the_seq"))
_KNOWN: Final = select(TICKETS.c.id).where(TICKETS.c.id.in_(bindparam("ids", expanding=True)))
_NEW_TICKET: Final = insert(TICKETS)
_FIXED: Final = ("id", "village", "year", "number")
_ACTIVE_AT: Final = bindparam("the_active_at", type_=TICKETS.c.active_at.type)
_SEEN: Final = bindparam("the_version", type_=TICKETS.c.version.type)
_CHANGE_TICKET: Final = (
    update(TICKETS)
    .where(
        *(TICKETS.c[name] == bindparam(f"the_{name}") for name in _FIXED),
        or_(_SEEN.is_(None), TICKETS.c.version == _SEEN),
    )
    .values(
        active_at=case((TICKETS.c.active_at < _ACTIVE_AT, _ACTIVE_AT), else_=TICKETS.c.active_at),
        version=TICKETS.c.version + 1,
    )
)
_TOUCH_TICKET: Final = (
    update(TICKETS)
    .where(TICKETS.c.id == bindparam("the_id"), TICKETS.c.active_at < _ACTIVE_AT)
    .values(active_at=_ACTIVE_AT)
)
_LOCK_HEAD: Final = (
    select(CHAIN_HEADS.c.position, CHAIN_HEADS.c.hash)
    .where(CHAIN_HEADS.c.village == bindparam("village"))
    .with_for_update()
)
_MOVE_HEAD: Final = update(CHAIN_HEADS).where(CHAIN_HEADS.c.village == bindparam("the_village"))
_NEW_EVENTS: Final = insert(EVENTS)
_UNLINK: Final = delete(LINKS).where(
    *(LINKS.c[name] == bindparam(f"the_{name}") for name in ("ticket", "platform", "message", "relation"))
)


class AlreadyDone(Exception):  # noqa: N818 - reads as what happened
    """Another run handled the message or did the slot; raised to undo what this one has begun."""


def commit(
    connection: Connection, outcome: Outcome, *, now: datetime, handled: Sequence[int], slot: Slot | None
) -> None:
    """Write everything, or raise: AlreadyDone if another run was faster, Conflict for what contradicts the store."""
    if slot is not None and not finish_slot(connection, slot, now):
        raise AlreadyDone
    _finish(connection, handled, now)
    add_heard(connection, outcome.heard, now)
    if outcome.changes:
        _save(connection, outcome.changes)
    _unlink(connection, outcome.unlinks)
    _link(connection, outcome.links)
    media.link(connection, outcome.links, now)
    mailings.add(connection, outcome.mailings)  # first: its pictures may be posted
    media.keep_made(connection, outcome.made, now)
    add_sends(connection, outcome.sends, now)
    mailings.take_back(connection, outcome.recalls, now)
    clues.add(connection, outcome.clues, now)
    clues.save(connection, outcome.cases)
    add_slots(connection, outcome.slots)
    duty.add(connection, outcome.duty, now)
    answers.add(connection, outcome.answers)
    slips.add(connection, outcome.slips)
    patrol_notes.add(connection, outcome.patrol_notes)
    content.add_items(connection, outcome.own_items)
    content.add_choices(connection, outcome.content_choices)
    content.let_lapse(connection, outcome.lapsed, now)
    content.leave_alone(connection, outcome.alone, now)
    people.add_requests(connection, outcome.requests, now)
    retention.carry_out(connection, outcome.expiries, now)
    bindings.leave_rooms(connection, outcome.left)
    bindings.note(connection, outcome.notes)
    apart = [seq for seq, mark in outcome.marks if mark is Mark.CLUE]
    clues.set_apart(connection, apart, outcome.clues)
    media.hold(connection, outcome.clues)
    media.change(connection, outcome.media, now)
    marks = [{"the_seq": seq, "mark": mark.value} for seq, mark in outcome.marks if mark is not Mark.CLUE]
    if marks:
        connection.execute(_MARK, marks)
    bindings.wipe(connection, outcome.recalled)
    media.take_back(connection, outcome.recalled)
    bindings.add(connection, outcome.bindings)


def _finish(connection: Connection, handled: Sequence[int], now: datetime) -> None:
    seqs = sorted(set(handled))
    if seqs and connection.execute(_FINISH, {"seqs": seqs, "now": now}).rowcount != len(seqs):
        raise AlreadyDone


def _known(connection: Connection, tickets: Iterable[str]) -> set[str]:
    return set(connection.execute(_KNOWN, {"ids": sorted(set(tickets))}).scalars())


def _save(connection: Connection, changes: Sequence[Change]) -> None:
    """Tickets and their events. The chain heads are locked first, so that one village is written by one at a time."""
    heads = _lock_heads(connection, {change.ticket.village for change in changes})
    known = _known(connection, (change.ticket.id for change in changes))
    for change in _latest(changes):
        values = ticket_values(change.ticket, _active_at(change))
        if change.ticket.id not in known:
            _insert_ticket(connection, change, values)
        elif any(event.kind is EventKind.OPENED for event in change.events):
            message = f"ticket {change.ticket.id} was opened already, by another run"
            raise Conflict(message)
        else:
            _update_ticket(connection, values | {"version": change.ticket.version})
    events = [(change.ticket.village, event) for change in changes for event in change.events]
    if events:
        _append(connection, events, heads)


def _latest(changes: Sequence[Change]) -> Iterable[Change]:
    """One change per ticket, in the order of their first: the last form, with the events of all."""
    merged: dict[str, Change] = {}
    for change in changes:
        before = merged.get(change.ticket.id)
        events = change.events if before is None else before.events + change.events
        merged[change.ticket.id] = Change(ticket=change.ticket, events=events)
    return merged.values()


def _active_at(change: Change) -> datetime:
    closed_at = change.ticket.closed_at
    times = [change.ticket.opened_at, *(event.at for event in change.events)]
    return max(times if closed_at is None else [*times, closed_at])


def _insert_ticket(connection: Connection, change: Change, values: dict[str, object]) -> None:
    ticket = change.ticket
    expected = next_number(connection, ticket.village, ticket.year)
    if ticket.number != expected:
        message = f"ticket {ticket.id}: the next number of {ticket.village} in {ticket.year} is {expected}"
        raise Conflict(message)
    connection.execute(_NEW_TICKET, values)


def _update_ticket(connection: Connection, values: dict[str, object]) -> None:
    changed = {name: value for name, value in values.items() if name not in (*_FIXED, "active_at", "version")}
    same = {f"the_{name}": values[name] for name in (*_FIXED, "active_at", "version")}
    if connection.execute(_CHANGE_TICKET, changed | same).rowcount != 1:
        message = f"ticket {values['id']}: it was changed meanwhile, or has another village, year or number"
        raise Conflict(message)


def _lock_heads(connection: Connection, villages: set[str]) -> dict[str, Head]:
    """The ends of the villages' chains, locked in alphabetical order so that two commits never wait for each other."""
    ordered = sorted(villages)
    add_new(connection, CHAIN_HEADS, [{"village": village, "position": 0, "hash": GENESIS} for village in ordered])
    heads = {}
    for village in ordered:
        row = connection.execute(_LOCK_HEAD, {"village": village}).one()
        heads[village] = Head(position=row.position, hash=row.hash)
    return heads


def _append(connection: Connection, events: Sequence[tuple[str, TicketEvent]], heads: dict[str, Head]) -> None:
    rows = []
    for village, event in events:
        head = heads[village]
        content = Content(
            ticket=event.ticket,
            at=event.at,
            kind=event.kind.value,
            actor=storable(event.actor),
            data=pack_data(event.data),
            rule=storable(event.rule),
        )
        heads[village] = Head(position=head.position + 1, hash=entry_hash(head.hash, content))
        place = {"village": village, "position": head.position + 1}
        rows.append(asdict(content) | place | {"prev_hash": head.hash, "hash": heads[village].hash})
    connection.execute(_NEW_EVENTS, rows)
    for village in sorted({village for village, _ in events}):
        head = heads[village]
        moved = {"the_village": village, "position": head.position, "hash": head.hash}
        connection.execute(_MOVE_HEAD, moved)


def _unlink(connection: Connection, links: Sequence[Link]) -> None:
    """Take links away. Raises Conflict for one that is not there: somebody else was faster."""
    for link in links:
        values = link_values(link)
        wanted = {f"the_{name}": values[name] for name in ("ticket", "platform", "message", "relation")}
        if connection.execute(_UNLINK, wanted).rowcount != 1:
            message = f"no link of {link.message} to {link.ticket} could be taken away"
            raise Conflict(message)


def _link(connection: Connection, links: Sequence[Link]) -> None:
    if not links:
        return
    unknown = {link.ticket for link in links} - _known(connection, (link.ticket for link in links))
    if unknown:
        message = f"links to unknown tickets: {', '.join(sorted(unknown))}"
        raise Conflict(message)
    add_new(connection, LINKS, [link_values(link) for link in links])
    latest: dict[str, datetime] = {}
    for link in links:
        latest[link.ticket] = max(latest.get(link.ticket, link.at), link.at)
    touched = [{"the_id": ticket, "the_active_at": at} for ticket, at in sorted(latest.items())]
    connection.execute(_TOUCH_TICKET, touched)
