"""What decisions about bursts of messages may know, loaded for many bursts at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.clues import Case, holds_role, may_see
from bot.domain.messages import Message, ToGroup, ToPerson, recipient_key
from bot.domain.one_to_many import fate_keys
from bot.domain.org import Group, Person, Role
from bot.domain.outcome import Mark
from bot.domain.patrol_notes import DEED_WITHIN
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.handlers import needs, privacy
from bot.handlers.joining import Burst
from bot.handlers.reading import sight
from bot.handlers.situation import Situation
from bot.handlers.spoken_of import spoken_of
from bot.handlers.villager import stranger
from bot.office import Office
from bot.ports import Sent
from bot.ports.hearing import HearingStore, Look, Most, Seen

LOOK_BACK = timedelta(minutes=60)
"""How far back a decision sees what was said in the conversation."""
MOST = Most(recent=200, own=sight.MOST_OWN)
"""Messages that it sees at most: nobody goes on about what was said before so many others."""
REMEMBERS = timedelta(days=14)
"""How long an ended ticket can still be meant."""
ASKED_WITHIN = timedelta(days=3)
"""How long a question of the bot can be answered."""
PATROLS_WITHIN = timedelta(days=DEED_WITHIN)
"""How far back an inspector's notes matter."""
CLUES_WITHIN = timedelta(days=365)
"""How far back the confidential ledger is shown in a chat; an export shows all of it."""
SLIPS_WITHIN = timedelta(days=200)
"""How far back notices and letters can be spoken of."""
MAILINGS_WITHIN = timedelta(days=30)
"""How far back messages to many groups can be spoken of."""
UNANSWERED_WITHIN = timedelta(days=2)
"""How long 可能需要回复 lists a message."""
MOST_READ = 2000
"""Messages of a group that are compared with pasted ones at most."""
_ANY_SEQ = 2**62


class Heard(NamedTuple):
    """A burst and the conversation in which it was said."""

    conversation: str
    burst: Burst

    @property
    def seqs(self) -> list[int]:
        """The order numbers of its pieces."""
        return [piece.seq for piece in self.burst.pieces]


class Facts:
    """Stands between the store and the decisions about what was said."""

    def __init__(self, *, store: HearingStore, office: Office) -> None:
        """Load for this office."""
        self._store = store
        self._office = office

    async def situations(self, heard: Sequence[Heard], *, now: datetime) -> list[Situation]:
        """What surrounds each burst, as it is stored now. May raise StoreUnavailable."""
        begun = [await self._begun(one) for one in heard]
        looks = [self._look(one.conversation, situation, now) for one, situation in zip(heard, begun, strict=True)]
        seen = await self._look_around(looks, now=now)
        known = [
            replace(situation, recent=around.recent, asked=around.sent)
            for situation, around in zip(begun, seen, strict=True)
        ]
        meant = [one if one.village is not None else stranger.settled(one, self._office) for one in known]
        for place, (one, settled) in enumerate(zip(known, meant, strict=True)):
            if settled.village != one.village:
                look = self._look(heard[place].conversation, settled, now)
                (seen[place],) = await self._look_around([look], now=now)
        return await self._with_threads(known, meant, seen, now=now)

    async def _begun(self, heard: Heard) -> Situation:
        """Who speaks, where, and what is quoted."""
        org, burst = self._office.org, heard.burst
        first = burst.first
        speaker = org.person_at(first.platform, first.sender)
        group = None if first.group is None else org.groups[first.group]
        quoted_sent, quoted = await self._quoted(burst)
        return Situation(
            burst=burst,
            speaker=speaker,
            group=group,
            village=await self._village(first, group, speaker),
            quoted_thread=quoted[0] if len(quoted) == 1 else None,
            quoted_several=quoted if len(quoted) > 1 else (),
            quoted_sent=quoted_sent,
        )

    def _look(self, conversation: str, situation: Situation, now: datetime) -> Look:
        """What to look for around a burst. An officer at his desk covers more than one village: that comes later."""
        first, speaker, group = situation.burst.first, situation.speaker, situation.group
        desk = speaker is not None and first.private
        # A stranger's matter waits as long as the question for the village may be answered.
        look_back = LOOK_BACK if situation.village is not None else ASKED_WITHIN
        return Look(
            platform=first.platform,
            conversation=conversation,
            since=first.received_at - look_back,
            before_seq=first.seq,
            reader=recipient_key(ToPerson(person=speaker.id)) if speaker and desk else conversation,
            sent_since=now - ASKED_WITHIN,
            village=None if desk else situation.village,
            active_since=self._talked_about_since(situation),
            accounts=((first.sender,), sight.mentioned(situation)),
            own_since=now - REMEMBERS,
            villager=first.sender if speaker is None else None,
            group=group.id if speaker is not None and group is not None else None,
            unanswered_since=now - UNANSWERED_WITHIN,
        )

    async def _look_around(self, looks: Sequence[Look], *, now: datetime) -> list[Seen]:
        return list(await self._store.surroundings(looks, year=local(now).year, most=MOST))

    async def _with_threads(
        self, known: Sequence[Situation], meant: Sequence[Situation], seen: Sequence[Seen], *, now: datetime
    ) -> list[Situation]:
        """What words in a group or of a villager may be about: no more of it in a village with many open tickets.

        ``meant``: the same situations, with the village that a stranger has just named.
        """
        chosen = [self._in_sight(one, around) for one, around in zip(meant, seen, strict=True)]
        threads = await self._store.threads_of(sorted(frozenset().union(*chosen)))
        order = {thread.ticket.id: place for place, thread in enumerate(threads)}
        whole = []
        for one, there, around, ids in zip(known, meant, seen, chosen, strict=True):
            if one.speaker is not None and one.private:
                situation = await self._at_the_desk(one, one.speaker, now=now)
            elif there.village is None:
                situation = one
            else:
                places = sorted(order[ticket] for ticket in ids if ticket in order)
                situation = await self._placed(one, around, there.village, tuple(threads[place] for place in places))
            whole.append(await self._with_record(situation))
        return whole

    async def _with_record(self, known: Situation) -> Situation:
        """What is stored about the account that asks for it."""
        if not privacy.wants_record(known):
            return known
        return replace(known, stored=await self._store.stored_about(known.burst.first.platform, known.sender))

    async def _placed(self, known: Situation, seen: Seen, village: str, threads: tuple[Thread, ...]) -> Situation:
        """Words in a group, or of a villager whose village is known."""
        if known.speaker is not None:
            return replace(known, threads=threads, unanswered=seen.unanswered)
        known = replace(known, threads=threads, numbers={village: seen.number}, alone=seen.alone)
        said = await self._said(needs.of_villager(known))
        return replace(known, said=said) if said else known

    def _in_sight(self, known: Situation, seen: Seen) -> frozenset[str]:
        if known.village is None or (known.speaker is not None and known.private):
            return frozenset()
        return sight.in_sight(known, seen.sketches, since=self._talked_about_since(known)) | seen.own

    def _talked_about_since(self, situation: Situation) -> datetime:
        emergencies = timedelta(minutes=self._office.rules.emergency.same_within_minutes)
        return sight.talked_about_since(situation, emergencies)

    async def _at_the_desk(self, heard: Situation, speaker: Person, *, now: datetime) -> Situation:
        """What an officer's private message may be about: everything that the officer covers."""
        org = self._office.org
        covered = tuple(unit.id for unit in org.villages if org.covers(speaker, unit.id))
        threads = await self._store.threads(covered, since=now - REMEMBERS)
        if Role.INSPECTOR in speaker.roles:  # what the county gave to another township to check (R71)
            abroad = [unit.id for unit in org.villages if unit.id not in covered]
            threads += await self._store.threads_of(await self._store.held_by(speaker.unit, abroad) if abroad else ())
        known = replace(
            heard,
            threads=threads,
            unanswered=await self._unanswered(speaker, now=now),
            clues=await self._clues(speaker, covered, now=now),
            slips=await self._store.slips([speaker.unit], since=f"{local(now - SLIPS_WITHIN):%Y-%m}"),
            patrol_notes=await self._store.patrol_notes(
                needs.patrolled(speaker, org), since=local(now - PATROLS_WITHIN).date(), until=local(now).date()
            ),
        )
        known = replace(known, own_items=await self._store.own_items((*covered, *org.line_of(speaker.unit))))
        if needs.mailings(known, now=now, office=self._office):
            known = await self._with_mailings(known, speaker.unit, now=now)
        meant = spoken_of(known, now=now, office=self._office)
        since, groups = needs.posted(known, now=now, office=self._office)
        return replace(
            known,
            posted=await self._store.content_posted(groups, since=since),
            shown=await self._store.media_of_messages(needs.shown(known, now=now, office=self._office)),
            histories={ticket: await self._store.history(ticket) for ticket in meant},
            pictures=await self._store.media_of_tickets(meant),
            exhibits=await self._store.media_of_messages(needs.exhibits(known)),
            numbers=await self._store.next_numbers(covered, local(now).year),
            said=await self._said(needs.at_the_desk(known, now=now, office=self._office)),
        )

    async def _with_mailings(self, known: Situation, unit: str, *, now: datetime) -> Situation:
        """What the unit lately sent to many groups, and what became of it (R43)."""
        steps = await self._store.mailings(unit, since=now - MAILINGS_WITHIN)
        return replace(
            known,
            mailings=steps,
            mail_fates=await self._store.mail_fates(fate_keys(steps)),
            next_mailing=await self._store.next_mailing(unit),
            mailing_until=await self._store.mailing_until(),
        )

    async def _said(self, wanted: needs.Needs) -> tuple[Message, ...]:
        """The messages that a decision must be able to read."""
        found = await self._store.said(wanted.messages) if wanted.messages else ()
        if wanted.since is not None:
            for group in wanted.groups:
                key = recipient_key(ToGroup(group=group))
                found += await self._store.recent(key, since=wanted.since, before_seq=_ANY_SEQ, most=MOST_READ)
        return found

    async def _village(self, first: Message, group: Group | None, speaker: Person | None) -> str | None:
        """Where the words belong: the group's village, the cadre's unit, or where the villager was last heard."""
        org = self._office.org
        if group is not None:
            return group.village
        if speaker is not None:
            return speaker.unit
        home = await self._store.home(first.platform, first.sender)
        if home is not None and home in org.groups:
            return org.groups[home].village
        village = await self._store.village_asked_for(first.platform, first.sender)
        if village is not None and village in org.units:
            return village
        villages = [unit.id for unit in org.villages]
        return villages[0] if len(villages) == 1 else None

    async def _quoted(self, burst: Burst) -> tuple[Sent | None, tuple[Thread, ...]]:
        """What the burst quotes: a message of the bot, or one that belongs to a ticket."""
        quote = next((piece.quote for piece in burst.pieces if piece.quote is not None), None)
        if quote is None:
            return None, ()
        platform = burst.first.platform
        sent = await self._store.sent_as(platform, quote)
        if sent:
            tickets = dict.fromkeys(one.outgoing.ticket for one in sent if one.outgoing.ticket is not None)
            return sent[0], await self._store.threads_of(list(tickets))
        linked = await self._store.linked(platform, quote)
        return None, () if linked is None else (linked,)

    async def _clues(self, speaker: Person, villages: tuple[str, ...], *, now: datetime) -> tuple[Case, ...]:
        """What the discipline role may see, whoever may not is given nothing (R50)."""
        org = self._office.org
        if not holds_role(speaker, org):
            return ()
        places = (*villages, org.county.id)
        found = await self._store.cases(places, since=now - CLUES_WITHIN, checker=speaker.id)
        return tuple(case for case in found if may_see(speaker, case, org))

    async def _unanswered(self, speaker: Person, *, now: datetime) -> tuple[Message, ...]:
        """What waits in the groups of an officer's village, the oldest first."""
        found: list[Message] = []
        for group in self._office.org.groups_of(speaker.unit):
            found += await self._unanswered_in(group, now=now)
        return tuple(sorted(found, key=lambda message: (message.at, message.seq)))

    async def _unanswered_in(self, group: Group, *, now: datetime) -> tuple[Message, ...]:
        return await self._store.marked(group.id, (Mark.MAYBE, Mark.PING), since=now - UNANSWERED_WITHIN)
