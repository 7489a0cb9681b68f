"""What is on record for the weekly summary, for the month's candidates, and for one notice or letter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.categories import Level
from bot.domain.messages import ToPerson, recipient_key
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.periods import month_before
from bot.domain.silence import Silence
from bot.domain.slips import Slip
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import digest, monthly, slip, weekly
from bot.patrol.digest_facts import DigestFacts
from bot.ports import Store

SLIPS_WITHIN = timedelta(days=200)
"""How far back notices and letters are looked for."""


class ReviewFacts:
    """Loads the facts of the jobs that look back, and lets them decide."""

    def __init__(self, *, store: Store, office: Office, digests: DigestFacts) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office
        self._digests = digests

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
        return weekly.decide(await self.weekly(slot.scope, at=slot.at), slot, now, self._office)

    async def _decide_monthly(self, slot: Slot, now: datetime) -> Outcome:
        """The month's candidates; on any other day nothing is even loaded."""
        if not monthly.is_due(slot.at, self._office) or slot.scope not in self._office.org.units:
            return Outcome()
        return monthly.decide(await self.monthly(slot.scope, at=slot.at), slot, now, self._office)

    async def _decide_slip(self, slot: Slot, now: datetime) -> Outcome:
        """Whether a reply is there."""
        return slip.decide(slip.Facts(slip=await self._store.slip(slot.scope)), slot, now, self._office)

    async def weekly(self, scope: str, *, at: datetime) -> weekly.Facts:
        """The facts of a township or of the county as of an instant."""
        villages = self._villages(scope)
        people = [person.id for person in self._office.org.people.values() if person.unit in villages]
        since = weekly.period_of(at, self._office.rules.review.weekday, self._office.calendar).begins
        keys = [recipient_key(ToPerson(person=person)) for person in people]
        got = await self._store.paced(keys, since=since)
        return weekly.Facts(
            threads=await self._store.threads(villages, since=weekly.earliest(at, self._office)),
            prompts=sum(len(messages) for messages in got.values()),
            slips=await self._slips(scope, at=at),
        )

    async def monthly(self, scope: str, *, at: datetime) -> monthly.Facts:
        """The facts of the month before an instant."""
        villages = self._villages(scope)
        township = self._office.org.units[scope].level is Level.TOWNSHIP
        return monthly.Facts(
            threads=await self._store.threads(villages, since=month_before(local(at).date()).begins),
            silent=await self._silent(scope, at=at) if township else {},
            known=await self._slips(scope, at=at),
        )

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
