"""群发: an officer composes one message for all groups of his villages, looks at it, and confirms (R43)."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.classify.masking import mask
from bot.classify.names import SURNAMES
from bot.domain.burden import Pace
from bot.domain.media import MediaState
from bot.domain.messages import MediaKind, Message, Outgoing, OutKind, ToGroup
from bot.domain.one_to_many import SPREAD, Mailing, MailingState, instants, whole
from bot.domain.org import Group, Role, Unit
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.workdays import local
from bot.handlers.grammar import choice, parse
from bot.handlers.officer import evidence, mailing_log
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.mailing_words import Act, Said, header, read
from bot.mailing_text import say_post
from bot.phrasing import say_time

WRITES = frozenset(Role) - {Role.OPERATOR, Role.REVIEWER}
"""Who may write to groups: everybody with an office of his own; not who only watches over others or the machine."""
HURRIES = frozenset({Role.SECRETARY, Role.LINKED_LEADER, Role.INSPECTOR, Role.COUNTY_DESK, Role.DUTY_ROOM})
"""Who may say that something cannot wait for the morning: the village secretary and above."""
SHORTEST, LONGEST = 4, 1000
"""Characters."""
WAITS_FOR_TEXT = timedelta(minutes=30)
"""How long after 群发 the next message is the text."""
ONCE_WITHIN = timedelta(hours=24)
"""How long the same text does not go to the same group again."""
LOOKED_AT_AFTER = timedelta(minutes=15)
"""How long after the last group it is looked at where the message did not arrive."""
SHORT_COMMAND = 12
"""What is understood as something else, and has no more characters than this, is not the text that is waited for."""
_SERIOUS = re.compile(r"\d[\d \-]{13,}[\dXx]")
"""Numbers that are nobody's business: identity cards and bank accounts."""
_VILLAGER = re.compile(
    rf"[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{0,2}}(?:大爷|大妈|大娘|大叔|大伯|奶奶|爷爷|阿姨|婶|嫂|老汉|先生|女士|家的)"
    rf"|(?:户主|姓名|本人)[:：是为 ]{{0,2}}[{''.join(sorted(SURNAMES))}][\u4e00-\u9fff]{{1,2}}"
)


def concerns(desk: Desk) -> bool:
    """Whether the officer's message is about a mailing, so that their records are needed."""
    words = desk.situation.burst.text.strip()
    return read(desk.chosen(words) or words) is not None or awaited(desk) is not None


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from a sentence about one message to many; None if it is about something else."""
    said = read(text)
    if said is None:
        wanted = awaited(desk)
        if wanted is None or not text or _means_something_else(text):
            return None
        said = Said(act=Act.COMPOSE, rest=f"{wanted}：{text}")
    if not desk.speaker.roles & WRITES:
        return desk.tell("many.not_for_you")
    if said.act in (Act.COMPOSE, Act.BODY):
        return _compose(desk, said)
    if said.act in (Act.LOG, Act.AGAIN, Act.RECALL):
        return mailing_log.decide(desk, said)
    return _of_a_draft(desk, said)


def picture(desk: Desk) -> Outcome | None:
    """What follows from a picture without words while the text is waited for; None if none is."""
    wanted = awaited(desk)
    return None if wanted is None else desk.tell_choosing("many.picture_first", (f"群发 正文 {wanted}",))


def awaited(desk: Desk) -> str | None:
    """The names of those to whom the text goes that the bot has just asked for; None if it has asked for none."""
    answers = [sent for sent in desk.situation.asked if sent.pace is Pace.ANSWER]
    if not answers or desk.now - (answers[-1].sent_at or answers[-1].created_at) > WAITS_FOR_TEXT:
        return None
    choices = answers[-1].outgoing.choices
    said = read(choices[0]) if len(choices) == 1 else None
    return said.rest if said is not None and said.act is Act.BODY else None


def shown(desk: Desk) -> tuple[Message, ...]:
    """The pictures that go with the text: what belongs to nothing yet, or was sent immediately before."""
    found = evidence.shown(desk)
    since = desk.situation.burst.first.at - evidence.SHOWN_WITHIN
    before = desk.situation.own_recent(since)
    if not found and before and before[-1].shows:
        return (before[-1],)
    return found


# The draft


def _means_something_else(text: str) -> bool:
    understood = parse(text)
    short = len(text) <= SHORT_COMMAND
    return choice(text) is not None or (short and understood is not None and understood.verb is not None)


def _compose(desk: Desk, said: Said) -> Outcome:
    office = desk.office
    units, groups, body = _addressed(desk, said)
    if isinstance(units, Outcome):
        return units
    if not groups:
        return desk.tell("many.no_groups")
    text = "" if said.act is Act.BODY else body
    if not text:
        names = office.say("due.separator").join([unit.name for unit in units] or [group.name for group in groups])
        wanted = f"群发 正文 {'、'.join(group.id for group in groups)}"
        return desk.tell_choosing("many.send_text", (wanted,), names=names, count=len(groups))
    if len(text) < SHORTEST:
        return desk.tell("many.too_short")
    if len(text) > LONGEST:
        return desk.tell("many.too_long", count=len(text), most=LONGEST)
    twice = _sent_before(desk, text, groups)
    if twice is not None:
        return desk.tell("many.known", number=twice.number, at=say_time(twice.at, office, now=desk.now))
    found = _picture(desk)
    if isinstance(found, Outcome):
        return found
    draft = Mailing(
        unit=desk.speaker.unit,
        number=desk.situation.next_mailing,
        step=1,
        state=MailingState.DRAFT,
        text=text,
        groups=tuple(group.id for group in groups),
        picture=found,
        by=desk.speaker.id,
        at=desk.now,
    )
    return _preview(desk, draft) + Outcome(mailings=(draft,))


def _addressed(desk: Desk, said: Said) -> tuple[list[Unit] | Outcome, list[Group], str]:
    """Whose groups are meant, those that are bound to a conversation, and the text."""
    office, words = desk.office, said.rest
    covered = [unit for unit in office.org.villages if office.org.covers(desk.speaker, unit.id)]
    names, body = (header(words + "：") if said.act is Act.BODY else header(words)) if words else ((), "")
    if len(names) == 1 and names[0] in (office.say("many.all"), office.org.units[desk.speaker.unit].name):
        return covered, _bound(covered, desk), body
    found = [_named(desk, name) for name in names]
    if any(found):
        unknown = [name for name, one in zip(names, found, strict=True) if one is None]
        if unknown:
            return desk.tell("many.unknown", name=unknown[0], names=_list(desk, covered)), [], body
        units = [one for one in found if isinstance(one, Unit)]
        groups = [one for one in found if isinstance(one, Group)]
        foreign = [one.name for one in units if one not in covered]
        foreign += [one.name for one in groups if office.org.units[one.village] not in covered]
        if foreign:
            return desk.tell("many.foreign", name=foreign[0]), [], body
        bound = [*_bound(units, desk), *(one for one in groups if one.conversation)]
        return units if not groups else [], list(dict.fromkeys(bound)), body
    if len(covered) == 1:
        return covered, _bound(covered, desk), words
    return desk.tell("many.which", names=_list(desk, covered)), [], words


def _list(desk: Desk, units: list[Unit]) -> str:
    return desk.office.say("due.separator").join(unit.name for unit in units)


def _bound(units: list[Unit], desk: Desk) -> list[Group]:
    return [group for unit in units for group in desk.office.org.groups_of(unit.id) if group.conversation]


def _named(desk: Desk, name: str) -> Unit | Group | None:
    """A village or a group by its name; a village also without 村 at the end, if two characters are left."""
    org = desk.office.org
    groups = [group for group in org.groups.values() if name in (group.name, group.id)]
    units = [unit for unit in org.villages if name in (unit.name, unit.name.removesuffix("村"))]
    here = [unit for unit in units if org.covers(desk.speaker, unit.id)]
    return next(iter(here), None) or next(iter(units), None) or next(iter(groups), None)


def _sent_before(desk: Desk, text: str, groups: list[Group]) -> Mailing | None:
    ids = {group.id for group in groups}
    return next(
        (
            one
            for one in desk.situation.mailings
            if one.state is MailingState.SENT
            and one.text == text
            and ids & set(one.groups)
            and desk.now - one.at < ONCE_WITHIN
        ),
        None,
    )


def _picture(desk: Desk) -> str | Outcome | None:
    """The picture that was sent with it, and for no mailing before."""
    used = [(one.picture, one.at) for one in desk.situation.mailings if one.picture is not None]
    pictures = [
        one
        for one in desk.situation.shown
        if one.kind is MediaKind.PICTURE
        and not one.aside
        and not any(one.digest == digest and one.arrived_at <= at for digest, at in used)
    ]
    if not pictures:
        return None
    if len(pictures) > 1:
        return desk.tell("many.one_picture", count=len(pictures))
    if pictures[0].state is not MediaState.KEPT:
        return desk.tell("many.picture_waits")
    return pictures[0].digest


def _is_quiet(desk: Desk) -> bool:
    return local(desk.now).time() in desk.office.rules.quiet_hours


def _preview(desk: Desk, draft: Mailing, *, as_it_is: bool = False) -> Outcome:
    """The message as it will appear, where it goes, what is to be watched, and the choices."""
    office, number = desk.office, draft.number
    hidden = mask(draft.text) != draft.text
    serious = _is_serious(draft)
    notes = [office.say("many.has_number" if not serious else "many.has_identity")] if hidden else []
    notes += [office.say("many.has_name")] if _VILLAGER.search(draft.text) else []
    options: list[tuple[str, str]] = []
    if hidden and not as_it_is:
        options.append((office.say("many.choice_mask"), f"群发 隐去号码 {number}"))
        options += [] if serious else [(office.say("many.choice_as_it_is"), f"群发 发 {number}")]
    elif _is_quiet(desk):
        at = say_time(office.loud_at(desk.now), office, now=desk.now)
        notes.append(office.say("many.late"))
        options.append((office.say("many.choice_morning", at=at), f"群发 早上发 {number}"))
        if desk.speaker.roles & HURRIES:
            options.append((office.say("many.choice_urgent"), f"群发 急事发 {number}"))
    else:
        options.append((office.say("many.choice_send"), f"群发 发 {number}"))
    if draft.picture is not None:
        options.append((office.say("many.choice_no_picture"), f"群发 不配图 {number}"))
    options.append((office.say("many.choice_change"), f"群发 改 {number}"))
    options.append((office.say("many.choice_drop"), f"群发 算了 {number}"))
    asked = desk.ask(
        "many.preview",
        options,
        number=number,
        post=say_post(draft, desk.speaker, office),
        picture=office.say("many.with_picture") if draft.picture else "",
        groups=_say_groups(desk, draft),
        notes="".join(f"\n{note}" for note in notes),
    )
    return replace(asked, sends=tuple(replace(sent, attachment=draft.picture) for sent in asked.sends))


def _is_serious(draft: Mailing) -> bool:
    return mask(draft.text) != draft.text and _SERIOUS.search(draft.text) is not None


def _say_groups(desk: Desk, draft: Mailing) -> str:
    """By name where they are few, else by village."""
    org = desk.office.org
    groups = [org.groups[group] for group in draft.groups if group in org.groups]
    names = [group.name for group in groups]
    if len(groups) > mailing_log.MOST_NAMED:
        villages = dict.fromkeys(org.units[group.village].name for group in groups)
        names = [
            desk.office.say(
                "many.village_groups",
                village=name,
                count=sum(org.units[group.village].name == name for group in groups),
            )
            for name in villages
        ]
    return desk.office.say("many.groups", count=len(groups), names=desk.office.say("due.separator").join(names))


# What is chosen


def _of_a_draft(desk: Desk, said: Said) -> Outcome:
    found = next((one for one in whole(desk.situation.mailings) if one.number == said.number), None)
    if found is None:
        return desk.tell("many.no_such", number=said.number)
    if found.state is not MailingState.DRAFT:
        return desk.tell(f"many.already_{found.state}", number=found.number)
    if found.by != desk.speaker.id:
        return desk.tell("many.not_yours", number=found.number)
    after = replace(found, step=found.step + 1, at=desk.now)
    if said.act is Act.DROP:
        dropped = replace(after, state=MailingState.DROPPED)
        return desk.tell("many.dropped") + Outcome(mailings=(dropped,))
    if said.act is Act.CHANGE:
        dropped = replace(after, state=MailingState.DROPPED)
        again = desk.office.say("many.picture_again") if found.picture else ""
        told = desk.tell_choosing("many.change", (f"群发 正文 {'、'.join(found.groups)}",), picture=again)
        return told + Outcome(mailings=(dropped,))
    if said.act is Act.MASK:
        masked = replace(after, text=mask(found.text))
        return _preview(desk, masked) + Outcome(mailings=(masked,))
    if said.act is Act.WITHOUT_PICTURE:
        bare = replace(after, picture=None)
        return _preview(desk, bare) + Outcome(mailings=(bare,))
    return _send(desk, said, found)


def _send(desk: Desk, said: Said, draft: Mailing) -> Outcome:
    """Hand it to the outbox: now, or in the morning. What is no business of a group never goes."""
    if _is_serious(draft):
        return _preview(desk, draft)
    urgent = said.act is Act.URGENT and bool(desk.speaker.roles & HURRIES)
    if said.act is not Act.MORNING and _is_quiet(desk) and not urgent:
        return _preview(desk, draft, as_it_is=True)
    org = desk.office.org
    known = [org.groups[group] for group in draft.groups if group in org.groups]
    groups = tuple(one.id for one in known if one.conversation and org.covers(desk.speaker, one.village))
    if not groups:
        return desk.tell("many.no_groups")
    step = replace(draft, step=draft.step + 1, state=MailingState.SENT, groups=groups, at=desk.now)
    begin = desk.now if urgent else desk.office.loud_at(desk.now)
    outcome, last = posts(desk, step, begin=begin)
    at = say_time(begin, desk.office, now=desk.now)
    if begin > desk.now:
        return desk.tell("many.will_go", number=step.number, count=len(groups), at=at) + outcome
    minutes = round((last - desk.now) / timedelta(minutes=1))
    key = "many.going" if minutes < 1 else "many.going_slowly"
    return desk.tell(key, number=step.number, count=len(groups), minutes=minutes) + outcome


def posts(desk: Desk, step: Mailing, *, begin: datetime) -> tuple[Outcome, datetime]:
    """One send for each group of a step, spread over time behind what other mailings have planned; and the last's."""
    author = desk.office.org.people.get(step.by, desk.speaker)
    busy = desk.situation.mailing_until
    start = begin if busy is None else max(begin, busy + SPREAD)
    times = instants(len(step.groups), start)
    sends = tuple(
        Outgoing(
            to=ToGroup(group=group),
            kind=OutKind.NOTICE,
            text=say_post(step, author, desk.office),
            dedupe_key=step.key(group),
            not_before=at if at > desk.now else None,
            attachment=step.picture,
        )
        for group, at in zip(step.groups, times, strict=True)
    )
    look = Slot(at=times[-1] + LOOKED_AT_AFTER, job=Job.MAILING, scope=step.id)
    return Outcome(sends=sends, mailings=(step,), slots=(look,)), times[-1]
