"""The daily duty notice in words, for the schedule and for the officer who publishes it himself (R28, R29)."""

from collections.abc import Sequence
from datetime import date

from bot.domain.messages import Card, Outgoing, OutKind, ToGroup
from bot.domain.org import Group, Person
from bot.office import Office
from bot.phrasing import numbered, say_day

PUBLISH = "duty.publish"
"""The wording of the sentence by which an officer publishes."""


def posted(
    group: Group, people: Sequence[Person], day: date, office: Office, *, hears_all: bool, more: str = ""
) -> Outgoing:
    """The notice as it goes to a group, once a day whoever sends it; ``more``: a line of the officer's own."""
    card = _card(office)
    shown = card is not None and group.platform in office.shows_cards
    words = notice(people, day, office, hears_all=hears_all, more=more)
    if card is not None and not shown:
        words = "\n".join((words, office.say("duty.link", title=card.title, url=card.url)))
    return Outgoing(
        to=ToGroup(group=group.id),
        kind=OutKind.DUTY,
        text=words,
        dedupe_key=dedupe_key(group.id, day),
        card=card if shown else None,
    )


def _card(office: Office) -> Card | None:
    """The county's card (R29), if it has one."""
    wanted = office.rules.duty_card
    return Card(**wanted.model_dump()) if wanted.title else None


def dedupe_key(group: str, day: date) -> str:
    """By which a group's notice of a local day is known."""
    return f"duty:{group}:{day}"


def notice(people: Sequence[Person], day: date, office: Office, *, hears_all: bool, more: str = "") -> str:
    """The words of the notice for a local day: names and posts, a number only of who has agreed."""
    names = office.say("duty.and").join(_who(person, office) for person in people)
    return "\n".join(
        (
            _headline(day, office),
            office.say("duty.who", people=names),
            _hours(day, office),
            office.say("duty.reach" if hears_all else "duty.reach_by_mention"),
            office.say("duty.emergency_numbers"),
            *((more,) if more else ()),
        )
    )


def _who(person: Person, office: Office) -> str:
    if not person.public_phone:
        return person.title
    return office.say("duty.with_phone", name=person.title, phone=person.public_phone)


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


def draft(village: str, day: date, office: Office, *, more: str = "") -> tuple[str, tuple[str, ...]]:
    """The notice shown to who publishes it, with the sentences that 1 and 2 stand for; empty if nobody is on duty."""
    texts = []
    for group in office.org.groups_of(village):
        people = on_duty(village, day, office, group=group.id)
        if people:
            heard = group.platform not in office.mentions_only
            texts.append(notice(people, day, office, hears_all=heard, more=more))
    if not texts:
        return "", ()
    choices = (
        office.say(PUBLISH, day=day.isoformat(), more=more).rstrip(),
        office.say("duty.change", day=day.isoformat()),
    )
    labels = (office.say("duty.choice_publish"), office.say("duty.choice_change"))
    shown = "\n\n".join(dict.fromkeys(texts))
    return office.say("duty.draft", text=shown, choices=numbered(office, labels)), choices


def on_duty(village: str, day: date, office: Office, *, group: str | None = None) -> tuple[Person, ...]:
    """Those whom the roster names, and nobody else: the notice goes out in their names."""
    people = office.org.people
    return tuple(people[one] for one in office.roster.on_duty(village, day, group=group) if one in people)


def who_is_on_duty(village: str, day: date, office: Office, *, group: str | None = None) -> str:
    """The people on duty on a local day, with whom each stands in for; empty if nobody is on the roster."""
    givers = {swap.taker: swap.giver for swap in office.roster.swaps_on(village, day)}
    people = office.org.people
    shown = []
    for person in office.roster.on_duty(village, day, group=group):
        if person not in people:
            continue
        giver = people.get(givers.get(person, ""))
        name = people[person].title
        shown.append(name if giver is None else office.say("shift.duty_stands_in", name=name, giver=giver.name))
    return office.say("due.separator").join(shown)
