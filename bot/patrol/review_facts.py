"""What is on record for the weekly summary, for the month's candidates, and for one notice or letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from bot.domain.categories import Level
from bot.domain.circular import Circular
from bot.domain.nicknames import SeenName
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.periods import month_before, same_season
from bot.domain.silence import Silence
from bot.domain.slips import Slip
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import digest, monthly, nicknames, slip, weekly
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.paper_facts import pressed
from bot.patrol.prompts import asked_officers, prompts_of
from bot.ports import Store
from bot.ports.press import Press

SLIPS_WITHIN = timedelta(days=200)
"""How far back notices and letters are looked for."""


class ReviewFacts:
    """Loads the facts of the jobs that look back, and lets them decide."""

    def __init__(self, *, store: Store, office: Office, digests: DigestFacts, press: Press | None = None) -> None:
        """Stand before the store and the press; without one the words go alone."""
        self._store = store
        self._office = office
        self._digests = digests
        self._press = press

    def under(self, digests: DigestFacts, office: Office) -> Self:
        """The same jobs under another roster."""
        return type(self)(store=self._store, office=office, digests=digests, press=self._press)

    async def decide(self, slot: Slot, now: datetime) -> Outcome:
        """What one of these jobs wants done."""
        deciders = {Job.WEEKLY: self._decide_weekly, Job.MONTHLY: self._decide_monthly, Job.SLIP: self._decide_slip}
        return await deciders[slot.job](slot, now)

    async def _decide_weekly(self, slot: Slot, now: datetime) -> Outcome:
        """The weekly summary; on any other day nothing is even loaded."""
        review = self._office.rules.review
        due = weekly.review_day(local(slot.at).date(), review.weekday, self._office.calendar)
        if not due or slot.scope not in self._office.org.units:
            return Outcome()
        facts = await self.weekly(slot.scope, at=slot.at)
        page = weekly.compose(facts, self._office.org.units[slot.scope], slot.at, self._office)
        if self._press is not None and page.visits:
            facts = replace(facts, made=await pressed(self._press.visits(page), paper=slot.scope))
        return weekly.decide(facts, slot, now, self._office)

    async def _decide_monthly(self, slot: Slot, now: datetime) -> Outcome:
        """The month's candidates; on any other day nothing is even loaded."""
        if not monthly.is_due(slot.at, self._office) or slot.scope not in self._office.org.units:
            return Outcome()
        facts = await self.monthly(slot.scope, at=slot.at)
        compared = self._office.rules.review.ranking
        if self._press is not None and compared and self._office.org.units[slot.scope].level is Level.TOWNSHIP:
            circular = await self.circular(slot.scope, at=slot.at)
            facts = replace(facts, made=await pressed(self._press.circular(circular), paper=slot.scope))
        return monthly.decide(facts, slot, now, self._office)

    async def _decide_slip(self, slot: Slot, now: datetime) -> Outcome:
        """Whether a reply is there."""
        return slip.decide(slip.Facts(slip=await self._store.slip(slot.scope)), slot, now, self._office)

    async def weekly(self, scope: str, *, at: datetime) -> weekly.Facts:
        """The facts of a township or of the county as of an instant."""
        threads = await self._store.threads(self._villages(scope), since=weekly.earliest(at, self._office))
        period = weekly.period_of(at, self._office.rules.review.weekday, self._office.calendar)
        owners = {thread.ticket.owner for thread in threads}
        sent = await self._store.sent_to_any(asked_officers(scope, owners, self._office), since=period.begins)
        within = (one for one in sent if one.sent_at is not None and one.sent_at in period)
        return weekly.Facts(
            threads=threads,
            prompts=prompts_of(within, {thread.ticket.id for thread in threads}),
            slips=await self._slips(scope, at=at),
            seen=await self._seen(scope, at=at),
        )

    async def _seen(self, scope: str, *, at: datetime) -> tuple[SeenName, ...]:
        """How officers are called in a township's groups, where the county wants that looked at (R32)."""
        org = self._office.org
        if not self._office.rules.nicknames.check or org.units[scope].level is not Level.TOWNSHIP:
            return ()
        groups = [group.id for village in org.villages_of(scope) for group in org.groups_of(village.id)]
        return await self._store.cadre_names(groups, since=at - nicknames.LOOK_BACK)

    async def monthly(self, scope: str, *, at: datetime) -> monthly.Facts:
        """The facts of the month before an instant."""
        villages = self._villages(scope)
        township = self._office.org.units[scope].level is Level.TOWNSHIP
        month = month_before(local(at).date())
        return monthly.Facts(
            threads=await self._store.threads(villages, since=month.begins),
            silent=await self._silent(scope, at=at) if township else {},
            known=await self._slips(scope, at=at),
            notes=await self._store.patrol_notes([scope], since=month.first, until=month.last) if township else (),
        )

    async def circular(self, township: str, *, at: datetime) -> Circular:
        """The month before an instant in all villages of a township, beside the same month a year ago (R110)."""
        month = month_before(local(at).date())
        threads = await self._store.threads(self._villages(township), since=same_season(month).begins)
        return monthly.circular(threads, self._office.org.units[township], month, self._office, now=at)

    async def _silent(self, township: str, *, at: datetime) -> dict[str, Sequence[str]]:
        """By village the groups that are provably silent to the last grade (R36)."""
        page = digest.compose(await self._digests.load(township, at=at), at, self._office)
        found: dict[str, list[str]] = {}
        for row in page.groups:
            if row.judgement.silence is Silence.RED:
                found.setdefault(self._office.org.groups[row.group].village, []).append(row.group)
        return {village: tuple(groups) for village, groups in found.items()}

    async def _slips(self, scope: str, *, at: datetime) -> tuple[Slip, ...]:
        found = await self._store.slips([scope], since=f"{local(at - SLIPS_WITHIN):%Y-%m}")
        return tuple(one for one in found if one.office == scope)

    def _villages(self, scope: str) -> list[str]:
        org = self._office.org
        county = scope == org.county.id
        return [unit.id for unit in (org.villages if county else org.villages_of(scope))]
