"""What an officer's sentence does to a ticket, and what villager, colleague and officer are told of it."""

from datetime import timedelta

from bot.domain import lifecycle
from bot.domain.categories import APPEALS, Category, Level
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup
from bot.domain.org import Person, Unit
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import EventKind, Thread, Ticket
from bot.domain.workdays import due_time
from bot.handlers.desk import Desk
from bot.handlers.grammar import PUNCTUATION, Verb
from bot.handlers.opening import prompt, recategorise
from bot.phrasing import category_name, due_in_brief, matter, say_time, state_name

_MOVES = {
    Verb.CLOSE: EventKind.CLOSED,
    Verb.PROGRESS: EventKind.PROGRESS,
    Verb.TRANSFER: EventKind.TRANSFERRED,
    Verb.RECATEGORISE: EventKind.RECATEGORISED,
    Verb.NOT_AN_APPEAL: EventKind.WITHDRAWN,
    Verb.NOT_AN_ANSWER: EventKind.NOT_AN_ANSWER,
}
_SHORTEST_ANSWER = 4
"""Characters below which an answer cannot say what was done (R13)."""


def act(desk: Desk, verb: Verb, thread: Thread, words: str) -> Outcome:
    """Carry a verb out on a ticket that the officer may act on."""
    ticket = thread.ticket
    if not lifecycle.may(ticket, _MOVES[verb]):
        return desk.tell("officer.not_possible", number=desk.name_of(ticket), state=state_name(ticket, desk.office))
    match verb:
        case Verb.CLOSE:
            return _close(desk, ticket, words)
        case Verb.PROGRESS:
            return _progress(desk, ticket, words)
        case Verb.TRANSFER:
            return _transfer(desk, ticket, words)
        case Verb.RECATEGORISE:
            return _recategorise(desk, ticket, words)
        case Verb.NOT_AN_APPEAL:
            change = lifecycle.withdrawn(ticket, at=desk.now, by=desk.speaker.id, reason=words or "not an appeal")
            return desk.tell("officer.withdrawn", number=desk.name_of(ticket)) + Outcome(changes=(change,))
        case _:
            change = lifecycle.not_an_answer(ticket, at=desk.now, by=desk.speaker.id)
            told = desk.tell(
                "officer.not_an_answer",
                number=desk.name_of(ticket),
                due=say_time(ticket.due_at, desk.office, now=desk.now),
            )
            return told + Outcome(changes=(change,))


def acknowledge(desk: Desk) -> Outcome:
    """收到: for an emergency it stops the ringing further up (R8); otherwise a courtesy that needs no answer."""
    thread = rung(desk)
    if thread is None:
        return desk.tell("officer.heard")
    words = desk.situation.burst.text
    change = lifecycle.progress(thread.ticket, at=desk.now, by=desk.speaker.id, text=words)
    return desk.tell("officer.emergency_taken", number=desk.name_of(thread.ticket)) + Outcome(changes=(change,))


def rung(desk: Desk) -> Thread | None:
    """The live emergency for which this officer was called: the quoted one, otherwise the latest."""
    sent = desk.situation.quoted_sent or desk.situation.last_sent(OutKind.EMERGENCY)
    ticket_id = None if sent is None else sent.outgoing.ticket
    thread = next((one for one in desk.situation.threads if one.ticket.id == ticket_id), None)
    if thread is None or not thread.ticket.urgent or not lifecycle.may(thread.ticket, EventKind.PROGRESS):
        return None
    return thread


def _close(desk: Desk, ticket: Ticket, words: str) -> Outcome:
    answer = words or ticket.answer_text
    empty = desk.office.say("answer.words_empty").split()
    if not answer.strip():
        return desk.tell("officer.close_without_words", number=desk.name_of(ticket))
    if len(answer.strip()) < _SHORTEST_ANSWER or answer.strip(PUNCTUATION) in empty:
        return desk.tell("officer.close_empty_words", number=desk.name_of(ticket), words=answer)
    said_in_chat = desk.said_in_chat(ticket, answer)
    change = lifecycle.closed(ticket, at=desk.now, by=desk.speaker.id, text=answer, message=None)
    outcome = Outcome(changes=(change,), slots=(_ask_rating(desk, ticket),))
    if not said_in_chat:
        outcome += _to_villager(desk, ticket, OutKind.RESULT, "result.closed", f"result:{ticket.id}", answer)
    key = "officer.closed_said" if said_in_chat else "officer.closed"
    return outcome + desk.tell(key, number=desk.name_of(ticket))


def _progress(desk: Desk, ticket: Ticket, words: str) -> Outcome:
    if not words.strip():
        return desk.tell("officer.progress_without_words", number=desk.name_of(ticket))
    said_in_chat = desk.said_in_chat(ticket, words)
    change = lifecycle.progress(ticket, at=desk.now, by=desk.speaker.id, text=words)
    outcome = Outcome(changes=(change,))
    if not said_in_chat:
        key = f"progress:{ticket.id}:{desk.situation.burst.first.id}"
        outcome += _to_villager(desk, ticket, OutKind.NOTICE, "result.progress", key, words)
    due = say_time(ticket.due_at, desk.office, now=desk.now)
    return outcome + desk.tell("officer.progress", number=desk.name_of(ticket), due=due)


def _transfer(desk: Desk, ticket: Ticket, words: str) -> Outcome:
    targets = transfer_targets(desk, ticket)
    unit = next((unit for unit, _ in targets if words.startswith(unit.name) or unit.name in words.split()), None)
    if unit is None:
        options = [
            (unit.name, f"{desk.name_of(ticket)} {desk.office.say('verb.transfer')} {unit.name} {words}")
            for unit, _ in targets
        ]
        if not options:
            return desk.tell("officer.nowhere_to_transfer", number=desk.name_of(ticket))
        return desk.ask("officer.transfer_where", options, number=desk.name_of(ticket))
    summary = words.replace(unit.name, "", 1).strip(PUNCTUATION)
    if not summary:
        return desk.tell("officer.transfer_without_words", number=desk.name_of(ticket), unit=unit.name)
    owner = next(person for candidate, person in targets if candidate.id == unit.id)
    rules = desk.office.rules
    hop = due_time(desk.now, rules.deadlines.transfer, desk.office.calendar, rules.office_hours)
    change = lifecycle.transferred(
        ticket,
        at=desk.now,
        by=desk.speaker.id,
        unit=unit.id,
        level=unit.level,
        owner=owner.id,
        hop_due_at=hop.at,
        summary=summary,
    )
    said = desk.situation.burst.first.id
    outcome = Outcome(changes=(change,), sends=(prompt(change.ticket, desk.office, now=desk.now, reason=summary),))
    key = f"transfer:{ticket.id}:{said}"
    outcome += _to_villager(desk, change.ticket, OutKind.TRANSFER, "result.transferred", key, unit.name)
    return outcome + desk.tell("officer.transferred", number=desk.name_of(ticket), unit=unit.name, owner=owner.title)


def transfer_targets(desk: Desk, ticket: Ticket) -> tuple[tuple[Unit, Person], ...]:
    """Units above and beside the ticket's village that have somebody to take it, each with that person (R10, R18).

    The nearest come first: the township and its offices before the county and its departments.
    """
    org = desk.office.org
    line = org.line_of(ticket.village)[1:]
    near = [
        unit
        for unit in org.units.values()
        if unit.id != ticket.unit and (unit.id in line or (unit.level is Level.DEPARTMENT and unit.parent in line))
    ]
    near.sort(key=lambda unit: line.index(unit.id if unit.id in line else str(unit.parent)))
    return tuple((unit, people[0]) for unit in near if (people := org.people_of(unit.id)))


def _recategorise(desk: Desk, ticket: Ticket, words: str) -> Outcome:
    names = {desk.office.say(f"category.{category}"): category for category in APPEALS}
    category = next((category for name, category in names.items() if name in words), None)
    if category is None:
        options = [
            (name, f"{desk.name_of(ticket)} {desk.office.say('verb.recategorise')} {name}")
            for name, category in names.items()
            if category is not ticket.category
        ]
        return desk.ask("officer.which_category", options, number=desk.name_of(ticket))
    if category is ticket.category:
        return desk.tell(
            "officer.same_category", number=desk.name_of(ticket), category=category_name(ticket, desk.office)
        )
    if _longer(desk, ticket.category, category) and desk.office.org.units[desk.speaker.unit].level is Level.VILLAGE:
        return desk.tell("officer.longer_needs_township", number=desk.name_of(ticket), words=words)
    outcome = recategorise(ticket, category, now=desk.now, by=desk.speaker.id, office=desk.office)
    after = outcome.changes[0].ticket
    told = desk.tell(
        "officer.recategorised",
        number=desk.name_of(ticket),
        category=category_name(after, desk.office),
        due=say_time(after.due_at, desk.office, now=desk.now),
        explain=due_in_brief(after, desk.office),
    )
    return told + outcome


def _longer(desk: Desk, old: Category, new: Category) -> bool:
    deadlines = desk.office.rules.deadlines
    return deadlines.days(new) > deadlines.days(old)


def _ask_rating(desk: Desk, ticket: Ticket) -> Slot:
    later = desk.now + timedelta(minutes=desk.office.rules.manners.rating_after_minutes)
    return Slot(at=desk.office.loud_at(later), job=Job.RATING, scope=ticket.id)


def _to_villager(  # noqa: PLR0917 - what is said, about what, in which words
    desk: Desk, ticket: Ticket, kind: OutKind, wording: str, key: str, words: str
) -> Outcome:
    """Say something where the matter came from: in its group, or privately (R12)."""
    text = desk.office.say(
        wording,
        number=ticket.number,
        matter=matter(ticket, desk.office),
        text=words,
        speaker=desk.speaker.title,
        due=say_time(ticket.due_at, desk.office, now=desk.now),
        owner=desk.office.org.people[ticket.owner].title,
    )
    message = Outgoing(to=origin(ticket), kind=kind, text=text, dedupe_key=f"{key}:{_times(ticket)}", ticket=ticket.id)
    return Outcome(sends=(message,))


def origin(ticket: Ticket) -> Recipient:
    """Where the ticket's result must appear (R12)."""
    if ticket.group is not None:
        return ToGroup(group=ticket.group)
    return ToAccount(platform=ticket.platform, account=ticket.requester)


def _times(ticket: Ticket) -> str:
    """Tells a second result after reopening from the first."""
    return ticket.reopened_by or "first"
