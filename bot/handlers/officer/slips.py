"""Integrity notices and reminder letters from chat: looked at, issued, answered, looked at again (R63, R64).

The bot drafts; only a person of the discipline office issues, and only with a number of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain import slips
from bot.domain.messages import Outgoing, OutKind
from bot.domain.org import Person
from bot.domain.outcome import Outcome
from bot.domain.record import says_anything
from bot.domain.slips import Slip, SlipState
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.naming import named
from bot.handlers.officer.slip_words import SlipCommand, SlipVerb, month_in, number_in, parse
from bot.papering import PaperWish, Wanted
from bot.phrasing import say_time
from bot.slipping import (
    ANSWER,
    ISSUERS,
    called,
    issuers,
    kind_name,
    line,
    receivers,
    reply_days,
    reply_times,
    state_words,
    text_issued,
    to_receiver,
    watched,
)

_FITTING: Mapping[SlipVerb, frozenset[SlipState]] = {
    SlipVerb.ISSUE: frozenset({SlipState.CANDIDATE}),
    SlipVerb.DROP: frozenset({SlipState.CANDIDATE}),
    SlipVerb.REPLY: frozenset({SlipState.ISSUED, SlipState.RETURNED, SlipState.REPLIED}),
    SlipVerb.CLOSE: frozenset({SlipState.REPLIED}),
    SlipVerb.BACK: frozenset({SlipState.REPLIED}),
}
_UNSEEN = frozenset({SlipState.CANDIDATE, SlipState.DROPPED})
"""What its receiver never hears of."""


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from words about a slip; None if they are about something else."""
    command = parse(text)
    if command is None:
        return None
    issues, answers = _issues(desk), bool(desk.speaker.roles & ANSWER)
    if not issues and not answers:
        return None if command.verb is SlipVerb.SHOW else desk.tell("slips.not_yours")
    if command.verb is SlipVerb.REPLY:
        return _reply(desk, command) if answers else desk.tell("slips.not_yours")
    if command.verb is SlipVerb.SHOW and not command.rest:
        return _list(desk)
    if not issues and (command.verb is not SlipVerb.SHOW or not answers):
        return desk.tell("slips.not_yours")
    found = _meant(desk, command)
    return found if isinstance(found, Outcome) else _DO[command.verb](desk, *found)


def _issues(desk: Desk) -> bool:
    return bool(desk.speaker.roles & ISSUERS)


def _known(desk: Desk) -> list[Slip]:
    """What the speaker may know of, the newest month first: of his own office all, of his own unit what was issued."""
    unit = desk.speaker.unit
    if _issues(desk):
        return [slip for slip in desk.situation.slips if slip.office == unit]
    return [slip for slip in desk.situation.slips if slip.unit == unit and slip.state not in _UNSEEN]


def _list(desk: Desk) -> Outcome:
    known = _known(desk)
    issues = _issues(desk)
    if not known:
        return desk.tell("slips.list_empty" if issues else "slips.list_empty_receiver")
    lines = [line(slip, desk.office, now=desk.now) for slip in known]
    return desk.tell("slips.list" if issues else "slips.list_receiver", count=len(known), lines="\n".join(lines))


def _meant(desk: Desk, command: SlipCommand) -> tuple[Slip, str] | Outcome:
    """The slip that is meant and the words that are left, or what to say instead."""
    known = [slip for slip in _known(desk) if slip.kind is command.kind]
    units = [desk.office.org.units[unit] for unit in dict.fromkeys(slip.unit for slip in known)]
    meant = named(command.rest, units, desk.office.org)
    if len(meant.units) > 1:
        kind, verb = desk.office.say(f"slips.kind_{command.kind}"), desk.office.say(f"slips.verb_{command.verb}")
        options = [(unit.name, f"{verb} {kind} {unit.name} {meant.rest}".strip()) for unit in meant.units]
        return desk.ask("slips.which", options)
    if not meant.units:
        return desk.tell("slips.unknown_unit", words=command.rest or desk.office.say("slips.kind_notice"))
    theirs = [slip for slip in known if slip.unit == meant.units[0].id]
    return _of_month(theirs, command.verb, meant.rest, desk)


def _of_month(theirs: Sequence[Slip], verb: SlipVerb, words: str, desk: Desk) -> tuple[Slip, str] | Outcome:
    said = month_in(words)
    if said is not None:
        year, month, words = said
        theirs = [
            slip
            for slip in theirs
            if int(slip.month[5:]) == month and (year is None or slip.month.startswith(f"{year}-"))
        ]
    if not theirs:
        return desk.tell("slips.unknown_unit", words=words)
    fitting = _FITTING.get(verb)
    best = next((slip for slip in theirs if fitting is None or slip.state in fitting), None)
    if best is None:
        return _not_now(desk, theirs[0], verb)
    return best, words


def _not_now(desk: Desk, slip: Slip, verb: SlipVerb) -> Outcome:
    return desk.tell(
        "slips.no_such_state",
        name=called(slip, desk.office),
        state=state_words(slip, desk.office, now=desk.now),
        verb=desk.office.say(f"slips.verb_{verb}"),
    )


def _show(desk: Desk, slip: Slip, _words: str) -> Outcome:
    """As it stands, in words and as a file: whoever writes the file answers."""
    return _paper(desk, slip, Wanted.SHOWN, [desk.speaker])


def _paper(desk: Desk, slip: Slip, wanted: Wanted, people: Sequence[Person]) -> Outcome:
    readers = tuple(dict.fromkeys(person.id for person in people))
    wish = PaperWish(wanted=wanted, about=slip.id, step=slip.step, readers=readers)
    return Outcome(slots=(wish.slot(desk.now),))


def _issue(desk: Desk, slip: Slip, words: str) -> Outcome:
    """A person's number makes the draft a paper: it goes to the receiver, who owes a reply (R64)."""
    office = desk.office
    number, unit = number_in(words), office.org.units[slip.unit].name
    if not number:
        return desk.tell(
            "slips.number_missing",
            name=called(slip, office),
            kind=kind_name(slip, office),
            unit=unit,
            year=local(desk.now).year,
        )
    used = next((one for one in desk.situation.slips if one.number == number and one.office == slip.office), None)
    if used is not None:
        return desk.tell("slips.number_used", number=number, name=called(replace(used, number=""), office))
    people = receivers(slip, office, desk.now)
    if not people:
        return desk.tell("slips.no_receiver", name=called(slip, office), unit=unit)
    remind_at, due_at = reply_times(slip, office, now=desk.now)
    sent = slips.issued(slip, number=number, at=desk.now, by=desk.speaker.id, remind_at=remind_at, due_at=due_at)
    text = office.say("slips.received", text=text_issued(sent, office), kind=kind_name(sent, office))
    outcome = Outcome(slips=(sent,), sends=_to_all(desk, sent, people, text, OutKind.PROMPT), slots=watched(sent))
    outcome += _paper(desk, sent, Wanted.SLIP, [desk.speaker, *people])
    held = office.hold(desk.now)
    return outcome + desk.tell(
        "slips.issued" if held is None else "slips.issued_later",
        name=called(sent, office),
        people=_titles(people, desk),
        due=say_time(due_at, office),
        days=reply_days(sent, office),
        at="" if held is None else say_time(held, office, now=desk.now),
    )


def _drop(desk: Desk, slip: Slip, words: str) -> Outcome:
    reason = words.strip(PUNCTUATION)
    if not reason:
        return _reason_missing(desk, slip, "drop")
    done = slips.dropped(slip, reason=reason, at=desk.now, by=desk.speaker.id)
    return Outcome(slips=(done,)) + desk.tell("slips.dropped", name=called(slip, desk.office), reason=reason)


def _reply(desk: Desk, command: SlipCommand) -> Outcome:
    """The receiver's opinion goes to who issued it; until it is looked at, it may be sent again."""
    office = desk.office
    open_ones = [
        slip
        for slip in _own(desk)
        if slip.kind is command.kind and (slip.state.owes_reply or slip.state is SlipState.REPLIED)
    ]
    owed = [slip for slip in open_ones if slip.state.owes_reply] or open_ones
    words = _without_unit(command.rest, desk)
    said = month_in(words)
    if said is not None:
        chosen = [slip for slip in open_ones if int(slip.month[5:]) == said[1]]
        owed, words = (chosen, said[2]) if chosen else (owed, words)
    if not owed:
        return desk.tell("slips.nothing_to_reply")
    kind = kind_name(owed[0], office)
    if not says_anything(words):
        return desk.tell("slips.reply_empty", kind=kind)
    if len(owed) > 1:
        options = [
            (
                called(slip, office),
                office.say(
                    "slips.choice_reply",
                    kind=kind,
                    unit=office.org.units[slip.unit].name,
                    month=slip.month,
                    words=words,
                ),
            )
            for slip in owed
        ]
        return desk.ask("slips.which", options)
    return _take_reply(desk, owed[0], words)


def _take_reply(desk: Desk, slip: Slip, words: str) -> Outcome:
    office = desk.office
    done = slips.replied(slip, words=words, at=desk.now, by=desk.speaker.id)
    unit = office.org.units[slip.unit].name
    kind, month = kind_name(slip, office), slip.month
    readers = issuers(slip, office)
    text = office.say(
        "slips.reply_arrived", name=called(slip, office), who=desk.speaker.title, reply=words, kind=kind, unit=unit
    )
    close = office.say("slips.choice_close", kind=kind, unit=unit, month=month)
    asked = _to_all(desk, done, readers, text, OutKind.QUESTION)
    sends = tuple(replace(one, choices=(close,)) for one in asked)
    return Outcome(slips=(done,), sends=sends) + desk.tell(
        "slips.reply_sent", name=called(slip, office), issuer=_titles(readers, desk)
    )


def _own(desk: Desk) -> list[Slip]:
    return [slip for slip in desk.situation.slips if slip.unit == desk.speaker.unit and slip.state not in _UNSEEN]


def _without_unit(words: str, desk: Desk) -> str:
    name = desk.office.org.units[desk.speaker.unit].name
    return words.removeprefix(name).strip(PUNCTUATION)


def _close(desk: Desk, slip: Slip, words: str) -> Outcome:
    """销号: the reply is enough."""
    remark = words.strip(PUNCTUATION)
    done = slips.closed(slip, remark=remark, at=desk.now, by=desk.speaker.id)
    people = _who_replied(slip, desk)
    text = desk.office.say("slips.close_told", name=called(slip, desk.office), remark=remark)
    outcome = Outcome(slips=(done,), sends=_to_all(desk, done, people, text, OutKind.NOTICE))
    return outcome + desk.tell("slips.closed", name=called(slip, desk.office), people=_titles(people, desk))


def _back(desk: Desk, slip: Slip, words: str) -> Outcome:
    """The reply is not enough: another is owed, with a new time."""
    office, reason = desk.office, words.strip(PUNCTUATION)
    if not says_anything(reason):
        return _reason_missing(desk, slip, "back")
    remind_at, due_at = reply_times(slip, office, now=desk.now)
    done = slips.sent_back(slip, reason=reason, at=desk.now, by=desk.speaker.id, remind_at=remind_at, due_at=due_at)
    people = _who_replied(slip, desk)
    name, due = called(slip, office), say_time(due_at, office)
    text = office.say("slips.back_told", name=name, reason=reason, due=due, kind=kind_name(slip, office))
    outcome = Outcome(slips=(done,), sends=_to_all(desk, done, people, text, OutKind.PROMPT), slots=watched(done))
    return outcome + desk.tell("slips.sent_back", name=name, people=_titles(people, desk), due=due)


def _reason_missing(desk: Desk, slip: Slip, verb: str) -> Outcome:
    unit = desk.office.org.units[slip.unit].name
    example = desk.office.say(f"slips.example_{verb}", kind=kind_name(slip, desk.office), unit=unit)
    return desk.tell("slips.reason_missing", example=example)


def _who_replied(slip: Slip, desk: Desk) -> tuple[Person, ...]:
    person = desk.office.org.people.get(slip.replied_by)
    return receivers(slip, desk.office, desk.now) if person is None else (person,)


def _to_all(desk: Desk, slip: Slip, people: Sequence[Person], text: str, kind: OutKind) -> tuple[Outgoing, ...]:
    return tuple(to_receiver(slip, person, text, kind, desk.office, now=desk.now) for person in people)


def _titles(people: Sequence[Person], desk: Desk) -> str:
    return desk.office.say("due.separator").join(person.title for person in people)


_DO: Mapping[SlipVerb, Callable[[Desk, Slip, str], Outcome]] = {
    SlipVerb.SHOW: _show,
    SlipVerb.ISSUE: _issue,
    SlipVerb.DROP: _drop,
    SlipVerb.CLOSE: _close,
    SlipVerb.BACK: _back,
}
