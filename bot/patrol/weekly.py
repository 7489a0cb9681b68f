"""The weekly summary: figures beside those of the week before, where to go and why, what is common (R53, R55).

To the inspectors of each township, and one page over all of them to the county desk. No person is ranked (R110).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.categories import Level
from bot.domain.common import common, topics
from bot.domain.made import Made
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.nicknames import SeenName
from bot.domain.org import Role, Unit
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.periods import Period, earlier, quarter_of
from bot.domain.results import results
from bot.domain.slips import Slip
from bot.domain.tickets import Thread
from bot.domain.visits import visits
from bot.domain.weekly import Weekly
from bot.domain.workdays import WorkCalendar, local
from bot.office import Office
from bot.patrol.nicknames import unclear
from bot.patrol.weekly_text import say_weekly
from bot.slipping import overdue

USEFUL_FOR = timedelta(days=1)
"""A summary that comes later than that is of no use: the next one counts the same matters again."""
_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is on record of one township, or of all for the county.

    ``threads``: live tickets, and those with activity since ``earliest``. ``prompts``: messages that asked or reminded
    officers about these tickets within the week. ``slips``: notices and letters of the last months. ``seen``: how
    officers' accounts were called in the township's groups (R32). ``made``: the list of visits as a file.
    """

    threads: Sequence[Thread]
    prompts: int = 0
    slips: Sequence[Slip] = ()
    seen: Sequence[SeenName] = ()
    made: Sequence[Made] = ()


def review_day(day: date, weekday: int, calendar: WorkCalendar) -> bool:
    """Whether the summary comes on a local day: on its weekday, or the first working day after it."""
    return _moved(_anchor(day, weekday), calendar) == day or any(
        _moved(_anchor(day - timedelta(days=_WEEK * back), weekday), calendar) == day for back in (1, 2)
    )


def period_of(at: datetime, weekday: int, calendar: WorkCalendar) -> Period:
    """The days since the summary before this one came, up to the day before ``at``: none is left out or told twice."""
    today = local(at).date()
    before = today - timedelta(days=1)
    while not review_day(before, weekday, calendar):
        before -= timedelta(days=1)
    return Period(first=before, after=today)


def earliest(at: datetime, office: Office) -> datetime:
    """The instant since which ended tickets matter: the quarter's beginning, or the week before the last."""
    period = period_of(at, office.rules.review.weekday, office.calendar)
    return min(quarter_of(period.last).begins, earlier(period).begins)


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The summary of ``slot.scope`` (a township or the county) as of ``slot.at``, on the day that the rules name."""
    unit = office.org.units.get(slot.scope)
    late = now - slot.at > USEFUL_FOR
    day = local(slot.at).date()
    if unit is None or late or not review_day(day, office.rules.review.weekday, office.calendar):
        return NOTHING
    page = compose(facts, unit, slot.at, office)
    text = say_weekly(page, office, listed=bool(facts.made))
    pages = tuple(
        Outgoing(
            to=ToPerson(person=reader.id),
            kind=OutKind.DIGEST,
            text=text,
            dedupe_key=f"weekly:{unit.id}:{day}:{reader.id}",
            not_before=office.loud_at(now),
        )
        for reader in office.org.people_of(unit.id, Role.INSPECTOR, Role.COUNTY_DESK)
    )
    lists = tuple(_visits(one, sent, page, office) for one in facts.made for sent in pages)
    return Outcome(sends=pages + lists, made=tuple(facts.made))


def _visits(file: Made, sent: Outgoing, page: Weekly, office: Office) -> Outgoing:
    """The list of visits behind the summary, to print and to write on (R55)."""
    text = office.say("papers.visits_file", count=len(page.visits))
    return replace(sent, text=text, dedupe_key=f"{sent.dedupe_key}:visits", attachment=file.digest)


def compose(facts: Facts, unit: Unit, at: datetime, office: Office) -> Weekly:
    """The page as of an instant (aware)."""
    review = office.rules.review
    period = period_of(at, review.weekday, office.calendar)
    tickets = [thread.ticket for thread in facts.threads]
    county = unit.level is Level.COUNTY
    parts = tuple(
        (
            township,
            results([one for one in tickets if office.org.township_of(one.village).id == township.id], period, now=at),
        )
        for township in (office.org.townships if county else ())
    )
    frequent = topics(tickets, quarter_of(period.last))
    return Weekly(
        unit=unit,
        period=period,
        now=results(tickets, period, now=at),
        before=results(tickets, earlier(period), now=at),
        visits=visits(facts.threads, period, now=at),
        common=common(frequent, villages=review.common_villages, tickets=review.common_tickets),
        late=overdue(facts.slips, at),
        prompts=facts.prompts,
        parts=parts,
        unclear=tuple(one.person for one in unclear(facts.seen, office)),
    )


def _anchor(day: date, weekday: int) -> date:
    """The named weekday on or before a day."""
    return day - timedelta(days=(day.isoweekday() - weekday) % _WEEK)


def _moved(day: date, calendar: WorkCalendar) -> date:
    return day if calendar.is_workday(day) else calendar.next_workday(day)
