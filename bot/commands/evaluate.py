"""How well classification does on labelled messages: precision, recall, F1 per category, macro-F1, confusion."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.categories import Category
from bot.domain.refusal import Refusal
from bot.domain.verdicts import Verdict

LABELS = tuple(category.value for category in Category)


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A message and what a careful reader called it; ``second`` is accepted as well in the lenient figures."""

    text: str
    label: str
    second: str = ""


class LabelledFileError(Refusal):
    """The file cannot be used; the text names every bad line in Chinese."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Of one category: shares of 1. A category that nobody expected or called has 0 everywhere."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The figures of one file. ``confusion[expected][called]`` counts messages."""

    rows: int
    strict: Mapping[str, Figures]
    macro_f1_strict: float
    macro_f1_lenient: float
    confusion: Mapping[str, Mapping[str, int]]


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Read JSON Lines with ``text``, ``label`` and perhaps ``label2``. Raises LabelledFileError with all bad lines."""
    rows: list[Labelled] = []
    bad: list[str] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        row, fault = _row(line)
        if row is None:
            bad.append(f"第 {number} 行：{fault}")
        else:
            rows.append(row)
    if bad:
        raise LabelledFileError("\n".join(bad))
    if not rows:
        raise LabelledFileError("文件里没有一条标注")
    return tuple(rows)


def _row(line: bytes) -> tuple[Labelled | None, str]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None, "不是 JSON"
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return None, "没有 text"
    label, second = row.get("label"), row.get("label2") or ""
    if label not in LABELS:
        return None, f"不认识的类别“{label}”"
    if second and second not in LABELS:
        return None, f"不认识的类别“{second}”"
    return Labelled(text=row["text"], label=label, second=second), ""


def evaluate(rows: Sequence[Labelled], called: Sequence[str]) -> Evaluation:
    """Compare what was called with what was expected. Macro-F1 is the mean over the categories that occur."""
    strict = list(zip((row.label for row in rows), called, strict=True))
    lenient = [
        (verdict if verdict == row.second else row.label, verdict) for row, verdict in zip(rows, called, strict=True)
    ]
    confusion: dict[str, dict[str, int]] = {}
    for (expected, verdict), count in sorted(Counter(strict).items()):
        confusion.setdefault(expected, {})[verdict] = count
    figures = {label: _figures(strict, label) for label in LABELS}
    return Evaluation(
        rows=len(rows),
        strict=figures,
        macro_f1_strict=_macro(strict),
        macro_f1_lenient=_macro(lenient),
        confusion=confusion,
    )


def _figures(pairs: Sequence[tuple[str, str]], label: str) -> Figures:
    hits = sum(expected == called == label for expected, called in pairs)
    called = sum(verdict == label for _, verdict in pairs)
    support = sum(expected == label for expected, _ in pairs)
    precision = hits / called if called else 0.0
    recall = hits / support if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Figures(precision=precision, recall=recall, f1=f1, support=support)


def _macro(pairs: Sequence[tuple[str, str]]) -> float:
    present = [label for label in LABELS if any(expected == label for expected, _ in pairs)]
    return sum(_figures(pairs, label).f1 for label in present) / len(present)


def as_json(found: Evaluation) -> dict[str, object]:
    """The figures as plain values, rounded to four places."""
    return {
        "rows": found.rows,
        "macro_f1_strict": round(found.macro_f1_strict, 4),
        "macro_f1_lenient": round(found.macro_f1_lenient, 4),
        "categories": {
            label: {
                "precision": round(one.precision, 4),
                "recall": round(one.recall, 4),
                "f1": round(one.f1, 4),
                "support": one.support,
            }
            for label, one in found.strict.items()
        },
        "confusion": found.confusion,
    }


def render(found: Evaluation) -> str:
    """The figures as a table."""
    lines = [f"{'':14}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}"]
    lines += [
        f"{label:14}{one.precision:>10.3f}{one.recall:>10.3f}{one.f1:>10.3f}{one.support:>10}"
        for label, one in found.strict.items()
    ]
    lines += [
        "",
        f"macro-F1 strict {found.macro_f1_strict:.3f}, lenient {found.macro_f1_lenient:.3f}, {found.rows} rows",
        "",
    ]
    lines += _table(found.confusion)
    return "\n".join(lines)


def _table(confusion: Mapping[str, Mapping[str, int]]) -> Iterable[str]:
    yield f"{'is / called':14}" + "".join(f"{label:>14}" for label in LABELS)
    for label in LABELS:
        if label in confusion:
            yield f"{label:14}" + "".join(f"{confusion[label].get(called, 0):>14}" for called in LABELS)


def verdict_row(text: str, verdict: Verdict) -> dict[str, object]:
    """A judged message as ``xiaowei classify`` prints it."""
    flags = sorted(flag.value for flag in verdict.flags)
    return {
        "text": text,
        "label": verdict.label.value,
        "confidence": round(verdict.confidence, 3),
        "urgent": verdict.urgent,
        "flags": flags,
        "also": [{"label": part.category.value, "text": part.text} for part in verdict.also],
        "why": [
            {"words": reason.words, "for": reason.category.value, "weight": round(reason.weight, 3)}
            for reason in verdict.why
        ],
    }
