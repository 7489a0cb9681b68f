"""What a villager says right after others spoke to a matter of his own: a doubt, a demand, an answer, a nod.

No word of it need name the matter; that it comes next is what tells.
"""

import re
from datetime import timedelta

from bot.classify.forms import Form
from bot.domain.categories import Category, Flag
from bot.domain.tickets import Relation, Thread
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge
from bot.handlers.reading.lately import NEAR, here, in_minutes, latest_first, little_said_since
from bot.handlers.reading.sameness import SURE_OF_ITS_OWN, another_matter, elsewhere, other_topic, words_of
from bot.handlers.reading.tone import in_earnest, presses
from bot.handlers.situation import Situation

FEW_WORDS = 15
"""Characters of a reply at most that tells nothing new."""
_OPENING_QUESTION = re.compile(r"([^\s,\uff0c。?\uff1f]{3,8})[?\uff1f].{5,}", re.DOTALL)


def pressed(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The sender's own matter that a doubt or a demand right after its answer is about, though no word says so.

    标准内?标准是在哪条墙缝里量的 comes minutes after "within the norm", 咋个年年三十都要停一哈嘛 after the news of
    the repair.
    """
    text = situation.burst.text
    if verdict.label is not Category.NONE or not in_earnest(text, verdict, judge) or not presses(text, judge):
        return None
    echo = judge.stream.echo
    for thread in _own_live(situation):
        if thread.ticket.first_cadre_reply is None:
            continue
        if not in_minutes(situation, thread):
            if little_said_since(situation, thread) and echo.shared(text, thread.ticket.answer_text):
                return thread
            continue
        if echo.shared(text, words_of(thread)) or echo.shared_characters(text, words_of(thread)):
            return thread
    return None


def throws_back(text: str, thread: Thread) -> bool:
    """Whether the words open with a piece of the answer as a question and go on: 手机查?我妈七十岁用老年机."""
    opening = _OPENING_QUESTION.match(text.strip())
    return opening is not None and opening.group(1) in thread.ticket.answer_text


def goes_on(situation: Situation, verdict: Verdict, judge: Judge, *, within: timedelta) -> Thread | None:
    """The sender's own live matter that he chased or doubted a moment ago: what he says next is more of that."""
    text = situation.burst.text
    if Flag.SUPPORT in verdict.flags or not in_earnest(text, verdict, judge):
        return None
    before = situation.recent[-1] if situation.recent else None
    if before is None or before.sender != situation.sender:
        return None  # somebody spoke in between: that may be what this is about
    since = situation.burst.first.at - within
    for thread in latest_first(here(situation)):
        mine = [link for link in thread.links if link.sender == situation.sender and link.at >= since]
        pressing = any(link.relation in (Relation.FOLLOWUP, Relation.DISSATISFACTION) for link in mine)
        if pressing and thread.ticket.state.is_live and not another_matter(thread, verdict, text, judge):
            return thread
    return None


def agreed_with(situation: Situation, verdict: Verdict) -> Thread | None:
    """The matter of the sender's own that another just spoke up for again: 水又黄了 — 我屋也是."""
    if Flag.SUPPORT not in verdict.flags:
        return None
    for thread in _own_live(situation):
        if elsewhere(thread, verdict):
            continue
        last = thread.links[-1] if thread.links else None
        if last is not None and last.sender != situation.sender and in_minutes(situation, thread):
            return None if other_topic(thread, verdict) else thread
    return None


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


def asked_back(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """The sender's own matter about which an official asked him something, if this is his next word."""
    text = situation.burst.text
    if situation.quoted_thread is not None or verdict.urgent or not in_earnest(text, verdict, judge):
        return None
    for thread in _own_live(situation):
        if thread.ticket.requester != situation.sender or not _asks_back(thread, judge):
            continue
        since = thread.links[-1].at
        spoke = any(message.sender == situation.sender and message.at > since for message in situation.recent)
        if spoke or not little_said_since(situation, thread):
            continue
        anew = another_matter(thread, verdict, text, judge) and other_topic(thread, verdict)
        return None if anew else thread
    return None


def _own_live(situation: Situation) -> list[Thread]:
    """The sender's live matters of this conversation, the one that was last talked about first."""
    return latest_first(
        thread for thread in here(situation) if thread.involves(situation.sender) and thread.ticket.state.is_live
    )


def _asks_back(thread: Thread, judge: Judge) -> bool:
    """Whether the last word on the matter is an official's question."""
    replied = bool(thread.links) and thread.links[-1].relation is Relation.REPLY
    return replied and judge.stream.forms.said(Form.ASKS_BACK, thread.ticket.answer_text)
