"""People whose words an officer wrote down or pasted: they stand under accounts that no platform knows (R76, R33).

``hand:<officer>:<message>`` is somebody who rang, came or wrote: only that officer can tell him anything.
``pasted:<digest>`` is somebody of a group whose account was not to be seen: what the group hears reaches him.
``gone:<number>`` is whoever it was, after the time that accounts are kept: one number per person of a ticket.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.domain.tickets import Channel, Ticket

_HAND: Final = "hand:"
_PASTED: Final = "pasted:"
GONE: Final = "gone:"
_DIGITS: Final = 20

BY_HAND: Final = frozenset({Channel.PHONE, Channel.VISIT, Channel.LETTERBOX})
"""The channels that no platform carries: the result is told by a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHand:
    """That an officer brought words in: through which channel they came, who brought them, and when they were said."""

    channel: Channel
    officer: str
    said_at: datetime


def hand_account(officer: str, message: str) -> str:
    """The account of somebody for whom an officer wrote a message to the bot."""
    return f"{_HAND}{officer}:{message}"


def pasted_account(group: str, name: str) -> str:
    """The account of somebody in pasted lines of a group: the same for the same name, which cannot be read off it."""
    return f"{_PASTED}{digest(group, name)}"


def digest(*parts: str) -> str:
    """A short name for a content: equal parts give equal names."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:_DIGITS]


def officer_of(account: str) -> str | None:
    """The id of the officer who speaks for a hand account, None for any other account."""
    if not account.startswith(_HAND):
        return None
    return account.removeprefix(_HAND).partition(":")[0]


def reachable(account: str) -> bool:
    """Whether a platform can bring a message to the account."""
    return not account.startswith((_HAND, _PASTED, GONE))


def told_by_a_person(ticket: Ticket) -> bool:
    """Whether the result must be told by an officer, face to face or by telephone (R12)."""
    return ticket.channel in BY_HAND
