"""Which of a village's tickets a decision about one burst may need: few, however many are open.

What ``threads`` and its neighbours look at is either the sender's own or what was just talked about in the group or
what the words are about. The first are asked for by account; this module chooses the other two from sketches.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import nlargest

from bot.classify.shortlist import alike
from bot.domain.messages import OutKind
from bot.domain.tickets import Sketch
from bot.handlers.reading.answers import STILL_ANSWERED
from bot.handlers.reading.lately import NEAR
from bot.handlers.reading.neighbours import LONGEST, RECURS
from bot.handlers.reading.private_joining import number_named
from bot.handlers.situation import Situation

LATELY = max(RECURS, LONGEST)
"""How long ago a group may have talked of what its next words, whatever they are, are about."""
MOST_OWN = 40
"""Tickets of one sender, the latest active ones, that are looked at whatever the words are."""
MOST_RECENT = 40
"""Tickets of a group, the latest active ones, that may be what people are talking about."""
MOST_ALIKE = 20
"""Tickets that the words may be about (LIBRARIES.md: 998 of 1000 times the right one is among so many)."""


def talked_about_since(situation: Situation, emergencies: timedelta) -> datetime:
    """From when on activity makes a ticket what people in a group may be talking about.

    ``emergencies``: how long further cries belong to one of them.
    """
    return situation.burst.first.at - max(LATELY, emergencies)


def mentioned(situation: Situation) -> tuple[str, ...]:
    """The accounts whose matters a cadre may be answering because he mentions them."""
    if situation.speaker is None:
        return ()
    return tuple(dict.fromkeys(account for piece in situation.burst.pieces for account in piece.mentions))


def in_sight(situation: Situation, sketches: Sequence[Sketch], *, since: datetime) -> frozenset[str]:
    """The ids of the tickets to load besides the sender's own.

    ``sketches`` are the village's live tickets and those with activity since then (``talked_about_since``).
    """
    chosen = set(_talked_about(situation, sketches, since))
    for words, pool in _compared(situation, sketches):
        chosen.update(alike(words, pool, most=MOST_ALIKE))
    number = number_named(situation)
    chosen.update(sketch.id for sketch in sketches if sketch.live and sketch.id.endswith(f"-{number}"))
    chosen.update(_needing_care(situation, sketches, since))
    return frozenset(chosen | set(_asked_about(situation)))


def _talked_about(situation: Situation, sketches: Sequence[Sketch], since: datetime) -> Iterable[str]:
    """What had the latest activity in this group; emergencies are not crowded out by anything else."""
    if situation.group is None:
        return
    here = [sketch for sketch in sketches if sketch.group == situation.group.id and sketch.active_at >= since]
    for some in (here, [sketch for sketch in here if sketch.urgent]):
        yield from (sketch.id for sketch in nlargest(MOST_RECENT, some, key=_activity))


def _needing_care(situation: Situation, sketches: Sequence[Sketch], since: datetime) -> Iterable[str]:
    """Running emergencies that stand in no group: somebody else's cry may be about the same person (R8)."""
    if situation.speaker is None:
        yield from (
            one.id for one in sketches if one.live and one.urgent and one.group is None and one.active_at >= since
        )


def _compared(situation: Situation, sketches: Sequence[Sketch]) -> Iterable[tuple[str, list[Sketch]]]:
    """Words, each with the tickets that they may be about: live ones, of others only what they said in public."""
    first = situation.burst.first
    live = [sketch for sketch in sketches if sketch.live]
    if situation.speaker is not None:
        lately = first.at - STILL_ANSWERED
        here = None if situation.group is None else situation.group.id
        yield situation.burst.text, [one for one in live if one.group == here and one.active_at >= lately]
        return
    open_to_all = [sketch for sketch in live if sketch.group is not None or sketch.requester == situation.sender]
    yield situation.burst.text, open_to_all
    begun = "\n".join(message.text for message in situation.own_recent(first.at - NEAR))
    if begun.strip():  # the burst may complete the thought that these words began
        yield f"{begun}\n{situation.burst.text}", open_to_all


def _asked_about(situation: Situation) -> Iterable[str]:
    """The tickets about whose results this sender was lately asked (R109)."""
    for sent in situation.asked:
        asked = sent.outgoing
        if asked.kind is OutKind.RATING and asked.ticket and (situation.private or asked.asked_of == situation.sender):
            yield asked.ticket


def _activity(sketch: Sketch) -> tuple[datetime, str]:
    return sketch.active_at, sketch.id
