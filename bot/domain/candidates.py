"""Which villages and departments the month's facts speak to: the candidates for a notice or a letter (R63).

Only counted facts with their evidence; whether a paper is written is a person's decision.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.categories import Category
from bot.domain.periods import Period
from bot.domain.results import UNSOLVED, is_late
from bot.domain.rules import Slips
from bot.domain.slips import Finding, Ground
from bot.domain.tickets import State, Ticket


def of_village(
    tickets: Iterable[Ticket], silent_groups: Sequence[str], month: Period, rules: Slips, *, now: datetime
) -> tuple[Finding, ...]:
    """The grounds of a village in a month; empty if none reaches its number in the rules."""
    own = [one for one in tickets if one.state not in (State.WITHDRAWN, State.MERGED) and not one.careful]
    due = [one for one in own if one.due_at in month and one.due_at <= now]
    found = (
        Finding(ground=Ground.OVERDUE, evidence=_ids(one for one in due if is_late(one, now))),
        Finding(ground=Ground.REOPENED, evidence=_ids(one for one in due if one.reopenings)),
        Finding(ground=Ground.DISSATISFIED, evidence=_ids(one for one in due if one.rating == UNSOLVED)),
        Finding(ground=Ground.SUPERVISED, evidence=_ids(one for one in own if _supervised_in(one, month))),
        Finding(
            ground=Ground.UNPUBLISHED,
            evidence=_ids(one for one in due if one.category is Category.DISCLOSURE and is_late(one, now)),
        ),
        Finding(ground=Ground.SILENT, evidence=tuple(silent_groups)),
    )
    return _enough(found, rules)


def of_department(tickets: Iterable[Ticket], month: Period, rules: Slips, *, now: datetime) -> tuple[Finding, ...]:
    """The grounds of a department: of the tickets that it holds or held last, in a month."""
    own = [one for one in tickets if one.state not in (State.WITHDRAWN, State.MERGED) and not one.careful]
    due = [one for one in own if one.due_at in month and one.due_at <= now]
    found = (
        Finding(ground=Ground.OVERDUE, evidence=_ids(one for one in due if is_late(one, now))),
        Finding(ground=Ground.REOPENED, evidence=_ids(one for one in due if one.reopenings)),
        Finding(ground=Ground.SUPERVISED, evidence=_ids(one for one in own if _supervised_in(one, month))),
    )
    return _enough(found, rules)


def _enough(found: Iterable[Finding], rules: Slips) -> tuple[Finding, ...]:
    """All grounds that there are, if one of them reaches its number: then the paper tells the whole."""
    least = {
        Ground.OVERDUE: rules.least_overdue,
        Ground.REOPENED: rules.least_reopened,
        Ground.DISSATISFIED: rules.least_dissatisfied,
        Ground.SUPERVISED: rules.least_supervised,
        Ground.UNPUBLISHED: rules.least_unpublished,
        Ground.SILENT: rules.least_silent,
    }
    there = tuple(finding for finding in found if finding.count)
    return there if any(finding.count >= least[finding.ground] for finding in there) else ()


def _supervised_in(ticket: Ticket, month: Period) -> bool:
    return ticket.supervised_at is not None and ticket.supervised_at in month


def _ids(tickets: Iterable[Ticket]) -> tuple[str, ...]:
    return tuple(one.id for one in sorted(tickets, key=lambda one: (one.village, one.year, one.number)))
