"""What villagers showed, brought to the officer who holds their ticket, privately, right after its prompt (R25)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.media import Media, MediaChange, MediaState, MediaStep
from bot.domain.messages import OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import Thread
from bot.office import Office
from bot.showing import kept_of, say_missing, say_what, showing

_TOGETHER = timedelta(seconds=30)
"""How long those that are here wait for one that is still under way, so that one burst is one message."""
_SOON = timedelta(seconds=5)
_AT_MOST = timedelta(minutes=10)
_PROMPTED_WITHIN = timedelta(days=1)
"""How long the prompt may be held back; then the pictures go without it."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A ticket, the media of its messages, and whether its owner has been written to about it."""

    thread: Thread | None
    media: tuple[Media, ...] = ()
    told: bool = False


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Show the owner what is new: one line and the pictures. Never to a group; nothing that is part of a clue (R50)."""
    if facts.thread is None:
        return NOTHING
    ticket = facts.thread.ticket
    shown = [one for one in facts.media if not one.by_cadre and not one.aside and one.shown_at is None]
    news = [one for one in shown if one.state.is_settled and one.state is not MediaState.DROPPED]
    if not news or ticket.careful or not ticket.state.is_live or ticket.owner not in office.org.people:
        return NOTHING
    newest = max(one.arrived_at for one in news)
    under_way = any(one.state is MediaState.WAITING and now - one.arrived_at < _TOGETHER for one in shown)
    again = _wait(now - newest)
    if not facts.told and now - newest < _PROMPTED_WITHIN:
        return _later(slot, max(office.loud_at(now), now + again) if not ticket.urgent else now + _SOON)
    if under_way:
        return _later(slot, now + again)
    held = None if ticket.urgent else office.hold(now)
    if held is not None:
        return _later(slot, held + _SOON)
    kept = kept_of(news)
    village = office.org.units[ticket.village].name
    text = office.say("media.of_ticket", village=village, number=ticket.number, what=say_what(kept, office))
    missing = say_missing(news, office)
    if missing:
        head = text if kept else office.say("media.none_of_ticket", village=village, number=ticket.number)
        text = f"{head}\n{missing}"
    sends = showing(
        kept,
        text,
        to=ToPerson(person=ticket.owner),
        kind=OutKind.NOTICE,
        key=f"media:{ticket.id}:{news[0].id}:{ticket.owner}",
        ticket=ticket.id,
    )
    return Outcome(sends=sends, media=tuple(MediaChange(id=one.id, step=MediaStep.SHOWN) for one in news))


def _wait(age: timedelta) -> timedelta:
    """Soon at first, later ever more seldom."""
    return min(max(age / 2, _SOON), _AT_MOST)


def _later(slot: Slot, at: datetime) -> Outcome:
    return Outcome(slots=(Slot(at=at, job=Job.MEDIA, scope=slot.scope),))
