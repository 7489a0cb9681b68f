"""The three lists of a township's month: duties, tasks, and what was done, filled from real actions (R72, R73).

Of units and posts, never of persons; nothing needs a photograph to count (R110).
"""

from datetime import date, timedelta

from bot.domain.doings import Doings
from bot.domain.org import Role, Unit
from bot.domain.papers import Heading, Paper, PaperKind, Table, Text
from bot.domain.periods import Period
from bot.office import Office
from bot.phrasing import say_day

_ROLES = (
    Role.INSPECTOR,
    Role.LINKED_LEADER,
    Role.HANDLER,
    Role.SECRETARY,
    Role.DUTY_OFFICER,
    Role.PUBLISHER,
    Role.REVIEWER,
    Role.LIAISON,
)
"""In the order of the list of duties: the township's first, then the villages'."""
_AHEAD = 14
"""Days of the roster that are looked at."""


def duties_paper(unit: Unit, period: Period, found: Doings, office: Office, *, today: date) -> Paper:
    """The lists as a paper that stays in the office until somebody has read it and filled in the rest.

    The rosters' gaps are those of the ``_AHEAD`` days from ``today``, a local day: past ones cannot be filled any more.
    """
    say = office.say
    org = office.org
    units = {unit.id, *(one.id for one in org.units.values() if unit.id in org.line_of(one.id))}
    held = {role for person in org.people.values() if person.unit in units for role in person.roles}
    duties = tuple(
        (say(f"duties.name_{role.value}"), say(f"duties.role_{role.value}")) for role in _ROLES if role in held
    )
    gaps = [village.name for village in org.villages_of(unit.id) if _has_gap(village, today, office)]
    tasks = [
        say("duties.task_open", open=found.open, overdue=found.overdue),
        say("duties.task_owed", owed=found.owed),
        say("duties.task_gaps", villages=say("due.separator").join(gaps)) if gaps else say("duties.task_no_gaps"),
    ]
    done = tuple(
        (say(f"duties.done_{name}"), value)
        for name, value in (
            ("patrol", say("duties.of_days", done=found.patrolled, days=found.workdays)),
            ("reminders", str(found.reminders)),
            ("orders", str(found.orders)),
            ("issued", str(found.issued)),
            ("crossed_off", str(found.crossed_off)),
            ("closed", str(found.results.closed)),
            ("at_once", str(found.at_once)),
            *((kind.value, str(count)) for kind, count in found.deeds.items()),
        )
    )
    return Paper(
        kind=PaperKind.VISIT_LIST,
        issuer="",
        title=say("duties.title", unit=unit.name, year=period.first.year, month=period.first.month),
        to="",
        blocks=(
            Text(text=say("duties.opening", last=say_day(period.last, office))),
            Heading(level=1, text=say("duties.duties")),
            Table(header=(say("duties.head_post"), say("duties.head_duty")), rows=duties, widths=(4, 14)),
            Heading(level=1, text=say("duties.tasks")),
            *(Text(text=say("slips.item", number=number, text=text)) for number, text in enumerate(tasks, start=1)),
            Heading(level=1, text=say("duties.done")),
            Table(header=(say("duties.head_what"), say("duties.head_count")), rows=done, widths=(12, 6)),
            Text(text=say("duties.note")),
        ),
        signed="",
    )


def _has_gap(village: Unit, today: date, office: Office) -> bool:
    days = (today + timedelta(days=step) for step in range(_AHEAD))
    return bool(office.org.groups_of(village.id)) and not all(office.roster.on_duty(village.id, day) for day in days)
