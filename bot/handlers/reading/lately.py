"""What a conversation was lately talking about, and how much was said since."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.tickets import Thread
from bot.handlers.situation import Situation

IN_THE_AIR = timedelta(minutes=45)
"""How long a matter is still what people's next words are about, if little was said since."""
MANY_TURNS = 8
"""Messages of others after which a question is no longer what people are talking about."""
FEW_TURNS = 4
"""Messages of others after which words without a subject need words of their own to be about the same matter."""
SAME_BREATH = timedelta(minutes=30)
"""How long a villager's further appeal of the same category is the same one said again."""
NEAR = timedelta(minutes=10)
"""How long after a thread's last word a message without a quote may still belong to it (taxonomy, rule 2)."""


def here(situation: Situation) -> list[Thread]:
    """Tickets of the same conversation: those of the group, or the private ones of this sender and their own."""
    if situation.group is not None:
        return [thread for thread in situation.threads if thread.ticket.group == situation.group.id]
    return [thread for thread in situation.threads if thread.involves(situation.sender)]


def open_here(situation: Situation) -> list[Thread]:
    """Those of the same conversation that await an answer which everybody there may read."""
    return [thread for thread in here(situation) if thread.ticket.state.is_live and not thread.ticket.private]


def latest_first(threads: Iterable[Thread]) -> list[Thread]:
    """Threads, the one that was last talked about first."""
    return sorted(threads, key=lambda thread: (thread.last_at, thread.ticket.number), reverse=True)


def turns_since(situation: Situation, thread: Thread) -> int:
    """Messages of others that came after the thread's last word."""
    last_at, linked = thread.last_at, {link.message for link in thread.links}
    return sum(message.at > last_at and message.id not in linked for message in situation.recent)


def in_minutes(situation: Situation, thread: Thread) -> bool:
    """Whether the thread was talked about minutes ago, with hardly a word about something else since."""
    return _said_within(situation, thread, NEAR) and turns_since(situation, thread) <= FEW_TURNS


def little_said_since(situation: Situation, thread: Thread) -> bool:
    """Whether hardly anybody has said anything in the half hour since the thread was talked about."""
    return _said_within(situation, thread, SAME_BREATH) and turns_since(situation, thread) <= FEW_TURNS


def still_the_talk(situation: Situation, thread: Thread) -> bool:
    """Whether the thread is what people have been talking about within the hour, though others spoke in between."""
    return _said_within(situation, thread, IN_THE_AIR) and turns_since(situation, thread) <= MANY_TURNS


def still_in_the_air(situation: Situation, thread: Thread) -> bool:
    """Whether a question may still get its answer: it was asked minutes ago, or is still the talk."""
    return _said_within(situation, thread, NEAR) or still_the_talk(situation, thread)


def _said_within(situation: Situation, thread: Thread, span: timedelta) -> bool:
    return situation.burst.first.at - thread.last_at <= span
