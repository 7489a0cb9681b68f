from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.office import Office
from bot.patrol.daily_content import REST_DAYS, Facts, choose, decide

MakeOffice = Callable[..., Office]
UNUSED = Facts(used=frozenset())
QUARTER = [date(2026, 1, 1) + timedelta(days=step) for step in range(92)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def slot(day: str, group: str = "g-qs1") -> Slot:
    return Slot(at=at(f"{day}T10:00"), job=Job.DAILY_CONTENT, scope=group)


def library(size: int) -> tuple[ContentItem, ...]:
    return tuple(
        ContentItem(
            id=f"item-{number:02}",
            title=f"第{number}条",
            text=f"第{number}条的内容。\n",
            source="青石镇农技站",
            dated=date(2026, 1, 1),
        )
        for number in range(1, size + 1)
    )


def posted(items: tuple[ContentItem, ...], group: str, days: Iterable[date] = QUARTER) -> list[str | None]:
    """What the group gets day by day, nothing being lost on the way."""
    history: dict[date, str | None] = {}
    for day in days:
        used = {item for past, item in history.items() if item and past >= day - timedelta(days=REST_DAYS)}
        item = choose(items, used, group, day)
        history[day] = item.id if item else None
    return list(history.values())


def test_one_item_with_its_source(make_office: MakeOffice) -> None:
    office = make_office(content=library(1))
    due = slot("2026-03-06")
    assert decide(UNUSED, due, due.at, office) == Outcome(
        sends=(
            Outgoing(
                to=ToGroup(group="g-qs1"),
                kind=OutKind.CONTENT,
                text="【每日一条】第1条\n第1条的内容。\n（青石镇农技站）",
                dedupe_key="content:g-qs1:2026-03-06",
                content="item-01",
            ),
        )
    )


@given(size=st.integers(min_value=1, max_value=60), group=st.text(min_size=1, max_size=8))
def test_over_a_quarter_nothing_returns_within_thirty_days(size: int, group: str) -> None:
    chosen = posted(library(size), group)
    for position, item in enumerate(chosen):
        assert item is None or item not in chosen[max(position - REST_DAYS, 0) : position]
    if size > REST_DAYS:
        assert None not in chosen


def test_a_short_library_is_used_up_before_the_group_is_left_in_peace() -> None:
    chosen = posted(library(5), "g-qs1")
    assert len(set(chosen[:5])) == 5
    assert chosen[5:31] == [None] * 26
    assert chosen[31] is not None


def test_neighbouring_groups_read_different_things_on_most_days() -> None:
    items = library(40)
    same = sum(a == b for a, b in zip(posted(items, "g-qs1"), posted(items, "g-lw1"), strict=True))
    assert same < len(QUARTER) / 4


def test_the_choice_does_not_depend_on_the_order_of_the_file() -> None:
    items = library(40)
    assert posted(items, "g-qs1") == posted(tuple(reversed(items)), "g-qs1")


def test_a_used_up_library_is_told_to_the_secretary_once_a_week(make_office: MakeOffice) -> None:
    office = make_office(content=library(2))
    everything = Facts(used=frozenset({"item-01", "item-02"}))
    due = slot("2026-03-06")
    assert decide(everything, due, due.at, office) == Outcome(
        sends=(
            Outgoing(
                to=ToPerson(person="p-shi"),
                kind=OutKind.NOTICE,
                text=(
                    "青石村群里的“每日一条”用完了：库里的每一条30天内都发过，今天就不发了。"
                    "请您联系管理员，添几条新内容。"
                ),
                dedupe_key="content-empty:v-qs:2026-W10:p-shi",
                not_before=due.at,
            ),
        )
    )
    keys = [
        decide(everything, slot(day), at(f"{day}T10:00"), office).sends[0].dedupe_key
        for day in ("2026-03-02", "2026-03-08", "2026-03-09")
    ]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(("now", "sends"), [("2026-03-06T20:00", 1), ("2026-03-06T20:01", 0), ("2026-03-07T09:00", 0)])
def test_a_late_item_comes_the_same_day_until_eight_in_the_evening(
    make_office: MakeOffice, now: str, sends: int
) -> None:
    outcome = decide(UNUSED, slot("2026-03-06"), at(now), make_office(content=library(3)))
    assert len(outcome.sends) == sends


def test_a_group_that_was_taken_out_of_the_configuration_gets_nothing(make_office: MakeOffice) -> None:
    office = make_office(content=library(3))
    assert decide(UNUSED, slot("2026-03-06", "g-gone"), at("2026-03-06T10:00"), office) == NOTHING
