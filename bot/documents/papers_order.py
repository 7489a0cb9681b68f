"""The supervision order and the assignment as forms, with room for what comes after (documents 3.3)."""

from datetime import datetime

from bot.domain.org import Unit
from bot.domain.papers import Field, Paper, PaperKind
from bot.domain.supervision import Order, order_of
from bot.domain.tickets import Ticket, TicketEvent
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import say_time
from bot.supervising import why


def order_paper(
    ticket: Ticket, drawn: Order, *, serial: str, issued_at: datetime | None, office: Office, reason: str = ""
) -> Paper:
    """The order as a form. ``serial`` is empty and ``issued_at`` None for a draft that nobody has issued.

    ``reason``: why it was issued, in the words of its issuer; by default what speaks for it now.
    """
    township = office.org.township_of(ticket.village)
    place = office.say("papers.discipline_office", unit=township.name)
    return Paper(
        kind=PaperKind.SUPERVISION_ORDER,
        issuer=place,
        title=office.say("papers.order_title"),
        to=office.org.units[drawn.lead].name,
        blocks=_fields(ticket, drawn, issued_at, office, reason=reason),
        signed=place,
        number=serial or None,
        dated=None if issued_at is None else local(issued_at).date(),
        audit=office.say("papers.audit", what=ticket.id, step=0),
    )


def issued_paper(ticket: Ticket, event: TicketEvent, office: Office) -> Paper:
    """The order as it was issued, from its record. Raises KeyError or ValueError for any other event."""
    serial, reason = str(event.data["serial"]), str(event.data["reason"])
    return order_paper(ticket, order_of(event), serial=serial, issued_at=event.at, office=office, reason=reason)


def assignment_paper(ticket: Ticket, drawn: Order, *, issuer: Unit, office: Office) -> Paper:
    """交办单: what the county gives to a department, always as a draft; its number is given by hand."""
    return Paper(
        kind=PaperKind.ASSIGNMENT,
        issuer=office.say("papers.desk", unit=issuer.name),
        title=office.say("papers.assignment_title"),
        to=office.org.units[drawn.lead].name,
        blocks=_fields(ticket, drawn, None, office, reason=""),
        signed=office.say("papers.desk", unit=issuer.name),
        audit=office.say("papers.audit", what=ticket.id, step=0),
    )


def _fields(
    ticket: Ticket, drawn: Order, issued_at: datetime | None, office: Office, *, reason: str
) -> tuple[Field, ...]:
    say, names = office.say, office.org.units
    village = names[ticket.village].name
    open_matter = ticket.topic and not ticket.careful
    matter = f"{ticket.place}{ticket.topic}" if open_matter else say("papers.matter_in_ticket")
    source = say(
        "papers.order_source_of",
        category=say(f"category.{ticket.category}"),
        village=village,
        number=ticket.number,
        said=say_time(ticket.said_at, office),
    )
    others = say("due.separator").join(names[unit].name for unit in drawn.others) or say("hops.nobody_else")
    because = reason or why(ticket, office) or say("papers.order_no_reason")
    asked = say("papers.order_asked_for", limit=say_time(drawn.limit, office), reason=because)
    return (
        Field(label=say("papers.order_matter"), value=matter),
        Field(label=say("papers.order_source"), value=source),
        Field(label=say("papers.order_lead"), value=names[drawn.lead].name, half=True),
        Field(label=say("papers.order_others"), value=others, half=True),
        Field(label=say("papers.order_asked"), value=asked, lines=3),
        Field(label=say("papers.order_limit"), value=say_time(drawn.limit, office), half=True),
        Field(label=say("papers.order_grade"), value=say(f"hops.grade_{drawn.grade}"), half=True),
        Field(
            label=say("papers.order_given"), value="" if issued_at is None else say_time(issued_at, office), half=True
        ),
        Field(label=say("papers.order_taken"), half=True),
        Field(label=say("papers.order_progress"), lines=4),
        Field(label=say("papers.order_result"), lines=4),
        Field(label=say("papers.order_people"), value=say("papers.order_people_open"), lines=2),
        Field(label=say("papers.order_ended"), lines=2),
        Field(label=say("papers.order_late"), half=True),
        Field(label=say("papers.order_extended"), half=True),
    )
