"""A ticket never shows an accusation or a private number (R50)."""

import pytest

from bot.classify.classifier import Classifier
from bot.domain.categories import Category, Flag


def test_the_harmless_half_of_a_mixed_message_survives(classifier: Classifier) -> None:
    verdict = classifier.classify("低保名单怎么没贴出来,是不是主任又给了自己小舅子")
    assert verdict.label is Category.CLUE
    assert [part.category for part in verdict.also] == [Category.DISCLOSURE]
    assert verdict.public_text == "低保名单怎么没贴出来"
    assert verdict.also[0].text == "低保名单怎么没贴出来"
    assert Flag.MULTI in verdict.flags


@pytest.mark.parametrize(
    "text",
    [
        "支书把修路的钱装自己口袋了",
        "名额都内定给会计的侄子了,懂的都懂",
        "他收了钱,才给人家批地",
        "修桥款被王主任私吞了,监理是他连襟,验收走过场",
    ],
)
def test_a_pure_accusation_leaves_nothing_to_show(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.label is Category.CLUE
    assert verdict.public_text == ""


@pytest.mark.parametrize("accused", ["主任", "支书", "会计", "小舅子", "书记"])
def test_no_accused_person_is_ever_named(classifier: Classifier, accused: str) -> None:
    text = f"修渠的明细没公布,钱是不是被{accused}吃了,二组路灯也坏了"
    verdict = classifier.classify(text)
    shown = [verdict.public_text, *(p.text for p in verdict.also if p.category is not Category.CLUE)]
    assert Category.CLUE in {verdict.label, *(part.category for part in verdict.also)}
    assert not any(accused in words for words in shown)


def test_a_phone_number_is_masked_for_the_ticket(classifier: Classifier) -> None:
    verdict = classifier.classify("二组水管爆了 打我电话13812345678")
    assert verdict.public_text == "二组水管爆了 打我电话138****5678"
    assert Flag.ID in verdict.flags
