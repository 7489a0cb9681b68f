"""Other people's matters: who says "us too", who asks after a known matter, who adds to a running emergency."""

import re
from collections.abc import Callable
from datetime import timedelta

from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers.allusion import misses_promised
from bot.handlers.echo import opens_with_words_of, shared
from bot.handlers.situation import Situation
from bot.handlers.threads import (
    FEW_TURNS,
    LAUGHS,
    MANY_TURNS,
    NEAR,
    NOT_IN_EARNEST,
    PRESSES,
    RELATED,
    SAME_MATTER,
    SURE_OF_ITS_OWN,
    TAKEN_UP,
    Similarity,
    another_matter,
    by_last_word,
    elsewhere,
    here,
    in_minutes,
    other_topic,
    same_topic,
    turns_since,
    words_of,
)

_OWN_HOUSE = re.compile(
    r"(?:对头|是的|是啊|就是|对啊|系啊|嗯)?[,\uff0c ]*"
    r"(?:我|俺|咱|阮|偓|侬家|阿拉|[一二三四五六七八九十\d]{1,2}(?:组|社|队|栋|号楼|单元|楼))(?!的)"
)
_TROUBLE = re.compile(
    "[看瞧望睇听走过开用打收领买吃喝洗睡出进找认数点拨接](?:都)?不(?:清|见|到|了|成|得|着|起|动|上|来|去|通)|"
    "(?:没|冇|无|没得|没有|木有)(?:人|见|看|收|领|发|分|拿|贴|水|电|信号|气|来|通|到|写|拍|修|给|路|网|算|报|动)|"
    "停了|断了|坏了|黑了|堵了|漏|塌|裂|臭|淹|泡|进水|返水|倒灌|冒泡|结冰|遭|被收|被拦|少了|多收|扣了|欠|拖|守了|等了|"
    "不亮|不转|不来|不通|不敢|不出|不热|不够|不响|不灵|一滴|见底|干了|熏|吵得|晃|挤|滑"
)
"""What a household says that has the same trouble, in words of its own: 我老花镜戴两副都瞧不清."""
_SPARED = re.compile(
    "我(?:家|们|这|屋头|这边|组)?[^,\uff0c ]{0,4}(?:有啊|有电|有水|有的|没事|没问题|好的|正常|还好|好着|不缺|来电|来水)"
)
_ANNOUNCES_ITS_OWN = re.compile("[说讲问提]个?(?:事|一下|下|一句|一哈|声)|反映|请问|想问|还有个|有个事|有件事")
_TOO = re.compile(r"也|同样|一样|都(?:是|得|要|被|遭)")
_AGREES_OUTRIGHT = re.compile(
    r"我(?:家|屋)?[也都]想?(?:知道?|晓得|问|看|要个说法)|同问|同求|\+1|附议|(?:一样|同样)[,\uff0c ]"
)
"""What names no matter of its own whatever follows: 我也想知道 入股的时候说年底见钱."""
_SAW = re.compile(
    "看见|看到|瞧见|瞧着|望见|望到|睇到|睇见|碰着|碰见|碰到|遇到|遇着|听见|听到|见过|见着|拍到|在场|往.{1,8}(?:走|跑|开|吹|烧|流|漂)"
)
"""What somebody on the spot tells: 我两点在崾岘上碰着他 往北湾那头走呢."""
SHORTEST_WORD = 4
"""Characters of a word on a running emergency below which it tells nothing."""
LATER = timedelta(hours=36)
"""How long "us too" with the matter's own words still joins it."""
RECURS = timedelta(hours=6)
"""The same for what breaks and is mended and breaks again: the next day it is a new matter."""
LONGEST = timedelta(hours=3)
"""How long an emergency can still be running."""


def joined(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """The ticket that another villager raised and this message says "us too" to."""
    for thread in reversed(by_last_word(_of_others(situation))):
        if not _differs(situation, thread, verdict) and (
            _us_too_now(situation, thread, verdict, similarity) or _us_too_later(situation, thread, verdict, similarity)
        ):
            return thread
    return None


def _of_others(situation: Situation) -> list[Thread]:
    return [
        thread
        for thread in here(situation)
        if thread.ticket.state.is_live and not thread.ticket.private and thread.ticket.requester != situation.sender
    ]


def _differs(situation: Situation, thread: Thread, verdict: Verdict) -> bool:
    """Whether it is an appeal of its own; a proposal never is the "us too" of a broken pipe, nor the reverse.

    六组也黑了 is the same darkness in another place: minutes later a place of its own is none of its own matter.
    """
    support = Flag.SUPPORT in verdict.flags and situation.burst.first.at - thread.last_at <= NEAR
    if support and elsewhere(thread, verdict) and not other_topic(thread, verdict):
        return False
    if support and _AGREES_OUTRIGHT.match(situation.burst.text.strip()) and verdict.label is thread.ticket.category:
        return False
    if another_matter(thread, verdict, _words(situation, verdict)):
        return True
    kinds = {verdict.label, thread.ticket.category} & {*APPEALS}
    return Category.SUGGESTION in kinds and len(kinds) > 1 and verdict.confidence >= SURE_OF_ITS_OWN


def _us_too_now(situation: Situation, thread: Thread, verdict: Verdict, similarity: Similarity) -> bool:
    """Whether it agrees with what was said minutes ago."""
    if situation.burst.first.at - thread.last_at > NEAR:
        return False
    if Flag.SUPPORT in verdict.flags:
        return True
    if elsewhere(thread, verdict):
        return False
    if _same_here(situation, thread, verdict):
        return True
    if verdict.label is not thread.ticket.category or other_topic(thread, verdict):
        return False
    few = turns_since(situation, thread) <= FEW_TURNS and thread.ticket.first_cadre_reply is None
    return few or similarity(_words(situation, verdict), thread.ticket.text) >= RELATED or same_topic(thread, verdict)


def _us_too_later(situation: Situation, thread: Thread, verdict: Verdict, similarity: Similarity) -> bool:
    """Whether it is about the same matter hours later: nearly the same words, or "us too" with the matter's own."""
    if elsewhere(thread, verdict):
        return False
    words = _words(situation, verdict)
    alike = similarity(words, thread.ticket.text)
    if alike >= SAME_MATTER and verdict.label is thread.ticket.category:
        return True
    window = RECURS if thread.ticket.category is Category.HELP else LATER
    if situation.burst.first.at - thread.last_at > window or other_topic(thread, verdict):
        return False
    pairs = shared(words, words_of(thread))
    taken_up = pairs >= TAKEN_UP or (pairs > 0 and alike >= RELATED)
    if Flag.SUPPORT in verdict.flags and verdict.label in (thread.ticket.category, Category.NONE):
        return taken_up or same_topic(thread, verdict)
    same_place = bool(verdict.place) and verdict.place == thread.ticket.place
    return taken_up and same_place and same_topic(thread, verdict) and verdict.label is thread.ticket.category


def _same_here(situation: Situation, thread: Thread, verdict: Verdict) -> bool:
    """Whether a villager speaks of his own house right after another's appeal: 我家楼梯间也裂了一条."""
    if verdict.label not in (thread.ticket.category, Category.NONE) or verdict.flags & NOT_IN_EARNEST:
        return False
    text = situation.burst.text.strip()
    if other_topic(thread, verdict) or any(form.search(text) for form in (LAUGHS, _SPARED, _ANNOUNCES_ITS_OWN)):
        return False
    if thread.ticket.first_cadre_reply is not None or turns_since(situation, thread) > FEW_TURNS:
        return False
    if verdict.label is thread.ticket.category and _OWN_HOUSE.match(text):
        return True
    mine = _OWN_HOUSE.search(text) is not None
    return mine and bool(_TROUBLE.search(text) or _TOO.search(text.split("\n")[0]))


def asked_about(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """A matter that this sender asks after: of the group, whoever raised it, or the sender's own."""
    words = _words(situation, verdict)
    public = [
        thread
        for thread in situation.threads
        if thread.ticket.state.is_live
        and (not thread.ticket.private or thread.involves(situation.sender))
        and not elsewhere(thread, verdict)
    ]
    best = max(
        public,
        key=lambda thread: (
            similarity(words, thread.ticket.text) >= RELATED,
            shared(words, words_of(thread)),
            similarity(words, thread.ticket.text),
        ),
        default=None,
    )
    if best is None:
        return None
    if similarity(words, best.ticket.text) >= RELATED:
        return best
    taken_up = shared(words, words_of(best))
    plainly = taken_up > TAKEN_UP and verdict.confidence < SURE_OF_ITS_OWN and not other_topic(best, verdict)
    other = verdict.label in APPEALS and not same_topic(best, verdict) and not plainly
    return best if taken_up >= TAKEN_UP and not other else None


def promise_missed(situation: Situation, verdict: Verdict) -> Thread | None:
    """The matter whose promised help somebody misses aloud, whoever raised it: 十点了咧 铲车呢."""
    if verdict.flags & NOT_IN_EARNEST or LAUGHS.search(situation.burst.text):
        return None
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in reversed(by_last_word(here(situation)))
            if thread.ticket.state.is_live
            and not thread.ticket.private
            and at - thread.last_at <= RECURS
            and misses_promised(situation, thread)
            and not another_matter(thread, verdict, situation.burst.text)
        ),
        None,
    )


def chased_in_the_air(situation: Situation, verdict: Verdict) -> Thread | None:
    """The matter just talked about that somebody else presses for with words that name nothing: 有人来没得."""
    text = situation.burst.text
    if verdict.flags & NOT_IN_EARNEST or LAUGHS.search(text) or verdict.label is not Category.NONE:
        return None
    return next(
        (
            thread
            for thread in reversed(by_last_word(_of_others(situation)))
            if in_minutes(situation, thread) and not elsewhere(thread, verdict) and not other_topic(thread, verdict)
        ),
        None,
    )


def thrown_back(
    situation: Situation, verdict: Verdict, is_cadre: Callable[[Message], bool], *, within: timedelta
) -> Thread | None:
    """The matter hotly talked about when somebody throws a cadre's words of a moment ago back as a question.

    钱都在那里 — 在那里是在哪里?你亮出来啊. Whoever it is, that is pressing for the matter, not a new one.
    """
    text = situation.burst.text
    first = situation.burst.first
    if verdict.flags & NOT_IN_EARNEST or LAUGHS.search(text) or not PRESSES.search(text):
        return None
    if verdict.label in APPEALS and verdict.confidence >= SURE_OF_ITS_OWN:
        return None
    if verdict.label is Category.CLUE or any(piece.set_aside for piece in situation.own_recent(first.at - NEAR)):
        return None
    said = [message for message in situation.recent if is_cadre(message) and first.at - message.at <= within]
    if not any(shared(text, message.text) or opens_with_words_of(text, message.text) for message in said):
        return None
    return next(
        (
            thread
            for thread in reversed(by_last_word(here(situation)))
            if thread.ticket.state.is_live
            and thread.ticket.first_cadre_reply is not None
            and not thread.ticket.private
            and not other_topic(thread, verdict)
            and first.at - thread.last_at <= NEAR
            and turns_since(situation, thread) <= MANY_TURNS
        ),
        None,
    )


def same_emergency(situation: Situation, *, within: timedelta) -> Thread | None:
    """A live emergency of the same group, minutes old: further cries belong to it.

    One of yesterday is not running, though an officer may still speak of it.
    """
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in reversed(by_last_word(here(situation)))
            if thread.ticket.urgent
            and thread.ticket.state.is_live
            and at - thread.last_at <= within
            and at - thread.ticket.said_at <= LONGEST
        ),
        None,
    )


def witnessed(situation: Situation, verdict: Verdict, *, over: Callable[[Thread], bool]) -> Thread | None:
    """The emergency that somebody on the spot adds to, minutes after the cry: 我在坝埂这头也瞧见了.

    开艇了 after an official called for boats is such a word too.

    ``over`` tells whether the all-clear was given: what is said after it, relieved, adds nothing.
    """
    running = same_emergency(situation, within=NEAR)
    if running is None or running.ticket.group is None or over(running):
        return None
    text = situation.burst.text.strip()
    if verdict.flags & NOT_IN_EARNEST or LAUGHS.search(text) or turns_since(situation, running) > MANY_TURNS:
        return None
    if situation.sender != running.ticket.requester and _plainly_another(running, verdict):
        return None
    saw = _SAW.search(text) is not None and len(text) >= SHORTEST_WORD
    saw = saw or bool(shared(text, running.ticket.answer_text))
    if verdict.label is Category.CLUE and (verdict.confidence >= SURE_OF_ITS_OWN or not saw):
        return None
    if situation.sender == running.ticket.requester or verdict.label in APPEALS or saw:
        return running
    return running if _OWN_HOUSE.match(text) and len(text) >= SHORTEST_WORD else None


def _plainly_another(running: Thread, verdict: Verdict) -> bool:
    """Whether an appeal during an emergency is surely about something else: 网围栏补贴今年还有没有."""
    elsewise = other_topic(running, verdict) and Flag.SUPPORT not in verdict.flags
    apart = elsewise or verdict.label is not Category.HELP
    return verdict.label in APPEALS and apart and verdict.confidence >= SURE_OF_ITS_OWN


def _words(situation: Situation, verdict: Verdict) -> str:
    return verdict.public_text or situation.burst.text
