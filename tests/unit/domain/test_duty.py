"""There is always one living owner."""

from datetime import date

from bot.domain.duty import Roster, line_of_duty
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
