"""Whether words are about the matter of a ticket: by place, by topic, by the words of it that they take up."""

import re

from bot.domain.categories import APPEALS
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.situation import Situation

SAME_MATTER = 0.6
"""Similarity from which two texts are about the same matter even hours apart."""
RELATED = 0.35
"""Similarity that suffices among messages that follow one another within minutes."""
TAKEN_UP = 2
"""Shared pairs of characters from which words are about a matter hours later; one pair is shared by chance."""
ENOUGH_TAKEN_UP = 4
"""Shared pairs beyond which more of them tell nothing more."""
SURE_OF_ITS_OWN = 0.85
"""Confidence from which an appeal of another kind is one of its own, though it says 也 or 还没."""
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]")


def words_of(thread: Thread) -> str:
    """What was asked and what was last answered: people take up both (讲的一早来 现在十点了)."""
    return f"{thread.ticket.text}\n{thread.ticket.answer_text}"


def public_words(situation: Situation, verdict: Verdict) -> str:
    """What is said, without what only the discipline role may read if the verdict found any of that."""
    return verdict.public_text or situation.burst.text


def elsewhere(thread: Thread, verdict: Verdict) -> bool:
    """Whether both name a place and not the same one: two broken lamps are two matters."""
    mine, its = verdict.place, thread.ticket.place
    return bool(mine and its) and mine not in its and its not in mine


def elsewhere_by_number(thread: Thread, verdict: Verdict) -> bool:
    """Whether the two places differ in their numbers, 二组 and 四组; 沟口 and 学校门口 may be on one bus line."""
    return elsewhere(thread, verdict) and all(_NUMBER.search(place) for place in (thread.ticket.place, verdict.place))


def same_topic(thread: Thread, verdict: Verdict) -> bool:
    """Whether both are known to be about the same thing."""
    return bool(verdict.topic) and verdict.topic == thread.ticket.topic


def other_topic(thread: Thread, verdict: Verdict) -> bool:
    """Whether both are known to be about something, and not the same."""
    return bool(verdict.topic and thread.ticket.topic) and verdict.topic != thread.ticket.topic


def another_matter(thread: Thread, verdict: Verdict, text: str, judge: Judge) -> bool:
    """Whether the words are plainly an appeal of their own, whatever they follow or repeat in form.

    我家水管也漏了 after a broken lamp, 补贴问了三回 from somebody who waits for a drain: another place, another topic
    or another category, and none of the matter's own words.
    """
    if verdict.label not in APPEALS or judge.stream.echo.shared(text, words_of(thread)) >= TAKEN_UP:
        return False
    if elsewhere(thread, verdict) or other_topic(thread, verdict):
        return True
    differs = verdict.label is not thread.ticket.category and not same_topic(thread, verdict)
    return differs and verdict.confidence >= SURE_OF_ITS_OWN
