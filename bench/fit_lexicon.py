"""Fit ``config/lexicon/weights.tsv`` from labelled messages. Run by a developer, never by the bot.

    python -m bench.fit_lexicon --data DIR [--data bench/data] [--check]

Needs scikit-learn, which the bot does not: install it into an environment of your own. Reads rows with ``text``,
``label``, ``label2``, ``urgent`` and ``region``, and annotated chats. ``--check`` fits once without each author or
region, judges what was left out with the whole classifier, and prints the figures instead of writing. Real small talk
and letters serve only to judge how far a feature speaks; what stands in no invented message never gets a weight.
"""

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from bot.classify.classifier import Classifier
from bot.classify.evidence import Finder, Segmenter
from bot.classify.lexicon import BIAS, CATEGORIES, COLUMNS, GROUP, PAUSE, REMARK, Lexicon, read_lexicon
from bot.classify.normalise import Normaliser, shorten
from bot.classify.scoring import EVENNESS, runs
from bot.domain.categories import Category
from bot.domain.verdicts import Verdict

READ = "letters_read"
"""Real letters that were read and labelled by hand: ``*.labels.tsv`` holds a digest of the text, never the text."""
WEIGHTS = {
    "petitions": 0.2, READ: 2.0, "aside": 0.3, "lines": 0.5, "chat": 2.0, "chat_none": 4.0, "chitchat": 15.0,
    "demo_day": 4.0,
}  # fmt: skip
"""How much a text of a source counts, 1 where nothing is said. The labels of real letters are their writers' guess."""
REAL = frozenset({"petitions", "chitchat", READ})
"""Sources whose wording never becomes a feature."""
MADE = frozenset({"aside", "lines"})
"""Texts put together from others; they are only learned from, never judged."""
FOLDS = (
    ("nw", "chitchat0"), ("sw", "chitchat1"), ("se", "chitchat2"), ("ce", "chitchat3"), ("group_messages", "chitchat4"),
    ("invented_messages", "urgent7"), ("north", "south", "dialect10"), ("letters", "letters2", "long8", READ),
    ("hard", "pairs2"), ("clue2", "talk2"), ("clue3", "plain2"), ("talk3", "plain3"), ("dialect2", "indirect4"),
    ("loop5", "loop6", "demo_day"), ("typical9", "loop9"),
    ("loop11", "loop12", "loop13"), ("voices14", "talk14"), ("voices15", "mixed16"), ("clue14", "plain17"),
)  # fmt: skip
"""Held out one after the other; what the same matters or the same writer might stand in is held out together."""
STRENGTH = 30.0
SHARPNESS = 0.88
"""All weights are multiplied by this, so that a confidence means what it says on authors that were held out."""
MOST_ROUNDS = 500
TOLERANCE = 1e-4
"""A fit that is stopped earlier is several points worse."""
LEAST_TEXTS = 3
DIGEST = 16
"""Hexadecimal digits of SHA-1 by which a letter is known."""
LEAST_WEIGHT = 0.22
ALARM_COST = 8
CONTINUED = 0.25
SHORT = 60


@dataclass(frozen=True, kw_only=True)
class Example:
    """A labelled text. ``folds`` are the authors or regions that it stems from; they are held out together."""

    text: str
    label: str
    label2: str = ""
    urgent: bool = False
    source: str
    folds: frozenset[str]


def read_examples(folders: Sequence[Path]) -> list[Example]:
    """Read every ``*.jsonl`` of labelled messages and every annotated chat of the folders."""
    found: list[Example] = []
    continuations: list[Example] = []
    read = {digest: row for folder in folders for digest, row in _read_labels(folder)}
    for folder in folders:
        for path in sorted(folder.glob("*.jsonl")):
            found += _read_rows(path, read)
        for path in sorted((folder / "transcripts").glob("*.gold.json")):
            told, pieces = _read_chat(path)
            found += told
            continuations += pieces
    return found + list(_put_together(found, continuations))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _read_labels(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield digest, label, second label and urgency (0 or 1) of the real letters that somebody read."""
    for path in sorted(folder.glob("*.labels.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            digest, *row = line.split("\t")
            yield digest, row


def _read_rows(path: Path, read: Mapping[str, Sequence[str]]) -> Iterator[Example]:
    for number, row in enumerate(_rows(path)):
        title = row.get("title") or ""
        text = f"{title}\n{row['text']}"
        known = read.get(sha1(text.encode(), usedforsecurity=False).hexdigest()[:DIGEST])
        if known is not None:
            label, label2, urgent = known
            yield Example(
                text=text, label=label, label2=label2, urgent=urgent == "1", source=READ, folds=frozenset({READ})
            )
        elif "label" in row:
            source = path.stem
            fold = {"chitchat": f"chitchat{number % 5}", "voices": row.get("region", "")}.get(source, source)
            yield Example(
                text=text.strip(), label=row["label"], label2=row.get("label2") or "",
                urgent=bool(row.get("urgent")), source=source, folds=frozenset({fold}),
            )  # fmt: skip


def _read_chat(path: Path) -> tuple[list[Example], list[Example]]:
    """Make joined appeals and clues, all that villagers said besides, and the appeals' later pieces, of one chat."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    stem = path.name.removesuffix(".gold.json")
    rows = _rows(path.with_name(f"{stem}.jsonl"))
    people = json.loads(path.with_name(f"{stem}.people.json").read_text(encoding="utf-8"))["people"]
    villagers = {person["id"] for person in people if person["role"] == "villager"}
    texts = {row["id"]: row["text"] for row in rows}
    folds = frozenset({{"qi": "sw"}.get(stem[:2], stem[:2])})
    accusing = {message for clue in gold["clues"] for message in clue["messages"]}
    used: set[str] = set()
    found, later = [], []
    for appeal in gold["appeals"]:
        pieces = [piece for piece in appeal["messages"] if texts[piece]]
        clue = bool(accusing & set(pieces))
        label, second = ("clue", appeal["label"]) if clue else (appeal["label"], appeal["alt_label"])
        joined = Example(
            text="\n".join(texts[piece] for piece in pieces), label=label, label2=second or "",
            urgent=appeal["urgent"], source="chat", folds=folds,
        )  # fmt: skip
        found.append(joined)
        later += [replace(joined, text=texts[piece]) for piece in pieces[1:]]
        used.update(appeal["messages"], appeal["followups"], appeal["support_messages"])
        used.update(filter(None, [appeal["reopened_by"]]))
    for clue_row in gold["clues"]:
        pieces = [piece for piece in clue_row["messages"] if piece not in used]
        if pieces:
            text = "\n".join(texts[piece] for piece in pieces)
            found.append(Example(text=text, label="clue", source="chat", folds=folds))
        used.update(pieces)
    for row in rows:
        spoken = row["kind"] in {"text", "voice"} and row["text"].strip()
        if spoken and row["group"] and row["sender"] in villagers and row["id"] not in used:
            found.append(Example(text=row["text"], label="none", source="chat_none", folds=folds))
    return found, later


def _put_together(examples: Sequence[Example], later: Sequence[Example]) -> Iterator[Example]:
    """Put texts together as the bot joins the pieces of one sender: appeal and aside, small talk and small talk."""
    chance = random.Random(7)  # noqa: S311 - nothing secret: the same texts every time
    short = [e for e in examples if e.source not in REAL and len(e.text) < SHORT]
    talk = [e for e in short if e.label == "none"]
    for example in short:
        if chance.random() >= CONTINUED:
            continue
        if example.label == "none":
            other, source = chance.choice(talk), "lines"
        elif later:
            other, source = chance.choice(later), "aside"
        else:
            continue
        text = f"{example.text}\n{other.text}"
        yield replace(example, text=text, source=source, folds=example.folds | other.folds)


class Extractor:
    """Turns texts into the names of features that ``Scorer`` knows."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._normaliser = Normaliser(lexicon)
        self._finder = Finder(lexicon, self._normaliser)
        self._segmenter = Segmenter(lexicon)

    def extract(self, text: str) -> frozenset[str]:
        """Return the set of feature names of a text."""
        plain = self._normaliser.normalise(shorten(text))
        found = runs(plain, self._segmenter.cut(plain))
        names = {run.replace(" ", PAUSE) for run in found}
        return frozenset(names | {f"{GROUP[0]}{group}{GROUP[1]}" for group in self._finder.groups(plain)})


class Model:
    """A linear model over features whose columns are folded into plain weights.

    Only features that hardly weigh are left out; keeping the strongest and fitting anew was worse on unseen authors.
    """

    def __init__(self, examples: Sequence[Example], rows: Sequence[frozenset[str]]) -> None:
        invented = Counter(f for e, row in zip(examples, rows, strict=True) if e.source not in REAL for f in row)
        everywhere = Counter(f for row in rows for f in row)
        names = sorted(name for name, count in invented.items() if count >= LEAST_TEXTS and _may_weigh(name))
        self._index = {name: number for number, name in enumerate(names)}
        self._lift = np.array([math.log((1 + len(rows)) / (1 + everywhere[name])) + 1 for name in names]) / 10
        matrix = self._matrix(rows)
        counts = np.array([WEIGHTS.get(e.source, 1.0) for e in examples])
        labels = np.array([e.label for e in examples])
        kind = LogisticRegression(C=STRENGTH, max_iter=MOST_ROUNDS, tol=TOLERANCE)
        kind.fit(matrix, labels, sample_weight=counts)
        order = [list(kind.classes_).index(category.value) for category in CATEGORIES]
        danger = np.array([int(e.urgent) for e in examples])
        urgent = LogisticRegression(C=STRENGTH, max_iter=MOST_ROUNDS, tol=TOLERANCE, class_weight={0: 1, 1: ALARM_COST})
        urgent.fit(matrix, danger, sample_weight=counts)
        sharp = np.array([SHARPNESS] * len(CATEGORIES) + [1.0])
        self._coefficients = np.vstack([kind.coef_[order], urgent.coef_]).T * self._lift[:, None] * sharp
        self._bias = np.append(kind.intercept_[order], urgent.intercept_) * sharp

    def _matrix(self, rows: Sequence[frozenset[str]]) -> csr_matrix:
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for row in rows:
            known = [self._index[name] for name in sorted(row) if name in self._index]
            even = len(row) ** -EVENNESS
            columns += known
            values += [even * self._lift[number] for number in known]
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(rows), len(self._index)))

    def weights(self) -> dict[str, tuple[float, ...]]:
        """Return the weights as the lexicon holds them, without those that hardly weigh."""
        found = {BIAS: tuple(round(float(value), 3) for value in self._bias)}
        for name, number in self._index.items():
            row = self._coefficients[number]
            if np.abs(row).max() >= LEAST_WEIGHT:
                found[name] = tuple(round(float(value), 2) for value in row)
        return found


def _may_weigh(name: str) -> bool:
    return bool(name.strip(PAUSE)) and not name.startswith(REMARK)


def write(weights: Mapping[str, tuple[float, ...]], path: Path) -> None:
    """Write the weights as the table that the lexicon reads."""
    lines = [
        "# 每个特征对各类别的分量,正数是“像”,负数是“不像”。由 bench/fit_lexicon.py 算出,可以手改。",
        f"# 特征是一个字、断词得到的一个词或连着的两个词({PAUSE} 是停顿);{GROUP[0]}{GROUP[1]} 里是词组的名字。",
        "# 县里自己的文件夹里也可以放一份 weights.tsv,同一个特征以后读到的为准。各列用制表符隔开。",
        "# 特征\t" + "\t".join(COLUMNS),
    ]
    lines += ["\t".join([name, *(f"{value:g}" for value in row)]) for name, row in weights.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path}: {len(weights)} features")


def judge_unseen(
    examples: Sequence[Example], rows: Sequence[frozenset[str]], lexicon: Lexicon
) -> Iterator[tuple[Example, Verdict]]:
    """Yield every text with the verdict of a classifier that was fitted without its author."""
    for held in map(frozenset, FOLDS):
        inside = [n for n, e in enumerate(examples) if not e.folds & held]
        outside = [e for e in examples if e.folds <= held and e.source not in MADE]
        if not outside:
            continue
        weights = Model([examples[n] for n in inside], [rows[n] for n in inside]).weights()
        classifier = Classifier(replace(lexicon, weights=weights))
        for example in outside:
            yield example, classifier.classify(example.text)


def report(judged: Iterable[tuple[Example, Verdict]]) -> None:
    """Print the figures of the held-out sets, and how far a confidence can be believed."""
    by_set: dict[str, list[tuple[Example, Verdict]]] = {}
    for example, verdict in judged:
        (fold,) = example.folds
        by_set.setdefault(example.source, []).append((example, verdict))
        if example.source == "voices":
            by_set.setdefault(f"voices {fold}", []).append((example, verdict))
    print("| held out | rows | macro-F1 | lenient | clue recall | or suspected | clue precision | urgent | false |")
    print("|---|---|---|---|---|---|---|---|---|")
    labelled = [name for name in sorted(by_set) if name not in {"chitchat", "chat_none", "petitions"}]
    for name in labelled:
        print(_row(name, by_set[name]))
    whole = [pair for name in labelled if " " not in name for pair in by_set[name]]
    print(_row("all", whole))
    for name in ("chitchat", "chat_none", "chat"):
        told = by_set.get(name, [])
        alarms = sum(v.label is not Category.NONE for _, v in told)
        suspects = sum(v.suspects_clue for _, v in told)
        print(f"{name}: {alarms} of {len(told)} are appeals or clues, {suspects} more are suspected")
    print("| confidence | verdicts | right |\n|---|---|---|")
    for low in (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        high = 0.9 + 0.2 if low >= 0.9 else (0.3 if low == 0.0 else low + 0.1)  # noqa: PLR2004 - the table's steps
        inside = [(e, v) for e, v in whole if low <= v.confidence < high]
        if inside:
            right = sum(v.label.value in {e.label, e.label2} for e, v in inside)
            print(f"| {low:.1f}-{min(high, 1):.1f} | {len(inside)} | {right / len(inside):.2f} |")


def _row(name: str, judged: Sequence[tuple[Example, Verdict]]) -> str:
    told = [e.label for e, _ in judged]
    said = [v.label.value for _, v in judged]
    kind = [t if s != e.label2 else s for t, s, (e, _) in zip(told, said, judged, strict=True)]
    clues = [v for e, v in judged if e.label == "clue"]
    called = [e for e, v in judged if v.label is Category.CLUE]
    urgent = [v for e, v in judged if e.urgent]
    cells = [
        name, len(judged), _share(f1_score(told, said, average="macro"), 1),
        _share(f1_score(kind, said, average="macro"), 1),
        _share(sum(v.label is Category.CLUE for v in clues), len(clues)),
        _share(sum(_suspected(v) for v in clues), len(clues)),
        _share(sum("clue" in {e.label, e.label2} for e in called), len(called)),
        f"{sum(v.urgent for v in urgent)}/{len(urgent)}", sum(v.urgent and not e.urgent for e, v in judged),
    ]  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _suspected(verdict: Verdict) -> bool:
    return (
        verdict.label is Category.CLUE
        or verdict.suspects_clue
        or any(part.category is Category.CLUE for part in verdict.also)
    )


def _share(part: float, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"


def main() -> None:
    """Read, fit, and write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--lexicon", type=Path, default=Path("config/lexicon"))
    parser.add_argument("--out", type=Path, default=Path("config/lexicon/weights.tsv"))
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    lexicon, _faults = read_lexicon([given.lexicon])
    examples = read_examples(given.data)
    extractor = Extractor(lexicon)
    rows = [extractor.extract(example.text) for example in examples]
    if given.check:
        report(judge_unseen(examples, rows, lexicon))
    else:
        write(Model(examples, rows).weights(), given.out)


if __name__ == "__main__":
    main()
