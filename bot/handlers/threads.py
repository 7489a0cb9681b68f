"""What is common to finding the ticket that a message belongs to, and which of the sender's own it is.

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
from bot.domain.workdays import local
from bot.handlers.allusion import answered_by_one_of, misses
from bot.handlers.echo import has_subject, shared, shared_characters
from bot.handlers.situation import Situation

LAUGHS = re.compile(r"[😂🤭🤣😄😆😅]|哈哈|嘿嘿|嘻嘻")
NOT_IN_EARNEST = frozenset({Flag.THANKS, Flag.WITHDRAW, Flag.SARCASM})
PRESSES = re.compile(
    r"[?\uff1f]|凭(?:什么|啥|哪样|么)|咋|怎么|按怎|样般|点解|为(?:什么|啥|么事|哪样)|哪(?!家)|难道|到底|究竟|总不能|"
    r"[嘛么]\s*$|还有.{1,8}呢|就这(?:样|么)|[年天回次]{2}都|老是|亮出来|拿出来|讲清楚|说清楚"
)
"""Forms in which people doubt, demand and throw back: a question without an address, which only its place explains."""
_TO_AUTHORITY = re.compile(
    "到底|管不管|没人管|有人管|书记|主任|会计|文书|村里|村上|村委|大队|社区|居委|政府|领导|干部|组长|队长|社长|支书|你们|修|"
    "处理|解决|反映|上报|答复|回复|公开|公示|公布|张贴|贴出|补贴|低保|师傅"
)
_OPENING_QUESTION = re.compile(r"([^\s,\uff0c。?\uff1f]{3,8})[?\uff1f].{5,}", re.DOTALL)
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]")
_TO_A_TRADER = re.compile(r"^\s*\S{0,3}(?:老板|老板娘|掌柜|总)[ ,\uff0c:\uff1a]")

_ASKS_BACK = re.compile(r"[?\uff1f]|吗|哪(?!家)|几|多少|还是|什么|有没有|是不是")
"""How an official asks back before he can help."""
_ANNOUNCES_ANOTHER = re.compile(
    r"再(?:打?问|打听|说)(?:一|个|件|下|声)|还(?:想|要)(?:打?问|打听|说)|另外|(?:还|另)有(?:一|个|件|桩)|顺便"
)
"""How somebody with a matter goes on to a second one."""

Similarity = Callable[[str, str], float]

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
SAID_AGAIN = timedelta(hours=36)
"""How long words of the same matter and topic are the same one said again; what breaks a week later broke anew."""
SAME_MATTER = 0.6
"""Similarity from which two texts are about the same matter even hours apart."""
RELATED = 0.35
"""Similarity that suffices among messages that follow one another within minutes."""
FEW_WORDS = 15
"""Characters of a reply at most that tells nothing new."""
TAKEN_UP = 2
"""Shared pairs of characters from which words are about a matter hours later; one pair is shared by chance."""
SURE_OF_ITS_OWN = 0.85
"""Confidence from which an appeal of another kind is one of its own, though it says 也 or 还没."""
ENOUGH_TAKEN_UP = 4
"""Shared pairs beyond which more of them tell nothing more."""


def continued(situation: Situation, verdict: Verdict, *, within: timedelta) -> Thread | None:
    """The sender's own ticket whose last piece came just before: these are further pieces of the same thought."""
    since = situation.burst.first.at - within
    for thread in reversed(by_last_word(here(situation))):
        pieces = [link for link in thread.links if link.relation in (Relation.PIECE, Relation.SUPPORT)]
        own = [link for link in pieces if link.sender == situation.sender and link.at >= since]
        if own and all(link.relation is Relation.SUPPORT for link in own) and _begins_anew(situation, thread, verdict):
            continue
        if own and (Flag.CORRECTION in verdict.flags or not _moved_on(thread, verdict)):
            return thread
    return None


def own(situation: Situation, similarity: Similarity, officials: frozenset[str] = frozenset()) -> Thread | None:
    """Which of the sender's matters is meant: a live one, of the day that is named, of the words that are taken up,

    answered by one of the ``officials`` who are called by name, raised as privately as this, spoken of last.
    """
    mine = [thread for thread in here(situation) if thread.involves(situation.sender)]
    text = situation.burst.text
    return max(
        mine,
        key=lambda thread: (
            thread.ticket.state.is_live,
            _weight(text, thread, similarity) + _on_the_day(situation, thread),
            answered_by_one_of(thread, officials),
            thread.ticket.private == situation.private,
            shared_characters(text, words_of(thread)) >= TAKEN_UP,
            thread.last_at,
        ),
        default=None,
    )


def still_meant(situation: Situation, thread: Thread, verdict: Verdict, *, alluded: bool = False) -> bool:
    """Whether a chasing, a thanks or a "done" of somebody with a matter is about that matter and not about daily life.

    人呢, 来了没 and 好了 are said all day long. Said to the bot or a listed person, minutes after the matter was
    talked about, with words of the matter, or in words that only an office is asked, they are about it; so are
    words that point back to it (``alluded``).
    """
    text = situation.burst.text
    chased = verdict.flags & {Flag.FOLLOWUP, Flag.REOPEN}
    own_words = shared_characters(text, words_of(thread)) >= TAKEN_UP and not _by_number(thread, verdict)
    if another_matter(thread, verdict, text) and not (chased and (own_words or alluded)):
        return False
    if verdict.label in APPEALS and _ANNOUNCES_ANOTHER.search(text) and not shared(text, words_of(thread)):
        return False
    if alluded or situation.to_bot or _mentions_anybody(situation):
        return True
    if _TO_A_TRADER.match(text) and not shared(text, words_of(thread)) >= TAKEN_UP:
        return False
    since = situation.burst.first.at - thread.last_at
    if since <= IN_THE_AIR and turns_since(situation, thread) <= MANY_TURNS:
        return True
    if shared(text, words_of(thread)) or (verdict.topic and verdict.topic == thread.ticket.topic):
        return True
    return bool(chased and _TO_AUTHORITY.search(text)) or (verdict.label is thread.ticket.category)


def pressed(situation: Situation, verdict: Verdict) -> Thread | None:
    """The sender's own matter that a doubt or a demand right after its answer is about, though no word says so.

    标准内?标准是在哪条墙缝里量的 comes minutes after "within the norm", 咋个年年三十都要停一哈嘛 after the news of
    the repair.
    """
    text = situation.burst.text
    if verdict.label is not Category.NONE or verdict.flags & NOT_IN_EARNEST or LAUGHS.search(text):
        return None
    if not PRESSES.search(text):
        return None
    for thread in reversed(by_last_word(here(situation))):
        if not thread.involves(situation.sender) or not thread.ticket.state.is_live:
            continue
        if thread.ticket.first_cadre_reply is None:
            continue
        if not in_minutes(situation, thread):
            if _little_said_since(situation, thread) and shared(text, thread.ticket.answer_text):
                return thread
            continue
        if shared(text, words_of(thread)) or shared_characters(text, words_of(thread)):
            return thread
    return None


def goes_on(situation: Situation, verdict: Verdict, *, within: timedelta) -> Thread | None:
    """The sender's own live matter that he chased or doubted a moment ago: what he says next is more of that."""
    text = situation.burst.text
    if verdict.flags & (NOT_IN_EARNEST | {Flag.SUPPORT}) or LAUGHS.search(text):
        return None
    since = situation.burst.first.at - within
    for thread in reversed(by_last_word(here(situation))):
        mine = [link for link in thread.links if link.sender == situation.sender and link.at >= since]
        pressing = any(link.relation in (Relation.FOLLOWUP, Relation.DISSATISFACTION) for link in mine)
        before = situation.recent[-1] if situation.recent else None
        if before is None or before.sender != situation.sender:
            return None  # somebody spoke in between: that may be what this is about
        if pressing and thread.ticket.state.is_live and not another_matter(thread, verdict, text):
            return thread
    return None


def agreed_with(situation: Situation, verdict: Verdict) -> Thread | None:
    """The matter of the sender's own that another just spoke up for again: 水又黄了 — 我屋也是."""
    if Flag.SUPPORT not in verdict.flags:
        return None
    for thread in reversed(by_last_word(here(situation))):
        if not thread.involves(situation.sender) or not thread.ticket.state.is_live or elsewhere(thread, verdict):
            continue
        last = thread.links[-1] if thread.links else None
        if last is not None and last.sender != situation.sender and in_minutes(situation, thread):
            return None if other_topic(thread, verdict) else thread
    return None


def throws_back(text: str, thread: Thread) -> bool:
    """Whether the words open with a piece of the answer as a question and go on: 手机查?我妈七十岁用老年机."""
    opening = _OPENING_QUESTION.match(text.strip())
    return opening is not None and opening.group(1) in thread.ticket.answer_text


def repeated(situation: Situation, verdict: Verdict, similarity: Similarity) -> Thread | None:
    """The sender's own live ticket about the same matter: said again, not said anew."""
    words = verdict.public_text or situation.burst.text
    at = situation.burst.first.at
    mine = [
        (
            similarity(words, thread.ticket.text),
            at - thread.last_at <= SAME_BREATH,
            at - thread.last_at <= SAID_AGAIN and shared(words, words_of(thread)) >= TAKEN_UP,
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
    until = situation.burst.first.at
    for message in reversed(situation.recent):
        if message.sender != situation.sender:
            continue
        if until - message.at > within or message.id in linked or message.quote is not None or message.set_aside:
            break
        pieces.append(message)
        until = message.at
    return tuple(reversed(pieces))


def here(situation: Situation) -> list[Thread]:
    """Tickets of the same conversation: those of the group, or the private ones of this sender and their own."""
    if situation.group is not None:
        return [thread for thread in situation.threads if thread.ticket.group == situation.group.id]
    return [thread for thread in situation.threads if thread.involves(situation.sender)]


def by_last_word(threads: Iterable[Thread]) -> list[Thread]:
    """Threads in the order in which they were last talked about."""
    return sorted(threads, key=lambda thread: (thread.last_at, thread.ticket.number))


def words_of(thread: Thread) -> str:
    """What was asked and what was last answered: people take up both (讲的一早来 现在十点了)."""
    return f"{thread.ticket.text}\n{thread.ticket.answer_text}"


def elsewhere(thread: Thread, verdict: Verdict) -> bool:
    """Whether both name a place and not the same one: two broken lamps are two matters."""
    mine, its = verdict.place, thread.ticket.place
    return bool(mine and its) and mine not in its and its not in mine


def _by_number(thread: Thread, verdict: Verdict) -> bool:
    """Whether the two places differ in their numbers, 二组 and 四组; 沟口 and 学校门口 may be on one bus line."""
    return elsewhere(thread, verdict) and all(_NUMBER.search(place) for place in (thread.ticket.place, verdict.place))


def same_topic(thread: Thread, verdict: Verdict) -> bool:
    """Whether both are known to be about the same thing."""
    return bool(verdict.topic) and verdict.topic == thread.ticket.topic


def other_topic(thread: Thread, verdict: Verdict) -> bool:
    """Whether both are known to be about something, and not the same."""
    return bool(verdict.topic and thread.ticket.topic) and verdict.topic != thread.ticket.topic


def another_matter(thread: Thread, verdict: Verdict, text: str) -> bool:
    """Whether the words are plainly an appeal of their own, whatever they follow or repeat in form.

    我家水管也漏了 after a broken lamp, 补贴问了三回 from somebody who waits for a drain: another place, another topic
    or another category, and none of the matter's own words.
    """
    if verdict.label not in APPEALS or shared(text, words_of(thread)) >= TAKEN_UP:
        return False
    if elsewhere(thread, verdict) or other_topic(thread, verdict):
        return True
    differs = verdict.label is not thread.ticket.category and not same_topic(thread, verdict)
    return differs and verdict.confidence >= SURE_OF_ITS_OWN


def in_minutes(situation: Situation, thread: Thread) -> bool:
    """Whether the thread was talked about minutes ago, with hardly a word about something else since."""
    near = situation.burst.first.at - thread.last_at <= NEAR
    return near and turns_since(situation, thread) <= FEW_TURNS


def replied_to(situation: Situation, verdict: Verdict) -> Thread | None:
    """The sender's own matter if these few words are his reply to what an official just said about it: 通埋先好讲.

    A doubtful appeal that names nothing is no new matter then.
    """
    before = situation.recent[-1] if situation.recent else None
    text = situation.burst.text.strip()
    if before is None or verdict.confidence >= SURE_OF_ITS_OWN or verdict.topic or len(text) > FEW_WORDS:
        return None
    if situation.burst.first.at - before.at > NEAR:
        return None
    return next(
        (
            thread
            for thread in here(situation)
            if thread.involves(situation.sender)
            and any(reply.message == before.id for reply in thread.of(Relation.REPLY))
            and not elsewhere(thread, verdict)
        ),
        None,
    )


def _little_said_since(situation: Situation, thread: Thread) -> bool:
    """Whether hardly anybody has said anything in the half hour since the thread was talked about."""
    gap = situation.burst.first.at - thread.last_at
    return gap <= SAME_BREATH and turns_since(situation, thread) <= FEW_TURNS


def asked_back(situation: Situation, verdict: Verdict) -> Thread | None:
    """The sender's own matter about which an official asked him something, if this is his next word."""
    if situation.quoted_thread is not None or verdict.urgent or LAUGHS.search(situation.burst.text):
        return None
    for thread in reversed(by_last_word(here(situation))):
        if thread.ticket.requester != situation.sender or not thread.ticket.state.is_live:
            continue
        asked = bool(thread.links) and thread.links[-1].relation is Relation.REPLY
        asked = asked and _ASKS_BACK.search(thread.ticket.answer_text) is not None
        if not asked or not _little_said_since(situation, thread) or verdict.flags & NOT_IN_EARNEST:
            continue
        since = thread.links[-1].at
        if any(message.sender == situation.sender and message.at > since for message in situation.recent):
            continue
        anew = another_matter(thread, verdict, situation.burst.text) and other_topic(thread, verdict)
        return None if anew else thread
    return None


def still_in_the_air(situation: Situation, thread: Thread, at: datetime) -> bool:
    """Whether a question is what people are still talking about: minutes ago, or with little said since."""
    gap = at - thread.last_at
    return gap <= NEAR or (gap <= IN_THE_AIR and turns_since(situation, thread) <= MANY_TURNS)


def turns_since(situation: Situation, thread: Thread) -> int:
    """Messages of others that came after the thread's last word."""
    linked = {link.message for link in thread.links}
    return sum(message.at > thread.last_at and message.id not in linked for message in situation.recent)


def _moved_on(thread: Thread, verdict: Verdict) -> bool:
    """Whether a further piece names another place: 五组 after 二组. 黄桷树脚 and 三组这段 may be one."""
    if not elsewhere(thread, verdict):
        return False
    return _by_number(thread, verdict) or other_topic(thread, verdict) or Flag.SUPPORT in verdict.flags


def _begins_anew(situation: Situation, thread: Thread, verdict: Verdict) -> bool:
    """Whether somebody who agreed with another's matter goes on to a matter of his own: 我家也说个事 — 低保怎么没批."""
    if verdict.label not in APPEALS or same_topic(thread, verdict) or Flag.SUPPORT in verdict.flags:
        return False
    return not shared(verdict.public_text or situation.burst.text, words_of(thread))


def _weight(text: str, thread: Thread, similarity: Similarity) -> int:
    """How much of the matter's own words are taken up, in steps: chance must not outweigh what was said last."""
    alike = similarity(text, thread.ticket.text)
    taken_up = min(shared(text, words_of(thread)), ENOUGH_TAKEN_UP)
    missed = TAKEN_UP if misses(text, thread) else 0
    return taken_up + missed + (TAKEN_UP if alike >= RELATED and has_subject(text) else 0)


def _on_the_day(situation: Situation, thread: Thread) -> int:
    """Whether the words name the day on which the matter was raised: 前天我在群里问的, 我下午问的."""
    asked = _ASKED_WHEN.search(situation.burst.text)
    if asked is None:
        return 0
    days = (local(situation.burst.first.at).date() - local(thread.ticket.said_at).date()).days
    return TAKEN_UP if days == _DAYS_AGO[asked.group(1)] else 0


_DAYS_AGO = {
    "刚才": 0, "刚刚": 0, "今天": 0, "今早": 0, "早上": 0, "上午": 0, "中午": 0, "下午": 0,
    "昨天": 1, "昨晚": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3,
}  # fmt: skip
_ASKED_WHEN = re.compile(
    "(" + "|".join(sorted(_DAYS_AGO, key=len, reverse=True)) + ").{0,8}(?:问|讲|说|反映|报|提|发|交代)"
)


def _mentions_anybody(situation: Situation) -> bool:
    return any(piece.mentions for piece in situation.burst.pieces)
