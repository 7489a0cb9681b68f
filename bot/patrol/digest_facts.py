"""What is on record of a township, loaded for its digest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.domain.digest import DayLoad
from bot.domain.heat import Quarrel
from bot.domain.messages import Message, ToGroup, ToPerson, recipient_key
from bot.domain.org import Group
from bot.domain.outcome import Job, Mark
from bot.domain.silence import Senses
from bot.domain.slips import Slip
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import digest, duty_facts, heat, owners
from bot.patrol.groups_facts import GroupFacts
from bot.patrol.prompts import asked_officers, prompts_of
from bot.ports import Sent, Store

_CALLS_SINCE = timedelta(days=1)
CASES_WITHIN = timedelta(days=180)
"""How far back clues are counted."""
SLIPS_WITHIN = timedelta(days=200)
"""How far back notices and letters are looked for."""


class DigestFacts:
    """Loads ``digest.Facts`` from the store."""

    def __init__(self, *, store: Store, office: Office, senses: Mapping[str, Senses]) -> None:
        """Stand before the store."""
        self._store = store
        self._office = office
        self._senses = senses

    async def load(self, township: str, *, at: datetime) -> digest.Facts:
        """The facts of one township as of an instant."""
        org = self._office.org
        villages = [unit.id for unit in org.villages_of(township)]
        groups = [group for village in villages for group in org.groups_of(village)]
        ids = [group.id for group in groups]
        since = at - digest.LOOK_BACK
        threads = await self._store.threads(villages, since=digest.earliest(at, self._office.calendar))
        owners_of = {thread.ticket.owner for thread in threads}
        earliest = min(since, digest.earliest(at, self._office.calendar))
        sent = await self._store.sent_to_any(asked_officers(township, owners_of, self._office), since=earliest)
        lately = (one for one in sent if one.sent_at is not None and one.sent_at >= since)
        return digest.Facts(
            township=township,
            threads=threads,
            days=await self._store.days(ids, since=local(since).date()),
            hearing=await self._store.hearing(ids),
            known_since=await self._store.known_since(ids),
            senses=self._senses,
            prompts=prompts_of(lately, {thread.ticket.id for thread in threads}),
            loads=await self._loads(villages, since=since),
            calls={group.id: await self._calls(group, at=at) for group in groups},
            vacancies=owners.vacancies(threads, self._office, local(at).date()),
            gaps=await self._store.gaps(since=digest.earliest(at, self._office.calendar)),
            lines=await self._store.line_states(),
            unpublished=frozenset([village for village in villages if await self._is_unpublished(village, at)]),
            slips=await self._slips(township, at=at),
            quarrels=await self._quarrels(earliest, sent),
            cases=await self._store.cases(villages, since=at - CASES_WITHIN),
            rooms=await self._store.rooms([(group.platform, group.conversation) for group in groups]),
            patrol=await GroupFacts(store=self._store, office=self._office, senses=self._senses).sheet(township, at=at),
        )

    async def _is_unpublished(self, village: str, at: datetime) -> bool:
        return self._office.org.units[village].drafts_notice and bool(
            await duty_facts.unposted(self._store, village, local(at).date(), self._office)
        )

    async def _slips(self, township: str, *, at: datetime) -> tuple[Slip, ...]:
        found = await self._store.slips([township], since=f"{local(at - SLIPS_WITHIN):%Y-%m}")
        return tuple(one for one in found if one.office == township)

    async def _quarrels(self, since: datetime, sent: Sequence[Sent]) -> tuple[Quarrel, ...]:
        """Each quarrel that was noticed, whoever has been told of it or not yet (R45).

        At night the private alert waits, and may be taken back for one about the whole of it (decision 0017): what was
        noticed is known by the look that follows it.
        """
        looks = await self._store.slots_of(Job.HEAT_CALM, since=since)
        told = heat.told_by(one.outgoing for one in sent)
        return tuple(
            Quarrel(group=group, began=began, told=(group, began) in told)
            for group, began in dict.fromkeys(heat.quarrel_of(look.scope) for look in looks)
        )

    async def _loads(self, villages: Sequence[str], *, since: datetime) -> tuple[DayLoad, ...]:
        people = [person for person in self._office.org.people.values() if person.unit in villages]
        keys = [recipient_key(ToPerson(person=person.id)) for person in people]
        got = await self._store.paced(keys, since=since)
        days: dict[date, Counter[str]] = {}
        for key, messages in got.items():
            for message in messages:
                days.setdefault(local(message.at).date(), Counter())[key] += 1
        return tuple(
            DayLoad(day=day, messages=each.total(), most=max(each.values())) for day, each in sorted(days.items())
        )

    async def _calls(self, group: Group, *, at: datetime) -> int:
        """Calls for a cadre within the last day after which no cadre spoke."""
        since = at - _CALLS_SINCE
        calls = await self._store.marked(group.id, (Mark.PING,), since=since)
        if not calls:
            return 0
        talk = await self._store.recent(recipient_key(ToGroup(group=group.id)), since=since, before_seq=_EVERYTHING)
        last_cadre = max((message.seq for message in talk if self._is_cadre(message)), default=0)
        return sum(call.seq > last_cadre for call in calls)

    def _is_cadre(self, message: Message) -> bool:
        return self._office.org.person_at(message.platform, message.sender) is not None


_EVERYTHING = 2**62
"""An order number above every message's."""
