"""No ticket stays with somebody who cannot: gone, away, unheard (R10). The next in line has it, then those above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain import hops
from bot.domain.duty import Cannot, Vacancy, cannot, overseers
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.routing import is_checked_elsewhere
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import called, handover_line

USEFUL_FOR = timedelta(hours=12)
"""How late a run may be: the next one comes the next working day."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Tickets of the villages that are looked at."""

    threads: tuple[Thread, ...]


@dataclass(frozen=True, kw_only=True)
class _Move:
    ticket: Ticket
    why: Cannot
    to: Person


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The township ``slot.scope``'s tickets on the morning of ``slot.at``; nothing if the run is long past.

    On rest days only when somebody asked for it by going away that very day: no clock runs meanwhile.
    """
    if slot.scope not in office.org.units or now - slot.at > USEFUL_FOR:
        return NOTHING
    by_schedule = local(slot.at).time() == office.rules.schedule.owners
    if by_schedule and not office.calendar.is_workday(local(slot.at).date()):
        return NOTHING
    return settle(facts.threads, now, office)


def settle(threads: Iterable[Thread], now: datetime, office: Office) -> Outcome:
    """Give every live ticket an owner who can be asked today, if there is one; each new owner is told once.

    Whoever looks after the village's duty is told who stands in for whom. A ticket moves only to somebody better than
    the one who has it, so that a second run changes nothing.
    """
    today = local(now).date()
    moves = tuple(_moves((thread.ticket for thread in threads), today, office))
    if not moves:
        return NOTHING
    changes = tuple(
        hops.reassigned(move.ticket, at=now, owner=move.to.id, reason=office.say(f"owners.{move.why}"))
        for move in moves
    )
    sends: list[Outgoing] = []
    for some in _together(moves):
        sends.append(_to_new_owner(some, now, office))
        sends += _to_overseers(some, now, office)
    return Outcome(changes=changes, sends=tuple(sends))


def vacancies(threads: Iterable[Thread], office: Office, day: date) -> tuple[Vacancy, ...]:
    """Who cannot answer for what he holds, by village: a fact of the digest (R20)."""
    found: dict[tuple[str, str, Cannot], list[str]] = {}
    for thread in threads:
        ticket = thread.ticket
        why = _why(ticket, day, office) if ticket.state.is_live else None
        if why is not None:
            found.setdefault((ticket.village, ticket.owner, why), []).append(ticket.id)
    return tuple(
        Vacancy(village=village, person=person, why=why, tickets=tuple(tickets))
        for (village, person, why), tickets in found.items()
    )


def _moves(tickets: Iterable[Ticket], today: date, office: Office) -> Iterable[_Move]:
    for ticket in tickets:
        why = _why(ticket, today, office) if ticket.state.is_live else None
        if why is None:
            continue
        to = office.stands_in(ticket, today)
        settled = why in (Cannot.AWAY, Cannot.UNREACHABLE) and not office.is_available(to, today)
        if to.id != ticket.owner and not settled:
            yield _Move(ticket=ticket, why=why, to=to)


def _why(ticket: Ticket, day: date, office: Office) -> Cannot | None:
    org = office.org
    why = cannot(org, office.roster, ticket.owner, ticket.village, day, running=office.running)
    checker = org.people.get(ticket.owner)
    if why is Cannot.MOVED and checker is not None and checker.unit == ticket.unit:
        # What the county gave to another township to check is shown there (R71).
        return None if is_checked_elsewhere(org, ticket.village, ticket.unit) else why
    return why


def _together(moves: Sequence[_Move]) -> Iterable[list[_Move]]:
    """Those of one village from one to one: each is one message."""
    found: dict[tuple[str, str, str], list[_Move]] = {}
    for move in moves:
        found.setdefault((move.ticket.village, move.ticket.owner, move.to.id), []).append(move)
    return found.values()


def _to_new_owner(moves: Sequence[_Move], now: datetime, office: Office) -> Outgoing:
    first = moves[0]
    held = office.hold(now)
    return Outgoing(
        to=ToPerson(person=first.to.id),
        kind=OutKind.PROMPT,
        text=office.say(
            "owners.to_you",
            old=_name(first, office),
            why=office.say(f"owners.{first.why}"),
            count=len(moves),
            lines="\n".join(
                handover_line(move.ticket, office, reader=first.to, now=now if held is None else None) for move in moves
            ),
            example=called(first.ticket, first.to, office),
        ),
        dedupe_key=f"owners:{first.ticket.village}:{first.ticket.owner}:{first.to.id}:{local(now).isoformat()}",
        not_before=held,
        ticket=first.ticket.id if len(moves) == 1 else None,
    )


def _to_overseers(moves: Sequence[_Move], now: datetime, office: Office) -> Iterable[Outgoing]:
    first = moves[0]
    for reader in overseers(office.org, first.ticket.village, but=frozenset({first.to.id, first.ticket.owner})):
        numbers = office.say("due.separator").join(
            office.say("handover.ticket_number", number=called(move.ticket, reader, office)) for move in moves
        )
        yield Outgoing(
            to=ToPerson(person=reader.id),
            kind=OutKind.NOTICE,
            text=office.say(
                "owners.told",
                old=_name(first, office),
                why=office.say(f"owners.{first.why}"),
                count=len(moves),
                numbers=numbers,
                new=first.to.title,
            ),
            dedupe_key=f"owners-told:{first.ticket.village}:{first.ticket.owner}:{first.to.id}:{local(now).isoformat()}:{reader.id}",
            not_before=office.hold(now),
        )


def _name(move: _Move, office: Office) -> str:
    """The old owner's name; somebody who is on no list any more has none left."""
    person = office.org.people.get(move.ticket.owner)
    return office.say("owners.former") if person is None else person.title
