"""At a glance, as words come in: what may be a cry for help is seen, small talk mostly is not."""

import pytest

from bot.classify.classifier import Classifier

CRIES = (
    "塌房了 快来人",
    "有人落水",
    "救命啊",
    "后山垮下来了 压到人了",
    "煤氣樽噴火 廚房冇人敢入",
    "三组王家着火了！！",
    "冰排上站着仨人 往江心漂呢",
    "老人倒在菜地里 嘴歪了 说不出话",
    "我爸喝农药了",
    "沼气池里下去两个人 没上来",
    "这边水淹到二楼了 屋里还有老人",
    "[图片] 河里有人 快去救",
)
"""With a word of danger, and without one: danger has no end of words."""
TALK = (
    "早上好",
    "今天桃子什么价",
    "谁家的狗跑到我菜地里了",
    "低保怎么申请",
    "二组路灯又不亮了",
    "收到",
    "晚上跳舞的来不来",
    "孩子考上县一中了 请大家吃糖",
    "明天赶集有没有人一起",
    "村里的公示栏该换了",
    "谢谢书记",
    "自家种的番薯 三块一斤",
)


@pytest.mark.parametrize("text", CRIES)
def test_a_cry_for_help_is_seen_at_a_glance(classifier: Classifier, text: str) -> None:
    assert classifier.may_be_urgent(text)


@pytest.mark.parametrize("text", TALK)
def test_small_talk_and_everyday_matters_are_passed_over(classifier: Classifier, text: str) -> None:
    assert not classifier.may_be_urgent(text)


def test_one_word_of_danger_is_enough_even_in_jest(classifier: Classifier) -> None:
    """Whether it is meant is looked at later: here it counts that nothing is missed."""
    assert classifier.may_be_urgent("今天喜欢跳广场舞的快来人")


def test_a_cry_at_the_end_of_a_long_text_is_seen(classifier: Classifier) -> None:
    assert classifier.may_be_urgent("今天天气不错，" * 5000 + "河里有人落水了")


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "😀" * 3000, "火" * 100_000, "\ud83d", "a" * 100_000])
def test_any_text_is_answered(classifier: Classifier, text: str) -> None:
    assert classifier.may_be_urgent(text) in (True, False)
