"""A villager sees, corrects and deletes what is stored about him (legal.md 2, art. 44 to 48).

Only alone with the bot, only to the same account, and never another person's words. Nobody learns from it whether
anything stands in the clue ledger: everybody is told the same about it (R50).
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain import lifecycle
from bot.domain.messages import Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.retention import SELF, Asked, OwnMatter, PrivacyRequest, Step, Stored
from bot.domain.tickets import Relation, Thread
from bot.domain.workdays import local
from bot.handlers.opening import LONG, link
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, matter, owner_title

_CALLED = r"^\s*(?:@?\s*小微[\s,，:：。!！]*)"
_END = r"[\s。.!！?？~～]*$"
_RECORD = re.compile(
    rf"{_CALLED}?(?:(?:看看?|查看?|查一?下|我要看)?我的(?:个人)?(?:记录|信息)|你?们?(?:都)?记了我(?:些)?什么){_END}"
)
_ERASE = re.compile(
    rf"{_CALLED}?(?:我要|请|帮我|把)?(?:删除|删掉|删了|清除)我的(?:全部|所有)?(?:个人)?(?:记录|信息|话){_END}"
)
_SURE = re.compile(rf"{_CALLED}?(?:确认|确定)删除(?:我的(?:全部|所有)?记录)?{_END}")
_CORRECT = re.compile(
    rf"{_CALLED}?(?:更正|改正)(?:我的记录)?[\s,，:：]*(?:(?P<number>\d{{1,5}})\s*号?)?[\s,，:：]*(?P<text>.*)$",
    re.DOTALL,
)
_NAMED = re.compile(_CALLED)
_SURE_WITHIN: Final = timedelta(days=1)
_ASKED: Final = "erase-sure:"
_MOST_SHOWN: Final = 10


class Wants(StrEnum):
    """What somebody wants of his own record."""

    RECORD = "record"
    ERASE = "erase"
    SURE = "sure"
    CORRECT = "correct"


_WORDS: Final = ((Wants.RECORD, _RECORD), (Wants.ERASE, _ERASE), (Wants.SURE, _SURE), (Wants.CORRECT, _CORRECT))


def wanted(situation: Situation) -> Wants | None:
    """What the words want; in a group only if the bot is called, and only what they plainly say."""
    words = situation.burst.text
    wants = next((one for one, pattern in _WORDS if pattern.match(words)), None)
    if wants is Wants.CORRECT and not _is_correction(situation):
        return None
    if situation.private:
        return wants
    called = situation.to_bot or bool(_NAMED.match(words))
    return wants if called and wants is not Wants.SURE else None


def decide(situation: Situation, *, now: datetime, office: Office) -> Outcome | None:
    """What follows; None if the words are about something else. ``situation.stored`` must have been loaded."""
    wants = wanted(situation)
    if wants is None:
        return None
    if not situation.private:
        return _tell(situation, office.say("mine.in_group"))
    if situation.speaker is not None:
        asks = wants in (Wants.RECORD, Wants.ERASE)
        return _tell(situation, office.say("mine.officer")) if asks else None
    if wants is Wants.CORRECT:
        return _correct(situation, now=now, office=office)
    stored = situation.stored or Stored()
    if wants is Wants.RECORD:
        return _tell(situation, _shown(stored, office))
    if stored.nothing:
        return _tell(situation, office.say("mine.nothing"))
    if wants is Wants.SURE and _was_asked(situation, now):
        return _erase(situation, stored, now=now, office=office)
    sure = office.say("mine.sure", live=_live(stored, "mine.sure_live", office))
    return _tell(situation, sure, key=_ASKED)


def _is_correction(situation: Situation) -> bool:
    """更正 alone opens many sentences: it must come with a number, or with nothing at all."""
    said = _CORRECT.match(situation.burst.text)
    return said is not None and (said["number"] is not None or not said["text"].strip())


def _shown(stored: Stored, office: Office) -> str:
    """The whole answer, a line for each kind."""
    if stored.nothing:
        return "\n".join([office.say("mine.nothing"), office.say("mine.clues")])
    rules = office.rules
    days = {
        "chat_days": rules.privacy.chat_days,
        "words_days": rules.privacy.words_days,
        "media_days": rules.media.kept_days,
        "ticket_days": rules.media.ticket_days,
    }
    lines = [office.say("mine.head")]
    if stored.raised:
        lines.append(office.say("mine.raised", count=len(stored.raised)))
        lines += [_one(one, office) for one in stored.raised[:_MOST_SHOWN]]
        hidden = len(stored.raised) - _MOST_SHOWN
        lines += [office.say("mine.more", count=hidden)] if hidden > 0 else []
    if stored.joined:
        which = "、".join(f"{_place(one, office)}{one.number}号" for one in stored.joined[:_MOST_SHOWN])
        lines.append(office.say("mine.joined", count=len(stored.joined), which=which))
    if stored.messages and stored.oldest_at is not None:
        day = _day(stored.oldest_at)
        lines.append(office.say("mine.messages", count=stored.messages, day=day, **days))
    if stored.media:
        lines.append(office.say("mine.media", count=stored.media, **days))
    if stored.sends:
        lines.append(office.say("mine.sends", count=stored.sends, **days))
    lines += [office.say("mine.alone")] if stored.alone else []
    lines += [office.say("mine.waits")] if stored.asked_at is not None else []
    return "\n".join([*lines, office.say("mine.clues"), office.say("mine.how")])


def _one(one: OwnMatter, office: Office) -> str:
    words = brief(one.text, office) if one.text else one.topic or office.say("mine.only_yours")
    state = office.say("mine.live" if one.live else "mine.ended")
    day, village = _day(one.said_at), _place(one, office)
    return office.say("mine.one", village=village, number=one.number, matter=words, day=day, state=state)


def _place(one: OwnMatter, office: Office) -> str:
    unit = office.org.units.get(one.village)
    return "" if unit is None else unit.name


def _day(at: datetime) -> str:
    day = local(at).date()
    return f"{day.year}年{day.month}月{day.day}日"


def _live(stored: Stored, key: str, office: Office) -> str:
    count = sum(one.live for one in (*stored.raised, *stored.joined))
    return office.say(key, count=count) if count else ""


def _was_asked(situation: Situation, now: datetime) -> bool:
    since = now - _SURE_WITHIN
    return any(one.outgoing.dedupe_key.startswith(_ASKED) and one.created_at >= since for one in situation.asked)


def _erase(situation: Situation, stored: Stored, *, now: datetime, office: Office) -> Outcome:
    """The wish is written down, and fulfilled by the job that throws things away, as far as that is possible yet."""
    first = situation.burst.first
    wish = PrivacyRequest(platform=first.platform, account=first.sender, asked=Asked.ERASED, by=SELF)
    at_once = Slot(at=now, job=Job.WORDS_AWAY, scope=f"{office.org.county.id}/{Step.WISHES}")
    told = _tell(situation, office.say("mine.erasing", live=_live(stored, "mine.erasing_live", office)))
    return told + Outcome(requests=(wish,), slots=(at_once,))


def _correct(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """What is wrong goes to whoever holds the ticket, and into its history (art. 46)."""
    said = _CORRECT.match(situation.burst.text)
    number, text = (None, "") if said is None else (said["number"], said["text"].strip())
    thread = None if number is None else _own(situation, int(number))
    if thread is None or not text:
        return _tell(situation, office.say("mine.correct_which"))
    ticket = thread.ticket
    words = office.say(
        "mine.to_owner", number=ticket.number, matter=matter(ticket, office), text=brief(text, office, length=LONG)
    )
    first = situation.burst.first
    told = Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.NOTICE,
        text=words,
        dedupe_key=f"corrected:{ticket.id}:{first.id}",
        not_before=office.hold(now),
        ticket=ticket.id,
    )
    answer = office.say("mine.corrected", number=ticket.number, owner=owner_title(ticket, office))
    return _tell(situation, answer) + Outcome(
        changes=(lifecycle.followed_up(ticket, at=now, message=first.id),),
        links=tuple(link(ticket, piece, Relation.FOLLOWUP) for piece in situation.burst.pieces),
        sends=(told,),
    )


def _own(situation: Situation, number: int) -> Thread | None:
    """The person's newest ticket of that number."""
    own = [one for one in situation.threads if one.ticket.requester == situation.sender]
    named = [one for one in own if one.ticket.number == number]
    return max(named, key=lambda one: one.ticket.said_at, default=None)


def _tell(situation: Situation, text: str, *, key: str = "mine:") -> Outcome:
    """An answer where the words were said, never with anything private in a group."""
    first = situation.burst.first
    here = situation.group
    answer = Outgoing(
        to=ToAccount(platform=first.platform, account=first.sender) if here is None else ToGroup(group=here.id),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"{key}{first.platform}/{first.id}",
        quote=None if here is None else first.id,
    )
    if situation.speaker is not None and here is None:
        answer = Outgoing(
            to=ToPerson(person=situation.speaker.id),
            kind=OutKind.NOTICE,
            text=text,
            dedupe_key=answer.dedupe_key,
            answers=True,
        )
    return Outcome(sends=(answer,))
