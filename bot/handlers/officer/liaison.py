"""The liaison of a village's supervision station: sees how its matters stand, and decides nothing (R61).

A limited view: what is to be published, and what is under supervision, with numbers, matters, states and due times; the
rest is only counted. No villager, no words of anybody, nothing that needs care, and never a clue (R50).
"""

from bot.domain.categories import Category
from bot.domain.org import Role
from bot.domain.outcome import Outcome
from bot.domain.tickets import Ticket
from bot.handlers.grammar import PUNCTUATION, Verb
from bot.handlers.officer import views
from bot.handlers.officer.desk import Desk
from bot.phrasing import category_name, say_time, state_name

MOST_LINES = 20
"""Lines of the list before the rest is only counted."""
_DUTY = frozenset({"值班", "值班表", "谁值班"})


def decide(desk: Desk, text: str) -> Outcome | None:
    """What somebody who is nothing but a liaison hears, whatever he writes; None for everybody else."""
    if desk.speaker.roles != {Role.LIAISON}:
        return None
    if text.strip(PUNCTUATION) in _DUTY:
        return views.show(desk, Verb.DUTY)
    return _matters(desk)


def _matters(desk: Desk) -> Outcome:
    office, village = desk.office, desk.speaker.unit
    every = sorted(
        (
            thread.ticket
            for thread in desk.situation.threads
            if thread.ticket.village == village and thread.ticket.state.is_live and not thread.ticket.careful
        ),
        key=lambda ticket: (ticket.due_at, ticket.number),
    )
    live = [ticket for ticket in every if _is_his(ticket)]
    others = len(every) - len(live)
    if not live:
        return desk.tell("liaison.only_others" if others else "liaison.nothing", others=others)
    lines = [
        office.say(
            "liaison.line",
            number=ticket.number,
            category=category_name(ticket, office),
            matter=f"{ticket.place}{ticket.topic}" or office.say("liaison.no_matter"),
            state=state_name(ticket, office),
            due=say_time(ticket.due_at, office, now=desk.now),
        )
        for ticket in live[:MOST_LINES]
    ]
    if len(live) > MOST_LINES:
        lines.append(office.say("liaison.more", more=len(live) - MOST_LINES))
    if others:
        lines.append(office.say("liaison.others", others=others))
    return desk.tell("liaison.list", count=len(live), lines="\n".join(lines))


def _is_his(ticket: Ticket) -> bool:
    """Publication, and what is under supervision."""
    return ticket.category is Category.DISCLOSURE or ticket.supervised_at is not None
