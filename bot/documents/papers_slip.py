"""The integrity notice as a form, the reminder letter as a letter, with the facts they rest on (documents 3.1, 3.2)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.papers import Block, Field, Heading, Paper, PaperKind, Table, Text
from bot.domain.slips import Finding, Ground, Slip, SlipKind
from bot.domain.tickets import Ticket
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import say_day, say_time
from bot.slipping import finding, limit, month_words, request

_WIDTHS = {SlipKind.NOTICE: (6, 12, 11, 11, 11, 9), SlipKind.LETTER: (10, 11, 10, 10, 10, 9)}
"""Shares of the columns of facts: a village knows which village is meant."""


def slip_paper(slip: Slip, tickets: Mapping[str, Ticket], office: Office) -> Paper:
    """The paper of a slip: a draft until a person has given it its number. ``tickets`` are those of its findings."""
    notice = slip.kind is SlipKind.NOTICE
    place = office.say("papers.discipline_office", unit=office.org.units[slip.office].name)
    return Paper(
        kind=PaperKind.NOTICE_SLIP if notice else PaperKind.REMINDER_LETTER,
        issuer=place,
        title=office.say("papers.slip_title") if notice else _letter_title(slip, office),
        to=office.org.units[slip.unit].name,
        blocks=_form(slip, tickets, office) if notice else _letter(slip, tickets, office),
        signed=place,
        number=slip.number or None,
        dated=None if slip.issued_at is None else local(slip.issued_at).date(),
        audit=office.say("papers.audit", what=slip.id, step=slip.step),
    )


def _form(slip: Slip, tickets: Mapping[str, Ticket], office: Office) -> tuple[Block, ...]:
    say = office.say
    found = "\n".join(
        _numbered(number, finding(slip, one, office), office) for number, one in enumerate(slip.findings, 1)
    )
    asked = "\n".join(_numbered(number, request(one, office), office) for number, one in enumerate(slip.findings, 1))
    replied = "" if slip.replied_at is None else say_time(slip.replied_at, office)
    return (
        Field(label=say("papers.slip_unit"), value=office.org.units[slip.unit].name, half=True),
        Field(label=say("papers.slip_month"), value=month_words(slip, office), half=True),
        Field(label=say("papers.slip_source"), value=_sources(slip, office)),
        Field(label=say("papers.slip_found"), value=found, lines=4),
        Field(label=say("papers.slip_basis"), value=_bases(slip, office)),
        Field(label=say("papers.slip_risk"), value=say("papers.slip_risk_open"), half=True),
        Field(label=say("papers.slip_responsible"), half=True),
        Field(label=say("papers.slip_asked"), value=asked, lines=4),
        Field(label=say("papers.slip_limit"), value=limit(slip, office)),
        Field(label=say("papers.slip_issuer"), half=True),
        Field(label=say("papers.slip_receiver"), half=True),
        Field(label=say("papers.slip_opinion"), value=slip.reply, lines=3),
        Field(label=say("papers.slip_evidence")),
        Field(label=say("papers.slip_done"), half=True),
        Field(label=say("papers.slip_head"), value=replied, half=True),
        Field(label=say("papers.slip_review"), value=slip.remark),
        Field(label=say("papers.slip_closed")),
        *_facts(slip, tickets, office),
    )


def _letter(slip: Slip, tickets: Mapping[str, Ticket], office: Office) -> tuple[Block, ...]:
    say = office.say
    blocks: list[Block] = [
        Text(
            text=say(
                "papers.letter_opening", month=month_words(slip, office), township=office.org.units[slip.office].name
            )
        ),
        Heading(level=1, text=say("papers.letter_found")),
    ]
    blocks += [
        Text(text=_numbered(number, finding(slip, one, office), office)) for number, one in enumerate(slip.findings, 1)
    ]
    blocks += _facts(slip, tickets, office)
    blocks.append(Heading(level=1, text=say("papers.letter_asked")))
    blocks += [
        Text(text=_numbered(number, request(one, office), office)) for number, one in enumerate(slip.findings, 1)
    ]
    blocks += [Text(text=limit(slip, office)), Text(text=say("papers.letter_contact"))]
    return tuple(blocks)


def _letter_title(slip: Slip, office: Office) -> str:
    return (
        office.say(f"papers.letter_title_{slip.findings[0].ground}")
        if slip.findings
        else office.say("papers.letter_title")
    )


def _sources(slip: Slip, office: Office) -> str:
    words = dict.fromkeys(office.say(f"papers.source_{one.ground}") for one in slip.findings)
    return office.say("due.separator").join(words)


def _bases(slip: Slip, office: Office) -> str:
    words = dict.fromkeys(office.say(f"papers.basis_{one.ground}") for one in slip.findings)
    return "\n".join(words)


def _numbered(number: int, text: str, office: Office) -> str:
    return office.say("slips.item", number=number, text=text)


def _facts(slip: Slip, tickets: Mapping[str, Ticket], office: Office) -> tuple[Block, ...]:
    """The tickets behind the findings, each once with all its grounds: place and topic, no word of a villager."""
    grounds: dict[str, list[Ground]] = {}
    for one in slip.findings:
        for item in _of_tickets(one):
            grounds.setdefault(item, []).append(one.ground)
    rows = tuple(_row(slip, tickets[item], found, office) for item, found in grounds.items() if item in tickets)
    if not rows:
        return ()
    header = tuple(
        office.say(f"papers.fact_{name}") for name in ("ticket", "matter", "said", "due", "closed", "ground")
    )
    return (Text(text=office.say("papers.facts")), Table(header=header, rows=rows, widths=_WIDTHS[slip.kind]))


def _of_tickets(one: Finding) -> tuple[str, ...]:
    return () if one.ground is Ground.SILENT else one.evidence


def _row(slip: Slip, ticket: Ticket, grounds: list[Ground], office: Office) -> tuple[str, ...]:
    village = "" if ticket.village == slip.unit else office.org.units[ticket.village].name
    return (
        office.say("papers.ticket", village=village, number=ticket.number),
        office.say("papers.matter_in_ticket")
        if ticket.careful or not ticket.topic
        else f"{ticket.place}{ticket.topic}",
        _day(ticket.said_at, office),
        _day(ticket.due_at, office),
        office.say("papers.not_closed") if ticket.closed_at is None else _day(ticket.closed_at, office),
        office.say("due.separator").join(office.say(f"papers.ground_{ground}") for ground in grounds),
    )


def _day(at: datetime, office: Office) -> str:
    return say_day(local(at).date(), office).partition("(")[0].partition("（")[0]
