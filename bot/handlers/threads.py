"""Which ticket a message belongs to: by quote, by continuation, by what was just talked about.

Precision first: a message that might belong to two tickets belongs to the one talked about last, and one that
clearly names another place belongs to none of them.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import Relation, Thread
from bot.domain.verdicts import Verdict
from bot.handlers.situation import Situation

_OWN_HOUSE = re.compile(
    r"(?:对头|是的|是啊|就是)?[, ]*(?:我|俺|咱|阮|偓|侬家|[一二三四五六七八九十]{1,2}[组社队])(?!的)"
)
_LAUGHS = re.compile(r"[😂🤭🤣😄😆]|哈哈|嘿嘿")
_NOT_IN_EARNEST = frozenset({Flag.THANKS, Flag.WITHDRAW, Flag.SARCASM})
_COMMON_IN_NAMES = frozenset("阿小老大二三四家的妈爸妹弟哥姐嫂叔伯婶爷奶嬢子儿在有不组社队号栋楼,。、!? 0123456789")

Similarity = Callable[[str, str], float]

IN_THE_AIR = timedelta(minutes=45)
"""How long a question without an answer is still what a cadre's next words are about, if little was said since."""
MANY_TURNS = 8
"""Messages of others after which a question is no longer what people are talking about."""
FEW_TURNS = 4
"""Messages of others after which "my house too" needs words of its own to be about the same matter."""
SHORTEST_ANSWER = 4
"""Characters of a cadre's words below which they answer nothing: 早, 嗯, 收到 is an exception of emergencies."""
NAME_WITHIN = 8
"""Characters at the beginning of an answer in which somebody is called by name."""
SAME_BREATH = timedelta(minutes=30)
"""How long a villager's further appeal of the same category is the same one said again."""
NEAR = timedelta(minutes=10)
"""How long after a thread's last word a message without a quote may still belong to it (taxonomy, rule 2)."""
SAME_MATTER = 0.6
"""Similarity from which two texts are about the same matter even hours apart."""
RELATED = 0.35
"""Similarity that suffices among messages that follow one another within minutes."""


def continued(situation: Situation, verdict: Verdict, *, within: timedelta) -> Thread | None:
    """The sender's own ticket whose last piece came just before: these are further pieces of the same thought."""
    since = situation.burst.first.at - within
    for thread in reversed(_by_last_word(_here(situation))):
        pieces = [link for link in thread.links if link.relation in (Relation.PIECE, Relation.SUPPORT)]
        own = [link for link in pieces if link.sender == situation.sender and link.at >= since]
        if own and (Flag.CORRECTION in verdict.flags or not _elsewhere(thread, verdict)):
            return thread
    return None


def own(situation: Situation, similarity: Similarity) -> Thread | None:
    """Which of the sender's matters is meant: a live one, raised as privately as this, most alike, spoken of last."""
    mine = [thread for thread in _here(situation) if thread.involves(situation.sender)]
    return max(
        mine,
        key=lambda thread: (
            thread.ticket.state.is_live,
            _rank(situation.burst.text, thread, similarity),
            thread.ticket.private == situation.private,
            thread.last_at,
        ),
        default=None,
    )


def joined(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """The ticket that another villager raised and this message says "us too" to."""
    at = situation.burst.first.at
    others = [
        thread
        for thread in _here(situation)
        if thread.ticket.state.is_live and not thread.ticket.private and thread.ticket.requester != situation.sender
    ]
    words = verdict.public_text or situation.burst.text
    for thread in reversed(_by_last_word(others)):
        near = at - thread.last_at <= NEAR
        alike = similarity(words, thread.ticket.text)
        if _elsewhere(thread, verdict) and not (near and Flag.SUPPORT in verdict.flags):
            continue
        if alike >= SAME_MATTER and verdict.label is thread.ticket.category:
            return thread
        if near and (Flag.SUPPORT in verdict.flags or _same_here(situation, thread, verdict)):
            return thread
        if near and verdict.label is thread.ticket.category and not _other_topic(thread, verdict):
            few = _turns_since(situation, thread) <= FEW_TURNS and thread.ticket.first_cadre_reply is None
            if few or alike >= RELATED or _same_topic(thread, verdict):
                return thread
    return None


def repeated(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """The sender's own live ticket about the same matter: said again, not said anew."""
    words = verdict.public_text or situation.burst.text
    at = situation.burst.first.at
    mine = [
        (similarity(words, thread.ticket.text), at - thread.last_at <= SAME_BREATH, thread)
        for thread in _here(situation)
        if thread.involves(situation.sender)
        and thread.ticket.state.is_live
        and thread.ticket.category is verdict.label
        and not _elsewhere(thread, verdict)
        and not _other_topic(thread, verdict)
    ]
    alike, fresh, thread = max(mine, key=lambda one: one[:2], default=(0.0, False, None))
    return thread if fresh or alike >= RELATED else None


def asked_about(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """A matter that this sender asks after: of the group, whoever raised it, or the sender's own."""
    words = verdict.public_text or situation.burst.text
    public = [
        thread
        for thread in situation.threads
        if thread.ticket.state.is_live and (not thread.ticket.private or thread.involves(situation.sender))
    ]
    alike = [(similarity(words, thread.ticket.text), thread) for thread in public if not _elsewhere(thread, verdict)]
    best, thread = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return thread if best >= RELATED else None


def _same_here(situation: Situation, thread: Thread, verdict: Verdict) -> bool:
    """Whether a villager speaks of his own house right after another's appeal: 我家楼梯间也裂了一条."""
    if verdict.label not in (thread.ticket.category, Category.NONE) or verdict.flags & _NOT_IN_EARNEST:
        return False
    if _other_topic(thread, verdict):
        return False
    text = situation.burst.text.strip()
    if not _OWN_HOUSE.match(text) or _LAUGHS.search(text) or _turns_since(situation, thread) > FEW_TURNS:
        return False
    return thread.ticket.first_cadre_reply is None


def same_emergency(situation: Situation, *, within: timedelta) -> Thread | None:
    """A live emergency of the same group, minutes old: further cries belong to it."""
    since = situation.burst.first.at - within
    return next(
        (
            thread
            for thread in reversed(_by_last_word(_here(situation)))
            if thread.ticket.urgent and thread.ticket.state.is_live and thread.last_at >= since
        ),
        None,
    )


def witnessed(situation: Situation, verdict: Verdict) -> Thread | None:
    """The emergency that somebody on the spot adds to, minutes after the cry: 我在坝埂这头也瞧见了."""
    running = same_emergency(situation, within=NEAR)
    if running is None or running.ticket.group is None or verdict.label is Category.CLUE:
        return None
    text = situation.burst.text.strip()
    if verdict.flags & _NOT_IN_EARNEST or _LAUGHS.search(text) or _turns_since(situation, running) > MANY_TURNS:
        return None
    if situation.sender == running.ticket.requester or verdict.label in APPEALS:
        return running
    return running if _OWN_HOUSE.match(text) and len(text) >= SHORTEST_ANSWER else None


def answered_by(situation: Situation, similarity: Similarity) -> Thread | None:
    """The ticket that a cadre's words in the group answer: by quote, by mention, or by coming right after it."""
    burst = situation.burst
    if situation.quoted_thread is not None:
        return situation.quoted_thread
    here = [thread for thread in _here(situation) if thread.ticket.state.is_live and not thread.ticket.private]
    mentioned = {account for piece in burst.pieces for account in piece.mentions}
    addressed = [thread for thread in here if any(thread.involves(account) for account in mentioned)]
    if addressed:
        return max(addressed, key=lambda thread: (thread.ticket.answer is None, thread.last_at))
    unanswered = [
        thread
        for thread in here
        if thread.ticket.first_cadre_reply is None and _still_in_the_air(situation, thread, burst.first.at)
    ]
    if unanswered and len(burst.text.strip()) >= SHORTEST_ANSWER:
        return max(
            unanswered,
            key=lambda thread: (
                _called_by_name(situation, thread),
                _rank(burst.text, thread, similarity),
                thread.last_at,
            ),
        )
    about = [
        (similarity(burst.text, thread.ticket.text), thread)
        for thread in here
        if burst.first.at - thread.last_at <= timedelta(days=2)
    ]
    alike, thread = max(about, key=lambda pair: pair[0], default=(0.0, None))
    return thread if alike >= RELATED else None


def quiet_pieces(situation: Situation, *, within: timedelta) -> tuple[Message, ...]:
    """What the sender wrote here just before without its having become part of anything: perhaps the beginning of

    the thought that this burst completes. Stops at a pause longer than ``within`` and at replies to others.
    """
    linked = {link.message for thread in situation.threads for link in thread.links}
    pieces: list[Message] = []
    until = situation.burst.first.at
    for message in reversed(situation.recent):
        if message.sender != situation.sender:
            continue
        if until - message.at > within or message.id in linked or message.quote is not None or message.set_aside:
            break
        pieces.append(message)
        until = message.at
    return tuple(reversed(pieces))


def _here(situation: Situation) -> list[Thread]:
    """Tickets of the same conversation: those of the group, or the private ones of this sender and their own."""
    if situation.group is not None:
        return [thread for thread in situation.threads if thread.ticket.group == situation.group.id]
    return [thread for thread in situation.threads if thread.involves(situation.sender)]


def _by_last_word(threads: Iterable[Thread]) -> list[Thread]:
    return sorted(threads, key=lambda thread: (thread.last_at, thread.ticket.number))


def _elsewhere(thread: Thread, verdict: Verdict) -> bool:
    """Whether both name a place and not the same one: two broken lamps are two matters."""
    mine, its = verdict.place, thread.ticket.place
    return bool(mine and its) and mine not in its and its not in mine


def _same_topic(thread: Thread, verdict: Verdict) -> bool:
    return bool(verdict.topic) and verdict.topic == thread.ticket.topic


def _other_topic(thread: Thread, verdict: Verdict) -> bool:
    return bool(verdict.topic and thread.ticket.topic) and verdict.topic != thread.ticket.topic


def _rank(text: str, thread: Thread, similarity: Similarity) -> float:
    return round(similarity(text, thread.ticket.text), 1)


def _still_in_the_air(situation: Situation, thread: Thread, at: datetime) -> bool:
    """Whether a question is what people are still talking about: minutes ago, or with little said since."""
    gap = at - thread.last_at
    return gap <= NEAR or (gap <= IN_THE_AIR and _turns_since(situation, thread) <= MANY_TURNS)


def _turns_since(situation: Situation, thread: Thread) -> int:
    """Messages of others that came after the thread's last word."""
    linked = {link.message for link in thread.links}
    return sum(message.at > thread.last_at and message.id not in linked for message in situation.recent)


def _called_by_name(situation: Situation, thread: Thread) -> bool:
    """Whether the words begin with a part of the nickname of somebody in the thread: 阿英,保险公司…"""
    opening = set(situation.burst.text[:NAME_WITHIN]) - _COMMON_IN_NAMES
    names = {message.name for message in situation.recent if thread.involves(message.sender)}
    return any(opening & (set(name) - _COMMON_IN_NAMES) for name in names)
