"""Reads from the store what the chosen conversations need, and makes the three panes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Line, Sent
from bot.web.choices import Choice, Slot, Speaker, Talk
from bot.web.desk import HallDesk
from bot.web.views import (
    Answer,
    Bubble,
    Question,
    TicketCard,
    bubbles,
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Pane:
    """One conversation as it is shown. ``talk`` is None if nobody could hold it; ``waiting`` while pieces are joined.

    ``numbers`` are those of tickets that the speaker was asked about and that are still open, the newest first.
    """

    slot: Slot
    talk: Talk | None
    speakers: tuple[Speaker, ...]
    bubbles: tuple[Bubble, ...] = ()
    question: Question | None = None
    waiting: bool = False
    numbers: tuple[int, ...] = ()
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
    moment = _Moment(now=desk.clock.now(), waiting=frozenset(await desk.store.waiting()))
    speakers = {Slot.VILLAGE: choice.speakers, Slot.OFFICER: choice.officers, Slot.INSPECTOR: choice.inspectors}
    panes = [await _pane(desk, slot, choice.talk(slot), people, moment) for slot, people in speakers.items()]
    return HallView(
        choice=choice,
        panes=tuple(panes),
        tickets=await _tickets(desk, choice.group.village, moment.now),
        clock=clock_face(moment.now, desk.office.calendar),
    )


async def whole_line(desk: HallDesk, talk: Talk, line_id: str) -> Line | None:
    """Return one line of a conversation, if it is among those shown. Raises StoreUnavailable."""
    lines = await desk.store.lines(talk.recipient, talk.conversation, limit=LINES)
    return next((line for line in lines if line.id == line_id), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    """The instant of a look, and the conversations whose pieces are being joined then."""

    now: datetime
    waiting: frozenset[str]


async def _pane(desk: HallDesk, slot: Slot, talk: Talk | None, speakers: tuple[Speaker, ...], moment: _Moment) -> Pane:
    if talk is None:
        return Pane(slot=slot, talk=None, speakers=speakers)
    lines = await desk.store.lines(talk.recipient, talk.conversation, limit=LINES)
    sent = await desk.store.sent_to(talk.recipient, since=moment.now - _LOOK_BACK)
    return Pane(
        slot=slot,
        talk=talk,
        speakers=speakers,
        bubbles=bubbles(lines, talk, desk.office, moment.now),
        question=question(sent, lines, talk),
        waiting=talk.conversation in moment.waiting,
        alarmed=talk.group is None and is_alarmed(sent, lines, talk),
        numbers=await _numbers(desk, sent) if slot is Slot.OFFICER else (),
    )


async def _numbers(desk: HallDesk, sent: Sequence[Sent]) -> tuple[int, ...]:
    threads = [await desk.store.thread(ticket) for ticket in prompted_tickets(sent)[:_TICKETS_ASKED]]
    return tuple(one.ticket.number for one in threads if one is not None and one.ticket.state.is_live)


async def _tickets(desk: HallDesk, village: str, now: datetime) -> tuple[TicketCard, ...]:
    threads = await desk.store.threads((village,), since=now - _ENDED_SHOWN)
    return ticket_cards(threads, desk.office, now)
