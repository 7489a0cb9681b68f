"""A digest by hand: documents are drawn from values, without a store, a schedule or a real township."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.domain.categories import Category, Level
from bot.domain.digest import (
    Burden,
    DayLoad,
    Digest,
    GapRow,
    GroupRow,
    Section,
    SectionKind,
    TicketRow,
    VacancyRow,
    VillageCount,
    Why,
)
from bot.domain.duty import Cannot, Roster
from bot.domain.org import Unit, organisation
from bot.domain.rules import Rules
from bot.domain.silence import Deafness, Judgement, Silence
from bot.domain.tickets import State
from bot.domain.workdays import WorkCalendar
from bot.office import Office
from bot.settings.sentences import read_wording
from bot.wording import Wording

FRIDAY = datetime.fromisoformat("2026-03-06T17:00+08:00")
MakeDigest = Callable[..., Digest]


@pytest.fixture(scope="session")
def office() -> Office:
    sentences, faults = read_wording(Path(__file__).parents[3] / "config" / "wording")
    assert faults == []
    return Office(
        org=organisation([Unit(id="c-yl", name="云岭县", level=Level.COUNTY)], [], []),
        roster=Roster(days={}, weekly={}),
        rules=Rules(),
        calendar=WorkCalendar(),
        wording=Wording(sentences),
    )


@pytest.fixture
def make_digest() -> MakeDigest:
    return _busy


@pytest.fixture
def calm_digest() -> Digest:
    return Digest(
        township="t-qs",
        name="青石镇",
        at=FRIDAY,
        since=FRIDAY,
        sections=(),
        tickets=(),
        groups=(),
        villages=(VillageCount(village="青石村"),),
        burden=Burden(prompts=0, closed=0, days=7),
    )


def _busy(
    *,
    township: str = "青石镇",
    village: str = "青石村",
    matter: str = "三组路灯",
    officer: str = "李青山",
    times: int = 1,
    villages: int = 3,
) -> Digest:
    """A day with something in every section, ``times`` over."""

    def ticket(number: int, why: Why, state: State) -> TicketRow:
        return TicketRow(
            ticket=f"v-qs-2026-{number}",
            number=number,
            village=village,
            category=Category.HELP,
            matter=matter,
            state=state,
            owner=f"村委会副主任 {officer}",
            owner_name=officer,
            said_at=datetime.fromisoformat("2026-03-02T09:00+08:00"),
            due_at=datetime.fromisoformat("2026-03-05T17:30+08:00"),
            why=why,
            provisional=why is Why.OVERDUE,
            late_days=1,
            closed_at=datetime.fromisoformat("2026-03-06T02:00+00:00") if why is Why.DONE else None,
        )

    overdue = tuple(ticket(number, Why.OVERDUE, State.PROMPTED) for number in range(1, times + 1))
    soon = tuple(ticket(100 + number, Why.DUE_SOON, State.IN_PROGRESS) for number in range(times))
    unanswered = tuple(ticket(200 + number, Why.UNANSWERED, State.PROMPTED) for number in range(times))
    done = tuple(ticket(300 + number, Why.DONE, State.CLOSED) for number in range(times))
    silent = GroupRow(
        group="g-qs1",
        name="青石一家亲",
        village=village,
        judgement=Judgement(silence=Silence.RED, since=date(2026, 1, 20), days=45, ever_spoken=True, proof_at=FRIDAY),
        cadre_messages=4,
    )
    deaf = GroupRow(
        group="g-lw1",
        name="柳湾村务群",
        village="柳湾村",
        judgement=Judgement(silence=Silence.UNHEARD, since=date(2026, 1, 3), days=62, because=Deafness.NEVER),
    )
    return Digest(
        township="t-qs",
        name=township,
        at=FRIDAY,
        since=datetime.fromisoformat("2026-03-05T17:00+08:00"),
        sections=(
            Section(kind=SectionKind.NEEDS_YOU, rows=overdue),
            Section(kind=SectionKind.DUE_SOON, rows=soon),
            Section(kind=SectionKind.UNANSWERED, rows=unanswered),
            Section(kind=SectionKind.SILENT, rows=(silent, deaf)),
            Section(
                kind=SectionKind.DUTY_GAPS,
                rows=(
                    VacancyRow(
                        village=village, owner=officer, why=Cannot.AWAY, tickets=("v-qs-2026-1", "v-qs-2026-100")
                    ),
                    GapRow(village=village, days=tuple(date(2026, 3, day) for day in (7, 8, 9)), groups=("g-qs1",)),
                ),
            ),
            Section(kind=SectionKind.DONE, rows=done),
        ),
        tickets=(*overdue, *soon, *unanswered, *done),
        groups=(silent, deaf),
        villages=tuple(
            VillageCount(village=f"{village}{place}", overdue=times, due_soon=place % 2, open=2, done=place)
            for place in range(villages)
        ),
        burden=Burden(
            prompts=6,
            closed=4,
            days=7,
            loads=(
                DayLoad(day=date(2026, 3, 5), messages=9, most=4),
                DayLoad(day=date(2026, 3, 6), messages=6, most=5),
            ),
        ),
    )
