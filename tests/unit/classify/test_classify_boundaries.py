"""The minimal pairs of the taxonomy: nearly the same words, another category."""

import pytest

from bot.classify.classifier import Classifier
from bot.domain.categories import Category, Flag
from bot.domain.verdicts import Context

C = Category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("今天几点停水", C.CONSULTATION),
        ("停水三天了今天还停吗", C.HELP),
        ("低保标准多少", C.CONSULTATION),
        ("我家低保怎么停了", C.HELP),
        ("公示栏在哪", C.CONSULTATION),
        ("公示在哪,找了三遍没有", C.DISCLOSURE),
        ("补贴少打了一百二", C.HELP),
        ("公示里我家少三分地", C.DISCLOSURE),
        ("建议每月固定一天公开", C.SUGGESTION),
        ("建议把这笔明细公开", C.DISCLOSURE),
        ("路灯能不能修一下", C.HELP),
        ("路灯能不能换太阳能", C.SUGGESTION),
        ("这笔钱的明细没有", C.DISCLOSURE),
        ("那张发票是假的 钱被会计吃了", C.CLUE),
        ("隔壁违建 把路都占了", C.HELP),
        ("收了钱才不管违建", C.CLUE),
        ("有人在河里电鱼", C.HELP),
        ("协管员收电鱼的钱", C.CLUE),
        ("同意", C.NONE),
        ("同意,但应该先修学校那段", C.SUGGESTION),
        ("@主任 在吗", C.NONE),
        ("@主任 低保在哪个窗口申请", C.CONSULTATION),
    ],
)
def test_a_small_difference_in_words_decides_the_category(
    classifier: Classifier, text: str, category: Category
) -> None:
    assert classifier.classify(text).label is category


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("不是要举报 只是想看看修渠的账 明细一直没贴", C.DISCLOSURE),
        ("不是我要举报 但发票是假的 钱进了会计的腰包", C.CLUE),
    ],
)
def test_after_not_this_but_that_the_second_part_counts(classifier: Classifier, text: str, category: Category) -> None:
    assert classifier.classify(text).label is category


@pytest.mark.parametrize(
    "text",
    [
        "火了火了 今年的村晚肯定火",
        "救命 我笑得肚子疼",
        "急死我了 快递还没到哈哈",
        "火锅底料太辣 嗓子都冒烟了",
        "被困在我妈的饭桌上了 求放过",
        "给表叔送了一袋救命番薯",
        "价着火咧 羊羔子都二十三了",
        "没走丢 已经接回来了 谢谢大家",
    ],
)
def test_a_joke_about_fire_or_rescue_wakes_nobody(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert not verdict.urgent
    assert not classifier.is_urgent(text)
    assert verdict.label is C.NONE


@pytest.mark.parametrize(
    "text",
    [
        "火!!! 后山坟林那边起火了",
        "快来人 有人触电倒在塘边",
        "我奶奶走丢了 记性不好 到现在没回来",
        "煤气味好大 老人叫不醒",
        "我不想活了 孩子托付给你们",
        "隔壁又打老婆 头上都是血",
        "电梯卡住了 里面困着两个小孩",
        "后山塌方 房子埋了半边",
    ],
)
def test_danger_to_life_is_told_at_once(classifier: Classifier, text: str) -> None:
    assert classifier.is_urgent(text)
    verdict = classifier.classify(text)
    assert (verdict.label, verdict.urgent) == (C.HELP, True)


@pytest.mark.parametrize(
    "text",
    [
        "刷到个新闻 外省有个村支书贪污被抓了",
        "我要举报 老王偷吃我家杨梅😂",
        "我们公司主任天天开会",
        "电视剧里那个贪官终于被查了",
        "那年修水库 公社书记带头挑土",
        "苹果三块五一斤 要的私聊",
        "谁家有梯子 借我用半天",
        "考上初级会计证了🎉",
        "#接龙 订鸡苗\n1. 郝婶 二十只\n2. 老邵 十只",
    ],
)
def test_news_trade_favours_and_fun_open_nothing(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).label is C.NONE


def test_a_list_of_households_without_water_is_one_repair(classifier: Classifier) -> None:
    verdict = classifier.classify("#接龙 三组停水的\n1. 吴婶\n2. 老黑\n3. 阿珍")
    assert verdict.label is C.HELP
    assert Flag.BATCH in verdict.flags


def test_a_cadres_notice_is_no_appeal_whatever_its_words(classifier: Classifier) -> None:
    text = "二组路灯坏了,已联系电工,明天来修"
    assert classifier.classify(text, Context(by_cadre=True)).label is C.NONE


def test_irony_is_judged_by_the_defect(classifier: Classifier) -> None:
    verdict = classifier.classify("厉害了👍 路灯坏了三个月 才来看一眼 还是不亮")
    assert verdict.label is C.HELP
    assert Flag.SARCASM in verdict.flags


@pytest.mark.parametrize(
    "text",
    [
        "养路那个名额 名字挂的是他舅子 人一年四季都在福建",
        "工程年年都是书记侄子的 会没开过",
        "不给两条烟 会计就不给盖章",
    ],
)
def test_a_hint_without_the_word_report_is_a_clue(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).label is C.CLUE


def test_the_same_faint_words_count_for_more_in_private(classifier: Classifier) -> None:
    text = "我爸的材料交上去两个月 没有回音"
    open_talk = classifier.classify(text)
    private = classifier.classify(text, Context(private=True))
    assert private.label in {C.HELP, C.CONSULTATION}
    assert open_talk.label in {C.NONE, private.label}


def test_a_speech_transcript_is_trusted_less(classifier: Classifier) -> None:
    text = "二组路灯坏了三天了没人来修"
    spoken = classifier.classify(text, Context(voice=True))
    assert spoken.label is C.HELP
    assert spoken.confidence < classifier.classify(text).confidence


def test_the_verdict_says_which_words_it_rests_on(classifier: Classifier) -> None:
    verdict = classifier.classify("二组的路灯又不亮了")
    assert {"路灯", "不亮"} <= {reason.words for reason in verdict.why}
    assert all(reason.category is C.HELP for reason in verdict.why)


@pytest.mark.parametrize(
    ("text", "place", "topic"),
    [
        ("二组路灯又不亮了", "二组", "路灯"),
        ("三组堰塘上头那根水管爆了 说错了 是四组堰塘 不是三组", "四组堰塘", "用水"),
        ("老井旁的垃圾堆满了没人收", "老井旁", "垃圾"),
        ("3栋电梯坏了三天了", "3栋", "电梯"),
        ("我家低保怎么停了", "", "低保"),
    ],
)
def test_receipts_can_name_place_and_topic(classifier: Classifier, text: str, place: str, topic: str) -> None:
    verdict = classifier.classify(text)
    assert (verdict.place, verdict.topic) == (place, topic)


@pytest.mark.parametrize(
    ("plain", "variant"),
    [
        ("自来水没有水了", "自來水沒有水了"),
        ("请问低保标准多少", "請問低保標準多少"),
        ("路灯坏了 谁来修", "路\u200b灯坏\u200d了 谁来修"),
        ("电话13812345678 路灯坏了", "电话13812345678 路灯坏了"),
        ("怎么没有人来修水管", "咋个冇人来修水管"),
    ],
)
def test_script_width_and_dialect_make_no_difference(classifier: Classifier, plain: str, variant: str) -> None:
    assert classifier.classify(plain).label is classifier.classify(variant).label


def test_pieces_that_the_bot_joined_are_one_appeal(classifier: Classifier) -> None:
    verdict = classifier.classify("二组路灯又不亮了\n就是老井旁边那一盏")
    assert (verdict.label, verdict.place, verdict.topic) == (C.HELP, "二组", "路灯")


@pytest.mark.parametrize(
    "text",
    ["那条路晚上真黑 我开车都打远光", "有没有人去镇上 帮带两根水管接头 六分的", "春剪的枝子谁要烧火 自己来拉"],
)
def test_remarks_and_errands_between_neighbours_open_nothing(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).label is C.NONE


def test_the_post_behind_a_mentioned_name_accuses_nobody_and_is_no_place(classifier: Classifier) -> None:
    verdict = classifier.classify("@李青山 村委会副主任 残疾证下个月到期了 换证去哪里办")
    assert (verdict.label, verdict.place, verdict.topic) == (C.CONSULTATION, "", "残疾证")
    assert not verdict.suspects_clue
