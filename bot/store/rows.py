"""Rows turned into domain values, and values into rows: one pair of functions per noun."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from bot.domain.burden import Pace, pace_of
from bot.domain.categories import Category, Level
from bot.domain.messages import BOT, Card, Kind, MediaKind, Message, Outgoing, OutKind, recipient_key, recipient_of
from bot.domain.outcome import Job, Slot
from bot.domain.tickets import (
    Channel,
    Colour,
    Contact,
    Effect,
    EventKind,
    Link,
    Relation,
    Sketch,
    State,
    Ticket,
    TicketEvent,
)
from bot.domain.urgency import rank_of
from bot.ports import GroupDay, Hearing, Line, SendState, Sent
from bot.store.columns import Words, pack, pack_data, unpack, unpack_data

LOCAL: Final = ZoneInfo("Asia/Shanghai")
"""Whose days are counted (rule sheet, clock specification 4)."""

_LIVE: Final = {state.value: state.is_live for state in State}
_RELATION: Final = {relation.value: relation for relation in Relation}

Values = Mapping[str, object]


def send_id(number: int) -> str:
    """Our id of an outgoing message, as it is printed and quoted: b7."""
    return f"b{number}"


def send_number(send: str) -> int:
    """The order number behind an id; raises ValueError for what ``send_id`` never made."""
    if not send.startswith("b") or not send[1:].isdecimal():
        message = f"not the id of an outgoing message: {send}"
        raise ValueError(message)
    return int(send[1:])


def message_of(row: Row[Any]) -> Message:
    """A message of the inbox."""
    return Message(
        seq=row.seq,
        platform=row.platform,
        id=row.message,
        conversation=row.conversation,
        group=row.group_id,
        sender=row.sender,
        name=row.name,
        kind=Kind(row.kind),
        text=row.text.text,
        at=row.at,
        received_at=row.received_at,
        mentions=unpack(row.mentions),
        quote=row.quote,
        set_aside=row.text.apart,
        media=tuple(map(MediaKind, unpack(row.media))),
        urgent=row.urgent,
    )


def ticket_values(ticket: Ticket, active_at: datetime) -> dict[str, object]:
    """A ticket for the database."""
    return {
        "id": ticket.id,
        "village": ticket.village,
        "year": ticket.year,
        "number": ticket.number,
        "category": ticket.category.value,
        "urgent": ticket.urgent,
        "state": ticket.state.value,
        "level": int(ticket.level),
        "unit": ticket.unit,
        "owner": ticket.owner,
        "platform": ticket.platform,
        "group_id": ticket.group,
        "requester": ticket.requester,
        "text": ticket.text,
        "topic": ticket.topic,
        "place": ticket.place,
        "said_at": ticket.said_at,
        "opened_at": ticket.opened_at,
        "due_at": ticket.due_at,
        "due_provisional": ticket.due_provisional,
        "hop_due_at": ticket.hop_due_at,
        "first_cadre_reply": ticket.first_cadre_reply,
        "answer": ticket.answer,
        "answer_text": ticket.answer_text,
        "closed_by": ticket.closed_by,
        "closed_at": ticket.closed_at,
        "reopened_by": ticket.reopened_by,
        "receipted_at": ticket.receipted_at,
        "rating": ticket.rating,
        "channel": ticket.channel.value,
        "registered_by": ticket.registered_by,
        "units": pack(ticket.units),
        "returns": ticket.returns,
        "pushed_down": ticket.pushed_down,
        "extension_days": ticket.extension_days,
        "paused_at": ticket.paused_at,
        "paused_days": ticket.paused_days,
        "pauses": ticket.pauses,
        "times_overdue": ticket.times_overdue,
        "colour": ticket.colour.value,
        "reopenings": ticket.reopenings,
        "supervised_at": ticket.supervised_at,
        "offered_to": ticket.offered_to,
        "merged_into": ticket.merged_into,
        "effect": ticket.effect and ticket.effect.value,
        "contact": ticket.contact and ticket.contact.value,
        "publication": ticket.publication,
        "careful": ticket.careful,
        "active_at": active_at,
    }


def ticket_of(row: Row[Any]) -> Ticket:
    """A ticket of the database."""
    return Ticket(
        id=row.id,
        village=row.village,
        year=row.year,
        number=row.number,
        category=Category(row.category),
        urgent=row.urgent,
        state=State(row.state),
        level=Level(row.level),
        unit=row.unit,
        owner=row.owner,
        platform=row.platform,
        group=row.group_id,
        requester=row.requester,
        text=row.text,
        topic=row.topic,
        place=row.place,
        said_at=row.said_at,
        opened_at=row.opened_at,
        due_at=row.due_at,
        due_provisional=row.due_provisional,
        hop_due_at=row.hop_due_at,
        first_cadre_reply=row.first_cadre_reply,
        answer=row.answer,
        answer_text=row.answer_text,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        reopened_by=row.reopened_by,
        receipted_at=row.receipted_at,
        rating=row.rating,
        channel=Channel(row.channel),
        registered_by=row.registered_by,
        units=unpack(row.units),
        returns=row.returns,
        pushed_down=row.pushed_down,
        extension_days=row.extension_days,
        paused_at=row.paused_at,
        paused_days=row.paused_days,
        pauses=row.pauses,
        times_overdue=row.times_overdue,
        colour=Colour(row.colour),
        reopenings=row.reopenings,
        supervised_at=row.supervised_at,
        offered_to=row.offered_to,
        merged_into=row.merged_into,
        effect=None if row.effect is None else Effect(row.effect),
        contact=None if row.contact is None else Contact(row.contact),
        publication=row.publication,
        careful=row.careful,
        version=row.version,
    )


def sketch_of(row: Sequence[Any]) -> Sketch:
    """As much of a ticket as a shortlist needs; unpacked at once, because there are many of them for one message."""
    id_, state, urgent, group, requester, words, active_at = row
    return Sketch(
        id=id_,
        live=_LIVE[state],
        urgent=urgent,
        group=group,
        requester=requester,
        text=words,
        active_at=active_at,
    )


def link_values(link: Link) -> dict[str, object]:
    """A link for the database."""
    return {
        "ticket": link.ticket,
        "platform": link.platform,
        "message": link.message,
        "relation": link.relation.value,
        "sender": link.sender,
        "at": link.at,
    }


def link_of(row: Sequence[Any]) -> Link:
    """A link of the database, as its columns stand there; unpacked at once, as there are many of them as well."""
    _, ticket, platform, message, relation, sender, at = row
    return Link(ticket=ticket, platform=platform, message=message, relation=_RELATION[relation], sender=sender, at=at)


def event_of(row: Row[Any]) -> TicketEvent:
    """An event of the database."""
    return TicketEvent(
        ticket=row.ticket,
        at=row.at,
        kind=EventKind(row.kind),
        actor=row.actor,
        data=unpack_data(row.data),
        rule=row.rule,
    )


def send_values(send: Outgoing, now: datetime) -> dict[str, object]:
    """A new message of the outbox."""
    return {
        "recipient": recipient_key(send.to),
        "kind": send.kind.value,
        "text": Words(send.text, apart=send.confidential),
        "dedupe_key": send.dedupe_key,
        "not_before": send.not_before,
        "ticket": send.ticket,
        "quote": send.quote,
        "choices": pack(send.choices),
        "asked_of": send.asked_of,
        "content": send.content,
        "pace": pace_of(send).value,
        "rank": rank_of(send.kind).value,
        "attachment": send.attachment,
        "card": None if send.card is None else pack_data(asdict(send.card)),
        "state": SendState.PENDING.value,
        "created_at": now,
        "attempts": 0,
        "error": "",
    }


def _card_of(packed: str | None) -> Card | None:
    """The card of a message; a card whose key is lost reads as an empty text, and there is none."""
    return Card(**{name: str(value) for name, value in unpack_data(packed).items()}) if packed else None


def sent_of(row: Row[Any]) -> Sent:
    """A message of the outbox, with what became of it."""
    return Sent(
        id=send_id(row.id),
        outgoing=Outgoing(
            to=recipient_of(row.recipient),
            kind=OutKind(row.kind),
            text=row.text.text,
            dedupe_key=row.dedupe_key,
            not_before=row.not_before,
            ticket=row.ticket,
            quote=row.quote,
            confidential=row.text.apart,
            choices=unpack(row.choices or "[]"),
            attachment=row.attachment or None,
            asked_of=row.asked_of,
            content=row.content,
            answers=row.pace == Pace.ANSWER.value,
            card=_card_of(row.card),
        ),
        state=SendState(row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        platform_id=row.platform_id,
        error=row.error,
        pace=Pace(row.pace),
        bundle=None if row.bundle is None else send_id(row.bundle),
        platform=row.platform,
    )


def slot_of(row: Row[Any]) -> Slot:
    """A slot of the schedule."""
    return Slot(at=row.at, job=Job(row.job), scope=row.scope)


def group_day_of(row: Row[Any]) -> GroupDay:
    """The counts of a group on a day."""
    return GroupDay(
        group=row.group_id,
        day=row.day,
        villager_messages=row.villager_messages,
        cadre_messages=row.cadre_messages,
        bot_messages=row.bot_messages,
        heard=row.heard,
        published=row.published,
    )


def hearing_of(row: Row[Any]) -> Hearing:
    """What proves that a group is heard."""
    return Hearing(
        group=row.group_id,
        heard_at=row.heard_at,
        villager_at=row.villager_at,
        posted_at=row.posted_at,
        echoed_at=row.echoed_at,
    )


def line_in(row: Row[Any]) -> Line:
    """A line of a conversation that came in."""
    return Line(
        id=row.message,
        at=row.at,
        sender=row.sender,
        name=row.name,
        kind=Kind(row.kind),
        text=row.text.text,
        from_bot=False,
        quote=row.quote,
        confidential=row.text.apart,
        media=tuple(map(MediaKind, unpack(row.media))),
    )


def line_out(row: Row[Any]) -> Line:
    """A line of a conversation that the bot sent; who shows it knows what the bot is called there."""
    return Line(
        id=send_id(row.id),
        at=row.sent_at,
        sender=BOT,
        name="",
        kind=Kind.TEXT,
        text=row.text.text,
        from_bot=True,
        quote=row.quote,
        confidential=row.text.apart,
        out_kind=row.kind,
        ticket=row.ticket,
        bundle=None if row.bundle is None else send_id(row.bundle),
        attachment=row.attachment or None,
    )
