"""The fast segmenter cuts as jieba, its reference, does."""

import importlib
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import rjieba

MESSAGES = Path(__file__).parents[2] / "data" / "classify_messages.jsonl"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's source has escapes that newer Pythons complain about
        jieba = importlib.import_module("jieba")
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))  # never the shared cache in the system's folder
    return lambda text: list(tokenizer.cut(text, HMM=False))


def test_both_segmenters_agree_on_han_text(reference: Callable[[str], list[str]]) -> None:
    fast = rjieba.Jieba()
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    han = ["".join(c for c in text if "\u4e00" <= c <= "\u9fff") for text in texts]
    assert [fast.cut(text, False) for text in han] == [reference(text) for text in han]
