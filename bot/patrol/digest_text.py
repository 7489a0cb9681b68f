"""The digest in words: the same sentences for the chat, the picture and the sheet."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from bot.domain.digest import (
    Burden,
    CallsRow,
    Digest,
    GapRow,
    GroupRow,
    HeatRow,
    OutageRow,
    Row,
    Section,
    SectionKind,
    SlipRow,
    TicketRow,
    VacancyRow,
    Why,
)
from bot.domain.gaps import Stretch
from bot.domain.silence import Deafness, Silence
from bot.domain.workdays import local
from bot.domain.zombie import Zero
from bot.office import Office
from bot.patrol.gap import platform_name, say_span
from bot.patrol.groups_words import say_wake, say_zeros
from bot.phrasing import say_day, say_time

LIMITS = {
    SectionKind.NEEDS_YOU: 5,
    SectionKind.DUE_SOON: 3,
    SectionKind.SLIPS: 2,
    SectionKind.UNANSWERED: 3,
    SectionKind.SILENT: 3,
    SectionKind.OUTAGES: 2,
    SectionKind.DUTY_GAPS: 3,
    SectionKind.HEAT: 2,
    SectionKind.DISCLOSURE: 2,
    SectionKind.DONE: 2,
}
"""Lines that a section may take, so that the whole stays one screen of a phone; the sheet holds all rows."""

_DAYS_NAMED = 2
_LISTED = frozenset({SectionKind.NEEDS_YOU, SectionKind.DUE_SOON, SectionKind.UNANSWERED})
"""Whose tickets 待办 lists as well; the others stand in the sheet only."""


def say_digest(digest: Digest, office: Office) -> str:
    """The whole page as text: what needs the reader first, one calm line if nothing does."""
    blocks = [say_title(digest, office)]
    if digest.is_calm:
        blocks.append(office.say("digest.calm"))
    for section in digest.sections:
        heading = office.say("digest.heading", title=say_heading(section, office), rows=len(section.rows))
        lines = (
            office.say("digest.line", text=line) for line in say_lines(section, digest, office, LIMITS[section.kind])
        )
        blocks.append("\n".join((heading, *lines)))
    blocks.extend(say_footer(digest, office))
    return "\n\n".join(blocks)


def say_title(digest: Digest, office: Office) -> str:
    """The headline with township and day."""
    return office.say("digest.title", township=digest.name, day=say_day(local(digest.at).date(), office))


def say_heading(section: Section, office: Office) -> str:
    """What a section is called."""
    return office.say(f"digest.section_{section.kind}")


def say_footer(digest: Digest, office: Office) -> Iterator[str]:
    """What stands below: groups that cannot be judged, and what the bot cost officers (DESIGN section 7)."""
    if digest.mentions_only:
        yield office.say("digest.mentions_only", groups=len(digest.mentions_only))
    if digest.pushed_down:
        yield office.say("digest.pushed_down", count=digest.pushed_down)
    burden = "".join(_burden(digest.burden, office))
    if burden:
        yield burden


def _burden(burden: Burden, office: Office) -> Iterator[str]:
    if burden.closed and burden.prompts:
        each = f"{burden.prompts / burden.closed:.1f}".removesuffix(".0")
        yield office.say("digest.burden", days=burden.days, prompts=burden.prompts, closed=burden.closed, each=each)
    elif burden.prompts or burden.closed:
        yield office.say("digest.burden_plain", days=burden.days, prompts=burden.prompts, closed=burden.closed)
    if burden.most_in_a_day:
        yield office.say("digest.burden_most", most=burden.most_in_a_day)


def say_lines(section: Section, digest: Digest, office: Office, limit: int) -> tuple[str, ...]:
    """The lines of a section; of more than ``limit``, the last says how many rows it leaves to the sheet."""
    if section.kind is SectionKind.DONE:
        lines = [(_done(village, tuple(rows), office), len(rows)) for village, rows in _by_village(section)]
    else:
        lines = [(say_row(row, digest, office), 1) for row in section.rows]
    if len(lines) <= limit:
        return tuple(text for text, _ in lines)
    left = sum(rows for _, rows in lines[limit - 1 :])
    key = "digest.more" if section.kind in _LISTED else "digest.more_in_sheet"
    return (*(text for text, _ in lines[: limit - 1]), office.say(key, rows=left))


def say_row(row: Row, digest: Digest, office: Office) -> str:
    """One row as a sentence; days are said as seen from the digest's own (今天, 明天)."""
    match row:
        case TicketRow():
            return _ticket(row, digest, office)
        case CallsRow():
            return office.say("digest.calls", village=row.village, name=row.name, calls=row.calls)
        case GroupRow():
            return office.say("digest.group", village=row.village, name=row.name, sound=_sound_and_zeros(row, office))
        case GapRow():
            return _gap(row, office)
        case VacancyRow():
            return _vacancy(row, office)
        case OutageRow():
            return _outage(row, digest, office)
        case HeatRow():
            began = say_time(row.began, office, now=digest.at)
            key = "digest.heat" if row.told else "digest.heat_untold"
            return office.say(key, village=row.village, name=row.name, began=began)
        case SlipRow():
            return office.say("digest.slip", name=row.name, late=_late(row.late_days, office))


def say_matter(row: TicketRow, office: Office) -> str:
    """The matter in a few words, or that it can be read in the ticket."""
    return row.matter or office.say("digest.no_matter")


def say_sound(row: GroupRow, office: Office) -> str:
    """How a group sounds, with since when, or with why it is not heard and the last proof that it was (R36)."""
    judged = row.judgement
    said = {"days": judged.days, "since": say_day(judged.since, office) if judged.since else ""}
    if judged.silence.is_silent:
        kind = "silent" if judged.ever_spoken else "never_spoken"
        return office.say(f"digest.{kind}", grade=office.say(f"digest.grade_{judged.silence}"), **said)
    if judged.because is Deafness.LINE_DOWN and judged.deaf_since is not None:
        return office.say("digest.unheard_line_down", since=say_time(judged.deaf_since, office))
    if judged.silence is Silence.UNHEARD and judged.because is not None:
        proof = say_time(judged.proof_at, office) if judged.proof_at else ""
        return office.say(f"digest.unheard_{judged.because}", proof=proof)
    return office.say(f"digest.sound_{judged.silence}")


def _sound_and_zeros(row: GroupRow, office: Office) -> str:
    """How it sounds, what else it is without, and what would wake it; the silence itself is said once (R36)."""
    parts = [say_sound(row, office)] if row.judgement.silence is not Silence.LIVELY else []
    if row.facts is not None:
        parts += say_zeros(
            replace(row.facts, zeros=tuple(one for one in row.facts.zeros if one is not Zero.MESSAGES)), office
        )
        parts.append(say_wake(row.facts, office))
    return office.say("digest.part_separator").join(part for part in parts if part)


def _ticket(row: TicketRow, digest: Digest, office: Office) -> str:
    today = local(digest.at).date()
    due = say_day(local(row.due_at).date(), office, today=today)
    what = office.say(
        "digest.ticket",
        village=row.village,
        number=row.number,
        category=office.say(f"category.{row.category}"),
        matter=say_matter(row, office),
    )
    fate = office.say(
        f"digest.why_{row.why}",
        due=office.say("digest.provisional", due=due) if row.provisional else due,
        said=say_time(row.said_at, office, now=digest.at),
        hop=say_day(local(row.hop_due_at).date(), office, today=today) if row.hop_due_at else "",
        late=_late(row.late_days, office),
        owner=row.owner_name,
    )
    notes = []
    if row.why is Why.DUE_SOON and not row.answered:
        notes.append(office.say("digest.nobody_answered"))
    if row.supporters:
        notes.append(office.say("digest.supporters", count=row.supporters))
    return what + fate + "".join(notes)


def _late(days: int, office: Office) -> str:
    return office.say("digest.late", days=days) if days else office.say("digest.late_today")


def _done(village: str, rows: tuple[TicketRow, ...], office: Office) -> str:
    numbers = office.say("due.separator").join(office.say("ticket.number", number=row.number) for row in rows)
    return office.say("digest.done", village=village, numbers=numbers)


def _by_village(section: Section) -> Iterator[tuple[str, list[TicketRow]]]:
    rows = (row for row in section.rows if isinstance(row, TicketRow))
    for village, own in groupby(rows, key=lambda row: row.village):
        yield village, list(own)


def _gap(row: GapRow, office: Office) -> str:
    named = office.say("due.separator").join(say_day(day, office) for day in row.days[:_DAYS_NAMED])
    if row.unpublished:
        return office.say("digest.unpublished", village=row.village, days=named)
    key = "digest.gap" if len(row.days) <= _DAYS_NAMED else "digest.gap_many"
    return office.say(key, village=row.village, days=named, count=len(row.days))


def _vacancy(row: VacancyRow, office: Office) -> str:
    return office.say(
        "digest.vacancy",
        village=row.village,
        owner=row.owner or office.say("owners.former"),
        why=office.say(f"owners.{row.why}"),
        count=len(row.tickets),
    )


def _outage(row: OutageRow, digest: Digest, office: Office) -> str:
    stretch = Stretch(since=row.since, until=row.until)
    return office.say(
        "digest.outage",
        platform=platform_name(row.platform, office),
        span=say_span(stretch, office, now=digest.at),
        minutes=stretch.minutes,
    )
