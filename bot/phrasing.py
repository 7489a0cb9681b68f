"""Domain values in the words of the county: days, due times with their reasons, tickets in a few words."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.domain.tickets import Ticket
from bot.domain.workdays import WEEKEND, DueTime, SkippedDays, due_time, local
from bot.office import Office

BRIEF = 24
"""Characters of a villager's own words that stand for a ticket whose matter has no short name."""


def say_day(day: date, office: Office, *, today: date | None = None) -> str:
    """``3月11日(周三)``, or 今天 and 明天 seen from ``today``."""
    if today is not None and day == today:
        return office.say("day.today")
    if today is not None and day == today + timedelta(days=1):
        return office.say("day.tomorrow")
    weekday = office.say(f"day.weekday_{day.weekday()}")
    return office.say("day.date", month=day.month, day=day.day, weekday=weekday)


def say_time(at: datetime, office: Office, *, now: datetime | None = None) -> str:
    """A local date and time of day: ``今天17:30``, ``3月11日(周三)17:30``."""
    here = local(at)
    today = None if now is None else local(now).date()
    return office.say("day.time", day=say_day(here.date(), office, today=today), time=here.strftime("%H:%M"))


def say_days(days: Iterable[date], office: Office) -> str:
    """Several days in a row of words."""
    return office.say("due.separator").join(say_day(day, office) for day in days)


def explain(due: DueTime, start: datetime, office: Office) -> str:
    """Why a due time is what it is: which days were counted, skipped, and worked in exchange (DESIGN section 7)."""
    sentences = [
        office.say(
            "due.counted",
            start=say_day(local(start).date(), office),
            days=len(due.counted),
            list=say_days(due.counted, office),
        )
    ]
    sentences += [office.say("due.skipped", days=_run(skipped, office), name=skipped.name) for skipped in due.skipped]
    if due.make_up:
        sentences.append(office.say("due.make_up", list=say_days(due.make_up, office)))
    if due.provisional:
        sentences.append(_provisional(due, office))
    return "".join(sentences)


def explain_briefly(due: DueTime, office: Office) -> str:
    """The same for a prompt, in one breath: how many working days, which holidays lie between, what is worked."""
    sentences = [office.say("due.days", days=len(due.counted))]
    sentences += [
        office.say("due.skipped", days=_run(skipped, office), name=skipped.name)
        for skipped in due.skipped
        if skipped.name != WEEKEND
    ]
    if due.make_up:
        sentences.append(office.say("due.make_up", list=say_days(due.make_up, office)))
    if due.provisional:
        sentences.append(_provisional(due, office))
    return "".join(sentences)


def explain_due(ticket: Ticket, office: Office) -> str:
    """Why a ticket is due when it is, day by day."""
    return explain(ticket_due(ticket, office), ticket.said_at, office)


def due_in_brief(ticket: Ticket, office: Office) -> str:
    """Why a ticket is due when it is, in one breath."""
    return explain_briefly(ticket_due(ticket, office), office)


def _run(skipped: SkippedDays, office: Office) -> str:
    first, last = say_day(skipped.first, office), say_day(skipped.last, office)
    if skipped.first == skipped.last:
        return office.say("due.skipped_one", day=first)
    return office.say("due.skipped_run", first=first, last=last)


def _provisional(due: DueTime, office: Office) -> str:
    years = office.say("due.separator").join(str(year) for year in due.unknown_years)
    return office.say("due.provisional", years=years)


def ticket_due(ticket: Ticket, office: Office) -> DueTime:
    """The due time that the present calendar gives a ticket, from the villager's message (R3 to R7)."""
    days = office.rules.deadlines.days(ticket.category)
    return due_time(ticket.said_at, days, office.calendar, office.rules.office_hours)


def matter(ticket: Ticket, office: Office) -> str:
    """A ticket in a few words: its place and topic if both are known, otherwise the villager's own first words."""
    if ticket.topic:
        return office.say("ticket.what", place=ticket.place, topic=ticket.topic)
    return office.say("ticket.quote", text=brief(ticket.text, office))


def brief(text: str, office: Office, *, length: int = BRIEF) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + office.say("ticket.ellipsis")


def category_name(ticket: Ticket, office: Office) -> str:
    """咨询, 求助, 建议 or 信息公开."""
    return office.say(f"category.{ticket.category}")


def state_name(ticket: Ticket, office: Office) -> str:
    """How the state is called."""
    return office.say(f"state.{ticket.state}")


def owner_title(ticket: Ticket, office: Office) -> str:
    """Post and name of the owner, or the unit's name if the owner has left the organisation."""
    person = office.org.people.get(ticket.owner)
    return person.title if person is not None else office.org.units[ticket.unit].name
