"""Papers as files: the draft that somebody asked for, what was issued to those whom it concerns (R17, R63, R64).

A draft goes to whoever asked and to nobody else; a receiver gets a paper only after a person has issued it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.made import Made
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Unit
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.slips import Slip
from bot.domain.tickets import Ticket, TicketEvent
from bot.office import Office
from bot.papering import Wanted, wish_of
from bot.slipping import called, shown


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The slip, or the record of the order, in the form that is meant; both None if there is none of it.

    ``ticket`` is what an assignment is about, ``village`` whose agenda it is, with so many ``matters``. ``made`` is its
    file, empty if it could not be made.
    """

    slip: Slip | None = None
    order: TicketEvent | None = None
    ticket: Ticket | None = None
    village: Unit | None = None
    matters: int = 0
    made: Sequence[Made] = ()


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The answer with its file to who asked, or the files alone to issuer and receivers: theirs wait for the morning.

    Without a file whoever asked gets the words, and nobody gets anything else.
    """
    wish = wish_of(slot)
    file = next(iter(facts.made), None)
    readers = [reader for reader in wish.readers if reader in office.org.people]
    sends: tuple[Outgoing, ...] = ()
    if wish.wanted is Wanted.SHOWN and facts.slip is not None:
        text = shown(facts.slip, office, now=now, follows=file is not None)
        sends = tuple(_to(reader, text, file, slot) for reader in readers)
    elif wish.wanted in _ASKED_FOR:
        text = _answer(facts, wish.wanted, office)
        sends = tuple(_to(reader, text, file, slot) for reader in readers)
    elif file is not None and (issuer := _issuer(facts)) is not None:
        held = office.hold(now)
        sends = tuple(
            _to(reader, _words(facts, office, own=True), file, slot)
            if reader == issuer
            else _to(reader, _words(facts, office, own=False), file, slot, answers=False, not_before=held)
            for reader in readers
        )
    return Outcome(sends=sends, made=tuple(facts.made)) if sends else NOTHING


_ASKED_FOR = frozenset({Wanted.ASSIGNMENT, Wanted.AGENDA})
"""Drafts that somebody asked for by name; he hears as well where there is none."""


def _answer(facts: Facts, wanted: Wanted, office: Office) -> str:
    """What stands beside the draft, or says why there is none."""
    say = office.say
    if facts.ticket is not None:
        village = office.org.units[facts.ticket.village].name
        name = say("papers.name_assignment", village=village, number=facts.ticket.number)
    elif facts.village is not None:
        name = say("papers.name_agenda", village=facts.village.name, count=facts.matters)
    else:
        return say(f"papers.no_{wanted}")
    return say(f"papers.asked_{wanted}" if facts.made else "papers.asked_not_made", name=name)


def _issuer(facts: Facts) -> str | None:
    """The id of who issued the paper; None if nobody has."""
    if facts.order is not None:
        return facts.order.actor
    return facts.slip.issued_by if facts.slip is not None and facts.slip.number else None


def _words(facts: Facts, office: Office, *, own: bool) -> str:
    """What stands beside the file of the one who issued it (``own``) or of a receiver."""
    end = "issued" if own else "received"
    if facts.order is not None:
        return office.say(f"papers.order_{end}", serial=facts.order.data["serial"])
    return "" if facts.slip is None else office.say(f"papers.slip_{end}", name=called(facts.slip, office))


def _to(
    reader: str, text: str, file: Made | None, slot: Slot, *, answers: bool = True, not_before: datetime | None = None
) -> Outgoing:
    return Outgoing(
        to=ToPerson(person=reader),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=f"paper:{slot.scope}:{slot.at.isoformat()}:{reader}",
        not_before=not_before,
        answers=answers,
        attachment=None if file is None else file.digest,
    )
