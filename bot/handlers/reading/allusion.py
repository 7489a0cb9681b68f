"""Words that lean on a matter everybody there knows: 那事咋说, 灯呢, 黄桷树脚脚那个, 宝音 今天来不来.

They name little or nothing. What they are about follows from who says them and whom they call by name.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.classify.forms import Form
from bot.domain.org import Person
from bot.domain.tickets import Relation, Thread
from bot.handlers.judge import Judge
from bot.handlers.reading.sameness import words_of
from bot.handlers.situation import Situation

_AROUND = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_FEWEST = 2
"""Characters of a nickname by which somebody is called: 宝音 of 宝音巡渠, 会计 of 贾会计."""


def called(situation: Situation, people: Iterable[Person]) -> frozenset[str]:
    """The accounts of the listed people whom the words call: mentioned, or by a part of the nickname or the post.

    Somebody is called at the beginning (老汪 井换好了) or behind a space at the end (打水泥了没 宝音).
    """
    text = situation.burst.text.strip().lstrip("@")
    mentions = {account for piece in situation.burst.pieces for account in piece.mentions}
    words = [word for word in _AROUND.split(text) if word]
    ends = words[-1] if len(words) > 1 else ""
    found: set[str] = set()
    for person in people:
        accounts = {account.id for account in person.accounts}
        names = short_names(person)
        if accounts & mentions or text.startswith(names) or ends in names:
            found |= accounts
    return frozenset(found)


def short_names(person: Person) -> tuple[str, ...]:
    """How people call somebody: the beginning and the end of the nickname's parts and of the post, and all of each."""
    return _short(person.name, person.post)


@lru_cache(maxsize=4096)
def _short(name: str, post: str) -> tuple[str, ...]:
    parts = [part for part in _AROUND.split(f"{name} {post}") if len(part) >= _FEWEST]
    return tuple(dict.fromkeys(short for part in parts for short in (part[:_FEWEST], part[-_FEWEST:], part)))


def alludes(situation: Situation, thread: Thread, officials: frozenset[str], judge: Judge) -> bool:
    """Whether the words of somebody with this matter are about it though they do not tell it.

    ``officials``: the accounts of those called by name; who answers the matter is called about the matter.
    """
    text = situation.burst.text
    forms = judge.stream.forms
    if officials and thread.ticket.answer is not None and forms.said(Form.WANTS_WORD, text):
        return True
    return forms.said(Form.POINTS_BACK, text) or misses(text, thread, judge)


def misses(text: str, thread: Thread, judge: Judge) -> bool:
    """Whether the words ask where something of the matter is: 灯呢, 小柏 我那个网喃."""
    missed = judge.stream.forms.missed(text)
    return judge.stream.echo.shared_characters(missed, words_of(thread)) > 0


def answered_by_one_of(thread: Thread, officials: frozenset[str]) -> bool:
    """Whether somebody of those called has spoken to the matter before."""
    return any(reply.sender in officials for reply in thread.of(Relation.REPLY))


def misses_promised(situation: Situation, thread: Thread, judge: Judge) -> bool:
    """Whether anybody asks where that is which was promised in the group: 十点了咧 铲车呢."""
    missed = judge.stream.forms.missed(situation.burst.text)
    return judge.stream.echo.shared(missed, thread.ticket.answer_text) > 0
