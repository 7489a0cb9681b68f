"""Which ticket a cadre's words in the village group answer (R1): by quote, by mention, by what people talk about."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.tickets import Relation, Thread
from bot.handlers.judge import Judge
from bot.handlers.reading.allusion import short_names
from bot.handlers.reading.lately import open_here, still_in_the_air
from bot.handlers.reading.sameness import ENOUGH_TAKEN_UP, RELATED, TAKEN_UP, words_of
from bot.handlers.situation import Situation

SHORTEST_ANSWER = 4
"""Characters of a cadre's words below which they answer nothing: 早, 嗯, 收到 is an exception of emergencies."""
NAME_WITHIN = 8
"""Characters at the beginning of an answer in which somebody is called by name."""
STILL_ANSWERED = timedelta(days=2)
"""How long a matter can be answered by words that take up its own."""
REPLIES_WITHIN = timedelta(minutes=5)
"""How long after a villager's word to a cadre his next words are the reply to it."""
PLAINLY_ABOUT = 4
"""Meaningful characters that the words of the first answer share with a matter nobody has answered."""
_SENTENCES = re.compile(r"[^。;\uff1b!\uff01?\uff1f\n]+[。;\uff1b!\uff01?\uff1f\n]*")
_SUBJECT = re.compile(r"\s*([^\s,\uff0c。;\uff1b的嘅]{1,4})[的嘅](?:事|(?=[\s,\uff0c我]))")
_COMMON_IN_NAMES = frozenset("阿小老大二三四家的妈爸妹弟哥姐嫂叔伯婶爷奶嬢子儿在有不组社队号栋楼,。、!? 0123456789")


def answers(situation: Situation, judge: Judge) -> tuple[tuple[Thread, str], ...]:
    """The tickets that a cadre's words in the group answer, each with the words meant for it.

    灯的事我报航标站;电鱼的,我跟渔政联合 answers two people; a sentence that names nobody's matter goes on about the
    one before it.
    """
    one = answered_by(situation, judge)
    if situation.quoted_thread is not None or any(piece.mentions for piece in situation.burst.pieces):
        return () if one is None else ((one, situation.burst.text),)
    told: dict[str, tuple[Thread, list[str]]] = {}
    current = one
    for sentence in _SENTENCES.findall(situation.burst.text):
        current = _named_in(sentence, situation, judge) or current
        if current is not None:
            told.setdefault(current.ticket.id, (current, []))[1].append(sentence)
    in_the_air = any(still_in_the_air(situation, thread) for thread, _ in told.values())
    if len(told) > 1 or (one is None and in_the_air):
        return tuple((thread, "".join(sentences).strip()) for thread, sentences in told.values())
    return () if one is None else ((one, situation.burst.text),)


def _named_in(sentence: str, situation: Situation, judge: Judge) -> Thread | None:
    """The matter that one sentence plainly names: by its own words, or by what stands before 的事 at its beginning."""
    known = _still_answered(situation)
    opening = _SUBJECT.match(sentence)
    subject = "" if opening is None else opening.group(1)
    waiting = [thread for thread in known if thread.ticket.first_cadre_reply is None]
    meant = [thread for thread in waiting if subject and set(subject) <= set(thread.ticket.text)]
    if meant:  # of several, the one that begins with it: 嗰盏灯 盲咗 rather than 三只艇 冇灯
        return min(
            meant, key=lambda thread: (_first_line_with(subject, thread.ticket.text), -thread.last_at.timestamp())
        )

    def weight(thread: Thread) -> tuple[int, int, bool, datetime]:
        pairs = judge.stream.echo.shared(sentence, thread.ticket.text)
        letters = judge.stream.echo.shared_characters(sentence, thread.ticket.text)
        return pairs, letters, thread.ticket.first_cadre_reply is None, thread.last_at

    best = max(known, key=weight, default=None)
    if best is None:
        return None
    pairs, letters, fresh, _ = weight(best)
    placed = bool(best.ticket.place) and best.ticket.place in sentence
    enough = pairs >= TAKEN_UP or (pairs > 0 and (placed or fresh or letters >= ENOUGH_TAKEN_UP))
    return best if enough else None


def _still_answered(situation: Situation) -> list[Thread]:
    """The matters that words which take up their own may still answer."""
    since = situation.burst.first.at - STILL_ANSWERED
    return [thread for thread in open_here(situation) if thread.last_at >= since]


def _first_line_with(subject: str, text: str) -> int:
    return next((number for number, line in enumerate(text.split("\n")) if set(subject) <= set(line)), len(text))


def answered_by(situation: Situation, judge: Judge) -> Thread | None:
    """The ticket that a cadre's words in the group answer: by quote, by mention, or by coming right after it."""
    burst = situation.burst
    if situation.quoted_thread is not None:
        return situation.quoted_thread
    live = open_here(situation)
    mentioned = {account for piece in burst.pieces for account in piece.mentions}
    addressed = [thread for thread in live if any(thread.involves(account) for account in mentioned)]
    if addressed:
        return max(
            addressed,
            key=lambda thread: (
                min(judge.stream.echo.shared(burst.text, words_of(thread)), ENOUGH_TAKEN_UP) >= TAKEN_UP,
                thread.ticket.answer is None,
                thread.last_at,
            ),
        )
    unanswered = [
        thread for thread in live if thread.ticket.first_cadre_reply is None and still_in_the_air(situation, thread)
    ]
    known = _still_answered(situation)
    named = max(known, key=lambda thread: _taken_up(situation, thread, judge), default=None)
    talked = _just_talked_to(situation, live)
    if talked is not None and not any(
        judge.stream.echo.shared(burst.text, thread.ticket.text) or _called_by_name(situation, thread)
        for thread in unanswered
    ):
        return talked
    if unanswered and len(burst.text.strip()) >= SHORTEST_ANSWER:
        best = max(
            unanswered,
            key=lambda thread: (
                _called_by_name(situation, thread),
                _taken_up(situation, thread, judge),
                thread.last_at,
            ),
        )
        return named if named is not None and _plainly_about(situation, named, best, judge) else best
    if talked is not None:
        return talked
    if named is None:
        return None
    matter = named.ticket.text.replace(named.ticket.place, " ") if named.ticket.place else named.ticket.text
    taken_up = judge.stream.echo.shared(burst.text, matter)
    alike = judge.similarity(burst.text, named.ticket.text) >= RELATED
    return named if taken_up > TAKEN_UP or (taken_up and alike) else _first_answer_of(situation, known, judge)


def _first_answer_of(situation: Situation, known: Sequence[Thread], judge: Judge) -> Thread | None:
    """The matter nobody has answered that the words are about, if not quite as plainly as an answered one needs."""
    text = situation.burst.text
    waiting = [
        (
            judge.stream.echo.shared(text, thread.ticket.text),
            judge.stream.echo.shared_characters(text, thread.ticket.text),
            thread.last_at,
            thread,
        )
        for thread in known
        if thread.ticket.first_cadre_reply is None
    ]
    pairs, letters, _, best = max(waiting, key=lambda one: one[:3], default=(0, 0, None, None))
    return best if pairs and letters >= PLAINLY_ABOUT else None


def _just_talked_to(situation: Situation, live: Sequence[Thread]) -> Thread | None:
    """The matter whose villager spoke to this very cadre in the message before: 宝音你这管钳神了 — 明天再上一遍黄油."""
    before = situation.recent[-1] if situation.recent else None
    if before is None or situation.burst.first.at - before.at > REPLIES_WITHIN:
        return None
    held = [thread for thread in live if any(link.message == before.id for link in thread.links)]
    called = situation.speaker is not None and any(name in before.text for name in short_names(situation.speaker))
    for thread in held or [one for one in live if called and one.involves(before.sender)]:
        replied = any(reply.sender == situation.sender for reply in thread.of(Relation.REPLY))
        if replied:
            return thread
    return None


def _taken_up(situation: Situation, thread: Thread, judge: Judge) -> int:
    """How much the words are about the matter, in steps."""
    text = situation.burst.text
    alike = judge.similarity(text, thread.ticket.text) >= RELATED
    return min(judge.stream.echo.shared(text, thread.ticket.text), ENOUGH_TAKEN_UP) + (TAKEN_UP if alike else 0)


def _plainly_about(situation: Situation, named: Thread, fresh: Thread, judge: Judge) -> bool:
    """Whether the words are about an older matter, and take up nothing of the fresh one."""
    text = situation.burst.text
    return (
        judge.stream.echo.shared(text, named.ticket.text) >= TAKEN_UP + 1
        and not judge.stream.echo.shared(text, fresh.ticket.text)
        and not _called_by_name(situation, fresh)
    )


def _called_by_name(situation: Situation, thread: Thread) -> bool:
    """Whether the words begin with a part of the nickname of somebody in the thread: 阿英,保险公司…"""
    opening = set(situation.burst.text[:NAME_WITHIN]) - _COMMON_IN_NAMES
    names = {message.name for message in situation.recent if thread.involves(message.sender)}
    return any(opening & (set(name) - _COMMON_IN_NAMES) for name in names)
