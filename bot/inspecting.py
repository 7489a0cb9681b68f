"""What an inspector asks behind the page, and kind reminders to a village: the same for handler and schedule (R39)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Job, Slot
from bot.domain.workdays import local
from bot.office import Office

_SEPARATOR = "|"


class Asked(StrEnum):
    """What is wanted: the rows of a number, or a draft."""

    ROWS = "rows"
    REMINDER = "reminder"
    TALK = "talk"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who wants what. ``township`` may be empty (all that the person covers); ``about`` a section or a village's id."""

    person: str
    asked: Asked
    township: str = ""
    about: str = ""

    def slot(self, at: datetime) -> Slot:
        """The run of the job that answers it at an instant."""
        return Slot(at=at, job=Job.INSPECT, scope=_SEPARATOR.join((self.person, self.asked, self.township, self.about)))


def wish_of(slot: Slot) -> Wish:
    """The wish behind a run. Raises ValueError for a scope that was not made by ``Wish.slot``."""
    person, asked, township, about = slot.scope.split(_SEPARATOR)
    return Wish(person=person, asked=Asked(asked), township=township, about=about)


def receivers(village: str, now: datetime, office: Office) -> tuple[Person, ...]:
    """The village's duty officer of the day and its secretaries, as far as they can be reached; nobody twice."""
    org = office.org
    duty = [one for one in (office.on_duty(village, local(now).date()),) if one.unit == village]
    people = dict.fromkeys((*duty, *org.people_of(village, Role.SECRETARY)))
    able = office.able(now)
    return tuple(one for one in people if able(one))


def ask_before_sending(
    person: Person, village: str, text: str, people: Iterable[Person], office: Office, *, key: str
) -> Outgoing:
    """The draft as its author sees it; a bare 1 sends it just as it stands there."""
    names = office.say("due.separator").join(one.title for one in people)
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.QUESTION,
        text=office.say("inspecting.draft", people=names, village=village, text=text),
        dedupe_key=key,
        answers=True,
        choices=(office.say("inspecting.choice_send", village=village, text=text),),
    )
