"""Nothing is stored without a stated time: every table has its terms, every term its number, its reason, its work."""

from operator import attrgetter

import pytest

from bot.domain.retention import TERMS, End, Step, Term
from bot.domain.rules import Rules
from bot.store import retention
from bot.store.claim_tables import CLAIMS
from bot.store.tables import Row


def test_every_table_says_how_long_it_keeps_what() -> None:
    known = {*Row.metadata.tables, CLAIMS.name}
    assert sorted({term.table for term in TERMS}) == sorted(known)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: f"{term.table}-{term.step}")
def test_a_term_has_its_number_and_its_reason(term: Term) -> None:
    assert term.reason
    if term.end is End.STAYS:
        assert (term.days, term.step) == ("", None)
    elif term.step is not Step.WISHES:
        assert attrgetter(term.days)(Rules()) > 0


def test_every_step_is_somebodys_and_is_carried_out() -> None:
    assert {term.step for term in TERMS if term.step is not None} == set(Step)
    assert set(retention.STEPS) == set(Step)


def test_what_one_step_serves_has_one_time() -> None:
    for step in Step:
        assert len({term.days for term in TERMS if term.step is step}) == 1
