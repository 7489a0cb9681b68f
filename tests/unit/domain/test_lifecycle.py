"""A ticket's life: which moves there are, what each leaves behind, and what none may touch."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import lifecycle
from bot.domain.categories import Category, Level
from bot.domain.lifecycle import LEGAL, IllegalMove, may
from bot.domain.outcome import Change
from bot.domain.tickets import EventKind, State, Ticket, ticket_id
from tests.world import at

NINE = at("2026-03-06 09:00")
LATER = NINE + timedelta(days=9)

Move = Callable[[Ticket], Change]

MOVES: dict[EventKind, Move] = {
    EventKind.PROMPTED: lambda ticket: lifecycle.prompted(ticket, at=NINE, owner="p-lqs"),
    EventKind.PROGRESS: lambda ticket: lifecycle.progress(ticket, at=NINE, by="p-lqs", text="明天上午到"),
    EventKind.ANSWERED: lambda ticket: lifecycle.answered(ticket, at=NINE, by="p-lqs", message="m7", text="换好了"),
    EventKind.NOT_AN_ANSWER: lambda ticket: lifecycle.not_an_answer(ticket, at=NINE, by="p-lqs"),
    EventKind.CLOSED: lambda ticket: lifecycle.closed(ticket, at=NINE, by="p-lqs", text="已换灯泡", message=None),
    EventKind.REOPENED: lambda ticket: lifecycle.reopened(ticket, at=NINE, by="villager", message="m9"),
    EventKind.WITHDRAWN: lambda ticket: lifecycle.withdrawn(ticket, at=NINE, by="p-lqs", reason="不是诉求"),
    EventKind.TRANSFERRED: lambda ticket: lifecycle.transferred(
        ticket,
        at=NINE,
        by="p-lqs",
        unit="qinghe",
        level=Level.TOWNSHIP,
        owner="p-zml",
        hop_due_at=LATER,
        summary="需立杆",
    ),
    EventKind.RECATEGORISED: lambda ticket: lifecycle.recategorised(
        ticket, at=NINE, by="p-zml", category=Category.SUGGESTION, due_at=LATER, provisional=False
    ),
    EventKind.REDATED: lambda ticket: lifecycle.redated(ticket, at=NINE, due_at=LATER, provisional=False),
    EventKind.FOLLOWED_UP: lambda ticket: lifecycle.followed_up(ticket, at=NINE, message="m8"),
    EventKind.SUPPORTED: lambda ticket: lifecycle.supported(ticket, at=NINE, message="m8"),
    EventKind.RATED: lambda ticket: lifecycle.rated(ticket, at=NINE, rating="solved"),
    EventKind.OVERDUE: lambda ticket: lifecycle.overdue(ticket, at=NINE),
    EventKind.RECEIPTED: lambda ticket: lifecycle.receipted(ticket, at=NINE),
    EventKind.MADE_URGENT: lambda ticket: lifecycle.made_urgent(ticket, at=NINE),
}
MOVES_THE_CLOCK = frozenset({EventKind.RECATEGORISED, EventKind.REDATED})


def lamp(state: State = State.OPEN) -> Ticket:
    return Ticket(
        id=ticket_id("liuwan", 2026, 1),
        village="liuwan",
        year=2026,
        number=1,
        category=Category.HELP,
        urgent=False,
        state=state,
        level=Level.VILLAGE,
        unit="liuwan",
        owner="p-lqs",
        platform="practice",
        group="g-lw1",
        requester="u-az",
        text="二组路灯又不亮了",
        topic="路灯",
        place="二组",
        said_at=NINE,
        opened_at=NINE,
        due_at=NINE + timedelta(days=5),
    )


def test_every_event_but_the_first_is_a_move() -> None:
    assert set(MOVES) == set(LEGAL) == set(EventKind) - {EventKind.OPENED}


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_is_made_with_its_event_or_refused(kind: EventKind, state: State) -> None:
    before = lamp(state)
    if not may(before, kind):
        with pytest.raises(IllegalMove) as refused:
            MOVES[kind](before)
        assert (refused.value.ticket, refused.value.move) == (before, kind)
        return
    change = MOVES[kind](before)
    assert [event.kind for event in change.events] == [kind]
    assert change.events[0].ticket == before.id
    assert change.events[0].at == NINE
    assert change.events[0].rule.startswith("R")
    assert (change.ticket.due_at != before.due_at) == (kind in MOVES_THE_CLOCK)


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=30))
def test_no_life_leads_to_a_state_that_cannot_be(wishes: list[EventKind]) -> None:
    opened = lifecycle.opened(lamp(), at=NINE)
    ticket, events = opened.ticket, list(opened.events)
    due = ticket.due_at
    made: list[EventKind] = []
    for wish in wishes:
        if not may(ticket, wish):
            continue
        change = MOVES[wish](ticket)
        if wish in MOVES_THE_CLOCK:
            due = change.ticket.due_at
        ticket = change.ticket
        events += change.events
        made.append(wish)
        assert ticket.due_at == due
        assert (ticket.id, ticket.number, ticket.said_at, ticket.requester) == ("liuwan-2026-1", 1, NINE, "u-az")
        assert (ticket.closed_by is None) == (ticket.closed_at is None)
        assert (ticket.closed_at is not None) == (ticket.state in (State.CLOSED, State.WITHDRAWN))
        if ticket.state is State.CLOSED:
            assert ticket.answer_text
        if ticket.state is State.ANSWERED:
            assert ticket.answer is not None
            assert ticket.first_cadre_reply is not None
        if ticket.state is State.REOPENED:
            assert ticket.reopened_by == "m9"
    assert [event.kind for event in events] == [EventKind.OPENED, *made]


def test_what_was_withdrawn_stays_so() -> None:
    for kind in (EventKind.CLOSED, EventKind.REOPENED, EventKind.TRANSFERRED, EventKind.OVERDUE, EventKind.RATED):
        assert not may(lamp(State.WITHDRAWN), kind)


@pytest.mark.parametrize("words", ["", " ", "\n"])
def test_nothing_is_closed_without_words(words: str) -> None:
    with pytest.raises(ValueError, match="without an answer text"):
        lifecycle.closed(lamp(), at=NINE, by="p-lqs", text=words, message=None)


def test_the_first_answer_is_remembered_as_the_first() -> None:
    first = lifecycle.answered(lamp(), at=NINE, by="p-lqs", message="m7", text="明天去").ticket
    second = lifecycle.answered(first, at=NINE, by="p-lqs", message="m8", text="换好了").ticket
    assert (second.first_cadre_reply, second.answer) == ("m7", "m8")


def test_taking_back_the_only_answer_takes_back_the_first_reply() -> None:
    answered = lifecycle.answered(lamp(), at=NINE, by="p-lqs", message="m7", text="下午开会").ticket
    back = lifecycle.not_an_answer(answered, at=NINE, by="p-lqs").ticket
    assert (back.first_cadre_reply, back.answer, back.answer_text, back.state) == (None, None, "", State.PROMPTED)


def test_taking_back_a_second_answer_keeps_the_first_reply() -> None:
    first = lifecycle.answered(lamp(), at=NINE, by="p-lqs", message="m7", text="明天去").ticket
    second = lifecycle.answered(first, at=NINE, by="p-lqs", message="m8", text="下午开会").ticket
    assert lifecycle.not_an_answer(second, at=NINE, by="p-lqs").ticket.first_cadre_reply == "m7"


def test_a_transfer_keeps_number_and_clock() -> None:
    after = MOVES[EventKind.TRANSFERRED](lamp()).ticket
    assert (after.number, after.due_at, after.hop_due_at) == (1, lamp().due_at, LATER)
    assert (after.unit, after.level, after.owner) == ("qinghe", Level.TOWNSHIP, "p-zml")
