"""What is said in an emergency, by a villager's cry and by the clock: numbers, hints, who is called (R8)."""

import re

from bot.domain.org import Person, Role
from bot.domain.rules import PublicNumber
from bot.domain.tickets import Ticket
from bot.office import Office

_VIOLENCE = re.compile("打|掐|刀|家暴|火钩|锁|砍|捅|踢|揍")


def duty_room(unit: str, office: Office) -> tuple[Person, ...]:
    """Who answers for an office at any hour: its duty room if one is named, otherwise all who have a post there."""
    named = office.org.people_of(unit, Role.DUTY_ROOM)
    return named or tuple(one for one in office.org.people_of(unit) if one.roles != {Role.OPERATOR})


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
