"""Which of the sender's own tickets a word belongs to: by continuation, by the words that are taken up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.categories import Category, Flag
from bot.domain.messages import Message
from bot.domain.tickets import Relation, State, Thread
from bot.handlers.judge import Judge
from bot.handlers.reading import threads
from tests.unit.handlers.talk import PIPE, answered, message, number, situation, verdict
from tests.unit.patrol.lamps import lamp, thread

NONE = Category.NONE
HOURS = 60


def test_further_pieces_go_to_the_senders_own_fresh_ticket(judge: Judge) -> None:
    within = timedelta(minutes=3)
    assert number(threads.continued(situation("老井旁那盏", lamp(), PIPE), verdict(), judge, within=within)) == 1
    assert threads.continued(situation("老井旁那盏", lamp(), minutes=4), verdict(), judge, within=within) is None
    assert threads.continued(situation("老井旁那盏", lamp(), sender="u-dt"), verdict(), judge, within=within) is None


def test_another_place_is_another_matter_unless_it_corrects_the_first(judge: Judge) -> None:
    within = timedelta(minutes=3)
    elsewhere = verdict(place="五组")
    assert threads.continued(situation("五组的也不亮", lamp()), elsewhere, judge, within=within) is None
    corrected = verdict(Category.HELP, Flag.CORRECTION, place="五组")
    assert number(threads.continued(situation("不对,是五组", lamp()), corrected, judge, within=within)) == 1


def test_ones_own_ticket_is_the_live_one_before_the_ended_one(judge: Judge) -> None:
    closed = lamp(State.CLOSED, number=3)
    assert number(threads.own(situation("?", lamp(), closed), judge)) == 1
    assert number(threads.own(situation("?", closed), judge)) == 3
    assert threads.own(situation("?", PIPE), judge) is None


def test_quiet_words_before_belong_to_the_thought_until_a_pause_or_another_matter() -> None:
    within = timedelta(minutes=3)
    here = situation("又不亮了", minutes=5)
    spoken = (
        message("昨天的事", "u-az", 0),
        message("有个事", "u-az", 3.5),
        message("早", "u-dt", 4),
        message("二组路灯", "u-az", 4.5),
    )
    found = threads.quiet_pieces(replace(here, recent=spoken), within=within)
    assert [piece.text for piece in found] == ["有个事", "二组路灯"]
    aside = (spoken[0], replace(spoken[1], set_aside=True), *spoken[2:])
    assert [piece.text for piece in threads.quiet_pieces(replace(here, recent=aside), within=within)] == ["二组路灯"]
    taken = replace(here, recent=spoken, threads=(_with(thread(lamp()), spoken[3]),))
    assert threads.quiet_pieces(taken, within=within) == ()


def _with(known: Thread, piece: Message) -> Thread:
    first = known.links[0]
    return replace(known, links=(first, replace(first, message=piece.id, at=piece.at, relation=Relation.PIECE)))


def test_asking_after_one_of_two_matters_means_the_one_whose_words_are_taken_up(judge: Judge) -> None:
    mine = answered(replace(PIPE, requester="u-az", category=Category.DISCLOSURE), "抽水油钱的单子15号贴出来")
    later = replace(lamp(number=3), text="保水剂少了两包", topic="", said_at=lamp().said_at + timedelta(hours=2))
    asked = situation("那个抽水油钱 到底15号会不会贴", mine, later, minutes=5 * HOURS)
    assert number(threads.own(asked, judge)) == 2
    assert number(threads.own(replace(asked, burst=situation("有信没有啊", minutes=300).burst), judge)) == 3


def test_the_day_that_is_named_tells_which_matter_is_meant(judge: Judge) -> None:
    yesterday = replace(lamp(), said_at=lamp().said_at - timedelta(days=1))
    today = replace(PIPE, requester="u-az")
    assert number(threads.own(situation("昨天我问的那个事", yesterday, today, minutes=60), judge)) == 1
    assert number(threads.own(situation("我上午问的那个事", yesterday, today, minutes=60), judge)) == 2


@pytest.mark.parametrize(
    ("words", "minutes", "meant"),
    [
        ("人呢", 5, True),  # minutes after it was talked about
        ("人呢", 6 * HOURS, False),  # hours later somebody waits for his friends
        ("路灯修好没有", 6 * HOURS, True),
        ("到底管不管了", 6 * HOURS, True),
        ("殷老板 我的虾钱到现在没到账", 5, False),
        ("殷老板 我的虾钱到现在没到账", 6 * HOURS, False),
    ],
)
def test_a_chase_is_about_the_matter_by_its_place_its_words_or_its_address(
    judge: Judge, words: str, minutes: float, *, meant: bool
) -> None:
    chased = situation(words, lamp(), minutes=minutes)
    assert threads.still_meant(chased, chased.threads[0], verdict(NONE, Flag.FOLLOWUP), judge) is meant


def test_a_new_trouble_that_sounds_like_a_chase_is_no_word_on_the_old_one(judge: Judge) -> None:
    said = situation("五组水管还没修", lamp())
    pipe = verdict(Category.HELP, Flag.FOLLOWUP, place="五组", topic="自来水")
    assert not threads.still_meant(said, said.threads[0], pipe, judge)


def test_the_same_matter_in_other_words_is_said_again_and_a_proposal_about_it_is_new(judge: Judge) -> None:
    again = verdict(Category.CONSULTATION, topic="路灯")
    assert number(threads.repeated(situation("二组路灯又不亮了什么时候修", lamp()), again, judge)) == 1
    proposal = verdict(Category.SUGGESTION, topic="路灯")
    assert threads.repeated(situation("建议二组路灯又不亮了换太阳能", lamp()), proposal, judge) is None


def test_who_agreed_and_goes_on_to_a_matter_of_his_own_gets_his_own(judge: Judge) -> None:
    known = thread(lamp())
    agreed = replace(known.links[0], message="s1", sender="u-dt", relation=Relation.SUPPORT)
    joined = replace(known, links=(*known.links, agreed))
    within = timedelta(minutes=3)
    own = situation("我妈的低保怎么没批下来", joined, sender="u-dt")
    assert threads.continued(own, verdict(Category.HELP, topic="低保"), judge, within=within) is None
    more = situation("我家门口那盏路灯也不亮", joined, sender="u-dt")
    assert number(threads.continued(more, verdict(Category.HELP, topic="路灯"), judge, within=within)) == 1
