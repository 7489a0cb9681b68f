"""What an office did in a month is counted from what happened (R72, R73)."""

from dataclasses import replace
from datetime import date

from bot.domain.doings import doings
from bot.domain.patrol_notes import DEEDS, NoteKind, PatrolNote, confirmation
from bot.domain.rules import Rules
from bot.domain.slips import Slip, SlipKind, SlipState
from bot.domain.tickets import State
from bot.domain.workdays import WorkCalendar
from tests.unit.domain.test_results import MARCH, lamp
from tests.world import at

NOTICE = Slip(
    month="2026-02",
    kind=SlipKind.NOTICE,
    unit="liuwan",
    office="qinghe",
    findings=(),
    state=SlipState.ISSUED,
    step=2,
    by="p-zml",
    at=at("2026-03-03 10:00"),
    issued_at=at("2026-03-03 10:00"),
)


def test_a_month_of_a_township() -> None:
    tickets = [
        lamp(1, closed_at=at("2026-03-09 17:00")),  # said on Friday, closed on Monday: the first working day after
        lamp(2),
        lamp(3, state=State.IN_PROGRESS, closed_at=None, supervised_at=at("2026-03-12 09:00")),
        lamp(4, state=State.WITHDRAWN, closed_at=None),
        lamp(5, said_at=at("2026-03-30 09:00"), due_at=at("2026-04-02 17:30"), closed_at=at("2026-04-01 09:00")),
    ]
    slips = [
        NOTICE,
        replace(NOTICE, unit="shipan", state=SlipState.CLOSED, at=at("2026-03-20 10:00")),
        replace(NOTICE, unit="xialing", issued_at=at("2026-02-27 10:00"), at=at("2026-02-27 10:00")),
    ]
    reminded = PatrolNote(
        key="r",
        township="qinghe",
        day=date(2026, 3, 10),
        kind=NoteKind.REMINDED,
        by="p-zml",
        at=at("2026-03-10 17:30"),
        village="liuwan",
    )
    notes = [
        confirmation("qinghe", date(2026, 3, day), by=by, at=at("2026-03-31 17:00"))
        for day, by in ((9, "p-zml"), (9, "p-tyl"), (10, "p-zml"), (14, "p-zml"))  # the 14th is a Saturday
    ]
    by_hand = [
        PatrolNote(key=key, township="qinghe", day=day, kind=kind, by="p-tyl", at=at("2026-03-31 17:00"), text=text)
        for key, kind, day, text in (
            ("a", NoteKind.MEETING, date(2026, 3, 2), "调度路灯"),
            ("b", NoteKind.MEETING, date(2026, 2, 27), ""),
            ("c", NoteKind.CHECK, date(2026, 3, 31), ""),
            ("d", NoteKind.FIX, date(2026, 3, 30), "井盖"),
            ("struck:d", NoteKind.STRUCK, date(2026, 3, 30), "d"),
        )
    ]
    found = doings(tickets, slips, [*notes, reminded, *by_hand], MARCH, WorkCalendar(), Rules().office_hours)
    assert (found.results.closed, found.at_once) == (2, 1)
    assert (found.orders, found.issued, found.crossed_off, found.owed) == (1, 2, 1, 2)
    assert (found.patrolled, found.workdays, found.reminders) == (2, 22, 1)
    assert (found.open, found.overdue) == (2, 1)
    assert [found.deeds[kind] for kind in DEEDS] == [1, 0, 1, 0, 0], "February's and what was taken back do not count"
