"""The one question after closing: is it solved? Asked where the matter was raised and joined, never twice (R109)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.byhand import reachable
from bot.domain.lifecycle import answered_alone
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.tickets import Relation, State, Thread
from bot.office import Office
from bot.patrol.ticket_facts import TicketFacts
from bot.phrasing import matter

WITHIN = timedelta(hours=24)
"""How long after closing the question may still be asked (R109)."""


def decide(facts: TicketFacts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Ask the villagers, if the ticket is still closed and nobody has said anything about it yet.

    In the group it is one question for all who raised or joined it there; who did so privately is asked privately, and
    so is everybody whose matter was answered privately. Nobody is asked where care was needed or at night, whom
    no platform reaches is not asked at all, and silence is no rating.
    """
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    if ticket.state is not State.CLOSED or ticket.rating is not None or ticket.careful:
        return NOTHING
    at = office.loud_at(now)
    if at - (ticket.closed_at or slot.at) > WITHIN:
        return NOTHING
    if any(link.at >= (ticket.closed_at or slot.at) for link in facts.thread.of(Relation.THANKS)):
        return NOTHING
    questions = [
        _question(facts.thread, to, index, asked_of, office, not_before=at if at > now else None)
        for index, (to, asked_of) in enumerate(_asked(facts.thread, alone=answered_alone(facts.history)))
    ]
    return Outcome(sends=tuple(questions))


def _asked(thread: Thread, *, alone: bool) -> Iterable[tuple[Recipient, str]]:
    """Where it is asked, and whose answer is waited for there first; ``alone``: of each by himself."""
    ticket = thread.ticket
    group = None if alone else ticket.group
    joined = [link for link in thread.links if link.relation.joins]
    if group is not None:
        inside = [link.sender for link in joined if link.relation is not Relation.PRIVATE_SUPPORT]
        here = [account for account in (ticket.requester, *inside) if reachable(account)]
        if here:
            yield ToGroup(group=group), here[0]
    each = [] if group is not None else [(ticket.platform, ticket.requester)]
    each += [
        (link.platform, link.sender) for link in joined if group is None or link.relation is Relation.PRIVATE_SUPPORT
    ]
    for platform, account in dict.fromkeys(each):
        if reachable(account):
            yield ToAccount(platform=platform, account=account), account


def _question(
    thread: Thread, to: Recipient, index: int, asked_of: str, office: Office, *, not_before: datetime | None
) -> Outgoing:
    ticket = thread.ticket
    in_group = isinstance(to, ToGroup)
    key = "rating.ask" if in_group else "rating.ask_private"
    first = next((link.message for link in thread.links if link.relation.joins), None)
    return Outgoing(
        to=to,
        kind=OutKind.RATING,
        text=office.say(key, number=ticket.number, matter=matter(ticket, office)),
        dedupe_key=f"rating:{ticket.id}" if not index else f"rating:{ticket.id}:{asked_of}",
        not_before=not_before,
        ticket=ticket.id,
        quote=first if in_group else None,
        choices=(office.say("rating.choice_solved"), office.say("rating.choice_unsolved")),
        asked_of=asked_of,
    )
