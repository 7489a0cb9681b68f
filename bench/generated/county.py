"""Counties that nobody has ever seen: townships, villages, groups of very different size, people, and a roster.

Sizes follow what is known of real counties (medians and long tails): about 2.6 groups to a village, 40 to 500 members
to a group with the middle near 265, some groups loud and some dead. Equal seeds give equal counties. All names are put
together from single characters and mean nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from random import Random

from bot.domain.categories import Level
from bot.domain.duty import Roster
from bot.domain.org import PRACTICE, Account, Group, Organisation, Person, Role, Unit, organisation
from bot.domain.routing import NO_ROUTING
from bot.settings import Settings

VILLAGES_TO_A_TOWNSHIP = 12
"""About so many; townships differ."""
GROUPS_TO_A_VILLAGE = (1, 1, 2, 2, 2, 3, 3, 4, 6)
"""Drawn from: 2.7 in the middle."""
MESSAGES_A_DAY = 25.0
"""Of the group in the middle; one in twenty says nine times as much, one in a hundred hardly anything."""
SPREAD = 1.3
"""Standard deviation of the logarithm of messages a day."""
MOST_A_DAY = 1500.0
MEMBERS = (40, 265, 500)
"""Fewest, middle, most."""

_TOWN_NAMES = ("云泉禾岭苇杏竹槐", "水台丰阳屏桥渡川")
_VILLAGE_NAMES = ("上下东西南北前后新老大小高长双三", "塘坪湾冲坳垅畈墩洲垄坝埠岙窑坎弯")
_SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = ("春秋明建国志文秀玉小海德永青少晓", "生根梅英军华平兰江山云成林芳宁义")


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """How lively a group is: how many are in it, and how many messages they write on a usual day."""

    members: int
    a_day: float


@dataclass(frozen=True, kw_only=True)
class County:
    """A county with everything that the bot must know of it, and what only its inventor knows: ``crowds`` by group."""

    org: Organisation
    roster: Roster
    crowds: Mapping[str, Crowd]

    def settings(self, base: Settings) -> Settings:
        """The settings of another county with this one in its place."""
        return replace(base, county=self.org, roster=self.roster, routing=NO_ROUTING)


def generate(*, groups: int, seed: int, platform: str = PRACTICE, a_day: float = MESSAGES_A_DAY) -> County:
    """A county of exactly so many groups. ``a_day`` are the messages of the group in the middle.

    Raises ValueError for no groups.
    """
    if groups <= 0:
        message = "a county has at least one group"
        raise ValueError(message)
    return _Maker(random=Random(seed), platform=platform, a_day=a_day).make(groups)  # noqa: S311 - no secret


def crowds(org: Organisation, *, seed: int, a_day: float = MESSAGES_A_DAY) -> Mapping[str, Crowd]:
    """How lively the groups of an existing county are, drawn anew."""
    random = Random(seed)  # noqa: S311 - no secret
    return {group: _crowd(random, a_day) for group in org.groups}


def one_township(base: Settings, township: str) -> Settings:
    """The settings of a county that has this township only, with the county's own people and offices above it."""
    org = base.county
    kept = {unit.id: unit for unit in org.units.values() if township in org.line_of(unit.id) or _is_above(unit, org)}
    groups = [group for group in org.groups.values() if group.village in kept]
    people = [person for person in org.people.values() if person.unit in kept]
    return replace(base, county=organisation(kept.values(), groups, people), routing=NO_ROUTING)


def _is_above(unit: Unit, org: Organisation) -> bool:
    return unit.parent is None or (unit.parent == org.county.id and unit.level is Level.DEPARTMENT)


class _Maker:
    def __init__(self, *, random: Random, platform: str, a_day: float) -> None:
        self._random = random
        self._platform = platform
        self._a_day = a_day
        self._units: list[Unit] = []
        self._groups: list[Group] = []
        self._people: list[Person] = []
        self._weekly: dict[tuple[str, int], tuple[str, ...]] = {}

    def make(self, groups: int) -> County:
        county = self._unit("k", "云屏县", Level.COUNTY, None)
        self._person(county, "县纪委监委党风室主任", Role.COUNTY_DESK, Role.DUTY_ROOM)
        self._person(county, "县大数据中心工程师", Role.OPERATOR)
        for number, name in enumerate(("县住建局", "县民政局", "县医保局")):
            self._office(f"kd{number}", name, county)
        towns = self._names(*_TOWN_NAMES, "镇")
        while len(self._groups) < groups:
            self._township(county, next(towns), groups)
        return County(
            org=organisation(self._units, self._groups, self._people),
            roster=Roster(days={}, weekly=self._weekly),
            crowds={group.id: _crowd(self._random, self._a_day) for group in self._groups},
        )

    def _township(self, county: Unit, name: str, groups: int) -> None:
        town = self._unit(f"t{len(self._units)}", name, Level.TOWNSHIP, county.id)
        self._person(town, "镇纪委书记", Role.INSPECTOR)
        self._person(town, "镇纪委干事", Role.INSPECTOR, Role.REVIEWER)
        self._person(town, "副镇长", Role.LINKED_LEADER)
        for number, office in enumerate(("镇村镇建设办", "镇农业服务中心", "镇民生服务办")):
            self._office(f"{town.id}d{number}", office, town)
        villages = self._names(*_VILLAGE_NAMES, "村")
        for _ in range(max(3, round(self._random.gauss(VILLAGES_TO_A_TOWNSHIP, 3)))):
            if len(self._groups) >= groups:
                return
            self._village(town, next(villages), most=groups - len(self._groups))

    def _village(self, town: Unit, name: str, *, most: int) -> None:
        village = self._unit(f"v{len(self._units)}", name, Level.VILLAGE, town.id)
        self._person(village, "村党支部书记", Role.SECRETARY)
        self._person(village, "村务监督委员会主任", Role.REVIEWER)
        officers = [self._person(village, "村委会副主任", Role.DUTY_OFFICER, Role.COMMITTEE)]
        officers += [self._person(village, "综合服务专干", Role.DUTY_OFFICER, Role.PUBLISHER)]
        officers += [self._person(village, "网格员", Role.DUTY_OFFICER) for _ in range(self._random.randint(0, 3))]
        for weekday in range(7):
            turn = self._random.sample(officers, k=self._random.choice((1, 1, 2)))
            self._weekly[village.id, weekday] = tuple(turn)
        marks = "①②③④⑤⑥"
        for number in range(min(self._random.choice(GROUPS_TO_A_VILLAGE), most)):
            ident = f"g{len(self._groups)}"
            title = f"{name}村民群{marks[number]}"
            group = Group(id=ident, name=title, village=village.id, platform=self._platform, conversation=f"c-{ident}")
            self._groups.append(group)

    def _office(self, ident: str, name: str, parent: Unit) -> None:
        office = self._unit(ident, name, Level.DEPARTMENT, parent.id)
        self._person(office, f"{name}主任", Role.HANDLER)

    def _unit(self, ident: str, name: str, level: Level, parent: str | None) -> Unit:
        unit = Unit(id=ident, name=name, level=level, parent=parent)
        self._units.append(unit)
        return unit

    def _person(self, unit: Unit, post: str, *roles: Role) -> str:
        number = len(self._people)
        name = "".join(self._random.choice(part) for part in (_SURNAMES, *_GIVEN))
        account = Account(platform=self._platform, id=f"o{number}")
        person = Person(
            id=f"p{number}", name=name, post=post, unit=unit.id, roles=frozenset(roles), accounts=(account,)
        )
        self._people.append(person)
        return person.id

    def _names(self, first: str, second: str, end: str) -> Iterator[str]:
        """Names of two characters in an order drawn by lot, and when those are used up, of three."""
        pairs = ["".join(pair) for pair in product(first, second)]
        self._random.shuffle(pairs)
        yield from (f"{pair}{end}" for pair in pairs)
        yield from (f"{char}{pair}{end}" for char in first for pair in pairs)


def _crowd(random: Random, a_day: float) -> Crowd:
    fewest, middle, most = MEMBERS
    members = min(most, max(fewest, round(random.lognormvariate(0, 0.5) * middle)))
    return Crowd(members=members, a_day=min(MOST_A_DAY, random.lognormvariate(0, SPREAD) * a_day))
