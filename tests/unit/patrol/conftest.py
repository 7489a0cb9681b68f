"""青石镇: one fictional township with three villages, for every test of a scheduled job."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain.categories import Level
from bot.domain.content import ContentItem
from bot.domain.duty import Roster
from bot.domain.org import Group, Organisation, Person, Role, Unit, organisation
from bot.domain.rules import Rules
from bot.domain.workdays import WorkCalendar
from bot.office import Office
from bot.settings.sentences import read_wording
from bot.settings.workdays import read_workdays
from bot.wording import Wording

CONFIG = Path(__file__).parents[3] / "config"

UNITS = (
    Unit(id="c-yl", name="云岭县", level=Level.COUNTY),
    Unit(id="t-qs", name="青石镇", level=Level.TOWNSHIP, parent="c-yl"),
    Unit(id="v-qs", name="青石村", level=Level.VILLAGE, parent="t-qs"),
    Unit(id="v-lw", name="柳湾村", level=Level.VILLAGE, parent="t-qs"),
    Unit(id="v-sq", name="石桥村", level=Level.VILLAGE, parent="t-qs"),
)
GROUPS = (
    Group(id="g-qs1", name="青石一家亲", village="v-qs", platform="practice", conversation="qs1"),
    Group(id="g-lw1", name="柳湾村务群", village="v-lw", platform="practice", conversation="lw1"),
    Group(id="g-sq1", name="石桥乡亲", village="v-sq", platform="practice", conversation="sq1"),
)
PEOPLE = (
    Person(id="p-li", name="李青山", post="村委会副主任", unit="v-qs", roles=frozenset({Role.DUTY_OFFICER})),
    Person(id="p-zhou", name="周小满", post="妇联主席", unit="v-qs", roles=frozenset({Role.DUTY_OFFICER})),
    Person(id="p-shi", name="石大江", post="村党支部书记", unit="v-qs", roles=frozenset({Role.SECRETARY})),
    Person(id="p-liu", name="柳长河", post="村文书", unit="v-lw", roles=frozenset({Role.DUTY_OFFICER})),
    Person(id="p-qiao", name="乔春来", post="村委会委员", unit="v-sq", roles=frozenset({Role.DUTY_OFFICER})),
    Person(id="p-ji", name="纪明", post="镇纪委副书记", unit="t-qs", roles=frozenset({Role.INSPECTOR})),
    Person(id="p-xian", name="云开", post="县纪委干部", unit="c-yl", roles=frozenset({Role.COUNTY_DESK})),
)
WEEKLY = {
    **{("v-qs", weekday): ("p-li",) for weekday in range(6)},
    ("v-qs", 6): ("p-zhou", "p-li"),
    **{("v-lw", weekday): ("p-liu",) for weekday in range(7)},
    **{("v-sq", weekday): ("p-qiao",) for weekday in range(7)},
}


MakeOffice = Callable[..., Office]


@pytest.fixture(scope="session")
def wording() -> Wording:
    sentences, faults = read_wording(CONFIG / "wording")
    assert faults == []
    return Wording(sentences)


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    calendar, faults = read_workdays([CONFIG / "workdays"])
    assert faults == []
    return calendar


@pytest.fixture
def make_office(wording: Wording, calendar: WorkCalendar) -> MakeOffice:
    def make(
        *,
        days: dict[tuple[str, date], tuple[str, ...]] | None = None,
        without: tuple[str, ...] = (),
        groups: tuple[Group, ...] = GROUPS,
        content: tuple[ContentItem, ...] = (),
    ) -> Office:
        return Office(
            org=_organisation(groups, without),
            roster=Roster(days=days or {}, weekly=WEEKLY),
            rules=Rules(),
            calendar=calendar,
            wording=wording,
            content=content,
        )

    return make


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office()


def _organisation(groups: tuple[Group, ...], without: tuple[str, ...]) -> Organisation:
    return organisation(UNITS, groups, (person for person in PEOPLE if person.id not in without))
