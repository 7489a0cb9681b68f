"""What officers call an office: in full, in short, by its people, with a slip."""

import pytest

from bot.domain.routing import above
from bot.handlers.officer.naming import named
from bot.office import Office


@pytest.mark.parametrize(
    ("words", "unit", "rest"),
    [
        ("镇村镇建设办 需要立杆", "镇村镇建设办", "需要立杆"),
        ("镇村镇建设办需要立杆", "镇村镇建设办", "需要立杆"),
        ("建设办 需要立杆", "镇村镇建设办", "需要立杆"),
        ("建设办需要立杆", "镇村镇建设办", "需要立杆"),
        ("村建办,需要立杆", "镇村镇建设办", "需要立杆"),
        ("农服中心 棚子漏了", "镇农业服务中心", "棚子漏了"),
        ("水力站 渠堵了", "水利站", "渠堵了"),
        ("住建局", "县住建局", ""),
        ("镇里 请协调", "清禾镇", "请协调"),
        ("县里请协调", "云溪县", "请协调"),
        ("需要立杆 镇村镇建设办", "镇村镇建设办", "需要立杆"),
        ("d-qh-shuili 渠堵了", "水利站", "渠堵了"),
    ],
)
def test_an_office_is_known_by_what_people_call_it(words: str, unit: str, rest: str, office: Office) -> None:
    found = named(words, above(office.org, "liuwan"), office.org)
    assert ([one.name for one in found.units], found.rest) == ([unit], rest)


def test_a_person_stands_for_the_office(office: Office) -> None:
    found = named("罗大山 渠堵了", above(office.org, "liuwan"), office.org)
    assert [one.name for one in found.units] == ["水利站"]
    assert found.person is not None
    assert found.person.id == "p-lds"


@pytest.mark.parametrize("words", ["", "需要立杆", "建设广场要钱", "渠堵了", "要"])
def test_a_reason_is_no_office(words: str, office: Office) -> None:
    assert named(words, above(office.org, "liuwan"), office.org).units == ()


def test_what_may_mean_several_is_left_to_the_officer(office: Office) -> None:
    found = named("镇农", above(office.org, "liuwan"), office.org)
    assert [one.name for one in found.units] == ["镇农业服务中心"]
    several = named("县", above(office.org, "liuwan"), office.org)
    assert several.units == ()
    assert len(named("局", above(office.org, "liuwan"), office.org).units) == 0
    assert {one.name for one in named("县局 请办", above(office.org, "liuwan"), office.org).units} == {
        "县住建局",
        "县民政局",
        "县医保局",
    }
