"""Loads what a paper is made of, has it written, and lets the decision say who gets it (R17, R63)."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Self

import structlog

from bot.domain.made import Made
from bot.domain.outcome import Outcome, Slot
from bot.domain.slips import Ground, Slip
from bot.domain.supervision import orders
from bot.domain.tickets import Ticket
from bot.domain.whereabouts import whereabouts
from bot.domain.workdays import local
from bot.office import Office
from bot.papering import Wanted, on_agenda, wish_of
from bot.patrol import paper
from bot.ports import Store
from bot.ports.press import Press
from bot.supervising import order_for


class PaperJobs:
    """Papers that a handler has asked for; committing is the runner's."""

    def __init__(self, *, store: Store, office: Office, press: Press | None) -> None:
        """Stand before the store and the press; without one the words go alone."""
        self._store = store
        self._office = office
        self._press = press

    def under(self, office: Office) -> Self:
        """The same job under another roster."""
        return type(self)(store=self._store, office=office, press=self._press)

    async def decide(self, slot: Slot, now: datetime) -> Outcome:
        """Who gets what. Raises ValueError for a run that nobody asked for in these words."""
        wish = wish_of(slot)
        if wish.wanted is Wanted.ORDER:
            facts = await self._order(wish.about, wish.step)
        elif wish.wanted is Wanted.ASSIGNMENT:
            facts = await self._assignment(wish.about, now)
        elif wish.wanted is Wanted.AGENDA:
            facts = await self._agenda(wish.about, now)
        else:
            facts = await self._slip(wish.about, wish.step)
        return paper.decide(facts, slot, now, self._office)

    async def _slip(self, about: str, step: int) -> paper.Facts:
        """The slip in the form that is meant: what happened to it since does not get into a paper of before."""
        slip = next((one for one in await self._store.slip_history(about) if one.step == step), None)
        if slip is None or slip.unit not in self._office.org.units:
            return paper.Facts()
        if self._press is None:
            return paper.Facts(slip=slip)
        making = self._press.slip(slip, await tickets_of(slip, self._store))
        return paper.Facts(slip=slip, made=await pressed(making, paper=about))

    async def _order(self, about: str, step: int) -> paper.Facts:
        thread = await self._store.thread(about)
        issued = orders(await self._store.history(about))
        if thread is None or not 1 <= step <= len(issued):
            return paper.Facts()
        event = issued[step - 1]
        if self._press is None:
            return paper.Facts(order=event)
        made = await pressed(self._press.order(thread.ticket, event), paper=about)
        return paper.Facts(order=event, made=made)

    async def _assignment(self, about: str, now: datetime) -> paper.Facts:
        """A ticket that needs care is on no paper that is passed round."""
        thread = await self._store.thread(about)
        if thread is None or thread.ticket.careful:
            return paper.Facts()
        ticket = thread.ticket
        if self._press is None:
            return paper.Facts(ticket=ticket)
        making = self._press.assignment(ticket, order_for(ticket, now=now, office=self._office))
        return paper.Facts(ticket=ticket, made=await pressed(making, paper=about))

    async def _agenda(self, about: str, now: datetime) -> paper.Facts:
        village = self._office.org.units.get(about)
        if village is None:
            return paper.Facts()
        tickets = on_agenda(await self._store.threads([village.id], since=now))
        facts = paper.Facts(village=village, matters=len(tickets))
        if self._press is None:
            return facts
        making = self._press.agenda(village, tickets, local(now).date())
        return replace(facts, made=await pressed(making, paper=about))


async def tickets_of(slip: Slip, store: Store) -> dict[str, Ticket]:
    """The tickets that a slip's findings rest on, by id. May raise StoreUnavailable."""
    ids = {item for one in slip.findings if one.ground is not Ground.SILENT for item in one.evidence}
    return {thread.ticket.id: thread.ticket for thread in await store.threads_of(sorted(ids))}


async def pressed(making: Awaitable[Made], *, paper: str) -> tuple[Made, ...]:
    """What came out of the press; nothing where it failed. ``paper``: what the log calls it."""
    try:
        return (await making,)
    except Exception as error:  # noqa: BLE001 - a full disk or a paper that cannot be laid out must not keep the words back
        structlog.get_logger("schedule").error("paper_not_made", paper=paper, cause=whereabouts(error))
        return ()
