"""谁分管谁负责: which office answers for which matter, and who in it; the way back; one level up."""

from dataclasses import replace

import pytest

from bot.domain.categories import Category, Level
from bot.domain.org import Role
from bot.domain.routing import Route, Routing, above, is_checked_elsewhere, returns_to, scope_of
from bot.office import Office

LAMP = Route(topics=frozenset({"路灯"}), units=("建设", "住建"))


def _names(routing: Routing, office: Office, village: str, topic: str) -> list[str]:
    charges = routing.in_charge(office.org, village, Category.HELP, topic)
    return [f"{charge.unit.name} {charge.people[0].name}" for charge in charges]


def test_the_townships_office_comes_before_the_countys(office: Office) -> None:
    routing = Routing(routes=(LAMP,))
    assert _names(routing, office, "liuwan", "路灯") == ["镇村镇建设办 彭学峰", "县住建局 方建华"]
    assert _names(routing, office, "dukou", "路灯") == ["镇村镇建设办 任志强", "县住建局 方建华"]
    assert _names(routing, office, "dukou", "低保") == []


def test_a_townships_own_line_goes_before_the_countys(office: Office) -> None:
    own = Route(topics=frozenset({"路灯"}), units=("d-qh-nongye",))
    routing = Routing(routes=(LAMP,), townships={"qinghe": (own,)})
    assert _names(routing, office, "liuwan", "路灯") == ["镇农业服务中心 余桂兰"]
    assert _names(routing, office, "dukou", "路灯") == ["镇村镇建设办 任志强", "县住建局 方建华"]


def test_the_first_line_that_fits_counts_and_categories_narrow_it(office: Office) -> None:
    asked = replace(LAMP, categories=frozenset({Category.CONSULTATION}), units=("水利",))
    routing = Routing(routes=(asked, LAMP))
    (first, *_) = routing.in_charge(office.org, "liuwan", Category.CONSULTATION, "路灯")
    assert first.unit.name == "水利站"
    assert _names(routing, office, "liuwan", "路灯")[0] == "镇村镇建设办 彭学峰"


def test_a_post_or_a_person_names_who_is_in_charge(office: Office) -> None:
    by_post = Routing(routes=(Route(topics=frozenset({"路灯"}), units=("清禾镇",), post="副镇长"),))
    assert _names(by_post, office, "liuwan", "路灯") == ["清禾镇 韩志刚"]
    by_person = Routing(routes=(Route(topics=frozenset({"路灯"}), person="p-lds"),))
    assert _names(by_person, office, "liuwan", "路灯") == ["水利站 罗大山"]
    assert _names(by_person, office, "dukou", "路灯") == []


def test_a_village_names_its_own_people(office: Office) -> None:
    books = Route(topics=frozenset({"财务收支"}), post="会计")
    routing = Routing(villages={"liuwan": (books,)})
    (person,) = routing.in_village(office.org, "liuwan", Category.DISCLOSURE, "财务收支")
    assert person.name == "何桂珍"
    assert routing.in_village(office.org, "liuwan", Category.DISCLOSURE, "路灯") == ()
    assert routing.in_village(office.org, "shipan", Category.DISCLOSURE, "财务收支") == ()


@pytest.mark.parametrize(
    ("holder", "topic", "up"),
    [
        ("liuwan", "路灯", "彭学峰"),
        ("liuwan", "", "周明礼"),
        ("d-qh-jianshe", "路灯", "方建华"),
        ("qinghe", "", "林静敏"),
        ("d-minzheng", "路灯", "林静敏"),
        ("yunxi", "路灯", None),
    ],
)
def test_one_level_up_is_the_office_in_charge_or_the_discipline_office(
    office: Office, holder: str, topic: str, up: str | None
) -> None:
    charge = Routing(routes=(LAMP,)).one_level_up(office.org, holder, "liuwan", Category.HELP, topic)
    assert (None if charge is None else charge.people[0].name) == up


@pytest.mark.parametrize(
    ("way", "back"),
    [
        (["v"], None),
        (["v", "a"], "v"),
        (["v", "a", "b"], "a"),
        (["v", "a", "b", "a"], "v"),
        (["v", "a", "v"], None),
        (["v", "a", "v", "b"], "v"),
        (["v", "a", "b", "a", "b"], "a"),
        ([], None),
    ],
)
def test_it_goes_back_the_way_it_came(way: list[str], back: str | None) -> None:
    assert returns_to(way) == back


def test_above_a_village_stand_its_own_township_and_the_county_only(office: Office) -> None:
    names = [unit.name for unit in above(office.org, "liuwan")]
    assert names == ["清禾镇", "镇村镇建设办", "镇农业服务中心", "水利站", "云溪县", "县住建局", "县民政局", "县医保局"]
    assert scope_of(office.org, "d-qh-shuili") is Level.TOWNSHIP
    assert scope_of(office.org, "d-yibao") is Level.COUNTY


def test_another_townships_hand_on_it_is_a_check_from_outside(office: Office) -> None:
    assert is_checked_elsewhere(office.org, "liuwan", "weihu")
    assert not is_checked_elsewhere(office.org, "liuwan", "liuwan")
    assert not is_checked_elsewhere(office.org, "liuwan", "d-zhujian")


def test_every_matter_of_every_demo_village_has_a_named_person_above_it(office: Office) -> None:
    topics = {"", *(topic for route in office.routing.routes for topic in route.topics)}
    for village in office.org.villages:
        for topic in topics:
            charge = office.routing.one_level_up(office.org, village.id, village.id, Category.HELP, topic)
            assert charge is not None
            assert charge.people[0].roles != {Role.OPERATOR}
