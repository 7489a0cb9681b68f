"""Puts a day's patrol sheet together: what was found, what was urged, who confirmed and remarked (R39)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bot.domain.categories import Category
from bot.domain.digest import Digest, SectionKind
from bot.domain.org import Role
from bot.domain.patrol_log import Confirmed, LogRow, PatrolLog, Remark, Urged
from bot.domain.patrol_notes import NoteKind, PatrolNote, deeds
from bot.domain.patrol_sheet import PatrolFacts
from bot.domain.tickets import EventKind, TicketEvent
from bot.domain.workdays import local
from bot.office import Office


def log_of(
    page: Digest, notes: Sequence[PatrolNote], events: Sequence[tuple[str, int, TicketEvent]], office: Office
) -> PatrolLog:
    """The sheet of the local day of ``page``.

    ``notes`` are those of the township about that day. ``events`` are what happened to its tickets, each with the
    village's id and the ticket's number. Raises ValueError for a page without the counts of its groups.
    """
    if page.patrol is None:
        message = "a page without counts makes no patrol sheet"
        raise ValueError(message)
    day = local(page.at).date()
    own = [note for note in notes if note.township == page.township and note.day == day]
    awaited = Counter(row.village for row in page.tickets if row.category is Category.DISCLOSURE and row.state.is_live)
    heated = Counter(group for row in page.rows(SectionKind.HEAT) for group in row.evidence)
    return PatrolLog(
        township=page.name,
        day=day,
        until=page.at,
        rows=tuple(
            LogRow(
                facts=facts,
                awaited=awaited[facts.village],
                heated=heated[facts.group],
                urged=_urged(facts, own, events, day, office),
            )
            for facts in page.patrol.rows
        ),
        confirmed=_confirmed(page.township, own, office),
        remarks=_remarks(own, office),
    )


def _remarks(notes: Sequence[PatrolNote], office: Office) -> tuple[Remark, ...]:
    """What was remarked about the day, and what was done on it outside the groups (R73)."""
    done = deeds(notes)
    return tuple(
        Remark(at=note.at, by=_title(note.by, office), text=_said(note, office))
        for note in notes
        if note.kind is NoteKind.REMARK or note in done
    )


def _said(note: PatrolNote, office: Office) -> str:
    if note.kind is NoteKind.REMARK:
        return note.text
    what = office.say(f"inspecting.deed_{note.kind.value}")
    return office.say("inspecting.logged" if note.text else "inspecting.logged_bare", what=what, text=note.text)


def _urged(
    facts: PatrolFacts,
    notes: Sequence[PatrolNote],
    events: Sequence[tuple[str, int, TicketEvent]],
    day: date,
    office: Office,
) -> tuple[Urged, ...]:
    village = office.org.groups[facts.group].village
    reminded = [
        Urged(at=note.at, by=_title(note.by, office))
        for note in notes
        if note.kind is NoteKind.REMINDED and note.village == village
    ]
    ordered = [
        Urged(at=event.at, by=_title(event.actor, office), number=number)
        for where, number, event in events
        if where == village and event.kind is EventKind.SUPERVISED and local(event.at).date() == day
    ]
    return tuple(sorted((*reminded, *ordered), key=lambda one: one.at))


def _confirmed(township: str, notes: Sequence[PatrolNote], office: Office) -> tuple[Confirmed, ...]:
    """Every inspector of the township, and whoever else confirmed the day (the county desk may)."""
    at = {note.by: note.at for note in notes if note.kind is NoteKind.CONFIRMED}
    people = dict.fromkeys((*(one.id for one in office.org.people_of(township, Role.INSPECTOR)), *at))
    return tuple(Confirmed(by=_title(person, office), at=at.get(person)) for person in people)


def _title(person: str, office: Office) -> str:
    known = office.org.people.get(person)
    return person if known is None else known.title
