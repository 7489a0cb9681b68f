"""What an operator and a developer get from each command, good input and bad."""

import json
import sqlite3
from pathlib import Path

import yaml

from tests.cli.conftest import Command

LAMP = (
    '{"id": "m1", "at": "2026-03-06T09:12:03+08:00", "platform": "practice", "group": "g-lw1", "sender": "u-900",'
    ' "name": "阿珍", "kind": "text", "text": "二组路灯坏了三天了，麻烦派人来修一下", "mentions": [], "quote": null}\n'
)


def test_classify_answers_one_object_a_line(anew: Command) -> None:
    answer = anew("classify", stdin="请问医保什么时候截止\n\n早上好\n".encode())

    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 0
    assert [row["text"] for row in rows] == ["请问医保什么时候截止", "早上好"]
    assert [row["label"] for row in rows] == ["consultation", "none"]
    assert all(set(row) == {"text", "label", "confidence", "urgent", "flags", "also", "why"} for row in rows)


def test_classify_survives_bytes_that_are_no_text(xiaowei: Command) -> None:
    answer = xiaowei("classify", stdin=b"\xff\xfe\x00hello\n")

    assert answer.code == 0
    assert json.loads(answer.out)["label"] == "none"


def test_deadline_over_the_spring_festival_explains_itself(xiaowei: Command) -> None:
    answer = xiaowei("deadline", "help", "2026-02-13T10:00:00+08:00")

    assert answer.code == 0
    assert answer.out == (
        "2月25日（周三）17:30\n"
        "从2月13日（周五）起算，当天不计，数3个工作日：2月14日（周六）、2月24日（周二）、2月25日（周三）。"
        "2月15日（周日）至2月23日（周一）春节不算。2月14日（周六）是调休上班，照算。\n"
    )


def test_deadline_as_json_says_that_it_is_provisional_when_the_year_is_unknown(xiaowei: Command) -> None:
    answer = xiaowei("deadline", "disclosure", "2026-12-28T10:00:00+08:00", "--json")

    row = json.loads(answer.out)
    assert row["due_at"] == "2027-01-11T17:30:00+08:00"
    assert row["provisional"] is True


def test_deadline_refuses_a_time_that_it_cannot_read(anew: Command) -> None:
    answer = anew("deadline", "help", "明天")

    assert answer.code == 1
    assert answer.out == ""
    assert answer.err == "看不懂这个时间：明天。请写成 2026-03-06T09:12:03+08:00\n"


def test_a_clue_has_no_deadline(xiaowei: Command) -> None:
    answer = xiaowei("deadline", "clue", "2026-03-06T09:00:00+08:00")

    assert answer.code == 1
    assert answer.err == "“clue”没有时限。有时限的是：consultation、help、suggestion、disclosure、transfer\n"


def test_handing_a_matter_up_has_one_working_day(xiaowei: Command) -> None:
    answer = xiaowei("deadline", "transfer", "2026-02-13T10:00:00+08:00", "--json")

    assert json.loads(answer.out)["due_at"] == "2026-02-14T17:30:00+08:00"


def test_evaluate_counts_right_and_wrong_and_names_bad_lines(xiaowei: Command, anew: Command, tmp_path: Path) -> None:
    rows = [
        {"text": "请问医保什么时候截止", "label": "consultation"},
        {"text": "早上好", "label": "none"},
        {"text": "早上好", "label": "help", "label2": "none"},
    ]
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    bad.write_text('{"text": "x", "label": "wish"}\n{"label": "help"}\n', encoding="utf-8")

    found = json.loads(anew("evaluate", str(good), "--json").out)
    refused = xiaowei("evaluate", str(bad))

    assert found["confusion"] == {"consultation": {"consultation": 1}, "help": {"none": 1}, "none": {"none": 1}}
    assert found["categories"]["none"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1}
    assert found["macro_f1_strict"] == 0.5556
    assert found["macro_f1_lenient"] == 1.0
    assert refused.code == 1
    assert refused.err == "第 1 行：不认识的类别“wish”\n第 2 行：没有 text\n"


def test_replay_prints_what_was_sent_then_the_tickets_and_the_same_again(anew: Command, tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text(LAMP, encoding="utf-8")

    first, second = anew("replay", str(chat)), anew("replay", str(chat))

    rows = [json.loads(line) for line in first.out.splitlines()]
    assert [row["type"] for row in rows] == ["sent", "sent", "ticket"]
    assert rows[-1]["messages"] == ["m1"]
    assert rows[-1]["due_at"] == "2026-03-11T17:30:00+08:00"
    assert first == second


def test_replay_names_the_bad_line_and_plays_the_rest_only_on_request(xiaowei: Command, tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text(LAMP + "not json\n", encoding="utf-8")

    refused, skipped = xiaowei("replay", str(chat)), xiaowei("replay", str(chat), "--skip-bad")

    assert refused.code == 1
    assert refused.out == ""
    assert "第 2 行" in refused.err
    assert skipped.code == 0
    assert "第 2 行" in skipped.err
    assert json.loads(skipped.out.splitlines()[-1])["type"] == "ticket"


def test_replay_stops_where_it_is_told(xiaowei: Command, tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text(LAMP, encoding="utf-8")

    answer = xiaowei("replay", str(chat), "--until", "2026-03-12T09:00:00+08:00")

    kinds = [json.loads(line).get("kind") for line in answer.out.splitlines()]
    assert {"duty", "content", "digest", "reminder", "overdue"} <= set(kinds)


def test_a_missing_file_is_said_plainly(xiaowei: Command) -> None:
    answer = xiaowei("replay", "nowhere.jsonl")

    assert answer.code == 1
    assert "nowhere.jsonl" in answer.err
    assert "Traceback" not in answer.err


def test_check_lists_every_fault_of_a_broken_county(xiaowei: Command, county: Path) -> None:
    (county / "roster.yaml").write_text("villages: [\n", encoding="utf-8")
    (county / "rules.yaml").write_text("deadlines:\n  helpp: 3\n", encoding="utf-8")

    answer = xiaowei("check", "--config", str(county))

    assert answer.code == 1
    assert "roster.yaml:" in answer.out
    assert "rules.yaml:2" in answer.out
    assert "helpp" in answer.out


def test_check_asks_for_the_migration_then_finds_the_database_good(
    xiaowei: Command, anew: Command, county: Path
) -> None:
    (county / "workdays").mkdir()
    (county / "workdays" / "2027.yaml").write_text(
        "year: 2027\noff: [{name: 元旦, from: 2027-01-01, to: 2027-01-03}]\n", encoding="utf-8"
    )

    before = xiaowei("check", "--config", str(county))
    migrated = anew("migrate", "--config", str(county))
    again = xiaowei("migrate", "--config", str(county))
    after = anew("check", "--config", str(county))

    assert before.code == 1
    assert "xiaowei migrate" in before.out
    assert migrated.out.startswith("已升级")
    assert again.out == "数据库已是最新，无需升级\n"
    assert after.code == 0, after.out
    assert after.out.endswith("没有发现问题\n")


def test_check_names_the_daily_items_that_nobody_has_released(xiaowei: Command, county: Path) -> None:
    (county / "content.yaml").write_text(
        "items:\n"
        "  - {id: a1, title: 节水, text: 随手关水龙头。, source: 水利站, date: 2026-03-01}\n"
        "  - {id: a2, title: 防火, text: 进山不带火。, source: 林业站, date: 2026-03-01,\n"
        "     review: {by: 镇纪委, date: 2026-03-02}}\n",
        encoding="utf-8",
    )

    answer = xiaowei("check", "--config", str(county))

    assert "✓ 每日一条：可以发的 1 条，不够 30 天不重样，可以再添" in answer.out
    assert "！ 每日一条：还没有人审核、不会发的有 a1，共 1 条" in answer.out
    assert "a2" not in answer.out


def test_audit_finds_an_edited_record(xiaowei: Command, anew: Command, tmp_path: Path) -> None:
    chat, database = tmp_path / "chat.jsonl", tmp_path / "county.db"
    chat.write_text(LAMP, encoding="utf-8")
    xiaowei("replay", str(chat), "--database", str(database))

    whole = xiaowei("audit", "verify")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE ticket_events SET actor = 'nobody' WHERE kind = 'opened'")
    connection.close()
    broken = anew("audit", "verify")

    assert whole.code == 0
    assert whole.out.startswith("记录完整，没有被改动\n柳湾村 共 3 条，末尾 ")
    assert broken.code == 1
    assert broken.out.startswith("柳湾村 第 1 条：")


def test_digest_of_a_township_comes_as_text_picture_and_sheet(xiaowei: Command, anew: Command, tmp_path: Path) -> None:
    chat = tmp_path / "chat.jsonl"
    chat.write_text(LAMP, encoding="utf-8")
    xiaowei("replay", str(chat), "--database", str(tmp_path / "county.db"))

    answer = anew("digest", _township(), "--date", "2026-03-06", "--out", str(tmp_path / "out"))

    assert answer.code == 0, answer.err
    assert "路灯" in answer.out
    assert sorted(file.suffix for file in (tmp_path / "out").iterdir()) == [".png", ".txt", ".xlsx"]
    assert xiaowei("digest", "乌有镇").err.startswith("没有这个乡镇")


def _township() -> str:
    county = yaml.safe_load((Path(__file__).parents[2] / "config" / "demo" / "county.yaml").read_text(encoding="utf-8"))
    return str(county["townships"][0]["id"])
