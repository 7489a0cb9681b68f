"""Pieces of one thought are joined; nobody is overtaken; danger does not wait."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Message
from bot.domain.rules import JoinWindow
from bot.handlers.joining import Burst, Plan, plan
from tests.unit.handlers.talk import message
from tests.unit.patrol.lamps import NINE

WINDOW = JoinWindow(silence=20, longest=180, continues_within=180)


def said(seq: int, sender: str, second: float, text: str = "…") -> Message:
    return replace(message(text, sender, second / 60), seq=seq, id=f"m{seq}")


def _hurried(pieces: Sequence[Message]) -> bool:
    return pieces[-1].sender == "cadre" or "着火" in pieces[-1].text


def planned(waiting: Sequence[Message], second: float) -> Plan:
    return plan(waiting, now=NINE + timedelta(seconds=second), window=WINDOW, hurried=_hurried)


def shape(bursts: Sequence[Burst]) -> list[list[int]]:
    return [[piece.seq for piece in burst.pieces] for burst in bursts]


def moment(second: float) -> datetime:
    return NINE + timedelta(seconds=second)


def test_nothing_waits_where_nothing_came() -> None:
    assert planned([], 0) == Plan(ready=(), look_again=None)


def test_a_piece_waits_for_the_silence_after_it() -> None:
    assert planned([said(1, "阿珍", 0)], 19) == Plan(ready=(), look_again=moment(20))


def test_pieces_of_one_sender_are_one_thought_whatever_others_say_between() -> None:
    waiting = [said(1, "阿珍", 0), said(2, "桂婶", 3), said(3, "阿珍", 10), said(4, "阿珍", 25)]
    assert shape(planned(waiting, 45).ready) == [[1, 3, 4], [2]]


def test_a_long_silence_begins_a_new_thought() -> None:
    assert shape(planned([said(1, "阿珍", 0), said(2, "阿珍", 20)], 40).ready) == [[1], [2]]


def test_who_never_pauses_is_heard_after_the_longest_time() -> None:
    waiting = [said(seq, "阿珍", seq * 15.0) for seq in range(13)]
    assert shape(planned(waiting, 180).ready) == [list(range(12))]
    assert planned(waiting, 180).look_again == moment(200)


def test_danger_ends_the_thought_at_once_with_what_came_before_it() -> None:
    waiting = [said(1, "风筝", 0, "快来人"), said(2, "风筝", 4, "着火了")]
    assert shape(planned(waiting, 4).ready) == [[1, 2]]


def test_what_follows_danger_is_a_thought_of_its_own() -> None:
    waiting = [said(1, "风筝", 0, "着火了"), said(2, "风筝", 4, "在桥头")]
    assert planned(waiting, 4) == Plan(ready=(Burst(pieces=(waiting[0],)),), look_again=moment(24))


def test_an_answer_never_overtakes_its_question() -> None:
    waiting = [said(1, "阿珍", 0, "路灯坏了"), said(2, "cadre", 5, "马上来修")]
    assert shape(planned(waiting, 5).ready) == [[1], [2]]


def test_what_began_after_the_answer_may_still_wait() -> None:
    waiting = [said(1, "阿珍", 0), said(2, "cadre", 5), said(3, "桂婶", 6)]
    ready = planned(waiting, 6)
    assert shape(ready.ready) == [[1], [2]]
    assert ready.look_again == moment(26)


def test_the_words_of_a_thought_are_its_pieces_without_the_pictures() -> None:
    pieces = (said(1, "阿珍", 0, "路灯坏了"), said(2, "阿珍", 1, "  "), said(3, "阿珍", 2, "老井旁"))
    burst = Burst(pieces=pieces)
    assert burst.text == "路灯坏了\n老井旁"
    assert (burst.first.seq, burst.last.seq) == (1, 3)


@pytest.mark.parametrize("now", [0, 60, 400, 4000])
@given(
    gaps=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["阿珍", "桂婶", "cadre"]), st.booleans()), max_size=25)
)
def test_every_message_is_handled_once_in_the_order_in_which_thoughts_began(
    now: int, gaps: list[tuple[int, str, bool]]
) -> None:
    waiting, second = [], 0
    for seq, (gap, sender, burning) in enumerate(gaps):
        second += gap
        if second > now:
            break
        waiting.append(said(seq, sender, second, "着火" if burning else "…"))
    result = planned(waiting, now)
    handled = [seq for burst in shape(result.ready) for seq in burst]
    assert len(handled) == len(set(handled))
    firsts = [burst[0] for burst in shape(result.ready)]
    assert firsts == sorted(firsts)
    assert all(burst == sorted(burst) for burst in shape(result.ready))
    left = [message for message in waiting if message.seq not in handled]
    assert (result.look_again is None) == (not left)
    if result.look_again is not None:
        assert result.look_again > moment(now)
        later = plan(left, now=result.look_again, window=WINDOW, hurried=_hurried)
        assert later.ready


def test_what_came_before_the_clock_was_put_back_waits_for_nothing() -> None:
    hours = 5 * 3600
    waiting = [said(1, "阿珍", hours), said(2, "桂婶", 5)]
    todo = planned(waiting, 10)
    assert shape(todo.ready) == [[1]]
    assert todo.look_again == moment(25)


def test_a_gateway_whose_clock_is_a_little_ahead_still_joins() -> None:
    waiting = [said(1, "阿珍", 40), said(2, "阿珍", 50)]
    assert planned(waiting, 10) == Plan(ready=(), look_again=moment(70))
