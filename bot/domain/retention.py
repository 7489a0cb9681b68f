"""How long the bot keeps what it stores, table by table, and what it keeps about one person (legal.md 2, 8 and 10).

Data and values only: ``store.retention`` carries the steps out, ``patrol.words_away`` says when.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """One kind of thing whose time runs out; each is gone through in small portions."""

    CHAT = "chat"
    """Messages that belong to no matter: their rows go; what still has a use stays without its words."""
    MESSAGES = "messages"
    """All messages: their rows go, those of clues as well, whose words the ledger has."""
    SENT_WORDS = "sent_words"
    """What the bot said: the words, the pictures, and to which account."""
    SENT = "sent"
    """That the bot said it at all."""
    ACCOUNTS = "accounts"
    """Who raised an ended ticket and who joined it: the accounts become numbers."""
    EVIDENCE = "evidence"
    """Pictures and papers of tickets that ended long ago."""
    SLOTS = "slots"
    """Runs of the schedule that are over."""
    NOTES = "notes"
    """What happened at the door."""
    GAPS = "gaps"
    """Times in which a platform could not be heard."""
    RECALLS = "recalls"
    """That something was to be taken back."""
    COUNTS = "counts"
    """The groups' counts of a day."""
    ROSTER = "roster"
    """Changes of the roster."""
    CHOICES = "choices"
    """What was decided about a day's item."""
    MAILINGS = "mailings"
    """The words of messages to many groups."""
    ROOMS = "rooms"
    """Conversations that the bot is no longer in."""
    BINDINGS = "bindings"
    """Accounts that people had before, or had when they left."""
    PATROL = "patrol"
    """What inspectors wrote down about a day's patrol."""
    WISHES = "wishes"
    """Requests to delete, as far as they can be fulfilled by now."""
    REQUESTS = "requests"
    """The record that somebody asked."""


class End(StrEnum):
    """What becomes of a thing when its time is over."""

    REMOVED = "removed"
    WIPED = "wiped"
    """The row stays, without words."""
    NAMELESS = "nameless"
    """The row stays, and nobody can tell whose it is."""
    STAYS = "stays"
    """For as long as the county keeps the bot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long something of a table is kept. ``days`` names the number in ``rules.yaml``; empty where it stays.

    ``step`` is None where nothing runs out, or where another job looks after it.
    """

    table: str
    end: End
    reason: str
    days: str = ""
    step: Step | None = None


TERMS: tuple[Term, ...] = (
    Term(
        table="inbox",
        end=End.REMOVED,
        days="privacy.chat_days",
        step=Step.CHAT,
        reason="chit-chat is nobody's matter: only counts are needed (legal.md 10.2)",
    ),
    Term(
        table="inbox",
        end=End.REMOVED,
        days="privacy.words_days",
        step=Step.MESSAGES,
        reason="a ticket has its own masked text, a clue its sealed one (legal.md 2, art. 19)",
    ),
    Term(
        table="outbox",
        end=End.WIPED,
        days="privacy.words_days",
        step=Step.SENT_WORDS,
        reason="the bot's words quote those of people",
    ),
    Term(
        table="outbox",
        end=End.REMOVED,
        days="privacy.sent_days",
        step=Step.SENT,
        reason="a year's daily items and prompts are compared; the tickets' histories say the rest",
    ),
    Term(
        table="tickets",
        end=End.NAMELESS,
        days="privacy.names_days",
        step=Step.ACCOUNTS,
        reason="the matter is the village's record, its requester is not (legal.md 2)",
    ),
    Term(
        table="ticket_links",
        end=End.NAMELESS,
        days="privacy.names_days",
        step=Step.ACCOUNTS,
        reason="how many households joined must stay, which ones need not",
    ),
    Term(table="ticket_events", end=End.STAYS, reason="the chained history names officers and messages, no villager"),
    Term(table="chain_heads", end=End.STAYS, reason="proves that no history was cut"),
    Term(
        table="media",
        end=End.REMOVED,
        days="media.kept_days",
        reason="belongs to no ticket; another job does it (patrol.media_away)",
    ),
    Term(
        table="media",
        end=End.REMOVED,
        days="media.ticket_days",
        step=Step.EVIDENCE,
        reason="shows that a matter was settled as long as that can be asked (R13)",
    ),
    Term(
        table="slots",
        end=End.REMOVED,
        days="privacy.schedule_days",
        step=Step.SLOTS,
        reason="keeps a run from happening twice; nothing is scheduled so far back",
    ),
    Term(
        table="door_notes",
        end=End.REMOVED,
        days="privacy.words_days",
        step=Step.NOTES,
        reason="names who knocked; an operator looks within days",
    ),
    Term(
        table="gaps",
        end=End.REMOVED,
        days="privacy.sent_days",
        step=Step.GAPS,
        reason="explains a year's figures",
    ),
    Term(
        table="recalls",
        end=End.REMOVED,
        days="privacy.sent_days",
        step=Step.RECALLS,
        reason="goes with what was to be taken back",
    ),
    Term(
        table="group_days",
        end=End.REMOVED,
        days="privacy.counts_days",
        step=Step.COUNTS,
        reason="counts without names, compared over years (R36)",
    ),
    Term(
        table="duty_changes",
        end=End.REMOVED,
        days="privacy.counts_days",
        step=Step.ROSTER,
        reason="who answered for a ticket of those years",
    ),
    Term(
        table="content_choices",
        end=End.REMOVED,
        days="privacy.sent_days",
        step=Step.CHOICES,
        reason="about a day that is long over",
    ),
    Term(
        table="mailings",
        end=End.WIPED,
        days="privacy.sent_days",
        step=Step.MAILINGS,
        reason="its number must never be given again, its words are no longer needed",
    ),
    Term(
        table="rooms",
        end=End.REMOVED,
        days="privacy.words_days",
        step=Step.ROOMS,
        reason="what a conversation is called that the bot was taken out of",
    ),
    Term(
        table="bindings",
        end=End.NAMELESS,
        days="privacy.words_days",
        step=Step.BINDINGS,
        reason="how many codes were used up must stay, an account that is nobody's need not",
    ),
    Term(
        table="privacy_requests",
        end=End.NAMELESS,
        step=Step.WISHES,
        reason="whom to delete, until that is done",
    ),
    Term(
        table="privacy_requests",
        end=End.REMOVED,
        days="privacy.counts_days",
        step=Step.REQUESTS,
        reason="three years' proof that a request was fulfilled (legal.md 2, art. 55 to 57)",
    ),
    Term(table="clues", end=End.STAYS, reason="the discipline office decides about its files (legal.md 1)"),
    Term(table="clue_events", end=End.STAYS, reason="who read and moved a case (legal.md 1)"),
    Term(table="clue_chain", end=End.STAYS, reason="proves that no history was cut"),
    Term(table="slips", end=End.STAYS, reason="official papers and their replies (R64)"),
    Term(table="kept_answers", end=End.STAYS, reason="an office's own standard answers, of nobody's matter (R106)"),
    Term(table="own_items", end=End.STAYS, reason="what an office published, with who released it (R37)"),
    Term(table="left_alone", end=End.STAYS, reason="a wish, under a keyed name, until it is taken back"),
    Term(table="claims", end=End.STAYS, reason="who handles what; gone as soon as no message waits"),
    Term(
        table="patrol_notes",
        end=End.REMOVED,
        days="privacy.counts_days",
        step=Step.PATROL,
        reason="an office's own record of its patrols, whose words may name somebody",
    ),
    Term(table="hearing", end=End.STAYS, reason="four instants per group"),
    Term(table="lines", end=End.STAYS, reason="the present state of each platform"),
    Term(table="leases", end=End.STAYS, reason="which process owns what at the moment"),
    Term(table="facts", end=End.STAYS, reason="how far jobs have come; since when, and how large, groups are"),
)
"""What stays how long. A table without a term, or a term without its number, fails the tests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiry:
    """Carry out one portion of a step: of what ended before ``before``, the oldest ``most``."""

    step: Step
    before: datetime
    most: int


class Asked(StrEnum):
    """What a request was about."""

    SHOWN = "shown"
    ERASED = "erased"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyRequest:
    """Somebody asks what is stored about an account, or that it be deleted. ``by`` is ``self`` or ``operator``."""

    platform: str
    account: str
    asked: Asked
    by: str


SELF = "self"
OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnMatter:
    """A ticket of a person. ``text`` is empty unless all its words are that person's own."""

    village: str
    number: int
    year: int
    live: bool
    said_at: datetime
    topic: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What the database holds about one account; clues are never among it (R50).

    ``oldest_at``: when the oldest message that still has a row was said. ``asked_at``: since when a request to delete
    waits to be fulfilled.
    """

    messages: int = 0
    oldest_at: datetime | None = None
    media: int = 0
    sends: int = 0
    raised: tuple[OwnMatter, ...] = ()
    joined: tuple[OwnMatter, ...] = ()
    alone: bool = False
    asked_at: datetime | None = None

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.messages or self.media or self.sends or self.raised or self.joined)
