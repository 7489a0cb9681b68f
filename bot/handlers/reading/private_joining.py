"""Somebody tells the bot alone that a matter of the group is theirs as well: counted with it, told privately (R12)."""

import re

from bot.domain.categories import Flag
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.sameness import SAME_MATTER
from bot.handlers.situation import Situation

_NUMBER = re.compile(r"(\d{1,4})\s*[号號]")
_MINE_TOO = re.compile(r"我(?:家|们|屋|这|也)?.{0,4}(?:也|一样|同样)|同问|\+1|加一")


def number_named(situation: Situation) -> int | None:
    """The number of the ticket that somebody tells the bot alone to be his as well: 12号我家也是."""
    if not situation.private:
        return None
    text = situation.burst.text
    named = _NUMBER.search(text)
    return int(named.group(1)) if named is not None and _MINE_TOO.search(text) else None


def joined(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The public matter of somebody else that a private "us too" is about: by number, by thing and place, or nearly

    the same words. What only might be about it becomes a private ticket of its own, as before.
    """
    number = number_named(situation)
    if not situation.private or (number is None and Flag.SUPPORT not in verdict.flags):
        return None
    text = situation.burst.text
    for thread in situation.threads:
        ticket = thread.ticket
        if not ticket.state.is_live or ticket.private or ticket.urgent or thread.involves(situation.sender):
            continue
        same = bool(verdict.topic and verdict.place) and (ticket.topic, ticket.place) == (verdict.topic, verdict.place)
        if ticket.number == number or same or judge.similarity(text, ticket.text) >= SAME_MATTER:
            return thread
    return None
