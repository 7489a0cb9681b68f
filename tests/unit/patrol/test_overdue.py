"""Past its due time: the owner and the one above are told, once for each due time, never the group."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import lifecycle
from bot.domain.categories import Level
from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import EventKind, State, TicketEvent
from bot.office import Office
from bot.patrol.overdue import decide
from bot.patrol.ticket_facts import TicketFacts
from tests.unit.patrol.lamps import DUE, lamp, thread

SLOT = Slot(at=DUE, job=Job.OVERDUE, scope="v-qs-2026-1")


def told(outcome: Outcome) -> list[str]:
    return [send.to.person for send in outcome.sends if isinstance(send.to, ToPerson)]


def noticed() -> TicketEvent:
    return lifecycle.overdue(lamp(), at=DUE).events[0]


def test_the_owner_and_the_secretary_are_told(office: Office) -> None:
    outcome = decide(TicketFacts(thread=thread(lamp())), SLOT, DUE, office)
    assert told(outcome) == ["p-li", "p-shi"]
    assert outcome.changes[0].events[0].kind is EventKind.OVERDUE
    assert all(send.not_before is None for send in outcome.sends)


def test_a_secretarys_own_ticket_goes_to_the_township(office: Office) -> None:
    own = replace(lamp(), owner="p-shi")
    assert told(decide(TicketFacts(thread=thread(own)), SLOT, DUE, office)) == ["p-shi", "p-ji"]


def test_what_has_left_the_village_goes_to_the_township(office: Office) -> None:
    handed = replace(lamp(), level=Level.COUNTY, unit="c-yl", owner="p-xian")
    assert told(decide(TicketFacts(thread=thread(handed)), SLOT, DUE, office)) == ["p-xian", "p-ji"]


def test_what_was_answered_is_the_owners_business_alone(office: Office) -> None:
    answered = replace(lamp(State.ANSWERED), answer="m7", answer_text="明天去")
    assert told(decide(TicketFacts(thread=thread(answered)), SLOT, DUE, office)) == ["p-li"]


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_what_is_ended_is_not_overdue(office: Office, state: State) -> None:
    assert decide(TicketFacts(thread=thread(lamp(state))), SLOT, DUE, office) == NOTHING


def test_a_due_time_that_moved_on_is_not_overdue_yet(office: Office) -> None:
    moved = replace(lamp(), due_at=DUE + timedelta(days=1))
    assert decide(TicketFacts(thread=thread(moved)), SLOT, DUE, office) == NOTHING


def test_the_same_due_time_is_noticed_once(office: Office) -> None:
    late = Slot(at=DUE + timedelta(days=1), job=Job.OVERDUE, scope=SLOT.scope)
    facts = TicketFacts(thread=thread(lamp()), history=(noticed(),))
    assert decide(facts, late, late.at, office) == NOTHING


def test_after_a_reopening_it_is_noticed_again(office: Office) -> None:
    reopened = TicketEvent(ticket=SLOT.scope, at=DUE, kind=EventKind.REOPENED, actor="villager")
    facts = TicketFacts(thread=thread(lamp(State.REOPENED)), history=(noticed(), reopened))
    late = DUE + timedelta(days=1)
    assert told(decide(facts, Slot(at=late, job=Job.OVERDUE, scope=SLOT.scope), late, office)) == ["p-li", "p-shi"]


def test_at_night_nobody_is_woken_for_it(office: Office) -> None:
    night = DUE + timedelta(hours=6)
    outcome = decide(TicketFacts(thread=thread(lamp())), SLOT, night, office)
    assert {send.not_before for send in outcome.sends} == {office.hold(night)}
    assert office.hold(night) is not None
