"""A new year's notice has arrived: open tickets are dated again, each owner told once for all (DESIGN section 7)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain import clocks
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Change, Outcome, Slot
from bot.domain.tickets import Thread, Ticket
from bot.office import Office
from bot.phrasing import matter, say_time, ticket_due
from bot.watching import watch


def decide(threads: Sequence[Thread], now: datetime, office: Office) -> Outcome:
    """Re-date what the present calendar dates otherwise than when it was last dated; extensions and waits are kept."""
    outcome = Outcome()
    moved: dict[str, list[tuple[Ticket, Ticket]]] = {}
    for thread in threads:
        ticket = thread.ticket
        if not ticket.state.is_live:
            continue
        due = ticket_due(ticket, office)
        if due.at == ticket.due_at and due.provisional == ticket.due_provisional:
            continue
        change = clocks.redated(ticket, at=now, rules=office.rules, calendar=office.calendar)
        outcome += Outcome(changes=(change,), slots=_watched(ticket, change, now, office))
        if due.at != ticket.due_at:
            moved.setdefault(ticket.owner, []).append((ticket, change.ticket))
    return outcome + Outcome(sends=tuple(_notice(owner, pairs, now, office) for owner, pairs in moved.items()))


def _watched(before: Ticket, change: Change, now: datetime, office: Office) -> tuple[Slot, ...]:
    return watch(change.ticket, office, now=now) if change.ticket.due_at != before.due_at else ()


def _notice(owner: str, pairs: Sequence[tuple[Ticket, Ticket]], now: datetime, office: Office) -> Outgoing:
    """One message to an owner for all the tickets whose due time has moved."""
    lines = [
        office.say(
            "reminder.redated" if len(pairs) == 1 else "clock.redated_line",
            number=before.number,
            village=office.org.units[before.village].name,
            matter=matter(before, office),
            old=say_time(before.due_at, office, now=now),
            due=say_time(after.due_at, office, now=now),
        )
        for before, after in pairs
    ]
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
