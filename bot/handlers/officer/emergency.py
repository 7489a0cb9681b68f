"""What an officer who was rung answers: on my way, I cannot, no danger; and the record where care is needed (R8)."""

from datetime import timedelta

from bot.domain import lifecycle
from bot.domain.messages import OutKind
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, State, Thread
from bot.handlers.emergency import call_off
from bot.handlers.grammar import Verb
from bot.handlers.officer.desk import Desk
from bot.phrasing import say_time

_SHORTEST_RECORD = 4
"""Characters below which a record of a careful matter says nothing."""
_TAKEN = (State.IN_PROGRESS, State.ANSWERED)


def rung(desk: Desk) -> Thread | None:
    """The live emergency for which this officer was called: the quoted one, otherwise the latest."""
    sent = desk.situation.quoted_sent or desk.situation.last_sent(OutKind.EMERGENCY)
    ticket_id = None if sent is None else sent.outgoing.ticket
    thread = next((one for one in desk.situation.threads if one.ticket.id == ticket_id), None)
    if thread is None or not thread.ticket.urgent or not lifecycle.may(thread.ticket, EventKind.TAKEN):
        return None
    return thread


def take(desk: Desk, thread: Thread) -> Outcome:
    """收到: he sees to it, nobody further up is rung, and the others who were rung hear of it."""
    ticket = thread.ticket
    key = "emergency.taken_too" if ticket.state in _TAKEN else "officer.emergency_taken"
    change = lifecycle.taken(ticket, at=desk.now, by=desk.speaker.id, text=desk.situation.burst.text)
    told = desk.tell(key, number=desk.name_of(ticket))
    return told + Outcome(changes=(change,)) + call_off(ticket, now=desk.now)


def cannot(desk: Desk, thread: Thread) -> Outcome:
    """He cannot go: he hears what happens next; the ringing goes on."""
    ticket = thread.ticket
    after = timedelta(minutes=desk.office.rules.emergency.escalate_after_minutes)
    at = max(ticket.opened_at + after, desk.now)
    return desk.tell("emergency.cannot", number=desk.name_of(ticket), at=say_time(at, desk.office, now=desk.now))


def false_alarm(desk: Desk, thread: Thread, words: str) -> Outcome:
    """No danger: the ringing stops, those who were rung hear it, and the matter goes on like any other."""
    ticket = thread.ticket
    number = desk.name_of(ticket)
    if not ticket.urgent:
        return desk.tell("emergency.was_no_danger", number=number)
    change = lifecycle.false_alarm(ticket, at=desk.now, by=desk.speaker.id, reason=words)
    due = say_time(ticket.due_at, desk.office, now=desk.now)
    told = desk.tell("emergency.not_danger", number=number, due=due)
    return told + Outcome(changes=(change,)) + call_off(ticket, now=desk.now)


def record(desk: Desk, verb: Verb, thread: Thread, words: str) -> Outcome:
    """What was done in a matter that needs care: kept, and sent to nobody; nobody is asked how content he is either."""
    ticket = thread.ticket
    number = desk.name_of(ticket)
    if len(words.strip()) < _SHORTEST_RECORD:
        return desk.tell("emergency.care_without_words", number=number)
    if verb is Verb.PROGRESS:
        change = lifecycle.progress(ticket, at=desk.now, by=desk.speaker.id, text=words)
        return desk.tell("emergency.care_progress", number=number) + Outcome(changes=(change,))
    waited = desk.waited(ticket)
    change = lifecycle.closed(waited.ticket, at=desk.now, by=desk.speaker.id, text=words, message=None)
    return desk.tell("emergency.care_closed", number=number) + Outcome(changes=(waited, change))
