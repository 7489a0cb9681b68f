"""The whole confusion table of invented messages that no weight was fitted on."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.classify.classifier import Classifier
from bot.domain.categories import Category

DATA = Path(__file__).parents[2] / "data"
AGREED = {
    "classify_messages": {},
    "classify_unseen": {
        ("clue", "help"): 2, ("clue", "none"): 2,
        ("consultation", "clue"): 3, ("consultation", "disclosure"): 2, ("consultation", "none"): 9,
        ("consultation", "suggestion"): 1,
        ("disclosure", "clue"): 2, ("disclosure", "consultation"): 3, ("disclosure", "help"): 2,
        ("disclosure", "none"): 5, ("disclosure", "suggestion"): 2,
        ("help", "clue"): 3, ("help", "consultation"): 2, ("help", "disclosure"): 3, ("help", "none"): 15,
        ("help", "suggestion"): 3,
        ("none", "clue"): 3, ("none", "consultation"): 1, ("none", "disclosure"): 1, ("none", "help"): 3,
        ("none", "suggestion"): 1,
        ("suggestion", "clue"): 3, ("suggestion", "consultation"): 4, ("suggestion", "disclosure"): 2,
        ("suggestion", "none"): 5,
    },
}  # fmt: skip
"""What is called something else than it is: (is, called) and how often. All other messages are called right."""
EMERGENCIES = {"classify_messages": (10, 0), "classify_unseen": (32, 2)}
"""How many emergencies are seen, and how many are seen where there is none."""


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", AGREED)
def test_the_confusion_table_is_as_agreed(name: str, classifier: Classifier) -> None:
    rows = _rows(name)
    table = Counter((row["label"], classifier.classify(row["text"]).label.value) for row in rows)
    right = sum(table[category.value, category.value] for category in Category)
    assert {pair: count for pair, count in sorted(table.items()) if pair[0] != pair[1]} == AGREED[name]
    assert right == len(rows) - sum(AGREED[name].values())


@pytest.mark.parametrize("name", EMERGENCIES)
def test_the_emergencies_seen_are_as_agreed(name: str, classifier: Classifier) -> None:
    called = [row["urgent"] for row in _rows(name) if classifier.classify(row["text"]).urgent]
    assert (called.count(True), called.count(False)) == EMERGENCIES[name]


def test_no_weight_was_fitted_on_these_messages() -> None:
    fitted = {
        json.loads(line)["text"]
        for path in sorted((DATA.parents[1] / "bench" / "data").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    rows = [row for name in AGREED for row in _rows(name)]
    assert len(rows) >= 600
    assert [row["text"] for row in rows if row["text"] in fitted] == []
