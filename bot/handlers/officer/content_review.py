"""素材: what is coming and what was posted; releasing, returning and stopping items; and the choice of a day (R37)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.daily_item import LATEST, REST_DAYS, choose, question
from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.own_content import ContentChoice, ItemState, OwnItem
from bot.domain.workdays import SHANGHAI, local
from bot.handlers.officer import own_content
from bot.handlers.officer.content_words import Act, Said, read
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.own_content import may_review, name_of
from bot.phrasing import say_day

MOST_LISTED = 6
"""Items of one kind that a list shows."""
LISTED_SINCE = timedelta(days=REST_DAYS)
"""How far back the list looks for what was posted."""
_STATE_AFTER = {Act.RELEASE: ItemState.RELEASED, Act.RETURN: ItemState.RETURNED, Act.STOP: ItemState.STOPPED}
_CHANGEABLE = {
    Act.RELEASE: (ItemState.PROPOSED, ItemState.STOPPED),
    Act.RETURN: (ItemState.PROPOSED,),
    Act.STOP: (ItemState.PROPOSED, ItemState.RELEASED),
}


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from a sentence about the daily item; None if it is about something else."""
    said = read(text)
    if said is None:
        return None
    if said.act is Act.STORE:
        return own_content.store(desk, said.rest)
    if said.act is Act.LIST:
        return _list(desk)
    if said.day is not None:
        return _of_a_day(desk, said)
    found = _meant(desk, said)
    return found if isinstance(found, Outcome) else _of_one(desk, said, found)


def wants_posted(desk: Desk) -> bool:
    """Whether the officer asks for the list, which tells what was posted."""
    words = desk.situation.burst.text.strip()
    said = read(desk.chosen(words) or words)
    return said is not None and said.act is Act.LIST


# One item


def _meant(desk: Desk, said: Said) -> OwnItem | Outcome:
    """The item with this number: of the named village, else of the officer's own unit, else the only one."""
    units = desk.office.org.units
    fitting = [
        one
        for one in desk.situation.own_items
        if one.number == said.number and (not said.village or said.village in units[one.unit].name)
    ]
    own = [one for one in fitting if one.unit == own_content.unit_of(desk)]
    found = own if own and not said.village else fitting
    if not found:
        return desk.tell("own.no_such", number=said.number)
    if len(found) == 1:
        return found[0]
    word = {Act.LOOK: "看", Act.RELEASE: "通过", Act.RETURN: "退回", Act.STOP: "停用"}[said.act]
    options = [
        (
            desk.office.say("own.list_item", name=f"{units[one.unit].name}{one.number}", title=one.title),
            f"素材 {word} {units[one.unit].name}{one.number} {said.rest}".strip(),
        )
        for one in found
    ]
    return desk.ask("own.which", options, number=said.number)


def _of_one(desk: Desk, said: Said, item: OwnItem) -> Outcome:
    name = name_of(item, desk)
    reviews = may_review(desk.speaker, item, desk)
    at_home = item.unit in desk.office.org.line_of(desk.speaker.unit)
    if said.act is Act.LOOK:
        return _look(desk, item) if reviews or at_home else desk.tell("own.no_such", number=said.number)
    if said.act is Act.STOP:
        if not (reviews or desk.speaker.unit == item.unit):
            return desk.tell("own.no_such", number=said.number)
    elif desk.speaker.id == item.proposed_by:
        return desk.tell("own.not_himself")
    elif not reviews:
        return desk.tell("own.not_reviewer")
    if item.state not in _CHANGEABLE[said.act]:
        return desk.tell("own.done_already", name=name, state=desk.office.say(f"own.state_{item.state}"))
    if said.act is Act.RETURN and not said.rest:
        return _why(desk, name)
    return _step(desk, said, item)


def _step(desk: Desk, said: Said, item: OwnItem) -> Outcome:
    after = replace(
        item,
        step=item.step + 1,
        state=_STATE_AFTER[said.act],
        by=desk.speaker.id,
        at=desk.now,
        reason=said.rest if said.act is Act.RETURN else "",
    )
    proposer = desk.office.org.people.get(item.proposed_by)
    who = "" if proposer is None else proposer.title
    name = name_of(item, desk)
    key = {Act.RELEASE: "own.released", Act.RETURN: "own.returned", Act.STOP: "own.stopped"}[said.act]
    outcome = desk.tell(key, name=name, title=item.title, who=who) + Outcome(own_items=(after,))
    if proposer is None or said.act is Act.STOP:
        return outcome
    told = "own.released_told" if said.act is Act.RELEASE else "own.returned_told"
    note = Outgoing(
        to=ToPerson(person=proposer.id),
        kind=OutKind.NOTICE,
        text=desk.office.say(told, title=item.title, why=said.rest),
        dedupe_key=f"own-item-told:{item.id}:{after.step}",
        not_before=desk.office.hold(desk.now),
    )
    return outcome + Outcome(sends=(note,))


def _why(desk: Desk, name: str) -> Outcome:
    """Whoever proposed it must know what to mend."""
    reasons = desk.office.say("own.reasons").split("|")
    options = [(why, desk.office.say("own.sentence_return_why", name=name, why=why)) for why in reasons]
    return desk.ask("own.why_return", options, name=name)


def _look(desk: Desk, item: OwnItem) -> Outcome:
    name = name_of(item, desk)
    if item.picture is None:
        return desk.tell("own.no_picture", name=name)
    told = desk.tell("own.picture", name=name, title=item.title)
    return replace(told, sends=tuple(replace(sent, attachment=item.picture) for sent in told.sends))


# The list


def _list(desk: Desk) -> Outcome:
    office, unit = desk.office, own_content.unit_of(desk)
    here = [one for one in desk.situation.own_items if unit is None or one.unit in (unit, *office.org.line_of(unit))]
    waiting = [one for one in desk.situation.own_items if one.state is ItemState.PROPOSED]
    ready = [one for one in here if one.state is ItemState.RELEASED]
    said = {
        "tomorrow": _tomorrow(desk),
        "waiting": _lines(desk, "own.list_waiting", waiting),
        "ready": _lines(desk, "own.list_ready", ready),
        "used": _posted(desk),
    }
    if not (waiting or ready):
        said["ready"] = office.say("own.list_none")
    return desk.tell("own.list", **said)


def _lines(desk: Desk, key: str, items: list[OwnItem]) -> str:
    if not items:
        return ""
    shown = (desk.office.say("own.list_item", name=name_of(one, desk), title=one.title) for one in items[-MOST_LISTED:])
    return desk.office.say(key, items=desk.office.say("due.separator").join(shown))


def _library(desk: Desk) -> tuple[ContentItem, ...]:
    line = desk.office.org.line_of(desk.speaker.unit)
    own = (one for one in desk.situation.own_items if one.state is ItemState.RELEASED and one.unit in line)
    return (*desk.office.content, *(one.as_item() for one in own))


def _tomorrow(desk: Desk) -> str:
    """What the first group of the officer's village would read next, as things stand; none where that is decided."""
    groups = desk.office.org.groups_of(desk.speaker.unit)
    if not groups or desk.office.org.units[desk.speaker.unit].confirms_content:
        return ""
    used = {one.item for one in desk.situation.posted if one.group == groups[0].id}
    item = choose(_library(desk), used, groups[0].id, local(desk.now).date() + timedelta(days=1))
    return "" if item is None else desk.office.say("own.list_tomorrow", title=item.title)


def _posted(desk: Desk) -> str:
    titles = {one.id: one.title for one in _library(desk)}
    titles |= {one.id: one.title for one in desk.situation.own_items}
    office = desk.office
    shown: dict[str, str] = {}
    for one in reversed(desk.situation.posted):
        if one.item in titles and len(shown) < MOST_LISTED:
            day = say_day(local(one.at).date(), office, today=local(desk.now).date())
            line = office.say("own.list_posted", day=day, title=titles[one.item])
            shown.setdefault(line, line)
    return office.say("own.list_used", items=office.say("due.separator").join(shown)) if shown else ""


# A day


def _of_a_day(desk: Desk, said: Said) -> Outcome:
    """1 发 2 换一条 3 明天不发."""
    office, day, today = desk.office, said.day, local(desk.now).date()
    if day is None or day < today or (day == today and local(desk.now).time() > LATEST):
        return desk.tell("content.day_over", day=say_day(day or today, office))
    if desk.speaker.unit != said.village:
        return desk.tell("content.not_your_village")
    shown = say_day(day, office, today=today)
    choice = ContentChoice(village=said.village, day=day, item="", by=desk.speaker.id, at=desk.now)
    if said.act is Act.NONE:
        return desk.tell("content.will_not", day=shown) + Outcome(content_choices=(choice,))
    library = {one.id: one for one in _library(desk)}
    wanted = [library[item] for item in said.rest.split() if item in library]
    if not wanted:
        return desk.tell("content.item_gone")
    if said.act is Act.OTHER:
        text, choices = question(wanted[0], [one.id for one in wanted[1:]], said.village, day, office)
        return _asked(desk, text, choices)
    outcome = Outcome(content_choices=(replace(choice, item=wanted[0].id),))
    if desk.now < datetime.combine(day, office.rules.schedule.daily_content, SHANGHAI):
        return desk.tell("content.will_post", day=shown, title=wanted[0].title) + outcome
    slots = (Slot(at=desk.now, job=Job.CONTENT_AGAIN, scope=group.id) for group in office.org.groups_of(said.village))
    return desk.tell("content.will_post_now", title=wanted[0].title) + outcome + Outcome(slots=tuple(slots))


def _asked(desk: Desk, text: str, choices: tuple[str, ...]) -> Outcome:
    """The next proposal as an answer to the officer."""
    first = desk.situation.burst.first
    asked = Outgoing(
        to=ToPerson(person=desk.speaker.id),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"reply:{first.platform}/{first.id}",
        choices=choices,
        answers=True,
    )
    return Outcome(sends=(asked,))
