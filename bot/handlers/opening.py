"""Opening a ticket: its number, owner and due time, the prompt to the officer, and what the schedule must watch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import clocks, lifecycle
from bot.domain.byhand import told_by_a_person
from bot.domain.categories import Category, Level
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.outcome import Change, Job, Outcome, Slot
from bot.domain.tickets import Channel, Link, Relation, State, Ticket, ticket_id
from bot.domain.verdicts import Verdict
from bot.domain.workdays import after_office_time, due_time, local
from bot.handlers.drafting import in_prompt
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, category_name, due_in_brief, hop_in_prompt, matter, say_time
from bot.watching import watch

LONG = 200
"""Characters of a villager's words that a prompt quotes at most."""


def open_ticket(
    situation: Situation,
    pieces: Sequence[Message],
    verdict: Verdict,
    *,
    category: Category,
    text: str,
    now: datetime,
    office: Office,
    number_offset: int = 0,
) -> tuple[Ticket, Outcome]:
    """A new ticket from the pieces of one thought, with everything that follows from it (R1 to R8).

    ``text`` is what may be shown of it. The clock starts with the first piece (clock specification 1), or when it was
    said to the officer who brought it in: every channel has the same deadlines (R76).
    """
    village = situation.village
    if village is None:
        message = "a ticket needs a village"
        raise ValueError(message)
    by_hand = situation.by_hand
    said_at = pieces[0].at if by_hand is None else by_hand.said_at
    due = due_time(said_at, office.rules.deadlines.days(category), office.calendar, office.rules.office_hours)
    year = local(now).year
    number = situation.numbers[village] + number_offset
    today = local(now).date()
    group = None if situation.group is None else situation.group.id
    owner = (
        office.on_duty(village, today, group=group)
        if verdict.urgent
        else office.answers_for(village, category, verdict.topic, today, group=group)
    )
    ticket = Ticket(
        id=ticket_id(village, year, number),
        village=village,
        year=year,
        number=number,
        category=category,
        urgent=verdict.urgent,
        state=State.OPEN,
        level=Level.VILLAGE,
        unit=village,
        owner=owner.id,
        platform=pieces[0].platform,
        group=group,
        requester=situation.sender,
        text=text,
        topic=verdict.topic,
        place=verdict.place,
        said_at=said_at,
        opened_at=now,
        due_at=due.at,
        due_provisional=due.provisional,
        channel=_channel(situation),
        registered_by=None if by_hand is None else by_hand.officer,
        units=(village,),
    )
    opened = lifecycle.opened(ticket, at=now, by=lifecycle.VILLAGER if by_hand is None else by_hand.officer)
    asked = lifecycle.prompted(ticket, at=now, owner=owner.id)
    outcome = Outcome(
        changes=(Change(ticket=asked.ticket, events=opened.events + asked.events),),
        links=tuple(link(asked.ticket, piece, Relation.PIECE) for piece in pieces),
        slots=watch(asked.ticket, office, now=now),
    )
    if not verdict.urgent:
        if by_hand is None or by_hand.officer != owner.id:  # he is answered at once, with all that a prompt would say
            outcome += Outcome(sends=(prompt(asked.ticket, office, now=now),))
        nudge = timedelta(minutes=office.rules.manners.first_word_minutes)
        at = after_office_time(now, nudge, office.calendar, office.rules.office_hours)
        outcome += Outcome(slots=(Slot(at=at, job=Job.FIRST_WORD, scope=asked.ticket.id),))
        outcome += acknowledge(asked.ticket, situation, office, now=now)
    return asked.ticket, outcome


def _channel(situation: Situation) -> Channel:
    if situation.by_hand is not None:
        return situation.by_hand.channel
    return Channel.PRIVATE if situation.group is None else Channel.GROUP


def link(ticket: Ticket, message: Message, relation: Relation) -> Link:
    """That a chat message belongs to a ticket."""
    return Link(
        ticket=ticket.id,
        platform=message.platform,
        message=message.id,
        relation=relation,
        sender=message.sender,
        at=message.at,
    )


def prompt(ticket: Ticket, office: Office, *, now: datetime, reason: str = "", others: int = 0) -> Outgoing:
    """The question to the owner: what was said, until when, and how to answer (R1, R30). Held in quiet hours.

    ``reason`` is why it was handed over to a new owner, ``others`` how many more households joined it.
    """
    key = "prompt.private" if ticket.private else "prompt.opened"
    if told_by_a_person(ticket):
        key = "together.prompt"
    if reason:
        key = "prompt.transferred_private" if ticket.private else "prompt.transferred"
    held = office.hold(now)
    seen_from = now if held is None else None  # "today" would be wrong when it is read the next morning
    text = office.say(
        key,
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        category=category_name(ticket, office),
        place=ticket.place,
        text=brief(ticket.text, office, length=LONG),
        due=say_time(ticket.due_at, office, now=seen_from),
        explain=due_in_brief(ticket, office),
        said=say_time(ticket.said_at, office, now=seen_from),
        reason=reason,
        hop=hop_in_prompt(ticket, office, now=seen_from),
        channel=office.say(f"channel.{ticket.channel}"),
    )
    if others:
        text += office.say("together.prompt_others", count=others)
    drafted, choices = in_prompt(ticket, office)
    return Outgoing(
        to=ToPerson(person=ticket.owner),
        kind=OutKind.PROMPT,
        text=text + drafted,
        choices=choices,
        dedupe_key=f"prompt:{ticket.id}:{ticket.owner}:{local(now).isoformat()}",
        not_before=held,
        ticket=ticket.id,
    )


def acknowledge(ticket: Ticket, situation: Situation, office: Office, *, now: datetime) -> Outcome:
    """Let the villager know that it was heard: at once if private, bundled if in a group (R1, DESIGN section 7).

    Who rang or came was told by the officer who wrote it down.
    """
    if told_by_a_person(ticket):
        return Outcome()
    if ticket.private:
        text = office.say(
            "receipt.private",
            number=ticket.number,
            matter=matter(ticket, office),
            owner=office.org.people[ticket.owner].title,
            due=say_time(ticket.due_at, office, now=now),
        )
        to = ToAccount(platform=ticket.platform, account=ticket.requester)
        key = f"receipt:{ticket.id}"
        return Outcome(sends=(Outgoing(to=to, kind=OutKind.RECEIPT, text=text, dedupe_key=key, ticket=ticket.id),))
    last = situation.last_sent(OutKind.RECEIPT)
    pause = timedelta(minutes=office.rules.manners.receipt_every_minutes)
    at = now if last is None else max(now, (last.sent_at or last.created_at) + pause)
    return Outcome(slots=(Slot(at=at, job=Job.RECEIPT, scope=str(ticket.group)),))


def recategorise(ticket: Ticket, category: Category, *, now: datetime, by: str, office: Office) -> Outcome:
    """Put a ticket into another category: due anew from the villager's message, watched anew (R7)."""
    change = clocks.recategorised(
        ticket, at=now, by=by, category=category, rules=office.rules, calendar=office.calendar
    )
    return Outcome(changes=(change,), slots=watch(change.ticket, office, now=now))
