"""The secretary's morning: who is on duty, what is due, what nobody has answered, what is to be sent out (R41)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role, Unit
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.slips import Slip
from bot.domain.tickets import State, Thread, Ticket
from bot.domain.workdays import local
from bot.duty_words import on_duty
from bot.office import Office
from bot.phrasing import say_day

_USEFUL_FOR = timedelta(hours=3)
_UNANSWERED = frozenset({State.OPEN, State.PROMPTED, State.REOPENED})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``threads``: the village's live tickets. ``slips``: notices and letters that it got. ``unposted``: its groups
    without today's duty notice.
    """

    threads: Sequence[Thread]
    slips: Sequence[Slip]
    unposted: frozenset[str]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One short private message to the secretaries of the village ``slot.scope``, on working days, where it is wanted.

    Who is away that day is not written to. Numbers of tickets only: what they are about is found under 待办.
    """
    village = office.org.units.get(slot.scope)
    day = local(slot.at).date()
    if village is None or not office.rules.morning_page.send or now - slot.at > _USEFUL_FOR:
        return NOTHING
    if not office.calendar.is_workday(day):
        return NOTHING
    text = "\n".join((office.say("secretary.headline", day=say_day(day, office)), *_lines(facts, village, day, office)))
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToPerson(person=person.id),
                kind=OutKind.NOTICE,
                text=text,
                dedupe_key=f"secretary-card:{village.id}:{day}:{person.id}",
                not_before=office.hold(now),
            )
            for person in office.org.people_of(village.id, Role.SECRETARY)
            if office.is_available(person, day)
        )
    )


def _lines(facts: Facts, village: Unit, day: date, office: Office) -> Iterator[str]:
    names = office.say("duty.and").join(person.title for person in on_duty(village.id, day, office))
    yield office.say("secretary.duty", people=names) if names else office.say("secretary.nobody")
    live = sorted((one.ticket for one in facts.threads if one.ticket.state.is_live), key=lambda one: one.number)
    late = [ticket for ticket in live if local(ticket.due_at).date() < day]
    due = [ticket for ticket in live if local(ticket.due_at).date() == day]
    waiting = [one for one in live if one.state in _UNANSWERED and one.first_cadre_reply is None]
    for key, tickets in (("late", late), ("due", due), ("waiting", waiting)):
        if tickets:
            yield office.say(f"secretary.{key}", numbers=_numbers(tickets, office), count=len(tickets))
    owed = sorted(slip.due_at for slip in facts.slips if slip.state.owes_reply and slip.due_at is not None)
    if owed:
        yield office.say("secretary.replies", count=len(owed), day=say_day(local(owed[0]).date(), office))
    if village.drafts_notice and facts.unposted:
        yield office.say("secretary.notice")
    if not (late or due or waiting or owed):
        yield office.say("secretary.calm")


def _numbers(tickets: Sequence[Ticket], office: Office) -> str:
    return office.say("duty.and").join(office.say("handover.ticket_number", number=one.number) for one in tickets)
