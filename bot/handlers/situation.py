"""Everything that a decision about one burst of messages may know, loaded before it and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.byhand import ByHand
from bot.domain.clues import Case
from bot.domain.media import Media
from bot.domain.messages import BOT, Message, OutKind
from bot.domain.one_to_many import MailFate, Mailing
from bot.domain.org import Group, Person
from bot.domain.own_content import OwnItem, Posted
from bot.domain.patrol_notes import PatrolNote
from bot.domain.retention import Stored
from bot.domain.slips import Slip
from bot.domain.tickets import Thread, TicketEvent
from bot.handlers.joining import Burst
from bot.ports import Sent


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """One burst and what surrounds it.

    ``village`` is None only where nobody could say it (a stranger's private message). ``recent`` are the
    conversation's messages of the last minutes before the burst, oldest first. ``threads``, by village and number, are
    those of the village's tickets that the words may be about (``sight``): the sender's own, what the group lately
    talked of, what sounds alike; for an officer's private message all live ones that the officer covers.
    ``quoted_thread`` is the ticket that the quoted message belongs to, ``quoted_sent`` the bot's own message if that
    was quoted. ``asked`` is what the bot lately sent to this conversation, oldest first. ``numbers`` holds the next
    ticket number of the village, also if the burst is what names it.
    """

    burst: Burst
    speaker: Person | None
    group: Group | None
    village: str | None
    recent: tuple[Message, ...] = ()
    threads: tuple[Thread, ...] = ()
    quoted_thread: Thread | None = None
    quoted_sent: Sent | None = None
    quoted_several: tuple[Thread, ...] = ()
    """The tickets of a quoted message that spoke of several; ``quoted_thread`` is None then."""
    asked: tuple[Sent, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    unanswered: tuple[Message, ...] = ()
    """For a cadre: messages of the last days that may want an answer although they opened no ticket."""
    slips: tuple[Slip, ...] = ()
    """For an officer's private message: notices and letters that his unit issued or got, the newest month first."""
    patrol_notes: tuple[PatrolNote, ...] = ()
    """For somebody who inspects: what was confirmed and remarked about the last days' patrols."""
    clues: tuple[Case, ...] = ()
    """For the discipline role: what it may read."""
    said: tuple[Message, ...] = ()
    """Messages whose words the decision needs (``needs``): those of a ticket that is taken apart, of a group's day."""
    by_hand: ByHand | None = None
    """Set where an officer brought the words in."""
    pictures: Mapping[str, tuple[Media, ...]] = field(default_factory=dict)
    """For a cadre's private message: the media of the tickets that it may be about."""
    exhibits: tuple[Media, ...] = ()
    """For the discipline role: the media of the case whose pictures are asked for."""
    alone: bool = False
    """For a villager: whether the account has asked to be left alone."""
    stored: Stored | None = None
    """For somebody who asks for his own record: what it is."""
    own_items: tuple[OwnItem, ...] = ()
    """For a cadre's private message: what his villages put into the daily item themselves, as it stands."""
    mailings: tuple[Mailing, ...] = ()
    """For an officer who speaks of messages to many groups: all steps of those that his unit lately sent."""
    mail_fates: Mapping[str, MailFate] = field(default_factory=dict)
    """What became of their sends, by dedupe key."""
    next_mailing: int = 1
    """The number of his unit's next one."""
    mailing_until: datetime | None = None
    """Until when sends of other mailings are planned."""
    posted: tuple[Posted, ...] = ()
    """Daily items lately posted to the groups of an officer who asks for them."""
    shown: tuple[Media, ...] = ()
    """The media of what an officer has just shown, where that is wanted."""
    histories: Mapping[str, tuple[TicketEvent, ...]] = field(default_factory=dict)
    """For a cadre's private message: what happened to the tickets that it may be about, oldest first."""

    @property
    def sender(self) -> str:
        """The platform account that speaks."""
        return self.burst.first.sender

    @property
    def private(self) -> bool:
        """Whether the bot alone hears it."""
        return self.burst.first.private

    @property
    def to_bot(self) -> bool:
        """Whether the bot is meant: private, or mentioned."""
        return self.private or any(BOT in piece.mentions for piece in self.burst.pieces)

    def own_recent(self, since: datetime) -> tuple[Message, ...]:
        """What the same sender wrote here since then, before this burst."""
        sender = self.sender
        return tuple(message for message in self.recent if message.sender == sender and message.at >= since)

    def last_sent(self, kind: OutKind) -> Sent | None:
        """The latest message of a kind that the bot sent here."""
        return next((sent for sent in reversed(self.asked) if sent.outgoing.kind is kind), None)
