"""The receipt in the group: what was heard, who answers, by when; not a word too many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import ToGroup
from bot.domain.outcome import NOTHING, Job, Slot
from bot.domain.tickets import State, Ticket
from bot.office import Office
from bot.patrol.receipt import USEFUL_FOR, Facts, decide
from tests.unit.patrol.lamps import DUE, NINE, lamp, thread

NOW = NINE + timedelta(minutes=1)
SLOT = Slot(at=NOW, job=Job.RECEIPT, scope="g-qs1")


def facts(*tickets: Ticket) -> Facts:
    return Facts(threads=tuple(thread(ticket) for ticket in tickets))


def test_one_matter_is_named_with_owner_and_day_under_the_message(office: Office) -> None:
    outcome = decide(facts(lamp()), SLOT, NOW, office)
    (send,) = outcome.sends
    assert send.to == ToGroup(group="g-qs1")
    assert send.quote == "m1"
    assert "二组路灯" in send.text
    assert "李青山" in send.text
    assert "3月11日" in send.text
    assert outcome.changes[0].ticket.receipted_at == NOW


def test_several_matters_share_one_line_with_closed_quotation_marks(office: Office) -> None:
    wordy = replace(lamp(number=2), topic="", place="", text="提个建议,文化广场能不能加个篮球架,孩子们没地方玩")
    outcome = decide(facts(lamp(), wordy), SLOT, NOW, office)
    (send,) = outcome.sends
    assert send.text.count("“") == send.text.count("”") == 1
    assert send.quote is None
    assert len(outcome.changes) == 2


@pytest.mark.parametrize(
    "silent",
    [
        replace(lamp(), first_cadre_reply="m7"),
        replace(lamp(), receipted_at=NINE),
        replace(lamp(), urgent=True),
        replace(lamp(), group="g-lw1"),
        replace(lamp(), opened_at=NOW - USEFUL_FOR - timedelta(seconds=1)),
        lamp(State.CLOSED),
        lamp(State.WITHDRAWN),
    ],
    ids=["answered", "told before", "an emergency", "another group", "long ago", "closed", "withdrawn"],
)
def test_there_is_nothing_to_say(office: Office, silent: Ticket) -> None:
    assert decide(facts(silent), SLOT, NOW, office) == NOTHING


def test_a_day_that_has_passed_is_not_promised(office: Office) -> None:
    late = DUE + timedelta(days=2)
    old = replace(lamp(), opened_at=late)
    (send,) = decide(facts(old), SLOT, late, office).sends
    assert "3月" not in send.text
    (both,) = decide(facts(old, replace(lamp(number=2), opened_at=late)), SLOT, late, office).sends
    assert "3月" not in both.text
