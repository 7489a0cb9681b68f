"""The ledger of tickets as offices keep it: who may have it, which tickets stand in it, and what is counted (R26)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.clues import holds_role
from bot.domain.org import Organisation, Person, Role
from bot.domain.record import usual_effect
from bot.domain.routing import is_checked_elsewhere
from bot.domain.tickets import Effect, State, Thread, Ticket
from bot.domain.workdays import local


class Timeliness(StrEnum):
    """How a ticket stands to its due time; what was extended never counts as simply on time (clock specification 7)."""

    ON_TIME = "on_time"
    EXTENDED = "extended"
    LATE = "late"
    RUNNING = "running"
    OVERDUE = "overdue"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which tickets: of one village or of all, said on days from ``first`` to ``last``, both included (local days)."""

    village: str | None = None
    first: date | None = None
    last: date | None = None

    def includes(self, ticket: Ticket) -> bool:
        """Whether the ticket is meant."""
        said = local(ticket.said_at).date()
        return (
            (self.village is None or ticket.village == self.village)
            and (self.first is None or said >= self.first)
            and (self.last is None or said <= self.last)
        )


def may_see(reader: Person, ticket: Ticket, org: Organisation) -> bool:
    """Whether a ticket stands in somebody's ledger: his unit holds it or has held it, it is of his village, or he

    inspects that part of the tree. What another township checks is closed to the home area (R71).
    """
    if reader.unit == org.county.id and Role.COUNTY_DESK in reader.roles:
        return True
    if ticket.owner == reader.id or ticket.unit == reader.unit:
        return True
    if is_checked_elsewhere(org, ticket.village, ticket.unit):
        return False
    if reader.unit == ticket.village or reader.unit in ticket.units:
        return True
    return Role.INSPECTOR in reader.roles and org.covers(reader, ticket.village)


def has_ledger(reader: Person) -> bool:
    """Whether somebody keeps a ledger at all: who only looks after the machine reads no matters."""
    return bool(reader.roles - {Role.OPERATOR})


def entries(threads: Iterable[Thread], wanted: Wanted, reader: Person, org: Organisation) -> tuple[Thread, ...]:
    """The tickets of a reader's ledger, by village, year and number."""
    found = (one for one in threads if wanted.includes(one.ticket) and may_see(reader, one.ticket, org))
    return tuple(sorted(found, key=lambda one: (one.ticket.village, one.ticket.year, one.ticket.number)))


def timeliness(ticket: Ticket, *, now: datetime) -> Timeliness:
    """Whether it was, or still is, in time by the villager's clock."""
    if ticket.state in (State.WITHDRAWN, State.MERGED):
        return Timeliness.NONE
    if ticket.state is not State.CLOSED or ticket.closed_at is None:
        return Timeliness.OVERDUE if now > ticket.due_at else Timeliness.RUNNING
    if ticket.closed_at > ticket.due_at:
        return Timeliness.LATE
    return Timeliness.EXTENDED if ticket.extension_days else Timeliness.ON_TIME


def effect_for(reader: Person, ticket: Ticket, org: Organisation) -> Effect | None:
    """What came of a closed ticket, as this reader may know it: that a person was dealt with is for the discipline

    role alone; everybody else reads what usually comes of the category (R26).
    """
    if ticket.state is not State.CLOSED:
        return None
    usual = usual_effect(ticket.category, ticket.answer_text)
    effect = ticket.effect or usual
    return usual if effect is Effect.DISCIPLINED and not holds_role(reader, org) else effect


def effects(threads: Sequence[Thread], reader: Person, org: Organisation) -> Mapping[str, Counter[Effect]]:
    """How often each effect came of each village's closed tickets (R26)."""
    counts: dict[str, Counter[Effect]] = {}
    for thread in threads:
        effect = effect_for(reader, thread.ticket, org)
        village = counts.setdefault(thread.ticket.village, Counter())
        if effect is not None:
            village[effect] += 1
    return counts
