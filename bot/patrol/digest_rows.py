"""Rows of the digest that are no tickets: calls, holes in the duty, quarrels, papers without a reply."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.domain.digest import CallsRow, GapRow, HeatRow, SlipRow, VacancyRow
from bot.domain.duty import Vacancy
from bot.domain.heat import Quarrel
from bot.domain.org import Unit
from bot.domain.slips import Slip
from bot.domain.workdays import WorkCalendar, local
from bot.office import Office
from bot.patrol.people import on_roster
from bot.slipping import called, overdue

LOOK_AHEAD_DAYS = 7
"""Days after today for which the roster is checked."""


def slips_late(slips: Iterable[Slip], at: datetime, office: Office) -> Iterable[SlipRow]:
    """Notices and letters whose reply is overdue at that instant, the longest first (R64)."""
    for slip in overdue(tuple(slips), at):
        if slip.due_at is not None:
            unit = office.org.units.get(slip.unit)
            late = workdays_between(local(slip.due_at).date(), local(at).date(), office.calendar)
            yield SlipRow(
                slip=slip.id,
                unit=slip.unit if unit is None else unit.name,
                name=called(slip, office),
                due_at=slip.due_at,
                late_days=late,
            )


def quarrels_told(
    quarrels: Iterable[Quarrel], since: datetime, villages: tuple[Unit, ...], office: Office
) -> Iterable[HeatRow]:
    """Quarrels in groups of these villages that began after ``since``, in their order (R45)."""
    names = {village.id: village.name for village in villages}
    for one in sorted(quarrels, key=lambda quarrel: quarrel.began):
        group = office.org.groups.get(one.group)
        if group is not None and group.village in names and one.began > since:
            village = names[group.village]
            yield HeatRow(group=group.id, name=group.name, village=village, began=one.began, told=one.told)


def calls_unheard(calls: Mapping[str, int], villages: tuple[Unit, ...], office: Office) -> Iterable[CallsRow]:
    """Groups of these villages in which calls for a cadre were not answered (R20)."""
    for village in villages:
        for group in office.org.groups_of(village.id):
            if calls.get(group.id):
                yield CallsRow(group=group.id, name=group.name, village=village.name, calls=calls[group.id])


def gaps_in_duty(
    villages: tuple[Unit, ...], today: date, office: Office, *, unpublished: frozenset[str]
) -> Iterable[GapRow]:
    """Days from today on without anybody on the roster, and notices that were not published today (R28)."""
    ahead = [today + timedelta(days=step) for step in range(LOOK_AHEAD_DAYS + 1)]
    for village in villages:
        groups = tuple(group.id for group in office.org.groups_of(village.id))
        holes = tuple(day for day in ahead if not on_roster(office, village.id, day))
        if groups and holes:
            yield GapRow(village=village.name, days=holes, groups=groups)
        if groups and village.id in unpublished and today not in holes:
            yield GapRow(village=village.name, days=(today,), groups=groups, unpublished=True)


def vacant(vacancies: Iterable[Vacancy], office: Office) -> Iterable[VacancyRow]:
    """Officers who cannot answer for what they hold, as rows (R10)."""
    for vacancy in vacancies:
        owner = office.org.people.get(vacancy.person)
        yield VacancyRow(
            village=office.org.units[vacancy.village].name,
            owner=owner.name if owner else "",
            why=vacancy.why,
            tickets=vacancy.tickets,
        )


def workdays_between(after: date, until: date, calendar: WorkCalendar) -> int:
    """Working days after the one day, up to and including the other."""
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return sum(calendar.is_workday(day) for day in days)
