"""A new year's notice has arrived: open tickets are dated again, each owner told once for all (DESIGN section 7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain import clocks
from bot.domain.lateness import hop_since, silent_since_hop
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Change, Job, Outcome, Slot
from bot.domain.tickets import Thread, Ticket, TicketEvent
from bot.domain.workdays import due_time
from bot.office import Office
from bot.phrasing import matter, say_time, ticket_due
from bot.watching import watch


def needs_history(thread: Thread) -> bool:
    """Whether the ticket's history is needed to date it anew: it is live and was handed to another level (R2)."""
    return thread.ticket.state.is_live and thread.ticket.hop_due_at is not None


def decide(
    threads: Sequence[Thread],
    now: datetime,
    office: Office,
    *,
    histories: Mapping[str, Sequence[TicketEvent]] | None = None,
) -> Outcome:
    """Re-date what the present calendar dates otherwise than when it was last dated; extensions and waits are kept.

    The hop time (R2) is counted anew from when the level received the ticket, as long as it owes a first word;
    ``histories`` are those of the tickets that need one (``needs_history``), by id.
    """
    outcome = Outcome()
    moved: dict[str, list[tuple[Ticket, Ticket]]] = {}
    for thread in threads:
        ticket = thread.ticket
        if not ticket.state.is_live:
            continue
        due = ticket_due(ticket, office)
        hop = _hop_due(ticket, (histories or {}).get(ticket.id, ()), office)
        if due.at == ticket.due_at and due.provisional == ticket.due_provisional and hop == ticket.hop_due_at:
            continue
        change = clocks.redated(ticket, at=now, rules=office.rules, calendar=office.calendar, hop_due_at=hop)
        outcome += Outcome(changes=(change,), slots=_watched(ticket, change, now, office))
        if due.at != ticket.due_at or hop != ticket.hop_due_at:
            moved.setdefault(ticket.owner, []).append((ticket, change.ticket))
    return outcome + Outcome(sends=tuple(_notice(owner, pairs, now, office) for owner, pairs in moved.items()))


def _hop_due(ticket: Ticket, history: Sequence[TicketEvent], office: Office) -> datetime | None:
    """When the level that holds it owes a word by the present calendar; unchanged once it has spoken or was late."""
    since = hop_since(history)
    if ticket.hop_due_at is None or since is None or not silent_since_hop(history):
        return ticket.hop_due_at
    rules = office.rules
    return due_time(since, rules.deadlines.transfer, office.calendar, rules.office_hours).at


def _watched(before: Ticket, change: Change, now: datetime, office: Office) -> tuple[Slot, ...]:
    after = change.ticket
    slots = watch(after, office, now=now) if after.due_at != before.due_at else ()
    if after.hop_due_at is None or after.hop_due_at == before.hop_due_at:
        return slots
    return tuple(dict.fromkeys((*slots, Slot(at=max(after.hop_due_at, now), job=Job.HOP, scope=after.id))))


def _line(key: str, before: Ticket, after: Ticket, now: datetime, office: Office) -> str:
    """What has moved: the villager's due time, the time until which a first word is owed, or both."""
    said = {
        "number": before.number,
        "village": office.org.units[before.village].name,
        "matter": matter(before, office),
        "old": say_time(before.due_at, office, now=now),
        "due": say_time(after.due_at, office, now=now),
    }
    hop = ""
    if after.hop_due_at is not None and after.hop_due_at != before.hop_due_at:
        hop = say_time(after.hop_due_at, office, now=now)
    if before.due_at == after.due_at:
        return office.say("clock.redated_hop", **said, hop=hop)
    return office.say(key, **said) + (office.say("clock.redated_hop_too", hop=hop) if hop else "")


def _notice(owner: str, pairs: Sequence[tuple[Ticket, Ticket]], now: datetime, office: Office) -> Outgoing:
    """One message to an owner for all the tickets whose due time has moved."""
    key = "reminder.redated" if len(pairs) == 1 else "clock.redated_line"
    lines = [_line(key, before, after, now, office) for before, after in pairs]
    first, last = pairs[0][1], pairs[-1][1]
    alone = len(pairs) == 1
    return Outgoing(
        to=ToPerson(person=owner),
        kind=OutKind.NOTICE,
        text=lines[0] if alone else office.say("clock.redated_several", count=len(pairs), lines="\n".join(lines)),
        dedupe_key=f"redated:{owner}:{first.id}:{last.id}:{last.due_at.isoformat()}:{now.isoformat()}",
        not_before=office.hold(now),
        ticket=first.id if alone else None,
    )
