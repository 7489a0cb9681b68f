"""What follows another message: only the words are judged here, never who said it after what."""

from collections.abc import Callable

import pytest

from bot.classify.classifier import Classifier
from bot.classify.stream import Stream
from bot.domain.categories import Category, Flag

CASES: dict[str, tuple[Callable[[Stream, str], bool], list[str], list[str]]] = {
    "chasing": (
        Stream.is_followup,
        ["还没修", "到哪一步了", "修好没有嘛", "问了一天了没人吭声", "再催一下", "小微 我妈的事问到没有"],
        ["早上好", "路灯坏了", "谢谢书记", "今天卖完了"],
    ),
    "support": (
        Stream.is_support,
        ["我家也是", "+1", "对头 我也没看到", "我们这也停了", "同问", "俺家也一样", "我家窗户也裂了一条"],
        ["路灯坏了", "我也去", "我也要一袋", "谢谢大家"],
    ),
    "discontent": (
        Stream.is_discontent,
        ["还是没解决", "说了等于没说", "前晚上才通的 今早又返了", "一句等等看就打发了", "又是老样子", "这叫修好了?"],
        ["谢谢 修好了", "路灯坏了", "早"],
    ),
    "withdrawal": (
        Stream.is_withdrawal,
        ["不用来了 自己弄好了", "来电了!!!", "已经好了", "撤单撤单", "来水了 水大得很", "找到了 谢谢大家"],
        ["还没修好", "路灯坏了", "猪杀好了 来吃饭"],
    ),
    "thanks": (Stream.is_thanks, ["谢谢", "多谢书记", "辛苦了"], ["路灯坏了", "还没修"]),
    "ping": (
        Stream.is_ping,
        ["@主任 在吗", "@值班员", "书记在不在", "小微在吗?", "主任"],
        ["@主任 路灯坏了", "在吗 我问下低保", "吃了吗"],
    ),
    "correction": (
        Stream.is_correction, ["说错了 是四组", "打错了 不是一单元", "不对不对 是市场后面"], ["四组停水", "早"],
    ),
    "continuation": (
        Stream.is_continuation, ["上面说的就是这里", "看下图", "补充一下 还有三家"], ["四组停水", "早"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, case in CASES.items() for text in case[1]])
def test_followers_are_recognised(stream: Stream, kind: str, text: str) -> None:
    assert CASES[kind][0](stream, text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, case in CASES.items() for text in case[2]])
def test_other_talk_is_no_follower(stream: Stream, kind: str, text: str) -> None:
    assert not CASES[kind][0](stream, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("chasing", "修好没有嘛"),
        ("chasing", "问了三年 年年讲研究"),
        ("chasing", "都催好几回了"),
        ("chasing", "第三遍问了"),
        ("chasing", "批下来了没"),
        ("chasing", "我那件事卡在哪一步"),
        ("chasing", "到底发不发"),
        ("support", "阿拉屋里也停了"),
        ("support", "我哋屋企也冇水"),
        ("support", "两轮的也要五块 我家也被收了"),
        ("support", "俺也一样"),
        ("support", "把我家也写上"),
        ("support", "6栋2单元也又冒泡了"),
        ("discontent", "贴了等于没贴"),
        ("discontent", "一天一个说法"),
        ("discontent", "雷声大雨点小"),
        ("discontent", "答非所问"),
        ("withdrawal", "不用麻烦了 我搞定了"),
        ("withdrawal", "唔使来了 搞掂"),
        ("thanks", "唔该晒 谢谢师傅"),
        ("thanks", "给你们添麻烦了 谢谢"),
        ("correction", "刚才说错 是六组"),
    ],
)
def test_the_same_is_said_in_many_ways(stream: Stream, kind: str, text: str) -> None:
    assert CASES[kind][0](stream, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("chasing", "要得 我把15号圈在日历上了"),
        ("chasing", "好 我等到你们挖完"),
        ("discontent", "行 我在日历上记了"),
        ("support", "我也要福字两张"),
        ("support", "一亩收我几块钱我也愿意"),
        ("support", "我们今晚也去跳舞"),
        ("support", "今天这么说对头吗"),
        ("support", "昨晚全村都支持国足"),
        ("withdrawal", "还没到家 路上堵"),
        ("thanks", "今天豆花卖完了"),
    ],
)
def test_what_only_sounds_like_it_is_left_alone(stream: Stream, kind: str, text: str) -> None:
    assert not CASES[kind][0](stream, text)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("到哪一步了", Flag.FOLLOWUP),
        ("我家也停了", Flag.SUPPORT),
        ("说了等于没说", Flag.REOPEN),
        ("不用来了 已经好了", Flag.WITHDRAW),
        ("谢谢师傅", Flag.THANKS),
    ],
)
def test_the_verdict_carries_the_flag(classifier: Classifier, text: str, flag: Flag) -> None:
    assert flag in classifier.classify(text).flags


def test_asking_whether_it_is_done_withdraws_nothing(classifier: Classifier) -> None:
    flags = classifier.classify("修好了吗 还没修好吧").flags
    assert Flag.FOLLOWUP in flags
    assert Flag.WITHDRAW not in flags


@pytest.mark.parametrize("text", ["来电了!!!", "不用来了 撤单", "谢谢书记 修好了", "@主任 在吗"])
def test_closing_words_open_no_new_appeal(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).label is Category.NONE
