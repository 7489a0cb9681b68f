"""Every night what has been kept long enough goes: words, names, accounts, records (legal.md 2, 8 and 10).

One run plans a chain of small portions for every step of ``domain.retention``, so that nothing that people wait for
waits for it; a portion that fails is tried again without holding up the other steps. At the end of each chain the room
is given back, so that nothing deleted is left in the file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from bot.domain.bindings import Act, BindingChange, Whose
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.retention import TERMS, Expiry, Step
from bot.office import Office

PORTION: Final = 120
"""Rows of one portion: its transaction takes some ten milliseconds; a city's day of small talk is gone in an hour."""
BOT: Final = "bot"
_TIDY: Final = "tidy"
_NEXT: Final = timedelta(seconds=1)
_TIDY_AGAIN: Final = timedelta(seconds=20)
"""Somebody was just reading: the log cannot be emptied as long as that lasts."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``due``: how much of the slot's step is over, ``PORTION`` at most. ``untidy``: room is still to be given back.

    ``bound``: the ids of everybody who is bound to an account, with since when.
    """

    due: int = 0
    untidy: bool = False
    bound: tuple[tuple[str, datetime], ...] = ()


def step_of(slot: Slot) -> Step | None:
    """Which step a slot is about; None for the plan of a night, for tidying, and for steps of another version."""
    word = slot.scope.partition("/")[2]
    return next((step for step in Step if step.value == word), None)


def tidies(slot: Slot) -> bool:
    """Whether a slot is about giving room back."""
    return slot.scope.partition("/")[2] == _TIDY


def oldest_kept(step: Step, now: datetime, office: Office) -> datetime:
    """What of a step's kind ended before this instant has been kept long enough; wishes are fulfilled at once."""
    named = next(term.days for term in TERMS if term.step is step)
    return now - timedelta(days=attrgetter(named)(office.rules) if named else 0)


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Plan the night of the county, or take one portion away; what a clue keeps stays with the ledger (R50)."""
    county, _, what = slot.scope.partition("/")
    if county != office.org.county.id:
        return Outcome()
    if not what:
        return Outcome(
            slots=tuple(Slot(at=now, job=Job.WORDS_AWAY, scope=f"{county}/{step}") for step in Step),
            bindings=_of_those_who_left(facts, now, office),
        )
    if what == _TIDY:
        again = Slot(at=now + _TIDY_AGAIN, job=Job.WORDS_AWAY, scope=slot.scope)
        return Outcome(slots=(again,) if facts.untidy else ())
    step = step_of(slot)
    if step is None or not facts.due:
        return Outcome()
    portion = Expiry(step=step, before=oldest_kept(step, now, office), most=PORTION)
    following = slot.scope if facts.due >= PORTION else f"{county}/{_TIDY}"
    return Outcome(expiries=(portion,), slots=(Slot(at=now + _NEXT, job=Job.WORDS_AWAY, scope=following),))


def _of_those_who_left(facts: Facts, now: datetime, office: Office) -> tuple[BindingChange, ...]:
    """Who is no longer in the county's list is bound to nothing; some weeks later the account goes as well."""
    before = oldest_kept(Step.BINDINGS, now, office)
    left = sorted({person for person, since in facts.bound if person not in office.org.people and since < before})
    return tuple(BindingChange(whose=Whose.PERSON, id=person, act=Act.VOIDED, at=now, by=BOT) for person in left)
