"""A night plans a chain for every step; each takes small portions, follows itself, and tidies up at its end."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.bindings import Act
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.retention import Step
from bot.office import Office
from bot.patrol import words_away
from bot.patrol.words_away import PORTION, Facts

NIGHT = datetime(2026, 6, 4, 19, 40, tzinfo=UTC)
"""3:40 in the county."""


def run(office: Office, what: str = "", facts: Facts | None = None) -> Outcome:
    """A run of the job for the county."""
    scope = f"c-yl/{what}" if what else "c-yl"
    slot = Slot(at=NIGHT, job=Job.WORDS_AWAY, scope=scope)
    return words_away.decide(facts or Facts(), slot, NIGHT, office)


def test_a_night_has_a_chain_for_every_step(office: Office) -> None:
    planned = run(office)
    assert [slot.scope for slot in planned.slots] == [f"c-yl/{step}" for step in Step]
    assert planned.expiries == ()


def test_where_there_is_more_the_next_portion_follows_at_once(office: Office) -> None:
    outcome = run(office, "chat", Facts(due=PORTION))
    (portion,) = outcome.expiries
    assert (portion.step, portion.most) == (Step.CHAT, PORTION)
    assert portion.before == NIGHT - timedelta(days=office.rules.privacy.chat_days)
    assert [(slot.scope, slot.at > NIGHT) for slot in outcome.slots] == [("c-yl/chat", True)]


def test_the_last_portion_is_followed_by_tidying_and_nothing_by_nothing(office: Office) -> None:
    assert [slot.scope for slot in run(office, "messages", Facts(due=3)).slots] == ["c-yl/tidy"]
    assert run(office, "messages", Facts(due=0)) == Outcome()


def test_tidying_goes_on_until_it_is_done(office: Office) -> None:
    assert [slot.scope for slot in run(office, "tidy", Facts(untidy=True)).slots] == ["c-yl/tidy"]
    assert run(office, "tidy") == Outcome()


def test_a_wish_is_fulfilled_at_once_and_old_evidence_after_years(office: Office) -> None:
    assert words_away.oldest_kept(Step.WISHES, NIGHT, office) == NIGHT
    years = timedelta(days=office.rules.media.ticket_days)
    assert words_away.oldest_kept(Step.EVIDENCE, NIGHT, office) == NIGHT - years


@pytest.mark.parametrize("scope", ["c-other", "c-other/chat", "c-yl/from-another-version"])
def test_what_is_not_this_countys_or_not_known_is_left_alone(office: Office, scope: str) -> None:
    slot = Slot(at=NIGHT, job=Job.WORDS_AWAY, scope=scope)
    assert words_away.decide(Facts(due=PORTION), slot, NIGHT, office) == Outcome()


def test_who_left_the_list_long_ago_is_bound_no_more(office: Office) -> None:
    long_ago, lately = NIGHT - timedelta(days=200), NIGHT - timedelta(days=2)
    facts = Facts(bound=(("p-gone", long_ago), ("p-li", long_ago), ("p-new", lately)))
    assert [(one.id, one.act) for one in run(office, facts=facts).bindings] == [("p-gone", Act.VOIDED)]
