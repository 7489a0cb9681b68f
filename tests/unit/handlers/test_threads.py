"""Which ticket a word belongs to: by quote, by what was just talked about, and never to another place's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.classify.matter import similarity
from bot.domain.categories import Category, Flag
from bot.domain.messages import Kind, Message
from bot.domain.org import Group
from bot.domain.tickets import Relation, State, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.handlers import threads
from bot.handlers.joining import Burst
from bot.handlers.situation import Situation
from tests.unit.patrol.lamps import NINE, lamp, thread

GROUP = Group(id="g-qs1", name="青石一家亲", village="v-qs", platform="practice", conversation="qs1")
PIPE = replace(lamp(number=2), text="三组水管爆了没人修", topic="自来水", place="三组", requester="u-gs")


def message(text: str, sender: str, minutes: float, *, mentions: tuple[str, ...] = ()) -> Message:
    when = NINE + timedelta(minutes=minutes)
    return Message(
        seq=round(minutes * 60) + 100,
        platform="practice",
        id=f"at-{minutes}",
        conversation="group:g-qs1",
        group="g-qs1",
        sender=sender,
        name=sender,
        kind=Kind.TEXT,
        text=text,
        at=when,
        received_at=when,
        mentions=mentions,
    )


def situation(
    text: str,
    *known: Ticket,
    sender: str = "u-az",
    minutes: float = 2,
    chatter: int = 0,
    quoted: Thread | None = None,
    mentions: tuple[str, ...] = (),
) -> Situation:
    recent = tuple(message("早", f"u-{number}", 0.5 + number / 100) for number in range(chatter))
    return Situation(
        burst=Burst(pieces=(message(text, sender, minutes, mentions=mentions),)),
        speaker=None,
        group=GROUP,
        village="v-qs",
        recent=recent,
        threads=tuple(thread(ticket) for ticket in known),
        quoted_thread=quoted,
    )


def verdict(label: Category = Category.HELP, *flags: Flag, place: str = "", topic: str = "") -> Verdict:
    return Verdict(label=label, confidence=0.9, flags=frozenset(flags), place=place, topic=topic)


def number(found: Thread | None) -> int | None:
    return None if found is None else found.ticket.number


def test_further_pieces_go_to_the_senders_own_fresh_ticket() -> None:
    within = timedelta(minutes=3)
    assert number(threads.continued(situation("老井旁那盏", lamp(), PIPE), verdict(), within=within)) == 1
    assert threads.continued(situation("老井旁那盏", lamp(), minutes=4), verdict(), within=within) is None
    assert threads.continued(situation("老井旁那盏", lamp(), sender="u-dt"), verdict(), within=within) is None


def test_another_place_is_another_matter_unless_it_corrects_the_first() -> None:
    within = timedelta(minutes=3)
    elsewhere = verdict(place="五组")
    assert threads.continued(situation("五组的也不亮", lamp()), elsewhere, within=within) is None
    corrected = verdict(Category.HELP, Flag.CORRECTION, place="五组")
    assert number(threads.continued(situation("不对,是五组", lamp()), corrected, within=within)) == 1


def test_ones_own_ticket_is_the_live_one_before_the_ended_one() -> None:
    closed = lamp(State.CLOSED, number=3)
    assert number(threads.own(situation("?", lamp(), closed), similarity)) == 1
    assert number(threads.own(situation("?", closed), similarity)) == 3
    assert threads.own(situation("?", PIPE), similarity) is None


def test_us_too_joins_what_was_just_said() -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    assert number(threads.joined(situation("我家也是", lamp(), sender="u-ly"), support, similarity)) == 1
    late = situation("我家也是", lamp(), sender="u-ly", minutes=30)
    assert threads.joined(late, support, similarity) is None


def test_a_burst_pipe_does_not_join_a_broken_lamp() -> None:
    lamp_anywhere = replace(lamp(), place="", text="灯不亮了")
    pipe = verdict(place="三组", topic="自来水")
    told = situation("三组水管爆了没人修", lamp_anywhere, sender="u-gs")
    assert threads.joined(told, pipe, similarity) is None


def test_nobody_joins_a_private_or_an_ended_matter_or_his_own() -> None:
    support = verdict(Category.NONE, Flag.SUPPORT)
    for ticket in (replace(lamp(), group=None), lamp(State.CLOSED), lamp(State.WITHDRAWN)):
        assert threads.joined(situation("我家也是", ticket, sender="u-ly"), support, similarity) is None
    assert threads.joined(situation("我家也是", lamp()), support, similarity) is None


@pytest.mark.parametrize(("minutes", "chatter", "found"), [(5, 0, 1), (40, 3, 1), (40, 20, None), (60, 0, None)])
def test_a_cadres_words_answer_what_is_still_in_the_air(minutes: float, chatter: int, found: int | None) -> None:
    said = situation("上午派人去处理", lamp(), sender="u-lqs", minutes=minutes, chatter=chatter)
    assert number(threads.answered_by(said, similarity)) == found


def test_a_quote_decides_whatever_was_said_since() -> None:
    quoted = thread(lamp())
    said = situation("上午派人去处理", lamp(), PIPE, sender="u-lqs", minutes=600, chatter=20, quoted=quoted)
    assert number(threads.answered_by(said, similarity)) == 1


def test_a_mention_decides_between_two_questions() -> None:
    said = situation("上午派人去处理", lamp(), PIPE, sender="u-lqs", mentions=("u-az",))
    assert number(threads.answered_by(said, similarity)) == 1


def test_words_about_the_lamp_answer_the_lamp() -> None:
    assert number(threads.answered_by(situation("路灯下午换灯泡", lamp(), PIPE, sender="u-lqs"), similarity)) == 1
    assert number(threads.answered_by(situation("水管下午接好", lamp(), PIPE, sender="u-lqs"), similarity)) == 2


@pytest.mark.parametrize("words", ["早", "嗯", "好", "👌"])
def test_a_grunt_answers_nothing(words: str) -> None:
    assert threads.answered_by(situation(words, lamp(), sender="u-lqs"), similarity) is None


def test_further_cries_belong_to_the_running_emergency() -> None:
    fire = replace(lamp(), urgent=True, text="桥头着火了", place="桥头")
    within = timedelta(minutes=30)
    assert number(threads.same_emergency(situation("火好大", fire, minutes=20), within=within)) == 1
    assert threads.same_emergency(situation("火好大", fire, minutes=31), within=within) is None
    assert threads.same_emergency(situation("火好大", lamp()), within=within) is None
    closed = replace(fire, state=State.CLOSED)
    assert threads.same_emergency(situation("火好大", closed), within=within) is None


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
