"""The daily notice that an officer publishes himself: 发布, or one line of his own first (R28). One tap."""

import re
from datetime import date

from bot.classify.masking import has_private_number
from bot.domain.messages import Outgoing
from bot.domain.org import Role
from bot.domain.outcome import Outcome
from bot.domain.workdays import local
from bot.duty_words import draft, on_duty, posted
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.phrasing import say_day

MOST_ADDED = 120
"""Signs of an officer's own line: a notice is read on a phone."""
_DAY = r"\s*(?P<day>\d{4}-\d{2}-\d{2})?\s*(?P<more>.*)"
_PUBLISH = re.compile(rf"(?:值班发布|发布值班(?:公告)?|发值班公告){_DAY}", re.DOTALL)
_ADD = re.compile(rf"(?:值班)?加一句[\s:：,，]*{_DAY}", re.DOTALL)
_BARE = frozenset({"发布", "发吧", "发出去", "可以发"})


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from a sentence about the notice; None if it is about something else."""
    if _publishes_himself(desk) is None:
        return None
    if text.strip(PUNCTUATION) in _BARE and _was_shown(desk):
        question = desk.open_question
        text = text if question is None else question.choices[0]
    published = _PUBLISH.fullmatch(text.strip())
    if published is not None:
        return _publish(desk, published["day"], published["more"].strip())
    added = _ADD.fullmatch(text.strip())
    if added is None:
        return None
    if not added["more"].strip():
        return desk.tell("duty.how_to_add")
    return _show(desk, added["more"].strip())


def _publishes_himself(desk: Desk) -> str | None:
    """The village whose notices the speaker's people publish themselves."""
    unit = desk.office.org.units.get(desk.speaker.unit)
    return unit.id if unit is not None and unit.drafts_notice else None


def _was_shown(desk: Desk) -> bool:
    question = desk.open_question
    return question is not None and _PUBLISH.fullmatch(question.choices[0]) is not None


def _show(desk: Desk, more: str) -> Outcome:
    """The notice with the officer's line, to be published or changed again."""
    refused = _refused(desk, more) or _may(desk)
    if refused is not None:
        return refused
    text, choices = draft(desk.speaker.unit, local(desk.now).date(), desk.office, more=more)
    return desk.ask_as_written(text, choices)


def _publish(desk: Desk, said: str | None, more: str) -> Outcome:
    """Post it to all groups of the village, to none twice, in the names that the roster holds at this moment."""
    office, village, today = desk.office, desk.speaker.unit, local(desk.now).date()
    if said is not None and said != today.isoformat():
        return desk.tell("duty.not_today", day=_day(said, desk))
    refused = (_refused(desk, more) if more else None) or _may(desk)
    if refused is not None:
        return refused
    sends: list[Outgoing] = []
    names = []
    for group in office.org.groups_of(village):
        people = on_duty(village, today, office, group=group.id)
        if people and group.conversation:
            heard = group.platform not in office.mentions_only
            sends.append(posted(group, people, today, office, hears_all=heard, more=more))
            names.append(group.name)
    if not sends:
        return desk.tell("duty.no_group")
    told = desk.tell("duty.published", groups=office.say("duty.and").join(names))
    return told + Outcome(sends=tuple(sends))


def _may(desk: Desk) -> Outcome | None:
    """Who is not on duty today does not publish in the names of those who are; the secretary may."""
    village, today, office = desk.speaker.unit, local(desk.now).date(), desk.office
    groups = office.org.groups_of(village)
    people = [person for group in groups for person in on_duty(village, today, office, group=group.id)]
    if not people:
        return desk.tell("duty.nobody_to_name")
    if desk.speaker in people or Role.SECRETARY in desk.speaker.roles:
        return None
    names = office.say("duty.and").join(dict.fromkeys(person.title for person in people))
    return desk.tell("duty.not_yours", people=names)


def _refused(desk: Desk, more: str) -> Outcome | None:
    if has_private_number(more):
        return desk.tell("duty.no_number")
    return desk.tell("duty.too_long", most=MOST_ADDED) if len(more) > MOST_ADDED else None


def _day(said: str, desk: Desk) -> str:
    try:
        return say_day(date.fromisoformat(said), desk.office)
    except ValueError:
        return said
