"""What is said in an emergency, by a villager's cry and by the clock: numbers, hints, who is called (R8)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.org import Person, Role
from bot.domain.rules import PublicNumber
from bot.domain.tickets import Ticket
from bot.domain.workdays import local
from bot.office import Office

_VIOLENCE = re.compile("打|掐|刀|家暴|火钩|锁|砍|捅|踢|揍")
_CHILD = re.compile("孩子|娃|小孩|学生|未成年|小学|初中|[女男]儿|闺女|妹崽|细佬")


def duty_room(unit: str, office: Office) -> tuple[Person, ...]:
    """Who answers for an office at any hour: its duty room if one is named, otherwise all who have a post there."""
    named = office.org.people_of(unit, Role.DUTY_ROOM)
    return named or tuple(one for one in office.org.people_of(unit) if one.roles != {Role.OPERATOR})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ring:
    """Who is rung, and whose turn it was but who is away or has no account that is heard: these are named as well."""

    people: tuple[Person, ...]
    missed: tuple[Person, ...] = ()


def first_ring(ticket: Ticket, now: datetime, office: Office) -> Ring:
    """Who is rung at a cry: the owner, everybody on duty today, the village secretary (R8).

    Where a child may want to die or is beaten, the township's duty room as well. For a secretary who is not there the
    next in line is rung, and where nobody of the village is there, the township's duty room at once. Whoever there is
    is rung if nobody at all seems to be there.
    """
    org, today = office.org, local(now).date()
    township = duty_room(org.township_of(ticket.village).id, office)
    secretaries = org.people_of(ticket.village, Role.SECRETARY)
    known = (ticket.owner, *office.roster.on_duty(ticket.village, today))
    wanted = [org.people[person] for person in known if person in org.people]
    wanted += [*secretaries, *(township if ticket.careful and _CHILD.search(ticket.text) else ())]
    there = [person for person in dict.fromkeys(wanted) if office.is_available(person, today)]
    if not any(person in there for person in secretaries):
        line = (one for one in office.line_of_duty(ticket.village, today) if one not in there)
        there += [one for one in line if office.is_available(one, today)][:1]
    if not any(person.unit == ticket.village for person in there):
        there += [one for one in township if one not in there and office.is_available(one, today)]
    if not there:
        return Ring(people=tuple(dict.fromkeys((*wanted, *township))))
    return Ring(people=tuple(there), missed=tuple(one for one in dict.fromkeys(wanted) if one not in there))


def say_people(people: Iterable[Person], office: Office) -> str:
    """Posts and names in a row."""
    return office.say("due.separator").join(person.title for person in people)


def say_missed(missed: Sequence[Person], office: Office) -> str:
    """Who was not rung, so that nobody waits for him; nothing if everybody was there."""
    return office.say("emergency.not_there", people=say_people(missed, office)) if missed else ""


def is_violence(text: str) -> bool:
    """Whether words that need care are of blows rather than of despair."""
    return _VIOLENCE.search(text) is not None


def numbers_for(text: str, office: Office) -> tuple[PublicNumber, ...]:
    """The public numbers that the words call for; all of the first two if none is plain."""
    known = office.rules.emergency.numbers
    fitting = tuple(number for number in known if any(word in text for word in number.words))
    return fitting[:2] or known[:2]


def care_numbers(text: str, office: Office) -> tuple[PublicNumber, ...]:
    """The numbers for somebody who is beaten at home, or who wants to die."""
    known = office.rules.emergency
    return known.violence_numbers if is_violence(text) else known.despair_numbers


def say_numbers(text: str, office: Office, *, careful: bool = False) -> str:
    """The numbers as people write them: 119(火警)、120(急救)."""
    numbers = care_numbers(text, office) if careful else numbers_for(text, office)
    return office.say("due.separator").join(
        office.say("emergency.number", number=number.number, name=number.name) for number in numbers
    )


def hint(ticket: Ticket, office: Office) -> str:
    """What those who are called must know where care is needed: go there, and say nothing of it in the group."""
    if not ticket.careful:
        return ""
    return office.say("emergency.violence_hint" if is_violence(ticket.text) else "emergency.despair_hint")
