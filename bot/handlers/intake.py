"""Door 1: messages come in, are stored, joined to bursts, decided, and committed, in order within a conversation."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.domain.messages import Incoming, Kind, Message, ToAccount, ToGroup, recipient_key
from bot.domain.org import Group
from bot.domain.outcome import Outcome, together
from bot.domain.whereabouts import whereabouts
from bot.handlers import binding, cadre, privacy, rebinding, threshold
from bot.handlers.crying import cries, look_closer, may_cry
from bot.handlers.heated import heated
from bot.handlers.joining import Plan, plan
from bot.handlers.judge import Judge
from bot.handlers.loading import Facts, Heard
from bot.handlers.officer import entry as officer
from bot.handlers.reach import NOWHERE, changes, sees
from bot.handlers.reception import SILENT_KINDS, UNKNOWN, Reception
from bot.handlers.situation import Situation
from bot.handlers.villager import entry as villager
from bot.handlers.waiting import material_seen
from bot.office import Office
from bot.ports import Conflict, StoreUnavailable
from bot.ports.hearing import HearingStore
from bot.ports.platform import Knock

MOST_ATTEMPTS = 5
"""How often a decision is made again on fresh facts because another process took the ticket's number."""
MOST_TOGETHER = 200
"""Bursts that are decided on one look at the store and committed in one transaction."""
MOST_OF_A_VILLAGE = 4
"""How many of them come from one village: what one changes, those behind it must be decided on anew."""
MOST_AT_A_TIME = 100
"""Bursts that are handled before it is looked again who cries for help: half a second's work."""
CRIES_AT_A_TIME = 75
"""Of them as many at most where somebody cries: a quarter is left for those who have waited longest (see ``turns``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What a batch comes to: one outcome for the messages of ``seqs``; ``left`` must be decided on newer facts."""

    outcome: Outcome
    seqs: Sequence[int]
    left: Sequence[Heard]


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
        store: HearingStore,
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
        self._facts = Facts(store=store, office=office)

    def stand_in(self, office: Office) -> None:
        """Decide under another roster, and with other bindings, from now on."""
        self._office = office
        self._reception.stand_in(office)
        self._facts = Facts(store=self._store, office=office)

    def glance(self, incoming: Incoming) -> bool:
        """Whether a message may be a cry for help."""
        return may_cry(incoming, self._judge, self._office.org)

    async def receive(self, incoming: Incoming, *, now: datetime, urgent: bool = False) -> str | None:
        """Store a message durably and return its conversation; None if it was already there. Raises NotAccepted.

        ``urgent``: at a glance it may be a cry for help.
        """
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
            urgent=urgent,
        )
        return conversation if new else None

    async def work_all(self, conversations: Sequence[str], *, now: datetime) -> Mapping[str, datetime | None]:
        """Handle what is ready in these conversations; returns when to come again to each, None if nothing waits.

        One conversation after the other, in the order of arrival within each. If more waits than is handled at a time,
        those first in which somebody cries for help (decision 0021); to the others it is come again. May raise
        StoreUnavailable: then what is not handled still waits.
        """
        waiting: dict[str, list[Message]] = {conversation: [] for conversation in conversations}
        messages = await self._store.pending(*conversations)
        for message in messages:
            waiting[message.conversation].append(message)
        if len(messages) <= MOST_AT_A_TIME:
            return (await self._work(waiting, now=now, most=MOST_AT_A_TIME))[0]
        crying = await self._crying(waiting, now=now)
        by_age = sorted(waiting.items(), key=_waits_since)
        first = {conversation: said for conversation, said in by_age if conversation in crying}
        others = {conversation: said for conversation, said in by_age if conversation not in crying}
        again, done = await self._work(first, now=now, most=CRIES_AT_A_TIME if others else MOST_AT_A_TIME)
        return again | (await self._work(others, now=now, most=MOST_AT_A_TIME - done))[0]

    async def _work(
        self, waiting: Mapping[str, Sequence[Message]], *, now: datetime, most: int
    ) -> tuple[dict[str, datetime | None], int]:
        """Handle these, no more than so many bursts; returns when to come again to each, and how many were handled."""
        again: dict[str, datetime | None] = {}
        ready: list[Heard] = []
        done = 0
        for conversation, messages in waiting.items():
            room = most - done - len(ready)
            if messages and room <= 0:
                again[conversation] = messages[0].received_at
                continue
            if any(self._is_apart(message) for message in messages):
                await self._handle(ready, now=now)
                done, ready = done + len(ready), []
            todo = await self._plan(conversation, messages, now=now)
            ready += [Heard(conversation, burst) for burst in todo.ready[:room]]
            behind = todo.ready[room:]
            again[conversation] = behind[0].first.received_at if behind else todo.look_again
        await self._handle(ready, now=now)
        return again, done + len(ready)

    async def _crying(self, waiting: Mapping[str, Sequence[Message]], *, now: datetime) -> frozenset[str]:
        """In which of these somebody cries for help, now that it is looked closer; what does not, waits like others."""
        ended = now - timedelta(seconds=self._office.rules.join_window.silence)
        found = look_closer(waiting, self._judge, ended=ended)
        if found.calm:
            await self._store.calm(found.calm)
        return found.crying

    async def admits(self, knock: Knock, *, now: datetime) -> bool:
        """Whether somebody who knocks is let in; what else follows from it is done. May raise StoreUnavailable."""
        answer = threshold.answered(knock, now=now, office=self._office)
        await self._store.commit(answer.outcome, now=now)
        await self._tell_of(answer.outcome, now=now)
        return answer.admitted

    async def _plan(self, conversation: str, waiting: Sequence[Message], *, now: datetime) -> Plan:
        """Which bursts of a conversation are ready; what is never part of one is handled at once."""
        if waiting and conversation.startswith(UNKNOWN) and await self._reception.found_home(waiting[0], now=now):
            await self._tell_engine(now)
            return Plan(ready=(), look_again=None)
        waiting = await self._apart(conversation, waiting, now=now)
        return plan(waiting, now=now, window=self._office.rules.join_window, hurried=self._hurried)

    async def _handle(self, ready: Sequence[Heard], *, now: datetime) -> None:
        """Handle bursts in this order, many of them at once."""
        todo = ready
        while todo:
            some, others = self._next(todo)
            todo = [*await self._together(some, now=now), *others]

    def _next(self, todo: Sequence[Heard]) -> tuple[list[Heard], list[Heard]]:
        """What to handle together, and the rest: few of one village, for those behind must see what one changes."""
        some: list[Heard] = []
        others: list[Heard] = []
        passed_over: set[str | None] = set()
        taken = Counter[str | None]()
        for one in todo:
            village = self._village_of(one)
            behind = None in passed_over or village in passed_over or (village is None and passed_over)
            if behind or len(some) >= MOST_TOGETHER or taken[village] >= MOST_OF_A_VILLAGE:
                passed_over.add(village)
                others.append(one)
            else:
                taken[village] += 1
                some.append(one)
        return some, others

    def _village_of(self, heard: Heard) -> str | None:
        """The village of a group; None for private words, which may concern any."""
        group = self._office.org.groups.get(heard.burst.first.group or "")
        return None if group is None else group.village

    async def _together(self, heard: Sequence[Heard], *, now: datetime) -> Sequence[Heard]:
        """Handle bursts on one look at the store, in one transaction; returns those that want a newer look.

        If that cannot be done, halves are tried, so that one bad burst harms no other in the end.
        """
        if len(heard) == 1:
            (one,) = heard
            await self._settle(one.conversation, one.seqs, partial(self._decide_alone, one, now=now), now=now)
            return ()
        decided = await self._at_once(heard, now=now)
        if decided is not None:
            await self._tell_of(decided.outcome, now=now)
            return decided.left
        half = len(heard) // 2
        await self._handle(heard[:half], now=now)
        await self._handle(heard[half:], now=now)
        return ()

    async def _at_once(self, heard: Sequence[Heard], *, now: datetime) -> Decided | None:
        """Decide and commit; None, and nothing done, if something of it cannot be, or another process was faster."""
        try:
            decided = await self._decide(heard, now=now)
            done = await self._store.commit(decided.outcome, now=now, handled=decided.seqs)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - raised again, and recorded, when the one that it belongs to is alone
            return None
        return decided if done else None

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

    def _is_apart(self, message: Message) -> bool:
        """Whether handling it may change the office itself, or the chat that it stands in."""
        unknown = message.conversation.startswith(UNKNOWN)
        return unknown or message.kind is Kind.RECALL or self._binding_word(message) is not None

    def _binding_word(self, message: Message) -> binding.Said | None:
        """A binding word that is not an officer's private one; in a group only one with a code."""
        word = binding.said(message.text) if message.kind is Kind.TEXT else None
        if word is None or (not word.digits and not message.private):
            return None
        known = self._office.org.person_at(message.platform, message.sender)
        return None if message.private and known is not None else word

    # What was said

    async def _decide_alone(self, heard: Heard, *, now: datetime) -> Outcome:
        return (await self._decide([heard], now=now)).outcome

    async def _decide(self, heard: Sequence[Heard], *, now: datetime) -> Decided:
        """Decide about bursts in their order, each as if those before it had been committed.

        A burst whose facts another one has changed, or may change, is left for a newer look at the store; and so is
        what may depend on it.
        """
        situations = await self._facts.situations([one for one in heard if not _is_outside(one)], now=now)
        known = iter(situations)
        outcomes: list[Outcome] = []
        seqs: list[int] = []
        left: list[Heard] = []
        changed = NOWHERE
        for one in heard:
            situation = None if _is_outside(one) else next(known)
            if situation is not None and sees(situation).meets(changed):
                left.append(one)
                changed |= sees(situation)
                continue
            if situation is None:
                outcome = await self._outside(one, now=now)
            else:
                outcome = self._decide_about(situation, now=now)
                changed |= changes(situation, outcome)
            outcomes.append(outcome)
            seqs += one.seqs
        return Decided(outcome=together(outcomes), seqs=seqs, left=left)

    async def _outside(self, heard: Heard, *, now: datetime) -> Outcome:
        """What nobody said, or said where no village listens: it changes nothing that others go by."""
        if all(piece.kind in SILENT_KINDS for piece in heard.burst.pieces):
            return self._reception.comings_and_goings(heard.burst, now=now)
        return await self._reception.unknown(heard.burst, now=now)

    def _decide_about(self, situation: Situation, *, now: datetime) -> Outcome:
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

    def _hurried(self, pieces: Sequence[Message]) -> bool:
        """Whether a burst ends with its latest piece: a cadre's word, a cry for help, nobody's words at all."""
        message = pieces[-1]
        if message.kind in SILENT_KINDS or self._office.org.person_at(message.platform, message.sender) is not None:
            return True
        return cries(pieces, self._judge)

    def _group_of(self, incoming: Incoming) -> Group | None:
        return None if incoming.group is None else self._office.org.group_at(incoming.platform, incoming.group)


def _is_outside(heard: Heard) -> bool:
    """Whether nothing of a village is needed to decide about it."""
    silent = all(piece.kind in SILENT_KINDS for piece in heard.burst.pieces)
    return silent or heard.conversation.startswith(UNKNOWN)


def _waits_since(waiting: tuple[str, Sequence[Message]]) -> tuple[int, str]:
    """By the order of arrival of what waits first in a conversation; one in which nothing waits comes first."""
    conversation, messages = waiting
    return (messages[0].seq if messages else 0, conversation)


def _hidden(conversation: str) -> str:
    """A conversation as it may stand in a log: groups by id, private ones without the account."""
    return conversation if conversation.startswith("group:") else conversation.partition(":")[0]
