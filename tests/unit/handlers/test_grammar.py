"""What officers type with their thumbs, and what is understood of it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.handlers.grammar import SPELLINGS, Command, Verb, choice, comes, parse

CLOSE, PROGRESS, TRANSFER, CATEGORY = Verb.CLOSE, Verb.PROGRESS, Verb.TRANSFER, Verb.RECATEGORISE

UNDERSTOOD: list[tuple[str, Verb | None, int | None, str]] = [
    ("12 办结 已换灯泡,今晚亮", CLOSE, 12, "已换灯泡,今晚亮"),
    ("12办结已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12号办结，已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12号 办结：已换灯泡", CLOSE, 12, "已换灯泡"),
    ("#12 办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("第12号办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("第12件办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12号工单办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("１２　办结　已换灯泡", CLOSE, 12, "已换灯泡"),
    ("十二 办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("十号办结 已换灯泡", CLOSE, 10, "已换灯泡"),
    ("二十号办结 已换灯泡", CLOSE, 20, "已换灯泡"),
    ("二十三号办结 已换灯泡", CLOSE, 23, "已换灯泡"),
    ("一百零三号办结 已换灯泡", CLOSE, 103, "已换灯泡"),
    ("一百一十二 办结 已换灯泡", CLOSE, 112, "已换灯泡"),
    ("两号办结 已换灯泡", CLOSE, 2, "已换灯泡"),
    ("办结 12 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("办结12号 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("办结:12,已换灯泡", CLOSE, 12, "已换灯泡"),
    ("办结 已换灯泡", CLOSE, None, "已换灯泡"),
    ("12 办结", CLOSE, 12, ""),
    ("办结", CLOSE, None, ""),
    ("12 半结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 办洁 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 办接 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 伴结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 结案 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 办好了 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12办完了,灯亮了", CLOSE, 12, "灯亮了"),
    ("12 搞定 灯亮了", CLOSE, 12, "灯亮了"),
    ("12 解决了 灯亮了", CLOSE, 12, "灯亮了"),
    ("12 处理好了 灯亮了", CLOSE, 12, "灯亮了"),
    ("12 办结 没有漏水了,接头已换", CLOSE, 12, "没有漏水了,接头已换"),
    ("12 办结 3户都通水了", CLOSE, 12, "3户都通水了"),
    ("12 办结 换了灯泡\n拍了照片", CLOSE, 12, "换了灯泡\n拍了照片"),
    ("柳湾12 办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("柳湾村12号 办结 已换灯泡", CLOSE, 12, "已换灯泡"),
    ("12 进展 明天上午到", PROGRESS, 12, "明天上午到"),
    ("12进度 明天上午到", PROGRESS, 12, "明天上午到"),
    ("12 近展 明天上午到", PROGRESS, 12, "明天上午到"),
    ("12 还在办 等配件", PROGRESS, 12, "等配件"),
    ("进展 明天上午到", PROGRESS, None, "明天上午到"),
    ("12 转办 镇村镇建设办 需立杆", TRANSFER, 12, "镇村镇建设办 需立杆"),
    ("12 转半 水利站 要清淤", TRANSFER, 12, "水利站 要清淤"),
    ("12转给水利站 要清淤", TRANSFER, 12, "水利站 要清淤"),
    ("12 移交 水利站", TRANSFER, 12, "水利站"),
    ("12 上报 要镇里出钱", TRANSFER, 12, "要镇里出钱"),
    ("12 办不了 要换电缆", TRANSFER, 12, "要换电缆"),
    ("12号我们办不了,要换电缆", TRANSFER, 12, "要换电缆"),
    ("12 退回 这是水利站管的", Verb.RETURN, 12, "这是水利站管的"),
    ("12不归我们管,电杆归建设办", Verb.RETURN, 12, "电杆归建设办"),
    ("柳湾村12 督办 水利站 拖了两周", Verb.SUPERVISE, 12, "水利站 拖了两周"),
    ("柳湾村12 不督办", Verb.NO_SUPERVISION, 12, ""),
    ("12 报书记 要您出面", Verb.REPORT, 12, "要您出面"),
    ("柳湾村12 交叉核查 苇湖镇 有亲戚", Verb.CROSS_CHECK, 12, "苇湖镇 有亲戚"),
    ("12 改类 建议", CATEGORY, 12, "建议"),
    ("12改为咨询", CATEGORY, 12, "咨询"),
    ("12 该类 咨询", CATEGORY, 12, "咨询"),
    ("12 不是诉求", Verb.NOT_AN_APPEAL, 12, ""),
    ("12 不是述求", Verb.NOT_AN_APPEAL, 12, ""),
    ("12号误报", Verb.NOT_AN_APPEAL, 12, ""),
    ("12 不是答复", Verb.NOT_AN_ANSWER, 12, ""),
    ("待办", Verb.LIST, None, ""),
    ("代办", Verb.LIST, None, ""),
    ("带办。", Verb.LIST, None, ""),
    ("值班", Verb.DUTY, None, ""),
    ("今天谁值班", Verb.DUTY, None, ""),
    ("帮助", Verb.HELP, None, ""),
    ("帮主", Verb.HELP, None, ""),
    ("?", Verb.HELP, None, ""),
    ("？", Verb.HELP, None, ""),
    ("线索", Verb.CLUES, None, ""),
    ("日报", Verb.DIGEST, None, ""),
    ("收到", Verb.ACKNOWLEDGE, None, ""),
    ("收到!", Verb.ACKNOWLEDGE, None, "!"),
    ("好的。", Verb.ACKNOWLEDGE, None, ""),
    ("12 明天上午到", None, 12, "明天上午到"),
    ("12号明天上午到", None, 12, "明天上午到"),
]

FREE = [
    "",
    "   ",
    "还没办好",
    "没办结",
    "办结不了",
    "办结不了,要镇里来",
    "办好了吗",
    "办好了没有",
    "办结了没",
    "办完了吗?",
    "办不成",
    "这个办结不掉",
    "好的,明天去看看",
    "收到的时候灯已经坏了",
    "今天天气不错啊",
    "值班的人换成李四",
    "三组的灯办好了",
    "12",
    "😂",
    "灯" * 100_000,
]

NOT_CLOSED = [
    "12 还没办好",
    "12 没办结",
    "12 办结不了",
    "12号办好了吗",
    "12 办好了没有",
    "12 办好了没",
    "12 快办好了",
    "12 不能办结",
]


@pytest.mark.parametrize(("words", "verb", "number", "rest"), UNDERSTOOD)
def test_what_is_typed_is_understood(words: str, verb: Verb | None, number: int | None, rest: str) -> None:
    command = parse(words)
    assert command is not None
    assert (command.verb, command.number, command.rest) == (verb, number, rest)


@pytest.mark.parametrize("words", FREE)
def test_free_speech_is_no_command(words: str) -> None:
    command = parse(words)
    assert command is None or command.verb is None


@pytest.mark.parametrize("words", NOT_CLOSED)
def test_what_is_not_done_closes_nothing(words: str) -> None:
    command = parse(words)
    assert command is None or command.verb is None


def test_a_village_before_the_number_tells_villages_apart() -> None:
    assert parse("柳湾村12 办结 已换灯泡") == Command(verb=CLOSE, number=12, village="柳湾村", rest="已换灯泡")
    assert parse("三里村5号办结 好了好了") == Command(verb=CLOSE, number=5, village="三里村", rest="好了好了")


def test_no_spelling_stands_for_two_things() -> None:
    spellings = [spelling for group in SPELLINGS.values() for spelling in group]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(
    ("words", "number"),
    [("1", 1), (" 2 ", 2), ("1.", 1), ("1。", 1), ("选1", 1), ("一", 1), ("两", 2), ("１", 1), ("1号", 1), ("3！", 3)],
)
def test_a_bare_number_is_a_choice(words: str, number: int) -> None:
    assert choice(words) == number


@pytest.mark.parametrize("words", ["", "12", "1 办结", "好", "1.5", "①", "١", "²", "一二"])
def test_anything_else_is_no_choice(words: str) -> None:
    assert choice(words) is None


@given(st.text(max_size=200))
def test_no_text_is_too_strange(words: str) -> None:
    command = parse(words)
    assert command is None or command.number is None or command.number >= 0
    assert choice(words) in (None, *range(10))


@given(number=st.integers(1, 9999), rest=st.text(st.characters(categories=["Lo"]), min_size=1, max_size=20))
def test_every_number_survives(number: int, rest: str) -> None:
    assume(rest != "没" and not rest.startswith(("吗", "不")))  # 1 进展 没? asks, 1 进展 不了 takes back
    command = parse(f"{number} 进展 {rest}")
    assert command is not None
    assert (command.verb, command.number) == (PROGRESS, number)


def test_who_says_that_he_comes_and_who_does_not() -> None:
    assert all(comes(words) for words in ("收到", "马上到", "我去", "好的这就去", "已到现场", "在路上"))
    assert not any(comes(words) for words in ("", "去不了", "我在外地,赶不到", "到了吗", "什么情况", "我不在村里"))
