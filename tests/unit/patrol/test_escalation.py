"""An emergency that nobody has answered goes to the township, at any hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import State, Ticket
from bot.office import Office
from bot.patrol.escalation import decide
from bot.patrol.ticket_facts import TicketFacts
from tests.unit.patrol.conftest import MakeOffice
from tests.unit.patrol.lamps import lamp, thread
from tests.world import at

NIGHT = at("2026-03-06 02:10")
SLOT = Slot(at=NIGHT, job=Job.ESCALATION, scope="v-qs-2026-1")
FIRE = replace(lamp(), urgent=True, text="快来人 桥头着火了", said_at=NIGHT - timedelta(minutes=10))


def test_the_township_is_called_in_the_middle_of_the_night(office: Office) -> None:
    (send,) = decide(TicketFacts(thread=thread(FIRE)), SLOT, NIGHT, office).sends
    assert send.to == ToPerson(person="p-ji")
    assert send.kind is OutKind.EMERGENCY
    assert send.not_before is None
    assert "桥头着火了" in send.text
    assert "10分钟" in send.text


def test_a_township_without_people_leaves_it_to_the_county(make_office: MakeOffice) -> None:
    (send,) = decide(TicketFacts(thread=thread(FIRE)), SLOT, NIGHT, make_office(without=("p-ji",))).sends
    assert send.to == ToPerson(person="p-xian")


@pytest.mark.parametrize(
    "taken",
    [
        replace(FIRE, first_cadre_reply="m7"),
        replace(FIRE, state=State.IN_PROGRESS),
        replace(FIRE, state=State.CLOSED),
        replace(FIRE, state=State.WITHDRAWN),
    ],
    ids=["answered in the group", "received", "closed", "withdrawn"],
)
def test_what_somebody_has_taken_is_not_escalated(office: Office, taken: Ticket) -> None:
    assert decide(TicketFacts(thread=thread(taken)), SLOT, NIGHT, office) == NOTHING


def test_a_ticket_that_is_gone_calls_nobody(office: Office) -> None:
    assert decide(TicketFacts(thread=None), SLOT, NIGHT, office) == NOTHING
