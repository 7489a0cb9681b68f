"""A line that was broken by day: its groups are asked to say again what could not be heard (DESIGN section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.gaps import Stretch, awake, joined
from bot.domain.messages import Outgoing, OutKind, ToGroup
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import say_time
from bot.ports.platform import Gap

LOOKS_BACK = timedelta(days=1)
"""What was said before that is not asked for again: by now it was said again, or somebody called."""
_MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Facts:
    """``gaps`` of the platform that ended within ``LOOKS_BACK``; ``hears_all``: whether it delivers everything."""

    gaps: Sequence[Gap]
    hears_all: bool


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """One line for every group of the platform in ``slot.scope`` (``platform/what was told until``).

    Only for gaps that took enough of the day, quiet hours not counted; held until the groups may be disturbed.
    """
    platform, _, told = slot.scope.partition("/")
    after = datetime.fromisoformat(told) if told else slot.at - LOOKS_BACK
    enough = timedelta(minutes=office.rules.lines.tell_groups_after_minutes)
    missed = joined(
        Stretch(since=gap.since, until=gap.until)
        for gap in facts.gaps
        if gap.platform == platform and max(after, now - LOOKS_BACK) < gap.until <= slot.at
    )
    long = [stretch for stretch in missed if awake(stretch, office.rules.quiet_hours) >= enough]
    if not (long and office.rules.lines.tell_groups):
        return NOTHING
    said_at = office.loud_at(now)
    spans = office.say("lines.and").join(say_from_to(one, office, now=said_at) for one in long[-_MOST_NAMED:])
    text = office.say("lines.group" if facts.hears_all else "lines.group_by_mention", spans=spans)
    return Outcome(
        sends=tuple(
            Outgoing(
                to=ToGroup(group=group.id),
                kind=OutKind.NOTICE,
                text=text,
                dedupe_key=f"gap:{group.id}:{slot.at.isoformat()}",
                not_before=office.hold(now),
            )
            for group in office.org.groups.values()
            if group.platform == platform
        )
    )


def platform_name(platform: str, office: Office) -> str:
    """What people call a platform."""
    key = f"lines.platform_{platform}"
    return office.say(key) if key in office.wording else platform


def say_span(stretch: Stretch, office: Office, *, now: datetime) -> str:
    """``今天09:10–09:45``: the day once if both ends lie on it."""
    return _said("lines.span", stretch, office, now)


def say_from_to(stretch: Stretch, office: Office, *, now: datetime) -> str:
    """``今天09:10到09:45``."""
    return _said("lines.from_to", stretch, office, now)


def _said(key: str, stretch: Stretch, office: Office, now: datetime) -> str:
    since, until = local(stretch.since), local(stretch.until)
    end = f"{until:%H:%M}" if since.date() == until.date() else say_time(until, office, now=now)
    return office.say(key, since=say_time(since, office, now=now), until=end)
