"""The receipt in the group: one line for all that was heard, at most one in ten minutes (R1, DESIGN section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.byhand import reachable
from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import Thread, Ticket
from bot.office import Office
from bot.phrasing import brief, matter, owner_title, say_time

USEFUL_FOR = timedelta(hours=2)
"""How long after the villager's word a receipt still makes sense."""
SHORT = 14
"""Characters of each matter in a receipt for several."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The group's tickets."""

    threads: tuple[Thread, ...]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Say what was heard, unless a cadre has already answered: his words are the better receipt."""
    waiting = [
        thread.ticket
        for thread in facts.threads
        if thread.ticket.group == slot.scope
        and thread.ticket.state.is_live
        and not thread.ticket.urgent
        and thread.ticket.receipted_at is None
        and thread.ticket.first_cadre_reply is None
        and now - thread.ticket.opened_at <= USEFUL_FOR
    ]
    if not waiting:
        return NOTHING
    quote = _first_message(facts, waiting[0]) if len(waiting) == 1 else None
    receipt = Outgoing(
        to=ToGroup(group=slot.scope),
        kind=OutKind.RECEIPT,
        text=_text(waiting, now, office),
        dedupe_key=f"receipt:{waiting[0].id}",
        ticket=waiting[0].id,
        quote=quote,
    )
    return Outcome(changes=tuple(lifecycle.receipted(ticket, at=now) for ticket in waiting), sends=(receipt,))


def _first_message(facts: Facts, ticket: Ticket) -> str | None:
    """The platform's id of the ticket's first message."""
    thread = next(thread for thread in facts.threads if thread.ticket.id == ticket.id)
    return thread.links[0].message if thread.links and reachable(thread.links[0].sender) else None


def _text(tickets: Sequence[Ticket], now: datetime, office: Office) -> str:
    """The words. A due time that has passed (the message came late) is not promised."""
    late = any(ticket.due_at <= now for ticket in tickets)
    if len(tickets) == 1:
        ticket = tickets[0]
        return office.say(
            "receipt.one_late" if late else "receipt.one",
            number=ticket.number,
            matter=matter(ticket, office),
            owner=owner_title(ticket, office),
            due=say_time(ticket.due_at, office, now=now),
        )
    items = office.say("due.separator").join(
        office.say("receipt.item", number=ticket.number, matter=_short(ticket, office)) for ticket in tickets
    )
    owners = office.say("due.separator").join(dict.fromkeys(owner_title(ticket, office) for ticket in tickets))
    last = say_time(max(ticket.due_at for ticket in tickets), office, now=now)
    key = "receipt.several_late" if late else "receipt.several"
    return office.say(key, count=len(tickets), items=items, owner=owners, due=last)


def _short(ticket: Ticket, office: Office) -> str:
    """A matter in few words, its quotation marks closed."""
    if ticket.topic:
        return brief(matter(ticket, office), office, length=SHORT)
    return office.say("ticket.quote", text=brief(ticket.text, office, length=SHORT))
