"""There is always one living owner."""

from dataclasses import replace
from datetime import date

from bot.domain.duty import Absence, Back, Roster, Swap, line_of_duty
from bot.office import Office

FRIDAY = date(2026, 3, 6)


def names(office: Office, roster: Roster, day: date = FRIDAY) -> list[str]:
    return [person.name for person in line_of_duty(office.org, roster, "liuwan", day)]


def test_those_on_duty_come_first_then_the_village_then_whoever_is_above(office: Office) -> None:
    line = names(office, office.roster)
    assert line[:4] == ["李青山", "陈秀梅", "孙小龙", "张春根"]
    assert line.index("周明礼") < line.index("韩志刚") < line.index("林静敏")
    assert len(line) == len(set(line))


def test_a_named_day_beats_the_week(office: Office) -> None:
    assert office.roster.on_duty("liuwan", date(2026, 2, 17)) == ("p-zcg", "p-cxm")
    assert office.roster.on_duty("liuwan", date(2026, 2, 24)) == ("p-cxm", "p-sxl")


def test_a_named_day_may_be_empty_on_purpose(office: Office) -> None:
    roster = Roster(days={("liuwan", FRIDAY): ()}, weekly=office.roster.weekly)
    assert roster.on_duty("liuwan", FRIDAY) == ()
    assert names(office, roster)[0] == "李青山"


def test_who_has_left_is_passed_over(office: Office) -> None:
    roster = Roster(days={("liuwan", FRIDAY): ("p-left", "p-sxl")}, weekly={})
    assert names(office, roster)[0] == "孙小龙"


def test_who_is_away_is_not_on_duty_and_stands_last_in_line(office: Office) -> None:
    roster = office.roster.changed([Absence(person="p-lqs", first=FRIDAY, last=FRIDAY)])
    assert roster.planned("liuwan", FRIDAY) == ("p-lqs", "p-cxm")
    assert roster.on_duty("liuwan", FRIDAY) == ("p-cxm",)
    line = names(office, roster)
    assert line[0] == "陈秀梅"
    assert line[-1] == "李青山"


def test_coming_back_cuts_the_absence_short_and_a_later_one_counts_again(office: Office) -> None:
    monday, tuesday, sunday = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 8)
    away = Absence(person="p-lqs", first=monday, last=sunday)
    back = office.roster.changed([away, Back(person="p-lqs", day=tuesday)])
    assert [back.is_away("p-lqs", day) for day in (monday, tuesday, FRIDAY)] == [True, False, False]
    again = back.changed([Absence(person="p-lqs", first=FRIDAY, last=FRIDAY)])
    assert again.is_away("p-lqs", FRIDAY)


def test_a_swap_holds_on_its_day_only_and_a_second_one_goes_on_top(office: Office) -> None:
    wednesday = date(2026, 3, 11)
    first = Swap(village="liuwan", day=wednesday, giver="p-lqs", taker="p-cxm")
    second = Swap(village="liuwan", day=wednesday, giver="p-cxm", taker="p-sxl")
    assert office.roster.changed([first]).on_duty("liuwan", wednesday) == ("p-cxm",)
    assert office.roster.changed([first, second]).on_duty("liuwan", wednesday) == ("p-sxl",)
    assert office.roster.changed([first]).on_duty("liuwan", date(2026, 3, 18)) == ("p-lqs",)
    assert office.roster.changed([first]).on_duty("shipan", wednesday) == ("p-qxy",)


def test_who_has_no_account_on_a_running_platform_is_passed_over(office: Office) -> None:
    line = line_of_duty(office.org, office.roster, "liuwan", FRIDAY, running=frozenset({"wechat"}))
    assert line[0].name == "李青山", "somebody must own it even if nobody can be reached"
    village = replace(office.org.people["p-lqs"], accounts=())
    org = replace(office.org, people={**office.org.people, "p-lqs": village})
    assert line_of_duty(org, office.roster, "liuwan", FRIDAY, running=frozenset({"practice"}))[0].name == "陈秀梅"


def test_what_went_up_does_not_fall_back_to_the_village(office: Office) -> None:
    line = line_of_duty(office.org, office.roster, "liuwan", FRIDAY, unit="d-qh-jianshe")
    assert line[0].name == "彭学峰"
    assert not [person for person in line if person.unit == "liuwan"]
