"""What an inspector asks behind the page: the rows of a number, a reminder or a talk as a draft (R39, R40).

A draft is shown to the inspector alone and goes nowhere by itself. A talk is never more than an outline.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.digest import Digest, GapRow, Row, Section, SectionKind, TicketRow, Why
from bot.domain.made import Made
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Outcome, Slot
from bot.domain.talk import Talk
from bot.inspecting import Asked, Wish, ask_before_sending, receivers, wish_of
from bot.office import Office
from bot.patrol import digest
from bot.patrol.digest_text import say_heading, say_row
from bot.phrasing import say_time

MOST_ROWS = 15
"""Rows in one answer before the rest is left to the sheet: three screens of a phone."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of the townships that are meant, in the order of the configuration; ``made``: the outline as a file."""

    townships: Sequence[digest.Facts]
    made: Sequence[Made] = ()


@dataclass(frozen=True, kw_only=True)
class _Question:
    """Who asks what, when, and the file that belongs to the answer, if there is one."""

    wish: Wish
    person: Person
    slot: Slot
    file: Made | None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """The answer to the one who asked, as things stand now; nothing for somebody who is on no list any more."""
    wish = wish_of(slot)
    person = office.org.people.get(wish.person)
    if person is None:
        return NOTHING
    pages = [digest.compose(one, now, office) for one in facts.townships]
    question = _Question(wish=wish, person=person, slot=slot, file=next(iter(facts.made), None))
    return Outcome(sends=tuple(_ANSWERS[wish.asked](pages, question, office)), made=tuple(facts.made))


def talk(facts: Facts, slot: Slot, now: datetime, office: Office) -> Talk | None:
    """What the outline is written from; None where no talk is asked for, or there is nothing to talk about."""
    wish = wish_of(slot)
    village = office.org.units.get(wish.about)
    if wish.asked is not Asked.TALK or village is None:
        return None
    pages = [digest.compose(one, now, office) for one in facts.townships]
    said = tuple(say_row(row, page, office) for page in pages for row in _of_village(page, village.name))
    return Talk(village=village.name, facts=said, at=pages[0].at) if said else None


def _rows(pages: Sequence[Digest], question: _Question, office: Office) -> Iterator[Outgoing]:
    for page in pages:
        text = _list(page, question.wish.about, office)
        yield _answer(question.person, question.slot, text, mark=page.township)


def _list(page: Digest, about: str, office: Office) -> str:
    at = say_time(page.at, office)
    if about == Why.OVERDUE:
        heading = office.say("digest.mark_overdue")
        rows: tuple[Row, ...] = tuple(row for row in page.tickets if row.is_overdue(page.at))
    else:
        kind = SectionKind(about)
        heading, rows = say_heading(Section(kind=kind, rows=()), office), page.rows(kind)
    if not rows:
        return office.say("digest.detail_none", township=page.name, heading=heading, at=at)
    lines = [office.say("digest.line", text=_whole(row, page, office)) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        lines.append(office.say("digest.more_in_sheet", rows=len(rows) - MOST_ROWS))
    title = office.say("digest.detail", township=page.name, heading=heading, rows=len(rows), at=at)
    return "\n".join((title, *lines))


def _whole(row: Row, page: Digest, office: Office) -> str:
    """A row with what a line of the page leaves out: when it was said and until when it was to be done."""
    said = say_row(row, page, office)
    if not isinstance(row, TicketRow):
        return said
    said_at, due = say_time(row.said_at, office, now=page.at), say_time(row.due_at, office, now=page.at)
    return office.say("digest.detail_ticket", row=said, said=said_at, due=due)


def _reminder(pages: Sequence[Digest], question: _Question, office: Office) -> Iterator[Outgoing]:
    wish, person, slot = question.wish, question.person, question.slot
    village = office.org.units[wish.about].name
    for page in pages:
        facts = [say_row(row, page, office) for row in _of_village(page, village)]
        people = receivers(wish.about, page.at, office)
        if not facts:
            yield _answer(person, slot, office.say("inspecting.nothing_to_remind", village=village))
        elif not people:
            yield _answer(person, slot, office.say("inspecting.nobody_to_remind", village=village))
        else:
            lines = "\n".join(office.say("digest.line", text=fact) for fact in facts)
            text = office.say("inspecting.reminder", village=village, facts=lines, who=person.title)
            yield ask_before_sending(person, village, text, people, office, key=_key(slot))


def _talk(pages: Sequence[Digest], question: _Question, office: Office) -> Iterator[Outgoing]:
    wish, person, slot, file = question.wish, question.person, question.slot, question.file
    village = office.org.units[wish.about].name
    for page in pages:
        facts = [say_row(row, page, office) for row in _of_village(page, village)]
        if not facts:
            yield _answer(person, slot, office.say("inspecting.nothing_to_talk", village=village))
            continue
        lines = "\n".join(office.say("digest.line", text=fact) for fact in facts)
        at = say_time(page.at, office)
        word = office.say("papers.word_follows") if file is not None else ""
        text = office.say("inspecting.talk", village=village, facts=lines, at=at, word=word)
        answer = _answer(person, slot, text)
        yield replace(answer, attachment=file.digest) if file is not None else answer


_TOLD = (SectionKind.NEEDS_YOU, SectionKind.DUE_SOON, SectionKind.UNANSWERED, SectionKind.DUTY_GAPS)
"""What a village's officers can do something about: a silent group or a quarrel is talked about, not reminded of."""


def _of_village(page: Digest, village: str) -> list[Row]:
    rows = [row for kind in _TOLD for row in page.rows(kind)]
    here = [row for row in rows if getattr(row, "village", "") == village]
    return [row for row in here if not isinstance(row, GapRow) or row.days]


def _answer(person: Person, slot: Slot, text: str, *, mark: str = "") -> Outgoing:
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.DIGEST,
        text=text,
        dedupe_key=f"{_key(slot)}:{mark}",
        answers=True,
    )


def _key(slot: Slot) -> str:
    return f"inspect:{slot.scope}:{slot.at.isoformat()}"


_ANSWERS: Mapping[Asked, Callable[[Sequence[Digest], _Question, Office], Iterator[Outgoing]]] = {
    Asked.ROWS: _rows,
    Asked.REMINDER: _reminder,
    Asked.TALK: _talk,
}
