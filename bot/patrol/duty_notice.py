"""The daily duty notice of a group: who is on duty, and how to be heard (R28, R29)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.org import Group, Person
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.people import on_roster, overseers
from bot.phrasing import say_day

USEFUL_FOR = timedelta(hours=3)
"""How late a notice may be: the bot was down, and past the morning nobody waits for it any more."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``hears_all``: whether the group's platform delivers everything, or only what is addressed to the bot."""

    hears_all: bool


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The notice for the group ``slot.scope`` on the local day of ``slot.at``, on rest days too (R28).

    Nobody on the roster means no notice in anyone's name, and a private note to those who keep the roster, once per
    village and day. Nothing for a group that is no longer configured. Names and posts only, never a number.
    """
    group = office.org.groups.get(slot.scope)
    if group is None or now - slot.at > USEFUL_FOR:
        return NOTHING
    day = local(slot.at).date()
    people = on_roster(office, group.village, day)
    if not people:
        return Outcome(sends=_gap_notes(group, day, now, office))
    notice = Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.DUTY,
        text=_notice(facts, people, day, office),
        dedupe_key=f"duty:{group.id}:{day}",
    )
    return Outcome(sends=(notice,))


def _notice(facts: Facts, people: tuple[Person, ...], day: date, office: Office) -> str:
    names = office.say("duty.and").join(person.title for person in people)
    return "\n".join(
        (
            _headline(day, office),
            office.say("duty.who", people=names),
            _hours(day, office),
            office.say("duty.reach" if facts.hears_all else "duty.reach_by_mention"),
            office.say("duty.emergency_numbers"),
        )
    )


def _headline(day: date, office: Office) -> str:
    said = say_day(day, office)
    rest = office.calendar.name_of(day)
    if rest is not None:
        return office.say("duty.headline_rest", day=said, rest=rest)
    return office.say("duty.headline_make_up" if office.calendar.is_make_up(day) else "duty.headline", day=said)


def _hours(day: date, office: Office) -> str:
    calendar = office.calendar
    if calendar.is_workday(day):
        spans = (
            office.say("duty.span", begin=f"{span.begin:%H:%M}", end=f"{span.end:%H:%M}")
            for span in office.rules.office_hours
        )
        return office.say("duty.hours", hours=office.say("duty.and").join(spans))
    back = calendar.next_workday(day)
    if not calendar.knows(back.year):
        # Without the year's notice the first working day after New Year would be a guess.
        return office.say("duty.hours_rest_open")
    return office.say("duty.hours_rest", day=say_day(back, office))


def _gap_notes(group: Group, day: date, now: datetime, office: Office) -> tuple[Outgoing, ...]:
    text = office.say(
        "duty.gap",
        village=office.org.units[group.village].name,
        day=say_day(day, office),
    )
    return tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.NOTICE,
            text=text,
            dedupe_key=f"duty-gap:{group.village}:{day}:{person.id}",
            not_before=office.loud_at(now),
        )
        for person in overseers(office, group.village)
    )
