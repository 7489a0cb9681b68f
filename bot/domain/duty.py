"""Who is on duty, and who answers when nobody is: there is always one living owner (R10, R28)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.org import Organisation, Person, Role


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Who is on duty in which village on which day.

    ``days`` holds named days; ``weekly`` what applies otherwise, by weekday (Monday is 0). Values are ids of people.
    """

    days: Mapping[tuple[str, date], tuple[str, ...]]
    weekly: Mapping[tuple[str, int], tuple[str, ...]]

    def on_duty(self, village: str, day: date) -> tuple[str, ...]:
        """Ids of the people on duty, the first of them responsible; empty if the roster has a hole."""
        named = self.days.get((village, day))
        return named if named is not None else self.weekly.get((village, day.weekday()), ())


def line_of_duty(org: Organisation, roster: Roster, village: str, day: date) -> tuple[Person, ...]:
    """Everybody who may be asked about a village's matter, in the order in which they are asked.

    Those on duty, the village's other duty officers, its secretary, its committee, then inspectors and other
    people of the township, then the county. Empty only for an organisation without people.
    """
    return tuple(dict.fromkeys(_candidates(org, roster, village, day)))


def _candidates(org: Organisation, roster: Roster, village: str, day: date) -> Iterator[Person]:
    for person_id in roster.on_duty(village, day):
        if person_id in org.people:
            yield org.people[person_id]
    for role in (Role.DUTY_OFFICER, Role.SECRETARY, Role.COMMITTEE):
        yield from org.people_of(village, role)
    for unit in org.line_of(village)[1:]:
        yield from org.people_of(unit, Role.INSPECTOR, Role.COUNTY_DESK)
        yield from org.people_of(unit)
