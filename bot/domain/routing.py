"""谁分管谁负责: which office answers for which matter, and who in it by name; never a pool (R10, R11)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.categories import Category, Level
from bot.domain.org import Organisation, Person, Role, Unit

_FIRST_OF: Mapping[Level, tuple[Role, ...]] = {
    Level.VILLAGE: (Role.DUTY_OFFICER, Role.SECRETARY, Role.COMMITTEE),
    Level.TOWNSHIP: (Role.INSPECTOR, Role.LINKED_LEADER),
    Level.COUNTY: (Role.COUNTY_DESK,),
    Level.DEPARTMENT: (Role.HANDLER,),
}
"""Who in a unit takes what nobody in it is named for; the discipline office at township and county (R18)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One line of the table. Empty ``topics`` or ``categories`` mean any.

    ``units`` are ids, names or parts of names (建设 for 镇村镇建设办), ``post`` a part of the post of whoever is in
    charge there, ``person`` the id of that person, who goes before a post.
    """

    topics: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    units: tuple[str, ...] = ()
    post: str = ""
    person: str | None = None

    def fits(self, category: Category, topic: str) -> bool:
        """Whether the line is about such a matter."""
        return (not self.topics or topic in self.topics) and (not self.categories or category in self.categories)


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """A unit and the people in it who answer for a matter, the one in charge first; never empty."""

    unit: Unit
    people: tuple[Person, ...]


@dataclass(frozen=True, kw_only=True)
class Routing:
    """The table: ``routes`` for the whole county; a township's own lines go before them; a village's name people.

    Of one list the first line that fits counts.
    """

    routes: tuple[Route, ...] = ()
    townships: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
    villages: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)

    def in_charge(self, org: Organisation, village: str, category: Category, topic: str) -> tuple[Charge, ...]:
        """The offices above a village that answer for a matter, the nearest first, each with its person (R10)."""
        return tuple(
            Charge(unit=unit, people=people)
            for unit in self._units(org, village, category, topic)
            if (people := self.line_in(org, unit.id, village, category, topic))
        )

    def line_in(self, org: Organisation, unit: str, village: str, category: Category, topic: str) -> tuple[Person, ...]:
        """The people of a unit above the village in the order in which they answer for a matter.

        Whom the table names goes first; then those whose office it is (``people_in_charge``).
        """
        named = [
            person
            for route in self._fitting(org, village, category, topic)
            if any(found.id == unit for found in _matching(org, route, village))
            for person in _named(org, route, unit)
        ]
        return tuple(dict.fromkeys((*named, *people_in_charge(org, unit))))

    def in_village(self, org: Organisation, village: str, category: Category, topic: str) -> tuple[Person, ...]:
        """Who in the village the village's own table makes responsible for a matter; empty if it says nothing."""
        route = next((one for one in self.villages.get(village, ()) if one.fits(category, topic)), None)
        return () if route is None else tuple(dict.fromkeys(_named(org, route, village)))

    def one_level_up(
        self, org: Organisation, holder: str, village: str, category: Category, topic: str
    ) -> Charge | None:
        """Who looks at it when the holder's answer did not solve it (R109): the next level's office in charge.

        Without one in the table the discipline office of that level; None if nothing stands above the holder.
        """
        scope = scope_of(org, holder)
        target = Level.TOWNSHIP if scope is Level.VILLAGE else Level.COUNTY
        for charge in self.in_charge(org, village, category, topic):
            if scope_of(org, charge.unit.id) is target and charge.unit.id != holder and scope is not Level.COUNTY:
                return charge
        for unit in org.line_of(village)[1:]:
            people = people_in_charge(org, unit)
            if org.units[unit].level >= target and unit != holder and people:
                return Charge(unit=org.units[unit], people=people)
        return None

    def _fitting(self, org: Organisation, village: str, category: Category, topic: str) -> tuple[Route, ...]:
        """The township's first line that fits; without one the county's."""
        for table in (self.townships.get(org.township_of(village).id, ()), self.routes):
            route = next((one for one in table if one.fits(category, topic)), None)
            if route is not None:
                return (route,)
        return ()

    def _units(self, org: Organisation, village: str, category: Category, topic: str) -> tuple[Unit, ...]:
        found = (
            unit for route in self._fitting(org, village, category, topic) for unit in _matching(org, route, village)
        )
        return tuple(dict.fromkeys(found))


NO_ROUTING = Routing()


def people_in_charge(org: Organisation, unit: str) -> tuple[Person, ...]:
    """The people of a unit, those first whose office it is to take matters; operators never."""
    first = org.people_of(unit, *_FIRST_OF[org.units[unit].level])
    rest = (person for person in org.people_of(unit) if person.roles != {Role.OPERATOR})
    return tuple(dict.fromkeys((*first, *rest)))


def scope_of(org: Organisation, unit: str) -> Level:
    """Village, township or county: a department counts as what it belongs to."""
    found = org.units[unit]
    if found.level is Level.DEPARTMENT and found.parent is not None:
        return org.units[found.parent].level
    return found.level


def above(org: Organisation, village: str) -> tuple[Unit, ...]:
    """The units that may hold a matter of the village besides itself: its line, and the departments along it.

    The nearest come first. No other township's offices are among them (R11).
    """
    line = org.line_of(village)[1:]
    near = [
        unit
        for unit in org.units.values()
        if unit.id in line or (unit.level is Level.DEPARTMENT and unit.parent in line)
    ]
    return tuple(sorted(near, key=lambda unit: line.index(unit.id if unit.id in line else str(unit.parent))))


def is_checked_elsewhere(org: Organisation, village: str, unit: str) -> bool:
    """Whether the unit that holds a matter of the village lies outside the village's line: a cross-check (R71)."""
    return unit != village and all(one.id != unit for one in above(org, village))


def returns_to(units: Sequence[str]) -> str | None:
    """The unit that handed it to the present holder; None for the first holder.

    ``units`` are all that have held it, in order. Who gets it back stands where it stood before it handed it on.
    """
    way: list[str] = []
    for unit in units:
        if unit in way:
            del way[way.index(unit) + 1 :]
        else:
            way.append(unit)
    return way[-2] if len(way) > 1 else None


def _matching(org: Organisation, route: Route, village: str) -> Iterator[Unit]:
    """The units above the village that a line names: the nearest first, then in the order of the line's words."""
    units = above(org, village)
    if not route.units and route.person is not None and route.person in org.people:
        yield from (unit for unit in units if unit.id == org.people[route.person].unit)
        return
    for level in (Level.TOWNSHIP, Level.COUNTY):
        near = [unit for unit in units if scope_of(org, unit.id) is level]
        for word in route.units:
            yield from (unit for unit in near if word in (unit.id, unit.name))
            yield from (unit for unit in near if word in unit.name)


def _named(org: Organisation, route: Route, unit: str) -> Iterator[Person]:
    if route.person is not None and route.person in org.people and org.people[route.person].unit == unit:
        yield org.people[route.person]
    if route.post:
        yield from (person for person in org.people_of(unit) if route.post in person.post)
