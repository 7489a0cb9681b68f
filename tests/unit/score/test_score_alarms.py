"""What must be told at once, left alone, or kept apart."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.messages import Incoming
from bot.score import Figure, Gold, Measure, Problem, Run, Score, score

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


def sent(kind: str, at: str, *, text: str = "请看一下", ticket: int | None = None, **others: Any) -> Row:  # noqa: ANN401
    to = {"person": "p-1"}
    row = {"type": "sent", "at": f"2026-05-12T{at}+08:00", "id": "b1", "to": to, "kind": kind, "text": text}
    return {**row, "ticket": ticket, **others}


def problems(result: Score) -> list[tuple[Problem, str, tuple[str, ...]]]:
    return [(miss.problem, miss.key, miss.messages) for miss in result.misses]


def changed(row: Row, **changes: Any) -> Row:  # noqa: ANN401
    return {**row, **changes}


@pytest.mark.parametrize(
    ("alarm", "told"),
    [
        (sent("emergency", "18:00:00", ticket=2), True),
        (sent("emergency", "18:00:20", ticket=2), True),
        (sent("emergency", "18:00:20", ticket=2, to={"group": "g-lw"}), True),
        (sent("prompt", "18:00:12", ticket=2), True),
        (sent("emergency", "18:00:21", ticket=2), False),
        (sent("emergency", "17:59:59", ticket=2), False),
        (sent("emergency", "18:00:05", ticket=1), False),
        (sent("emergency", "18:00:05"), False),
        (sent("emergency", "18:00:05", ticket=2, to={"account": "u-4"}), False),
        (sent("receipt", "18:00:05", ticket=2, to={"group": "g-lw"}), False),
        (sent("prompt", "18:00:05", ticket=2, to={"group": "g-lw"}), False),
    ],
)
def test_a_fire_is_told_at_once_if_people_hear_of_it_within_ten_seconds(
    judge: Judge, alarm: Row, *, told: bool
) -> None:
    result = judge(alarm, *TICKETS)
    assert result.figures[Measure.EMERGENCIES] == Figure(hits=int(told), of=1)
    assert (Problem.EMERGENCY_LATE in {miss.problem for miss in result.misses}) is not told


def test_telling_of_the_ticket_of_the_first_cry_counts_when_the_rest_became_another(judge: Judge) -> None:
    cry, rest = ticket(2, "help", "m8"), ticket(7, "help", "m9", first_cadre_reply="m10")
    assert judge(sent("emergency", "18:00:01", ticket=7), cry, rest).figures[Measure.EMERGENCIES].hits == 1
    assert judge(sent("emergency", "18:00:01", ticket=2), cry, rest).figures[Measure.EMERGENCIES].hits == 1


def test_an_alarm_about_a_lamp_is_a_false_emergency(judge: Judge) -> None:
    result = judge(*PERFECT, sent("emergency", "08:10:20", ticket=1))
    assert problems(result) == [(Problem.EMERGENCY_FALSE, "", ("m2", "m3", "m4"))]


@pytest.mark.parametrize(
    "row",
    [
        ticket(5, "help", "m15"),
        changed(LAMP, followups=["m7", "m15"]),
        sent("prompt", "19:11:30", text="这是诉求吗:哪家有多的三轮车 借我用半天"),
        sent("question", "19:11:30", quote="m15"),
    ],
)
def test_borrowing_a_tricycle_must_bother_nobody(judge: Judge, row: Row) -> None:
    result = judge(row, FIRE, ACCOUNTS, INSURANCE)
    assert result.figures[Measure.SILENCE] == Figure(hits=1, of=2)
    assert [(miss.messages, miss.what) for miss in result.misses if miss.problem is Problem.SILENCE_BROKEN] == [
        (("m15",), "邻里借车")
    ]


@pytest.mark.parametrize(
    "row",
    [
        sent("prompt", "19:11:30", text="1 号 四组路灯不亮", ticket=1),
        sent("digest", "20:00:00", text="群里说:哪家有多的三轮车借我用半天"),
        sent("prompt", "19:00:00", text="哪家有多的三轮车借我用半天"),
    ],
)
def test_other_posts_of_the_evening_do_not_break_the_silence(judge: Judge, row: Row) -> None:
    assert judge(row, *TICKETS).figures[Measure.SILENCE] == Figure(hits=2, of=2)


def test_a_clue_is_found_by_any_of_its_messages_and_each_message_is_counted_too(judge: Judge) -> None:
    result = judge(*TICKETS, {"type": "clue", "messages": ["m13"], "private": True})
    assert result.figures[Measure.CLUES] == Figure(hits=1, of=2)
    assert result.figures[Measure.CLUE_MESSAGES] == Figure(hits=1, of=3)


def test_a_joke_taken_for_a_clue_is_told(judge: Judge) -> None:
    result = judge(*PERFECT, {"type": "clue", "messages": ["m14"], "private": False})
    assert result.figures[Measure.CLUE_ROWS] == Figure(hits=2, of=3)
    assert problems(result) == [(Problem.CLUE_FALSE, "", ("m14",))]


def test_a_whisper_in_a_ticket_is_a_leak_and_the_ticket_false(judge: Judge) -> None:
    result = judge(*PERFECT, ticket(5, "disclosure", "m12"))
    assert result.figures[Measure.CLUES_APART] == Figure(hits=1, of=2)
    assert problems(result) == [
        (Problem.CLUE_LEAKED, "c2", ("m12", "m13")),
        (Problem.TICKET_FALSE, "", ("m12",)),
    ]


def test_accounts_and_accusation_in_one_message_may_have_their_ticket(judge: Judge) -> None:
    assert judge(ACCOUNTS).figures[Measure.CLUES_APART] == Figure(hits=2, of=2)


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (sent("receipt", "19:06:00", text="收到:“管渠的那位收了\n包工头两条烟”", to={"group": "g-lw"}), 1),
        (sent("prompt", "19:06:00", text="管渠的那位收了包工头两条烟", ticket=3), 1),
        (sent("alert", "19:06:00", text="线索:管渠的那位收了包工头两条烟"), 2),
        (sent("receipt", "19:06:00", text="还有一箱酒", to={"group": "g-lw"}), 2),
        (sent("receipt", "19:06:00", text="您说的已转镇纪检", to={"account": "u-6"}), 2),
    ],
)
def test_repeating_a_whisper_is_a_leak_except_to_whom_it_is_for(judge: Judge, row: Row, kept: int) -> None:
    assert judge(*PERFECT, row).figures[Measure.CLUES_APART] == Figure(hits=kept, of=2)


@pytest.mark.parametrize(
    ("start", "end", "noticed"),
    [
        ("19:04:00", "19:20:00", 1),
        ("18:30:00", "19:00:00", 1),
        ("19:02:00", None, 1),
        ("19:04:01", "19:20:00", 0),
        ("18:30:00", "18:59:59", 0),
    ],
)
def test_heat_is_noticed_if_the_alert_meets_it(judge: Judge, start: str, end: str | None, noticed: int) -> None:
    day = "2026-05-12T"
    alert = changed(HEAT, **{"from": f"{day}{start}+08:00", "to": end and f"{day}{end}+08:00"})
    result = judge(ALARM, *TICKETS, *CLUES, alert)
    assert result.figures[Measure.HEAT] == Figure(hits=noticed, of=1)
    assert [problem for problem, _, _ in problems(result)] == (
        [] if noticed else [Problem.HEAT_MISSED, Problem.HEAT_FALSE]
    )


def test_an_alert_of_another_kind_is_no_heat(judge: Judge) -> None:
    assert judge(changed(HEAT, kind="zombie")).figures[Measure.HEAT] == Figure(hits=0, of=1)


def test_the_first_of_two_messages_with_one_id_is_the_one_that_happened(gold: Gold, chat: tuple[Incoming, ...]) -> None:
    fire = next(message for message in chat if message.id == "m9")
    again = replace(fire, sent_at=fire.sent_at.replace(hour=23))
    rows = [sent("emergency", "18:30:00", ticket=2), *TICKETS]
    result = score(Run.from_rows(rows), gold, [*chat, again])
    assert result.figures[Measure.EMERGENCIES] == Figure(hits=0, of=1)
