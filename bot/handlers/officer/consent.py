"""The township's word on more time and on a longer category: given once, with what follows for all concerned (R7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import clocks
from bot.domain.categories import APPEALS, Category
from bot.domain.lateness import consenters
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Thread, Ticket, TicketEvent
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.spans import Wish, wish
from bot.handlers.opening import recategorise
from bot.handlers.telling import to_villager
from bot.office import Office
from bot.phrasing import called, matter, say_time
from bot.watching import watch


def may_consent(desk: Desk, ticket: Ticket, *, asked_by: str) -> bool:
    """Whether the officer is one of those whose consent is needed; nobody consents to what he wants himself."""
    allowed = consenters(ticket, desk.office.org, besides=asked_by)
    return desk.speaker in allowed or (Role.COUNTY_DESK in desk.speaker.roles and desk.speaker.id != asked_by)


def names(people: Sequence[Person], office: Office) -> str:
    """Posts and names in a row."""
    return office.say("due.separator").join(person.title for person in people)


# More time


def grant_extension(desk: Desk, thread: Thread, words: str) -> Outcome:
    """同意延期: as it was asked for, or with what the words say instead (clock specification 7)."""
    ticket, office = thread.ticket, desk.office
    request = clocks.latest_request(desk.history(thread), EventKind.EXTENSION_ASKED)
    asked_by = ticket.owner if request is None else request[0].actor
    refusal = _not_allowed(desk, ticket, asked_by) or _settled(desk, ticket, request) or why_no_extension(desk, ticket)
    if refusal is not None:
        return refusal
    wanted = wish(words, today=local(desk.now).date(), due=local(ticket.due_at).date())
    days, reason = days_of(wanted, ticket, office), wanted.reason
    if request is not None:
        days = int(str(request[0].data["days"])) if days is None else days
        reason = reason or str(request[0].data["reason"])
    name = desk.name_of(ticket)
    if days is None or not reason:
        return desk.tell("clock.nothing_asked", name=name)
    if not 1 <= days <= office.rules.extension.most_days:
        return desk.tell("clock.grant_days", name=name, most=office.rules.extension.most_days)
    return extend_now(desk, ticket, days=days, reason=reason, asked_by=None if request is None else asked_by)


def extend_now(desk: Desk, ticket: Ticket, *, days: int, reason: str, asked_by: str | None) -> Outcome:
    """Grant it: dated anew, watched anew, and the villager told why and until when, where the matter came from."""
    office = desk.office
    change = clocks.extended(
        ticket,
        at=desk.now,
        by=desk.speaker.id,
        days=days,
        reason=reason,
        rules=office.rules,
        calendar=office.calendar,
    )
    after = change.ticket
    outcome = Outcome(changes=(change,), slots=watch(after, office, now=desk.now))
    outcome += to_villager(desk, after, OutKind.NOTICE, "clock.extended_villager", f"extended:{ticket.id}", reason)
    outcome += _tell_askers(desk, after, asked_by, "clock.extended_asker")
    due = say_time(after.due_at, office, now=desk.now)
    return outcome + desk.tell("clock.extended", name=desk.name_of(ticket), days=days, due=due)


def refuse_extension(desk: Desk, thread: Thread, words: str) -> Outcome:
    """不同意延期: with a reason, which one question offers."""
    ticket = thread.ticket
    request = clocks.latest_request(desk.history(thread), EventKind.EXTENSION_ASKED)
    if request is not None:  # the question's own choice repeats what was asked for
        asked = desk.office.say("clock.days_and_reason", days=request[0].data["days"], reason=request[0].data["reason"])
        words = "" if words.strip() == asked.strip() else words
    return _refuse(
        desk,
        ticket,
        request,
        words,
        what=EventKind.EXTENSION_ASKED,
        verb="verb.refuse_extension",
        keys=("clock.refuse_extension_why", "clock.refused_extension", "clock.refused_extension_asker"),
        reasons=("clock.reason_in_time", "clock.reason_unclear", "clock.reason_urgent"),
    )


def why_no_extension(desk: Desk, ticket: Ticket) -> Outcome | None:
    """Why there can be no more time: it waits, has had it, or is late already; with what to do instead."""
    due = say_time(ticket.due_at, desk.office, now=desk.now)
    name = desk.name_of(ticket)
    if ticket.extension_days:
        return desk.tell("clock.extend_twice", number=name, due=due)
    if ticket.paused_at is not None:
        return desk.tell("clock.extend_while_waiting", number=name)
    if desk.now >= ticket.due_at:
        return desk.tell("clock.extend_late", number=name, due=due)
    return None


def days_of(wanted: Wish, ticket: Ticket, office: Office) -> int | None:
    """Working days that are wished for: counted from the due day where a last day was named."""
    if wanted.until is None:
        return wanted.days
    end = datetime.combine(wanted.until, local(ticket.due_at).timetz())
    return office.calendar.workdays_between(ticket.due_at, end)


def extended_to(ticket: Ticket, days: int, office: Office) -> datetime:
    """When it would be due with so many working days more."""
    return clocks.dated(replace(ticket, extension_days=days), office.rules, office.calendar).due_at


# A longer category


def category_in(words: str, office: Office) -> Category | None:
    """The category that the words name."""
    return next((category for category in APPEALS if office.say(f"category.{category}") in words), None)


def longer(ticket: Ticket, category: Category, office: Office) -> bool:
    """Whether a category has more time than the ticket's own."""
    deadlines = office.rules.deadlines
    return deadlines.days(category) > deadlines.days(ticket.category)


def grant_category(desk: Desk, thread: Thread, words: str) -> Outcome:
    """同意改类: dated anew from the villager's message (R7)."""
    ticket, office = thread.ticket, desk.office
    request = clocks.latest_request(desk.history(thread), EventKind.LONGER_ASKED)
    asked_by = ticket.owner if request is None else request[0].actor
    refusal = _not_allowed(desk, ticket, asked_by) or _settled(desk, ticket, request)
    if refusal is not None:
        return refusal
    category = category_in(words, office)
    if category is None and request is not None:
        category = Category(str(request[0].data["category"]))
    name, due = desk.name_of(ticket), say_time(ticket.due_at, office, now=desk.now)
    if category is None:
        return desk.tell("clock.nothing_asked_category", name=name)
    if not longer(ticket, category, office):
        return desk.tell("clock.nobody_asked", name=name)
    if ticket.paused_at is not None:
        return desk.tell("clock.longer_while_waiting", number=name)
    if desk.now >= ticket.due_at:
        return desk.tell("clock.longer_late", number=name, due=due)
    outcome = to_longer(desk, ticket, category)
    after = outcome.changes[0].ticket
    outcome += _tell_askers(desk, after, None if request is None else asked_by, "clock.longer_asker")
    new = say_time(after.due_at, office, now=desk.now)
    return outcome + desk.tell("clock.longer_granted", name=name, category=office.say(f"category.{category}"), due=new)


def to_longer(desk: Desk, ticket: Ticket, category: Category) -> Outcome:
    """Put it into the longer category, and tell the villager in one line until when."""
    outcome = recategorise(ticket, category, now=desk.now, by=desk.speaker.id, office=desk.office)
    after = outcome.changes[0].ticket
    key = f"longer:{ticket.id}:{desk.situation.burst.first.id}"
    name = desk.office.say(f"category.{category}")
    return outcome + to_villager(desk, after, OutKind.NOTICE, "clock.longer_villager", key, name)


def refuse_category(desk: Desk, thread: Thread, words: str) -> Outcome:
    """不同意改类: with a reason, which one question offers."""
    ticket = thread.ticket
    request = clocks.latest_request(desk.history(thread), EventKind.LONGER_ASKED)
    if request is not None:
        asked = desk.office.say(f"category.{request[0].data['category']}")
        words = words.strip().removeprefix(asked)
    return _refuse(
        desk,
        ticket,
        request,
        words,
        what=EventKind.LONGER_ASKED,
        verb="verb.refuse_category",
        keys=("clock.refuse_category_why", "clock.refused_category", "clock.refused_category_asker"),
        reasons=("clock.reason_same", "clock.reason_unclear", "clock.reason_urgent"),
    )


# What both share

_Request = tuple[TicketEvent, TicketEvent | None] | None


def _refuse(
    desk: Desk,
    ticket: Ticket,
    request: _Request,
    words: str,
    *,
    what: EventKind,
    verb: str,
    keys: tuple[str, str, str],
    reasons: tuple[str, ...],
) -> Outcome:
    ask_why, said, told = keys
    name, office = desk.name_of(ticket), desk.office
    refusal = _not_allowed(desk, ticket, ticket.owner if request is None else request[0].actor)
    if refusal is not None:
        return refusal
    if request is None:
        return desk.tell("clock.nobody_asked", name=name)
    refusal = _settled(desk, ticket, request)
    if refusal is not None:
        return refusal
    reason = words.strip(PUNCTUATION)
    if not reason:
        texts = [office.say(key) for key in reasons]
        return desk.ask(ask_why, [(text, f"{name} {office.say(verb)} {text}") for text in texts], name=name)
    change = clocks.refused(ticket, at=desk.now, by=desk.speaker.id, what=what, reason=reason)
    asked_by = request[0].actor
    outcome = Outcome(changes=(change,)) + _tell_askers(desk, ticket, asked_by, told, text=reason)
    people = names(_askers(ticket, asked_by, office), office)
    return outcome + desk.tell(said, name=name, people=people)


def _not_allowed(desk: Desk, ticket: Ticket, asked_by: str) -> Outcome | None:
    if may_consent(desk, ticket, asked_by=asked_by):
        return None
    people = names(consenters(ticket, desk.office.org, besides=asked_by), desk.office)
    return desk.tell("clock.not_yours_to_grant", name=desk.name_of(ticket), people=people)


def _settled(desk: Desk, ticket: Ticket, request: _Request) -> Outcome | None:
    """Several people are asked: the first answer counts."""
    if request is None or request[1] is None:
        return None
    answer, office = request[1], desk.office
    who = office.org.people.get(answer.actor)
    refused = answer.kind is EventKind.REFUSED
    key = "clock.answer_refused" if refused else "clock.answer_granted"
    return desk.tell(
        "clock.answered_already",
        name=desk.name_of(ticket),
        people="" if who is None else who.title,
        answer=office.say(key, text=answer.data.get("reason", "")),
    )


def _askers(ticket: Ticket, asked_by: str | None, office: Office) -> tuple[Person, ...]:
    """Who must know the answer: whoever asked, and the owner."""
    people = office.org.people
    ids = dict.fromkeys(id_ for id_ in (asked_by, ticket.owner) if id_ is not None and id_ in people)
    return tuple(people[id_] for id_ in ids)


def _tell_askers(desk: Desk, ticket: Ticket, asked_by: str | None, key: str, text: str = "") -> Outcome:
    office = desk.office
    held = office.hold(desk.now)
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person.id),
                kind=OutKind.NOTICE,
                text=office.say(
                    key,
                    number=called(ticket, person, office),
                    matter=matter(ticket, office),
                    category=office.say(f"category.{ticket.category}"),
                    people=desk.speaker.title,
                    due=say_time(ticket.due_at, office, now=desk.now if held is None else None),
                    text=text,
                ),
                dedupe_key=f"{key}:{ticket.id}:{desk.situation.burst.first.id}:{person.id}",
                not_before=held,
                ticket=ticket.id,
            )
            for person in _askers(ticket, asked_by, office)
            if person.id != desk.speaker.id
        )
    )
