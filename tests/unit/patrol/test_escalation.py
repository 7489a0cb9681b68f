"""An emergency that nobody has answered goes to the township, at any hour."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alarm import ENDS
from bot.domain.messages import OutKind, ToGroup, ToPerson
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import EventKind, State, Ticket, TicketEvent
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
    outcome = decide(TicketFacts(thread=thread(FIRE)), SLOT, NIGHT, office)
    send, line = outcome.sends
    assert line.to == ToGroup(group="g-qs1")
    assert "纪明" in line.text
    assert "119" in line.text
    assert [slot.at - NIGHT for slot in outcome.slots] == [timedelta(minutes=10)]
    assert [event.data for change in outcome.changes for event in change.events] == [
        {"people": "p-ji", "stage": "township"}
    ]
    assert send.to == ToPerson(person="p-ji")
    assert send.kind is OutKind.EMERGENCY
    assert send.not_before is None
    assert "桥头着火了" in send.text
    assert "10分钟" in send.text


def test_a_township_without_people_leaves_it_to_the_county(make_office: MakeOffice) -> None:
    outcome = decide(TicketFacts(thread=thread(FIRE)), SLOT, NIGHT, make_office(without=("p-ji",)))
    send = outcome.sends[0]
    assert outcome.slots == ()
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


def rang(stage: str, *people: str) -> TicketEvent:
    """People were rung."""
    data = {"people": " ".join(people), "stage": stage}
    return TicketEvent(ticket=FIRE.id, at=FIRE.said_at, kind=EventKind.CALLED, actor="bot", data=data)


def happened(kind: EventKind, actor: str = "p-li") -> TicketEvent:
    """Something happened to the fire."""
    return TicketEvent(ticket=FIRE.id, at=NIGHT, kind=kind, actor=actor)


def test_after_the_township_the_county_is_rung_and_then_nobody_else(office: Office) -> None:
    history = (rang("village", "p-li", "p-shi"), rang("township", "p-ji"))
    outcome = decide(TicketFacts(thread=thread(FIRE), history=history), SLOT, NIGHT, office)
    assert [send.to for send in outcome.sends] == [ToPerson(person="p-xian"), ToGroup(group="g-qs1")]
    assert outcome.slots == ()
    facts = TicketFacts(thread=thread(FIRE), history=(*history, rang("county", "p-xian")))
    assert decide(facts, SLOT, NIGHT, office) == NOTHING


@pytest.mark.parametrize("kind", sorted(ENDS))
def test_what_ends_it_ends_it_at_every_level(office: Office, kind: EventKind) -> None:
    history = (rang("village", "p-li"), happened(kind))
    assert decide(TicketFacts(thread=thread(FIRE), history=history), SLOT, NIGHT, office) == NOTHING


def test_a_cry_after_the_all_clear_begins_anew(office: Office) -> None:
    history = (rang("village", "p-li"), happened(EventKind.ALL_CLEAR, "villager"), rang("village", "p-li"))
    outcome = decide(TicketFacts(thread=thread(FIRE), history=history), SLOT, NIGHT, office)
    assert outcome.sends[0].to == ToPerson(person="p-ji")


def test_an_answer_to_the_request_that_it_was_before_stops_nothing(office: Office) -> None:
    """A lamp that a cadre answered on Monday is on fire on Tuesday: nobody has seen to the fire."""
    answered = replace(FIRE, first_cadre_reply="m7", state=State.IN_PROGRESS)
    facts = TicketFacts(thread=thread(answered), history=(happened(EventKind.ANSWERED), rang("village", "p-li")))
    assert decide(facts, SLOT, NIGHT, office).sends


def test_where_care_is_needed_the_group_hears_nothing_and_those_called_are_told_to_go_there(office: Office) -> None:
    despair = replace(FIRE, careful=True, group=None, text="我不想活了")
    outcome = decide(TicketFacts(thread=thread(despair)), SLOT, NIGHT, office)
    (send,) = outcome.sends
    assert send.to == ToPerson(person="p-ji")
    assert "当面" in send.text
