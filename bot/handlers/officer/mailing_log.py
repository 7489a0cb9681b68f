"""What became of messages to many groups: 群发记录, 重发 3 for where it failed, 撤回 群发 3 (R43)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.one_to_many import (
    Arrived,
    MailFate,
    Mailing,
    MailingState,
    Recall,
    instants,
    where_it_stands,
    whole,
)
from bot.domain.org import Role
from bot.domain.outcome import Job, Outcome, Slot
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.mailing_words import Act, Said
from bot.mailing_text import say_counts, say_post
from bot.phrasing import brief, say_time

MOST_NAMED = 6
"""Groups that are named one by one; more are counted by village."""
MOST_LISTED = 6
"""Mailings that the list shows."""
MOST_LINES = 25
"""Groups that the log of one mailing shows; those where something is wrong come first."""
RECALL_TOLD_AFTER = timedelta(minutes=1)
_GOES_BACK = frozenset({Arrived.WAITING, Arrived.SENT, Arrived.UNSURE})
_ABOVE = frozenset({Role.SECRETARY, Role.INSPECTOR, Role.COUNTY_DESK})


def decide(desk: Desk, said: Said) -> Outcome:
    """The list, the log of one, a second try, or taking back."""
    sent = [one for one in whole(desk.situation.mailings) if _went_out(desk, one.number)]
    if said.act is Act.LOG and said.number is None:
        return _list(desk, sent)
    found = next((one for one in reversed(sent) if said.number in (None, one.number)), None)
    if found is None:
        return desk.tell("many.none" if said.number is None else "many.no_such", number=said.number)
    return {Act.LOG: _log, Act.AGAIN: _again, Act.RECALL: _recall}[said.act](desk, found)


def _went_out(desk: Desk, number: int) -> bool:
    return any(one.number == number and one.state is MailingState.SENT for one in desk.situation.mailings)


def _stands(desk: Desk, mailing: Mailing) -> Mapping[str, MailFate]:
    steps = [one for one in desk.situation.mailings if one.number == mailing.number]
    return where_it_stands(steps, desk.situation.mail_fates)


def _list(desk: Desk, sent: list[Mailing]) -> Outcome:
    if not sent:
        return desk.tell("many.none")
    lines = [
        desk.office.say(
            "many.list_line",
            number=one.number,
            at=say_time(one.at, desk.office, now=desk.now),
            text=brief(one.text, desk.office),
            counts=say_counts(_stands(desk, one), desk.office),
        )
        for one in reversed(sent[-MOST_LISTED:])
    ]
    return desk.tell("many.list", lines="\n".join(lines), number=sent[-1].number)


def _log(desk: Desk, mailing: Mailing) -> Outcome:
    office, fates = desk.office, _stands(desk, mailing)
    wrong = [pair for pair in fates.items() if pair[1].state is not Arrived.SENT]
    right = [pair for pair in fates.items() if pair[1].state is Arrived.SENT]
    lines = []
    for group, fate in [*wrong, *right][:MOST_LINES]:
        known = office.org.groups.get(group)
        state = office.say(
            f"many.state_{fate.state}",
            at="" if fate.at is None else say_time(fate.at, office, now=desk.now),
            why=office.say("many.why", why=fate.why) if fate.why else "",
        )
        lines.append(office.say("many.log_line", group=group if known is None else known.name, state=state))
    if len(fates) > MOST_LINES:
        lines.append(office.say("many.log_more", count=len(fates) - MOST_LINES))
    author = office.org.people.get(mailing.by)
    key = "many.log_failed" if any(one.state is Arrived.FAILED for one in fates.values()) else "many.log"
    return desk.tell(
        key,
        number=mailing.number,
        who="" if author is None else author.title,
        at=say_time(mailing.at, office, now=desk.now),
        text=brief(mailing.text, office),
        lines="\n".join(lines),
    )


def _again(desk: Desk, mailing: Mailing) -> Outcome:
    """Only where it surely did not arrive, so that no group ever reads it twice."""
    office = desk.office
    fates = _stands(desk, mailing)
    org = office.org
    failed = [group for group, fate in fates.items() if fate.state is Arrived.FAILED]
    known = [org.groups[group] for group in failed if group in org.groups]
    groups = tuple(one.id for one in known if one.conversation and org.covers(desk.speaker, one.village))
    if not groups:
        return desk.tell("many.nothing_failed", number=mailing.number, counts=say_counts(fates, desk.office))
    step = replace(
        mailing, step=mailing.step + 1, state=MailingState.SENT, groups=groups, by=desk.speaker.id, at=desk.now
    )
    begin = office.loud_at(desk.now)
    author = org.people.get(mailing.by, desk.speaker)
    text = say_post(mailing, author, office)
    times = instants(len(groups), begin)
    sends = tuple(
        Outgoing(
            to=ToGroup(group=group),
            kind=OutKind.NOTICE,
            text=text,
            dedupe_key=step.key(group),
            not_before=at if at > desk.now else None,
            attachment=step.picture,
        )
        for group, at in zip(groups, times, strict=True)
    )
    key = "many.again_later" if begin > desk.now else "many.again"
    told = desk.tell(key, number=step.number, count=len(groups), at=say_time(begin, office, now=desk.now))
    return told + Outcome(sends=sends, mailings=(step,))


def _recall(desk: Desk, mailing: Mailing) -> Outcome:
    fates = _stands(desk, mailing)
    if desk.speaker.id != mailing.by and not desk.speaker.roles & _ABOVE:
        return desk.tell("many.recall_not_yours", number=mailing.number)
    keys = tuple(fate.key for fate in fates.values() if fate.state in _GOES_BACK)
    if not keys:
        return desk.tell("many.nothing_to_recall", number=mailing.number, counts=say_counts(fates, desk.office))
    told = desk.tell("many.recalling", number=mailing.number, count=len(keys))
    scope = f"{mailing.id}:{desk.speaker.id}"
    slot = Slot(at=desk.now + RECALL_TOLD_AFTER, job=Job.MAILING_BACK, scope=scope)
    return told + Outcome(recalls=(Recall(keys=keys, by=desk.speaker.id),), slots=(slot,))
