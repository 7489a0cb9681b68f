"""What a cadre says in the village group: an answer to somebody, or a notice of his own.

A cadre's own words count as the answer (R1); nobody is ever asked to answer twice (DESIGN section 10).
"""

from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.messages import EVERYONE, Kind, Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Mark, Outcome
from bot.domain.tickets import Relation, State, Thread, Ticket
from bot.handlers.emergency import call_off
from bot.handlers.judge import Judge
from bot.handlers.opening import LONG, link
from bot.handlers.promising import only_promises, says_done
from bot.handlers.reading.answers import answers
from bot.handlers.reading.settling import settled
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, called, matter

_NOTICE_MARKS = ("【", "通知", "各位乡亲", "各位村民", "温馨提示")


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """Recognise an answer and offer it for closing; leave notices and small talk alone."""
    speaker = situation.speaker
    if speaker is None or not situation.burst.text.strip() or _is_notice(situation):
        return _evidence(situation)
    answered = answers(situation, judge)
    about = any(thread.ticket.state.is_live for thread, _ in answered)
    outcome = Outcome(marks=tuple((one.seq, Mark.SETTLED) for one in settled(situation, judge, answers_ticket=about)))
    for thread, words in answered:
        if thread.ticket.state.is_live:
            outcome += answer(thread, speaker, situation, words, judge, now=now, office=office)
            outcome += call_off(thread.ticket, now=now)
    return outcome


def answer(
    thread: Thread, speaker: Person, situation: Situation, words: str, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """Record the cadre's words as the ticket's answer, and ask once privately whether that was it."""
    ticket = thread.ticket
    burst = situation.burst
    change = lifecycle.answered(ticket, at=now, by=speaker.id, message=burst.first.id, text=words)
    outcome = Outcome(changes=(change,), links=tuple(link(ticket, piece, Relation.REPLY) for piece in burst.pieces))
    if (ticket.urgent or ticket.state is State.ANSWERED) and not says_done(words, judge):
        return outcome
    if ticket.state is State.ANSWERED and ticket.closed_by is None and says_done(ticket.answer_text, judge):
        return outcome  # he was asked about that already; what he adds to it is recorded
    offered = _offered(ticket, called(ticket, speaker, office), words, judge, office)
    shown = [office.say("question.choice", number=index, text=label) for index, (label, _) in enumerate(offered, 1)]
    offer = Outgoing(
        to=ToPerson(person=speaker.id),
        kind=OutKind.QUESTION,
        text=office.say(
            "question.was_that_it",
            number=ticket.number,
            matter=matter(ticket, office),
            text=brief(words, office, length=LONG),
            choices="\u3000".join(shown),
        ),
        dedupe_key=f"offer:{ticket.id}:{burst.first.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
        choices=tuple(meant for _, meant in offered),
        answers=True,
    )
    return outcome + Outcome(sends=(offer,))


def _offered(ticket: Ticket, name: str, words: str, judge: Judge, office: Office) -> list[tuple[str, str]]:
    """What the cadre may choose, each with the sentence that it stands for; a mere promise is news first."""
    say = office.say
    close = (say("question.was_it_close"), say("choice.close", number=name, answer=words))
    progress = (say("question.was_it_progress"), say("choice.progress", number=name, answer=words))
    first = [progress, close] if only_promises(words, ticket.category, judge) else [close, progress]
    return [*first, (say("question.was_it_not"), say("choice.not_an_answer", number=name))]


def _is_notice(situation: Situation) -> bool:
    burst = situation.burst
    if situation.quoted_thread is not None:
        return False
    to_all = any(EVERYONE in piece.mentions for piece in burst.pieces)
    return to_all or burst.text.lstrip().startswith(_NOTICE_MARKS) or burst.first.kind is Kind.CARD


def _evidence(situation: Situation) -> Outcome:
    """A cadre's picture right after his answer belongs to it (R13)."""
    since = situation.burst.first.at - timedelta(minutes=3)
    shown = tuple(piece for piece in situation.burst.pieces if piece.kind in (Kind.IMAGE, Kind.FILE))
    if not shown:
        return NOTHING
    for thread in situation.threads:
        if any(reply.sender == situation.sender and reply.at >= since for reply in thread.of(Relation.REPLY)):
            return Outcome(links=tuple(link(thread.ticket, piece, Relation.REPLY) for piece in shown))
    return NOTHING
