"""Who may see a clue, in organisations of any shape: nobody beside or below the accused, and never nobody at all."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.categories import Level
from bot.domain.clues import (
    Case,
    Clue,
    Desk,
    at_county,
    case_readers,
    desk_of,
    in_conflict,
    may_check,
    may_read,
    may_see,
    pointer,
    readers,
)
from bot.domain.org import Organisation, Person, Role, Unit, organisation

NOON = datetime(2026, 3, 6, 4, tzinfo=UTC)
ROLES = st.frozensets(st.sampled_from(sorted(Role)), max_size=3)


@st.composite
def counties(draw: st.DrawFn) -> Organisation:
    """A county with up to three townships, their villages, departments at both levels, and people with any roles."""
    units = [Unit(id="county", name="云溪县", level=Level.COUNTY)]
    for number in range(draw(st.integers(1, 3))):
        township = f"t{number}"
        units.append(Unit(id=township, name=f"镇{number}", level=Level.TOWNSHIP, parent="county"))
        units += [
            Unit(id=f"{township}-v{village}", name=f"村{number}{village}", level=Level.VILLAGE, parent=township)
            for village in range(draw(st.integers(1, 2)))
        ]
        if draw(st.booleans()):
            units.append(Unit(id=f"{township}-d", name=f"办{number}", level=Level.DEPARTMENT, parent=township))
    if draw(st.booleans()):
        units.append(Unit(id="county-d", name="县局", level=Level.DEPARTMENT, parent="county"))
    people = [
        Person(
            id=f"p{number}", name=f"人{number}", post="干部", unit=draw(st.sampled_from(units)).id, roles=draw(ROLES)
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return organisation(units, (), people)


@st.composite
def accused(draw: st.DrawFn) -> tuple[Organisation, Clue]:
    """A county with a clue from one of its villages, or from a stranger, against any of its people and offices."""
    org = draw(counties())
    places = [unit.id for unit in org.villages] + ["county"]
    about = draw(st.lists(st.sampled_from(sorted(org.people)), max_size=3, unique=True)) if org.people else []
    units = draw(st.lists(st.sampled_from(sorted(org.units)), max_size=2, unique=True))
    clue = Clue(
        platform="practice",
        messages=("m1",),
        village=draw(st.sampled_from(places)),
        private=True,
        text="…",
        said_at=NOON,
        about=tuple(about),
        units=tuple(units),
    )
    return org, clue


@given(accused())
def test_nobody_beside_or_below_the_accused_sees_anything(case: tuple[Organisation, Clue]) -> None:
    org, clue = case
    pointed = {org.people[ident].unit for ident in clue.about} | set(clue.units)
    for person in org.people.values():
        beside_or_below = person.id in clue.about or any(unit in org.line_of(person.unit) for unit in pointed)
        for raised in (False, True):
            for checker in (None, person.id):
                if may_read(person, clue, org, raised=raised, checker=checker):
                    assert not beside_or_below
                    assert person.roles & {Role.INSPECTOR, Role.COUNTY_DESK}
                    assert org.units[person.unit].level is not Level.VILLAGE


@given(accused())
def test_a_clue_about_anybody_above_the_village_skips_the_township(case: tuple[Organisation, Clue]) -> None:
    org, clue = case
    pointed = {org.people[ident].unit for ident in clue.about} | set(clue.units)
    if any(org.units[unit].level is not Level.VILLAGE for unit in pointed):
        assert all(at_county(person, org) for person in readers(clue, org))


@given(accused())
def test_there_is_somebody_who_may_or_nothing_but_a_pointer_or_a_desk_without_people(
    case: tuple[Organisation, Clue],
) -> None:
    org, clue = case
    match desk_of(clue, org):
        case Desk.ABOVE:
            assert readers(clue, org) == ()
            kept = pointer(clue)
            assert (kept.text, kept.about, kept.units, kept.exhibits) == ("", (), (), ())
            assert desk_of(kept, org) is Desk.ABOVE, "without its content it is still nobody's here"
        case Desk.COUNTY:
            clear = [one for one in org.people.values() if at_county(one, org) and not in_conflict(one, clue, org)]
            assert set(readers(clue, org)) == set(clear)
            assert clear or not any(at_county(one, org) for one in org.people.values())
        case Desk.TOWNSHIP:
            assert readers(clue, org)


@given(accused())
def test_with_a_checker_from_outside_the_home_grid_is_blocked(case: tuple[Organisation, Clue]) -> None:
    org, clue = case
    home = org.township_of(clue.village).id
    for checker in org.people.values():
        if not may_check(checker, clue, org):
            continue
        given_away = Case(code="AAAAA", clue=clue, received_at=NOON, checker=checker.id)
        seen_by = [person for person in org.people.values() if may_see(person, given_away, org)]
        assert all(person == checker or at_county(person, org) for person in seen_by)
        assert home == org.county.id or not any(home in org.line_of(person.unit) for person in seen_by)


@given(accused(), st.booleans(), st.data())
def test_looking_through_few_offices_misses_nobody_who_may_see_it(
    made: tuple[Organisation, Clue], raised: bool, data: st.DataObject
) -> None:
    org, clue = made
    checker = data.draw(st.sampled_from([None, "somebody who has left", *org.people]))
    case = Case(code="AAAAA", clue=clue, received_at=NOON, raised_at=NOON if raised else None, checker=checker)
    found = case_readers(case, org)
    assert len(found) == len(set(found))
    assert set(found) == {person for person in org.people.values() if may_see(person, case, org)}
    assert set(readers(clue, org)) == {person for person in org.people.values() if may_read(person, clue, org)}
