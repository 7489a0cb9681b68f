"""What people made of the bot's judgements: tickets that were put into another category, dismissed, or let stand.

``合并`` has a place here once it exists: it is a further ending of a ticket, and as long as it is not named below it
teaches nothing, neither that the category was right nor that it was wrong.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.categories import Category
from bot.domain.lifecycle import BOT, VILLAGER
from bot.domain.tickets import EventKind, Ticket, TicketEvent
from bot.domain.verdicts import NO_CONTEXT, Context

TELLING = (EventKind.OPENED, EventKind.RECATEGORISED, EventKind.WITHDRAWN, EventKind.CLOSED)
"""The events that ``ruling`` looks at; others may be left out."""
_ANOTHER_REASON = re.compile(
    "重复|重了|合并|并到|同一|一回事|已有|已经有|报过|说过|解决|修好|弄好|办好|办完|测试|merge"
)
"""Reasons of 不是诉求 that say nothing about the words: it was an appeal, but one too many or one that is over."""


class Ruling(NamedTuple):
    """The category that the bot had given, and the one that a person made of it: NONE if dismissed."""

    given: Category
    right: Category

    @property
    def corrected(self) -> bool:
        """Whether the person thought otherwise than the bot."""
        return self.given is not self.right


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A ticket on whose category a person has ruled, with what the bot knew besides its words.

    ``names`` are the nicknames of all who spoke of it: they go before anybody learns from the text (taxonomy,
    practical rule 12).
    """

    ticket: Ticket
    ruling: Ruling
    names: tuple[str, ...] = ()
    context: Context = NO_CONTEXT


def ruling(events: Iterable[TicketEvent]) -> Ruling | None:
    """What the events of one ticket, oldest first, say about its category; None while no person has said anything.

    A ticket that was closed in the category the bot gave it confirms that category (R13); 改类 and 不是诉求 correct
    it (R7). What the bot itself thought better of is still the bot's. Whoever dismisses a ticket because it is a
    double or settled already says nothing about the words.
    """
    given = right = None
    told = False
    for event in events:
        if event.kind is EventKind.OPENED:
            given = right = Category(str(event.data["category"]))
        elif event.kind is EventKind.RECATEGORISED:
            right = Category(str(event.data["to"]))
            if _by_a_person(event):
                told = True
            elif not told:
                given = right
        elif event.kind is EventKind.WITHDRAWN:
            if not _by_a_person(event) or _ANOTHER_REASON.search(str(event.data.get("reason", ""))):
                return None
            right, told = Category.NONE, True
        elif event.kind is EventKind.CLOSED:
            told = True
    return Ruling(given, right) if told and given is not None and right is not None else None


def _by_a_person(event: TicketEvent) -> bool:
    return event.actor not in {BOT, VILLAGER}
