"""The daily duty notice of a group: who is on duty, and how to be heard (R28, R29)."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.urgency import DUTY_USEFUL_FOR
from bot.domain.workdays import local
from bot.duty_words import posted
from bot.office import Office
from bot.patrol.people import on_roster, overseers
from bot.phrasing import say_day


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``hears_all``: whether the group's platform delivers everything, or only what is addressed to the bot."""

    hears_all: bool


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The notice for the group ``slot.scope`` on the local day of ``slot.at``, on rest days too (R28).

    Nobody on the roster means no notice in anyone's name, and a private note to those who keep the roster, once per
    village and day; those above hear of it if nobody has been found by then. Nothing for a group that is no longer
    configured. Names and posts only, and no number without its owner's consent.
    """
    group = office.org.groups.get(slot.scope)
    if group is None or now - slot.at > DUTY_USEFUL_FOR:
        return NOTHING
    day = local(slot.at).date()
    people = on_roster(office, group.village, day, group=group.id)
    if not people:
        above = Slot(
            at=office.later_today(now, office.rules.schedule.duty_above), job=Job.DUTY_ABOVE, scope=group.village
        )
        return Outcome(sends=gap_notes(group.village, day, now, office), slots=(above,))
    return Outcome(sends=(posted(group, people, day, office, hears_all=facts.hears_all),))


def gap_notes(village: str, day: date, now: datetime, office: Office) -> tuple[Outgoing, ...]:
    """That nobody is on a village's roster for a local day, to those who keep it: once for village and day."""
    text = office.say(
        "duty.gap",
        village=office.org.units[village].name,
        day=say_day(day, office),
    )
    return tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.NOTICE,
            text=text,
            dedupe_key=f"duty-gap:{village}:{day}:{person.id}",
            not_before=office.loud_at(now),
        )
        for person in overseers(office, village, now=now)
    )
