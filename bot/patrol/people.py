"""Who stands on a village's roster, and who is told in private when something about it is missing."""

from datetime import date

from bot.domain.org import Person, Role
from bot.office import Office


def on_roster(office: Office, village: str, day: date) -> tuple[Person, ...]:
    """The people whom the roster names for the local day, the responsible one first; empty if it has a hole (R28).

    Unlike ``Office.on_duty`` nobody is put in who is not on the roster. Somebody who has left the organisation leaves
    a hole.
    """
    people = office.org.people
    return tuple(people[person] for person in office.roster.on_duty(village, day) if person in people)


def overseers(office: Office, village: str) -> tuple[Person, ...]:
    """Who must see to a gap in a village: its secretaries, else the township's inspectors, else the county desk."""
    org = office.org
    return (
        org.people_of(village, Role.SECRETARY)
        or org.people_of(org.township_of(village).id, Role.INSPECTOR)
        or org.people_of(org.county.id, Role.COUNTY_DESK)
    )
