"""Who stands on a village's roster, and who is told in private when something about it is missing."""

from datetime import date, datetime

from bot.domain.org import Person, Role
from bot.duty_words import on_duty
from bot.office import Office


def on_roster(office: Office, village: str, day: date, *, group: str | None = None) -> tuple[Person, ...]:
    """The people whom the roster names for the local day, the responsible one first; empty if it has a hole (R28).

    With ``group`` those whom it has of its own, if any.

    Unlike ``Office.on_duty`` nobody is put in who is not on the roster. Somebody who has left the organisation leaves
    a hole.
    """
    return on_duty(village, day, office, group=group)


def overseers(office: Office, village: str, *, now: datetime) -> tuple[Person, ...]:
    """Who must see to a gap in a village: its secretaries, else the township's inspectors, else the county desk.

    Who is away or cannot be reached when it is read is passed over, unless that leaves nobody.
    """
    org = office.org
    levels = (
        org.people_of(village, Role.SECRETARY),
        org.people_of(org.township_of(village).id, Role.INSPECTOR),
        org.people_of(org.county.id, Role.COUNTY_DESK),
    )
    there = (tuple(filter(office.able(now), people)) for people in levels)
    return next(filter(None, there), ()) or next(filter(None, levels), ())
