"""The moves of a ticket between units and people: one number for life, always exactly one owner (R2, R16 to R18)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.categories import Level
from bot.domain.lifecycle import BOT, Detail, moved
from bot.domain.outcome import Change
from bot.domain.supervision import Order
from bot.domain.tickets import EventKind, State, Ticket


def transferred(
    ticket: Ticket, *, at: datetime, by: str, unit: str, level: Level, owner: str, hop_due_at: datetime, summary: str
) -> Change:
    """Handed to another unit under the same number; the villager's clock runs on (R2, R18)."""
    after = _held_by(ticket, unit=unit, level=level, owner=owner, hop_due_at=hop_due_at)
    data = _hop(ticket, unit=unit, owner=owner, hop_due_at=hop_due_at)
    return moved(ticket, after, EventKind.TRANSFERRED, at, by, "R2", **data, summary=summary)


def returned(
    ticket: Ticket, *, at: datetime, by: str, unit: str, level: Level, owner: str, hop_due_at: datetime, reason: str
) -> Change:
    """Sent back or refused, with a reason and counted; what goes down is counted once more (R16).

    Raises ValueError without a reason.
    """
    if not reason.strip():
        message = "nothing is sent back without a reason"
        raise ValueError(message)
    down = level < ticket.level
    after = replace(
        _held_by(ticket, unit=unit, level=level, owner=owner, hop_due_at=hop_due_at),
        returns=ticket.returns + 1,
        pushed_down=ticket.pushed_down + down,
    )
    data = _hop(ticket, unit=unit, owner=owner, hop_due_at=hop_due_at)
    return moved(ticket, after, EventKind.RETURNED, at, by, "R16", **data, reason=reason, down=down)


def raised(ticket: Ticket, *, at: datetime, unit: str, level: Level, owner: str, hop_due_at: datetime) -> Change:
    """One level up by itself: the first "not solved" is looked at by somebody else (R109)."""
    after = replace(_held_by(ticket, unit=unit, level=level, owner=owner, hop_due_at=hop_due_at), state=ticket.state)
    data = _hop(ticket, unit=unit, owner=owner, hop_due_at=hop_due_at)
    return moved(ticket, after, EventKind.TRANSFERRED, at, BOT, "R109", **data, summary="")


def supervised(ticket: Ticket, *, at: datetime, by: str, order: Order, serial: str, days: int, reason: str) -> Change:
    """A person of the discipline office has issued a supervision order with a lead unit and co-units (R17).

    ``serial`` is the order's number, ``days`` the working days that it gives; both stand in the record with its limit
    and grade.
    """
    after = replace(ticket, supervised_at=at)
    data: dict[str, Detail] = {
        "lead": order.lead,
        "others": " ".join(order.others),
        "limit": order.limit.isoformat(),
        "days": days,
        "grade": order.grade,
        "serial": serial,
        "reason": reason,
    }
    return moved(ticket, after, EventKind.SUPERVISED, at, by, "R17", **data)


def reassigned(ticket: Ticket, *, at: datetime, owner: str, reason: str, by: str = BOT) -> Change:
    """Another owner in the same unit or up the line, because the old one cannot: never nobody (R10)."""
    after = replace(ticket, owner=owner, offered_to=None)
    return moved(
        ticket, after, EventKind.REASSIGNED, at, by, "R10", **{"from": ticket.owner, "to": owner, "reason": reason}
    )


def handover_offered(ticket: Ticket, *, at: datetime, to: str, by: str = BOT) -> Change:
    """At a change of shift the next officer is asked to take it; until then it stays with the old one."""
    after = replace(ticket, offered_to=to)
    return moved(ticket, after, EventKind.HANDOVER_OFFERED, at, by, "R28", to=to)


def handed_over(ticket: Ticket, *, at: datetime, to: str) -> Change:
    """The next officer said 接. Raises ValueError for somebody to whom it was not offered."""
    if ticket.offered_to != to:
        message = f"{ticket.id} was not offered to {to}"
        raise ValueError(message)
    after = replace(ticket, owner=to, offered_to=None)
    return moved(ticket, after, EventKind.HANDED_OVER, at, to, "R28", **{"from": ticket.owner, "to": to})


def _held_by(ticket: Ticket, *, unit: str, level: Level, owner: str, hop_due_at: datetime) -> Ticket:
    return replace(
        ticket,
        unit=unit,
        units=(*(ticket.units or (ticket.unit,)), unit),
        level=level,
        owner=owner,
        offered_to=None,
        hop_due_at=hop_due_at,
        state=State.PROMPTED,
    )


def _hop(ticket: Ticket, *, unit: str, owner: str, hop_due_at: datetime) -> dict[str, Detail]:
    return {"from": ticket.unit, "to": unit, "owner": owner, "hop_due_at": hop_due_at.isoformat()}
