"""值班表 of a month in the practice hall: who is on duty on which day, the gaps and the swaps (R28).

Nothing is changed here: a day's button writes the officer's own sentence into his input, and the bot answers it as it
answers everybody (one way to change a roster, with the other's consent).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import aiohttp_jinja2
from aiohttp import web

from bot.domain.duty import Roster
from bot.domain.org import Person
from bot.domain.periods import Period, month_named, month_of
from bot.domain.workdays import local
from bot.office import Office
from bot.web.choices import choose
from bot.web.desk import DESK

_FARTHEST = timedelta(days=370)
"""How far from today a month may lie: a roster is planned for weeks, and remembered for a year."""
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Somebody on a day. ``note`` is whom he stands in for; ``mine``: whether it is the officer who looks."""

    name: str
    note: str
    mine: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DayView:
    """One day. ``sentence`` is what its button writes, with ``label`` on it; empty where there is nothing to swap."""

    day: int
    column: int
    name: str
    rest: str
    today: bool
    past: bool
    people: tuple[Shown, ...]
    groups: tuple[tuple[str, str], ...]
    sentence: str
    label: str

    @property
    def is_gap(self) -> bool:
        """Whether nobody is there that day, for the village or for any group of its own."""
        return not self.people


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthView:
    """A village's month. ``before`` and ``after`` name the months beside it, empty where the road ends."""

    village: str
    title: str
    days: tuple[DayView, ...]
    gaps: int
    before: str
    after: str


def add_month(app: web.Application) -> None:
    """Add the route to an application that has templates and the practice hall's desk."""
    app.router.add_get("/panes/month", month)


async def month(request: web.Request) -> web.StreamResponse:
    """Show a month of the chosen group's village, seen by the chosen officer; by default the present one."""
    desk = await request.app[DESK].of_today()
    today = local(desk.clock.now()).date()
    choice = choose(request.query, office=desk.office, hall=desk.hall, now=desk.clock.now())
    if choice is None:
        return web.Response(status=404, text="还没有练习用的群。")
    wanted = _wanted(request.query, today)
    if wanted is None:
        return web.Response(status=400, text="没有这个月的值班表，请从今天的月份翻起。")
    configured = request.app[DESK].office
    office = configured.with_duty(await desk.store.duty_record(since=min(wanted.first, today)))
    account = choice.officer.account if choice.officer else ""
    officer = next((one for one in office.org.people.values() if account in {it.id for it in one.accounts}), None)
    view = month_view(choice.group.village, wanted, officer, today, office)
    return aiohttp_jinja2.render_template("month.html", request, {"month": view, "weekdays": _WEEKDAYS})


def month_view(village: str, shown: Period, officer: Person | None, today: date, office: Office) -> MonthView:
    """What a month looks like on a local day to an officer, or to nobody in particular."""
    days = tuple(_day(village, day, officer, today, office) for day in _days(shown))
    before, after = month_of(shown.first - timedelta(days=1)), month_of(shown.after)
    return MonthView(
        village=office.org.units[village].name,
        title=f"{shown.first.year}年{shown.first.month}月",
        days=days,
        gaps=sum(one.is_gap and not one.past for one in days),
        before=f"{before.first:%Y-%m}" if today - before.last <= _FARTHEST else "",
        after=f"{after.first:%Y-%m}" if after.first - today <= _FARTHEST else "",
    )


def _day(village: str, day: date, officer: Person | None, today: date, office: Office) -> DayView:
    roster, people = office.roster, office.org.people
    planned = [people[one] for one in roster.planned(village, day) if one in people]
    there = [one for one in planned if not roster.is_away(one.id, day)]
    own = [
        (
            group.name,
            "、".join(people[one].name for one in roster.on_duty(village, day, group=group.id) if one in people),
        )
        for group in office.org.groups_of(village)
        if (group.id, day) in roster.read
    ]
    sentence, label = _sentence(village, day, there, officer) if day >= today else ("", "")
    return DayView(
        day=day.day,
        column=day.isoweekday(),
        name=f"{day.month}月{day.day}日 周{_WEEKDAYS[day.weekday()]}",
        rest=office.calendar.name_of(day) or ("调休上班" if office.calendar.is_make_up(day) else ""),
        today=day == today,
        past=day < today,
        people=tuple(
            Shown(name=one.name, note=note, mine=officer is not None and one.id == officer.id)
            for one, note in _with_notes(planned, village, day, roster, office)
        ),
        groups=tuple((name, who or "没有人") for name, who in own),
        sentence=sentence,
        label=label,
    )


def _with_notes(
    planned: list[Person], village: str, day: date, roster: Roster, office: Office
) -> Iterator[tuple[Person, str]]:
    """Those who are there, with whom each stands in for; who is away is left to the gap, if that leaves nobody."""
    givers = {swap.taker: swap.giver for swap in roster.swaps_on(village, day)}
    for one in planned:
        if not roster.is_away(one.id, day):
            giver = office.org.people.get(givers.get(one.id, ""))
            yield one, "" if giver is None else f"替{giver.name}"


def _sentence(village: str, day: date, there: list[Person], officer: Person | None) -> tuple[str, str]:
    """An officer gives his own shift away, or takes over a colleague's; only in his own village."""
    if officer is None or officer.unit != village or not there:
        return "", ""
    said = f"换班 {day.month}月{day.day}日 "
    if officer in there:
        return said, "换班"
    return f"{said}{there[0].name}", "替班"


def _wanted(query: Mapping[str, str], today: date) -> Period | None:
    name = query.get("month", "")
    if not name:
        return month_of(today)
    try:
        found = month_named(name)
    except (ValueError, OverflowError):
        return None
    return found if abs(found.first - today) <= _FARTHEST + timedelta(days=31) else None


def _days(shown: Period) -> Iterator[date]:
    day = shown.first
    while day < shown.after:
        yield day
        day += timedelta(days=1)
