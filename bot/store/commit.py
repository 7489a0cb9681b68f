"""The one way to write decisions: an outcome, with the messages or the slot that caused it, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, literal, select, text, update

from bot.domain.outcome import Change, Outcome, Slot
from bot.domain.tickets import Clue, Link, TicketEvent
from bot.ports import Conflict
from bot.store.chain import GENESIS, Content, Head, entry_hash
from bot.store.columns import pack_data, storable
from bot.store.outbox import add_sends
from bot.store.rows import clue_values, link_values, ticket_values
from bot.store.slots import add_slots, finish_slot
from bot.store.tables import CHAIN_HEADS, CLUES, EVENTS, INBOX, LINKS, TICKETS, WAITING, upsert
from bot.store.tickets import next_number


class AlreadyDone(Exception):  # noqa: N818 - reads as what happened
    """Another run handled the message or did the slot; raised to undo what this one has begun."""


def commit(
    connection: Connection, outcome: Outcome, *, now: datetime, handled: Sequence[int], slot: Slot | None
) -> None:
    """Write everything, or raise: AlreadyDone if another run was faster, Conflict for what contradicts the store."""
    if slot is not None and not finish_slot(connection, slot, now):
        raise AlreadyDone
    _finish(connection, handled, now)
    if outcome.changes:
        _save(connection, outcome.changes)
    _link(connection, outcome.links)
    add_sends(connection, outcome.sends, now)
    _keep(connection, outcome.clues)
    add_slots(connection, outcome.slots)
    for seq, mark in outcome.marks:
        connection.execute(update(INBOX).where(INBOX.c.seq == seq).values(mark=mark.value))


def _finish(connection: Connection, handled: Sequence[int], now: datetime) -> None:
    seqs = sorted(set(handled))
    if seqs:
        ours = INBOX.c.seq == seqs[0] if len(seqs) == 1 else INBOX.c.seq.in_(seqs)
        done = update(INBOX).where(ours, text(WAITING)).values(state=literal("handled"), ended_at=now)
        if connection.execute(done).rowcount != len(seqs):
            raise AlreadyDone


def _save(connection: Connection, changes: Sequence[Change]) -> None:
    """Tickets and their events. The chain heads are locked first, so that one village is written by one at a time."""
    heads = _lock_heads(connection, {change.ticket.village for change in changes})
    ids = {change.ticket.id for change in changes}
    known = {row.id for row in connection.execute(select(TICKETS.c.id).where(TICKETS.c.id.in_(ids)))}
    for change in _latest(changes):
        values = ticket_values(change.ticket, _active_at(change))
        if change.ticket.id in known:
            _update_ticket(connection, values)
        else:
            _insert_ticket(connection, change, values)
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
    connection.execute(insert(TICKETS).values(**values))


def _update_ticket(connection: Connection, values: dict[str, object]) -> None:
    fixed = ("id", "village", "year", "number")
    changed = {name: value for name, value in values.items() if name not in fixed}
    active_at = bindparam("new_active_at", values["active_at"], type_=TICKETS.c.active_at.type)
    changed["active_at"] = case((active_at > TICKETS.c.active_at, active_at), else_=TICKETS.c.active_at)
    same = (TICKETS.c[name] == values[name] for name in fixed)
    if connection.execute(update(TICKETS).where(*same).values(**changed)).rowcount != 1:
        message = f"ticket {values['id']}: village, year and number never change"
        raise Conflict(message)


def _lock_heads(connection: Connection, villages: set[str]) -> dict[str, Head]:
    """The ends of the villages' chains, locked in alphabetical order so that two commits never wait for each other."""
    heads = {}
    for village in sorted(villages):
        connection.execute(
            upsert(connection, CHAIN_HEADS)
            .values(village=village, position=0, hash=GENESIS)
            .on_conflict_do_nothing(index_elements=["village"])
        )
        query = select(CHAIN_HEADS).where(CHAIN_HEADS.c.village == village).with_for_update()
        row = connection.execute(query).one()
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
    connection.execute(insert(EVENTS), rows)
    for village in sorted({village for village, _ in events}):
        head = heads[village]
        moved = update(CHAIN_HEADS).where(CHAIN_HEADS.c.village == village)
        connection.execute(moved.values(position=head.position, hash=head.hash))


def _link(connection: Connection, links: Sequence[Link]) -> None:
    if not links:
        return
    wanted = {link.ticket for link in links}
    known = {row.id for row in connection.execute(select(TICKETS.c.id).where(TICKETS.c.id.in_(wanted)))}
    if wanted - known:
        message = f"links to unknown tickets: {', '.join(sorted(wanted - known))}"
        raise Conflict(message)
    connection.execute(
        upsert(connection, LINKS)
        .values([link_values(link) for link in links])
        .on_conflict_do_nothing(index_elements=["ticket", "platform", "message", "relation"])
    )
    latest: dict[str, datetime] = {}
    for link in links:
        latest[link.ticket] = max(latest.get(link.ticket, link.at), link.at)
    for ticket, at in sorted(latest.items()):
        later = update(TICKETS).where(TICKETS.c.id == ticket, TICKETS.c.active_at < at)
        connection.execute(later.values(active_at=at))


def _keep(connection: Connection, clues: Sequence[Clue]) -> None:
    for clue in clues:
        connection.execute(
            upsert(connection, CLUES)
            .values(**clue_values(clue))
            .on_conflict_do_nothing(index_elements=["platform", "first_message"])
        )
