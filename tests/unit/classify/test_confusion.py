"""The whole confusion table of invented messages that no weight was fitted on."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bot.classify.classifier import Classifier
from bot.domain.categories import Category

MESSAGES = Path(__file__).parents[2] / "data" / "classify_messages.jsonl"

EXPECTED_RIGHT = 156
EXPECTED_MISTAKES: dict[tuple[str, str], int] = {
    ("consultation", "clue"): 1,
    ("consultation", "none"): 1,
    ("disclosure", "none"): 1,
    ("help", "clue"): 1,
    ("help", "none"): 1,
    ("suggestion", "none"): 1,
}


def _rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]


def test_the_confusion_table_is_as_agreed(classifier: Classifier) -> None:
    table = Counter((row["label"], classifier.classify(row["text"]).label.value) for row in _rows())
    assert {pair: count for pair, count in sorted(table.items()) if pair[0] != pair[1]} == EXPECTED_MISTAKES
    assert sum(table[category.value, category.value] for category in Category) == EXPECTED_RIGHT


def test_every_emergency_is_seen_and_nothing_else_is_one(classifier: Classifier) -> None:
    rows = _rows()
    assert [r["text"] for r in rows if classifier.classify(r["text"]).urgent != r["urgent"]] == []


def test_no_weight_was_fitted_on_these_messages() -> None:
    fitted = MESSAGES.parents[2] / "bench" / "data" / "invented_messages.jsonl"
    seen = {json.loads(line)["text"] for line in fitted.read_text(encoding="utf-8").splitlines()}
    assert len(_rows()) >= 150
    assert [row["text"] for row in _rows() if row["text"] in seen] == []
