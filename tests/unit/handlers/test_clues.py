"""Who may read an allegation: the discipline role, and never anybody beside or below those it points at."""

import pytest

from bot.domain.categories import Level
from bot.domain.clues import Clue, may_read, readers
from bot.domain.org import Role
from bot.handlers.clue_pointing import pointed_at
from bot.office import Office
from tests.world import OFFICERS, at


def clue(about: tuple[str, ...], village: str = "liuwan") -> Clue:
    return Clue(
        platform="practice",
        messages=("m1",),
        village=village,
        private=True,
        text="…",
        said_at=at("2026-03-06 09:00"),
        about=about,
    )


def names(found: tuple[object, ...]) -> set[str]:
    return {str(getattr(person, "name", "")) for person in found}


def test_about_a_village_cadre_the_townships_inspectors_read(office: Office) -> None:
    assert names(readers(clue(("p-hgz",)), office.org)) == {"周明礼", "陶雨林"}


def test_about_nobody_known_the_townships_inspectors_read(office: Office) -> None:
    assert names(readers(clue(()), office.org)) == {"周明礼", "陶雨林"}


@pytest.mark.parametrize("about", ["p-hzg", "p-zml", "p-tyl"])
def test_about_anybody_of_the_township_only_the_county_reads(office: Office, about: str) -> None:
    assert names(readers(clue((about,)), office.org)) == {"林静敏"}


def test_about_the_county_itself_nobody_here_reads(office: Office) -> None:
    assert names(readers(clue(("p-ljm",)), office.org)) == set()


def test_the_other_township_never_reads(office: Office) -> None:
    assert not may_read(office.org.people["p-cwj"], clue(()), office.org)
    assert may_read(office.org.people["p-cwj"], clue((), "dukou"), office.org)


def test_nobody_reads_about_his_own_unit_whatever_his_role(office: Office) -> None:
    for accused in office.org.people.values():
        allegation = clue((accused.id,))
        for reader in office.org.people.values():
            if may_read(reader, allegation, office.org):
                assert reader.unit != accused.unit
                assert reader.roles & {Role.INSPECTOR, Role.COUNTY_DESK}
                assert office.org.units[reader.unit].level is not Level.VILLAGE


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("单子是何桂珍一个人签的", {"何桂珍"}),
        ("何会计把钱拿回家了", {"何桂珍"}),
        ("会计把钱拿回家了", {"何桂珍"}),
        ("张书记家盖房用的是村里的水泥", {"张春根"}),
        ("副镇长收了老板的烟", {"韩志刚"}),
        ("有人收了老板的烟", set()),
        ("李青山和陈秀梅分了补贴", {"李青山", "陈秀梅"}),
        ("邹国昌拿了钱", set()),
    ],
)
def test_who_is_meant(office: Office, words: str, meant: set[str]) -> None:
    assert names(pointed_at(words, "liuwan", office.org)) == meant


def test_the_people_of_the_stories_are_in_the_county(office: Office) -> None:
    assert {office.org.people[ident].name for ident in OFFICERS.values()} == set(OFFICERS)
