"""12 图片: what villagers showed about a matter, again, to whoever may act on it; privately, never in a group (R25)."""

from dataclasses import replace

from bot.domain.media import Media, MediaState
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.tickets import Thread, Ticket
from bot.handlers.officer.desk import Desk
from bot.phrasing import called
from bot.showing import kept_of, say_missing, say_what, showing


def show(desk: Desk, thread: Thread, _words: str) -> Outcome:
    """Everything that belongs to the ticket, the officers' own evidence included; nothing that is part of a clue."""
    ticket, name = thread.ticket, desk.name_of(thread.ticket)
    if ticket.careful and desk.speaker.id != ticket.owner:  # only who goes there sees it (R8)
        return desk.tell("officer.not_yours", number=name)
    media = _open_to_all(desk, ticket)
    kept, missing = kept_of(media), say_missing(media, desk.office)
    waiting = sum(one.state is MediaState.WAITING for one in media)
    lines = [desk.office.say("media.asked", name=name, what=say_what(kept, desk.office))] if kept else []
    lines += [missing] if missing else []
    lines += [desk.office.say("media.on_the_way", name=name, count=waiting)] if waiting else []
    if not lines:
        return desk.tell("media.nothing", name=name)
    first = desk.situation.burst.first
    sends = showing(
        kept,
        "\n".join(lines),
        to=ToPerson(person=desk.speaker.id),
        kind=OutKind.NOTICE,
        key=f"reply:{first.platform}/{first.id}",
        ticket=ticket.id,
    )
    return Outcome(sends=sends)


def offered(desk: Desk, ticket: Ticket, asked: Outgoing) -> Outgoing:
    """The prompt to a new holder, with a word on what there is to see."""
    kept = kept_of(_open_to_all(desk, ticket))
    if not kept or ticket.careful or not isinstance(asked.to, ToPerson):
        return asked
    name = called(ticket, desk.office.org.people.get(asked.to.person), desk.office)
    word = desk.office.say("media.offer", what=say_what(kept, desk.office), name=name)
    return replace(asked, text=asked.text + word)


def _open_to_all(desk: Desk, ticket: Ticket) -> tuple[Media, ...]:
    """What is no part of a clue (R50)."""
    return tuple(one for one in desk.situation.pictures.get(ticket.id, ()) if not one.aside)
