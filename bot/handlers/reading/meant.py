"""Which known matter a villager's words are about, if any: by quote, by number, by form, by what was just said."""

import re
from datetime import timedelta

from bot.classify.forms import Form
from bot.domain.categories import Flag
from bot.domain.messages import Message
from bot.domain.tickets import Thread
from bot.domain.verdicts import Verdict
from bot.handlers import clues
from bot.handlers.judge import Judge
from bot.handlers.reading import allusion, chasing, replying, threads
from bot.handlers.situation import Situation
from bot.office import Office

_AT_ONCE = timedelta(minutes=3)
"""How long a cadre's words are thrown back at him."""
_THANKED_WITHIN = timedelta(days=1)
"""How long after a matter was talked about a thanks or a "done" without its words is about it."""
_NUMBER = re.compile(r"(\d{1,4})\s*号")


def meant(situation: Situation, verdict: Verdict, judge: Judge, office: Office) -> Thread | None:
    """The ticket that the words are plainly about: quoted, numbered, or the sender's own with words of a follow-up."""
    flags = verdict.flags
    speaks_of_own = bool(flags & {Flag.FOLLOWUP, Flag.REOPEN, Flag.WITHDRAW, Flag.THANKS})
    quoted = situation.quoted_thread
    if quoted is not None:
        mine = quoted.involves(situation.sender)
        if mine or Flag.SUPPORT in flags or verdict.label is quoted.ticket.category:
            return quoted
        return None
    numbered = _NUMBER.search(situation.burst.text) if situation.to_bot or speaks_of_own else None
    if numbered is not None:
        number = int(numbered.group(1))
        for thread in situation.threads:
            if thread.ticket.number == number and thread.involves(situation.sender):
                return thread
    officials = allusion.called(situation, office.org.people_of(situation.village or ""))
    own = threads.own(situation, judge, officials)
    alluded = own is not None and own.ticket.state.is_live and allusion.alludes(situation, own, officials, judge)
    if not speaks_of_own and not alluded:
        return None
    if own is not None and threads.still_meant(situation, own, verdict, judge, alluded=alluded):
        recent = situation.burst.first.at - own.last_at <= _THANKED_WITHIN
        return own if recent or alluded or flags & {Flag.FOLLOWUP, Flag.REOPEN} else None
    if Flag.FOLLOWUP not in flags or Flag.SUPPORT in flags:
        return None
    return chasing.asked_about(situation, verdict, judge) or chasing.chased_in_the_air(situation, verdict, judge)


def asked_privately(situation: Situation, verdict: Verdict, judge: Judge) -> Thread | None:
    """What somebody with an open matter, or asking after a known one, writes to the bot alone is about that."""
    if verdict.flags & {Flag.THANKS, Flag.WITHDRAW} or clues.confides(situation.burst.text):
        return None
    mine = threads.own(situation, judge)
    if (
        mine is not None
        and mine.ticket.state.is_live
        and judge.stream.forms.said(Form.ASKS_PROGRESS, situation.burst.text)
    ):
        return mine
    return chasing.asked_about(situation, verdict, judge)


def pressed(situation: Situation, verdict: Verdict, judge: Judge, office: Office) -> Thread | None:
    """The matter that a doubt or a demand without a subject is about, because of what was said just before it."""

    def is_cadre(message: Message) -> bool:
        return office.org.person_at(message.platform, message.sender) is not None

    if situation.private or situation.quoted_thread is not None:
        return None
    within = timedelta(seconds=office.rules.join_window.continues_within)
    mine = replying.pressed(situation, verdict, judge) or replying.goes_on(situation, verdict, judge, within=within)
    mine = mine or replying.agreed_with(situation, verdict)
    others = chasing.thrown_back(situation, verdict, judge, is_cadre=is_cadre, within=_AT_ONCE)
    return mine or others or chasing.promise_missed(situation, verdict, judge)
