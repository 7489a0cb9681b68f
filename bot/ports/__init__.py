"""What the bot needs from the world, and the errors that the world may raise: the store here, the rest in its files."""

from bot.ports.store import (
    Clock,
    Conflict,
    GroupDay,
    Hearing,
    Line,
    SendState,
    Sent,
    Signal,
    Store,
    StoreUnavailable,
    Trouble,
)

__all__ = [
    "Clock",
    "Conflict",
    "GroupDay",
    "Hearing",
    "Line",
    "SendState",
    "Sent",
    "Signal",
    "Store",
    "StoreUnavailable",
    "Trouble",
]
