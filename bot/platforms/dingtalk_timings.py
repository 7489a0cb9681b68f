"""How long the DingTalk adapter waits for what: one value, so that a test can live faster than a village."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DingtalkTimings:
    """Deadlines and pauses in seconds, save where the name says otherwise."""

    connect: float = 10.0
    """Opening a connection: asking for a place, and the websocket's handshake."""
    heartbeat: float = 20.0
    """Silence after which the line is asked whether it still lives."""
    pong: float = 10.0
    """How long it may take to answer; then it counts as dead (a half-open connection)."""
    first_pause: float = 1.0
    longest_pause: float = 60.0
    """Between two attempts to connect: doubling from the first to the longest."""
    settled_after: float = 10.0
    """A connection that stood so long was no accident: the pauses begin from the first again."""
    refused_pause: float = 60.0
    """Between two attempts with credentials that were refused."""
    farewell: float = 10.0
    """How long the old connection is still listened to after a polite disconnect."""
    call: float = 15.0
    """A call of the open interface or of a session webhook."""
    transfer: float = 60.0
    """An upload or a download."""
    store_again: float = 0.5
    """First pause before a message that could not be stored is tried again; doubling up to ``longest_pause``."""
    lookup_pause: float = 0.2
    """Between two look-ups of members' names."""
    goodbye: float = 0.7
    """How long closing a connection may take: stopping must be done within two seconds."""
