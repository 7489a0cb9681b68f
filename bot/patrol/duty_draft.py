"""Where a village publishes its duty notice itself: the draft in the morning, and who hears if it is not out (R28)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role, Unit
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.urgency import DUTY_USEFUL_FOR
from bot.domain.workdays import local
from bot.duty_words import draft, on_duty
from bot.office import Office
from bot.patrol.duty_notice import gap_notes
from bot.patrol.people import overseers


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``unposted``: the village's groups that have not got the day's notice, nor is it on its way."""

    unposted: frozenset[str]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The next step for the village ``slot.scope`` on the local day of ``slot.at``; nothing once the notice is out.

    The draft goes to the duty officer, later a note to the secretary, at last one to the inspectors; all in private,
    each once. Nobody on the roster: no draft in anyone's name, the secretary hears of it at once.
    """
    village = office.org.units.get(slot.scope)
    if village is None or not facts.unposted or now - slot.at > DUTY_USEFUL_FOR:
        return NOTHING
    steps = {Job.DUTY_DRAFT: _draft, Job.DUTY_LATE: _late, Job.DUTY_ABOVE: _above}
    return steps[slot.job](village, slot, now, office)


def _draft(village: Unit, slot: Slot, now: datetime, office: Office) -> Outcome:
    if not village.drafts_notice:
        return NOTHING
    day, hours = local(slot.at).date(), office.rules.schedule
    text, choices = draft(village.id, day, office)
    if not choices:
        above = Slot(at=office.later_today(now, hours.duty_above), job=Job.DUTY_ABOVE, scope=village.id)
        return Outcome(sends=gap_notes(village.id, day, now, office), slots=(above,))
    people = on_duty(village.id, day, office) or _of_groups(village, slot, office)
    officer = next(filter(office.able(now), people), people[0])
    question = Outgoing(
        to=ToPerson(person=officer.id),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"duty-draft:{village.id}:{day}",
        not_before=office.hold(now),
        choices=choices,
    )
    late = Slot(at=office.later_today(now, hours.duty_late), job=Job.DUTY_LATE, scope=village.id)
    return Outcome(sends=(question,), slots=(late,))


def _late(village: Unit, slot: Slot, now: datetime, office: Office) -> Outcome:
    above = Slot(at=office.later_today(now, office.rules.schedule.duty_above), job=Job.DUTY_ABOVE, scope=village.id)
    text = office.say("duty.late", village=village.name, people=_names(village, slot, office))
    return _notes("late", overseers(office, village.id, now=now), text, slot, now, office) + Outcome(slots=(above,))


def _above(village: Unit, slot: Slot, now: datetime, office: Office) -> Outcome:
    names = _names(village, slot, office)
    key = "duty.above" if names else "duty.above_nobody"
    time = f"{office.rules.schedule.duty_late:%H:%M}"
    text = office.say(key, village=village.name, people=names, time=time)
    above = office.org.people_of(office.org.township_of(village.id).id, Role.INSPECTOR)
    there = tuple(filter(office.able(now), above)) or above
    return _notes("above", there, text, slot, now, office)


def _notes(  # noqa: PLR0917 - to whom, what, and when
    step: str, people: Iterable[Person], text: str, slot: Slot, now: datetime, office: Office
) -> Outcome:
    day = local(slot.at).date()
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person.id),
                kind=OutKind.NOTICE,
                text=text,
                dedupe_key=f"duty-{step}:{slot.scope}:{day}:{person.id}",
                not_before=office.hold(now),
            )
            for person in people
        )
    )


def _of_groups(village: Unit, slot: Slot, office: Office) -> tuple[Person, ...]:
    day = local(slot.at).date()
    groups = office.org.groups_of(village.id)
    return tuple(person for group in groups for person in on_duty(village.id, day, office, group=group.id))


def _names(village: Unit, slot: Slot, office: Office) -> str:
    people = on_duty(village.id, local(slot.at).date(), office) or _of_groups(village, slot, office)
    return office.say("duty.and").join(dict.fromkeys(person.title for person in people))
