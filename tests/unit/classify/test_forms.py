"""How people talk to one another: forms that a county can edit, looked for in the text as it was written."""

from pathlib import Path

import pytest

from bot.classify.forms import Form, Forms
from bot.classify.lexicon import NEEDED_FORMS, Lexicon, read_lexicon
from bot.classify.stream import Stream


@pytest.mark.parametrize(
    ("form", "text", "there"),
    [
        (Form.LAUGHS, "钱都喝茶了😂", True),
        (Form.LAUGHS, "钱都喝茶了", False),
        (Form.PRESSES, "凭哪样收两回", True),
        (Form.PRESSES, "哪家都一样", False),
        (Form.WANTS_WORD, "宝音 今天来不来", True),
        (Form.WANTS_WORD, "宝音 来不了也没事", False),
        (Form.POINTS_BACK, "那事咋说", True),
        (Form.POINTS_BACK, "那人咋说", False),
        (Form.TROUBLE, "我老花镜戴两副都瞧不清", True),
        (Form.AGREES_OUTRIGHT, "+1", True),
        (Form.SPARED, "我家有啊 大得很", True),
    ],
)
def test_a_form_is_heard_in_what_people_say(stream: Stream, form: Form, text: str, *, there: bool) -> None:
    assert stream.forms.said(form, text) is there


@pytest.mark.parametrize(
    ("text", "missed"),
    [("十点了咧 铲车呢", "铲车"), ("小柏 我那个网喃", "我那个网"), ("吵甚呢", ""), ("人都走了呢", "")],
)
def test_what_is_missed_is_the_thing_before_the_particle(stream: Stream, text: str, missed: str) -> None:
    assert stream.forms.missed(text) == missed


@pytest.mark.parametrize(
    ("text", "at_once", "anywhere"),
    [
        ("对头 我家也停了", True, True),
        ("昨晚我家也停了", False, True),
        ("我的天", False, False),
        ("停了", False, False),
    ],
)
def test_who_speaks_of_his_own_house(stream: Stream, text: str, *, at_once: bool, anywhere: bool) -> None:
    assert stream.forms.of_own_house(text, at_once=True) is at_once
    assert stream.forms.of_own_house(text) is anywhere


def test_words_that_everybody_says_are_no_echo(stream: Stream) -> None:
    assert stream.echo.shared("泵站修好没有", "泵站坏了没人修") == 1
    assert stream.echo.shared("请问什么时候", "请问什么时候") == 0
    assert stream.echo.shared_characters("灯呢", "二组路灯不亮") == 1
    assert stream.echo.has_subject("铲车来没来")
    assert not stream.echo.has_subject("到底怎么样了")


def test_every_form_that_is_asked_for_is_shipped_and_none_is_needed_for_nothing() -> None:
    assert {form.value for form in Form} < NEEDED_FORMS
    assert len(NEEDED_FORMS) == len(Form) + len(("应声", "自家", "在哪呢", "不是东西", "空话", "虚字"))


def test_an_empty_lexicon_hears_no_form() -> None:
    forms = Forms(Lexicon())
    assert not any(forms.said(form, "凭什么😂 我家也停了") or forms.begins(form, "") for form in Form)
    assert not forms.of_own_house("我家也停了")
    assert forms.missed("铲车呢") == ""
    assert Stream(Lexicon()).echo.shared("路灯", "路灯") == 1


def test_a_county_adds_a_way_of_talking_and_takes_one_out(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "本县.yaml").write_text("forms:\n  追问: 啷(个|块)\n  笑: -嘻嘻\n", encoding="utf-8")
    lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert faults == []
    forms = Forms(lexicon)
    assert forms.said(Form.PRESSES, "啷个搞起的")
    assert not forms.said(Form.LAUGHS, "嘻嘻")


def test_a_pattern_that_cannot_be_read_or_may_run_away_is_refused(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "a.yaml").write_text("forms:\n  追问: 啷(个\n  笑: 哈+ \\+1\n  反问: (哪.*)*\n", encoding="utf-8")
    _lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert [str(fault).replace(f"{tmp_path.as_posix()}/", "") for fault in faults] == [
        "a.yaml:2: “追问”里的“啷(个”写法不对,请检查括号",
        "a.yaml:3: “笑”里的“哈+”不能用 * 和 +,请写成 {1,4} 这样的长度",
        "a.yaml:4: “反问”里的“(哪.*)*”不能用 * 和 +,请写成 {1,4} 这样的长度",
    ]
