"""What an officer can do about the due time: another category, more time; never a new beginning (R7).

The village asks, the township decides (``consent``).
"""

from datetime import datetime

from bot.consenting import look_again, question, wished_due
from bot.domain import clocks
from bot.domain.categories import APPEALS, Category
from bot.domain.lateness import consenters
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Thread, Ticket
from bot.domain.workdays import local
from bot.handlers.officer import consent
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.spans import Wish, wish
from bot.handlers.opening import recategorise
from bot.phrasing import category_name, due_in_brief, say_time


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
    people = consenters(ticket, office.org, besides=desk.speaker.id, able=office.able(desk.now))
    reason = words.replace(office.say(f"category.{category}"), "", 1).strip()
    change = clocks.longer_asked(ticket, at=desk.now, by=desk.speaker.id, category=category, reason=reason)
    request = change.events[0]
    new = wished_due(ticket, request, office)
    questions = tuple(question(ticket, request, person, now=desk.now, office=office) for person in people)
    told = desk.tell(
        "clock.longer_asked",
        number=desk.name_of(ticket),
        category=office.say(f"category.{category}"),
        people=consent.names(people, office),
        due=_time(desk, ticket.due_at),
        new=_time(desk, new),
    )
    again = look_again(ticket, request, office)
    return told + Outcome(changes=(change,), sends=questions, slots=(again,))


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
    people = consenters(ticket, office.org, besides=desk.speaker.id, able=office.able(desk.now))
    change = clocks.extension_asked(ticket, at=desk.now, by=desk.speaker.id, days=days, reason=wanted.reason)
    request = change.events[0]
    new = wished_due(ticket, request, office)
    questions = tuple(question(ticket, request, person, now=desk.now, office=office) for person in people)
    told = desk.tell(
        "clock.extend_asked",
        number=desk.name_of(ticket),
        days=days,
        due=_time(desk, new),
        old=_time(desk, ticket.due_at),
        people=consent.names(people, office),
    )
    again = look_again(ticket, request, office)
    return told + Outcome(changes=(change,), sends=questions, slots=(again,))


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


def _waits(desk: Desk, thread: Thread, what: EventKind) -> bool:
    """Whether the township was asked and has not answered yet."""
    request = clocks.latest_request(desk.history(thread), what)
    return request is not None and request[1] is None


def _time(desk: Desk, at: datetime) -> str:
    return say_time(at, desk.office, now=desk.now)
