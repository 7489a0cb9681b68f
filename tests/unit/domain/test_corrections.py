"""What the history of a ticket says about the category that the bot had given it."""

from datetime import UTC, datetime

import pytest

from bot.domain.categories import Category
from bot.domain.corrections import Ruling, ruling
from bot.domain.lifecycle import BOT, VILLAGER
from bot.domain.tickets import EventKind, TicketEvent

OFFICER = "p-lqs"


def event(kind: EventKind, actor: str = OFFICER, **data: str) -> TicketEvent:
    return TicketEvent(
        ticket="liuwan-2026-1", at=datetime(2026, 3, 6, 1, tzinfo=UTC), kind=kind, actor=actor, data=data
    )


OPENED = event(EventKind.OPENED, VILLAGER, category="consultation")
CLOSED = event(EventKind.CLOSED)


def test_an_officer_who_changes_the_category_corrects_the_bot_at_once() -> None:
    changed = event(EventKind.RECATEGORISED, to="help")
    assert ruling([OPENED, changed]) == Ruling(Category.CONSULTATION, Category.HELP)
    assert ruling([OPENED, changed, CLOSED]) == Ruling(Category.CONSULTATION, Category.HELP)


def test_an_officer_who_dismisses_it_says_that_it_was_no_appeal() -> None:
    said = ruling([OPENED, event(EventKind.WITHDRAWN, reason="not an appeal")])
    assert said == Ruling(Category.CONSULTATION, Category.NONE)
    assert said.corrected


@pytest.mark.parametrize("reason", ["和12号重复了", "合并到 9 号", "同一件事", "已经修好了", "已有人报过"])
def test_a_double_or_a_settled_matter_says_nothing_about_the_words(reason: str) -> None:
    assert ruling([OPENED, event(EventKind.WITHDRAWN, reason=reason)]) is None


def test_a_ticket_closed_as_it_was_confirms_its_category() -> None:
    said = ruling([OPENED, CLOSED])
    assert said == Ruling(Category.CONSULTATION, Category.CONSULTATION)
    assert not said.corrected


def test_as_long_as_nobody_has_said_anything_nothing_is_known() -> None:
    assert ruling([OPENED]) is None
    assert ruling([OPENED, event(EventKind.RECATEGORISED, BOT, to="help")]) is None
    assert ruling([]) is None


def test_what_the_bot_itself_thought_better_of_is_still_the_bots() -> None:
    grown = event(EventKind.RECATEGORISED, BOT, to="help")
    assert ruling([OPENED, grown, CLOSED]) == Ruling(Category.HELP, Category.HELP)
    corrected = event(EventKind.RECATEGORISED, to="suggestion")
    assert ruling([OPENED, grown, corrected]) == Ruling(Category.HELP, Category.SUGGESTION)


def test_the_last_word_of_a_person_counts() -> None:
    there, back = event(EventKind.RECATEGORISED, to="help"), event(EventKind.RECATEGORISED, to="consultation")
    assert ruling([OPENED, there, back]) == Ruling(Category.CONSULTATION, Category.CONSULTATION)
