"""The one question after closing, asked where the matter was raised."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import ToAccount, ToGroup
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import Link, Relation, State, Thread, Ticket
from bot.office import Office
from bot.patrol.rating import WITHIN, decide
from bot.patrol.ticket_facts import TicketFacts
from tests.unit.patrol.lamps import DUE, lamp, thread

HOUR_LATER = DUE + timedelta(hours=1)
SLOT = Slot(at=HOUR_LATER, job=Job.RATING, scope="v-qs-2026-1")
CLOSED = lamp(State.CLOSED)


def test_the_villager_is_asked_under_his_own_message(office: Office) -> None:
    (send,) = decide(TicketFacts(thread=thread(CLOSED)), SLOT, HOUR_LATER, office).sends
    assert send.to == ToGroup(group="g-qs1")
    assert (send.quote, send.asked_of) == ("m1", "u-az")
    assert len(send.choices) == 2


def test_a_private_matter_is_asked_about_privately(office: Office) -> None:
    (send,) = decide(TicketFacts(thread=thread(replace(CLOSED, group=None))), SLOT, HOUR_LATER, office).sends
    assert send.to == ToAccount(platform="practice", account="u-az")
    assert send.quote is None
    assert "乡亲" not in send.text


@pytest.mark.parametrize(
    "ticket",
    [lamp(State.REOPENED), replace(CLOSED, rating="solved"), lamp(State.WITHDRAWN)],
    ids=["reopened", "rated", "withdrawn"],
)
def test_there_is_nothing_to_ask(office: Office, ticket: Ticket) -> None:
    assert decide(TicketFacts(thread=thread(ticket)), SLOT, HOUR_LATER, office) == NOTHING


def test_after_a_day_the_question_comes_too_late(office: Office) -> None:
    late = HOUR_LATER + WITHIN + timedelta(seconds=1)
    assert decide(TicketFacts(thread=thread(CLOSED)), SLOT, late, office) == NOTHING


def test_who_has_thanked_for_the_result_is_not_asked_any_more(office: Office) -> None:
    thanks = Link(
        ticket=CLOSED.id,
        platform="practice",
        message="m9",
        relation=Relation.THANKS,
        sender="u-az",
        at=DUE + timedelta(minutes=5),
    )
    thanked = Thread(ticket=CLOSED, links=(*thread(CLOSED).links, thanks))
    assert decide(TicketFacts(thread=thanked), SLOT, HOUR_LATER, office) == NOTHING
