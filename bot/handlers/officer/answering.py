"""An officer's answer: the record that closes a ticket, news of it, what was no answer, no appeal (R13 to R15, R26)."""

from datetime import timedelta

from bot.domain import lifecycle, record
from bot.domain.byhand import told_by_a_person
from bot.domain.categories import Category
from bot.domain.clues import holds_role
from bot.domain.messages import OutKind
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import Contact, Effect, Relation, Thread, Ticket
from bot.handlers.officer import evidence
from bot.handlers.officer import record as officer_record
from bot.handlers.officer.desk import Desk
from bot.handlers.telling import to_villager
from bot.phrasing import say_time

RATED_WITHIN = timedelta(hours=24)
"""How long after closing the one question is asked at the latest (R109)."""


def close(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Done: the words are the record and the villager's answer, asked for again where they lack something (R13)."""
    ticket = thread.ticket
    answer, sure = officer_record.confirmed(desk, words or ticket.answer_text)
    pictures = evidence.has_pictures(desk, thread)
    question = officer_record.missing(desk, ticket, answer, sure=sure, pictures=pictures)
    if question is not None:
        return question
    return closing(desk, thread, answer)


_BY_MOUTH = frozenset({Contact.PHONE, Contact.IN_PERSON})


def closing(desk: Desk, thread: Thread, answer: str) -> Outcome:
    """Close with an answer that has been looked at: the record, the result where it belongs, the question after it."""
    ticket = thread.ticket
    said_in_chat = desk.said_in_chat(ticket, answer)
    waited = desk.waited(ticket)
    change = lifecycle.closed(
        waited.ticket,
        at=desk.now,
        by=desk.speaker.id,
        text=answer,
        message=None,
        effect=record.usual_effect(ticket.category, answer),
        contact=record.contact(answer) or record.usual_contact(ticket),
        publication=publication_of(ticket, answer, pictures=evidence.has_pictures(desk, thread)),
    )
    outcome = Outcome(changes=(waited, change)) + evidence.kept(desk, change.ticket, evidence.shown(desk))
    if not (said_in_chat and _thanked(thread)):
        outcome += Outcome(slots=(rating_slot(desk, ticket),))
    by_hand = told_by_a_person(ticket)
    told = by_hand and record.contact(answer) in _BY_MOUTH and not thread.others
    if not (said_in_chat or told):
        outcome += to_villager(desk, ticket, OutKind.RESULT, "result.closed", f"result:{ticket.id}", answer)
    key = "officer.closed_said" if said_in_chat else "officer.closed"
    if by_hand:
        key = "together.closed_and_told" if told else "together.closed_by_hand"
    channel = desk.office.say(f"channel.{ticket.channel}")
    return outcome + desk.tell(key, number=desk.name_of(ticket), channel=channel)


def progress(desk: Desk, thread: Thread, words: str) -> Outcome:
    """How far it is, told where the matter came from; what it says of a call or a visit is the contact note (R14)."""
    ticket = thread.ticket
    if not words.strip():
        return desk.tell("officer.progress_without_words", number=desk.name_of(ticket))
    said_in_chat = desk.said_in_chat(ticket, words)
    change = lifecycle.progress(ticket, at=desk.now, by=desk.speaker.id, text=words)
    outcome = Outcome(changes=(change,))
    contact = record.contact(words)
    if contact is not None:
        outcome += Outcome(
            changes=(lifecycle.contacted(change.ticket, at=desk.now, by=desk.speaker.id, contact=contact),)
        )
    outcome += evidence.kept(desk, outcome.changes[-1].ticket, evidence.shown(desk))
    if not said_in_chat:
        key = f"progress:{ticket.id}:{desk.situation.burst.first.id}"
        outcome += to_villager(desk, ticket, OutKind.NOTICE, "result.progress", key, words)
    due = say_time(ticket.due_at, desk.office, now=desk.now)
    key = "together.progress_by_hand" if told_by_a_person(ticket) else "officer.progress"
    channel = desk.office.say(f"channel.{ticket.channel}")
    return outcome + desk.tell(key, number=desk.name_of(ticket), due=due, channel=channel)


def not_an_appeal(desk: Desk, thread: Thread, words: str) -> Outcome:
    """A person judges that nothing is owed."""
    ticket = thread.ticket
    change = lifecycle.withdrawn(ticket, at=desk.now, by=desk.speaker.id, reason=words or "not an appeal")
    return desk.tell("officer.withdrawn", number=desk.name_of(ticket)) + Outcome(changes=(change,))


def not_an_answer(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """What the bot took for the answer was none."""
    ticket = thread.ticket
    change = lifecycle.not_an_answer(ticket, at=desk.now, by=desk.speaker.id)
    due = say_time(ticket.due_at, desk.office, now=desk.now)
    return desk.tell("officer.not_an_answer", number=desk.name_of(ticket), due=due) + Outcome(changes=(change,))


def effect(desk: Desk, thread: Thread, words: str) -> Outcome:
    """What came of it, for the ledger alone; that somebody was dealt with is for the discipline role to say (R26)."""
    ticket, office = thread.ticket, desk.office
    name = desk.name_of(ticket)
    found = next(
        (one for one in Effect if any(word in words for word in office.say(f"effect.words_{one}").split())), None
    )
    trusted = holds_role(desk.speaker, office.org)
    if found is None:
        offered = [one for one in Effect if one is not Effect.DISCIPLINED or trusted]
        verb = office.say("verb.effect")
        options = [(office.say(f"effect.{one}"), f"{name} {verb} {office.say(f'effect.{one}')}") for one in offered]
        return desk.ask("effect.which", options, number=name)
    if found is Effect.DISCIPLINED and not trusted:
        return desk.tell("effect.not_yours", number=name)
    change = lifecycle.effect_set(ticket, at=desk.now, by=desk.speaker.id, effect=found)
    return desk.tell("effect.set", number=name, effect=office.say(f"effect.{found}")) + Outcome(changes=(change,))


def publication_of(ticket: Ticket, answer: str, *, pictures: bool) -> str:
    """Where the corrected publication is, of a disclosure matter (R6)."""
    return record.publication(answer, pictures=pictures) if ticket.category is Category.DISCLOSURE else ""


def _thanked(thread: Thread) -> bool:
    """Whether the villager has thanked for the answer in the chat before it was confirmed (R109)."""
    reply = next((link for link in thread.of(Relation.REPLY) if link.message == thread.ticket.answer), None)
    return reply is not None and any(
        thanks.at >= reply.at and thread.involves(thanks.sender) for thanks in thread.of(Relation.THANKS)
    )


def rating_slot(desk: Desk, ticket: Ticket) -> Slot:
    """When the one question is asked: after a while, within a day, never at night (R109)."""
    later = desk.office.loud_at(desk.now + timedelta(minutes=desk.office.rules.manners.rating_after_minutes))
    at = later if later - desk.now <= RATED_WITHIN else desk.office.loud_at(desk.now)
    return Slot(at=at, job=Job.RATING, scope=ticket.id)
