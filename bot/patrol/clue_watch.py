"""Clues that nobody of the discipline role has read: told again after one working day, given up after two (R50)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import clues as ledger
from bot.domain.clues import Case, CaseState, Desk, at_county, case_readers, desk_of
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import due_time, local
from bot.office import Office

WITHIN_DAYS = 1
"""Working days within which somebody of the role reads a clue."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Every case of the ledger that may be unread."""

    cases: Sequence[Case]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Remind its readers of an unread clue once; after another working day the county desk is given it.

    It runs every day whether there are clues or not, so that the schedule shows nothing of them.
    """
    outcome = NOTHING
    for case in facts.cases:
        if case.read_at is not None or case.state is not CaseState.RECEIVED or case.clue.above:
            continue
        if now < _due(case.reminded_at or case.received_at, office):
            continue
        if case.reminded_at is None:
            outcome += _remind(case, slot, now, office)
        elif case.raised_at is None and desk_of(case.clue, office.org) is Desk.TOWNSHIP:
            outcome += _raise(case, slot, now, office)
    return outcome


def _due(since: datetime, office: Office) -> datetime:
    return due_time(since, WITHIN_DAYS, office.calendar, office.rules.office_hours).at


def _remind(case: Case, slot: Slot, now: datetime, office: Office) -> Outcome:
    change = ledger.reminded(case, at=now)
    people = case_readers(case, office.org)
    goes_up = desk_of(case.clue, office.org) is Desk.TOWNSHIP
    key = "clue.unread" if goes_up else "clue.unread_county"
    return Outcome(cases=(change,), sends=tuple(_note(person, key, slot, now, office) for person in people))


def _raise(case: Case, slot: Slot, now: datetime, office: Office) -> Outcome:
    change = ledger.raised(case, at=now)
    org = office.org
    people = [one for one in case_readers(change.case, org) if at_county(one, org)]
    return Outcome(cases=(change,), sends=tuple(_note(person, "clue.raised", slot, now, office) for person in people))


def _note(person: Person, key: str, slot: Slot, now: datetime, office: Office) -> Outgoing:
    """One note a day and person, for however many."""
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.NOTICE,
        text=office.say(key),
        dedupe_key=f"{key}:{person.id}:{local(slot.at).date()}",
        not_before=office.hold(now),
        confidential=True,
    )
