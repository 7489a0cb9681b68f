"""Door 1: messages come in, are stored, joined to bursts, decided, and committed, in order within a conversation."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.clues import Case, holds_role, may_see
from bot.domain.messages import Incoming, Kind, Message, ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.org import Group, Person, Role
from bot.domain.outcome import Mark, Outcome
from bot.domain.tickets import Thread
from bot.domain.whereabouts import whereabouts
from bot.domain.workdays import local
from bot.handlers import cadre, needs
from bot.handlers.joining import Burst, plan
from bot.handlers.judge import Judge
from bot.handlers.officer import entry as officer
from bot.handlers.reading import sight
from bot.handlers.situation import Situation
from bot.handlers.spoken_of import spoken_of
from bot.handlers.villager import entry as villager
from bot.handlers.villager import stranger
from bot.handlers.waiting import material_seen
from bot.office import Office
from bot.ports import Conflict, Sent, Store, StoreUnavailable

LOOK_BACK = timedelta(minutes=60)
"""How far back a decision sees what was said in the conversation."""
MOST_HEARD = 200
"""Messages that it sees at most: nobody goes on about what was said before so many others."""
REMEMBERS = timedelta(days=14)
"""How long an ended ticket can still be meant."""
ASKED_WITHIN = timedelta(days=3)
"""How long a question of the bot can be answered."""
CLUES_WITHIN = timedelta(days=365)
"""How far back the confidential ledger is shown in a chat; an export shows all of it."""
UNANSWERED_WITHIN = timedelta(days=2)
"""How long 可能需要回复 lists a message."""
MOST_ATTEMPTS = 5
"""How often a decision is made again on fresh facts because another process took the ticket's number."""

MOST_READ = 2000
"""Messages of a group that are compared with pasted ones at most."""
_ANY_SEQ = 2**62

_SILENT_KINDS = frozenset({Kind.JOIN, Kind.LEAVE, Kind.RENAME})


class Logger(Protocol):
    """What the doors need of a logger."""

    def info(self, event: str, **values: object) -> object:
        """A normal thing happened."""
        ...

    def error(self, event: str, **values: object) -> object:
        """Something that an operator should look at."""
        ...


class Intake:
    """Door 1. ``receive`` is what adapters call, ``work`` what the engine calls when a conversation is due."""

    def __init__(
        self,
        *,
        store: Store,
        office: Office,
        judge: Judge,
        log: Logger | None = None,
        roster_changed: Callable[[datetime], Awaitable[None]] | None = None,
    ) -> None:
        """Stand between the store and the decisions; ``roster_changed`` is told of a committed change of the roster."""
        self._store = store
        self._office = office
        self._judge = judge
        self._log: Logger = log or structlog.get_logger("intake")
        self._roster_changed = roster_changed

    def stand_in(self, office: Office) -> None:
        """Decide under another roster from now on."""
        self._office = office

    async def receive(self, incoming: Incoming, *, now: datetime) -> str | None:
        """Store a message durably and return its conversation; None if it was already there. Raises NotAccepted."""
        group = self._group_of(incoming)
        if incoming.group is None:
            conversation = recipient_key(ToAccount(platform=incoming.platform, account=incoming.sender))
        elif group is not None:
            conversation = recipient_key(ToGroup(group=group.id))
        else:
            conversation = f"unknown:{incoming.platform}/{incoming.group}"
        new = await self._store.accept(
            incoming,
            conversation=conversation,
            group=None if incoming.group is None else (incoming.group if group is None else group.id),
            by_cadre=self._office.org.person_at(incoming.platform, incoming.sender) is not None,
            received_at=now,
        )
        return conversation if new else None

    async def work(self, conversation: str, *, now: datetime) -> datetime | None:
        """Handle what is ready in a conversation; returns when to come again, None if nothing waits."""
        waiting = await self._store.pending(conversation)
        todo = plan(waiting, now=now, window=self._office.rules.join_window, hurried=self._hurried)
        for burst in todo.ready:
            await self._handle(conversation, burst, now=now)
        return todo.look_again

    async def _handle(self, conversation: str, burst: Burst, *, now: datetime) -> None:
        seqs = [piece.seq for piece in burst.pieces]
        try:
            await self._decide_and_commit(conversation, burst, now=now)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one bad message must never block those behind it
            cause = whereabouts(error)
            self._log.error("message_failed", conversation=_hidden(conversation), seqs=seqs, cause=cause)
            await self._store.fail(seqs, cause, now=now)

    async def _decide_and_commit(self, conversation: str, burst: Burst, *, now: datetime) -> None:
        """Raises Conflict only if other processes were faster every time: then the message is set aside."""
        seqs = [piece.seq for piece in burst.pieces]
        for attempt in range(1, MOST_ATTEMPTS + 1):
            outcome = await self._decide(conversation, burst, now=now)
            try:
                await self._store.commit(outcome, now=now, handled=seqs)
            except Conflict:
                if attempt == MOST_ATTEMPTS:
                    raise
            else:
                if (outcome.duty or outcome.answers) and self._roster_changed is not None:
                    await self._roster_changed(now)
                return

    async def _decide(self, conversation: str, burst: Burst, *, now: datetime) -> Outcome:
        if conversation.startswith("unknown:"):
            return Outcome(marks=tuple((piece.seq, Mark.UNKNOWN_GROUP) for piece in burst.pieces))
        if all(piece.kind in _SILENT_KINDS for piece in burst.pieces):
            return Outcome()
        situation = await self._situation(conversation, burst, now=now)
        if situation.speaker is None:
            decided = villager.decide(situation, self._judge, now=now, office=self._office)
            return material_seen(situation, decided, now=now, office=self._office)
        if situation.private:
            return officer.decide(situation, self._judge, now=now, office=self._office)
        return cadre.decide(situation, self._judge, now=now, office=self._office)

    async def _situation(self, conversation: str, burst: Burst, *, now: datetime) -> Situation:
        """Load what the decision may know."""
        store, org = self._store, self._office.org
        first = burst.first
        speaker = org.person_at(first.platform, first.sender)
        group = None if first.group is None else org.groups[first.group]
        village = await self._village(first, group, speaker)
        reader = recipient_key(ToPerson(person=speaker.id)) if speaker and first.private else conversation
        quoted_sent, quoted = await self._quoted(burst)
        # A stranger's matter waits as long as the question for the village may be answered.
        look_back = LOOK_BACK if village is not None else ASKED_WITHIN
        heard = Situation(
            burst=burst,
            speaker=speaker,
            group=group,
            village=village,
            recent=await store.recent(
                conversation, since=first.received_at - look_back, before_seq=first.seq, most=MOST_HEARD
            ),
            quoted_thread=quoted[0] if len(quoted) == 1 else None,
            quoted_several=quoted if len(quoted) > 1 else (),
            quoted_sent=quoted_sent,
            asked=await store.sent_to(reader, since=now - ASKED_WITHIN),
        )
        if speaker is not None and first.private:
            return await self._at_the_desk(heard, speaker, now=now)
        known = heard if village is not None else stranger.settled(heard, self._office)
        if known.village is None:
            return heard
        numbers = {known.village: await store.next_number(known.village, local(now).year)} if speaker is None else {}
        known = replace(heard, threads=await self._threads(known, known.village, now=now), numbers=numbers)
        if speaker is not None:
            return known
        return replace(known, said=await self._said(needs.of_villager(known)))

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
        )
        meant = spoken_of(known, now=now, office=self._office)
        return replace(
            known,
            histories={ticket: await self._store.history(ticket) for ticket in meant},
            numbers=await self._store.next_numbers(covered, local(now).year),
            said=await self._said(needs.at_the_desk(known, now=now, office=self._office)),
        )

    async def _said(self, wanted: needs.Needs) -> tuple[Message, ...]:
        """The messages that a decision must be able to read."""
        found = await self._store.said(wanted.messages) if wanted.messages else ()
        if wanted.since is not None:
            for group in wanted.groups:
                key = recipient_key(ToGroup(group=group))
                found += await self._store.recent(key, since=wanted.since, before_seq=_ANY_SEQ, most=MOST_READ)
        return found

    async def _threads(self, situation: Situation, village: str, *, now: datetime) -> tuple[Thread, ...]:
        """What words in a group or of a villager may be about: no more of it in a village with many open tickets."""
        emergencies = timedelta(minutes=self._office.rules.emergency.same_within_minutes)
        since = sight.talked_about_since(situation, emergencies)
        sketches = await self._store.sketches([village], since=since)
        chosen = set(sight.in_sight(situation, sketches, since=since))
        platform = situation.burst.first.platform
        for accounts in ((situation.sender,), sight.mentioned(situation)):
            if accounts:
                chosen.update(
                    await self._store.spoken_of(
                        platform, accounts, [village], since=now - REMEMBERS, most=sight.MOST_OWN
                    )
                )
        return await self._store.threads_of(sorted(chosen))

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
        groups = self._office.org.groups_of(speaker.unit)
        found: list[Message] = []
        for group in groups:
            found += await self._store.marked(group.id, (Mark.MAYBE, Mark.PING), since=now - UNANSWERED_WITHIN)
        return tuple(found)

    def _hurried(self, pieces: Sequence[Message]) -> bool:
        """Whether a burst ends with its latest piece: a cadre's word, a cry for help, nobody's words at all."""
        message = pieces[-1]
        if message.kind in _SILENT_KINDS or self._office.org.person_at(message.platform, message.sender) is not None:
            return True
        try:
            return self._judge.is_urgent("\n".join(piece.text for piece in pieces))
        except Exception:  # noqa: BLE001 - a glance must not block the conversation; its decision is recorded as failed
            return False

    def _group_of(self, incoming: Incoming) -> Group | None:
        return None if incoming.group is None else self._office.org.group_at(incoming.platform, incoming.group)


def _hidden(conversation: str) -> str:
    """A conversation as it may stand in a log: groups by id, private ones without the account."""
    return conversation if conversation.startswith("group:") else conversation.partition(":")[0]
