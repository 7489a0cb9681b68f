"""Who hears of a late ticket, whose consent more time needs: always somebody above, never the one who asks."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import clocks
from bot.domain.categories import Category, Level
from bot.domain.lateness import LATE, consenters, contacted, late_since, noticed, told, turns
from bot.domain.org import Organisation, Person, Role, Unit, organisation
from bot.domain.rules import Rules
from bot.domain.tickets import Colour, EventKind, TicketEvent
from bot.domain.workdays import WorkCalendar
from tests.unit.patrol.lamps import DUE, NINE, lamp

UNITS = (
    Unit(id="c", name="县", level=Level.COUNTY),
    Unit(id="t", name="镇", level=Level.TOWNSHIP, parent="c"),
    Unit(id="v-qs", name="村", level=Level.VILLAGE, parent="t"),
    Unit(id="d-t", name="镇建设办", level=Level.DEPARTMENT, parent="t"),
    Unit(id="d-c", name="县住建局", level=Level.DEPARTMENT, parent="c"),
)
LEVEL = {unit.id: unit.level for unit in UNITS}


def world(*people: tuple[str, str, Role]) -> Organisation:
    return organisation(
        UNITS, (), (Person(id=id_, name=id_, post="", unit=unit, roles=frozenset({role})) for id_, unit, role in people)
    )


FULL = (
    ("li", "v-qs", Role.DUTY_OFFICER),
    ("shi", "v-qs", Role.SECRETARY),
    ("head", "d-t", Role.HANDLER),
    ("clerk", "d-t", Role.HANDLER),
    ("bureau", "d-c", Role.HANDLER),
    ("ji", "t", Role.INSPECTOR),
    ("ji2", "t", Role.INSPECTOR),
    ("xian", "c", Role.COUNTY_DESK),
)


def chain(unit: str, owner: str) -> list[list[str]]:
    ticket = replace(lamp(), unit=unit, level=LEVEL[unit], owner=owner)
    return [[person.id for person in told(colour, ticket, world(*FULL))] for colour in LATE]


def test_the_chain_begins_where_the_ticket_is() -> None:
    assert chain("v-qs", "li") == [["shi"], ["ji", "ji2"], ["xian"]]
    assert chain("d-t", "clerk") == [["head"], ["ji", "ji2"], ["xian"]]
    assert chain("d-t", "head") == [["ji", "ji2"], ["ji", "ji2"], ["xian"]]
    assert chain("d-c", "bureau") == [["xian"], ["xian"], ["xian"]]
    assert chain("c", "xian") == [["ji", "ji2"], ["ji", "ji2"], ["ji", "ji2"]]


def consent(unit: str, asker: str) -> list[str]:
    ticket = replace(lamp(), unit=unit, level=LEVEL[unit])
    return [person.id for person in consenters(ticket, world(*FULL), besides=asker)]


def test_the_township_consents_and_the_county_for_the_townships_own() -> None:
    assert consent("v-qs", "li") == ["ji", "ji2"]
    assert consent("d-t", "head") == ["ji", "ji2"]
    assert consent("t", "ji") == ["xian"]
    assert consent("d-c", "bureau") == ["xian"]
    assert consent("c", "xian") == ["ji", "ji2"]


@settings(max_examples=2000)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([unit.id for unit in UNITS]),
            st.sampled_from([Role.DUTY_OFFICER, Role.SECRETARY, Role.INSPECTOR, Role.COUNTY_DESK, Role.HANDLER]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.data(),
)
def test_in_any_organisation_the_owner_is_never_told_as_the_one_above(
    people: list[tuple[str, Role]], data: st.DataObject
) -> None:
    org = world(*((f"p{number}", unit, role) for number, (unit, role) in enumerate(people)))
    owner = data.draw(st.sampled_from(sorted(org.people)))
    ticket = replace(lamp(), unit=org.people[owner].unit, level=LEVEL[org.people[owner].unit], owner=owner)
    for colour in LATE:
        above = told(colour, ticket, org)
        assert owner not in {person.id for person in above}
        assert len(set(above)) == len(above)
        inspects = org.people_of("t", Role.INSPECTOR) + org.people_of("c", Role.COUNTY_DESK)
        assert above or not {person.id for person in inspects} - {owner}
    allowed = consenters(ticket, org, besides=owner)
    assert all(person.roles & {Role.INSPECTOR, Role.COUNTY_DESK} for person in allowed)
    assert owner not in {person.id for person in allowed} or len(allowed) == 1


def test_colours_come_in_order_whatever_the_settings() -> None:
    since = [turns(colour, DUE, Rules(), WorkCalendar()) for colour in LATE]
    assert since == sorted(since)
    assert since[0] == DUE


def test_the_time_that_it_counted_as_done_is_not_late() -> None:
    reopened = TicketEvent(ticket="x", at=DUE.replace(day=20), kind=EventKind.REOPENED, actor="villager")
    early = TicketEvent(ticket="x", at=NINE, kind=EventKind.REOPENED, actor="villager")
    assert late_since(lamp(), ()) == DUE
    assert late_since(lamp(), (early,)) == DUE
    assert late_since(lamp(), (reopened,)) == DUE.replace(day=20)


def test_a_colour_is_known_for_its_own_due_time_only() -> None:
    blue = clocks.overdue(lamp(), at=DUE, colour=Colour.BLUE, told=()).events[0]
    assert noticed(lamp(), (blue,)) == {Colour.BLUE}
    assert noticed(replace(lamp(), due_at=DUE.replace(day=13)), (blue,)) == frozenset()


def test_a_note_of_the_village_is_no_contact_of_the_township() -> None:
    said = TicketEvent(ticket="x", at=NINE, kind=EventKind.PROGRESS, actor="p-li")
    hop = TicketEvent(ticket="x", at=NINE, kind=EventKind.TRANSFERRED, actor="p-li")
    assert contacted(lamp(), (said,))
    assert not contacted(lamp(), (said, hop))
    assert contacted(lamp(), (said, hop, said))


def test_the_first_answer_to_a_request_counts() -> None:
    asked = clocks.extension_asked(lamp(), at=NINE, by="p-li", days=3, reason="等配件").events[0]
    no = clocks.refused(lamp(), at=NINE, by="p-ji", what=EventKind.EXTENSION_ASKED, reason="能办完").events[0]
    other = clocks.longer_asked(lamp(), at=NINE, by="p-li", category=Category.SUGGESTION, reason="").events[0]
    assert clocks.latest_request((), EventKind.EXTENSION_ASKED) is None
    assert clocks.latest_request((asked, other), EventKind.EXTENSION_ASKED) == (asked, None)
    assert clocks.latest_request((asked, no), EventKind.EXTENSION_ASKED) == (asked, no)
    assert clocks.latest_request((asked, no, asked), EventKind.EXTENSION_ASKED) == (asked, None)
    assert clocks.latest_request((other, no), EventKind.LONGER_ASKED) == (other, None)
