"""The reply to a notice or letter: its receiver is reminded, and who issued it hears that it is overdue (R64)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import OutKind
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.slips import Slip
from bot.office import Office
from bot.phrasing import say_time
from bot.slipping import called, issuers, kind_name, receivers, to_receiver


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The slip as it stands now; None if there is none of that id."""

    slip: Slip | None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """A reminder at ``slip.remind_at``, word of the delay at ``slip.due_at``; nothing once it was answered.

    A slot of a time that no longer holds (the reply was sent back since) says nothing.
    """
    slip = facts.slip
    if slip is None or slip.due_at is None or not slip.state.owes_reply or slip.unit not in office.org.units:
        return NOTHING
    people = receivers(slip, office, now)
    words = {
        "name": called(slip, office),
        "due": say_time(slip.due_at, office, now=now),
        "kind": kind_name(slip, office),
    }
    if slot.at == slip.remind_at and now < slip.due_at:
        text = office.say("slips.reminder", **words)
        return Outcome(sends=tuple(to_receiver(slip, one, text, OutKind.REMINDER, office, now=now) for one in people))
    if slot.at != slip.due_at:
        return NOTHING
    late = office.say("slips.overdue_receiver", **words)
    told = tuple(to_receiver(slip, one, late, OutKind.OVERDUE, office, now=now) for one in people)
    titles = office.say("due.separator").join(one.title for one in people)
    unit = office.org.units[slip.unit].name
    word = office.say("slips.overdue_issuer", **words, unit=unit, people=titles)
    return Outcome(
        sends=told
        + tuple(to_receiver(slip, one, word, OutKind.NOTICE, office, now=now) for one in issuers(slip, office))
    )
