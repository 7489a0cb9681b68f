"""Joining the pieces of one thought: which waiting messages of a conversation are ready to be handled.

Villagers write one thought in several short pieces with a picture after it (taxonomy, practical rule 1).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Message
from bot.domain.rules import JoinWindow


@dataclass(frozen=True, kw_only=True, slots=True)
class Burst:
    """The pieces of one sender that belong together, in order of arrival; never empty."""

    pieces: tuple[Message, ...]

    @property
    def first(self) -> Message:
        """The piece that began it."""
        return self.pieces[0]

    @property
    def last(self) -> Message:
        """The piece that ended it."""
        return self.pieces[-1]

    @property
    def text(self) -> str:
        """The words of all pieces, one line each."""
        if len(self.pieces) == 1:  # nearly always, and asked for twenty times in one decision
            return self.first.text if self.first.text.strip() else ""
        return "\n".join(piece.text for piece in self.pieces if piece.text.strip())


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to handle now, in this order, and when to look again (None: when the next message comes)."""

    ready: tuple[Burst, ...]
    look_again: datetime | None


def plan(
    waiting: Sequence[Message], *, now: datetime, window: JoinWindow, hurried: Callable[[Sequence[Message]], bool]
) -> Plan:
    """Sort the waiting messages of one conversation into bursts and tell which are ready.

    A burst ends after ``window.silence`` seconds without a further piece, or ``window.longest`` seconds after
    its first. ``hurried`` is asked about a burst after each of its
    pieces (a cadre's word, an emergency): it ends at once. Whatever began before a ready burst
    is handled before it, so that an answer never overtakes its question. A burst that would end later than a whole
    window from now came before the machine's clock was put back: it has ended.
    """
    bursts: list[list[Message]] = []
    open_by_sender: dict[str, list[Message]] = {}
    ended: set[int] = set()
    for message in waiting:
        burst = open_by_sender.get(message.sender)
        if burst is None or message.received_at >= _ends_at(burst, window):
            burst = []
            bursts.append(burst)
            open_by_sender[message.sender] = burst
        burst.append(message)
        if hurried(burst):
            ended.add(id(burst))
            del open_by_sender[message.sender]
    last_ready = max(
        (
            index
            for index, burst in enumerate(bursts)
            if id(burst) in ended or _is_over(_ends_at(burst, window), now, window)
        ),
        default=-1,
    )
    rest = bursts[last_ready + 1 :]
    return Plan(
        ready=tuple(Burst(pieces=tuple(burst)) for burst in bursts[: last_ready + 1]),
        look_again=min((_ends_at(burst, window) for burst in rest), default=None),
    )


def _is_over(ends_at: datetime, now: datetime, window: JoinWindow) -> bool:
    return now >= ends_at or ends_at - now > timedelta(seconds=window.longest)


def _ends_at(burst: Sequence[Message], window: JoinWindow) -> datetime:
    silence = burst[-1].received_at + timedelta(seconds=window.silence)
    return min(silence, burst[0].received_at + timedelta(seconds=window.longest))
