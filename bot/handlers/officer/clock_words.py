"""The clocks of a ticket in words: the villager's, that of the level that holds it now, and why (DESIGN section 7)."""

from datetime import datetime

from bot.domain.clocks import pause_ends
from bot.domain.lateness import waits_for_word
from bot.domain.outcome import Outcome
from bot.domain.tickets import Thread, Ticket
from bot.handlers.officer.desk import Desk
from bot.office import Office
from bot.phrasing import category_name, explain_due, matter, say_time


def times(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """时限: which days were counted and skipped, what was granted on top, and until when this level owes a word."""
    ticket, office = thread.ticket, desk.office
    more: list[str] = []
    if ticket.extension_days:
        more.append(office.say("clock.times_extended", days=ticket.extension_days))
    if ticket.paused_days:
        more.append(office.say("clock.times_paused", days=ticket.paused_days))
    ends = pause_ends(ticket, office.rules, office.calendar)
    if ends is not None:
        more.append(office.say("clock.times_waiting", until=say_time(ends, office, now=desk.now)))
    elif ticket.state.is_live and desk.now >= ticket.due_at:
        more.append(office.say("clock.times_late"))
    if ticket.state.is_live and ticket.hop_due_at is not None:
        key = "clock.times_hop" if waits_for_word(ticket) else "clock.times_said"
        hop = say_time(ticket.hop_due_at, office, now=desk.now)
        more.append(office.say(key, unit=office.org.units[ticket.unit].name, hop=hop))
    return desk.tell(
        "clock.times",
        name=desk.name_of(ticket),
        matter=matter(ticket, office),
        category=category_name(ticket, office),
        due=say_time(ticket.due_at, office, now=desk.now),
        explain=explain_due(ticket, office),
        more="".join(more),
    )


def note(ticket: Ticket, office: Office, *, now: datetime) -> str:
    """What a list says of a ticket's clock besides its due time: it waits, a word is owed, it was extended."""
    ends = pause_ends(ticket, office.rules, office.calendar)
    if ends is not None:
        return office.say("clock.note_waiting", until=say_time(ends, office, now=now))
    said = office.say("clock.note_extended") if ticket.extension_days else ""
    if waits_for_word(ticket) and ticket.hop_due_at is not None:
        said += office.say("clock.note_hop", hop=say_time(ticket.hop_due_at, office, now=now))
    return said
