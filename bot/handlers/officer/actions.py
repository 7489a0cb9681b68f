"""What an officer's sentence does to a ticket: each verb has its move in the life of a ticket, and one function."""

from collections.abc import Callable, Mapping

from bot.domain import lifecycle
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Thread
from bot.handlers import waiting
from bot.handlers.emergency import call_off
from bot.handlers.grammar import Verb
from bot.handlers.officer import (
    answering,
    clock_words,
    clocks,
    consent,
    evidence,
    hops,
    knowledge,
    pictures,
    privately,
    reporting,
    supervision,
    together,
)
from bot.handlers.officer import emergency as officer_emergency
from bot.handlers.officer.desk import Desk
from bot.phrasing import state_name
from bot.supervising import with_drafts

Action = Callable[[Desk, Thread, str], Outcome]
"""Carries a verb out: the officer's desk, the ticket that is meant, the words behind the verb."""

_ACTIONS: Mapping[Verb, tuple[EventKind, Action]] = {
    Verb.CLOSE: (EventKind.CLOSED, answering.close),
    Verb.PROGRESS: (EventKind.PROGRESS, answering.progress),
    Verb.NOT_AN_APPEAL: (EventKind.WITHDRAWN, answering.not_an_appeal),
    Verb.NOT_AN_ANSWER: (EventKind.NOT_AN_ANSWER, answering.not_an_answer),
    Verb.TRANSFER: (EventKind.TRANSFERRED, hops.transfer),
    Verb.RETURN: (EventKind.RETURNED, hops.give_back),
    Verb.SUPERVISE: (EventKind.SUPERVISED, supervision.supervise),
    Verb.NO_SUPERVISION: (EventKind.SUPERVISED, supervision.drop),
    Verb.FALSE_ALARM: (EventKind.FALSE_ALARM, officer_emergency.false_alarm),
    Verb.REPORT: (EventKind.REPORTED, reporting.report),
    Verb.CROSS_CHECK: (EventKind.TRANSFERRED, hops.cross_check),
    Verb.RECATEGORISE: (EventKind.RECATEGORISED, clocks.change_category),
    Verb.EXTEND: (EventKind.EXTENSION_ASKED, clocks.extend),
    Verb.GRANT_EXTENSION: (EventKind.EXTENDED, consent.grant_extension),
    Verb.REFUSE_EXTENSION: (EventKind.REFUSED, consent.refuse_extension),
    Verb.GRANT_CATEGORY: (EventKind.RECATEGORISED, consent.grant_category),
    Verb.REFUSE_CATEGORY: (EventKind.REFUSED, consent.refuse_category),
    Verb.PAUSE: (EventKind.PAUSED, waiting.wait),
    Verb.RESUME: (EventKind.RESUMED, waiting.go_on),
    Verb.EFFECT: (EventKind.EFFECT_SET, answering.effect),
    Verb.EVIDENCE: (EventKind.EVIDENCED, evidence.named),
    Verb.PICTURES: (EventKind.FOLLOWED_UP, pictures.show),  # looking is possible whatever its state
    Verb.DRAFT: (EventKind.CLOSED, knowledge.send_draft),
    Verb.KEEP_ANSWER: (EventKind.EVIDENCED, knowledge.keep),  # whatever its state: it says what is wrong
    Verb.TIMES: (EventKind.FOLLOWED_UP, clock_words.times),  # asking is possible whatever its state
    Verb.MERGE: (EventKind.MERGED, together.merge),
    Verb.PART: (EventKind.SPLIT_OFF, together.part),
    Verb.SPLIT: (EventKind.SPLIT_OFF, together.split),
    Verb.UNJOIN: (EventKind.UNJOINED, together.unjoin),
    Verb.ANSWER_PRIVATELY: (EventKind.CLOSED, privately.answer),
    Verb.ANSWER_IN_PERSON: (EventKind.CLOSED, privately.answer_in_person),
    Verb.ANSWER_BY_PHONE: (EventKind.CLOSED, privately.answer_by_phone),
    Verb.TOLD: (EventKind.CONTACTED, privately.told),
}


def act(desk: Desk, verb: Verb, thread: Thread, words: str) -> Outcome:
    """Carry a verb out on a ticket that the officer may act on, if its state allows the move."""
    move, action = _ACTIONS[verb]
    ticket = thread.ticket
    if not lifecycle.may(ticket, move):
        return desk.tell("officer.not_possible", number=desk.name_of(ticket), state=state_name(ticket, desk.office))
    if ticket.careful and verb in (Verb.CLOSE, Verb.PROGRESS):
        return officer_emergency.record(desk, verb, thread, words)
    outcome = with_drafts(action(desk, thread, words), now=desk.now, office=desk.office)
    return outcome + call_off(ticket, now=desk.now) if outcome.changes else outcome


def acknowledge(desk: Desk) -> Outcome:
    """收到: for an emergency it stops the ringing further up (R8); to a report it is the receipt (R31).

    Otherwise a courtesy that needs no answer.
    """
    reported = reporting.waiting(desk)
    thread = officer_emergency.rung(desk)
    if reported is not None and (thread is None or desk.situation.quoted_sent is not None):
        return reporting.received(desk, reported)
    if thread is None:
        return desk.tell("officer.heard")
    return officer_emergency.take(desk, thread)
