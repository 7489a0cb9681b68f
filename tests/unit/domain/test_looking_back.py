"""Candidates for a notice, visits that are worth making, and problems that several villages share."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import slips
from bot.domain.candidates import of_department, of_village
from bot.domain.categories import Category
from bot.domain.common import common, per_thousand, topics
from bot.domain.periods import Period, month_of, quarter_of
from bot.domain.rules import Slips
from bot.domain.slips import Finding, Ground, NotNow, SlipKind, SlipState
from bot.domain.tickets import State, Thread, Ticket, ticket_id
from bot.domain.visits import Reason, visits
from tests.unit.domain.test_results import LATER, MARCH, lamp
from tests.world import at

WEEK = Period(first=date(2026, 3, 9), after=date(2026, 3, 16))
MONDAY = at("2026-03-16 09:00")


def found(*tickets: Ticket, silent: tuple[str, ...] = ()) -> dict[Ground, tuple[str, ...]]:
    grounds = of_village(tickets, silent, MARCH, Slips(), now=LATER)
    return {one.ground: one.evidence for one in grounds}


def late(number: int, **changed: object) -> Ticket:
    return lamp(number, closed_at=at("2026-03-13 10:00"), **changed)


def test_a_village_that_did_its_work_is_no_candidate() -> None:
    assert found(lamp(1), lamp(2), lamp(3), late(4), late(5)) == {}


def test_enough_of_one_kind_makes_a_candidate_and_then_everything_is_told() -> None:
    assert found(late(1), late(2), late(3), lamp(4, reopenings=1)) == {
        Ground.OVERDUE: ("liuwan-2026-1", "liuwan-2026-2", "liuwan-2026-3"),
        Ground.REOPENED: ("liuwan-2026-4",),
    }


def test_one_supervision_order_or_one_silent_group_is_enough() -> None:
    assert found(lamp(1, supervised_at=at("2026-03-20 10:00"))) == {Ground.SUPERVISED: ("liuwan-2026-1",)}
    assert found(silent=("g-lw2",)) == {Ground.SILENT: ("g-lw2",)}


def test_what_should_have_been_published_counts_for_itself() -> None:
    asked = [late(number, category=Category.DISCLOSURE) for number in (1, 2)]
    assert found(*asked)[Ground.UNPUBLISHED] == ("liuwan-2026-1", "liuwan-2026-2")


def test_a_matter_that_needs_care_stands_on_no_paper() -> None:
    assert found(*(late(number, careful=True) for number in range(1, 5))) == {}


def test_another_months_lateness_is_another_months_matter() -> None:
    may = {"due_at": at("2026-02-11 17:30"), "said_at": at("2026-02-06 09:00"), "closed_at": at("2026-02-20 10:00")}
    assert found(*(lamp(number, **may) for number in range(1, 5))) == {}


def test_a_department_answers_for_what_it_holds() -> None:
    held = [late(number, unit="d-qh-shuili") for number in (1, 2, 3)]
    (finding,) = of_department(held, MARCH, Slips(), now=LATER)
    assert (finding.ground, finding.count) == (Ground.OVERDUE, 3)


# The life of a slip


def candidate() -> slips.Slip:
    findings = (Finding(ground=Ground.OVERDUE, evidence=("liuwan-2026-1",)),)
    return slips.candidate(
        month="2026-03", kind=SlipKind.NOTICE, unit="liuwan", office="qinghe", findings=findings, at=LATER, by="bot"
    )


def test_nothing_happens_to_a_slip_out_of_its_turn() -> None:
    first = candidate()
    with pytest.raises(NotNow):
        slips.replied(first, words="都办了", at=LATER, by="p-zcg")
    with pytest.raises(NotNow):
        slips.closed(first, remark="", at=LATER, by="p-zml")
    sent = slips.issued(
        first,
        number="清廉提〔2026〕3号",
        at=LATER,
        by="p-zml",
        remind_at=at("2026-04-08 08:30"),
        due_at=at("2026-04-09 17:30"),
    )
    with pytest.raises(NotNow):
        slips.issued(sent, number="清廉提〔2026〕4号", at=LATER, by="p-zml", remind_at=LATER, due_at=LATER)
    with pytest.raises(NotNow):
        slips.dropped(sent, reason="不用了", at=LATER, by="p-zml")
    answered = slips.replied(sent, words="都办了", at=LATER, by="p-zcg")
    assert slips.closed(answered, remark="", at=LATER, by="p-zml").state is SlipState.CLOSED
    assert slips.replied(answered, words="再补一句", at=LATER, by="p-zcg").reply == "再补一句"


def test_a_reply_is_overdue_from_the_moment_it_was_due_and_never_once_it_is_there() -> None:
    due = at("2026-04-09 17:30")
    sent = slips.issued(candidate(), number="3号", at=LATER, by="p-zml", remind_at=LATER, due_at=due)
    assert not sent.is_overdue(at("2026-04-09 17:29"))
    assert sent.is_overdue(due)
    assert not slips.replied(sent, words="都办了", at=due, by="p-zcg").is_overdue(due)
    assert not candidate().is_overdue(due)


# Visits


def reasons(*tickets: Ticket) -> dict[int, tuple[Reason, ...]]:
    threads = [Thread(ticket=ticket, links=()) for ticket in tickets]
    return {visit.ticket.number: visit.reasons for visit in visits(threads, WEEK, now=MONDAY)}


def test_somebody_goes_where_it_was_not_solved_or_the_answer_said_nothing() -> None:
    assert reasons(
        lamp(1),
        lamp(2, reopenings=2, rating="unsolved"),
        lamp(3, answer_text="已处理"),
        lamp(4, reopenings=1, state=State.REOPENED, closed_at=None),
    ) == {2: (Reason.REOPENED, Reason.UNSOLVED), 3: (Reason.EMPTY,), 4: (Reason.REOPENED,)}


def test_the_same_words_for_two_different_matters_are_worth_a_look_for_one_matter_they_are_not() -> None:
    words = "已联系施工队，周五前全部修好"
    assert reasons(lamp(1, answer_text=words), lamp(2, answer_text=words)) == {}
    assert reasons(lamp(1, answer_text=words), lamp(2, topic="水管", answer_text=words)) == {
        1: (Reason.COPIED,),
        2: (Reason.COPIED,),
    }


def test_a_matter_that_needs_care_is_on_no_list() -> None:
    assert reasons(lamp(1, reopenings=1, careful=True)) == {}


def test_what_was_reopened_and_closed_long_ago_is_not_listed_again() -> None:
    assert reasons(lamp(1, reopenings=1, closed_at=at("2026-02-27 10:00"))) == {}


# Common problems


def in_village(village: str, number: int, topic: str = "路灯") -> Ticket:
    return replace(lamp(number, topic=topic), id=ticket_id(village, 2026, number), village=village)


def test_the_same_in_three_villages_is_a_common_problem_and_so_are_ten_in_one() -> None:
    quarter = quarter_of(date(2026, 3, 1))
    lamps = [in_village(village, 1) for village in ("liuwan", "shipan", "xialing")]
    pipes = [in_village("liuwan", number, "水管") for number in range(2, 12)]
    roads = [in_village("liuwan", number, "村路") for number in range(20, 24)]
    rows = topics([*lamps, *pipes, *roads], quarter)
    assert [(row.name, row.count) for row in rows] == [("水管", 10), ("村路", 4), ("路灯", 3)]
    assert [row.name for row in common(rows, villages=3, tickets=10)] == ["水管", "路灯"]


def test_one_or_two_of_a_kind_are_counted_nowhere() -> None:
    two = [in_village("liuwan", 1, "低保"), in_village("shipan", 2, "低保")]
    assert topics(two, month_of(date(2026, 3, 1))) == ()
    assert per_thousand(2, 400) is None
    assert per_thousand(6, 400) == 15
    assert per_thousand(6, 0) is None
