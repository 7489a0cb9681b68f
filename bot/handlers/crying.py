"""Who cries for help among many who wait: a glance when words come in, a closer look when it is decided who is first.

Neither decides anything about the words themselves (decision 0021).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.messages import Incoming, Message
from bot.domain.org import Organisation
from bot.handlers.judge import Judge


class LookedAt(NamedTuple):
    """Conversations in which somebody cries for help, and order numbers of messages that seemed to and do not."""

    crying: frozenset[str]
    calm: tuple[int, ...]


def may_cry(incoming: Incoming, judge: Judge, org: Organisation) -> bool:
    """Whether a message may be a cry for help, by its words, caption or transcript. An officer's word is none."""
    if not incoming.text or org.person_at(incoming.platform, incoming.sender) is not None:
        return False
    try:
        return judge.may_be_urgent(incoming.text)
    except Exception:  # noqa: BLE001 - a glance must keep no message from being stored
        return False


def cries(pieces: Sequence[Message], judge: Judge) -> bool:
    """Whether these words of one villager cry for help."""
    try:
        return judge.is_urgent("\n".join(piece.text for piece in pieces))
    except Exception:  # noqa: BLE001 - a glance must not block the conversation; its decision is recorded as failed
        return False


def look_closer(waiting: Mapping[str, Sequence[Message]], judge: Judge, *, ended: datetime) -> LookedAt:
    """Look at what was glanced at. Pieces that came after ``ended`` may have another one coming, and stay in doubt."""
    crying: set[str] = set()
    calm: list[int] = []
    for conversation, messages in waiting.items():
        if any(cries(said, judge) for said in _glanced_at(messages)):
            crying.add(conversation)
        else:
            calm += [one.seq for one in messages if one.urgent and one.received_at <= ended]
    return LookedAt(crying=frozenset(crying), calm=tuple(calm))


def _glanced_at(waiting: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """What to look at of one conversation's messages, since a cry may come in two quiet halves.

    Each that was glanced at: by itself, with what its sender wrote before it or behind it, and with everything of his.
    """
    by_sender: dict[str, list[Message]] = {}
    for message in waiting:
        by_sender.setdefault(message.sender, []).append(message)
    for said in by_sender.values():
        glanced = [place for place, message in enumerate(said) if message.urgent]
        for place in glanced:
            yield said[place : place + 1]
            yield said[max(0, place - 1) : place + 1]
            yield said[place : place + 2]
        if glanced:
            yield said
