"""The part of door 1 that knows who and where: binding words, unknown chats, comings and goings, words taken back."""

from collections import OrderedDict
from datetime import datetime

from bot.domain.messages import Incoming, Kind, Message
from bot.domain.outcome import Mark, Outcome
from bot.handlers import binding, rebinding, recalling, threshold, welcoming
from bot.handlers.binding_facts import BindingFacts
from bot.handlers.joining import Burst
from bot.office import Office
from bot.ports import Store, StoreUnavailable
from bot.ports.platform import NotAccepted

SILENT_KINDS = frozenset({Kind.JOIN, Kind.LEAVE, Kind.RENAME})
"""Messages that nobody said."""
UNKNOWN = "unknown:"
"""How the conversation of a chat begins that is no group's."""
_NAMES_KNOWN = 10_000
"""Names of chats that are remembered, so that they are not written again with every message."""


class Reception:
    """Loads, and asks the decisions; what they want is committed by the door."""

    def __init__(self, *, store: Store, office: Office) -> None:
        """Stand at the door of this office."""
        self._store = store
        self._office = office
        self._facts = BindingFacts(store=store, office=office)
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()

    def stand_in(self, office: Office) -> None:
        """Decide with other bindings from now on."""
        self._office = office
        self._facts = BindingFacts(store=self._store, office=office)

    async def note_name(self, incoming: Incoming, *, now: datetime) -> None:
        """Keep how a conversation is called, if that is new. Raises NotAccepted."""
        name = (incoming.text if incoming.kind is Kind.RENAME else incoming.group_name).strip()
        if incoming.group is None or not name:
            return
        key = (incoming.platform, incoming.group)
        if self._names.get(key) == name:
            return
        try:
            await self._store.room_named(*key, name, now=now)
        except StoreUnavailable as error:
            raise NotAccepted(str(error)) from error
        self._names[key] = name
        self._names.move_to_end(key)
        if len(self._names) > _NAMES_KNOWN:
            self._names.popitem(last=False)

    async def found_home(self, message: Message, *, now: datetime) -> bool:
        """Whether the chat became a group's while the message came in: then it is handled there."""
        group = None if message.group is None else self._office.org.group_at(message.platform, message.group)
        if group is None or message.group is None:
            return False
        await self._store.settle_in(message.platform, message.group, group.id, now=now)
        return True

    async def bind(self, message: Message, word: binding.Said, *, now: datetime) -> Outcome:
        """What follows from a binding word in a group, or of somebody unknown to the bot alone."""
        if message.private:
            before = await self._facts.tries(message)
            return binding.by_stranger(message, word, before, now=now, office=self._office)
        org = self._office.org
        known = message.group is not None and not message.conversation.startswith(UNKNOWN)
        here = org.groups.get(message.group or "") if known else None
        speaker = org.person_at(message.platform, message.sender)
        places = await self._facts.places(message, here, word)
        return binding.in_group(message, word, speaker, places, now=now, office=self._office)

    async def recalled(self, recall: Message, *, now: datetime) -> Outcome:
        """What follows when somebody takes words back; nothing if they are not known."""
        target, thread = await self._facts.recalled(recall)
        return Outcome() if target is None else recalling.decide(recall, target, thread, now=now, office=self._office)

    async def unknown(self, burst: Burst, *, now: datetime) -> Outcome:
        """Words of a chat that is no group's are laid aside; perhaps it is one whose id a new login has changed."""
        aside = Outcome(marks=tuple((piece.seq, Mark.UNKNOWN_GROUP) for piece in burst.pieces))
        facts = await self._facts.new_login(burst.first, now=now)
        if facts is None:
            return aside
        return aside + rebinding.proposal(facts, burst.first.platform, now=now, office=self._office)

    def comings_and_goings(self, burst: Burst, *, now: datetime) -> Outcome:
        """Who joins or leaves is nobody's business, unless it is the bot that was taken out; newcomers get one line.

        All who join a group on one day are greeted together (R27).
        """
        outcome = welcoming.planned(burst.pieces, now=now, office=self._office)
        for piece in burst.pieces:
            if piece.group is None or piece.kind is not Kind.LEAVE or not threshold.is_about_the_bot(piece):
                continue
            group = None if piece.conversation.startswith(UNKNOWN) else self._office.org.groups.get(piece.group)
            where = piece.group if group is None else group.conversation
            outcome += threshold.left(piece, where, group, office=self._office)
        return outcome
