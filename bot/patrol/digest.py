"""The digest of a township, on working days to its inspectors: what needs them today, and why (R20, R39)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.bindings import Room
from bot.domain.categories import Category
from bot.domain.clues import Case
from bot.domain.digest import (
    FEWEST,
    Burden,
    DayLoad,
    Digest,
    GroupRow,
    Row,
    Section,
    SectionKind,
    TicketRow,
    VillageCount,
    Why,
)
from bot.domain.duty import Vacancy
from bot.domain.heat import Quarrel
from bot.domain.made import Made
from bot.domain.org import Group, Role, Unit
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.patrol_sheet import PatrolSheet
from bot.domain.silence import Senses, Silence, Traces, judge
from bot.domain.slips import Slip
from bot.domain.tickets import Relation, State, Thread, Ticket
from bot.domain.workdays import WorkCalendar, local, office_end
from bot.office import Office
from bot.patrol.digest_private import private
from bot.patrol.digest_rows import (
    calls_unheard,
    gaps_in_duty,
    quarrels_told,
    slips_late,
    vacant,
    workdays_between,
)
from bot.patrol.digest_sending import copies
from bot.patrol.outages import deaf_since, outages
from bot.phrasing import owner_title
from bot.ports import GroupDay, Hearing
from bot.ports.lines import LineRecord
from bot.ports.platform import Gap

USEFUL_FOR = timedelta(hours=12)
"""How late a digest may be: the next morning it still helps, then the next one is near."""

LOOK_BACK = timedelta(days=7)
"""The time over which prompts, closed tickets and messages are counted."""

SHORTEST_OUTAGE = timedelta(minutes=1)
"""From which length a time without hearing stands on the page; the sheet has all of them."""

_SECTION_OF = {
    Why.EMERGENCY: SectionKind.NEEDS_YOU,
    Why.OVERDUE: SectionKind.NEEDS_YOU,
    Why.HOP_LATE: SectionKind.NEEDS_YOU,
    Why.UNCONFIRMED: SectionKind.NEEDS_YOU,
    Why.DUE_SOON: SectionKind.DUE_SOON,
    Why.UNANSWERED: SectionKind.UNANSWERED,
    Why.DONE: SectionKind.DONE,
}
_URGENCY = tuple(Why)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is on record of one township.

    ``threads``: all live tickets of its villages, and those ended since ``earliest``. ``days``: the groups' counts of
    at least the last seven local days. ``known_since``: the local day from which the bot has been in a group; a group
    that is missing does not count as new. ``senses``: what each platform lets the bot hear, by its name; a platform
    that is missing lets it hear nothing but mentions. ``prompts``: messages sent within ``LOOK_BACK`` to ask or remind
    an officer of these villages. ``loads``: what the officers of these villages got unasked on each day of that time.
    ``calls``: per group, calls for a cadre since the last digest that nobody answered.
    ``vacancies``: officers who cannot answer for what they hold, because they are gone, away or not to be reached.
    ``gaps``: when platforms could not be heard, those that ended since ``earliest``; ``lines``: how their lines stand.
    """

    township: str
    threads: tuple[Thread, ...]
    days: tuple[GroupDay, ...]
    hearing: Mapping[str, Hearing]
    known_since: Mapping[str, date]
    senses: Mapping[str, Senses]
    prompts: int
    loads: tuple[DayLoad, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    rooms: tuple[Room, ...] = ()
    """What the platforms told of the groups' conversations."""
    vacancies: tuple[Vacancy, ...] = ()
    gaps: tuple[Gap, ...] = ()
    lines: tuple[LineRecord, ...] = ()
    unpublished: frozenset[str] = frozenset()
    """Villages that publish their duty notice themselves and have not done so today (R28)."""
    patrol: PatrolSheet | None = None
    """The day's counts of each group and how it is judged by them (R36, R39)."""
    slips: tuple[Slip, ...] = ()
    """Notices and letters that the township's office has issued (R64)."""
    quarrels: tuple[Quarrel, ...] = ()
    """Those that were noticed, whether anybody has been told yet or not (R45)."""
    cases: tuple[Case, ...] = ()
    """Clues of the last days: for the figures in the copies of those who may see them, and for nothing else (R50)."""
    made: tuple[Made, ...] = ()
    """The page as a picture and as a sheet, if they could be made."""


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The digest of the township ``slot.scope`` as of ``slot.at``, to each of its inspectors in private (R39).

    Nothing on a day that is not worked, and nothing for a township that is no longer configured. A township without
    an inspector is shown to the county desk, with a line that says why.
    """
    if not is_due(slot, now, office):
        return NOTHING
    day = local(slot.at).date()
    page = compose(facts, slot.at, office)
    readers = office.org.people_of(slot.scope, Role.INSPECTOR)
    note = ""
    if not readers:
        readers = office.org.people_of(office.org.county.id, Role.COUNTY_DESK)
        note = office.say("digest.no_inspector", township=office.org.units[slot.scope].name)
    sends = [
        copy
        for reader in readers
        for copy in copies(
            page,
            reader,
            office,
            key=f"digest:{slot.scope}:{day}:{reader.id}",
            made=facts.made,
            note=note,
            not_before=office.loud_at(now),
        )
    ]
    for reader in readers:
        secret = private(
            reader,
            office,
            township=slot.scope,
            cases=facts.cases,
            threads=facts.threads,
            at=slot.at,
            not_before=office.loud_at(now),
        )
        sends += [] if secret is None else [secret]
    return Outcome(sends=tuple(sends), made=facts.made)


def is_due(slot: Slot, now: datetime, office: Office) -> bool:
    """Whether a digest is to be made for this run: the township is configured, the day is worked, it is of use yet."""
    known = slot.scope in office.org.units and now - slot.at <= USEFUL_FOR
    return known and office.calendar.is_workday(local(slot.at).date())


def compose(facts: Facts, at: datetime, office: Office) -> Digest:
    """The page as of an instant (aware). Raises KeyError for a township that is not configured."""
    org = office.org
    villages = org.villages_of(facts.township)
    since = _page_before(at, office.calendar)
    tickets = _tickets(facts.threads, villages, since, at, office)
    groups = tuple(_group(group, facts, at, office) for village in villages for group in org.groups_of(village.id))
    rows: dict[SectionKind, tuple[Row, ...]] = {
        kind: tuple(row for row in tickets if _SECTION_OF.get(row.why) is kind) for kind in SectionKind
    }
    rows[SectionKind.UNANSWERED] += tuple(calls_unheard(facts.calls, villages, office))
    rows[SectionKind.SILENT] = _worth_telling(groups)
    here = [group for village in villages for group in org.groups_of(village.id)]
    missed = outages(facts.gaps, here, since=since, until=at)
    rows[SectionKind.OUTAGES] = tuple(row for row in missed if row.until - row.since >= SHORTEST_OUTAGE)
    rows[SectionKind.DUTY_GAPS] = (
        *vacant(facts.vacancies, office),
        *gaps_in_duty(villages, local(at).date(), office, unpublished=facts.unpublished),
    )
    rows[SectionKind.SLIPS] = tuple(slips_late(facts.slips, at, office))
    rows[SectionKind.HEAT] = tuple(quarrels_told(facts.quarrels, since, villages, office))
    rows[SectionKind.DISCLOSURE] = tuple(
        row for row in tickets if row.category is Category.DISCLOSURE and row.why is Why.RUNNING
    )
    closed = [thread for thread in facts.threads if _closed_within(thread.ticket, at - LOOK_BACK, at)]
    return Digest(
        township=facts.township,
        name=org.units[facts.township].name,
        at=at,
        since=since,
        sections=tuple(Section(kind=kind, rows=rows[kind]) for kind in SectionKind if rows[kind]),
        tickets=tickets,
        groups=groups,
        villages=tuple(_count(village, tickets, at) for village in villages),
        pushed_down=sum(thread.ticket.pushed_down for thread in facts.threads),
        burden=Burden(prompts=facts.prompts, closed=len(closed), days=LOOK_BACK.days, loads=facts.loads),
        mentions_only=tuple(row.group for row in groups if row.judgement.silence is Silence.MENTIONS_ONLY),
        outages=missed,
        patrol=facts.patrol,
    )


def earliest(at: datetime, calendar: WorkCalendar) -> datetime:
    """The instant since which ended tickets matter: a week ago, or the page before if holidays lie in between."""
    return min(at - LOOK_BACK, _page_before(at, calendar))


def _page_before(at: datetime, calendar: WorkCalendar) -> datetime:
    """When the digest before this one was due: at the same time on the working day before."""
    here = local(at) - timedelta(days=1)
    while not calendar.is_workday(here.date()):
        here -= timedelta(days=1)
    return here


def _closed_within(ticket: Ticket, since: datetime, until: datetime) -> bool:
    return ticket.state is State.CLOSED and ticket.closed_at is not None and since < ticket.closed_at <= until


def _tickets(
    threads: Iterable[Thread], villages: tuple[Unit, ...], since: datetime, at: datetime, office: Office
) -> tuple[TicketRow, ...]:
    """Live tickets, the most urgent first and then by due time; behind them, by village, those closed since then."""
    names = {village.id: village.name for village in villages}
    places = list(names.values())
    rows = [
        _ticket(thread, names[thread.ticket.village], at, office)
        for thread in threads
        if thread.ticket.village in names and (thread.ticket.state.is_live or _closed_within(thread.ticket, since, at))
    ]
    live = sorted(
        (row for row in rows if row.why is not Why.DONE),
        key=lambda row: (_URGENCY.index(row.why), row.due_at, places.index(row.village), row.number),
    )
    done = sorted((row for row in rows if row.why is Why.DONE), key=lambda row: (places.index(row.village), row.number))
    return (*live, *done)


def _ticket(thread: Thread, village: str, at: datetime, office: Office) -> TicketRow:
    ticket = thread.ticket
    supporters = len({link.sender for link in thread.of(Relation.SUPPORT)} - {ticket.requester})
    late = ticket.state.is_live and ticket.due_at <= at
    owner = office.org.people.get(ticket.owner)
    return TicketRow(
        ticket=ticket.id,
        number=ticket.number,
        village=village,
        category=ticket.category,
        matter=f"{ticket.place}{ticket.topic}" if ticket.topic else "",
        state=ticket.state,
        owner=owner_title(ticket, office),
        owner_name=owner.name if owner else owner_title(ticket, office),
        said_at=ticket.said_at,
        due_at=ticket.due_at,
        why=_why(ticket, at, office),
        urgent=ticket.urgent,
        provisional=ticket.due_provisional,
        answered=not _unheard(ticket),
        late_days=workdays_between(local(ticket.due_at).date(), local(at).date(), office.calendar) if late else 0,
        supporters=supporters if supporters >= FEWEST else 0,
        hop_due_at=ticket.hop_due_at,
        closed_at=ticket.closed_at,
    )


def _unheard(ticket: Ticket) -> bool:
    """Whether the villager has had no word from anybody: neither an answer in the group nor news of the work."""
    return ticket.first_cadre_reply is None and ticket.state not in (State.IN_PROGRESS, State.REOPENED)


def _why(ticket: Ticket, at: datetime, office: Office) -> Why:
    silent = _unheard(ticket)
    soon = office_end(office.calendar.next_workday(local(at).date()), office.rules.office_hours)
    answered = ticket.state is State.ANSWERED
    # The first that holds: a ticket stands in one section only.
    grounds = (
        (Why.DONE, not ticket.state.is_live),
        (Why.EMERGENCY, ticket.urgent and silent and not answered),
        (Why.OVERDUE, ticket.due_at <= at and not answered),
        (Why.UNCONFIRMED, ticket.due_at <= at),
        (Why.HOP_LATE, ticket.hop_due_at is not None and ticket.hop_due_at <= at and not answered),
        (Why.DUE_SOON, ticket.due_at <= soon and not answered),
        (Why.UNANSWERED, silent and not answered),
    )
    return next((why for why, holds in grounds if holds), Why.RUNNING)


def _group(group: Group, facts: Facts, at: datetime, office: Office) -> GroupRow:
    heard = facts.hearing.get(group.id, Hearing(group=group.id))
    traces = Traces(
        known_since=facts.known_since.get(group.id),
        heard_at=heard.heard_at,
        villager_at=heard.villager_at,
        posted_at=heard.posted_at,
        echoed_at=heard.echoed_at,
        deaf_since=deaf_since(group.platform, facts.lines, facts.gaps, at=at),
        bound=bool(group.conversation),
        removed_at=next((room.left_at for room in facts.rooms if _is_of(room, group)), None),
    )
    senses = facts.senses.get(group.platform, Senses(hears_all=False, echoes_own=False))
    patrolled = facts.patrol.of(group.id) if facts.patrol else None
    first = local(at - LOOK_BACK).date()
    days = [day for day in facts.days if day.group == group.id and first < day.day <= local(at).date()]
    return GroupRow(
        group=group.id,
        name=group.name,
        village=office.org.units[group.village].name,
        judgement=patrolled.judgement if patrolled else judge(traces, senses, at=at, limits=office.rules.silence),
        villager_messages=sum(day.villager_messages for day in days),
        cadre_messages=sum(day.cadre_messages for day in days),
        facts=patrolled,
    )


def _is_of(room: Room, group: Group) -> bool:
    return (room.platform, room.conversation) == (group.platform, group.conversation)


def _worth_telling(groups: tuple[GroupRow, ...]) -> tuple[GroupRow, ...]:
    """Groups that sleep, the longest silence first, then those that are not heard."""
    silent = [row for row in groups if row.sleeps]
    unheard = [row for row in groups if row.judgement.silence is Silence.UNHEARD]
    return (*sorted(silent, key=lambda row: -row.judgement.days), *unheard)


def _count(village: Unit, tickets: tuple[TicketRow, ...], at: datetime) -> VillageCount:
    own = [row for row in tickets if row.village == village.name]
    overdue = sum(row.is_overdue(at) for row in own)
    due_soon = sum(row.why is Why.DUE_SOON for row in own)
    done = sum(row.why is Why.DONE for row in own)
    return VillageCount(
        village=village.name,
        overdue=overdue,
        due_soon=due_soon,
        open=len(own) - overdue - due_soon - done,
        done=done,
    )
