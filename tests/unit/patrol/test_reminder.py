"""Reminders at half and four fifths of the working time: early, private, once each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import State, Ticket
from bot.domain.workdays import is_open
from bot.office import Office
from bot.patrol.reminder import decide
from bot.patrol.ticket_facts import TicketFacts
from bot.watching import watch
from tests.unit.patrol.lamps import DUE, NINE, lamp, thread


def reminders(ticket: Ticket, office: Office) -> list[Slot]:
    return [slot for slot in watch(ticket, office, now=NINE) if slot.job is Job.REMINDER]


def test_the_owner_is_reminded_twice_in_office_hours_before_the_end(office: Office) -> None:
    slots = reminders(lamp(), office)
    assert len(slots) == 2
    texts = []
    for slot in slots:
        assert NINE < slot.at < DUE
        assert is_open(slot.at, office.calendar, office.rules.office_hours)
        (send,) = decide(TicketFacts(thread=thread(lamp())), slot, slot.at, office).sends
        assert send.to == ToPerson(person="p-li")
        texts.append(send.text)
    assert "50%" in texts[0]
    assert "80%" in texts[1]


def test_who_has_answered_is_asked_to_close_and_not_to_answer_again(office: Office) -> None:
    slot = reminders(lamp(), office)[0]
    answered = replace(lamp(State.ANSWERED), answer="m7", answer_text="明天去")
    (send,) = decide(TicketFacts(thread=thread(answered)), slot, slot.at, office).sends
    assert "还没有答复" not in send.text


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_what_is_ended_reminds_nobody(office: Office, state: State) -> None:
    slot = reminders(lamp(), office)[0]
    assert decide(TicketFacts(thread=thread(lamp(state))), slot, slot.at, office) == NOTHING


def test_a_slot_of_an_earlier_due_time_reminds_nobody(office: Office) -> None:
    slot = reminders(lamp(), office)[0]
    moved = replace(lamp(), due_at=DUE + timedelta(days=7))
    assert decide(TicketFacts(thread=thread(moved)), slot, slot.at, office) == NOTHING


def test_after_the_due_time_the_reminder_is_too_late(office: Office) -> None:
    slot = reminders(lamp(), office)[1]
    assert decide(TicketFacts(thread=thread(lamp())), slot, DUE, office) == NOTHING


def test_a_ticket_that_is_gone_reminds_nobody(office: Office) -> None:
    assert decide(TicketFacts(thread=None), reminders(lamp(), office)[0], NINE, office) == NOTHING


def test_at_night_it_waits_for_the_morning(office: Office) -> None:
    slot = reminders(lamp(), office)[0]
    (send,) = decide(TicketFacts(thread=thread(lamp())), slot, NINE + timedelta(hours=14), office).sends
    assert send.not_before is not None
