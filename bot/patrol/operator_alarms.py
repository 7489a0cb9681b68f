"""Alarms to the operator in private chat: what happened, since when, what to do; once, and once that it is over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind
from bot.domain.operator_signs import Notice, Sign, SignKind, to_say, wakes
from bot.domain.outcome import NOTHING, Outcome
from bot.office import Office
from bot.patrol.gap import platform_name
from bot.patrol.line import operators, reachable
from bot.phrasing import say_time


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The troubles as they are remembered, those of them that are seen now, and the platforms that do not work."""

    known: Sequence[Notice]
    signs: Mapping[str, Sign]
    deaf: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Letter:
    """One message to the operators; ``name`` makes it unique for ever."""

    key: str
    name: str
    kind: OutKind
    said: tuple[str, ...]


def decide(facts: Facts, now: datetime, office: Office) -> Outcome:
    """One message with everything that one look found, and one with all that is over, to each operator.

    Only what loses messages, or leaves them unread, is said in quiet hours. The keys name the look that found it, so
    that saying it again after a crash sends nothing twice.
    """

    def told(notices: Sequence[Notice]) -> tuple[str, ...]:
        return tuple(
            say_sign(replace(facts.signs[notice.key], since=notice.since), office, now=now) for notice in notices
        )

    outcome = NOTHING
    for notice_at, notices in _by_look(to_say(facts.known)).items():
        alarms = [notice for notice in notices if notice.over_at is None and notice.key in facts.signs]
        loud = [notice for notice in alarms if wakes(notice.kind)]
        calm = [notice for notice in alarms if not wakes(notice.kind)]
        over = [notice for notice in notices if notice.over_at is not None]
        letters = (
            _Letter(key="operator.alarm", name=f"loud:{notice_at}", kind=OutKind.EMERGENCY, said=told(loud)),
            _Letter(key="operator.alarm", name=f"calm:{notice_at}", kind=OutKind.ALERT, said=told(calm)),
            _Letter(
                key="operator.over",
                name=f"over:{notice_at}",
                kind=OutKind.ALERT,
                said=tuple(_say_over(notice, office, now=now) for notice in over),
            ),
        )
        for letter in letters:
            outcome += _sends(letter, None if letter.kind is OutKind.EMERGENCY else office.hold(now), facts, office)
    return outcome


def say_sign(sign: Sign, office: Office, *, now: datetime) -> str:
    """One trouble in one paragraph: what, since when, what to do."""
    values = dict(sign.values)
    key = f"operator.{sign.kind}"
    if sign.kind is SignKind.BACKUP and values.pop("none", ""):
        key = "operator.backup_none"
    elif sign.kind is SignKind.CLOCK:
        key = "operator.clock_back" if values.pop("back") else "operator.clock_forward"
    elif sign.kind is SignKind.GAP:
        values["platform"] = platform_name(values["platform"], office)
        values["until"] = say_time(datetime.fromisoformat(values["until"]), office, now=now)
    elif sign.kind is SignKind.JOB:
        values["job"] = job_name(values["job"], office)
    return office.say(key, since=say_time(sign.since, office, now=now), **values)


def job_name(job: str, office: Office) -> str:
    """What a job of the schedule is called; its own word if it has no name for people."""
    key = f"operator.task_{job}"
    return office.say(key) if key in office.wording else job


def _say_over(notice: Notice, office: Office, *, now: datetime) -> str:
    subject = notice.key.partition("/")[2]
    return office.say(
        f"operator.{notice.kind}_over",
        since=say_time(notice.since, office, now=now),
        folder=subject,
        year=subject,
        job=job_name(subject, office),
    )


def _by_look(notices: Iterable[Notice]) -> Mapping[str, list[Notice]]:
    """Troubles by the look that found them, or found them over, the earliest first."""
    found: dict[str, list[Notice]] = {}
    for notice in sorted(notices, key=lambda one: one.over_at or one.seen_at):
        found.setdefault((notice.over_at or notice.seen_at).isoformat(), []).append(notice)
    return found


def _sends(letter: _Letter, held: datetime | None, facts: Facts, office: Office) -> Outcome:
    said = letter.said
    if not said:
        return NOTHING
    if len(said) == 1:
        text = office.say(letter.key, item=said[0])
    else:
        items = [office.say("operator.numbered", number=number, item=item) for number, item in enumerate(said, 1)]
        text = office.say(f"{letter.key}s", count=len(said), items="\n".join(items))
    return Outcome(
        sends=tuple(
            Outgoing(
                to=reachable(person, facts.deaf),
                kind=letter.kind,
                text=text,
                dedupe_key=f"operator:{letter.name}:{person.id}",
                not_before=held,
            )
            for person in operators(office)
        )
    )
