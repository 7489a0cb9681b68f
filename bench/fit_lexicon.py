"""Fit ``config/lexicon/weights.tsv`` from labelled messages. Run by a developer, never by the bot.

    python bench/fit_lexicon.py --data DIR --data bench/data/invented_messages.jsonl [--check]

Needs scikit-learn, which the bot does not: install it into an environment of your own. Reads rows with ``text``,
``label``, ``label2``, ``urgent`` and ``region``, and annotated chats. ``--check`` prints what a fit reaches on authors
that it has not seen (one region held out at a time) instead of writing. Real small talk and letters serve only to judge
how far a feature speaks; their own names and places never get a weight (``_may_ship``).
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from bot.classify.evidence import Finder, Segmenter, features
from bot.classify.lexicon import BIAS, CATEGORIES, COLUMNS, Lexicon, read_lexicon
from bot.classify.normalise import Normaliser, shorten

INVENTED = frozenset({"group", "voices", "chat", "extra"})
"""Sources whose wording may appear in the product: invented messages only."""
STRENGTH = 300.0
SMALL_TALK_ROWS = 10_000
LEAST_TEXTS = 2
LEAST_WEIGHT = 0.5
GROUP_LIFT = 1.5


@dataclass(frozen=True, kw_only=True)
class Example:
    """A labelled text. ``fold`` is the author or region that is held out together."""

    text: str
    label: str
    label2: str = ""
    urgent: bool = False
    source: str
    fold: str


def read_examples(folder: Path) -> list[Example]:
    """Read every set of the folder of development messages that is there."""
    found: list[Example] = []
    for name, source in (
        ("group_messages", "group"),
        ("voices", "voices"),
        ("extra", "extra"),
        ("chitchat", "small_talk"),
    ):
        path = folder / f"{name}.jsonl"
        if path.exists():
            found += read_rows(path, source)
    for path in sorted((folder / "transcripts").glob("*.gold.json")):
        found += _chat_examples(path)
    return found


def read_rows(path: Path, source: str) -> list[Example]:
    """Read one file of rows."""
    found = []
    for number, row in enumerate(_rows(path)):
        fold = row.get("region") or f"{source}{number % 4}" if source != "group" else "group"
        found.append(
            Example(
                text=row["text"], label=row["label"], label2=row.get("label2", ""), urgent=row.get("urgent", False),
                source=source, fold=fold,
            )
        )  # fmt: skip
    return found


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _chat_examples(path: Path) -> list[Example]:
    """Make joined appeals and clues, and everything else that villagers said in the group, of one annotated chat."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    stem = path.name.removesuffix(".gold.json")
    rows = _rows(path.with_name(f"{stem}.jsonl"))
    people = json.loads(path.with_name(f"{stem}.people.json").read_text(encoding="utf-8"))["people"]
    villagers = {person["id"] for person in people if person["role"] == "villager"}
    texts = {row["id"]: row["text"] for row in rows}
    fold = {"qi": "sw"}.get(stem[:2], stem[:2])
    accusing = {message for clue in gold["clues"] for message in clue["messages"]}
    used: set[str] = set()
    found = []
    for appeal in gold["appeals"]:
        pieces = appeal["messages"]
        clue = bool(accusing & set(pieces))
        label, second = ("clue", appeal["label"]) if clue else (appeal["label"], appeal["alt_label"])
        joined = " ".join(texts[piece] for piece in pieces if texts[piece])
        found.append(
            Example(text=joined, label=label, label2=second, urgent=appeal["urgent"], source="chat", fold=fold)
        )
        used.update(pieces, appeal["followups"], appeal["support_messages"], filter(None, [appeal["reopened_by"]]))
    for clue_row in gold["clues"]:
        pieces = [piece for piece in clue_row["messages"] if piece not in used]
        if pieces:
            found.append(Example(text=" ".join(texts[p] for p in pieces), label="clue", source="chat", fold=fold))
        used.update(pieces)
    for row in rows:
        spoken = row["kind"] in {"text", "voice"} and row["text"].strip()
        if spoken and row["group"] and row["sender"] in villagers and row["id"] not in used:
            found.append(Example(text=row["text"], label="none", source="chat_none", fold=fold))
    return found


class Extractor:
    """Turns texts into features exactly as the classifier does."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._normaliser = Normaliser(lexicon)
        self._finder = Finder(lexicon, self._normaliser)
        self._segmenter = Segmenter(lexicon)

    def extract(self, text: str) -> frozenset[str]:
        """Return the set of feature names of a text."""
        plain = self._normaliser.normalise(shorten(text))
        return frozenset(features(plain, self._segmenter.cut(plain), self._finder.find(plain)))


class Model:
    """A linear model over features whose columns are folded into plain weights."""

    def __init__(self, examples: Sequence[Example], rows: Sequence[frozenset[str]]) -> None:
        invented = Counter(f for e, row in zip(examples, rows, strict=True) if _may_ship(e) for f in row)
        everywhere = Counter(f for row in rows for f in row)
        names = sorted(name for name, count in invented.items() if count >= LEAST_TEXTS and name.strip())
        self._index = {name: number for number, name in enumerate(names)}
        total = len(rows)
        self._lift = np.array(
            [(math.log((1 + total) / (1 + everywhere[n])) + 1) * (GROUP_LIFT if n[0] == "〔" else 1) for n in names]
        )
        matrix = self._matrix(rows)
        labels = np.array([e.label for e in examples])
        kind = LogisticRegression(C=STRENGTH, max_iter=300).fit(matrix, labels)
        order = [list(kind.classes_).index(category.value) for category in CATEGORIES]
        urgent = LogisticRegression(C=STRENGTH, max_iter=300, class_weight={0: 1, 1: 8}).fit(
            matrix, np.array([int(e.urgent) for e in examples])
        )
        self._coefficients = np.vstack([kind.coef_[order], urgent.coef_]).T * (self._lift / 10)[:, None]
        self._bias = np.append(kind.intercept_[order], urgent.intercept_)
        self._drop_small()

    def _drop_small(self) -> None:
        strongest = np.abs(self._coefficients).max(axis=1)
        kept = [name for name, number in self._index.items() if strongest[number] >= LEAST_WEIGHT]
        self._coefficients = self._coefficients[[self._index[name] for name in kept]]
        self._index = {name: number for number, name in enumerate(kept)}

    def _matrix(self, rows: Sequence[frozenset[str]], *, lifted: bool = True) -> csr_matrix:
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for row in rows:
            known = [self._index[name] for name in sorted(row) if name in self._index]
            even = 1 / math.sqrt(len(known)) if known else 0.0
            columns += known
            values += [even * (self._lift[number] / 10 if lifted else 1.0) for number in known]
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self._index)))

    def decide(self, rows: Sequence[frozenset[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Return the logits per category and of an emergency."""
        logits = self._matrix(rows, lifted=False) @ self._coefficients + self._bias
        return logits[:, :-1], logits[:, -1]

    def write(self, path: Path) -> None:
        """Write the weights as the table that the lexicon reads."""
        lines = [
            "# 每个词(或词组、两三个字的片段)对各类别的分量,正数是“像”,负数是“不像”。",
            "# 由 bench/fit_lexicon.py 算出,可以手改。",
            "# 县里自己的文件夹里也可以放一份 weights.tsv,同一个词以后读到的为准。各列用制表符隔开。",
            "# 词\t" + "\t".join(COLUMNS),
            "\t".join([BIAS, *(f"{value:.3f}" for value in self._bias)]),
        ]
        for name, number in sorted(self._index.items()):
            lines.append("\t".join([name, *(f"{value:.2f}" for value in self._coefficients[number])]))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path}: {len(self._index)} features")


def _may_ship(example: Example) -> bool:
    """Whether the wording of an example may become a feature: never that of real people's messages."""
    return example.source in INVENTED or example.source == "chat_none"


def check(examples: list[Example], rows: list[frozenset[str]]) -> None:
    """Print what a fit reaches on folds that it has not seen."""
    told = np.array([e.label for e in examples])
    sources = np.array([e.source for e in examples])
    guessed = np.empty(len(examples), dtype=object)
    urgent = np.zeros(len(examples))
    folds = [("nw", "small_talk0"), ("sw", "small_talk1"), ("se", "small_talk2"), ("ce", "small_talk3"), ("group",)]
    for held in folds:
        inside = [n for n, e in enumerate(examples) if e.fold not in held]
        outside = [n for n, e in enumerate(examples) if e.fold in held]
        inside = _thin(inside, examples)
        model = Model([examples[n] for n in inside], [rows[n] for n in inside])
        logits, alarm = model.decide([rows[n] for n in outside])
        guessed[outside] = [CATEGORIES[number].value for number in logits.argmax(axis=1)]
        urgent[outside] = alarm
    for source in ("voices", "group", "chat"):
        of = sources == source
        clues = of & (told == "clue")
        score = f1_score(told[of], guessed[of], average="macro")
        print(f"{source}: macro-F1 {score:.3f}, clue recall {(guessed[clues] == 'clue').mean():.3f}")
    for source in ("small_talk", "chat_none"):
        print(f"{source}: alarms {100 * (guessed[sources == source] != 'none').mean():.2f} %")
    real = np.array([e.urgent for e in examples])
    print(f"urgent: found {(urgent[real] > 0).mean():.2f} of {real.sum()}, false {(urgent[~real] > 0).sum()}")


def _thin(numbers: list[int], examples: list[Example]) -> list[int]:
    small_talk = [n for n in numbers if examples[n].source == "small_talk"][:SMALL_TALK_ROWS]
    return [n for n in numbers if examples[n].source != "small_talk"] + small_talk


def main() -> None:
    """Read, fit, and write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--lexicon", type=Path, default=Path("config/lexicon"))
    parser.add_argument("--out", type=Path, default=Path("config/lexicon/weights.tsv"))
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    lexicon, _faults = read_lexicon([given.lexicon])
    examples: list[Example] = []
    for path in given.data:
        examples += read_examples(path) if path.is_dir() else read_rows(path, "extra")
    extractor = Extractor(lexicon)
    rows = [extractor.extract(example.text) for example in examples]
    if given.check:
        check(examples, rows)
        return
    chosen = _thin(list(range(len(examples))), examples)
    Model([examples[n] for n in chosen], [rows[n] for n in chosen]).write(given.out)


if __name__ == "__main__":
    main()
