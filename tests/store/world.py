"""A small village for stories about the store: 阿珍 and 老郑 speak in the group, 李青山 is on duty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.categories import Category, Level
from bot.domain.clues import Clue
from bot.domain.messages import Incoming, Kind, Outgoing, OutKind, Recipient, ToGroup
from bot.domain.outcome import Change, Job, Outcome, Slot
from bot.domain.tickets import EventKind, Link, Relation, State, Ticket, TicketEvent, ticket_id
from bot.store import SqlStore

MORNING = datetime(2026, 3, 6, 1, 12, 3, tzinfo=UTC)
"""9:12 in the village."""
GROUP = "g-lw1"
VILLAGE = "v-lw"
ACHEN = "u-12"
LAOZHENG = "u-7"
OFFICER = "p-3"


def minutes(number: float) -> datetime:
    """So many minutes after the story began."""
    return MORNING + timedelta(minutes=number)


def said(message: str, text: str = "二组路灯又不亮了", *, sender: str = ACHEN, at: datetime = MORNING) -> Incoming:
    """A message in the village group."""
    return Incoming(
        platform="practice",
        id=message,
        group="conversation-1",
        sender=sender,
        name="阿珍",
        kind=Kind.TEXT,
        text=text,
        sent_at=at,
    )


async def hear(
    store: SqlStore,
    incoming: Incoming,
    *,
    group: str = GROUP,
    cadre: bool = False,
    at: datetime | None = None,
    urgent: bool = False,
) -> bool:
    """The group's platform delivers a message."""
    arrived = incoming.sent_at if at is None else at
    return await store.accept(
        incoming, conversation=group, group=group, by_cadre=cadre, received_at=arrived, urgent=urgent
    )


def lamp(number: int = 1, *, village: str = VILLAGE, state: State = State.OPEN) -> Ticket:
    """The ticket about the street lamp."""
    return Ticket(
        id=ticket_id(village, 2026, number),
        village=village,
        year=2026,
        number=number,
        category=Category.HELP,
        urgent=False,
        state=state,
        level=Level.VILLAGE,
        unit=village,
        owner=OFFICER,
        platform="practice",
        group=GROUP,
        requester=ACHEN,
        text="二组路灯又不亮了",
        topic="路灯",
        place="二组",
        said_at=MORNING,
        opened_at=MORNING,
        due_at=MORNING + timedelta(days=5),
    )


def event(ticket: Ticket, kind: EventKind = EventKind.OPENED, *, at: datetime = MORNING, note: str = "") -> TicketEvent:
    """Something that happened to a ticket."""
    return TicketEvent(ticket=ticket.id, at=at, kind=kind, actor="bot", data={"note": note, "urgent": False}, rule="R4")


def link(ticket: Ticket, message: str, relation: Relation = Relation.PIECE, *, at: datetime = MORNING) -> Link:
    """A message that belongs to a ticket."""
    return Link(ticket=ticket.id, platform="practice", message=message, relation=relation, sender=ACHEN, at=at)


def opened(ticket: Ticket, message: str = "m1") -> Outcome:
    """The outcome that opens a ticket on a message."""
    return Outcome(changes=(Change(ticket=ticket, events=(event(ticket),)),), links=(link(ticket, message),))


def changed(ticket: Ticket, kind: EventKind, *, at: datetime, note: str = "") -> Outcome:
    """The outcome that moves a ticket on."""
    return Outcome(changes=(Change(ticket=ticket, events=(event(ticket, kind, at=at, note=note),)),))


def closed(ticket: Ticket, at: datetime) -> Ticket:
    """The ticket, answered and closed."""
    return replace(ticket, state=State.CLOSED, closed_at=at, closed_by=OFFICER, answer_text="已换灯泡,今晚亮")


def post(
    key: str, text: str = "今天值班：李青山", *, to: Recipient | None = None, not_before: datetime | None = None
) -> Outgoing:
    """A message of the bot, to the village group unless told otherwise."""
    return Outgoing(
        to=ToGroup(group=GROUP) if to is None else to,
        kind=OutKind.DUTY,
        text=text,
        dedupe_key=key,
        not_before=not_before,
    )


def clue(*messages: str, at: datetime = MORNING) -> Clue:
    """An allegation, for the discipline role only."""
    return Clue(
        platform="practice",
        messages=messages,
        village=VILLAGE,
        private=True,
        text="修路款的账对不上",
        said_at=at,
        about=("p-9",),
    )


def slot(at: datetime, job: Job = Job.DUTY_NOTICE, scope: str = GROUP) -> Slot:
    """One run of one job."""
    return Slot(at=at, job=job, scope=scope)
