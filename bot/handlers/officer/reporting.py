"""An officer tells the village secretary of something important, who says that it has been read (R31).

A person judges what is important; the bot only carries it and brings the receipt back.
"""

from bot.domain import lifecycle
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role
from bot.domain.outcome import Outcome
from bot.domain.tickets import EventKind, Thread, Ticket
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.office import Office
from bot.phrasing import category_name, matter, say_time
from bot.ports import Sent

_REPORT = "report:"


def report(desk: Desk, thread: Thread, words: str) -> Outcome:
    """One tap: the secretary gets the matter with the officer's reason the same day, and is asked for a receipt."""
    ticket, office = thread.ticket, desk.office
    name = desk.name_of(ticket)
    secretaries = office.org.people_of(ticket.village, Role.SECRETARY)
    if desk.speaker in secretaries:
        return desk.tell("hops.report_to_yourself", number=name)
    if not secretaries:
        return desk.tell("hops.no_secretary", number=name)
    reason = words.strip(PUNCTUATION)
    if not reason:
        return desk.tell("hops.report_without_words", number=name)
    able = office.able(desk.now)
    secretary = next(filter(able, secretaries), secretaries[0])
    change = lifecycle.reported(ticket, at=desk.now, by=desk.speaker.id, to=secretary.id, words=reason)
    held = office.hold(desk.now)
    text = office.say(
        "hops.report",
        reporter=desk.speaker.title,
        number=ticket.number,
        category=category_name(ticket, office),
        matter=matter(ticket, office),
        reason=reason,
        due=say_time(ticket.due_at, office, now=desk.now if held is None else None),
        owner=office.org.people[ticket.owner].title if ticket.owner in office.org.people else "",
    )
    sent = Outgoing(
        to=ToPerson(person=secretary.id),
        kind=OutKind.QUESTION,
        text=text,
        dedupe_key=f"{_REPORT}{desk.speaker.id}:{ticket.id}:{desk.situation.burst.first.id}",
        not_before=held,
        ticket=ticket.id,
        choices=(office.say("hops.choice_received"),),
    )
    outcome = Outcome(changes=(change,), sends=(sent,))
    if not able(secretary):
        return outcome + desk.tell("hops.reported_away", number=name, secretary=secretary.title)
    if held is not None:
        return outcome + desk.tell(
            "hops.reported_tomorrow", number=name, secretary=secretary.title, at=say_time(held, office, now=desk.now)
        )
    return outcome + desk.tell("hops.reported", number=name, secretary=secretary.title)


def waiting(desk: Desk) -> Sent | None:
    """The report that 收到 answers: the quoted one, otherwise the latest that was sent to the speaker."""
    quoted = desk.situation.quoted_sent
    if quoted is not None:
        return quoted if quoted.outgoing.dedupe_key.startswith(_REPORT) else None
    return next((sent for sent in reversed(desk.situation.asked) if sent.outgoing.dedupe_key.startswith(_REPORT)), None)


def received(desk: Desk, sent: Sent) -> Outcome:
    """The secretary has read it: the officer who reported it is told, once."""
    reporter = sent.outgoing.dedupe_key.removeprefix(_REPORT).partition(":")[0]
    thread = next((one for one in desk.situation.threads if one.ticket.id == sent.outgoing.ticket), None)
    if reporter not in desk.office.org.people or thread is None:
        return desk.tell("officer.heard")
    if _has_receipt(desk, thread, reporter):
        return desk.tell("hops.receipt_given", number=desk.name_of(thread.ticket))
    change = lifecycle.acknowledged(thread.ticket, at=desk.now, by=desk.speaker.id, reporter=reporter)
    told = Outgoing(
        to=ToPerson(person=reporter),
        kind=OutKind.NOTICE,
        text=_seen(thread.ticket, desk.speaker.title, desk.office),
        dedupe_key=f"seen:{sent.outgoing.dedupe_key}",
        not_before=desk.office.hold(desk.now),
        ticket=thread.ticket.id,
    )
    return Outcome(changes=(change,), sends=(told,)) + desk.tell(
        "hops.receipt_passed_on", reporter=desk.office.org.people[reporter].title, number=desk.name_of(thread.ticket)
    )


def _has_receipt(desk: Desk, thread: Thread, reporter: str) -> bool:
    """Whether the speaker has given the receipt for the latest report of this officer already."""
    for event in reversed(desk.history(thread)):
        if event.kind is EventKind.ACKNOWLEDGED and event.actor == desk.speaker.id:
            return event.data.get("reporter") == reporter
        if event.kind is EventKind.REPORTED and event.actor == reporter:
            return False
    return False


def _seen(ticket: Ticket, secretary: str, office: Office) -> str:
    return office.say("hops.report_seen", secretary=secretary, number=ticket.number, matter=matter(ticket, office))
