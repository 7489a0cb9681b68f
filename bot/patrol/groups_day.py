"""The patrol sheet of a township from what is on record: a row a group, judged on the days it was heard (R36, R39)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from bot.domain.bindings import Room
from bot.domain.categories import Category
from bot.domain.common import Topic, topics
from bot.domain.digest import FEWEST
from bot.domain.gaps import Stretch
from bot.domain.messages import OutKind
from bot.domain.org import Group
from bot.domain.patrol_sheet import PatrolFacts, PatrolSheet
from bot.domain.periods import Period
from bot.domain.silence import Judgement, Senses, judge
from bot.domain.tickets import State, Thread, Ticket
from bot.domain.workdays import local, office_time
from bot.domain.zombie import DayFacts, Wake, Waking, zeros
from bot.office import Office
from bot.patrol import traces
from bot.patrol.outages import deaf_since
from bot.ports import GroupDay, Hearing
from bot.ports.groups import Wanted
from bot.ports.lines import LineRecord
from bot.ports.platform import Gap

TOPIC_DAYS = 30
"""Over how many days the township's topics are looked at."""
_DAY = timedelta(days=1)
_HEARS_NOTHING = Senses(hears_all=False, echoes_own=False)


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is on record of one township, as of an instant.

    ``threads``: live tickets of its villages and those with activity since the windows of R36 begin; ``days``,
    ``wanted``, ``together`` and ``gaps`` likewise, ``days`` back to the groups' last word. ``speakers`` and ``posted``
    are of the one day. ``counted``: how many its platform last said are in a group.
    """

    township: str
    threads: Sequence[Thread] = ()
    days: Sequence[GroupDay] = ()
    hearing: Mapping[str, Hearing] = field(default_factory=dict)
    known_since: Mapping[str, date] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)
    senses: Mapping[str, Senses] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()
    lines: Sequence[LineRecord] = ()
    rooms: Sequence[Room] = ()
    wanted: Sequence[Wanted] = ()
    together: frozenset[tuple[str, date]] = frozenset()
    speakers: Mapping[str, int] = field(default_factory=dict)
    posted: Mapping[str, frozenset[OutKind]] = field(default_factory=dict)


def compose(record: Record, at: datetime, office: Office) -> PatrolSheet:
    """The sheet of the local day of ``at`` (aware), as of then. Raises KeyError for an unknown township."""
    org = office.org
    today = local(at).date()
    counts = traces.by_group(record.days)
    tickets = [thread.ticket for thread in record.threads]
    asked = topics(tickets, Period(first=today - timedelta(days=TOPIC_DAYS - 1), after=today + _DAY))
    groups = [group for village in org.villages_of(record.township) for group in org.groups_of(village.id)]
    deaf = {platform: _deafness(platform, record, at, office) for platform in {group.platform for group in groups}}
    rows = [
        _row(
            _Look(
                group=group,
                record=record,
                days=counts.get(group.id, []),
                deaf=deaf[group.platform],
                at=at,
                office=office,
            ),
            asked,
        )
        for group in groups
    ]
    return PatrolSheet(
        township=record.township, name=org.units[record.township].name, day=today, at=at, rows=tuple(rows)
    )


@dataclass(frozen=True, kw_only=True)
class _Deaf:
    """When a platform could not be heard: at which times, on which days for too long, and since when until now."""

    times: tuple[Stretch, ...]
    days: frozenset[date]
    since: datetime | None


def _deafness(platform: str, record: Record, at: datetime, office: Office) -> _Deaf:
    since = deaf_since(platform, record.lines, record.gaps, at=at)
    times = traces.deaf_times(record.gaps, platform, deaf_since=since, at=at)
    days = traces.deaf_days(times, office.rules.quiet_hours, hours=office.rules.silence.deaf_hours)
    return _Deaf(times=times, days=days, since=since)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One group, and where to look for it."""

    group: Group
    record: Record
    days: Sequence[GroupDay]
    deaf: _Deaf
    at: datetime
    office: Office

    @property
    def today(self) -> date:
        return local(self.at).date()

    @property
    def senses(self) -> Senses:
        return self.record.senses.get(self.group.platform, _HEARS_NOTHING)

    @property
    def threads(self) -> list[Thread]:
        """The group's matters that stand for themselves."""
        return [
            one for one in self.record.threads if one.ticket.group == self.group.id and _counts(one.ticket, self.at)
        ]

    @property
    def of_the_village(self) -> list[Ticket]:
        tickets = (thread.ticket for thread in self.record.threads)
        return [one for one in tickets if one.village == self.group.village and _counts(one, self.at)]


def _row(look: _Look, asked: Sequence[Topic]) -> PatrolFacts:
    limits = look.office.rules.silence.for_size(_members(look))
    proven = traces.proven_days(look.days, look.senses, look.deaf.days)
    trace = traces.traces_of(
        look.group,
        look.record.hearing.get(look.group.id, Hearing(group=look.group.id)),
        look.days,
        known_since=look.record.known_since.get(look.group.id),
        deaf_since=look.deaf.since,
        rooms=look.record.rooms,
        proven=proven,
        at=look.at,
    )
    judgement = judge(trace, look.senses, at=look.at, limits=limits)
    days = _days(look, proven)
    today = days[-1]
    counted = next((day for day in look.days if day.day == look.today), GroupDay(group=look.group.id, day=look.today))
    speakers = look.record.speakers.get(look.group.id, 0)
    missing = zeros(days, judgement, limits)
    live = [thread.ticket for thread in look.threads if thread.ticket.state.is_live]
    posted = look.record.posted.get(look.group.id, frozenset())
    return PatrolFacts(
        group=look.group.id,
        name=look.group.name,
        village=look.office.org.units[look.group.village].name,
        judgement=judgement,
        villager_messages=counted.villager_messages,
        cadre_messages=counted.cadre_messages,
        bot_messages=counted.bot_messages,
        speakers=speakers if speakers >= FEWEST else 0,
        asked=today.asked,
        answered=today.answered,
        first_reply_minutes=_first_reply(look),
        results=sum(_ended_on(thread.ticket, look.today) for thread in look.threads),
        published=today.published,
        unanswered=sum(_waits(ticket) for ticket in live),
        overdue=sum(ticket.state is not State.ANSWERED and ticket.due_at <= look.at for ticket in live),
        daily_item=OutKind.CONTENT in posted,
        duty_notice=OutKind.DUTY in posted,
        gap_minutes=sum(part.minutes for part in traces.within(look.deaf.times, look.today)),
        zeros=missing,
        interaction_days=limits.interaction_days,
        effect_days=limits.effect_days,
        wake=tuple(_wakes(look, asked)) if missing or _is_asleep(judgement) else (),
    )


def _members(look: _Look) -> int:
    """How many are in the group: as somebody counted, else as its platform says.

    Failing both, a household each, shared evenly among the village's groups.
    """
    told = look.group.members or look.record.counted.get(look.group.id, 0)
    groups = look.office.org.groups_of(look.group.village)
    return told or look.office.org.units[look.group.village].households // max(len(groups), 1)


def _days(look: _Look, proven: frozenset[date]) -> list[DayFacts]:
    """The local days since the bot has been in the group, as far back as the record reaches, today included."""
    counts = {day.day: day for day in look.days}
    known = look.record.known_since.get(look.group.id)
    first = min((day for day in counts if known is None or day >= known), default=look.today)
    asked, answered = _asked(look)
    ended = Counter(_day_of(one.closed_at) for one in look.of_the_village if one.group in (look.group.id, None))
    published = Counter(_day_of(one.closed_at) for one in look.of_the_village if one.category is Category.DISCLOSURE)
    found = []
    for day in (first + timedelta(days=step) for step in range((look.today - first).days + 1)):
        counted = counts.get(day, GroupDay(group=look.group.id, day=day))
        found.append(
            DayFacts(
                day=day,
                proven=day in proven,
                villager_messages=counted.villager_messages,
                cadre_messages=counted.cadre_messages,
                together=(look.group.id, day) in look.record.together,
                asked=asked[day],
                answered=answered[day],
                ended=ended[day],
                published=published[day] + counted.published,
            )
        )
    return found


def _asked(look: _Look) -> tuple[Counter[date], Counter[date]]:
    """What wanted an answer, by the local day on which it was said, and what of it has one."""
    tickets = [thread.ticket for thread in look.threads]
    words = [one for one in look.record.wanted if one.group == look.group.id and one.at <= look.at]
    asked = [one.said_at for one in tickets] + [one.at for one in words]
    answered = [one.said_at for one in tickets if _has_answer(one)] + [one.at for one in words if one.settled]
    return Counter(local(at).date() for at in asked), Counter(local(at).date() for at in answered)


def _first_reply(look: _Look) -> int | None:
    """The median of the day's tickets, in whole office minutes: how quick cadres were, not who (R110)."""
    waits = []
    for thread in look.threads:
        first = next((link.at for link in thread.links if link.message == thread.ticket.first_cadre_reply), None)
        if first is not None and local(thread.ticket.said_at).date() == look.today:
            spent = office_time(thread.ticket.said_at, first, look.office.calendar, look.office.rules.office_hours)
            waits.append(spent / timedelta(minutes=1))
    return round(median(waits)) if waits else None


def _wakes(look: _Look, asked: Sequence[Topic]) -> Iterable[Wake]:
    """What would wake the group, the best first; what needs care is nobody's occasion (R8)."""
    live = [one for one in look.of_the_village if one.state.is_live and not one.careful]
    pending = next((one for one in live if one.category is Category.DISCLOSURE), None)
    if pending is not None:
        yield Wake(by=Waking.PUBLICATION, ticket=pending.id, number=pending.number)
    matter = next((one for one in live if one.group == look.group.id and one is not pending and _waits(one)), None)
    if matter is not None:
        yield Wake(by=Waking.MATTER, ticket=matter.id, number=matter.number)
    elsewhere = (topic for topic in asked if any(village != look.group.village for village in topic.villages))
    topic = next(elsewhere, None)
    if topic is not None:
        yield Wake(by=Waking.TOPIC, topic=topic.name)
    yield Wake(by=Waking.VISIT)


def _is_asleep(judgement: Judgement) -> bool:
    return judgement.silence.is_silent


def _counts(ticket: Ticket, at: datetime) -> bool:
    """Whether a ticket was there at an instant and stands for a matter of its own."""
    return ticket.said_at <= at and ticket.state not in (State.WITHDRAWN, State.MERGED)


def _has_answer(ticket: Ticket) -> bool:
    return ticket.first_cadre_reply is not None or ticket.state not in (State.OPEN, State.PROMPTED)


def _waits(ticket: Ticket) -> bool:
    """Whether nobody has said a word about it yet."""
    return ticket.state.is_live and not _has_answer(ticket)


def _ended_on(ticket: Ticket, day: date) -> bool:
    return _day_of(ticket.closed_at) == day and ticket.state is State.CLOSED


def _day_of(at: datetime | None) -> date | None:
    return None if at is None else local(at).date()
