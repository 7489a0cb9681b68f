"""What the bot reads and keeps, told to whoever asks; and what villagers want of it (legal.md 2, R33)."""

import re
from datetime import datetime
from enum import StrEnum

from bot.domain.alone import LeaveAlone
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.workdays import local
from bot.handlers import own_record
from bot.handlers.situation import Situation
from bot.office import Office

_CALLED = r"(?:@?\s*小微[\s,，:：。!！]*)"
_END = r"[\s。.!！?？~～]*$"
_NOTICE = re.compile(rf"^\s*{_CALLED}?(?:隐私(?:告知|说明|政策)?|你?记了?(?:些)?什么|你都记什么){_END}")
_ALOUD = re.compile(rf"^\s*{_CALLED}?隐私\s*(?:喇叭|广播|念|朗读){_END}")
_ALONE = re.compile(rf"^\s*{_CALLED}?(?:请?(?:不要|别|莫)再?记(?:录)?我(?:的话|的)?|别管我(?:的话)?)(?:了|啦)?{_END}")
_AGAIN = re.compile(rf"^\s*{_CALLED}?(?:可以|又可以|重新|恢复)记(?:录)?(?:我的?)?(?:了|吧|啦)?{_END}")
_NAMED = re.compile(rf"^\s*{_CALLED}")


class Wish(StrEnum):
    """What somebody wants of it."""

    NOTICE = "notice"
    ALOUD = "aloud"
    ALONE = "alone"
    AGAIN = "again"


_WISHES = ((Wish.ALOUD, _ALOUD), (Wish.NOTICE, _NOTICE), (Wish.ALONE, _ALONE), (Wish.AGAIN, _AGAIN))


def wished(situation: Situation) -> Wish | None:
    """What the words ask for; in a group only if the bot is called: 名单别记我的 is said to somebody else."""
    words = situation.burst.text
    if not (situation.to_bot or _NAMED.match(words)):
        return None
    return next((wish for wish, pattern in _WISHES if pattern.match(words)), None)


def calls_the_bot(situation: Situation) -> bool:
    """Whether the bot is spoken to: alone with it, by its name, or by quoting it."""
    return situation.to_bot or situation.quoted_sent is not None or bool(_NAMED.match(situation.burst.text))


def wants_record(situation: Situation) -> bool:
    """Whether the decision needs to know what is stored about who speaks."""
    return situation.private and own_record.wanted(situation) is not None


def decide(situation: Situation, *, now: datetime, office: Office) -> Outcome | None:
    """The notice, or the wish of a villager carried out; None if the words are about something else."""
    told = own_record.decide(situation, now=now, office=office)
    if told is not None:
        return told
    wish = wished(situation)
    if wish is None:
        return None
    if wish in (Wish.NOTICE, Wish.ALOUD):
        return Outcome(sends=(_notice(situation, wish, now=now, office=office),))
    if situation.speaker is not None:
        if wish is Wish.AGAIN:
            return None
        return Outcome(sends=(_answer(situation, office.say("privacy.not_officers")),))
    first = situation.burst.first
    alone = wish is Wish.ALONE
    key = "privacy.again" if not alone else "privacy.alone_already" if situation.alone else "privacy.alone"
    return Outcome(
        alone=(LeaveAlone(platform=first.platform, account=first.sender, alone=alone),),
        sends=(_answer(situation, office.say(key)),),
    )


def _notice(situation: Situation, wish: Wish, *, now: datetime, office: Office) -> Outgoing:
    """In a group the short form once a local day, whoever asks; alone with the bot the whole."""
    village = office.org.units.get(situation.village or "")
    values = {
        "village": office.say("privacy.everywhere") if village is None else village.name,
        "words_days": office.rules.privacy.words_days,
        "media_days": office.rules.media.kept_days,
    }
    if situation.group is not None:
        return Outgoing(
            to=ToGroup(group=situation.group.id),
            kind=OutKind.NOTICE,
            text=office.say("privacy.group", **values),
            dedupe_key=f"privacy:{situation.group.id}:{local(now).date()}",
        )
    return _answer(situation, office.say("privacy.aloud" if wish is Wish.ALOUD else "privacy.full", **values))


def _answer(situation: Situation, text: str) -> Outgoing:
    """An answer where the words were said; in a group it quotes them."""
    first = situation.burst.first
    to: Recipient = ToAccount(platform=first.platform, account=first.sender)
    if situation.group is not None:
        to = ToGroup(group=situation.group.id)
    elif situation.speaker is not None:
        to = ToPerson(person=situation.speaker.id)
    return Outgoing(
        to=to,
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"privacy:{first.platform}/{first.id}",
        quote=first.id if situation.group is not None else None,
        answers=situation.speaker is not None,
    )
