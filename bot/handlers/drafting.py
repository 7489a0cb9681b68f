"""A draft answer to a consultation, from what the county has on its list and what its officers kept (R106).

Nothing is invented: every word stands in the list, in a kept answer or in the county's organisation. A draft goes to an
officer; only his word sends it.
"""

from dataclasses import dataclass

from bot.domain.categories import Category, Level
from bot.domain.knowledge import SAME_QUESTION, KeptAnswer, Power, kept_for, likeness, listed
from bot.domain.org import Organisation, Person, Unit
from bot.domain.tickets import Ticket
from bot.office import Office
from bot.phrasing import called


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The words for the villager, what they rest on, and whether that has been confirmed by the county."""

    text: str
    source: str
    confirmed: bool


def draft(ticket: Ticket, office: Office) -> Draft | None:
    """A draft for a consultation, None where nothing is known about it. An officer's kept answer counts first."""
    if ticket.category is not Category.CONSULTATION or ticket.urgent:
        return None
    knowledge = office.knowledge
    kept = _kept(ticket, kept_for(knowledge.answers, office.org.line_of(ticket.village)))
    if kept is not None:
        return Draft(text=kept.text, source=office.say("knowledge.from_kept", name=kept.name), confirmed=True)
    power = listed(ticket.text, knowledge.powers)
    if power is None:
        return None
    text = _say(power, ticket, office)
    source = office.say("knowledge.from_list", name=power.name)
    return None if text is None else Draft(text=text, source=source, confirmed=knowledge.confirmed)


def in_prompt(ticket: Ticket, office: Office) -> tuple[str, tuple[str, ...]]:
    """What a prompt to the owner adds for a known matter: the draft, and what a bare 1 stands for; else nothing."""
    found = draft(ticket, office)
    if found is None:
        return "", ()
    name = called(ticket, office.org.people[ticket.owner], office)
    return office.say("knowledge.in_prompt", name=name, **shown(found, office)), (
        office.say("knowledge.sentence", name=name),
    )


def shown(found: Draft, office: Office) -> dict[str, str]:
    """A draft as the sentences that show it want it: where it comes from, its words, and a warning if it needs one."""
    return {
        "source": found.source,
        "draft": found.text,
        "warning": "" if found.confirmed else office.say("knowledge.unconfirmed"),
    }


def _kept(ticket: Ticket, answers: tuple[KeptAnswer, ...]) -> KeptAnswer | None:
    """The answer to the question most like this one, on the same topic if both have one; of two, the later one."""
    asked = [
        (likeness(ticket.text, answer.asked), answer)
        for answer in answers
        if not (answer.topic and ticket.topic and answer.topic != ticket.topic)
    ]
    alike, best = max(asked, key=lambda one: (one[0], one[1].at), default=(0.0, None))
    return best if alike >= SAME_QUESTION else None


def _say(power: Power, ticket: Ticket, office: Office) -> str | None:
    """The list's entry in one breath; None if it says no more than who is responsible."""
    known = (
        ("conditions", power.conditions),
        ("materials", power.materials),
        ("where", power.where),
        ("time", power.time),
    )
    parts = [office.say(f"knowledge.{key}", text=value) for key, value in known if value]
    if not parts:
        return None
    parts = [office.say("knowledge.who", who=_who(power, ticket, office)), *parts]
    said = office.say("knowledge.draft", name=power.name, parts=office.say("knowledge.and").join(parts))
    return said + (office.say("knowledge.complain", text=power.complain) if power.complain else "")


def _who(power: Power, ticket: Ticket, office: Office) -> str:
    """The office with the person in it, as the organisation knows them; otherwise as the list says it."""
    org = office.org
    unit = _unit(power, ticket.village, org)
    person = None if unit is None else _person(power, unit, org)
    if unit is None or person is None:
        return power.responsible
    titled = unit.level is Level.VILLAGE or person.post.startswith(unit.name)
    return person.title if titled else office.say("knowledge.person_of", unit=unit.name, person=person.title)


def _unit(power: Power, village: str, org: Organisation) -> Unit | None:
    """The unit of that name in the village's line, the nearest first; the village itself if only a post is given."""
    line = org.line_of(village)
    if not power.unit:
        return org.units[village] if power.post else None
    near = [unit for unit in org.units.values() if unit.name == power.unit and (unit.id in line or unit.parent in line)]
    return min(near, key=lambda unit: line.index(unit.id if unit.id in line else str(unit.parent)), default=None)


def _person(power: Power, unit: Unit, org: Organisation) -> Person | None:
    people = org.people_of(unit.id)
    if power.post:
        return next((person for person in people if power.post in person.post), None)
    return next(iter(people), None)
