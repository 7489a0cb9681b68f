from pathlib import Path

import pytest

from bot.classify.classifier import Classifier
from bot.classify.lexicon import Lexicon, read_lexicon
from bot.classify.stream import Stream

SHIPPED = Path(__file__).parents[3] / "config" / "lexicon"


@pytest.fixture(scope="session")
def shipped_folder() -> Path:
    return SHIPPED


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    lexicon, faults = read_lexicon([SHIPPED])
    assert faults == []
    return lexicon


@pytest.fixture(scope="session")
def classifier(lexicon: Lexicon) -> Classifier:
    return Classifier(lexicon)


@pytest.fixture(scope="session")
def stream(classifier: Classifier) -> Stream:
    return classifier.stream
