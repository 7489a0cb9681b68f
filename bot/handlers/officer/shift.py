"""What officers settle about who is there: 请假, 销假, 换班 (R28). A swap holds once the other agrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.duty import Absence, Back, Swap, overseers
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import Ticket
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer import handover
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.said_days import NoSuchDayError, Span, days_said
from bot.handlers.officer.said_days import Said as Days
from bot.handlers.officer.shift_words import Said, Shift, read
from bot.office import Office
from bot.phrasing import numbered, say_day, say_days

LONGEST_LEAVE = 180
"""Days of one absence: whoever is away for longer leaves the list."""
LOOK_AHEAD = timedelta(days=14)
"""How far ahead an officer's duties are offered for swapping."""
_FILLERS = re.compile(r"我|想|需要|要|得|因事|因病|有事|申请|上午|下午|[\s,\uff0c、]")
_DUTY_WORDS = re.compile(r"值班|的班|班|那天|一下|的")
_TERMS = re.compile(r"(?P<giver>\S+)>(?P<taker>\S+) (?P<day>\d{4}-\d{2}-\d{2})")


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from a sentence about shifts; None if it is about something else."""
    said = read(text)
    if said is None:
        return None
    if said.what in (Shift.TAKE, Shift.LEAVE_IT, Shift.HANDOVER):
        return handover.decide(desk, said)
    if said.what in (Shift.AGREE, Shift.REFUSE):
        return _answer(desk, said)
    try:
        days = days_said(said.words, today=_today(desk))
        before = days_said(said.before, today=_today(desk))
    except NoSuchDayError as error:
        return desk.tell("shift.no_such_day", day=str(error))
    if said.what is Shift.SWAP:
        return _swap(desk, said, days, before)
    return _leave(desk, days, before) if said.what is Shift.LEAVE else _back(desk, days)


# Who is on duty


def who_is_away(village: str, today: date, office: Office) -> list[str]:
    """A line on the village's people who are away today or tomorrow, none if everybody is there."""
    away = []
    for person in office.org.people_of(village):
        absence = office.roster.away(person.id, today) or office.roster.away(person.id, today + timedelta(days=1))
        if absence is not None:
            until = say_day(absence.last, office, today=today)
            away.append(office.say("shift.duty_away_one", name=person.name, day=until))
    return [office.say("shift.duty_away", names=office.say("due.separator").join(away))] if away else []


# Being away


def _leave(desk: Desk, days: Days, before: Days) -> Outcome | None:
    """Somebody will be away: kept, and told to whoever looks after the village's duty."""
    named = _meant(desk, f"{before.rest} {days.rest}")
    if not named and _FILLERS.sub("", before.rest):
        return None  # 电工请假了 is no officer's leave
    person = named[0] if named else desk.speaker
    if person != desk.speaker and Role.SECRETARY not in desk.speaker.roles:
        return desk.tell("shift.leave_not_yours")
    if len(days.spans) != 1:
        return desk.tell("shift.leave_when")
    span, today = days.spans[0], _today(desk)
    if span.last < span.first:
        return desk.tell("shift.leave_backwards", first=_say(desk, span.first), last=_say(desk, span.last))
    if span.last < today:
        return desk.tell("shift.leave_past", day=_say(desk, span.last))
    if (span.last - span.first).days >= LONGEST_LEAVE:
        return desk.tell("shift.leave_long", most=LONGEST_LEAVE)
    absence = Absence(person=person.id, first=max(span.first, today), last=span.last)
    return _away(desk, person, absence)


def _away(desk: Desk, person: Person, absence: Absence) -> Outcome:
    office = desk.office
    after = replace(office, roster=office.roster.changed((absence,)))
    span = Span(first=absence.first, last=absence.last)
    shifts = [day for day in span.days if person.id in office.roster.on_duty(person.unit, day)]
    holes = [day for day in shifts if not after.roster.on_duty(person.unit, day)]
    duty = told_duty = told_holes = tickets = ""
    if shifts:
        days = say_days(shifts, office)
        example = office.say("shift.leave_duty_example", day=say_day(shifts[0], office))
        duty = office.say("shift.leave_duty", days=days, name=_you(desk, person), example=example)
        told_duty = office.say("shift.leave_told_duty", days=days)
    if holes:
        stand_in = after.on_duty(person.unit, holes[0]).title
        told_holes = office.say("shift.leave_told_holes", days=say_days(holes, office), next=stand_in)
    if held := _held_by(desk, person):
        next_ = after.on_duty(held[0].village, absence.first, unit=held[0].unit)
        tickets = office.say("shift.leave_tickets", count=len(held), next=next_.title)
    said = {"name": person.title, "span": _span(desk, span)}
    outcome = desk.tell(
        "shift.leave_noted", name=_you(desk, person), span=_span(desk, span), duty=duty, tickets=tickets
    )
    outcome += _tell_overseers(
        desk, person, "leave", office.say("shift.leave_told", **said, duty=told_duty, holes=told_holes)
    )
    if person != desk.speaker:
        outcome += _note(desk, person, "leave", office.say("shift.leave_told", **said, duty="", holes=""))
    return outcome + Outcome(duty=(absence,), slots=_owners_now(desk, person) if absence.on(_today(desk)) else ())


def _held_by(desk: Desk, person: Person) -> list[Ticket]:
    return [
        thread.ticket
        for thread in desk.situation.threads
        if thread.ticket.state.is_live and thread.ticket.owner == person.id
    ]


def _back(desk: Desk, days: Days) -> Outcome:
    """Back earlier than said."""
    today = _today(desk)
    day = max(days.spans[0].first, today) if days.spans else today
    person = next((one for one in _colleagues(desk) if one.name in days.rest), desk.speaker)
    if person != desk.speaker and Role.SECRETARY not in desk.speaker.roles:
        return desk.tell("shift.leave_not_yours")
    if not any(absence.person == person.id and absence.last >= day for absence in desk.office.roster.absences):
        return desk.tell("shift.back_not_away", name=_you(desk, person))
    outcome = desk.tell("shift.back_noted", name=_you(desk, person), day=_say(desk, day))
    text = desk.office.say("shift.back_told", name=person.title, day=_say(desk, day))
    outcome += _tell_overseers(desk, person, "back", text)
    return outcome + Outcome(duty=(Back(person=person.id, day=day),))


# Swapping a day


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """Who is to stand in for whom on which day."""

    day: date
    giver: Person
    taker: Person

    @property
    def people(self) -> tuple[Person, Person]:
        return self.giver, self.taker


def _swap(desk: Desk, said: Said, days: Days, before: Days) -> Outcome | None:
    if said.who:
        known = any(person.name in said.who for person in desk.office.org.people.values())
        about_duty = "班" in desk.situation.burst.text or known
        if not days.spans or _FILLERS.sub("", before.rest) or not about_duty:
            return None  # 跟电工换了灯泡
    name = _DUTY_WORDS.sub(" ", days.rest).strip(PUNCTUATION).removeprefix("跟").removeprefix("和").strip()
    if not days.spans:
        return _which_day(desk, name)
    if len(days.spans) > 1 or days.spans[0].first != days.spans[0].last:
        return desk.tell("shift.swap_one_day")
    day = days.spans[0].first
    if day < _today(desk):
        return desk.tell("shift.swap_past", day=_say(desk, day))
    if not name:
        return _with_whom(desk, day, [person for person in _colleagues(desk) if Role.DUTY_OFFICER in person.roles])
    others = _meant(desk, name)
    if not others:
        elsewhere = [person for person in desk.office.org.people.values() if person.name in name.split()]
        if elsewhere:
            return desk.tell("shift.swap_elsewhere", name=elsewhere[0].name)
        return desk.tell("shift.swap_nobody", name=name)
    if len(others) > 1:
        return _with_whom(desk, day, others)
    return _ask(desk, day, others[0])


def _ask(desk: Desk, day: date, other: Person) -> Outcome:
    """Ask the other; whoever has the duty of that day gives it, whoever has not takes it."""
    office, roster, speaker = desk.office, desk.office.roster, desk.speaker
    said = {"name": other.name, "day": _say(desk, day)}
    if other == speaker:
        return desk.tell("shift.swap_self")
    planned = roster.planned(speaker.unit, day)
    mine, theirs = speaker.id in planned, other.id in planned
    if mine == theirs:
        return desk.tell("shift.swap_both" if mine else "shift.swap_neither", **said)
    asking = _Asking(day=day, giver=speaker if mine else other, taker=other if mine else speaker)
    if roster.is_away(asking.taker.id, day):
        return desk.tell("shift.swap_away", **(said | {"name": _you(desk, asking.taker)}))
    terms = {"giver": asking.giver.id, "taker": asking.taker.id, "day": day.isoformat()}
    choices = (office.say("shift.swap_yes", **terms), office.say("shift.swap_no", **terms))
    labels = (office.say("shift.swap_choice_yes"), office.say("shift.swap_choice_no"))
    question = Outgoing(
        to=ToPerson(person=other.id),
        kind=OutKind.QUESTION,
        text=office.say(
            "shift.swap_question",
            asker=speaker.name,
            line=_line(desk, asking, reader=other),
            choices=numbered(office, labels),
        ),
        dedupe_key=f"swap:{_message(desk)}",
        not_before=office.hold(desk.now),
        choices=choices,
    )
    told = desk.tell("shift.swap_asked", name=other.name, line=_line(desk, asking, reader=speaker))
    return told + Outcome(sends=(question,))


def _answer(desk: Desk, said: Said) -> Outcome:
    """The other's word: a swap that was really asked for, and that the roster still allows, holds from here on."""
    asking = _asked(desk, said.words)
    if asking is None:
        return desk.tell("shift.swap_none_open")
    office, speaker = desk.office, desk.speaker
    asker = asking.giver if asking.taker == speaker else asking.taker
    if said.what is Shift.REFUSE:
        text = office.say("shift.swap_declined", name=speaker.name, day=_say(desk, asking.day))
        return desk.tell("shift.swap_refused") + _note(desk, asker, "swap-answer", text)
    roster, village = office.roster, speaker.unit
    planned = roster.planned(village, asking.day)
    holds = asking.day >= _today(desk) and asking.giver.id in planned and asking.taker.id not in planned
    if not holds or roster.is_away(asking.taker.id, asking.day):
        text = office.say("shift.swap_gone")
        return desk.tell("shift.swap_gone") + _note(desk, asker, "swap-answer", text)
    agreed = office.say("shift.swap_agreed", name=speaker.name, line=_line(desk, asking, reader=asker))
    outcome = desk.tell("shift.swap_done", line=_line(desk, asking, reader=speaker))
    outcome += _note(desk, asker, "swap-answer", agreed)
    outcome += _tell_overseers(
        desk, asker, "swap-told", office.say("shift.swap_told", line=_line(desk, asking, reader=None))
    )
    swap = Swap(village=village, day=asking.day, giver=asking.giver.id, taker=asking.taker.id)
    return outcome + Outcome(duty=(swap,), slots=_corrected(desk, swap))


def _corrected(desk: Desk, swap: Swap) -> tuple[Slot, ...]:
    """For each group that may have read this morning who is on duty, and now it is somebody else: a look (R28)."""
    office = desk.office
    if swap.day != _today(desk):
        return ()
    return tuple(
        Slot(at=desk.now, job=Job.DUTY_CORRECTED, scope=f"{group.id}|{swap.giver}|{swap.taker}")
        for group in office.org.groups_of(swap.village)
        if swap.giver in office.roster.planned(swap.village, swap.day, group=group.id)
    )


def _asked(desk: Desk, words: str) -> _Asking | None:
    """The swap that the speaker was asked for: the one in the words, otherwise the latest."""
    people = desk.office.org.people
    for sent in reversed(desk.situation.asked):
        for choice in sent.outgoing.choices:
            offered = read(choice)
            if offered is None or offered.what is not Shift.AGREE or (words and offered.words != words):
                continue
            terms = _TERMS.fullmatch(offered.words)
            if terms is not None and terms["giver"] in people and terms["taker"] in people:
                day = date.fromisoformat(terms["day"])
                return _Asking(day=day, giver=people[terms["giver"]], taker=people[terms["taker"]])
    return None


def _which_day(desk: Desk, name: str) -> Outcome:
    others = _meant(desk, name) if name else ()
    today = _today(desk)
    if len(others) != 1:
        return desk.tell("shift.swap_nobody", name=name) if name and not others else desk.tell("shift.swap_how")
    ahead = Span(first=today, last=today + LOOK_AHEAD).days
    shifts = [day for day in ahead if desk.speaker.id in desk.office.roster.planned(desk.speaker.unit, day)]
    if not shifts:
        return desk.tell("shift.swap_no_duty")
    options = [(_say(desk, day), _again(desk, day, others[0])) for day in shifts]
    return desk.ask("shift.swap_which_day", options, name=others[0].name)


def _with_whom(desk: Desk, day: date, among: Sequence[Person]) -> Outcome:
    options = [(person.title, _again(desk, day, person)) for person in among if person != desk.speaker]
    if not options:
        return desk.tell("shift.swap_how")
    return desk.ask("shift.swap_with_whom", options, day=_say(desk, day))


def _again(desk: Desk, day: date, person: Person) -> str:
    return desk.office.say("shift.swap_again", day=day.isoformat(), title=person.title)


# Words and people


def _today(desk: Desk) -> date:
    return local(desk.now).date()


def _say(desk: Desk, day: date) -> str:
    return say_day(day, desk.office, today=_today(desk))


def _span(desk: Desk, span: Span) -> str:
    if span.first == span.last:
        return _say(desk, span.first)
    return desk.office.say("shift.span", first=_say(desk, span.first), last=_say(desk, span.last))


def _you(desk: Desk, person: Person) -> str:
    return desk.office.say("shift.you") if person == desk.speaker else person.name


def _line(desk: Desk, asking: _Asking, *, reader: Person | None) -> str:
    """周三李四替您值班, as the reader sees it."""
    you = desk.office.say("shift.you")
    giver, taker = (you if person == reader else person.name for person in asking.people)
    return desk.office.say("shift.swap_line", day=say_day(asking.day, desk.office), giver=giver, taker=taker)


def _colleagues(desk: Desk) -> tuple[Person, ...]:
    return desk.office.org.people_of(desk.speaker.unit)


def _meant(desk: Desk, words: str) -> tuple[Person, ...]:
    """The people of the speaker's unit whom the words name; the post decides between equal names."""
    found = [person for person in _colleagues(desk) if person.name in words]
    exact = [person for person in found if person.title in words]
    return tuple(exact or found)


def _message(desk: Desk) -> str:
    first = desk.situation.burst.first
    return f"{first.platform}/{first.id}"


def _note(desk: Desk, person: Person, key: str, text: str) -> Outcome:
    """One line to somebody else, in waking hours."""
    return Outcome(sends=(_notice(desk, person, key, text),))


def _notice(desk: Desk, person: Person, key: str, text: str) -> Outgoing:
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"{key}:{_message(desk)}:{person.id}",
        not_before=desk.office.hold(desk.now),
    )


def _tell_overseers(desk: Desk, person: Person, key: str, text: str) -> Outcome:
    """Tell whoever looks after the duty of somebody's unit, unless it is himself or the one who says it."""
    people = overseers(desk.office.org, person.unit, but=frozenset({person.id, desk.speaker.id}))
    return Outcome(sends=tuple(_notice(desk, one, key, text) for one in people))


def _owners_now(desk: Desk, person: Person) -> tuple[Slot, ...]:
    """Who is away from today on gives the tickets away today."""
    org = desk.office.org
    townships = dict.fromkeys(org.township_of(unit.id).id for unit in org.villages if org.covers(person, unit.id))
    return tuple(Slot(at=desk.now, job=Job.OWNERS, scope=township) for township in townships)
