"""What villagers are told of a matter: where it came from, nowhere else (R12). One result reaches all who joined."""

from dataclasses import replace
from datetime import datetime

from bot.domain.byhand import officer_of, reachable
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import Outcome
from bot.domain.tickets import Relation, Thread, Ticket
from bot.handlers.officer.desk import Desk
from bot.office import Office
from bot.phrasing import called, matter_of_all, say_time


def to_villager(  # noqa: PLR0917 - what is said, about what, in which words
    desk: Desk, ticket: Ticket, kind: OutKind, wording: str, key: str, words: str
) -> Outcome:
    """Say something where the matter came from: one line in its group, and privately to those who came privately (R12).

    Somebody who rang or came is told by the officer who wrote it down.
    """
    thread = thread_of(desk, ticket)
    text = desk.office.say(
        wording,
        number=ticket.number,
        matter=matter_of_all(thread, desk.office),
        text=words,
        speaker=desk.speaker.title,
        due=say_time(ticket.due_at, desk.office, now=desk.now),
        owner=desk.office.org.people[ticket.owner].title,
    )
    key = f"{key}:{_times(ticket)}"
    return Outcome(sends=tellings(thread, kind, text, key, now=desk.now, office=desk.office, but=desk.speaker.id))


def tellings(
    thread: Thread, kind: OutKind, text: str, key: str, *, now: datetime, office: Office, but: str = ""
) -> tuple[Outgoing, ...]:
    """The messages that bring a text to all who raised or joined a matter. ``but``: an officer who knows it already."""
    ticket = thread.ticket
    told: list[Outgoing] = []
    for index, to in enumerate(recipients(thread, office)):
        message = Outgoing(
            to=to, kind=kind, text=text, dedupe_key=key if not index else f"{key}:{index}", ticket=ticket.id
        )
        if isinstance(to, ToPerson):
            if kind is not OutKind.RESULT and to.person == but:
                continue
            mouth = office.org.people[to.person]
            message = replace(_by_mouth(message, mouth, thread, office), not_before=office.hold(now))
        told.append(message)
    return tuple(told)


def recipients(thread: Thread, office: Office) -> tuple[Recipient, ...]:
    """Everybody who hears of it: the group it came from, then those who raised or joined it privately or by hand."""
    ticket = thread.ticket
    if ticket.careful:  # what is to be said, is said face to face
        return ()
    told: list[Recipient] = [] if ticket.group is None else [ToGroup(group=ticket.group)]
    accounts = [] if ticket.group is not None else [(ticket.platform, ticket.requester)]
    accounts += [
        (link.platform, link.sender)
        for link in thread.links
        if link.relation.joins and (ticket.group is None or link.relation is Relation.PRIVATE_SUPPORT)
    ]
    for platform, account in dict.fromkeys(accounts):
        officer = officer_of(account)
        if officer is not None:
            told.append(ToPerson(person=officer if officer in office.org.people else ticket.owner))
        elif reachable(account):
            told.append(ToAccount(platform=platform, account=account))
    return tuple(dict.fromkeys(told))


def tell_owner(
    ticket: Ticket, text: str, key: str, *, now: datetime, office: Office, but: str = ""
) -> tuple[Outgoing, ...]:
    """A private note to whoever holds the ticket, held back over the quiet hours; none to ``but``, who knows it."""
    if ticket.owner == but:
        return ()
    to = ToPerson(person=ticket.owner)
    held = office.hold(now)
    return (Outgoing(to=to, kind=OutKind.NOTICE, text=text, dedupe_key=key, not_before=held, ticket=ticket.id),)


def origin(ticket: Ticket) -> Recipient:
    """Where the ticket's result must appear (R12)."""
    if ticket.group is not None:
        return ToGroup(group=ticket.group)
    officer = officer_of(ticket.requester)
    return (
        ToAccount(platform=ticket.platform, account=ticket.requester) if officer is None else ToPerson(person=officer)
    )


def thread_of(desk: Desk, ticket: Ticket) -> Thread:
    """The ticket with what the desk knows of its messages."""
    known = (*desk.situation.threads, desk.situation.quoted_thread)
    found = next((thread for thread in known if thread is not None and thread.ticket.id == ticket.id), None)
    return Thread(ticket=ticket, links=() if found is None else found.links)


def _by_mouth(message: Outgoing, person: Person, thread: Thread, office: Office) -> Outgoing:
    """The same to the officer who wrote it down: to be passed on, at the end with the question how that was done."""
    name = called(thread.ticket, person, office)
    if message.kind is not OutKind.RESULT:
        return replace(message, kind=OutKind.NOTICE, text=office.say("together.pass_on", text=message.text))
    return replace(
        message,
        kind=OutKind.QUESTION,
        text=office.say("together.pass_on_result", text=message.text, name=name),
        choices=(
            office.say("together.choice_told_phone", name=name),
            office.say("together.choice_told_in_person", name=name),
        ),
    )


def _times(ticket: Ticket) -> str:
    """Tells a second result after reopening from the first."""
    return ticket.reopened_by or "first"
