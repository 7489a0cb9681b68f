"""Words that lean on a matter everybody there knows: 那事咋说, 灯呢, 黄桷树脚脚那个, 宝音 今天来不来.

They name little or nothing. What they are about follows from who says them and whom they call by name.
"""

import re
from collections.abc import Iterable

from bot.domain.org import Person
from bot.domain.tickets import Relation, Thread
from bot.handlers.echo import shared, shared_characters
from bot.handlers.situation import Situation

_AROUND = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_FEWEST = 2
"""Characters of a nickname by which somebody is called: 宝音 of 宝音巡渠, 会计 of 贾会计."""
_POINTS_BACK = re.compile(
    r"(?:我|俺|阮|咱|偓)(?:家|屋|屋头|们)?[那嗰彼]?[个件单份桩](?:事|网|账|单|钱)?(?:情)?\s*(?:呢|喃|咧|咋|怎|点|几时|啥时|查|到底|不急|有没)|"
    r"(?:^|[\s,\uff0c])[^\s,\uff0c]{0,6}[那嗰彼](?:天|日)?[个件单宗桩码]?(?:事|账)(?:情|儿)?(?:咋|怎|点|几时|呢|喃|到底|\s|$)|"
    r"(?:昨|前|上)[天日晚回次][那嗰彼]?[个件单码](?:事|账|情)|"
    r"[那嗰彼](?:[个件单份桩](?:结果|名单|表|账)?|[条段盏口处块座栋根][^\s,\uff0c]{1,2})(?:\s|$)"
)
"""A pronoun or a pointing word where the matter's name would stand."""
_WHERE_IS = re.compile(
    r"(?:^|[\s,\uff0c。])([^\s,\uff0c。了在甚啥么咋谁哪正]{1,5})(?:呢|喃|咧|嘞)(?=$|[\s,\uff0c。?\uff1f])"
)
"""What is missed: 票呢, 铲车呢."""
_PRESSES = re.compile(
    r"[?\uff1f]|咋|怎|几时|啥时|什么时候|哪|呢|喃|嘛|没(?:有)?\s*$|[那嗰彼][个件单份]|莫忘|别忘|唔好|等[起着到紧]|说一声|讲一声|"
    r"([来去修换贴发办批])不\1|到底|下?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}[号点]|[今明后]天|听日"
)
"""What somebody who calls an official by name wants: an answer, or that a promise be kept."""


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
    parts = [part for part in _AROUND.split(f"{person.name} {person.post}") if len(part) >= _FEWEST]
    return tuple(dict.fromkeys(short for part in parts for short in (part[:_FEWEST], part[-_FEWEST:], part)))


def alludes(situation: Situation, thread: Thread, officials: frozenset[str]) -> bool:
    """Whether the words of somebody with this matter are about it though they do not tell it.

    ``officials``: the accounts of those called by name; who answers the matter is called about the matter.
    """
    text = situation.burst.text
    if officials and thread.ticket.answer is not None and _PRESSES.search(text):
        return True
    if _POINTS_BACK.search(text):
        return True
    return misses(text, thread)


def misses(text: str, thread: Thread) -> bool:
    """Whether the words ask where something of the matter is: 灯呢, 小柏 我那个网喃."""
    missed = _WHERE_IS.search(text)
    return missed is not None and shared_characters(missed.group(1), known_of(thread)) > 0


def answered_by_one_of(thread: Thread, officials: frozenset[str]) -> bool:
    """Whether somebody of those called has spoken to the matter before."""
    return any(reply.sender in officials for reply in thread.of(Relation.REPLY))


def misses_promised(situation: Situation, thread: Thread) -> bool:
    """Whether anybody asks where that is which was promised in the group: 十点了咧 铲车呢."""
    missed = _WHERE_IS.search(situation.burst.text)
    return missed is not None and shared(missed.group(1), thread.ticket.answer_text) > 0


def known_of(thread: Thread) -> str:
    """What was asked and answered."""
    return f"{thread.ticket.text}\n{thread.ticket.answer_text}"
