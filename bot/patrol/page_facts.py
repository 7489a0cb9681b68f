"""Loads what an inspector's pages are made of, has them drawn, and lets the decisions say who gets what (R39)."""

from dataclasses import replace
from datetime import datetime
from typing import Self

import structlog

from bot.domain.digest import Digest
from bot.domain.made import Made
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.whereabouts import whereabouts
from bot.inspecting import wish_of
from bot.office import Office
from bot.patrol import digest, inspect, page
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.paper_facts import pressed
from bot.ports.press import Press


class PageJobs:
    """The daily digest, the page on demand, and what an inspector asks behind it; committing is the runner's."""

    def __init__(self, *, digests: DigestFacts, office: Office, press: Press | None) -> None:
        """Stand before the store and the press."""
        self._digests = digests
        self._office = office
        self._press = press
        self._log = structlog.get_logger("schedule")

    def under(self, digests: DigestFacts, office: Office) -> Self:
        """The same jobs under another roster."""
        return type(self)(digests=digests, office=office, press=self._press)

    async def decide(self, slot: Slot, now: datetime) -> Outcome:
        """What one of these jobs wants done."""
        deciders = {Job.DIGEST: self._digest, Job.PAGE: self._page, Job.INSPECT: self._inspect}
        return await deciders[slot.job](slot, now)

    async def _digest(self, slot: Slot, now: datetime) -> Outcome:
        office = self._office
        if not digest.is_due(slot, now, office):
            return Outcome()
        facts = await self._digests.load(slot.scope, at=slot.at)
        made = await self._made(digest.compose(facts, slot.at, office))
        return digest.decide(replace(facts, made=made), slot, now, office)

    async def _page(self, slot: Slot, now: datetime) -> Outcome:
        facts = [await self._digests.load(township, at=now) for township in self._covered(slot.scope)]
        drawn = [replace(one, made=await self._made(digest.compose(one, now, self._office))) for one in facts]
        return page.decide(page.Facts(townships=drawn), slot, now, self._office)

    async def _inspect(self, slot: Slot, now: datetime) -> Outcome:
        wish = wish_of(slot)
        townships = [one for one in self._covered(wish.person) if wish.township in ("", one)]
        facts = inspect.Facts(townships=[await self._digests.load(township, at=now) for township in townships])
        outline = inspect.talk(facts, slot, now, self._office)
        if self._press is not None and outline is not None:
            facts = replace(facts, made=await pressed(self._press.talk(outline), paper=slot.job))
        return inspect.decide(facts, slot, now, self._office)

    def _covered(self, person_id: str) -> list[str]:
        org = self._office.org
        person = org.people.get(person_id)
        return [] if person is None else [unit.id for unit in org.townships if org.covers(person, unit.id)]

    async def _made(self, drawn: Digest) -> tuple[Made, ...]:
        """The page's picture and sheet; none where there is no press or its disk fails: the text goes all the same."""
        if self._press is None:
            return ()
        try:
            return await self._press.digest(drawn)
        except OSError as error:
            self._log.error("page_not_drawn", township=drawn.township, cause=whereabouts(error))
            return ()
