"""What an officer can do about the due time: another category, more time; never a new beginning (R7).

The village asks, the township decides (``consent``).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import clocks
from bot.domain.categories import APPEALS, Category
from bot.domain.lateness import consenters
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Thread, Ticket
from bot.domain.workdays import local
from bot.handlers.officer import consent
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.spans import Wish, wish
from bot.handlers.opening import LONG, recategorise
from bot.phrasing import brief, called, category_name, due_in_brief, matter, say_time


def change_category(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Another category, counted anew from the villager's message; a longer one needs the township (R7)."""
    ticket = thread.ticket
    category = consent.category_in(words, desk.office)
    if category is None:
        options = [
            (name, f"{desk.name_of(ticket)} {desk.office.say('verb.recategorise')} {name}")
            for each in APPEALS
            if each is not ticket.category
            for name in (desk.office.say(f"category.{each}"),)
        ]
        return desk.ask("officer.which_category", options, number=desk.name_of(ticket))
    if category is ticket.category:
        return desk.tell(
            "officer.same_category", number=desk.name_of(ticket), category=category_name(ticket, desk.office)
        )
    if consent.longer(ticket, category, desk.office):
        return _to_longer(desk, thread, category, words)
    outcome = recategorise(ticket, category, now=desk.now, by=desk.speaker.id, office=desk.office)
    return _recategorised(desk, outcome.changes[0].ticket) + outcome


def _recategorised(desk: Desk, after: Ticket) -> Outcome:
    return desk.tell(
        "officer.recategorised",
        number=desk.name_of(after),
        category=category_name(after, desk.office),
        due=say_time(after.due_at, desk.office, now=desk.now),
        explain=due_in_brief(after, desk.office),
    )


def _to_longer(desk: Desk, thread: Thread, category: Category, words: str) -> Outcome:
    """Done at once for who may consent, asked for everybody else, and never once it is overdue (R7)."""
    ticket, office = thread.ticket, desk.office
    if ticket.paused_at is not None:
        return desk.tell("clock.longer_while_waiting", number=desk.name_of(ticket))
    if desk.now >= ticket.due_at:
        return desk.tell("clock.longer_late", number=desk.name_of(ticket), due=_time(desk, ticket.due_at))
    if consent.may_consent(desk, ticket, asked_by=ticket.owner):
        outcome = consent.to_longer(desk, ticket, category)
        return _recategorised(desk, outcome.changes[0].ticket) + outcome
    if _waits(desk, thread, EventKind.LONGER_ASKED):
        return desk.tell("clock.longer_pending", number=desk.name_of(ticket), due=_time(desk, ticket.due_at))
    people = consenters(ticket, office.org, besides=desk.speaker.id)
    reason = words.replace(office.say(f"category.{category}"), "", 1).strip()
    change = clocks.longer_asked(ticket, at=desk.now, by=desk.speaker.id, category=category, reason=reason)
    new = clocks.dated(replace(ticket, category=category), office.rules, office.calendar).due_at
    questions = tuple(
        _question(
            desk,
            ticket,
            person,
            "clock.longer_question",
            ("verb.grant_category", "verb.refuse_category"),
            office.say(f"category.{category}"),
            old_category=category_name(ticket, office),
            category=office.say(f"category.{category}"),
            old=say_time(ticket.due_at, office),
            due=say_time(new, office),
            text=brief(ticket.text, office, length=LONG),
            reason=office.say("clock.longer_reason", reason=reason) if reason else "",
        )
        for person in people
    )
    told = desk.tell(
        "clock.longer_asked",
        number=desk.name_of(ticket),
        category=office.say(f"category.{category}"),
        people=consent.names(people, office),
        due=_time(desk, ticket.due_at),
        new=_time(desk, new),
    )
    return told + Outcome(changes=(change,), sends=questions)


def extend(desk: Desk, thread: Thread, words: str) -> Outcome:
    """More time, once and before the due time, with a reason that the villager is told (clock specification 7)."""
    ticket, office = thread.ticket, desk.office
    refusal = consent.why_no_extension(desk, ticket)
    if refusal is not None:
        return refusal
    if _waits(desk, thread, EventKind.EXTENSION_ASKED):
        return desk.tell("clock.extend_pending", number=desk.name_of(ticket), due=_time(desk, ticket.due_at))
    wanted = wish(words, today=local(desk.now).date(), due=local(ticket.due_at).date())
    days = consent.days_of(wanted, ticket, office)
    unclear = _unclear(desk, ticket, wanted, days)
    if unclear is not None or days is None:
        return unclear or Outcome()
    if consent.may_consent(desk, ticket, asked_by=ticket.owner):
        return consent.extend_now(desk, ticket, days=days, reason=wanted.reason, asked_by=None)
    people = consenters(ticket, office.org, besides=desk.speaker.id)
    new = consent.extended_to(ticket, days, office)
    change = clocks.extension_asked(ticket, at=desk.now, by=desk.speaker.id, days=days, reason=wanted.reason)
    questions = tuple(
        _question(
            desk,
            ticket,
            person,
            "clock.extend_question",
            ("verb.grant_extension", "verb.refuse_extension"),
            office.say("clock.days_and_reason", days=days, reason=wanted.reason),
            days=days,
            old=say_time(ticket.due_at, office),
            due=say_time(new, office),
            reason=wanted.reason,
        )
        for person in people
    )
    told = desk.tell(
        "clock.extend_asked",
        number=desk.name_of(ticket),
        days=days,
        due=_time(desk, new),
        old=_time(desk, ticket.due_at),
        people=consent.names(people, office),
    )
    return told + Outcome(changes=(change,), sends=questions)


def _unclear(desk: Desk, ticket: Ticket, wanted: Wish, days: int | None) -> Outcome | None:
    """What must be asked back: how long, not so long, later than it is due anyway, or why."""
    name, most = desk.name_of(ticket), desk.office.rules.extension.most_days
    if days is None or days > most:
        options = [
            (
                desk.office.say(
                    "clock.extend_choice", days=each, due=_time(desk, consent.extended_to(ticket, each, desk.office))
                ),
                f"{name} {desk.office.say('verb.extend')} "
                + desk.office.say("clock.days_and_reason", days=each, reason=wanted.reason).strip(),
            )
            for each in range(1, most + 1)
        ]
        key = "clock.extend_how_long" if days is None else "clock.extend_too_long"
        return desk.ask(key, options, number=name, most=most)
    if days < 1:
        return desk.tell("clock.extend_not_later", number=name, due=_time(desk, ticket.due_at))
    if not wanted.reason:
        return desk.tell("clock.extend_without_words", number=name, days=days)
    return None


def _question(  # noqa: PLR0917 - who is asked what about which ticket, and what the answers stand for
    desk: Desk, ticket: Ticket, person: Person, key: str, verbs: tuple[str, str], words: str, **values: object
) -> Outgoing:
    """A question to somebody of the township, answered by 1 or 2; what is 1 and 2 is spelt out (decision 0002)."""
    office = desk.office
    name = called(ticket, person, office)
    labels = (office.say("clock.choice_consent"), office.say("clock.choice_refuse"))
    shown = "\n".join(office.say("question.choice", number=at, text=label) for at, label in enumerate(labels, 1))
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.QUESTION,
        text=office.say(
            key,
            number=ticket.number,
            village=office.org.units[ticket.village].name,
            matter=matter(ticket, office),
            asker=desk.speaker.title,
            choices=shown,
            **values,
        ),
        dedupe_key=f"consent:{ticket.id}:{desk.situation.burst.first.id}:{person.id}",
        not_before=office.hold(desk.now),
        ticket=ticket.id,
        choices=tuple(f"{name} {office.say(verb)} {words}" for verb in verbs),
    )


def _waits(desk: Desk, thread: Thread, what: EventKind) -> bool:
    """Whether the township was asked and has not answered yet."""
    request = clocks.latest_request(desk.history(thread), what)
    return request is not None and request[1] is None


def _time(desk: Desk, at: datetime) -> str:
    return say_time(at, desk.office, now=desk.now)
