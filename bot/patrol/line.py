"""A line to a platform that is broken for long: its operator is told once, and once more when it stands again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.gaps import Stretch
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.office import Office
from bot.patrol.gap import platform_name, say_span
from bot.phrasing import say_time
from bot.ports.lines import LineRecord


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How every line stands."""

    lines: Sequence[LineRecord]


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Speak of the trouble that ``slot.scope`` names (``platform/since``) if it is still the latest of its line.

    In quiet hours nobody is woken: it is looked at again in the morning, and a line that stands by then is only said
    to have been broken. Operators are reached on a platform that works; without operators it is the county's desk.
    """
    platform, _, began = slot.scope.partition("/")
    line = next((line for line in facts.lines if line.platform == platform), None)
    if line is None or line.down_since is None or line.down_since != _instant(began):
        return NOTHING
    held = office.hold(now)
    if held is not None:
        return Outcome(slots=(Slot(at=held, job=slot.job, scope=slot.scope),))
    if line.is_online and slot.at < line.at:
        return NOTHING  # it stood again before anybody was told; how it was is said by the run that this brings
    text = _back(line, office, now=now) if line.is_online else _alarm(line, office, now=now)
    word = "back" if line.is_online else "alarm"
    deaf = frozenset(line.platform for line in facts.lines if not line.is_online)
    return Outcome(
        sends=tuple(
            Outgoing(
                to=reachable(person, deaf),
                kind=OutKind.ALERT,
                text=text,
                dedupe_key=f"line-{word}:{slot.scope}:{person.id}",
            )
            for person in operators(office)
        )
    )


def operators(office: Office) -> tuple[Person, ...]:
    """Who sees to the machine; the county's desk if nobody is named."""
    people = office.org.people.values()
    named = tuple(person for person in people if Role.OPERATOR in person.roles)
    return named or office.org.people_of(office.org.county.id, Role.COUNTY_DESK)


def reachable(person: Person, deaf: frozenset[str]) -> Recipient:
    """Where to write to somebody: an account on a platform whose line stands, if there is a choice."""
    works = [account for account in person.accounts if account.platform not in deaf]
    if not works or len(works) == len(person.accounts):
        return ToPerson(person=person.id)
    return ToAccount(platform=works[0].platform, account=works[0].id)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _alarm(line: LineRecord, office: Office, *, now: datetime) -> str:
    what = office.say(f"lines.what_{line.state}")
    return office.say(
        "lines.alarm",
        platform=platform_name(line.platform, office),
        since=say_time(line.down_since or line.at, office, now=now),
        what=office.say("lines.because", what=what, why=line.why) if line.why else what,
        todo=office.say(f"lines.todo_{line.state}"),
    )


def _back(line: LineRecord, office: Office, *, now: datetime) -> str:
    stretch = Stretch(since=line.down_since or line.at, until=line.at)
    return office.say(
        "lines.back",
        platform=platform_name(line.platform, office),
        span=say_span(stretch, office, now=now),
        minutes=stretch.minutes,
    )
