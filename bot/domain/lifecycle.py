"""The legal moves of a ticket from its opening to its rating.

Every move returns the ticket's new form with the event that records it. Moves between units stand in ``hops``, those of
the due time in ``clocks``, those that join tickets and people in ``together``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.outcome import Change
from bot.domain.tickets import Colour, Contact, Effect, EventKind, State, Ticket, TicketEvent

Detail = str | int | bool | None

LIVE = frozenset(state for state in State if state.is_live)
LEGAL: Mapping[EventKind, frozenset[State]] = {
    EventKind.PROMPTED: LIVE,
    EventKind.PROGRESS: LIVE,
    EventKind.ANSWERED: LIVE,
    EventKind.NOT_AN_ANSWER: frozenset({State.ANSWERED}),
    EventKind.CLOSED: LIVE,
    EventKind.REOPENED: frozenset({State.CLOSED, State.ANSWERED}),
    EventKind.WITHDRAWN: LIVE,
    EventKind.TRANSFERRED: LIVE,
    EventKind.RECATEGORISED: LIVE,
    EventKind.REDATED: LIVE,
    EventKind.FOLLOWED_UP: frozenset(State),
    EventKind.SUPPORTED: frozenset(State),
    EventKind.RATED: frozenset({State.CLOSED}),
    EventKind.OVERDUE: LIVE,
    EventKind.RECEIPTED: frozenset(State),
    EventKind.MADE_URGENT: LIVE,
    EventKind.EXTENSION_ASKED: LIVE,
    EventKind.EXTENDED: LIVE,
    EventKind.LONGER_ASKED: LIVE,
    EventKind.REFUSED: LIVE,
    EventKind.PAUSED: LIVE,
    EventKind.RESUMED: LIVE,
    EventKind.HOP_OVERDUE: LIVE,
    EventKind.RETURNED: LIVE,
    EventKind.SUPERVISED: LIVE,
    EventKind.REASSIGNED: LIVE,
    EventKind.HANDOVER_OFFERED: LIVE,
    EventKind.HANDED_OVER: LIVE,
    EventKind.MERGED: LIVE,
    EventKind.MERGED_IN: LIVE,
    EventKind.SPLIT_OFF: LIVE,
    EventKind.UNJOINED: frozenset(State),
    EventKind.PARTED: frozenset({State.MERGED}),
    EventKind.CONTACTED: LIVE | {State.CLOSED},
    EventKind.EFFECT_SET: frozenset({State.CLOSED}),
    EventKind.REPORTED: LIVE,
    EventKind.CALLED: LIVE,
    EventKind.TAKEN: LIVE,
    EventKind.ALL_CLEAR: LIVE,
    EventKind.FALSE_ALARM: LIVE,
    EventKind.EVIDENCED: frozenset(State),
    EventKind.ACKNOWLEDGED: frozenset(State),
    EventKind.ASKED_AGAIN: LIVE,
}
"""From which states each move may be made."""

VILLAGER = "villager"
BOT = "bot"
"""Actors that are not people of the organisation."""


class IllegalMove(Exception):  # noqa: N818 - reads as what it is
    """A move that the ticket's state does not allow."""

    def __init__(self, ticket: Ticket, move: EventKind) -> None:
        super().__init__(f"{ticket.id}: {move} is not possible in state {ticket.state}")
        self.ticket = ticket
        self.move = move


def may(ticket: Ticket, move: EventKind) -> bool:
    """Whether the move is legal now."""
    return ticket.state in LEGAL[move]


def moved(  # noqa: PLR0917 - always called with the same first words: what moved, how, when, by whom, on which rule
    before: Ticket, after: Ticket, kind: EventKind, at: datetime, by: str, rule: str, **data: Detail
) -> Change:
    """The new form of a ticket with the event that records it; raises IllegalMove."""
    if not may(before, kind):
        raise IllegalMove(before, kind)
    return Change(
        ticket=after,
        events=(TicketEvent(ticket=before.id, at=at, kind=kind, actor=by, data=data, rule=rule),),
    )


def opened(ticket: Ticket, *, at: datetime, by: str = VILLAGER) -> Change:
    """A new ticket and the event that opens its history (R1)."""
    data: dict[str, Detail] = {
        "category": ticket.category,
        "urgent": ticket.urgent,
        "said_at": ticket.said_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "provisional": ticket.due_provisional,
        "owner": ticket.owner,
    }
    event = TicketEvent(ticket=ticket.id, at=at, kind=EventKind.OPENED, actor=by, data=data, rule="R1")
    return Change(ticket=ticket, events=(event,))


def prompted(ticket: Ticket, *, at: datetime, owner: str) -> Change:
    """The owner has been asked."""
    state = State.PROMPTED if ticket.state is State.OPEN else ticket.state
    after = replace(ticket, state=state, owner=owner)
    return moved(ticket, after, EventKind.PROMPTED, at, BOT, "R1", owner=owner)


def progress(ticket: Ticket, *, at: datetime, by: str, text: str) -> Change:
    """Somebody is at work on it and says how far (R14)."""
    after = replace(ticket, state=State.IN_PROGRESS)
    return moved(ticket, after, EventKind.PROGRESS, at, by, "R14", text=text)


def answered(ticket: Ticket, *, at: datetime, by: str, message: str, text: str) -> Change:
    """A cadre has spoken to the villager: recorded, not yet taken for the end (R1)."""
    after = replace(
        ticket,
        state=State.ANSWERED,
        first_cadre_reply=ticket.first_cadre_reply or message,
        answer=message,
        answer_text=text,
    )
    return moved(ticket, after, EventKind.ANSWERED, at, by, "R1", message=message)


def not_an_answer(ticket: Ticket, *, at: datetime, by: str) -> Change:
    """What was taken for an answer was none: back to where somebody owes one."""
    first = None if ticket.first_cadre_reply == ticket.answer else ticket.first_cadre_reply
    after = replace(ticket, state=State.PROMPTED, first_cadre_reply=first, answer=None, answer_text="")
    return moved(ticket, after, EventKind.NOT_AN_ANSWER, at, by, "R1")


def closed(
    ticket: Ticket,
    *,
    at: datetime,
    by: str,
    text: str,
    message: str | None,
    effect: Effect | None = None,
    contact: Contact | None = None,
    publication: str = "",
    alone: bool = False,
) -> Change:
    """Done, with words that say what was done: never without (R3, R13). Raises ValueError for an empty text.

    ``effect`` is what came of it (R26), ``contact`` how the person was reached (R14), ``publication`` the corrected
    publication of a disclosure matter (R6). ``alone``: nobody but those who asked may hear what was answered (R12).
    """
    if not text.strip():
        reason = "a ticket is never closed without an answer text"
        raise ValueError(reason)
    after = replace(
        ticket,
        state=State.CLOSED,
        answer=message or ticket.answer,
        answer_text=text,
        closed_by=by,
        closed_at=at,
        effect=effect,
        contact=contact or ticket.contact,
        publication=publication or ticket.publication,
        paused_at=None,
        offered_to=None,
    )
    data: dict[str, Detail] = {"text": text, "effect": effect, "contact": contact, "publication": publication}
    if alone:
        data["alone"] = True
    return moved(ticket, after, EventKind.CLOSED, at, by, "R13", **data)


def answered_alone(history: Sequence[TicketEvent]) -> bool:
    """Whether the latest result was told to those who asked and to nobody else (R12)."""
    return next((bool(event.data.get("alone")) for event in reversed(history) if event.kind is EventKind.CLOSED), False)


def reopened(ticket: Ticket, *, at: datetime, by: str, message: str | None) -> Change:
    """Not solved after all: the same number on the original clock, which never restarts; twice is red (R7, R109).

    Only a result that was said to be one counts: a doubt about what a cadre said in the chat is none yet.
    """
    times = ticket.reopenings + (ticket.state is State.CLOSED)
    after = replace(
        ticket,
        state=State.REOPENED,
        reopened_by=message,
        closed_by=None,
        closed_at=None,
        effect=None,
        reopenings=times,
        colour=Colour.RED if times > 1 else ticket.colour,
    )
    return moved(ticket, after, EventKind.REOPENED, at, by, "R109", message=message, times=times)


def withdrawn(ticket: Ticket, *, at: datetime, by: str, reason: str) -> Change:
    """Nothing is owed: the villager took it back, or an officer judged that it was no appeal."""
    after = replace(ticket, state=State.WITHDRAWN, closed_by=by, closed_at=at)
    return moved(ticket, after, EventKind.WITHDRAWN, at, by, "R7", reason=reason)


def followed_up(ticket: Ticket, *, at: datetime, message: str) -> Change:
    """The villager asked again."""
    return moved(ticket, ticket, EventKind.FOLLOWED_UP, at, VILLAGER, "R23", message=message)


def supported(ticket: Ticket, *, at: datetime, message: str) -> Change:
    """Another household has the same trouble."""
    return moved(ticket, ticket, EventKind.SUPPORTED, at, VILLAGER, "R12", message=message)


def rated(ticket: Ticket, *, at: datetime, rating: str) -> Change:
    """The villager said whether it is solved (R109)."""
    return moved(ticket, replace(ticket, rating=rating), EventKind.RATED, at, VILLAGER, "R109", rating=rating)


def made_urgent(ticket: Ticket, *, at: datetime) -> Change:
    """What began as a request has become an emergency (R8)."""
    return moved(ticket, replace(ticket, urgent=True), EventKind.MADE_URGENT, at, VILLAGER, "R8")


def called(ticket: Ticket, *, at: datetime, people: Iterable[str], stage: str, missed: Iterable[str] = ()) -> Change:
    """People were rung because of danger: ``stage`` is the level they stand on (R8). ``missed``: who was not there."""
    data: dict[str, Detail] = {"people": " ".join(people), "stage": stage}
    if absent := " ".join(missed):
        data["missed"] = absent
    return moved(ticket, ticket, EventKind.CALLED, at, BOT, "R8", **data)


def taken(ticket: Ticket, *, at: datetime, by: str, text: str) -> Change:
    """Somebody who was rung sees to it: nobody further up is rung (R8)."""
    return moved(ticket, replace(ticket, state=State.IN_PROGRESS), EventKind.TAKEN, at, by, "R8", text=text)


def all_clear(ticket: Ticket, *, at: datetime, message: str, text: str) -> Change:
    """Villagers say that the danger is over: the matter stays, nobody further is rung (R8)."""
    return moved(ticket, ticket, EventKind.ALL_CLEAR, at, VILLAGER, "R8", message=message, text=text)


def false_alarm(ticket: Ticket, *, at: datetime, by: str, reason: str) -> Change:
    """An officer says that there is no danger: from now on a matter like others, on its own clock (R8)."""
    return moved(ticket, replace(ticket, urgent=False), EventKind.FALSE_ALARM, at, by, "R8", reason=reason)


def receipted(ticket: Ticket, *, at: datetime) -> Change:
    """The villagers were told in the group that it was heard (R1)."""
    return moved(ticket, replace(ticket, receipted_at=at), EventKind.RECEIPTED, at, BOT, "R1")


def contacted(ticket: Ticket, *, at: datetime, by: str, contact: Contact) -> Change:
    """The handler has spoken with the person, and how (R14)."""
    return moved(ticket, replace(ticket, contact=contact), EventKind.CONTACTED, at, by, "R14", contact=contact)


def evidenced(ticket: Ticket, *, at: datetime, by: str, message: str) -> Change:
    """The handler has shown a picture or a paper for the record; it never goes into the group (R13, R25)."""
    return moved(ticket, ticket, EventKind.EVIDENCED, at, by, "R13", message=message)


def effect_set(ticket: Ticket, *, at: datetime, by: str, effect: Effect) -> Change:
    """A person says what came of it, where the usual effect of its category is not it (R26)."""
    return moved(ticket, replace(ticket, effect=effect), EventKind.EFFECT_SET, at, by, "R26", effect=effect)


def reported(ticket: Ticket, *, at: datetime, by: str, to: str, words: str) -> Change:
    """An officer judged it important and told the secretary (R31)."""
    return moved(ticket, ticket, EventKind.REPORTED, at, by, "R31", to=to, words=words)


def acknowledged(ticket: Ticket, *, at: datetime, by: str, reporter: str) -> Change:
    """The secretary has read what ``reporter`` reported: the receipt (回执) that the report asked for (R31)."""
    return moved(ticket, ticket, EventKind.ACKNOWLEDGED, at, by, "R31", reporter=reporter)
