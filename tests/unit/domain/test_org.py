"""The tree of the county: who belongs where and covers what."""

import pytest

from bot.domain.org import Role
from bot.office import Office


def test_a_village_hangs_below_its_township_and_the_county(office: Office) -> None:
    assert office.org.line_of("liuwan") == ("liuwan", "qinghe", "yunxi")
    assert office.org.township_of("liuwan").id == "qinghe"
    assert office.org.township_of("qinghe").id == "qinghe"
    assert office.org.county.id == "yunxi"


@pytest.mark.parametrize(
    ("person", "village", "covered"),
    [
        ("p-lqs", "liuwan", True),
        ("p-lqs", "shipan", False),
        ("p-zml", "liuwan", True),
        ("p-zml", "dukou", False),
        ("p-pxf", "liuwan", True),
        ("p-pxf", "dukou", False),
        ("p-fjh", "dukou", True),
        ("p-ljm", "meixi", True),
    ],
)
def test_who_covers_what(office: Office, person: str, village: str, covered: bool) -> None:
    assert office.org.covers(office.org.people[person], village) is covered


def test_people_are_found_by_role_and_by_account(office: Office) -> None:
    assert [person.name for person in office.org.people_of("liuwan", Role.SECRETARY)] == ["张春根"]
    assert len(office.org.people_of("liuwan")) == 7
    found = office.org.person_at("practice", "u-lqs")
    assert found is not None
    assert found.title == "村委会副主任 李青山"
    assert office.org.person_at("wechat", "u-lqs") is None


def test_the_people_of_an_office_and_its_departments_stand_together(office: Office) -> None:
    for office_of in ("qinghe", "yunxi"):
        near = {office_of, *(unit.id for unit in office.org.departments_of(office_of))}
        expected = [person for person in office.org.people.values() if person.unit in near]
        assert list(office.org.officials_at(office_of)) == expected
    assert {office.org.office_of(person) for person in office.org.officials_at("qinghe")} == {"qinghe"}
    assert office.org.officials_at("liuwan") == ()


def test_groups_are_found_by_their_conversation(office: Office) -> None:
    group = office.org.group_at("practice", "g-lw2")
    assert group is not None
    assert group.village == "liuwan"
    assert office.org.group_at("wechat", "g-lw2") is None
    assert [group.id for group in office.org.groups_of("liuwan")] == ["g-lw1", "g-lw2"]


def test_an_unknown_place_is_an_error(office: Office) -> None:
    with pytest.raises(KeyError):
        office.org.line_of("nowhere")
