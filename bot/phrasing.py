"""Domain values in the words of the county: days, due times with their reasons, tickets in a few words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.categories import Level
from bot.domain.clocks import due_of
from bot.domain.org import Person
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import WEEKEND, DueTime, SkippedDays, local
from bot.office import Office
from bot.ports import Line

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


def hop_in_prompt(ticket: Ticket, office: Office, *, now: datetime | None) -> str:
    """Until when the level that has just received a ticket owes a first word (R2); nothing for one that never moved."""
    if ticket.hop_due_at is None:
        return ""
    return office.say("clock.hop_in_prompt", hop=say_time(ticket.hop_due_at, office, now=now))


def ticket_due(ticket: Ticket, office: Office) -> DueTime:
    """The due time that the present calendar gives a ticket, from the villager's message (R3 to R7)."""
    return due_of(ticket, office.rules, office.calendar)


def matter(ticket: Ticket, office: Office) -> str:
    """A ticket in a few words: its place and topic if both are known, otherwise the villager's own first words."""
    if ticket.careful:
        return office.say("emergency.careful_matter")
    if ticket.topic:
        return office.say("ticket.what", place=ticket.place, topic=ticket.topic)
    return office.say("ticket.quote", text=brief(ticket.text, office))


def matter_of_all(thread: Thread, office: Office) -> str:
    """A matter in a few words, with the number of the other households whose matter it is too (PEERS idea 5)."""
    words = matter(thread.ticket, office)
    return office.say("together.matter", matter=words, count=len(thread.others)) if thread.others else words


def brief(text: str, office: Office, *, length: int = BRIEF) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + office.say("ticket.ellipsis")


def called(ticket: Ticket, reader: Person | None, office: Office) -> str:
    """How an officer must call a ticket: by number, with the village in front unless the officer serves a village."""
    if reader is not None and office.org.units[reader.unit].level is Level.VILLAGE:
        return str(ticket.number)
    return f"{office.org.units[ticket.village].name}{ticket.number}"


def say_bundle(texts: Sequence[str], office: Office) -> str:
    """Several messages as one: how many, then each apart; a single one as it is."""
    if len(texts) == 1:
        return texts[0]
    between = office.say("manners.between")
    return office.say("manners.bundle", count=len(texts), texts=f"\n{between}\n".join(texts))


def as_sent(lines: Iterable[Line], office: Office) -> tuple[Line, ...]:
    """A conversation as the reader got it: what went out as one message is one line, in the place of its first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.bundle or line.id, []).append(line)
    return tuple(
        replace(some[0], text=say_bundle([line.text for line in some], office)) if len(some) > 1 else some[0]
        for some in found.values()
    )


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


def say_instead(missed: Sequence[Person], office: Office) -> str:
    """That somebody is written to in the stead of others, who are away or cannot be reached; nothing for none."""
    if not missed:
        return ""
    return office.say("clock.instead", people=office.say("due.separator").join(person.title for person in missed))


def handover_line(ticket: Ticket, office: Office, *, reader: Person, now: datetime | None) -> str:
    """One ticket of a list that passes from one officer to another."""
    late = now is not None and ticket.due_at < now
    return office.say(
        "handover.line_overdue" if late else "handover.line",
        name=called(ticket, reader, office),
        category=category_name(ticket, office),
        matter=matter(ticket, office),
        state=state_name(ticket, office),
        due=say_time(ticket.due_at, office, now=now),
        owner=owner_title(ticket, office),
    )


def numbered(office: Office, labels: Sequence[str]) -> str:
    """Choices as they stand under a question, one a line."""
    return "\n".join(office.say("question.choice", number=index, text=label) for index, label in enumerate(labels, 1))
