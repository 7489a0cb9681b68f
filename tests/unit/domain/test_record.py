"""What may be written into the record: work in any words, and no phrase that fits every matter."""

import pytest

from bot.domain.categories import Category
from bot.domain.record import Decision, Lack, contact, decision, lacking, publication, same_words, usual_effect
from bot.domain.tickets import Contact, Effect

HELP, ASKED, IDEA, SHOWN = Category.HELP, Category.CONSULTATION, Category.SUGGESTION, Category.DISCLOSURE

ENOUGH = {
    HELP: [
        "已换灯泡,今晚亮",
        "修好了",
        "灯亮了",
        "通电",
        "没有漏水了,接头已换",
        "3户都通水了",
        "民政所说周五统一发放,到账请看存折",
        "打电话给供电所,已派人换好",
        "上门看了,是水表坏了,已换新表",
        "跟隔壁说好了,今晚起不放音响",
        "协调了两家,同意各让半米",
        "这段路归省道,已报公路局列入今年计划",
    ],
    ASKED: [
        "2月底前交,手机上就能交",
        "找何会计",
        "一年400元",
        "不可以,要本人到场",
        "打电话说了,12月底前都能交",
    ],
    IDEA: [
        "采纳,下月在学校段装两盏",
        "部分采纳:先装学校段,其余等明年的钱",
        "不采纳,河堤不归村里管,水务局明年统一修",
    ],
    SHOWN: [
        "2月务工明细3月6日已贴公示栏",
        "已重新贴公示栏并发群里",
        "账目已重新公布,张贴在二组小卖部门口",
        "https://example.org/a 已公开",
    ],
}
SAYS_NOTHING = [
    "",
    "已阅",
    "已处理",
    "已办理",
    "收到",
    "好的",
    "请到公示栏看",
    "已转达",
    "已转达相关部门处理",
    "正在研究",
    "高度重视,尽快处理",
    "感谢反映,已安排人员处理",
    "已处理完毕,谢谢您的支持",
    "我们会尽快答复",
    "情况属实",
    "打电话说了",
    "上门看了",
    "都弄好了",
]


@pytest.mark.parametrize(("category", "words"), [(kind, words) for kind, all_ in ENOUGH.items() for words in all_])
def test_real_work_is_accepted_in_whatever_words(category: Category, words: str) -> None:
    assert lacking(category, words) is None


@pytest.mark.parametrize("category", [HELP, ASKED])
@pytest.mark.parametrize("words", SAYS_NOTHING)
def test_phrases_that_fit_every_matter_are_sent_back(category: Category, words: str) -> None:
    assert lacking(category, words) is Lack.WORDS


def test_an_announcement_is_asked_about_once_and_only_where_help_was_asked_for() -> None:
    words = "等配件,下周换"
    assert lacking(HELP, words, announced=True) is Lack.RESULT
    assert lacking(HELP, words) is None
    assert lacking(ASKED, words, announced=True) is None


@pytest.mark.parametrize(
    ("words", "lack"),
    [
        ("下月装两盏灯", Lack.VERDICT),
        ("采纳", Lack.REASON),
        ("不采纳", Lack.REASON),
        ("建议很好,会研究", Lack.WORDS),
        ("已阅", Lack.WORDS),
    ],
)
def test_a_suggestion_needs_a_verdict_and_why(words: str, lack: Lack) -> None:
    assert lacking(IDEA, words) is lack


@pytest.mark.parametrize(
    ("words", "lack"),
    [
        ("查过了没有问题", Lack.PUBLICATION),
        ("已公开", Lack.PUBLICATION),
        ("正在整理,下周公布", Lack.PUBLICATION),
        ("请到公示栏看", Lack.BOARD),
        ("账都对的,自己去公示栏看", Lack.BOARD),
    ],
)
def test_a_disclosure_matter_closes_with_its_publication_only(words: str, lack: Lack) -> None:
    assert lacking(SHOWN, words) is lack


def test_a_photograph_stands_for_the_place() -> None:
    assert lacking(SHOWN, "明细已经重新贴出来") is Lack.PUBLICATION
    assert lacking(SHOWN, "明细已经重新贴出来", pictures=True) is None
    assert publication("明细已经重新贴出来", pictures=True) == "明细已经重新贴出来"


def test_the_publication_is_what_the_words_say_of_it() -> None:
    assert publication("对不住,2月务工明细3月6日已贴公示栏,以后每月5号贴") == "2月务工明细3月6日已贴公示栏"
    assert publication("查过了没有问题") == ""


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("打电话说了,明天去", Contact.PHONE),
        ("给老人打了电话", Contact.PHONE),
        ("上门看了,换了水表", Contact.IN_PERSON),
        ("当面跟他讲清楚了", Contact.IN_PERSON),
        ("微信回了", Contact.PRIVATE),
        ("群里说了", Contact.GROUP),
        ("打电话给供电所,已派人换好", None),
        ("电话没打通", None),
        ("已换灯泡", None),
    ],
)
def test_the_way_of_contact_is_read_from_the_words(words: str, how: Contact | None) -> None:
    assert contact(words) is how


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("不采纳,没有钱", Decision.NOT_ADOPTED),
        ("暂时不能采纳", Decision.NOT_ADOPTED),
        ("部分采纳", Decision.PARTLY),
        ("已采纳您的建议", Decision.ADOPTED),
        ("装灯", None),
    ],
)
def test_a_refusal_is_not_read_as_a_consent(words: str, said: Decision | None) -> None:
    assert decision(words) is said


def test_what_comes_of_it_follows_the_category() -> None:
    assert usual_effect(HELP, "换了") is Effect.SOLVED
    assert usual_effect(SHOWN, "贴了") is Effect.RECTIFIED
    assert usual_effect(ASKED, "找何会计") is Effect.ANSWERED
    assert usual_effect(IDEA, "采纳,装灯") is Effect.ADOPTED
    assert usual_effect(IDEA, "不采纳,没有钱") is Effect.ANSWERED


def test_a_comma_makes_no_new_answer() -> None:
    assert same_words("已换灯泡,今晚亮", "已换灯泡，今晚亮。")
    assert not same_words("已换灯泡,今晚亮", "已换灯管,今晚亮")
    assert not same_words("", "")
