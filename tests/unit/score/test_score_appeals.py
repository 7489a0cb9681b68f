"""What counts as found, joined and attached."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.score import Figure, Measure, Problem, Score, as_json, render, total

Row = dict[str, Any]
Judge = Callable[..., Score]

DATA = Path(__file__).parents[2] / "data"
PERFECT: list[Row] = [json.loads(line) for line in (DATA / "liuwan.run.jsonl").read_text(encoding="utf-8").splitlines()]
LAMP, FIRE, ACCOUNTS, INSURANCE = TICKETS = [row for row in PERFECT if row["type"] == "ticket"]
CLUES = [row for row in PERFECT if row["type"] == "clue"]
(ALARM,) = (row for row in PERFECT if row["type"] == "sent")
(HEAT,) = (row for row in PERFECT if row["type"] == "alert")


def ticket(number: int, category: str, messages: str, **others: Any) -> Row:  # noqa: ANN401
    empty: Row = {"followups": [], "supporters": [], "first_cadre_reply": None}
    return {"type": "ticket", "number": number, "category": category, "messages": messages.split(), **empty, **others}


def problems(result: Score) -> list[tuple[Problem, str, tuple[str, ...]]]:
    return [(miss.problem, miss.key, miss.messages) for miss in result.misses]


def changed(row: Row, **changes: Any) -> Row:  # noqa: ANN401
    return {**row, **changes}


def test_a_perfect_evening_misses_nothing(judge: Judge) -> None:
    result = judge(*PERFECT)
    assert result.chats == ("liuwan",)
    assert result.misses == ()
    assert result.figures == {
        Measure.APPEALS: Figure(hits=4, of=4),
        Measure.TICKETS: Figure(hits=4, of=4),
        Measure.CATEGORIES: Figure(hits=4, of=4, of_all=4),
        Measure.PIECES: Figure(hits=7, of=7, of_all=7),
        Measure.FOLLOWUPS: Figure(hits=1, of=1, of_all=1),
        Measure.SUPPORTERS: Figure(hits=2, of=2, of_all=2),
        Measure.REPLIES: Figure(hits=3, of=3, of_all=3),
        Measure.EMERGENCIES: Figure(hits=1, of=1),
        Measure.SILENCE: Figure(hits=2, of=2),
        Measure.CLUES: Figure(hits=2, of=2),
        Measure.CLUE_MESSAGES: Figure(hits=3, of=3),
        Measure.CLUES_APART: Figure(hits=2, of=2),
        Measure.CLUE_ROWS: Figure(hits=2, of=2),
        Measure.HEAT: Figure(hits=1, of=1),
    }


def test_a_deaf_bot_keeps_silence_and_secrets_and_finds_nothing(judge: Judge) -> None:
    result = judge()
    ratios = {measure: figure.ratio for measure, figure in result.figures.items()}
    nothing_to_count = (
        Measure.TICKETS,
        Measure.CATEGORIES,
        Measure.PIECES,
        Measure.FOLLOWUPS,
        Measure.SUPPORTERS,
        Measure.REPLIES,
        Measure.CLUE_ROWS,
    )
    assert ratios == {
        **dict.fromkeys(Measure, 0.0),
        **dict.fromkeys(nothing_to_count),
        Measure.SILENCE: 1.0,
        Measure.CLUES_APART: 1.0,
    }
    assert result.figures[Measure.PIECES].ratio_of_all == 0.0
    assert problems(result) == [
        (Problem.EMERGENCY_LATE, "a2", ("m8", "m9")),
        (Problem.CLUE_MISSED, "c1", ("m11",)),
        (Problem.CLUE_MISSED, "c2", ("m12", "m13")),
        (Problem.APPEAL_MISSED, "a1", ("m2", "m3", "m4")),
        (Problem.APPEAL_MISSED, "a2", ("m8", "m9")),
        (Problem.APPEAL_MISSED, "a3", ("m11",)),
        (Problem.APPEAL_MISSED, "a4", ("m16",)),
        (Problem.HEAT_MISSED, "", ()),
    ]


def test_a_missed_appeal_weighs_on_recall_alone_and_on_the_figures_over_all(judge: Judge) -> None:
    figures = judge(ALARM, FIRE, ACCOUNTS, INSURANCE, *CLUES).figures
    assert figures[Measure.APPEALS] == Figure(hits=3, of=4)
    assert figures[Measure.TICKETS] == Figure(hits=3, of=3)
    assert figures[Measure.CATEGORIES] == Figure(hits=3, of=3, of_all=4)
    assert figures[Measure.PIECES] == Figure(hits=4, of=4, of_all=7)
    assert figures[Measure.FOLLOWUPS] == Figure(hits=0, of=0, of_all=1)
    assert figures[Measure.SUPPORTERS] == Figure(hits=1, of=1, of_all=2)
    assert figures[Measure.REPLIES] == Figure(hits=2, of=2, of_all=3)


def test_a_ticket_about_drying_wheat_is_false(judge: Judge) -> None:
    result = judge(*PERFECT, ticket(5, "suggestion", "m1"))
    assert result.figures[Measure.TICKETS] == Figure(hits=4, of=5)
    assert [(miss.problem, miss.ticket, miss.texts) for miss in result.misses] == [
        (Problem.TICKET_FALSE, 5, ("早 今天日头好 晒麦子",))
    ]


def test_of_two_tickets_for_one_lamp_the_fuller_counts_and_the_other_is_false(judge: Judge) -> None:
    rest = [ALARM, FIRE, ACCOUNTS, INSURANCE, *CLUES, HEAT]
    first = ticket(1, "help", "m2")
    fuller = ticket(6, "help", "m3 m4", followups=["m7"], supporters=["u-3"], first_cadre_reply="m6")
    for rows in ([first, fuller, *rest], [*rest, fuller, first]):
        result = judge(*rows)
        assert result.figures[Measure.APPEALS] == Figure(hits=4, of=4)
        assert result.figures[Measure.TICKETS] == Figure(hits=4, of=5)
        assert result.figures[Measure.PIECES] == Figure(hits=6, of=7, of_all=7)
        assert problems(result) == [(Problem.TICKET_FALSE, "", ("m2",)), (Problem.PIECE_LOOSE, "a1", ("m2",))]


def test_between_equal_tickets_the_one_without_another_villagers_appeal_is_taken(judge: Judge) -> None:
    mixed = ticket(4, "consultation", "m16 m11", first_cadre_reply="m17")
    result = judge(ALARM, LAMP, FIRE, mixed, ACCOUNTS, *CLUES, HEAT)
    assert result.figures[Measure.TICKETS] == Figure(hits=4, of=4)
    assert problems(result) == [(Problem.STRAY, "a4", ("m11",))]


def test_two_appeals_run_together_are_both_found_in_one_ticket_and_the_merger_is_told(judge: Judge) -> None:
    both = changed(LAMP, messages=["m2", "m3", "m4", "m16"])
    result = judge(ALARM, both, FIRE, ACCOUNTS, *CLUES, HEAT)
    assert result.figures[Measure.APPEALS] == Figure(hits=4, of=4)
    assert result.figures[Measure.TICKETS] == Figure(hits=3, of=3)
    assert result.figures[Measure.CATEGORIES] == Figure(hits=3, of=4, of_all=4)
    assert problems(result) == [
        (Problem.MERGED, "a1+a4", ("m2", "m3", "m4", "m16")),
        (Problem.CATEGORY_WRONG, "a4", ("m16",)),
        (Problem.REPLY_WRONG, "a4", ("m17",)),
    ]


def test_an_appeal_swallowed_as_a_followup_is_not_found(judge: Judge) -> None:
    result = judge(ALARM, changed(LAMP, followups=["m7", "m16"]), FIRE, ACCOUNTS, *CLUES, HEAT)
    assert result.figures[Measure.APPEALS] == Figure(hits=3, of=4)
    assert problems(result) == [(Problem.APPEAL_MISSED, "a4", ("m16",)), (Problem.STRAY, "a1", ("m16",))]


def test_the_second_label_of_the_annotation_is_right_too_and_any_other_is_wrong(judge: Judge) -> None:
    def right(category: str) -> Figure:
        rows = [LAMP, FIRE, changed(ACCOUNTS, category=category), INSURANCE]
        return judge(*rows).figures[Measure.CATEGORIES]

    assert right("disclosure") == right("consultation") == Figure(hits=4, of=4, of_all=4)
    assert right("suggestion") == right("help") == Figure(hits=3, of=4, of_all=4)


def test_a_picture_left_lying_is_a_loose_piece(judge: Judge) -> None:
    result = judge(ALARM, changed(LAMP, messages=["m2", "m4"]), FIRE, ACCOUNTS, INSURANCE, *CLUES, HEAT)
    assert result.figures[Measure.PIECES] == Figure(hits=6, of=7, of_all=7)
    assert [(miss.problem, miss.key, miss.what, miss.texts) for miss in result.misses] == [
        (Problem.PIECE_LOOSE, "a1", "四组路灯不亮", ("(image)",))
    ]


def test_a_correction_kept_as_a_followup_and_a_reminder_kept_as_a_piece_are_attached_all_the_same(judge: Judge) -> None:
    swapped = changed(LAMP, messages=["m2", "m3", "m7"], followups=["m4"])
    assert judge(ALARM, swapped, FIRE, ACCOUNTS, INSURANCE, *CLUES, HEAT).misses == ()


def test_a_reminder_that_opens_its_own_ticket_is_neither_attached_nor_a_true_ticket(judge: Judge) -> None:
    result = judge(ALARM, changed(LAMP, followups=[]), FIRE, ACCOUNTS, INSURANCE, ticket(5, "help", "m7"), *CLUES, HEAT)
    assert result.figures[Measure.FOLLOWUPS] == Figure(hits=0, of=1, of_all=1)
    assert result.figures[Measure.TICKETS] == Figure(hits=4, of=5)
    assert problems(result) == [(Problem.TICKET_FALSE, "", ("m7",)), (Problem.FOLLOWUP_LOOSE, "a1", ("m7",))]


def test_a_neighbour_counts_as_account_or_by_what_they_said_but_not_on_another_ticket(judge: Judge) -> None:
    def supporters(**changes: Any) -> Figure:  # noqa: ANN401
        return judge(changed(LAMP, **changes), FIRE, ACCOUNTS, INSURANCE).figures[Measure.SUPPORTERS]

    assert supporters(supporters=[], followups=["m7", "m5"]) == Figure(hits=2, of=2, of_all=2)
    assert supporters(supporters=[], messages=["m2", "m5"]) == Figure(hits=2, of=2, of_all=2)
    # m18 is what the same neighbour said about the accounts, not about the lamp.
    assert supporters(supporters=[], followups=["m7", "m18"]) == Figure(hits=1, of=2, of_all=2)
    assert supporters(supporters=["u-4"]) == Figure(hits=1, of=2, of_all=2)


def test_the_reply_must_be_the_same_message(judge: Judge) -> None:
    result = judge(ALARM, changed(LAMP, first_cadre_reply="m10"), FIRE, ACCOUNTS, INSURANCE, *CLUES, HEAT)
    assert result.figures[Measure.REPLIES] == Figure(hits=2, of=3, of_all=3)
    assert [(miss.problem, miss.what, miss.texts) for miss in result.misses] == [
        (Problem.REPLY_WRONG, "四组路灯不亮 (taken: m10)", ("收到,今天叫电工去看",))
    ]


def test_several_chats_are_added_before_dividing(judge: Judge) -> None:
    together = total([judge(*PERFECT), judge(LAMP, ticket(5, "help", "m1"))])
    assert together.chats == ("liuwan", "liuwan")
    assert together.figures[Measure.APPEALS] == Figure(hits=5, of=8)
    assert together.figures[Measure.TICKETS] == Figure(hits=5, of=6)
    assert together.figures[Measure.PIECES] == Figure(hits=10, of=10, of_all=14)
    assert together.misses == judge(LAMP, ticket(5, "help", "m1")).misses


def test_no_chats_give_no_ratio_at_all() -> None:
    assert {figure.ratio for figure in total([]).figures.values()} == {None}


def test_the_report_shows_figures_goals_and_every_miss(judge: Judge) -> None:
    result = judge(
        ALARM, changed(LAMP, messages=["m2", "m3"]), FIRE, INSURANCE, ticket(5, "suggestion", "m1"), CLUES[1]
    )
    assert (
        render(result)
        == """\
1 chat(s): liuwan

                                n of m   ratio    goal  of all
appeals found (recall)        3 of 4     0.750    0.95          below goal
tickets true (precision)      3 of 4     0.750    0.90          below goal
right category                3 of 3     1.000           0.750
pieces joined                 5 of 6     0.833    0.95   0.714  below goal
follow-ups attached           1 of 1     1.000    0.85   1.000
supporters attached           1 of 1     1.000    0.85   0.500
cadre replies recognised      3 of 3     1.000    0.90   1.000
emergencies at once           1 of 1     1.000    1.00
silence kept                  2 of 2     1.000    0.95
clues found                   1 of 2     0.500    1.00          below goal
messages of clues found       2 of 3     0.666
clues kept apart              2 of 2     1.000    1.00
clue rows true                1 of 1     1.000
heat noticed                  0 of 1     0.000

clue missed (1)
  liuwan c1: 修渠的钱被经手人拿走
      m11  修渠的账啥时候贴出来 听说经手的拿回自家去了

appeal missed (1)
  liuwan a3: 修渠的账没有公布
      m11  修渠的账啥时候贴出来 听说经手的拿回自家去了

false ticket (1)
  liuwan ticket 5
      m1  早 今天日头好 晒麦子

pieces not joined (1)
  liuwan a1 ticket 1: 四组路灯不亮
      m4  打错了 是四组

heat not noticed (1)
  liuwan: 2026-05-12T19:00:00+08:00 to 2026-05-12T19:04:00+08:00
"""
    )


def test_the_json_of_a_score_says_the_same_in_plain_values(judge: Judge) -> None:
    value = json.loads(json.dumps(as_json(judge(*PERFECT, ticket(5, "suggestion", "m1")))))
    assert value["chats"] == ["liuwan"]
    assert list(value["figures"]) == [str(measure) for measure in Measure]
    assert value["figures"]["tickets_true"] == {"hits": 4, "of": 5, "ratio": 0.8, "goal": 0.9}
    assert value["figures"]["supporters_attached"] == {
        "hits": 2, "of": 2, "ratio": 1.0, "goal": 0.85, "of_all": 2, "ratio_of_all": 1.0
    }  # fmt: skip
    assert value["misses"] == [
        {
            "chat": "liuwan",
            "problem": "false ticket",
            "key": "",
            "what": "",
            "ticket": 5,
            "messages": ["m1"],
            "texts": ["早 今天日头好 晒麦子"],
        }
    ]
