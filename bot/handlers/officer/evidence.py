"""Pictures and papers that an officer shows the bot: kept with the ticket's record, never posted (R13, R25)."""

from datetime import timedelta

from bot.domain import lifecycle
from bot.domain.messages import Message
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Relation, Thread, Ticket
from bot.handlers.officer.desk import Desk
from bot.handlers.opening import link
from bot.phrasing import matter

SHOWN_WITHIN = timedelta(minutes=10)
"""How long a picture and the words for it belong together, whichever comes first."""


def shown(desk: Desk) -> tuple[Message, ...]:
    """The officer's pictures that came with these words or just before them and belong to no ticket yet."""
    burst = desk.situation.burst
    since = burst.first.at - SHOWN_WITHIN
    linked = {one.message for thread in desk.situation.threads for one in thread.links}
    before = desk.situation.own_recent(since)
    return tuple(piece for piece in (*before, *burst.pieces) if piece.shows and piece.id not in linked)


def has_pictures(desk: Desk, thread: Thread) -> bool:
    """Whether the officer shows pictures with these words, or has shown some for this ticket before."""
    known = any(event.kind is EventKind.EVIDENCED for event in desk.history(thread))
    return known or bool(shown(desk))


def kept(desk: Desk, ticket: Ticket, pictures: tuple[Message, ...]) -> Outcome:
    """The pictures as part of a ticket's record. ``ticket`` in its latest form."""
    changes = (lifecycle.evidenced(ticket, at=desk.now, by=desk.speaker.id, message=one.id) for one in pictures)
    return Outcome(changes=tuple(changes), links=tuple(link(ticket, picture, Relation.REPLY) for picture in pictures))


def alone(desk: Desk) -> Outcome:
    """A picture without words: of the quoted ticket, the one just closed, or the only one in hand; else it is asked."""
    pictures = shown(desk)
    if not pictures:
        return desk.tell("officer.picture_alone")
    quoted = desk.situation.quoted_thread
    if quoted is not None:
        if not desk.may_act(quoted):
            return desk.tell("officer.not_yours", number=desk.name_of(quoted.ticket))
        return _keep(desk, quoted, pictures)
    closed = _just_closed(desk)
    candidates = closed if len(closed) == 1 else (*closed, *desk.live())
    if len(candidates) == 1:
        return _keep(desk, candidates[0], pictures)
    if not candidates:
        return desk.tell("officer.picture_alone")
    options = [
        (
            desk.office.say(
                "officer.choice_ticket", name=desk.name_of(thread.ticket), matter=matter(thread.ticket, desk.office)
            ),
            f"{desk.name_of(thread.ticket)} {desk.office.say('verb.evidence')}",
        )
        for thread in candidates
    ]
    return desk.ask("record.whose_picture", options)


def named(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """12 佐证: the pictures sent just before belong to this ticket."""
    pictures = shown(desk)
    if not pictures:
        return desk.tell("record.no_picture", number=desk.name_of(thread.ticket))
    return _keep(desk, thread, pictures)


def _keep(desk: Desk, thread: Thread, pictures: tuple[Message, ...]) -> Outcome:
    told = desk.tell("record.pictured", number=desk.name_of(thread.ticket), count=len(pictures))
    return kept(desk, thread.ticket, pictures) + told


def _just_closed(desk: Desk) -> tuple[Thread, ...]:
    """What this officer has closed a moment ago: the pictures after it are those of the work."""
    return tuple(
        thread
        for thread in desk.situation.threads
        if thread.ticket.closed_by == desk.speaker.id
        and thread.ticket.closed_at is not None
        and desk.now - thread.ticket.closed_at <= SHOWN_WITHIN
    )
