"""Integrity notices and reminder letters in words: the same for the chat, the Word file and the weekly page (R63)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Job, Slot
from bot.domain.periods import month_named
from bot.domain.slips import Finding, Ground, Slip, SlipKind, SlipState
from bot.domain.workdays import SHANGHAI, due_time, local
from bot.office import Office
from bot.phrasing import say_time

MOST_NAMED = 6
"""Tickets of one finding that are named before the rest is only counted."""
ISSUERS = frozenset({Role.INSPECTOR, Role.COUNTY_DESK})
ANSWER = frozenset({Role.SECRETARY, Role.HANDLER})
"""Who answers for a unit that got one."""


def kind_name(slip: Slip, office: Office) -> str:
    """廉情提示单 or 提示函."""
    return office.say(f"slips.kind_{slip.kind}")


def month_words(slip: Slip, office: Office) -> str:
    """``2026年2月``."""
    first = month_named(slip.month).first
    return office.say("slips.month", year=first.year, month=first.month)


def called(slip: Slip, office: Office) -> str:
    """What a slip is called in a sentence: ``柳湾村2026年2月廉情提示单``, with its number once it has one."""
    unit = office.org.units.get(slip.unit)
    name = office.say(
        "slips.called",
        unit=slip.unit if unit is None else unit.name,
        month=month_words(slip, office),
        kind=kind_name(slip, office),
    )
    return office.say("slips.called_number", name=name, number=slip.number) if slip.number else name


def findings_in_brief(slip: Slip, office: Office) -> str:
    """``超期3件、督办1件``."""
    return office.say("due.separator").join(
        office.say(f"slips.brief_{finding.ground}", count=finding.count) for finding in slip.findings
    )


def finding(slip: Slip, one: Finding, office: Office) -> str:
    """One finding with its evidence: the numbers of the tickets, or the names of the groups."""
    names = [_evidence(slip, one.ground, item, office) for item in one.evidence]
    shown = office.say("due.separator").join(names[:MOST_NAMED])
    key = "slips.evidence" if len(names) <= MOST_NAMED else "slips.evidence_more"
    evidence = office.say(key, names=shown, count=len(names))
    return office.say(f"slips.finding_{one.ground}", count=one.count, evidence=evidence)


def request(one: Finding, office: Office) -> str:
    """What a finding asks its receiver to do, as a proposal."""
    return office.say(f"slips.request_{one.ground}", count=one.count)


def reply_days(slip: Slip, office: Office) -> int:
    """Working days until a reply is owed (R64)."""
    rules = office.rules.slips
    return rules.reply_days if slip.kind is SlipKind.NOTICE else rules.letter_reply_days


def reply_times(slip: Slip, office: Office, *, now: datetime) -> tuple[datetime, datetime]:
    """When the receiver is reminded, and when the reply is due: the end of the last working day (R64).

    The reminder comes when the office opens on the working day before.
    """
    days, calendar, hours = reply_days(slip, office), office.calendar, office.rules.office_hours
    before = local(due_time(now, days - 1, calendar, hours).at).date()
    return datetime.combine(before, hours[0].begin, SHANGHAI), due_time(now, days, calendar, hours).at


def watched(slip: Slip) -> tuple[Slot, ...]:
    """When somebody looks whether the reply has come."""
    times = (slip.remind_at, slip.due_at) if slip.state.owes_reply else ()
    return tuple(Slot(at=at, job=Job.SLIP, scope=slip.id) for at in times if at is not None)


def draft(slip: Slip, office: Office) -> str:
    """The whole slip in words, as nobody has issued it yet (documents 3.1, 3.2)."""
    return _whole("slips.whole", slip, office)


def text_issued(slip: Slip, office: Office) -> str:
    """The whole slip as its receiver reads it."""
    return _whole("slips.issued_whole", slip, office)


def shown(slip: Slip, office: Office, *, now: datetime, follows: bool) -> str:
    """A slip as it is shown to who asks for it: with how to go on, or with where it stands and what was replied.

    ``follows``: whether its Word file comes behind the words.
    """
    word = office.say("papers.word_follows") if follows else ""
    if slip.state is SlipState.CANDIDATE:
        return office.say(
            "slips.draft",
            text=draft(slip, office),
            kind=kind_name(slip, office),
            unit=office.org.units[slip.unit].name,
            year=local(now).year,
            word=word,
        )
    text = text_issued(slip, office) if slip.number else draft(slip, office)
    state = state_words(slip, office, now=now)
    if slip.replied_at is None:
        return office.say("slips.shown", text=text, state=state, word=word).rstrip()
    by = office.org.people.get(slip.replied_by)
    return office.say(
        "slips.with_reply",
        text=text,
        state=state,
        who="" if by is None else by.title,
        at=say_time(slip.replied_at, office, now=now),
        reply=slip.reply,
        word=word,
    ).rstrip()


def _whole(key: str, slip: Slip, office: Office) -> str:
    found = [
        office.say("slips.item", number=number, text=finding(slip, one, office))
        for number, one in enumerate(slip.findings, 1)
    ]
    asked = [
        office.say("slips.item", number=number, text=request(one, office))
        for number, one in enumerate(slip.findings, 1)
    ]
    return office.say(
        key,
        kind=kind_name(slip, office),
        number=slip.number or office.say("slips.no_number"),
        unit=office.org.units[slip.unit].name,
        month=month_words(slip, office),
        found="\n".join(found),
        asked="\n".join(asked),
        limit=limit(slip, office),
        issuer=office.org.units[slip.office].name,
    )


def limit(slip: Slip, office: Office) -> str:
    """Until when a reply is wanted: the date once it is issued, before that the number of working days."""
    if slip.due_at is None:
        return office.say("slips.limit_days", days=reply_days(slip, office))
    return office.say("slips.limit_at", due=say_time(slip.due_at, office))


def state_words(slip: Slip, office: Office, *, now: datetime) -> str:
    """Where it stands, as a list says it."""
    if slip.is_overdue(now) and slip.due_at is not None:
        return office.say("slips.state_overdue", due=say_time(slip.due_at, office, now=now))
    due = "" if slip.due_at is None else say_time(slip.due_at, office, now=now)
    return office.say(f"slips.state_{slip.state}", due=due)


def line(slip: Slip, office: Office, *, now: datetime) -> str:
    """One slip of a list."""
    return office.say(
        "slips.line",
        unit=office.org.units[slip.unit].name if slip.unit in office.org.units else slip.unit,
        kind=kind_name(slip, office),
        month=month_words(slip, office),
        facts=findings_in_brief(slip, office),
        state=state_words(slip, office, now=now),
    )


def overdue(slips: Sequence[Slip], now: datetime) -> tuple[Slip, ...]:
    """Those whose reply is overdue, the longest first (R64)."""
    late = [slip for slip in slips if slip.is_overdue(now)]
    return tuple(sorted(late, key=lambda slip: (slip.due_at or now, slip.id)))


def receivers(slip: Slip, office: Office, now: datetime) -> tuple[Person, ...]:
    """Who gets it and answers: the secretaries of a village, the handlers of a department; who is there comes first."""
    people = office.org.people_of(slip.unit, *ANSWER)
    able = office.able(now)
    return tuple(sorted(people, key=lambda person: (Role.SECRETARY not in person.roles, not able(person))))


def issuers(slip: Slip, office: Office) -> tuple[Person, ...]:
    """Whose matter it is: who issued it, otherwise the discipline officers of the office."""
    by = office.org.people.get(slip.issued_by)
    people = office.org.people_of(slip.office, *ISSUERS)
    return people if by is None else (by,)


def to_receiver(slip: Slip, person: Person, text: str, kind: OutKind, office: Office, *, now: datetime) -> Outgoing:
    """A message about a slip to one person; a step is told once."""
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=kind,
        text=text,
        dedupe_key=f"slip:{slip.id}:{slip.step}:{kind}:{person.id}",
        not_before=office.hold(now),
    )


def _evidence(slip: Slip, ground: Ground, item: str, office: Office) -> str:
    if ground is Ground.SILENT:
        group = office.org.groups.get(item)
        return item if group is None else office.say("slips.group", name=group.name)
    village, _, number = item.rsplit("-", 2)
    place = "" if village == slip.unit or village not in office.org.units else office.org.units[village].name
    return office.say("slips.ticket", village=place, number=number)
