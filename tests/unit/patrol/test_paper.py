"""Papers as files: who gets which, and what goes where no file could be made."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.building import build_office
from bot.domain import slips
from bot.domain.made import Made
from bot.domain.messages import ToPerson
from bot.domain.outcome import NOTHING
from bot.domain.slips import Finding, Ground, Slip, SlipKind
from bot.office import Office
from bot.papering import PaperWish, Wanted, wish_of
from bot.patrol.paper import Facts, decide
from bot.settings import Settings
from tests.world import at

NOW = at("2026-04-01 10:00")
FILE = Made(digest="a" * 64, name="廉情提示单-柳湾村-2026-03.docx", media_type="application/msword", size=9)
ISSUED = PaperWish(wanted=Wanted.SLIP, about="notice-2026-03-liuwan", step=2, readers=("p-zml", "p-zcg"))


@pytest.fixture(scope="module")
def office(settings: Settings) -> Office:
    """The demo county."""
    return build_office(settings)


def candidate() -> Slip:
    findings = (Finding(ground=Ground.OVERDUE, evidence=("liuwan-2026-1",)),)
    return slips.candidate(
        month="2026-03", kind=SlipKind.NOTICE, unit="liuwan", office="qinghe", findings=findings, at=NOW, by="bot"
    )


def issued() -> Slip:
    due = at("2026-04-09 17:30")
    return slips.issued(candidate(), number="清廉提〔2026〕3号", at=NOW, by="p-zml", remind_at=due, due_at=due)


def test_a_wish_comes_back_from_its_run_as_it_was() -> None:
    wishes = [replace(ISSUED, wanted=wanted) for wanted in Wanted]
    assert [wish_of(wish.slot(NOW)) for wish in wishes] == wishes
    assert all(one.slot(NOW) != other.slot(NOW) for one, other in pairwise(wishes))


def test_the_issuer_has_his_at_once_and_the_receiver_when_he_may_be_written_to(office: Office) -> None:
    night = at("2026-04-01 22:00")
    own, received = decide(Facts(slip=issued(), made=(FILE,)), ISSUED.slot(night), night, office).sends
    assert (own.to, own.answers, own.not_before) == (ToPerson(person="p-zml"), True, None)
    assert (received.to, received.answers) == (ToPerson(person="p-zcg"), False)
    assert received.not_before == at("2026-04-02 07:30")
    assert own.attachment == received.attachment == FILE.digest
    assert own.dedupe_key != received.dedupe_key


def test_without_a_file_nobody_gets_an_empty_message(office: Office) -> None:
    assert decide(Facts(slip=issued()), ISSUED.slot(NOW), NOW, office) == NOTHING


def test_who_asked_gets_the_words_in_any_case(office: Office) -> None:
    wish = PaperWish(wanted=Wanted.SHOWN, about="notice-2026-03-liuwan", step=1, readers=("p-zml",))
    (alone,) = decide(Facts(slip=candidate()), wish.slot(NOW), NOW, office).sends
    assert alone.attachment is None
    assert "Word" not in alone.text
    (both,) = decide(Facts(slip=candidate(), made=(FILE,)), wish.slot(NOW), NOW, office).sends
    assert both.text == f"{alone.text}Word 稿随后发给您。"


def test_what_nobody_has_issued_goes_to_no_receiver(office: Office) -> None:
    assert decide(Facts(slip=candidate(), made=(FILE,)), ISSUED.slot(NOW), NOW, office) == NOTHING


def test_who_has_left_meanwhile_gets_nothing(office: Office) -> None:
    gone = replace(ISSUED, readers=("p-gone", "p-zcg"))
    (sent,) = decide(Facts(slip=issued(), made=(FILE,)), gone.slot(NOW), NOW, office).sends
    assert sent.to == ToPerson(person="p-zcg")


def test_a_slip_that_is_not_there_any_more_is_nothing(office: Office) -> None:
    assert decide(Facts(), ISSUED.slot(NOW), NOW, office) == NOTHING
