"""What officers can ask to see: open matters, who is on duty, the confidential queue, how to talk to the bot."""

from datetime import timedelta

from bot.domain.categories import Level
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.handlers.clues import may_read
from bot.handlers.desk import Desk
from bot.handlers.grammar import Verb
from bot.phrasing import brief, category_name, matter, say_day, say_time, state_name

CLUE_LENGTH = 500
"""Characters of a clue that are shown in a list."""
MOST_LINES = 20
"""Lines of a list before the rest is only counted."""


def show(desk: Desk, verb: Verb) -> Outcome:
    """Answer a request that is not about one ticket."""
    match verb:
        case Verb.LIST:
            return _list(desk)
        case Verb.DUTY:
            return _duty(desk)
        case Verb.CLUES:
            return _clues(desk)
        case Verb.DIGEST:
            return _digest(desk)
        case Verb.LATER:
            return desk.tell("officer.not_yet")
        case _:
            inspects = bool(desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK})
            return desk.tell("officer.help_inspector" if inspects else "officer.help")


def _list(desk: Desk) -> Outcome:
    threads = sorted(_visible(desk), key=lambda thread: (thread.ticket.due_at, thread.ticket.number))
    lines = [_line(desk, thread) for thread in threads[:MOST_LINES]]
    if len(threads) > MOST_LINES:
        lines.append(desk.office.say("officer.list_more", more=len(threads) - MOST_LINES))
    waiting = [
        desk.office.say(
            "officer.list_maybe",
            said=say_time(message.at, desk.office, now=desk.now),
            text=brief(message.text, desk.office),
        )
        for message in desk.situation.unanswered[-MOST_LINES:]
    ]
    if waiting:
        lines += [desk.office.say("officer.list_maybe_head"), *waiting]
    if not lines:
        return desk.tell("officer.list_empty")
    return desk.tell("officer.list", count=len(threads), lines="\n".join(lines))


def _visible(desk: Desk) -> list[Thread]:
    live = [thread for thread in desk.situation.threads if thread.ticket.state.is_live]
    return [thread for thread in live if desk.may_act(thread)]


def _line(desk: Desk, thread: Thread) -> str:
    ticket = thread.ticket
    key = "officer.list_overdue" if ticket.due_at < desk.now else "officer.list_line"
    return desk.office.say(
        key,
        name=desk.name_of(thread.ticket),
        category=category_name(ticket, desk.office),
        matter=matter(ticket, desk.office),
        state=state_name(ticket, desk.office),
        due=say_time(ticket.due_at, desk.office, now=desk.now),
    )


def _duty(desk: Desk) -> Outcome:
    office = desk.office
    villages = (
        [office.org.units[desk.speaker.unit]]
        if office.org.units[desk.speaker.unit].level is Level.VILLAGE
        else [
            unit
            for unit in office.org.units.values()
            if unit.level is Level.VILLAGE and office.org.covers(desk.speaker, unit.id)
        ]
    )
    today = local(desk.now).date()
    lines = []
    for village in villages:
        for day in (today, today + timedelta(days=1)):
            people = [
                office.org.people[id_].title
                for id_ in office.roster.on_duty(village.id, day)
                if id_ in office.org.people
            ]
            who = office.say("due.separator").join(people) or office.say("officer.duty_nobody")
            lines.append(
                office.say("officer.duty_line", village=village.name, day=say_day(day, office, today=today), who=who)
            )
    return desk.tell("officer.duty", lines="\n".join(lines))


def _clues(desk: Desk) -> Outcome:
    if not desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return desk.tell("officer.not_understood", waiting=0)
    office = desk.office
    readable = [clue for clue in desk.situation.clues if may_read(desk.speaker, clue, office.org)]
    lines = [
        office.say(
            "clue.line",
            village=office.org.units[clue.village].name,
            said=say_time(clue.said_at, office, now=desk.now),
            text=brief(clue.text, office, length=CLUE_LENGTH),
        )
        for clue in readable[-MOST_LINES:]
    ]
    text = (
        office.say("clue.list", count=len(readable), shown=len(lines), lines="\n".join(lines))
        if lines
        else office.say("clue.none")
    )
    first = desk.situation.burst.first
    message = Outgoing(
        to=ToPerson(person=desk.speaker.id),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"reply:{first.platform}/{first.id}",
        confidential=True,
    )
    return Outcome(sends=(message,))


def _digest(desk: Desk) -> Outcome:
    if not desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return desk.tell("officer.not_understood", waiting=0)
    return Outcome(slots=(Slot(at=desk.now, job=Job.PAGE, scope=desk.speaker.id),))
