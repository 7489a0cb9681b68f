"""What officers can ask to see: open matters, who is on duty, the confidential queue, how to talk to the bot."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.categories import Level
from bot.domain.org import Role
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.duty_words import who_is_on_duty
from bot.handlers.grammar import Verb
from bot.handlers.officer import clock_words, perhaps, shift
from bot.handlers.officer.desk import Desk
from bot.phrasing import category_name, matter_of_all, say_day, say_time, state_name

MOST_LINES = 20
"""Lines of a list before the rest is only counted."""


def show(desk: Desk, verb: Verb) -> Outcome:
    """Answer a request that is not about one ticket."""
    match verb:
        case Verb.LIST:
            return _list(desk)
        case Verb.DUTY:
            return _duty(desk)
        case Verb.DIGEST:
            return _digest(desk)
        case _:
            inspects = bool(desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK})
            return desk.tell("officer.help_inspector" if inspects else "officer.help")


def _list(desk: Desk) -> Outcome:
    threads = sorted(_visible(desk), key=lambda thread: (thread.ticket.due_at, thread.ticket.number))
    lines = _by_village(desk, threads)
    if len(threads) > MOST_LINES:
        lines.append(desk.office.say("officer.list_more", more=len(threads) - MOST_LINES))
    waiting, keys = perhaps.listed(desk)
    unread = [one for one in desk.situation.unanswered if not one.text.strip()]
    if unread:
        latest = say_time(unread[-1].at, desk.office, now=desk.now)
        waiting.append(desk.office.say("media.unread_voices", count=len(unread), latest=latest))
    if waiting:
        lines += [desk.office.say("officer.list_maybe_head"), *waiting]
    if keys:
        lines.append(desk.office.say("perhaps.how", letter=perhaps.LETTERS[0]))
    if not lines:
        return desk.tell("officer.list_empty")
    return desk.tell_choosing("officer.list", keys, count=len(threads), lines="\n".join(lines))


def _by_village(desk: Desk, threads: Sequence[Thread]) -> list[str]:
    """The first lines; for somebody who sees several villages each village under its name, in the county's order."""
    org = desk.office.org
    villages = [unit for unit in org.villages if any(one.ticket.village == unit.id for one in threads)]
    if len(villages) < 2 or org.units[desk.speaker.unit].level is Level.VILLAGE:  # noqa: PLR2004 - one needs no heading
        return [_line(desk, thread) for thread in threads[:MOST_LINES]]
    shown = threads[:MOST_LINES]
    lines = []
    for village in villages:
        count = sum(one.ticket.village == village.id for one in threads)
        lines.append(desk.office.say("hops.list_village", village=village.name, count=count))
        lines += [_line(desk, one) for one in shown if one.ticket.village == village.id]
    return lines


def _visible(desk: Desk) -> list[Thread]:
    live = [thread for thread in desk.situation.threads if thread.ticket.state.is_live]
    return [thread for thread in live if desk.may_act(thread)]


def _line(desk: Desk, thread: Thread) -> str:
    ticket = thread.ticket
    late = ticket.due_at < desk.now and ticket.paused_at is None
    key = "officer.list_overdue" if late else "officer.list_line"
    said = desk.office.say(
        key,
        name=desk.name_of(thread.ticket),
        category=category_name(ticket, desk.office),
        matter=matter_of_all(thread, desk.office),
        state=state_name(ticket, desk.office),
        due=say_time(ticket.due_at, desk.office, now=desk.now),
    )
    return said + clock_words.note(ticket, desk.office, now=desk.now)


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
            said = say_day(day, office, today=today)
            who = who_is_on_duty(village.id, day, office) or office.say("officer.duty_nobody")
            lines.append(office.say("officer.duty_line", village=village.name, day=said, who=who))
            for group in office.org.groups_of(village.id):
                if (group.id, day) in office.roster.read:
                    own = who_is_on_duty(village.id, day, office, group=group.id)
                    who = own or office.say("officer.duty_nobody")
                    lines.append(office.say("officer.duty_line", village=group.name, day=said, who=who))
        lines += shift.who_is_away(village.id, today, office)
    return desk.tell("officer.duty", lines="\n".join(lines))


def _digest(desk: Desk) -> Outcome:
    if not desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return desk.tell("officer.not_understood", waiting=0)
    return Outcome(slots=(Slot(at=desk.now, job=Job.PAGE, scope=desk.speaker.id),))
