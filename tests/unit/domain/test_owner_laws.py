"""Over random organisations: every open ticket always has exactly one living owner who may see it (R10, idea 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import hops, lifecycle
from bot.domain.categories import Category, Level
from bot.domain.duty import Absence, Back, DutyChange, Roster, Swap, cannot, may_own
from bot.domain.org import Account, Organisation, Person, Role, Unit, organisation
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.rules import Rules
from bot.domain.tickets import EventKind, State, Thread, Ticket, TicketEvent, ticket_id
from bot.domain.workdays import SHANGHAI, WorkCalendar
from bot.office import Office
from bot.patrol import handover, owners
from bot.settings import Settings
from bot.wording import Wording

FIRST = date(2026, 3, 2)
DAYS = 6
RUNNING = frozenset({"practice"})
VILLAGE_ROLES = (Role.DUTY_OFFICER, Role.SECRETARY, Role.COMMITTEE, Role.PUBLISHER, Role.REVIEWER)
SEEDS = st.integers(0, 2**32)
"""A world is drawn from one number: a thousand of them take seconds, not minutes."""
PASSING = frozenset({EventKind.HANDED_OVER, EventKind.REASSIGNED})
HALF, OFTEN = 0.5, 0.8
UPPER_ROLES = (Role.INSPECTOR, Role.LINKED_LEADER, Role.HANDLER, Role.COUNTY_DESK, Role.OPERATOR)


@dataclass(frozen=True, kw_only=True)
class World:
    """A county, what happens to it, and who says 接 when asked."""

    org: Organisation
    roster: Roster
    leaving: tuple[tuple[int, str], ...]
    changes: tuple[tuple[int, DutyChange], ...]
    opened: tuple[tuple[int, str], ...]
    moved: tuple[tuple[int, int, str], ...]
    takers: frozenset[str]


@pytest.fixture(scope="module")
def wording(settings: Settings) -> Wording:
    """The county's sentences."""
    return Wording(settings.wording)


def county(chance: Random) -> Organisation:
    """A county with its desk, and below it townships, departments and villages with few, many or no people."""
    units = [Unit(id="c", name="县", level=Level.COUNTY)]
    for t in range(chance.randint(1, 3)):
        township = f"t{t}"
        units.append(Unit(id=township, name=f"镇{t}", level=Level.TOWNSHIP, parent="c"))
        units += [
            Unit(id=f"{township}v{v}", name=f"村{t}{v}", level=Level.VILLAGE, parent=township)
            for v in range(chance.randint(1, 3))
        ]
        if chance.random() < HALF:
            units.append(Unit(id=f"{township}d", name=f"办{t}", level=Level.DEPARTMENT, parent=township))
    if chance.random() < HALF:
        units.append(Unit(id="cd", name="局", level=Level.DEPARTMENT, parent="c"))
    people = [_person("c-desk", "c", frozenset({Role.COUNTY_DESK}), heard=True)]
    for unit in units:
        roles = VILLAGE_ROLES if unit.level is Level.VILLAGE else UPPER_ROLES
        for n in range(chance.randint(0, 4)):
            held = frozenset(chance.sample(roles, chance.randint(0, 2)))
            people.append(_person(f"{unit.id}-p{n}", unit.id, held, heard=chance.random() < OFTEN))
    return organisation(units, [], people)


def _person(ident: str, unit: str, roles: frozenset[Role], *, heard: bool) -> Person:
    accounts = (Account(platform="practice" if heard else "elsewhere", id=f"u-{ident}"),)
    return Person(id=ident, name=ident, post="", unit=unit, roles=roles, accounts=accounts)


def world_of(chance: Random) -> World:
    """A week in such a county. The desk of the county stays, for somebody must be left to answer."""
    org = county(chance)
    villages = [unit.id for unit in org.villages]
    others = sorted(person for person in org.people if person != "c-desk") or ["p-never-was"]
    anybody = [*others, "p-never-was"]
    weekly = {
        (village, day): tuple(chance.sample(_mostly_own(org, village, chance) or anybody, 1))
        + tuple(chance.sample(anybody, chance.randint(0, 1)))
        for village in villages
        for day in range(7)
        if chance.random() < OFTEN
    }
    return World(
        org=org,
        roster=Roster(days={}, weekly=weekly),
        leaving=tuple((chance.randrange(DAYS), chance.choice(others)) for _ in range(chance.randint(0, 3))),
        changes=tuple(_change(chance, villages, anybody) for _ in range(chance.randint(0, 5))),
        opened=tuple((chance.randrange(DAYS), chance.choice(villages)) for _ in range(chance.randint(1, 4))),
        moved=tuple(
            (chance.randrange(DAYS), chance.randrange(4), chance.choice(sorted(org.units)))
            for _ in range(chance.randint(0, 3))
        ),
        takers=frozenset(chance.sample(anybody, chance.randint(0, len(anybody)))),
    )


def _mostly_own(org: Organisation, village: str, chance: Random) -> list[str]:
    return [person.id for person in org.people_of(village)] if chance.random() < OFTEN else []


def _change(chance: Random, villages: Sequence[str], people: Sequence[str]) -> tuple[int, DutyChange]:
    when, who = chance.randrange(DAYS), chance.choice(people)
    on = FIRST + timedelta(days=when + chance.randint(0, 2))
    kind = chance.randrange(4)
    if kind == 0:
        return when, Back(person=who, day=on)
    if kind == 1:
        return when, Swap(village=chance.choice(villages), day=on, giver=who, taker=chance.choice(people))
    return when, Absence(person=who, first=on, last=on + timedelta(days=chance.randint(0, 3)))


class Story:
    """Lives through the days of a world: opening, moving, asking, taking over, looking after owners."""

    def __init__(self, world: World, wording: Wording) -> None:
        self.world = world
        self.org = world.org
        self.roster = world.roster
        self.wording = wording
        self.tickets: dict[str, Ticket] = {}
        self.events: dict[str, list[TicketEvent]] = {}

    @property
    def office(self) -> Office:
        return Office(
            org=self.org,
            roster=self.roster,
            rules=Rules(),
            calendar=WorkCalendar(),
            wording=self.wording,
            running=RUNNING,
        )

    def live(self) -> None:
        for step in range(DAYS):
            day = FIRST + timedelta(days=step)
            for when, change in self.world.changes:
                if when == step:
                    self.roster = self.roster.changed((change,))
            for when, person in self.world.leaving:
                if when == step:
                    left = [one for one in self.org.people.values() if one.id != person]
                    self.org = organisation(self.org.units.values(), [], left)
            morning = datetime.combine(day, time(7, 45), SHANGHAI)
            self.look_after_owners(morning)
            for when, village in self.world.opened:
                if when == step:
                    self.open(village, morning + timedelta(hours=2))
            for when, which, unit in self.world.moved:
                if when == step:
                    self.move(which, unit, morning + timedelta(hours=4))
            self.check(day)
            self.change_shift(datetime.combine(day, time(18, 0), SHANGHAI))
            self.check_holders()

    def open(self, village: str, now: datetime) -> None:
        number = 1 + sum(ticket.village == village for ticket in self.tickets.values())
        owner = self.office.on_duty(village, now.date())
        ticket = Ticket(
            id=ticket_id(village, 2026, number),
            village=village,
            year=2026,
            number=number,
            category=Category.HELP,
            urgent=False,
            state=State.OPEN,
            level=Level.VILLAGE,
            unit=village,
            owner=owner.id,
            platform="practice",
            group=None,
            requester="u-az",
            text="二组路灯又不亮了",
            topic="路灯",
            place="二组",
            said_at=now,
            opened_at=now,
            due_at=now + timedelta(days=20),
        )
        self.tickets[ticket.id] = lifecycle.prompted(ticket, at=now, owner=owner.id).ticket
        self.events[ticket.id] = []

    def move(self, which: int, unit: str, now: datetime) -> None:
        """Handed to a unit that stands in the ticket's line, if there is one of that name."""
        ids = sorted(self.tickets)
        if not ids:
            return
        ticket = self.tickets[ids[which % len(ids)]]
        line = self.org.line_of(ticket.village)
        if unit not in line and self.org.units[unit].parent not in line[1:]:
            return
        if self.org.units[unit].level is Level.VILLAGE and unit != ticket.village:
            return
        owner = self.office.on_duty(ticket.village, now.date(), unit=unit)
        level = self.org.units[unit].level
        change = hops.transferred(
            ticket, at=now, by="p", unit=unit, level=level, owner=owner.id, hop_due_at=now, summary="需立杆"
        )
        self.take_in(Outcome(changes=(change,)))

    def look_after_owners(self, now: datetime) -> None:
        outcome = owners.settle(self.threads(), now, self.office)
        told = [send.to for send in outcome.sends if "接着办：" in send.text]
        moves = {(c.ticket.village, c.events[0].data["from"], c.ticket.owner) for c in outcome.changes}
        assert len(told) == len(moves)
        self.take_in(outcome)
        assert owners.settle(self.threads(), now, self.office) == Outcome()

    def change_shift(self, now: datetime) -> None:
        for village in self.org.villages:
            slot = Slot(at=now, job=Job.HANDOVER, scope=village.id)
            facts = handover.Facts(threads=tuple(t for t in self.threads() if t.ticket.village == village.id))
            self.take_in(handover.decide(facts, slot, now, self.office))
        for ticket in tuple(self.tickets.values()):
            to = ticket.offered_to
            if to is not None and to in self.world.takers and to in self.org.people:
                before = ticket.owner
                change = hops.handed_over(ticket, at=now, to=to)
                assert change.events[0].data["from"] == before
                self.take_in(Outcome(changes=(change,)))

    def take_in(self, outcome: Outcome) -> None:
        for change in outcome.changes:
            self.tickets[change.ticket.id] = change.ticket
            self.events[change.ticket.id] += change.events
            if change.events[0].kind is EventKind.TRANSFERRED:
                self.events[change.ticket.id] = []
        for send in outcome.sends:
            person = getattr(send.to, "person", None)
            assert person in self.org.people

    def threads(self) -> Sequence[Thread]:
        return [Thread(ticket=ticket, links=()) for ticket in self.tickets.values()]

    def check(self, day: date) -> None:
        """What holds all day after the morning's look."""
        self.check_holders()
        for ticket in self.tickets.values():
            line = self.office.line_of_duty(ticket.village, day, unit=ticket.unit)
            assert len({person.id for person in line}) == len(line), "no loop"
            if cannot(self.org, self.roster, ticket.owner, ticket.village, day, running=RUNNING) is not None:
                ready = [person for person in line if self.office.is_available(person, day)]
                assert not ready, "whoever cannot is owner only while nobody else can"

    def check_holders(self) -> None:
        """What holds in the evening too, when somebody takes over the night before he is back."""
        for ticket in self.tickets.values():
            owner = self.org.people.get(ticket.owner)
            assert owner is not None, "the owner lives"
            assert may_own(self.org, owner, ticket.village), "the owner may see it and covers the village"
            passed = [event for event in self.events[ticket.id] if event.kind in PASSING]
            for earlier, later in pairwise(passed):
                assert later.data["from"] == earlier.data["to"], "from one hand into the next, never two"
            if passed:
                assert passed[-1].data["to"] == ticket.owner


@settings(max_examples=1500)
@given(seed=SEEDS)
def test_every_open_ticket_has_one_living_owner_who_may_see_it(seed: int, wording: Wording) -> None:
    world = world_of(Random(seed))  # noqa: S311 - a world, not a secret
    story = Story(world, wording)
    story.live()
    assert len(story.tickets) == len(world.opened)


@settings(max_examples=500)
@given(seed=SEEDS)
def test_the_line_ends_at_the_county_and_never_leaves_the_villages_own(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a world, not a secret
    org = county(chance)
    village = chance.choice(org.villages).id
    office = _office(org)
    line = office.line_of_duty(village, FIRST)
    assert line, "somebody always answers"
    assert len(set(line)) == len(line)
    assert all(may_own(org, person, village) for person in line)
    assert org.people["c-desk"] in line
    heights = [org.line_of(village).index(person.unit) for person in line if person.unit in org.line_of(village)]
    reachable = [
        org.line_of(village).index(person.unit)
        for person in line
        if person.unit in org.line_of(village) and office.is_available(person, FIRST)
    ]
    assert reachable == sorted(reachable), "upwards, never down again"
    assert heights[0] == min(reachable)
    for unit in org.units:
        for person in office.line_of_duty(village, FIRST, unit=unit):
            assert may_own(org, person, village)


@settings(max_examples=200)
@given(seed=SEEDS)
def test_when_all_of_the_village_are_away_somebody_above_answers(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a world, not a secret
    org = county(chance)
    village = chance.choice(org.villages).id
    away = tuple(
        Absence(person=person.id, first=FIRST, last=FIRST) for person in org.people.values() if person.unit == village
    )
    office = replace(_office(org), roster=Roster(days={}, weekly={}, absences=away))
    owner = office.on_duty(village, FIRST)
    assert owner.unit != village
    assert office.is_available(owner, FIRST)


def _office(org: Organisation) -> Office:
    return Office(
        org=org,
        roster=Roster(days={}, weekly={}),
        rules=Rules(),
        calendar=WorkCalendar(),
        wording=Wording({}),
        running=RUNNING,
    )
