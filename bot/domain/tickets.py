"""The ticket: the record of one appeal, with one number for its whole life, and the traces around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.categories import Category, Level


class State(StrEnum):
    """Where a ticket stands. ``lifecycle`` knows which moves are legal."""

    OPEN = "open"
    PROMPTED = "prompted"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def is_live(self) -> bool:
        """Whether somebody still owes something."""
        return self not in (State.CLOSED, State.WITHDRAWN, State.MERGED)


class Channel(StrEnum):
    """How a matter reached the village; every channel has the same deadlines (R76)."""

    GROUP = "group"
    PRIVATE = "private"
    PHONE = "phone"
    VISIT = "visit"
    LETTERBOX = "letterbox"


class Colour(StrEnum):
    """How late a ticket is, as offices say it: each colour is told one level further up."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


class Effect(StrEnum):
    """What came of a closed ticket; counted by period, never per person (R26)."""

    ANSWERED = "answered"
    ADOPTED = "adopted"
    SOLVED = "solved"
    RECTIFIED = "rectified"
    DISCIPLINED = "disciplined"


class Contact(StrEnum):
    """How the handler reached the person who asked (R14)."""

    GROUP = "group"
    PRIVATE = "private"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Relation(StrEnum):
    """What a chat message is to a ticket."""

    PIECE = "piece"
    FOLLOWUP = "followup"
    SUPPORT = "support"
    PRIVATE_SUPPORT = "private_support"
    REPLY = "reply"
    THANKS = "thanks"
    DISSATISFACTION = "dissatisfaction"

    @property
    def joins(self) -> bool:
        """Whether its sender has a part in the matter: raised it, or said that it is theirs as well."""
        return self in (Relation.PIECE, Relation.SUPPORT, Relation.PRIVATE_SUPPORT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One appeal. Times are aware.

    ``id`` is ``<village>-<year>-<number>``; ``number`` counts per village and year, so that it can be said aloud.
    ``group`` is our id of the group it came from, None if it was written privately: the result goes where the
    question came from (R12). ``requester`` is the sender's platform account, never a name (R33). ``said_at`` starts
    the clock (R7) and never changes. ``due_at`` is the villager's clock, ``hop_due_at`` that of the level that
    holds it now, None while it has not moved (R2). ``text`` is masked and free of accusations.

    ``units`` are all that have held it, in order, the present one last. ``extension_days`` and ``paused_days`` are
    working days that were granted on top of the category's; ``registered_by`` is the officer who wrote it down for
    somebody. While ``offered_to`` is set, the owner keeps it until that person accepts.
    """

    id: str
    village: str
    year: int
    number: int
    category: Category
    urgent: bool
    state: State
    level: Level
    unit: str
    owner: str
    platform: str
    group: str | None
    requester: str
    text: str
    topic: str
    place: str
    said_at: datetime
    opened_at: datetime
    due_at: datetime
    due_provisional: bool = False
    hop_due_at: datetime | None = None
    first_cadre_reply: str | None = None
    answer: str | None = None
    answer_text: str = ""
    closed_by: str | None = None
    closed_at: datetime | None = None
    reopened_by: str | None = None
    receipted_at: datetime | None = None
    rating: str | None = None
    channel: Channel = Channel.GROUP
    registered_by: str | None = None
    units: tuple[str, ...] = ()
    returns: int = 0
    pushed_down: int = 0
    extension_days: int = 0
    paused_at: datetime | None = None
    paused_days: int = 0
    pauses: int = 0
    times_overdue: int = 0
    colour: Colour = Colour.NONE
    reopenings: int = 0
    supervised_at: datetime | None = None
    offered_to: str | None = None
    merged_into: str | None = None
    effect: Effect | None = None
    contact: Contact | None = None
    publication: str = ""
    careful: bool = False
    """Somebody wants to die or is beaten at home: only those who go there know, the bot writes nothing more (R8)."""
    version: int | None = field(default=None, compare=False, repr=False)
    """How often it had been written when it was read, None if it was not: what rests on an older one is refused."""

    @property
    def private(self) -> bool:
        """Whether it was raised privately, so that nothing of it may appear in a group (R12)."""
        return self.group is None


def ticket_id(village: str, year: int, number: int) -> str:
    """The key of a ticket."""
    return f"{village}-{year}-{number}"


class EventKind(StrEnum):
    """What happened to a ticket."""

    OPENED = "opened"
    PROMPTED = "prompted"
    PROGRESS = "progress"
    ANSWERED = "answered"
    NOT_AN_ANSWER = "not_an_answer"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    RECATEGORISED = "recategorised"
    REDATED = "redated"
    FOLLOWED_UP = "followed_up"
    SUPPORTED = "supported"
    RATED = "rated"
    OVERDUE = "overdue"
    RECEIPTED = "receipted"
    MADE_URGENT = "made_urgent"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    LONGER_ASKED = "longer_asked"
    REFUSED = "refused"
    PAUSED = "paused"
    RESUMED = "resumed"
    HOP_OVERDUE = "hop_overdue"
    RETURNED = "returned"
    SUPERVISED = "supervised"
    REASSIGNED = "reassigned"
    HANDOVER_OFFERED = "handover_offered"
    HANDED_OVER = "handed_over"
    MERGED = "merged"
    MERGED_IN = "merged_in"
    SPLIT_OFF = "split_off"
    UNJOINED = "unjoined"
    PARTED = "parted"
    CONTACTED = "contacted"
    EFFECT_SET = "effect_set"
    REPORTED = "reported"
    CALLED = "called"
    TAKEN = "taken"
    ALL_CLEAR = "all_clear"
    FALSE_ALARM = "false_alarm"
    EVIDENCED = "evidenced"
    ACKNOWLEDGED = "acknowledged"
    ASKED_AGAIN = "asked_again"


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketEvent:
    """One entry of a ticket's history, never changed afterwards. ``actor`` is a person's id, ``villager`` or ``bot``.

    ``data`` holds plain JSON values; ``rule`` the rule it rests on.
    """

    ticket: str
    at: datetime
    kind: EventKind
    actor: str
    data: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    rule: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A chat message that belongs to a ticket. ``message`` is the platform's id, ``sender`` the account."""

    ticket: str
    platform: str
    message: str
    relation: Relation
    sender: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """A ticket with its messages, oldest first."""

    ticket: Ticket
    links: tuple[Link, ...]

    def of(self, relation: Relation) -> tuple[Link, ...]:
        """Its messages of one relation."""
        return tuple(link for link in self.links if link.relation is relation)

    @property
    def last_at(self) -> datetime:
        """When something was last said about it."""
        return self.links[-1].at if self.links else self.ticket.opened_at

    def involves(self, account: str) -> bool:
        """Whether the account raised it or joined it."""
        return account == self.ticket.requester or any(
            link.sender == account and link.relation.joins for link in self.links
        )

    @property
    def others(self) -> tuple[str, ...]:
        """The accounts of the other households that joined it, in the order in which they came."""
        joined = dict.fromkeys(link.sender for link in self.links if link.relation.joins)
        return tuple(account for account in joined if account != self.ticket.requester)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """As much of a ticket as it takes to see whether it is worth loading: some of its fields and its latest activity.

    ``active_at`` is never before ``Thread.last_at``: what officers and the schedule do counts as well.
    """

    id: str
    live: bool
    urgent: bool
    group: str | None
    requester: str
    text: str
    active_at: datetime
