"""When an order is called for, who leads, until when, how pressing (R17)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.rules import Rules
from bot.domain.supervision import Cause, Grade, causes, order
from bot.domain.tickets import Colour, State, Ticket
from bot.domain.workdays import WorkCalendar
from bot.office import Office
from tests.unit.patrol.lamps import DUE, NINE, lamp

RULES = Rules()


def _held(*units: str, **more: object) -> Ticket:
    return replace(lamp(), units=("v-qs", *units), unit=("v-qs", *units)[-1], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ticket", "found"),
    [
        (_held(), ()),
        (_held("a"), ()),
        (_held("a", "v-qs", "a"), ()),
        (_held("a", "b"), (Cause.OFFICES,)),
        (_held("a", returns=2), (Cause.RETURNS,)),
        (_held(times_overdue=2), (Cause.LATE,)),
        (_held("a", "b", returns=2, times_overdue=3), (Cause.OFFICES, Cause.RETURNS, Cause.LATE)),
        (_held("a", "b", supervised_at=NINE), ()),
        (_held("a", "b", state=State.CLOSED), ()),
    ],
)
def test_what_speaks_for_an_order(ticket: Ticket, found: tuple[Cause, ...]) -> None:
    assert causes(ticket, RULES) == found


@pytest.mark.parametrize(
    ("ticket", "in_charge", "lead", "others"),
    [
        (_held("a", "b"), (), "b", ("v-qs", "a")),
        (_held("a", "b"), ("a",), "a", ("v-qs", "b")),
        (_held("a", "b"), ("c",), "b", ("v-qs", "a")),
        (_held("a", "v-qs"), (), "a", ("v-qs",)),
        (_held(), ("c",), "v-qs", ()),
    ],
)
def test_the_office_in_charge_leads_if_it_has_held_it(
    ticket: Ticket, in_charge: tuple[str, ...], lead: str, others: tuple[str, ...], office: Office
) -> None:
    drawn = order(ticket, in_charge, now=NINE, rules=RULES, calendar=office.calendar)
    assert (drawn.lead, drawn.others) == (lead, others)


def test_the_limit_is_never_later_than_what_the_villager_was_told(office: Office) -> None:
    calendar: WorkCalendar = office.calendar
    early = order(_held("a"), (), now=NINE + timedelta(days=4), rules=RULES, calendar=calendar)
    assert early.limit == DUE
    late = order(_held("a"), (), now=DUE + timedelta(hours=1), rules=RULES, calendar=calendar)
    assert late.limit == DUE + timedelta(days=5)  # Thursday, Friday, Monday


@pytest.mark.parametrize(
    ("ticket", "grade"),
    [
        (_held("a", "b"), Grade.ORDINARY),
        (_held("a", returns=2), Grade.KEY),
        (_held("a", colour=Colour.RED), Grade.KEY),
        (_held("a", urgent=True), Grade.URGENT),
    ],
)
def test_how_pressing_it_is(ticket: Ticket, grade: Grade, office: Office) -> None:
    assert order(ticket, (), now=NINE, rules=RULES, calendar=office.calendar).grade is grade
