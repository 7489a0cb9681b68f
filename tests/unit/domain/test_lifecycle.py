"""A ticket's life: which moves there are, what each leaves behind, and what none may touch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clocks, hops, lifecycle, together
from bot.domain.categories import APPEALS, Category, Level
from bot.domain.clocks import DARKNESS, days_of, due_of
from bot.domain.lifecycle import LEGAL, IllegalMove, may
from bot.domain.outcome import Change
from bot.domain.rules import Rules
from bot.domain.supervision import Grade, Order
from bot.domain.tickets import Colour, Contact, Effect, EventKind, State, Ticket, ticket_id
from bot.domain.workdays import WorkCalendar
from tests.world import at

NINE = at("2026-03-06 09:00")
LATER = NINE + timedelta(days=9)
RULES = Rules()
CALENDAR = WorkCalendar()

Move = Callable[[Ticket, datetime], Change]


def offered(ticket: Ticket, now: datetime) -> Change:
    return hops.handover_offered(ticket, at=now, to="p-cxm")


def accepted(ticket: Ticket, now: datetime) -> Change:
    return hops.handed_over(offered(ticket, now).ticket, at=now, to="p-cxm")


def waiting(ticket: Ticket, now: datetime) -> Change:
    begun = (
        ticket if ticket.paused_at is not None else clocks.paused(ticket, at=now, by="p-lqs", reason="等材料").ticket
    )
    return clocks.resumed(begun, at=now, by="p-lqs", rules=RULES, calendar=CALENDAR)


def other(ticket: Ticket) -> Ticket:
    return lamp(number=ticket.number + 1, category=Category.CONSULTATION)


MOVES: dict[EventKind, Move] = {
    EventKind.PROMPTED: lambda ticket, now: lifecycle.prompted(ticket, at=now, owner="p-lqs"),
    EventKind.PROGRESS: lambda ticket, now: lifecycle.progress(ticket, at=now, by="p-lqs", text="明天上午到"),
    EventKind.ANSWERED: lambda ticket, now: lifecycle.answered(ticket, at=now, by="p-lqs", message="m7", text="换好了"),
    EventKind.NOT_AN_ANSWER: lambda ticket, now: lifecycle.not_an_answer(ticket, at=now, by="p-lqs"),
    EventKind.CLOSED: lambda ticket, now: lifecycle.closed(
        ticket, at=now, by="p-lqs", text="已换灯泡", message=None, effect=Effect.SOLVED, contact=Contact.GROUP
    ),
    EventKind.REOPENED: lambda ticket, now: lifecycle.reopened(ticket, at=now, by="villager", message="m9"),
    EventKind.WITHDRAWN: lambda ticket, now: lifecycle.withdrawn(ticket, at=now, by="p-lqs", reason="不是诉求"),
    EventKind.TRANSFERRED: lambda ticket, now: hops.transferred(
        ticket,
        at=now,
        by="p-lqs",
        unit="qinghe",
        level=Level.TOWNSHIP,
        owner="p-zml",
        hop_due_at=now + timedelta(days=1),
        summary="需立杆",
    ),
    EventKind.RETURNED: lambda ticket, now: hops.returned(
        ticket,
        at=now,
        by="p-zml",
        unit="liuwan",
        level=Level.VILLAGE,
        owner="p-lqs",
        hop_due_at=now + timedelta(days=1),
        reason="村里能办",
    ),
    EventKind.SUPERVISED: lambda ticket, now: hops.supervised(
        ticket,
        at=now,
        by="p-zml",
        order=Order(lead="d-qh-jianshe", others=("liuwan",), limit=now + timedelta(days=3), grade=Grade.KEY),
        serial="督〔2026〕柳湾村1号",
        days=3,
        reason="退回两次",
    ),
    EventKind.ACKNOWLEDGED: lambda ticket, now: lifecycle.acknowledged(ticket, at=now, by="p-zcg", reporter="p-lqs"),
    EventKind.ASKED_AGAIN: lambda ticket, now: clocks.asked_again(
        ticket,
        clocks.extension_asked(lamp(), at=now, by="p-lqs", days=3, reason="等配件").events[0],
        at=now,
        people=["p-zml"],
    ),
    EventKind.REASSIGNED: lambda ticket, now: hops.reassigned(ticket, at=now, owner="p-zcg", reason="离岗"),
    EventKind.HANDOVER_OFFERED: offered,
    EventKind.HANDED_OVER: accepted,
    EventKind.RECATEGORISED: lambda ticket, now: clocks.recategorised(
        ticket, at=now, by="p-zml", category=Category.SUGGESTION, rules=RULES, calendar=CALENDAR
    ),
    EventKind.REDATED: lambda ticket, now: clocks.redated(ticket, at=now, rules=RULES, calendar=CALENDAR),
    EventKind.EXTENSION_ASKED: lambda ticket, now: clocks.extension_asked(
        ticket, at=now, by="p-lqs", days=3, reason="等配件"
    ),
    EventKind.EXTENDED: lambda ticket, now: clocks.extended(
        ticket, at=now, by="p-zml", days=3, reason="等配件", rules=RULES, calendar=CALENDAR
    ),
    EventKind.LONGER_ASKED: lambda ticket, now: clocks.longer_asked(
        ticket, at=now, by="p-lqs", category=Category.DISCLOSURE, reason="要公开"
    ),
    EventKind.REFUSED: lambda ticket, now: clocks.refused(
        ticket, at=now, by="p-zml", what=EventKind.EXTENSION_ASKED, reason="能按时办完"
    ),
    EventKind.PAUSED: lambda ticket, now: clocks.paused(ticket, at=now, by="p-lqs", reason="等材料"),
    EventKind.RESUMED: waiting,
    EventKind.OVERDUE: lambda ticket, now: clocks.overdue(ticket, at=now, colour=Colour.BLUE, told=("p-lqs",)),
    EventKind.HOP_OVERDUE: lambda ticket, now: clocks.hop_overdue(ticket, at=now),
    EventKind.FOLLOWED_UP: lambda ticket, now: lifecycle.followed_up(ticket, at=now, message="m8"),
    EventKind.SUPPORTED: lambda ticket, now: lifecycle.supported(ticket, at=now, message="m8"),
    EventKind.UNJOINED: lambda ticket, now: together.unjoined(ticket, at=now, by="p-lqs", message="m8"),
    EventKind.SPLIT_OFF: lambda ticket, now: together.split_off(ticket, at=now, by="p-lqs", new="liuwan-2026-3"),
    EventKind.MERGED: lambda ticket, now: together.merged(
        ticket, other(ticket), at=now, by="p-lqs", rules=RULES, calendar=CALENDAR
    )[0],
    EventKind.MERGED_IN: lambda ticket, now: together.merged(
        other(ticket), ticket, at=now, by="p-lqs", rules=RULES, calendar=CALENDAR
    )[1],
    EventKind.PARTED: lambda ticket, now: together.parted(
        ticket, State.PROMPTED, at=now, by="p-lqs", rules=RULES, calendar=CALENDAR
    ),
    EventKind.RATED: lambda ticket, now: lifecycle.rated(ticket, at=now, rating="solved"),
    EventKind.EFFECT_SET: lambda ticket, now: lifecycle.effect_set(ticket, at=now, by="p-lqs", effect=Effect.RECTIFIED),
    EventKind.CONTACTED: lambda ticket, now: lifecycle.contacted(ticket, at=now, by="p-lqs", contact=Contact.PHONE),
    EventKind.REPORTED: lambda ticket, now: lifecycle.reported(ticket, at=now, by="p-lqs", to="p-zcg", words="要协调"),
    EventKind.EVIDENCED: lambda ticket, now: lifecycle.evidenced(ticket, at=now, by="p-lqs", message="m9"),
    EventKind.CALLED: lambda ticket, at: lifecycle.called(ticket, at=at, people=["p-1", "p-2"], stage="village"),
    EventKind.TAKEN: lambda ticket, at: lifecycle.taken(ticket, at=at, by="p-1", text="收到"),
    EventKind.ALL_CLEAR: lambda ticket, at: lifecycle.all_clear(ticket, at=at, message="m9", text="火灭了"),
    EventKind.FALSE_ALARM: lambda ticket, at: lifecycle.false_alarm(ticket, at=at, by="p-1", reason="演练"),
    EventKind.RECEIPTED: lambda ticket, now: lifecycle.receipted(ticket, at=now),
    EventKind.MADE_URGENT: lambda ticket, now: lifecycle.made_urgent(ticket, at=now),
}
BEGINS = {EventKind.HANDED_OVER: EventKind.HANDOVER_OFFERED, EventKind.RESUMED: EventKind.PAUSED}
MOVES_THE_CLOCK = frozenset({EventKind.RECATEGORISED, EventKind.EXTENDED, EventKind.MERGED_IN})


def lamp(state: State = State.OPEN, *, number: int = 1, category: Category = Category.HELP) -> Ticket:
    undated = Ticket(
        id=ticket_id("liuwan", 2026, number),
        village="liuwan",
        year=2026,
        number=number,
        category=category,
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
        due_at=NINE,
        units=("liuwan",),
    )
    return clocks.dated(undated, RULES, CALENDAR)


def test_every_event_but_the_first_is_a_move() -> None:
    assert set(MOVES) == set(LEGAL) == set(EventKind) - {EventKind.OPENED}


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_is_made_with_its_event_or_refused(kind: EventKind, state: State) -> None:
    before = lamp(state)
    if not may(before, kind):
        with pytest.raises(IllegalMove) as refused:
            MOVES[kind](before, NINE)
        assert refused.value.move in {kind, BEGINS.get(kind), EventKind.MERGED if kind is EventKind.MERGED_IN else kind}
        return
    change = MOVES[kind](before, NINE)
    assert [event.kind for event in change.events] == [kind]
    assert change.events[0].ticket == before.id
    assert change.events[0].at == NINE
    assert change.events[0].rule.startswith("R")
    assert (change.ticket.due_at != before.due_at) == (kind in MOVES_THE_CLOCK)


@settings(max_examples=2000)
@given(
    st.sampled_from(APPEALS),
    st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 30 * 60)), max_size=40),
)
def test_no_sequence_of_legal_moves_restarts_a_clock_or_leads_to_a_state_that_cannot_be(
    category: Category, wishes: list[tuple[EventKind, int]]
) -> None:
    opened = lifecycle.opened(lamp(category=category), at=NINE)
    ticket, events, now = opened.ticket, list(opened.events), NINE
    made: list[EventKind] = []
    for wish, minutes in wishes:
        now += timedelta(minutes=minutes)
        try:
            change = MOVES[wish](ticket, now)
        except (IllegalMove, ValueError):
            continue
        before, ticket = ticket, change.ticket
        events += change.events
        made.append(wish)
        assert (ticket.id, ticket.number, ticket.said_at, ticket.requester) == ("liuwan-2026-1", 1, NINE, "u-az")
        assert ticket.due_at == due_of(ticket, RULES, CALENDAR).at
        assert days_of(ticket, RULES) <= RULES.deadlines.days(ticket.category) + 10
        if wish not in {EventKind.RECATEGORISED, EventKind.MERGED_IN}:
            assert ticket.due_at >= before.due_at
        assert ticket.owner
        assert ticket.unit == ticket.units[-1]
        assert ticket.returns >= before.returns
        assert ticket.times_overdue >= before.times_overdue
        assert DARKNESS.index(ticket.colour) >= DARKNESS.index(before.colour)
        assert (ticket.closed_by is None) == (ticket.closed_at is None)
        assert (ticket.closed_at is not None) == (not ticket.state.is_live)
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
    after = MOVES[EventKind.TRANSFERRED](lamp(), NINE).ticket
    assert (after.number, after.due_at, after.hop_due_at) == (1, lamp().due_at, NINE + timedelta(days=1))
    assert (after.unit, after.level, after.owner) == ("qinghe", Level.TOWNSHIP, "p-zml")


def test_what_is_sent_back_needs_a_reason_and_is_counted() -> None:
    away = MOVES[EventKind.TRANSFERRED](lamp(), NINE).ticket
    back = MOVES[EventKind.RETURNED](away, NINE).ticket
    assert (back.unit, back.units, back.returns, back.pushed_down) == ("liuwan", ("liuwan", "qinghe", "liuwan"), 1, 1)
    with pytest.raises(ValueError, match="without a reason"):
        hops.returned(
            away, at=NINE, by="p-zml", unit="liuwan", level=Level.VILLAGE, owner="p-lqs", hop_due_at=LATER, reason=" "
        )


def test_more_time_is_given_once_and_before_it_is_late() -> None:
    more = MOVES[EventKind.EXTENDED](lamp(), NINE).ticket
    assert more.due_at == at("2026-03-16 17:30")
    for ticket, now in ((more, NINE), (lamp(), lamp().due_at)):
        with pytest.raises(ValueError, match="cannot be extended"):
            MOVES[EventKind.EXTENDED](ticket, now)


def test_a_wait_for_material_costs_the_village_nothing_and_ends_by_itself() -> None:
    begun = clocks.paused(lamp(), at=at("2026-03-09 10:00"), by="p-lqs", reason="等身份证复印件").ticket
    two = clocks.resumed(begun, at=at("2026-03-11 09:00"), by="p-lqs", rules=RULES, calendar=CALENDAR).ticket
    assert (two.paused_days, two.due_at) == (2, at("2026-03-13 17:30"))
    long = clocks.resumed(begun, at=at("2026-04-11 09:00"), by="bot", rules=RULES, calendar=CALENDAR).ticket
    assert (long.paused_days, long.due_at) == (5, at("2026-03-18 17:30"))
    with pytest.raises(ValueError, match="cannot wait"):
        clocks.paused(two, at=at("2026-03-11 10:00"), by="p-lqs", reason="还等")


def test_merging_keeps_the_earlier_message_and_the_shorter_time() -> None:
    early = lamp()
    spoken = replace(lamp(number=2, category=Category.SUGGESTION), said_at=at("2026-03-10 09:00"))
    late = clocks.dated(spoken, RULES, CALENDAR)
    gone, kept = together.merged(early, late, at=LATER, by="p-lqs", rules=RULES, calendar=CALENDAR)
    assert (gone.ticket.state, gone.ticket.merged_into) == (State.MERGED, late.id)
    assert (kept.ticket.said_at, kept.ticket.category) == (NINE, Category.HELP)
    assert kept.ticket.due_at <= min(early.due_at, late.due_at)


def test_a_handover_is_accepted_by_the_one_who_was_asked() -> None:
    asked = offered(lamp(), NINE).ticket
    assert (asked.owner, asked.offered_to) == ("p-lqs", "p-cxm")
    with pytest.raises(ValueError, match="not offered"):
        hops.handed_over(asked, at=NINE, to="p-zcg")
    assert hops.handed_over(asked, at=NINE, to="p-cxm").ticket.owner == "p-cxm"


def test_the_second_not_solved_is_red() -> None:
    once = MOVES[EventKind.REOPENED](MOVES[EventKind.CLOSED](lamp(), NINE).ticket, NINE).ticket
    twice = MOVES[EventKind.REOPENED](MOVES[EventKind.CLOSED](once, NINE).ticket, NINE).ticket
    assert (once.colour, twice.colour) == (Colour.NONE, Colour.RED)
