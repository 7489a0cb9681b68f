"""What must hold of any life of a county, however it went: looked for in the database, told in plain sentences.

Each function returns faults; none means that it holds. They read keys, days and counts, never wording.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bench.generated.life import Life, Span
from bot.domain.burden import Pace
from bot.domain.duty import cannot
from bot.domain.messages import OutKind, ToGroup, ToPerson
from bot.domain.org import Role
from bot.domain.workdays import SHANGHAI, local
from bot.office import Office
from bot.patrol.digest import USEFUL_FOR
from bot.ports import SendState, Sent
from bot.store import verify

REST_DAYS = timedelta(days=30)
"""How long a group does not get the same item again (R37)."""


async def faults_of(life: Life) -> list[str]:
    """Everything that is wrong with a life so far, apart from owners (see ``owner_faults``) and silence."""
    office = await life.office()
    sent = await life.store.all_sent()
    until = life.clock.now()
    return [
        *duties(sent, office, life, until),
        *items(sent, office),
        *await missing_items(sent, office, life, until),
        *digests(sent, office, life, until),
        *burdens(sent, office),
        *doubles(life.world.delivered),
        *[f"not sent: {one.outgoing.dedupe_key} {one.state} {one.error}" for one in sent if _is_stuck(one)],
        *[f"history of {broken}" for broken in await verify(life.store)],
        *[
            f"trouble: {one.kind} {one.subject} {one.cause}"
            for one in await life.store.troubles(since=life.begins)
            if not (one.kind == "slot_missed" and _in_any(one.at, life.mishaps.asleep))
        ],
    ]


def duties(sent: Sequence[Sent], office: Office, life: Life, until: datetime) -> Iterator[str]:
    """Every group has one duty notice a day, on days of rest too (R28).

    None only where nobody is on the roster, and perhaps where the bot slept when it was due.
    """
    at = office.rules.schedule.duty_notice
    had = Counter((one.outgoing.to, _day(one)) for one in sent if one.outgoing.kind is OutKind.DUTY)
    for group in office.org.groups.values():
        for day in _days(life.begins, until, at):
            posted = had[ToGroup(group=group.id), day]
            wanted = int(bool(office.roster.on_duty(group.village, day, group=group.id)))
            slept = _in_any(datetime.combine(day, at, SHANGHAI), life.mishaps.asleep)
            if posted != wanted and not (slept and not posted):
                yield f"{posted} duty notices in {group.id} on {day}, not {wanted}"


def items(sent: Sequence[Sent], office: Office) -> Iterator[str]:
    """A group has at most one item a day, and none that it had within thirty days (R37)."""
    posts = [one for one in sent if one.outgoing.kind is OutKind.CONTENT and one.state is SendState.SENT]
    for (to, day), times in Counter((one.outgoing.to, _day(one)) for one in posts).items():
        if times > 1:
            yield f"{times} items in {to} on {day}"
    for group in office.org.groups:
        shown: dict[str | None, date] = {}
        for one in sorted(posts, key=lambda post: post.created_at):
            if one.outgoing.to == ToGroup(group=group):
                before = shown.get(one.outgoing.content)
                if before is not None and _day(one) - before < REST_DAYS:
                    yield f"{one.outgoing.content} again in {group} on {_day(one)}, last on {before}"
                shown[one.outgoing.content] = _day(one)


async def missing_items(sent: Sequence[Sent], office: Office, life: Life, until: datetime) -> list[str]:
    """Groups without an item on a day for which nothing speaks: no danger in the village, no lively talk, no sleep."""
    rules, at = office.rules.content, office.rules.schedule.daily_content
    had = {(one.outgoing.to, _day(one)) for one in sent if one.outgoing.kind is OutKind.CONTENT}
    excused: set[tuple[str, date]] = set()
    opened: Counter[tuple[str, date]] = Counter()
    for thread in await life.store.all_threads():
        ticket = thread.ticket
        if ticket.group is not None:
            opened[ticket.group, local(ticket.opened_at).date()] += 1
        if ticket.urgent:
            moments = [*(event.at for event in await life.store.history(ticket.id)), *(one.at for one in thread.links)]
            late = timedelta(hours=rules.after_emergency_hours)
            days = {local(moment + share).date() for moment in moments for share in (timedelta(), late)}
            excused |= {(ticket.village, day) for day in days}
    return [
        f"no item in {group.id} on {day}"
        for group in office.org.groups.values()
        for day in _days(life.begins, until, at)
        if (ToGroup(group=group.id), day) not in had
        and (group.village, day) not in excused
        and opened[group.id, day] < rules.lively
        and not _in_any(datetime.combine(day, at, SHANGHAI), life.mishaps.asleep)
    ]


def digests(sent: Sequence[Sent], office: Office, life: Life, until: datetime) -> Iterator[str]:
    """Each inspector has one digest of the township on every working day, none on another (R39).

    Only of days whose words are still kept: later nobody can tell a page from the sheet behind it.
    """
    at = office.rules.schedule.digest
    begins = max(life.begins, until - timedelta(days=office.rules.privacy.words_days - 1))
    had = Counter(
        (one.outgoing.to, _day(one))
        for one in sent
        if one.outgoing.kind is OutKind.DIGEST and one.outgoing.dedupe_key.startswith("digest:")
    )
    days = list(_days(begins, until, at))
    for town in office.org.townships:
        for reader in office.org.people_of(town.id, Role.INSPECTOR):
            for day in days:
                due = datetime.combine(day, at, SHANGHAI)
                sleep = next((span for span in life.mishaps.asleep if due in span), None)
                wanted = office.calendar.is_workday(day) and (sleep is None or sleep.ends - due <= USEFUL_FOR)
                if sleep is not None and wanted:
                    day_read = local(sleep.ends).date()  # read after waking up
                    got = had[ToPerson(person=reader.id), day] + (had[ToPerson(person=reader.id), day_read] > 1)
                else:
                    got = had[ToPerson(person=reader.id), day]
                if got != int(wanted):
                    yield f"{got} digests of {town.id} to {reader.id} on {day}, not {int(wanted)}"


def burdens(sent: Sequence[Sent], office: Office) -> Iterator[str]:
    """Nobody gets more than the day's budget, and nothing that counts in quiet hours (DESIGN section 7)."""
    rules = office.rules
    got: dict[tuple[object, date], set[str]] = defaultdict(set)
    for one in sent:
        if one.pace in (Pace.ALONE, Pace.TOGETHER) and one.sent_at is not None:
            got[one.outgoing.to, local(one.sent_at).date()].add(one.bundle or one.id)
            if local(one.sent_at).time() in rules.quiet_hours:
                yield f"{one.outgoing.dedupe_key} to {one.outgoing.to} at {local(one.sent_at)}"
    for (to, day), ids in got.items():
        if len(ids) > rules.burden.most_per_day:
            yield f"{len(ids)} messages to {to} on {day}"


def doubles(delivered: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Nothing is delivered twice."""
    for (platform, ident), times in Counter(delivered).items():
        if times > 1:
            yield f"{platform}/{ident} delivered {times} times"


async def owner_faults(life: Life) -> list[str]:
    """Every live matter has an owner who is on the list, may see it, and (on a working day) is not away (R10)."""
    office, now = await life.office(), life.clock.now()
    day = local(now).date()
    threads = await life.store.threads([village.id for village in office.org.villages], since=now)
    faults = []
    for thread in threads:
        ticket = thread.ticket
        why = cannot(office.org, office.roster, ticket.owner, ticket.village, day) if ticket.state.is_live else None
        if why is not None and office.calendar.is_workday(day):
            faults.append(f"{ticket.id} is held by {ticket.owner} on {day}: {why}")
    return faults


def _days(begins: datetime, until: datetime, at: time) -> Iterator[date]:
    """Local days on which that hour lies between two instants."""
    day = local(begins).date()
    while (due := datetime.combine(day, at, SHANGHAI)) < until:
        if due >= begins:
            yield day
        day += timedelta(days=1)


def _day(one: Sent) -> date:
    return local(one.created_at).date()


def _is_stuck(one: Sent) -> bool:
    return one.state not in (SendState.SENT, SendState.PENDING)


def _in_any(at: datetime, spans: Sequence[Span]) -> bool:
    return any(at in span for span in spans)
