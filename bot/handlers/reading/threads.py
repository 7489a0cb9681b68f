"""Which of the sender's own tickets a word belongs to: as a further piece of the same thought, or said again later.

Precision first: a message that might belong to two tickets belongs to the one talked about last, and one that
clearly names another place belongs to none of them.
"""

import re
from datetime import timedelta

from bot.classify.forms import Form
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import Relation, Thread
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.judge import Judge
from bot.handlers.reading.allusion import answered_by_one_of, misses
from bot.handlers.reading.lately import SAME_BREATH, here, latest_first, still_the_talk
from bot.handlers.reading.sameness import (
    ENOUGH_TAKEN_UP,
    RELATED,
    SAME_MATTER,
    TAKEN_UP,
    another_matter,
    elsewhere,
    elsewhere_by_number,
    other_topic,
    public_words,
    same_topic,
    words_of,
)
from bot.handlers.situation import Situation

SAID_AGAIN = timedelta(hours=36)
"""How long words of the same matter and topic are the same one said again; what breaks a week later broke anew."""
_DAYS_AGO = {
    "刚才": 0, "刚刚": 0, "今天": 0, "今早": 0, "早上": 0, "上午": 0, "中午": 0, "下午": 0,
    "昨天": 1, "昨晚": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3,
}  # fmt: skip
_ASKED_WHEN = re.compile(
    "(" + "|".join(sorted(_DAYS_AGO, key=len, reverse=True)) + ").{0,8}(?:问|讲|说|反映|报|提|发|交代)"
)


def continued(situation: Situation, verdict: Verdict, judge: Judge, *, within: timedelta) -> Thread | None:
    """The sender's own ticket whose last piece came just before: these are further pieces of the same thought."""
    since = situation.burst.first.at - within
    for thread in latest_first(here(situation)):
        pieces = [link for link in thread.links if link.relation in (Relation.PIECE, Relation.SUPPORT)]
        own = [link for link in pieces if link.sender == situation.sender and link.at >= since]
        only_agreed = bool(own) and all(link.relation is Relation.SUPPORT for link in own)
        if only_agreed and _begins_anew(situation, thread, verdict, judge):
            continue
        if own and (Flag.CORRECTION in verdict.flags or not _moved_on(thread, verdict)):
            return thread
    return None


def own(situation: Situation, judge: Judge, officials: frozenset[str] = frozenset()) -> Thread | None:
    """Which of the sender's matters is meant: a live one, of the day that is named, of the words that are taken up,

    answered by one of the ``officials`` who are called by name, raised as privately as this, spoken of last.
    """
    mine = [thread for thread in here(situation) if thread.involves(situation.sender)]
    text = situation.burst.text
    return max(
        mine,
        key=lambda thread: (
            thread.ticket.state.is_live,
            _weight(text, thread, judge) + _on_the_day(situation, thread),
            answered_by_one_of(thread, officials),
            thread.ticket.private == situation.private,
            judge.stream.echo.shared_characters(text, words_of(thread)) >= TAKEN_UP,
            thread.last_at,
        ),
        default=None,
    )


def still_meant(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge, *, alluded: bool = False) -> bool:
    """Whether a chasing, a thanks or a "done" of somebody with a matter is about that matter and not about daily life.

    人呢, 来了没 and 好了 are said all day long. Said to the bot or a listed person, minutes after the matter was
    talked about, with words of the matter, or in words that only an office is asked, they are about it; so are
    words that point back to it (``alluded``).
    """
    text = situation.burst.text
    chased = verdict.flags & {Flag.FOLLOWUP, Flag.REOPEN}
    echo, forms = judge.stream.echo, judge.stream.forms
    own_words = echo.shared_characters(text, words_of(thread)) >= TAKEN_UP and not elsewhere_by_number(thread, verdict)
    if another_matter(thread, verdict, text, judge) and not (chased and (own_words or alluded)):
        return False
    taken_up = echo.shared(text, words_of(thread))
    if verdict.label in APPEALS and not taken_up and forms.said(Form.SECOND_MATTER, text):
        return False
    if alluded or situation.to_bot or _mentions_anybody(situation):
        return True
    if taken_up < TAKEN_UP and forms.begins(Form.TO_TRADER, text):
        return False
    if still_the_talk(situation, thread) or taken_up or same_topic(thread, verdict):
        return True
    return bool(chased and forms.said(Form.TO_OFFICE, text)) or (verdict.label is thread.ticket.category)


def repeated(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The sender's own live ticket about the same matter: said again, not said anew."""
    words = public_words(situation, verdict)
    at = situation.burst.first.at
    mine = [
        (
            judge.similarity(words, thread.ticket.text),
            at - thread.last_at <= SAME_BREATH,
            at - thread.last_at <= SAID_AGAIN and judge.stream.echo.shared(words, words_of(thread)) >= TAKEN_UP,
            thread,
        )
        for thread in here(situation)
        if thread.involves(situation.sender)
        and thread.ticket.state.is_live
        and not elsewhere(thread, verdict)
        and not other_topic(thread, verdict)
    ]
    alike, fresh, taken_up, thread = max(mine, key=lambda one: one[:3], default=(0.0, False, False, None))
    if thread is None:
        return None
    if thread.ticket.category is verdict.label:
        return thread if fresh or alike >= RELATED or (taken_up and same_topic(thread, verdict)) else None
    if Category.SUGGESTION in (thread.ticket.category, verdict.label):
        return None
    return thread if alike >= SAME_MATTER or (fresh and taken_up and same_topic(thread, verdict)) else None


def quiet_pieces(situation: Situation, *, within: timedelta) -> tuple[Message, ...]:
    """What the sender wrote here just before without its having become part of anything: perhaps the beginning of

    the thought that this burst completes. Stops at a pause longer than ``within`` and at replies to others.
    """
    linked = {link.message for thread in situation.threads for link in thread.links}
    pieces: list[Message] = []
    sender, until = situation.sender, situation.burst.first.at
    for message in reversed(situation.recent):
        if message.sender != sender:
            continue
        if until - message.at > within or message.id in linked or message.quote is not None or message.set_aside:
            break
        pieces.append(message)
        until = message.at
    return tuple(reversed(pieces))


def _moved_on(thread: Thread, verdict: Verdict) -> bool:
    """Whether a further piece names another place: 五组 after 二组. 黄桷树脚 and 三组这段 may be one."""
    if not elsewhere(thread, verdict):
        return False
    return elsewhere_by_number(thread, verdict) or other_topic(thread, verdict) or Flag.SUPPORT in verdict.flags


def _begins_anew(situation: Situation, thread: Thread, verdict: Verdict, judge: Judge) -> bool:
    """Whether somebody who agreed with another's matter goes on to a matter of his own: 我家也说个事 — 低保怎么没批."""
    if verdict.label not in APPEALS or same_topic(thread, verdict) or Flag.SUPPORT in verdict.flags:
        return False
    return not judge.stream.echo.shared(public_words(situation, verdict), words_of(thread))


def _weight(text: str, thread: Thread, judge: Judge) -> int:
    """How much of the matter's own words are taken up, in steps: chance must not outweigh what was said last."""
    alike = judge.similarity(text, thread.ticket.text)
    taken_up = min(judge.stream.echo.shared(text, words_of(thread)), ENOUGH_TAKEN_UP)
    missed = TAKEN_UP if misses(text, thread, judge) else 0
    return taken_up + missed + (TAKEN_UP if alike >= RELATED and judge.stream.echo.has_subject(text) else 0)


def _on_the_day(situation: Situation, thread: Thread) -> int:
    """Whether the words name the day on which the matter was raised: 前天我在群里问的, 我下午问的."""
    asked = _ASKED_WHEN.search(situation.burst.text)
    if asked is None:
        return 0
    days = (local(situation.burst.first.at).date() - local(thread.ticket.said_at).date()).days
    return TAKEN_UP if days == _DAYS_AGO[asked.group(1)] else 0


def _mentions_anybody(situation: Situation) -> bool:
    return any(piece.mentions for piece in situation.burst.pieces)
