"""Reads from the store what the chosen conversations need, and makes the three panes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.messages import ToAccount, recipient_key
from bot.domain.org import PRACTICE
from bot.domain.tickets import Thread
from bot.phrasing import called
from bot.ports import Line, Sent
from bot.web.choices import SLOTS, Choice, Slot, Speaker, Talk, choose
from bot.web.desk import HallDesk
from bot.web.pieces import pieces_of
from bot.web.views import (
    Answer,
    Bubble,
    Held,
    Question,
    TicketCard,
    bubbles,
    held,
    is_alarmed,
    prompted_tickets,
    question,
    ticket_cards,
)
from bot.web.words import ClockFace, clock_face

LINES = 80
"""Lines of a conversation that are shown."""

_LOOK_BACK = timedelta(days=14)
_ENDED_SHOWN = timedelta(days=7)
_TICKETS_ASKED = 5
_JUST_NOW = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pane:
    """One conversation as it is shown. ``talk`` is None if nobody could hold it; ``waiting`` while pieces are joined.

    ``called`` are the open tickets that the speaker may answer for, as he calls them: first what he was asked last.
    ``held`` is what the bot has to say to the speaker later, so as not to disturb; ``whispered``: it has answered what
    was said in the group in private.
    """

    slot: Slot
    talk: Talk | None
    speakers: tuple[Speaker, ...]
    bubbles: tuple[Bubble, ...] = ()
    question: Question | None = None
    waiting: bool = False
    called: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    whispered: bool = False
    alarmed: bool = False

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The numbered answers that the speaker may give now."""
        mine = self.question is not None and self.talk is not None and self.question.asked == self.talk.speaker.account
        return self.question.answers if self.question is not None and mine else ()

    @property
    def asked_other(self) -> Speaker | None:
        """Somebody else whom the bot has asked something, and as whom one can speak."""
        if self.question is None or self.talk is None or self.question.asked == self.talk.speaker.account:
            return None
        return next((one for one in self.speakers if one.account == self.question.asked), None)

    @property
    def last(self) -> str:
        """The id of the newest line, empty if there is none."""
        return self.bubbles[-1].id if self.bubbles else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HallView:
    """Everything on the page that changes."""

    choice: Choice
    panes: tuple[Pane, ...]
    tickets: tuple[TicketCard, ...]
    clock: ClockFace

    @property
    def open_tickets(self) -> int:
        """How many tickets of the village are open."""
        return sum(card.live for card in self.tickets)


async def look(desk: HallDesk, choice: Choice) -> HallView:
    """Read all panes. Raises StoreUnavailable."""
    now = desk.clock.now()
    moment = _Moment(
        now=now,
        waiting=frozenset(await desk.store.waiting()),
        threads=await desk.store.threads((choice.group.village,), since=now - _ENDED_SHOWN),
    )
    speakers = {Slot.VILLAGE: choice.speakers, Slot.OFFICER: choice.officers, Slot.INSPECTOR: choice.inspectors}
    panes = [await _pane(desk, choice, slot, people, moment) for slot, people in speakers.items()]
    return HallView(
        choice=choice,
        panes=tuple(panes),
        tickets=ticket_cards(moment.threads, desk.office, moment.now),
        clock=clock_face(moment.now, desk.office.calendar),
    )


class Asked(NamedTuple):
    """One line that somebody asks for, with where it is shown."""

    choice: Choice
    slot: Slot
    talk: Talk
    line: Line


async def line_asked_for(desk: HallDesk, wanted: Mapping[str, str]) -> Asked | None:
    """Return the ``line`` of a ``pane`` of a choice, if it is among those shown. Raises StoreUnavailable."""
    choice = choose(wanted, office=desk.office, hall=desk.hall, now=desk.clock.now())
    slot = wanted.get("pane", "")
    talk = choice.talk(Slot(slot)) if choice is not None and slot in SLOTS else None
    if choice is None or talk is None:
        return None
    lines = await desk.store.lines(talk.recipient, talk.conversation, limit=LINES)
    line = next((line for line in lines if line.id == wanted.get("line", "")), None)
    return None if line is None else Asked(choice, Slot(slot), talk, line)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    """The instant of a look, the conversations whose pieces are being joined then, the tickets of the village."""

    now: datetime
    waiting: frozenset[str]
    threads: tuple[Thread, ...]


async def _pane(desk: HallDesk, choice: Choice, slot: Slot, speakers: tuple[Speaker, ...], moment: _Moment) -> Pane:
    talk = choice.talk(slot)
    if talk is None:
        return Pane(slot=slot, talk=None, speakers=speakers)
    lines = await desk.store.lines(talk.recipient, talk.conversation, limit=LINES)
    sent = await desk.store.sent_to(talk.recipient, since=moment.now - _LOOK_BACK)
    return Pane(
        slot=slot,
        talk=talk,
        speakers=speakers,
        bubbles=bubbles(lines, talk, desk.office, moment.now, await pieces_of(desk, choice, slot, lines)),
        question=question(sent, lines, talk),
        waiting=talk.conversation in moment.waiting,
        alarmed=talk.group is None and is_alarmed(sent, lines, talk),
        called=await _called(desk, talk, sent, moment.threads) if slot is Slot.OFFICER else (),
        whispered=await _whispered(desk, talk, lines, moment.now),
        held=await _held(desk, talk, moment.now),
    )


async def _held(desk: HallDesk, talk: Talk, now: datetime) -> tuple[Held, ...]:
    """What waits for a cadre's own chat; a villager's has no quiet hours worth showing."""
    if talk.group is not None or talk.speaker.person is None:
        return ()
    return held(await desk.store.held_for(talk.recipient), desk.office, now)


async def _called(desk: HallDesk, talk: Talk, sent: Sequence[Sent], threads: Sequence[Thread]) -> tuple[str, ...]:
    """What he was asked about and may still answer for, then what he has taken over without being asked."""
    person = desk.office.org.people.get(talk.speaker.person or "")
    if person is None:
        return ()
    found = [await desk.store.thread(ticket) for ticket in prompted_tickets(sent)[:_TICKETS_ASKED]]
    asked = [one.ticket for one in found if one is not None]
    own = sorted((one.ticket for one in threads if one.ticket.owner == person.id), key=lambda ticket: ticket.due_at)
    names = (
        called(ticket, person, desk.office)
        for ticket in (*asked, *own)
        if ticket.state.is_live and (person.id == ticket.owner or person.unit == ticket.unit)
    )
    return tuple(dict.fromkeys(names))


async def _whispered(desk: HallDesk, talk: Talk, lines: Sequence[Line], now: datetime) -> bool:
    """Whether the bot has just answered a villager's words in the group in his private chat."""
    mine = [line.at for line in lines if line.sender == talk.speaker.account and not line.from_bot]
    if talk.group is None or talk.speaker.person is not None or not mine or now - mine[-1] > _JUST_NOW:
        return False
    private = recipient_key(ToAccount(platform=PRACTICE, account=talk.speaker.account))
    return bool(await desk.store.sent_to(private, since=mine[-1]))
