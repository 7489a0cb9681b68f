from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily_item import REST_DAYS, choose
from bot.domain.content import ContentItem
from bot.domain.messages import Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.own_content import ContentChoice
from bot.office import Office
from bot.patrol import content_fate
from bot.patrol.daily_content import Facts, decide
from bot.ports.content import Fate

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
        ),
        slots=(Slot(at=at("2026-03-06T20:00"), job=Job.CONTENT_FATE, scope="g-qs1/2026-03-06"),),
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


# What a day is for, and what people ask about


def item(name: str, **more: Any) -> ContentItem:  # noqa: ANN401 - fields of whatever type
    return ContentItem(id=name, title=name, text="内容。", source="镇农技站整理", dated=date(2026, 1, 1), **more)


def chosen(items: tuple[ContentItem, ...], day: str, **more: Any) -> str | None:  # noqa: ANN401 - arguments of whatever type
    found = choose(items, more.pop("used", ()), "g-qs1", date.fromisoformat(day), **more)
    return None if found is None else found.id


def test_a_festival_has_its_own_item_on_its_day_and_on_no_other() -> None:
    items = (*library(10), item("重阳", days=("重阳",)), item("惊蛰", seasons=("惊蛰",)))
    assert chosen(items, "2026-10-18") == "重阳"
    assert chosen((item("重阳", days=("重阳",)),), "2026-10-19") is None
    assert chosen(items, "2026-03-05") == "惊蛰"
    assert chosen((item("惊蛰", seasons=("惊蛰",)),), "2026-03-12") == "惊蛰", "a term lasts until the next one"
    assert chosen((item("惊蛰", seasons=("惊蛰",)),), "2026-03-25") is None


def test_the_lunar_new_year_falls_on_another_day_every_year() -> None:
    spring, eve = item("春节", days=("春节",)), item("除夕", days=("除夕",))
    assert [chosen((spring, eve), day) for day in ("2026-02-16", "2026-02-17", "2027-02-05", "2027-02-06")] == [
        "除夕",
        "春节",
        "除夕",
        "春节",
    ]


def test_what_is_out_of_date_is_left_alone() -> None:
    once = (item("缴费", valid_from=date(2026, 9, 1), valid_until=date(2026, 9, 30)),)
    assert [chosen(once, day) for day in ("2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01")] == [
        None,
        "缴费",
        "缴费",
        None,
    ]


def test_what_the_township_asks_about_comes_first_and_then_rests() -> None:
    items = (*library(10), item("建房", topics=("宅基地",)), item("低保", topics=("低保救助",)))
    assert chosen(items, "2026-03-10", asked=("低保救助", "宅基地")) == "低保"
    assert chosen(items, "2026-03-10", asked=("低保救助", "宅基地"), used=("低保",)) == "建房"
    assert chosen(items, "2026-03-10", asked=("低保救助", "宅基地"), used=("低保", "建房")) in {
        one.id for one in library(10)
    }


# When it is better to keep quiet


def test_it_waits_for_a_calm_hour_and_gives_up_in_the_evening(make_office: MakeOffice) -> None:
    office = make_office(content=library(3))
    heated = Facts(used=frozenset(), raised=3)
    due = slot("2026-03-06")
    again = decide(heated, due, due.at, office)
    assert again == Outcome(slots=(Slot(at=at("2026-03-06T10:30"), job=Job.CONTENT_AGAIN, scope="g-qs1"),))
    assert decide(UNUSED, again.slots[0], again.slots[0].at, office).sends != ()
    last = Slot(at=at("2026-03-06T18:45"), job=Job.CONTENT_AGAIN, scope="g-qs1")
    assert decide(heated, last, last.at, office) == NOTHING


def test_nothing_cheerful_after_an_emergency_or_on_a_day_of_mourning(make_office: MakeOffice) -> None:
    office = make_office(content=library(3))
    due = slot("2026-12-13")
    assert decide(Facts(used=frozenset(), danger=True), due, due.at, office).sends == ()
    mourning = office.rules.content.model_copy(update={"quiet_days": (date(2026, 12, 13),)})
    silent = replace(office, rules=office.rules.model_copy(update={"content": mourning}))
    assert decide(UNUSED, due, due.at, silent) == NOTHING
    assert decide(UNUSED, slot("2026-12-14"), at("2026-12-14T10:00"), silent).sends != ()


def test_where_a_village_wants_to_see_it_first_silence_means_no(make_office: MakeOffice) -> None:
    office = confirming(make_office(content=library(3)))
    due = slot("2026-03-06")
    assert decide(UNUSED, due, due.at, office) == NOTHING
    said = ContentChoice(village="v-qs", day=date(2026, 3, 6), item="item-02", by="p-li", at=due.at)
    post = decide(Facts(used=frozenset(), choice=said), due, due.at, office).sends[0]
    assert (post.content, "第2条" in post.text) == ("item-02", True)
    assert decide(Facts(used=frozenset(), choice=replace(said, item="")), due, due.at, office) == NOTHING


def confirming(office: Office) -> Office:
    units = {key: replace(unit, confirms_content=key == "v-qs") for key, unit in office.org.units.items()}
    return replace(office, org=replace(office.org, units=units))


# What became of it


def fate(day: str, hour: str) -> Slot:
    return Slot(at=at(f"{day}T{hour}"), job=Job.CONTENT_FATE, scope="g-qs1/2026-03-06")


def test_what_was_not_sent_by_evening_is_given_up_and_told_next_morning(office: Office) -> None:
    failed = content_fate.Facts(fate=Fate(sent=False, error="断线"))
    evening = content_fate.decide(failed, fate("2026-03-06", "20:00"), at("2026-03-06T20:00"), office)
    assert evening.lapsed == ("content:g-qs1:2026-03-06",)
    assert evening.slots == (fate("2026-03-07", "08:05"),)
    morning = content_fate.decide(failed, evening.slots[0], evening.slots[0].at, office)
    assert [(sent.to, sent.text) for sent in morning.sends] == [
        (
            ToPerson(person="p-shi"),
            "昨天的“每日一条”没发到“青石一家亲”（断线）。晚上不再打扰大家，就没有补发；今天的照常发，您不用做什么。",
        )
    ]
    unsure = content_fate.Facts(fate=Fate(sent=False, unsure=True))
    assert (
        "到群里看一眼"
        in content_fate.decide(unsure, fate("2026-03-07", "08:05"), at("2026-03-07T08:05"), office).sends[0].text
    )


def test_nobody_hears_of_an_item_that_arrived(office: Office) -> None:
    good = content_fate.Facts(fate=Fate(sent=True))
    assert content_fate.decide(good, fate("2026-03-07", "08:05"), at("2026-03-07T08:05"), office) == NOTHING
    never = content_fate.Facts(fate=None)
    assert content_fate.decide(never, fate("2026-03-06", "20:00"), at("2026-03-06T20:00"), office) == NOTHING
