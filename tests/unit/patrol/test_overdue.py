"""Past its due time: the owner and the one above are told, once for each due time, never the group."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import clocks
from bot.domain.categories import Level
from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import Colour, EventKind, State, TicketEvent
from bot.office import Office
from bot.patrol.overdue import decide
from bot.patrol.ticket_facts import TicketFacts
from tests.unit.patrol.lamps import DUE, lamp, thread
from tests.world import at

SLOT = Slot(at=DUE, job=Job.OVERDUE, scope="v-qs-2026-1")


def told(outcome: Outcome) -> list[str]:
    return [send.to.person for send in outcome.sends if isinstance(send.to, ToPerson)]


def noticed() -> TicketEvent:
    return clocks.overdue(lamp(), at=DUE, colour=Colour.BLUE, told=()).events[0]


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
    soon = DUE + timedelta(hours=1)
    facts = TicketFacts(thread=thread(lamp()), history=(noticed(),))
    outcome = decide(facts, Slot(at=soon, job=Job.OVERDUE, scope=SLOT.scope), soon, office)
    assert (outcome.changes, outcome.sends) == ((), ())


def test_each_colour_is_told_one_level_further_up_and_once(office: Office) -> None:
    ticket, at_once = lamp(), DUE
    history: tuple[TicketEvent, ...] = ()
    seen = []
    for _ in range(3):
        outcome = decide(TicketFacts(thread=thread(ticket), history=history), SLOT, at_once, office)
        ticket = outcome.changes[-1].ticket
        history = (*history, *outcome.changes[-1].events)
        seen.append((ticket.colour, told(outcome)))
        again = decide(TicketFacts(thread=thread(ticket), history=history), SLOT, at_once, office)
        assert (again.changes, again.sends) == ((), ())
        at_once = outcome.slots[0].at if outcome.slots else at_once
    assert seen == [
        (Colour.BLUE, ["p-li", "p-shi"]),
        (Colour.YELLOW, ["p-li", "p-ji"]),
        (Colour.RED, ["p-li", "p-xian"]),
    ]
    assert at_once == at("2026-03-16 17:30")
    assert ticket.times_overdue == 1


def test_after_an_outage_every_colour_is_recorded_and_the_darkest_is_told(office: Office) -> None:
    late = DUE + timedelta(days=30)
    outcome = decide(TicketFacts(thread=thread(lamp())), SLOT, late, office)
    assert [change.ticket.colour for change in outcome.changes] == [Colour.BLUE, Colour.YELLOW, Colour.RED]
    assert told(outcome) == ["p-li", "p-shi", "p-ji", "p-xian"]
    assert len({send.dedupe_key for send in outcome.sends}) == 4
    assert outcome.slots == ()


def test_a_county_may_wait_before_blue(office: Office) -> None:
    patient = office.rules.lateness.model_copy(update={"blue_days": 1, "yellow_days": 2})
    slow = replace(office, rules=office.rules.model_copy(update={"lateness": patient}))
    outcome = decide(TicketFacts(thread=thread(lamp())), SLOT, DUE, slow)
    assert (outcome.changes, outcome.sends) == ((), ())
    assert [slot.at for slot in outcome.slots] == [DUE + timedelta(days=1)]


def test_what_waits_for_the_villager_is_not_overdue(office: Office) -> None:
    waits = replace(lamp(), paused_at=DUE - timedelta(hours=3), pauses=1)
    assert decide(TicketFacts(thread=thread(waits)), SLOT, DUE, office) == NOTHING


def test_after_a_reopening_it_begins_blue_again_on_the_same_due_time(office: Office) -> None:
    late = DUE + timedelta(days=20)
    reopened = TicketEvent(ticket=SLOT.scope, at=late, kind=EventKind.REOPENED, actor="villager")
    facts = TicketFacts(thread=thread(lamp(State.REOPENED)), history=(noticed(), reopened))
    outcome = decide(facts, Slot(at=late, job=Job.OVERDUE, scope=SLOT.scope), late, office)
    assert told(outcome) == ["p-li", "p-shi"]
    assert outcome.changes[0].ticket.due_at == DUE
    assert outcome.changes[0].ticket.colour is Colour.BLUE
    assert outcome.slots[0].at > late


def test_at_night_nobody_is_woken_for_it(office: Office) -> None:
    night = DUE + timedelta(hours=6)
    outcome = decide(TicketFacts(thread=thread(lamp())), SLOT, night, office)
    assert {send.not_before for send in outcome.sends} == {office.hold(night)}
    assert office.hold(night) is not None
