"""What a decision wants done: a value, committed as a whole or not at all (DESIGN section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import Final

from bot.domain.alone import LeaveAlone
from bot.domain.bindings import BindingChange, DoorNote, Room
from bot.domain.clues import CaseChange, Clue
from bot.domain.duty import DutyChange
from bot.domain.knowledge import KeptAnswer
from bot.domain.made import Made
from bot.domain.media import MediaChange
from bot.domain.messages import Message, Outgoing
from bot.domain.one_to_many import Mailing, Recall
from bot.domain.own_content import ContentChoice, OwnItem
from bot.domain.patrol_notes import PatrolNote
from bot.domain.retention import Expiry, PrivacyRequest
from bot.domain.slips import Slip
from bot.domain.tickets import Link, Ticket, TicketEvent


class Job(StrEnum):
    """What the schedule can ask for: one file each in ``bot/patrol``."""

    DUTY_NOTICE = "duty_notice"
    DUTY_DRAFT = "duty_draft"
    """Where a village wants it: the duty officer looks at the notice and publishes it."""
    DUTY_LATE = "duty_late"
    """Nobody has published it: the secretary is told."""
    DUTY_ABOVE = "duty_above"
    """Still nobody, or nobody is on duty: the inspectors are told."""
    DUTY_CORRECTED = "duty_corrected"
    """Two have swapped today's duty: who has read the notice reads who it is now."""
    SECRETARY_CARD = "secretary_card"
    DAILY_CONTENT = "daily_content"
    CONTENT_AGAIN = "content_again"
    """The daily item had to wait: is the group calm now?"""
    CONTENT_FATE = "content_fate"
    """In the evening what was not sent is given up, the next morning somebody is told."""
    CONTENT_CONFIRM = "content_confirm"
    """An officer is asked about tomorrow's item, where the village wants that."""
    WELCOME = "welcome"
    MONTHLY_HINT = "monthly_hint"
    NICKNAMES = "nicknames"
    WORDS_AWAY = "words_away"
    RECEIPT = "receipt"
    REMINDER = "reminder"
    OVERDUE = "overdue"
    HOP = "hop"
    PAUSE = "pause"
    CONSENT = "consent"
    ESCALATION = "escalation"
    CALLED_OFF = "called_off"
    FIRST_WORD = "first_word"
    RATING = "rating"
    DIGEST = "digest"
    PAGE = "page"
    INSPECT = "inspect"
    """An inspector wants the rows behind a number, or the draft of a reminder or of a talk."""
    PAPER = "paper"
    """A notice, letter or order is wanted as a file, or was issued."""
    CLUE_WATCH = "clue_watch"
    HANDOVER = "handover"
    HANDOVER_AGAIN = "handover_again"
    OWNERS = "owners"
    MEDIA = "media"
    MEDIA_AWAY = "media_away"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SLIP = "slip"
    """The reply to a notice or letter is due soon, or overdue."""
    MAILING = "mailing"
    """A message went to many groups: its author hears of those where it did not arrive."""
    MAILING_BACK = "mailing_back"
    """It was taken back: who wanted that hears whether it worked."""
    HEAT = "heat"
    """A heated word fell in a group: is it a quarrel?"""
    HEAT_CALM = "heat_calm"
    """A quarrel was told: is it over?"""
    LINE = "line"
    """A line to a platform is broken, or stands again: its operator is told."""
    GAP = "gap"
    """A line stood again: its groups are asked to say again what could not be heard."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Slot:
    """One run of one job, unique for ever. ``scope`` is what it is about: a group, a township, a ticket."""

    at: datetime
    job: Job
    scope: str


class Mark(StrEnum):
    """What a handled message is remembered as, apart from tickets."""

    MAYBE = "maybe"
    """Perhaps a question: the duty officer finds it under 可能需要回复 (taxonomy, practical rule 11)."""
    PING = "ping"
    """Somebody called a cadre without saying why: it wants an answer but opens no ticket."""
    SETTLED = "settled"
    """Was one of the two above, until a cadre answered it, opened a ticket for it or said that it needs no answer."""
    CLUE = "clue"
    """Set aside for the discipline role: nobody else is ever shown it under a mark."""
    UNKNOWN_GROUP = "unknown_group"
    """Heard in a group that nobody has configured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A ticket in its new form and the events that led there, in order."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Everything that one decision changes. ``marks`` pairs the order number of a message with its mark.

    ``unlinks`` are taken away before ``links`` are added: a link moves by standing in both, under another ticket.
    ``heard`` are messages that an officer brought in: they are kept like those that came in, and count as handled.
    """

    changes: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()
    unlinks: tuple[Link, ...] = ()
    heard: tuple[Message, ...] = ()
    sends: tuple[Outgoing, ...] = ()
    clues: tuple[Clue, ...] = ()
    cases: tuple[CaseChange, ...] = ()
    slots: tuple[Slot, ...] = ()
    marks: tuple[tuple[int, Mark], ...] = ()
    duty: tuple[DutyChange, ...] = ()
    answers: tuple[KeptAnswer, ...] = ()
    media: tuple[MediaChange, ...] = ()
    bindings: tuple[BindingChange, ...] = ()
    left: tuple[Room, ...] = ()
    """Conversations out of which the bot was taken."""
    notes: tuple[DoorNote, ...] = ()
    slips: tuple[Slip, ...] = ()
    """Notices and letters in their new form; each must be the next step of what is stored."""
    patrol_notes: tuple[PatrolNote, ...] = ()
    """What inspectors wrote down about a day; one whose key is known is left out."""
    made: tuple[Made, ...] = ()
    """Files that lie in the media folder already and are referred to by ``sends``."""
    own_items: tuple[OwnItem, ...] = ()
    """Steps of villages' own items; each must be the next of what is stored."""
    content_choices: tuple[ContentChoice, ...] = ()
    mailings: tuple[Mailing, ...] = ()
    """Steps of messages to many groups; each must be the next of what is stored."""
    recalls: tuple[Recall, ...] = ()
    """Messages that are to be taken back from where they were posted."""
    lapsed: tuple[str, ...] = ()
    """Dedupe keys of messages for which it is too late: those that still wait are given up."""
    alone: tuple[LeaveAlone, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    """Portions of what has been kept long enough."""
    requests: tuple[PrivacyRequest, ...] = ()
    """What people want to see or have deleted of what is stored about them."""
    recalled: tuple[int, ...] = ()
    """Order numbers of messages whose senders took them back: their words are wiped, what a clue keeps is not."""

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both, this one first. The same ticket may stand in both: the later form wins, all events stay."""
        if other == NOTHING:
            return self
        return other if self == NOTHING else together((self, other))


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """All of them in their order, as one."""
    if len(outcomes) == 1:
        return outcomes[0]
    return Outcome(**{name: tuple(chain.from_iterable(map(of, outcomes))) for name, of in _PARTS})


_PARTS: Final = tuple((part.name, attrgetter(part.name)) for part in fields(Outcome))
NOTHING = Outcome()
