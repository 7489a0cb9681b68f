"""Door 1: messages come in, are stored, joined to bursts, decided, and committed, in order within a conversation."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.domain.clues import Case, holds_role, may_see
from bot.domain.messages import Incoming, Kind, Message, ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.one_to_many import fate_keys
from bot.domain.org import Group, Person, Role
from bot.domain.outcome import Mark, Outcome
from bot.domain.tickets import Thread
from bot.domain.whereabouts import whereabouts
from bot.domain.workdays import local
from bot.handlers import binding, cadre, needs, privacy, rebinding, threshold
from bot.handlers.heated import heated
from bot.handlers.joining import Burst, plan
from bot.handlers.judge import Judge
from bot.handlers.officer import entry as officer
from bot.handlers.reading import sight
from bot.handlers.reception import SILENT_KINDS, UNKNOWN, Reception
from bot.handlers.situation import Situation
from bot.handlers.spoken_of import spoken_of
from bot.handlers.villager import entry as villager
from bot.handlers.villager import stranger
from bot.handlers.waiting import material_seen
from bot.office import Office
from bot.platform_port import Knock
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
SLIPS_WITHIN = timedelta(days=200)
"""How far back notices and letters can be spoken of."""
MAILINGS_WITHIN = timedelta(days=30)
"""How far back messages to many groups can be spoken of."""
UNANSWERED_WITHIN = timedelta(days=2)
"""How long 可能需要回复 lists a message."""
MOST_ATTEMPTS = 5
"""How often a decision is made again on fresh facts because another process took the ticket's number."""

MOST_READ = 2000
"""Messages of a group that are compared with pasted ones at most."""
_ANY_SEQ = 2**62


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
        self._changed = roster_changed
        self._reception = Reception(store=store, office=office)

    def stand_in(self, office: Office) -> None:
        """Decide under another roster, and with other bindings, from now on."""
        self._office = office
        self._reception.stand_in(office)

    async def receive(self, incoming: Incoming, *, now: datetime) -> str | None:
        """Store a message durably and return its conversation; None if it was already there. Raises NotAccepted."""
        group = self._group_of(incoming)
        if incoming.group is None:
            conversation = recipient_key(ToAccount(platform=incoming.platform, account=incoming.sender))
        elif group is not None:
            conversation = recipient_key(ToGroup(group=group.id))
        else:
            conversation = f"{UNKNOWN}{incoming.platform}/{incoming.group}"
        await self._reception.note_name(incoming, now=now)
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
        if waiting and conversation.startswith(UNKNOWN) and await self._reception.found_home(waiting[0], now=now):
            await self._tell_engine(now)
            return None
        waiting = await self._apart(conversation, waiting, now=now)
        todo = plan(waiting, now=now, window=self._office.rules.join_window, hurried=self._hurried)
        for burst in todo.ready:
            await self._handle(conversation, burst, now=now)
        return todo.look_again

    async def admits(self, knock: Knock, *, now: datetime) -> bool:
        """Whether somebody who knocks is let in; what else follows from it is done. May raise StoreUnavailable."""
        answer = threshold.answered(knock, now=now, office=self._office)
        await self._store.commit(answer.outcome, now=now)
        await self._tell_of(answer.outcome, now=now)
        return answer.admitted

    async def _handle(self, conversation: str, burst: Burst, *, now: datetime) -> None:
        seqs = [piece.seq for piece in burst.pieces]
        await self._settle(conversation, seqs, partial(self._decide, conversation, burst, now=now), now=now)

    async def _settle(
        self, conversation: str, seqs: Sequence[int], decide: Callable[[], Awaitable[Outcome]], *, now: datetime
    ) -> None:
        """Decide about messages and commit; what cannot be handled is set aside on record."""
        try:
            await self._decide_and_commit(seqs, decide, now=now)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one bad message must never block those behind it
            cause = whereabouts(error)
            self._log.error("message_failed", conversation=_hidden(conversation), seqs=list(seqs), cause=cause)
            await self._store.fail(seqs, cause, now=now)

    async def _decide_and_commit(
        self, seqs: Sequence[int], decide: Callable[[], Awaitable[Outcome]], *, now: datetime
    ) -> None:
        """Raises Conflict only if other processes were faster every time: then the message is set aside."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            outcome = await decide()
            try:
                await self._store.commit(outcome, now=now, handled=seqs)
            except Conflict:
                if attempt == MOST_ATTEMPTS:
                    raise
            else:
                await self._tell_of(outcome, now=now)
                return

    async def _tell_of(self, outcome: Outcome, *, now: datetime) -> None:
        """Let the engine see at once what has changed of the office itself."""
        if outcome.duty or outcome.answers or outcome.bindings:
            await self._tell_engine(now)

    async def _tell_engine(self, now: datetime) -> None:
        if self._changed is not None:
            await self._changed(now)

    # Who and where

    async def _apart(self, conversation: str, waiting: Sequence[Message], *, now: datetime) -> tuple[Message, ...]:
        """Handle what is never part of a thought: binding words, words taken back; returns what is left to do."""
        gone: set[int] = set()
        for message in waiting:
            if message.seq in gone:
                continue
            if message.kind is Kind.RECALL:
                waits = next((one for one in waiting if one.id == message.quote and one.seq not in gone), None)
                dropped = waits is not None and message.sender in ("", waits.sender)
                seqs = [message.seq, waits.seq] if waits is not None and dropped else [message.seq]
                decide = partial(self._reception.recalled, message, now=now)
            elif (word := self._binding_word(message)) is not None:
                seqs, decide = [message.seq], partial(self._reception.bind, message, word, now=now)
            else:
                continue
            await self._settle(conversation, seqs, decide, now=now)
            gone.update(seqs)
        return tuple(message for message in waiting if message.seq not in gone)

    def _binding_word(self, message: Message) -> binding.Said | None:
        """A binding word that is not an officer's private one; in a group only one with a code."""
        word = binding.said(message.text) if message.kind is Kind.TEXT else None
        if word is None or (not word.digits and not message.private):
            return None
        known = self._office.org.person_at(message.platform, message.sender)
        return None if message.private and known is not None else word

    # What was said

    async def _decide(self, conversation: str, burst: Burst, *, now: datetime) -> Outcome:
        if all(piece.kind in SILENT_KINDS for piece in burst.pieces):
            return self._reception.comings_and_goings(burst, now=now)
        if conversation.startswith(UNKNOWN):
            return await self._reception.unknown(burst, now=now)
        situation = await self._situation(conversation, burst, now=now)
        told = privacy.decide(situation, now=now, office=self._office)
        if told is not None:
            return told
        if situation.speaker is None:
            decided = villager.decide(situation, self._judge, now=now, office=self._office)
            decided += rebinding.looks_like_a_colleague(situation, now=now, office=self._office)
            decided += heated(situation, now=now, office=self._office)
            return material_seen(situation, decided, now=now, office=self._office)
        if situation.private:
            return officer.decide(situation, self._judge, now=now, office=self._office)
        decided = cadre.decide(situation, self._judge, now=now, office=self._office)
        return decided + heated(situation, now=now, office=self._office)

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
            return known if group is None else replace(known, unanswered=await self._unanswered_in(group, now=now))
        alone = await store.left_alone(first.platform, first.sender)
        return replace(known, alone=alone, said=await self._said(needs.of_villager(known)))

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
        """What waits in the groups of an officer's village, the oldest first."""
        found: list[Message] = []
        for group in self._office.org.groups_of(speaker.unit):
            found += await self._unanswered_in(group, now=now)
        return tuple(sorted(found, key=lambda message: (message.at, message.seq)))

    async def _unanswered_in(self, group: Group, *, now: datetime) -> tuple[Message, ...]:
        return await self._store.marked(group.id, (Mark.MAYBE, Mark.PING), since=now - UNANSWERED_WITHIN)

    def _hurried(self, pieces: Sequence[Message]) -> bool:
        """Whether a burst ends with its latest piece: a cadre's word, a cry for help, nobody's words at all."""
        message = pieces[-1]
        if message.kind in SILENT_KINDS or self._office.org.person_at(message.platform, message.sender) is not None:
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
