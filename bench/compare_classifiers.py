"""Hold the bot's classifier against what a user would build instead, on the same unseen messages, in one run.

    python -m bench.compare_classifiers --data DIR --data bench/data [--test tests/data/classify_unseen.jsonl]

Alternatives: (a) TF-IDF of jieba's words and logistic regression, (b) the same with character n-grams beside, both
fitted on the very messages that the shipped weights were fitted on; (c) counting the lexicon's words per category.
Needs scikit-learn besides the bot's own packages. Prints accuracy, and what a verdict costs as a share of jieba's own
segmentation of the same messages, both timed in turn on a machine that may be busy: the median of some rounds.
"""

import argparse
import json
import logging
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jieba
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import FeatureUnion, Pipeline

from bench.fit_lexicon import MADE, Example, read_examples
from bot.classify.classifier import Classifier
from bot.classify.evidence import Finder
from bot.classify.lexicon import Lexicon, read_lexicon
from bot.classify.normalise import Normaliser
from bot.domain.categories import Category

Judge = Callable[[str], str]
ROUNDS = 9
TIMED = 200
"""Messages of each kind that are timed, spread over all that there are."""
LONG = 120
"""Characters from which a text counts as a letter."""


def fitted(examples: Sequence[Example], *, characters: bool) -> Judge:
    """Fit a plain linear model."""
    words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    parts = [("words", words)]
    if characters:
        parts.append(("characters", TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True)))
    model = Pipeline(
        [
            ("features", FeatureUnion(parts)),
            ("linear", LogisticRegression(C=10, max_iter=200, class_weight="balanced")),
        ]
    )
    model.fit([e.text for e in examples], [e.label for e in examples])
    return lambda text: str(model.predict([text])[0])


def counted(folder: Path, lexicon: Lexicon) -> Judge:
    """Count the words of each category's file; the most frequent category wins, none if nothing is found."""
    normaliser = Normaliser(lexicon)
    groups: dict[str, str] = {}
    for category in Category:
        own = yaml.safe_load((folder / f"{category.value}.yaml").read_text(encoding="utf-8"))
        groups |= dict.fromkeys(own["groups"], category.value)
    finder = Finder(lexicon, normaliser)

    def judge(text: str) -> str:
        hits = finder.find(normaliser.normalise(text))
        votes = Counter(groups[group] for hit in hits for group in hit.groups if group in groups)
        return votes.most_common(1)[0][0] if votes else Category.NONE.value

    return judge


def spent(judge: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the seconds of processor time that all texts take."""
    start = time.process_time()
    for text in texts:
        judge(text)
    return time.process_time() - start


def costs(judges: Mapping[str, Judge], texts: Sequence[str]) -> dict[str, float]:
    """Return what each judge costs as a share of jieba's segmentation of the same texts, timed in the same minute."""
    some = texts[:: max(1, len(texts) // TIMED)][:TIMED]
    shares: dict[str, list[float]] = {name: [] for name in judges}
    for _ in range(ROUNDS):
        reference = spent(jieba.lcut, some)
        for name, judge in judges.items():
            shares[name].append(spent(judge, some) / reference)
    return {name: statistics.median(each) for name, each in shares.items()}


def main() -> None:
    """Fit the alternatives, judge, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--lexicon", type=Path, default=Path("config/lexicon"))
    parser.add_argument("--test", type=Path, default=Path("tests/data/classify_unseen.jsonl"))
    given = parser.parse_args()
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    rows = [json.loads(line) for line in given.test.read_text(encoding="utf-8").splitlines()]
    texts, labels = [row["text"] for row in rows], [row["label"] for row in rows]
    examples = [e for e in read_examples(given.data) if e.source not in MADE]
    lexicon, _faults = read_lexicon([given.lexicon])
    ours = Classifier(lexicon)
    judges: dict[str, Judge] = {
        "小微": lambda text: ours.classify(text).label.value,
        "jieba + TF-IDF + linear": fitted(examples, characters=False),
        "the same + characters": fitted(examples, characters=True),
        "counting keywords": counted(given.lexicon, lexicon),
    }
    kinds = {
        "small talk": [e.text for e in examples if e.source == "chitchat"],
        "appeals": [text for text, label in zip(texts, labels, strict=True) if label != "none"],
        "letters": [e.text for e in examples if len(e.text) >= LONG],
    }
    shares = {kind: costs(judges, some) for kind, some in kinds.items() if some}
    print(f"{len(rows)} unseen messages; cost as a share of jieba's segmentation of the same texts")
    print(f"| | macro-F1 | clue recall | {' | '.join(f'{kind}: cost' for kind in shares)} |")
    print("|---" * (len(shares) + 3) + "|")
    for name, judge in judges.items():
        said = [judge(text) for text in texts]
        clues = [s for s, label in zip(said, labels, strict=True) if label == "clue"]
        figures = [f1_score(labels, said, average="macro"), clues.count("clue") / len(clues)]
        figures += [each[name] for each in shares.values()]
        print(f"| {name} | {' | '.join(f'{figure:.3f}' for figure in figures)} |")


if __name__ == "__main__":
    main()
