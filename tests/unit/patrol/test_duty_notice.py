import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.domain.duty_rules import DutyCard
from bot.domain.messages import Card, Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.org import Group, organisation
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.office import Office
from bot.patrol.duty_notice import Facts, decide

MakeOffice = Callable[..., Office]
HEARS = Facts(hears_all=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def slot(day: str, group: str = "g-qs1") -> Slot:
    return Slot(at=at(f"{day}T08:30"), job=Job.DUTY_NOTICE, scope=group)


def notice_of(office: Office, day: str, facts: Facts = HEARS) -> str:
    due = slot(day)
    (sent,) = decide(facts, due, due.at, office).sends
    assert sent.to == ToGroup(group="g-qs1")
    return sent.text


def test_the_morning_of_a_working_day(office: Office) -> None:
    due = slot("2026-03-06")
    assert decide(HEARS, due, due.at, office) == Outcome(
        sends=(
            Outgoing(
                to=ToGroup(group="g-qs1"),
                kind=OutKind.DUTY,
                text=(
                    "【今日值班】3月6日（周五）\n"
                    "值班的是：村委会副主任 李青山\n"
                    "办公时间：08:30—12:00、14:00—17:30\n"
                    "有事在群里直接说，小微会记下，告诉您谁来办、哪天前答复，不用留姓名。\n"
                    "遇到危险马上打电话：报警110、火警119、急救120。"
                ),
                dedupe_key="duty:g-qs1:2026-03-06",
            ),
        )
    )


def test_spring_festival_says_that_it_is_a_holiday_and_when_the_office_opens(office: Office) -> None:
    assert notice_of(office, "2026-02-17") == (
        "【今日值班】2月17日（周二），春节\n"
        "值班的是：村委会副主任 李青山\n"
        "今天休息，急事照样有人答复；别的事我们先记下，2月24日（周二）上班就办。\n"
        "有事在群里直接说，小微会记下，告诉您谁来办、哪天前答复，不用留姓名。\n"
        "遇到危险马上打电话：报警110、火警119、急救120。"
    )


def test_a_make_up_saturday_is_a_working_day_and_says_so(office: Office) -> None:
    assert notice_of(office, "2026-02-28") == (
        "【今日值班】2月28日（周六），调休，今天上班\n"
        "值班的是：村委会副主任 李青山\n"
        "办公时间：08:30—12:00、14:00—17:30\n"
        "有事在群里直接说，小微会记下，告诉您谁来办、哪天前答复，不用留姓名。\n"
        "遇到危险马上打电话：报警110、火警119、急救120。"
    )


def test_an_ordinary_sunday_with_two_people_on_duty(office: Office) -> None:
    assert notice_of(office, "2026-03-08").splitlines()[:3] == [
        "【今日值班】3月8日（周日），周末",
        "值班的是：妇联主席 周小满、村委会副主任 李青山",
        "今天休息，急事照样有人答复；别的事我们先记下，3月9日（周一）上班就办。",
    ]


def test_before_the_next_years_calendar_is_known_no_opening_day_is_promised(office: Office) -> None:
    assert notice_of(office, "2026-12-27").splitlines()[2] == (
        "今天休息，急事照样有人答复；别的事我们先记下，12月28日（周一）上班就办。"
    )
    assert notice_of(office, "2027-01-02").splitlines()[2] == "今天休息，急事照样有人答复；别的事我们先记下，上班就办。"


def test_where_only_mentions_are_heard_villagers_are_asked_to_mention(office: Office) -> None:
    assert notice_of(office, "2026-03-06", Facts(hears_all=False)).splitlines()[3] == (
        "有事在群里@小微说一声，小微会记下，告诉您谁来办、哪天前答复，不用留姓名。"
    )


def test_every_notice_of_the_year_is_five_short_lines_without_a_private_number(office: Office) -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        lines = notice_of(office, day.isoformat()).splitlines()
        assert len(lines) == 5
        assert max(map(len, lines)) <= 40
        assert not re.search(r"\d{5,}", "".join(lines))
        day += timedelta(days=1)


def test_nobody_on_duty_means_no_notice_and_a_word_to_the_secretary(make_office: MakeOffice) -> None:
    office = make_office(days={("v-qs", date(2026, 3, 6)): ()})
    due = slot("2026-03-06")
    assert decide(HEARS, due, due.at, office) == Outcome(
        sends=(
            Outgoing(
                to=ToPerson(person="p-shi"),
                kind=OutKind.NOTICE,
                text=(
                    "青石村3月6日（周五）的值班表上没有人，所以今天没有在群里发值班公告。"
                    "请您尽快定下今天谁值班，并补好值班表。"
                ),
                dedupe_key="duty-gap:v-qs:2026-03-06:p-shi",
                not_before=due.at,
            ),
        ),
        slots=(Slot(at=at("2026-03-06T10:00"), job=Job.DUTY_ABOVE, scope="v-qs"),),
    )


@pytest.mark.parametrize(("without", "told"), [(("p-shi",), "p-ji"), (("p-shi", "p-ji"), "p-xian")])
def test_without_a_secretary_the_next_level_is_told(
    make_office: MakeOffice, without: tuple[str, ...], told: str
) -> None:
    office = make_office(days={("v-qs", date(2026, 3, 6)): ()}, without=without)
    due = slot("2026-03-06")
    (note,) = decide(HEARS, due, due.at, office).sends
    assert note.to == ToPerson(person=told)


def test_somebody_who_has_left_is_not_announced(make_office: MakeOffice) -> None:
    due = slot("2026-03-06")
    (note,) = decide(HEARS, due, due.at, make_office(without=("p-li",))).sends
    assert note.kind is OutKind.NOTICE


def test_a_village_with_two_groups_is_reported_once(make_office: MakeOffice, office: Office) -> None:
    second = Group(id="g-qs2", name="青石二组", village="v-qs", platform="practice", conversation="qs2")
    office = make_office(days={("v-qs", date(2026, 3, 6)): ()}, groups=(*office.org.groups.values(), second))
    keys = {
        send.dedupe_key
        for group in ("g-qs1", "g-qs2")
        for send in decide(HEARS, slot("2026-03-06", group), at("2026-03-06T08:30"), office).sends
    }
    assert keys == {"duty-gap:v-qs:2026-03-06:p-shi"}


def test_after_a_power_cut_the_notice_still_comes_until_half_past_eleven(office: Office) -> None:
    due = slot("2026-03-06")
    late = decide(HEARS, due, at("2026-03-06T11:30"), office)
    assert late == decide(HEARS, due, due.at, office)
    assert decide(HEARS, due, at("2026-03-06T11:31"), office) == NOTHING


def test_a_gap_found_before_dawn_waits_for_the_end_of_quiet_hours(make_office: MakeOffice) -> None:
    office = make_office(days={("v-qs", date(2026, 3, 6)): ()})
    early = Slot(at=at("2026-03-06T06:00"), job=Job.DUTY_NOTICE, scope="g-qs1")
    (note,) = decide(HEARS, early, early.at, office).sends
    assert note.not_before == at("2026-03-06T07:30")


def test_a_group_that_was_taken_out_of_the_configuration_gets_nothing(office: Office) -> None:
    assert decide(HEARS, slot("2026-03-06", "g-gone"), at("2026-03-06T08:30"), office) == NOTHING


CARD = DutyCard(title="村务公开", description="看公开，提问题", url="https://yunxi.example/c", app_id="wx1", page="p/1")


def with_card(office: Office, *shows: str) -> Office:
    rules = office.rules.model_copy(update={"duty_card": CARD})
    return replace(office, rules=rules, shows_cards=frozenset(shows))


def test_the_card_hangs_on_the_notice_where_the_platform_shows_cards(office: Office) -> None:
    due = slot("2026-03-06")
    (sent,) = decide(HEARS, due, due.at, with_card(office, "practice")).sends
    assert sent.card == Card(
        title="村务公开", description="看公开，提问题", url="https://yunxi.example/c", app_id="wx1", page="p/1"
    )
    assert "https" not in sent.text


def test_elsewhere_the_link_stands_below_the_notice(office: Office) -> None:
    due = slot("2026-03-06")
    (sent,) = decide(HEARS, due, due.at, with_card(office, "wechat")).sends
    assert sent.card is None
    assert sent.text.endswith("急救120。\n村务公开：https://yunxi.example/c")


def test_a_number_stands_in_the_notice_only_with_its_owners_consent(office: Office) -> None:
    people = {key: one for key, one in office.org.people.items() if key != "p-li"}
    agreed = replace(office.org.people["p-li"], public_phone="0999-1234567")
    org = organisation(office.org.units.values(), office.org.groups.values(), [*people.values(), agreed])
    said = notice_of(replace(office, org=org), "2026-03-06")
    assert "值班的是：村委会副主任 李青山（电话0999-1234567）\n" in said


@pytest.mark.parametrize("wrong", [{"title": "公开"}, {"title": "公开", "url": "http://a.example"}])
def test_a_card_that_leads_nowhere_or_over_an_open_line_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        DutyCard(**wrong)
