"""An officer edits these files; mistakes are listed all at once, with file and line."""

from pathlib import Path

from bot.classify.classifier import Classifier
from bot.classify.lexicon import Lexicon, read_lexicon
from bot.domain.categories import Category


def test_the_shipped_lexicon_has_no_fault(shipped_folder: Path) -> None:
    lexicon, faults = read_lexicon([shipped_folder])
    assert faults == []
    assert "路灯" in lexicon.groups["设施"]


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "a.yaml").write_text("groups:\n  损坏:\n    - 坏了\n颜色: 红\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("groups: {损坏: 坏了\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(
        "replace: >-\n  冇=没有\n  咋个\ncharacters: 請请 問\ngroups:\n  设施: -没有这个词\n", encoding="utf-8"
    )
    (tmp_path / "d.yaml").write_bytes("groups:\n  损坏: 坏".encode("gbk"))
    (tmp_path / "weights.tsv").write_text("# 注\n坏了\t1\t2\n好的\t1\t2\t3\t4\t5\t六\t7\n", encoding="utf-8")
    _lexicon, faults = read_lexicon([shipped_folder, tmp_path, tmp_path / "没有"])
    told = [str(fault).replace(f"{tmp_path.as_posix()}/", "") for fault in faults]
    row = "应当是一个词加 7 个数,用制表符隔开,每个数在 -100 到 100 之间"
    assert told == [
        "a.yaml:3: “损坏”的词应当写成一段,词与词之间空一格",
        "a.yaml:4: 不认识的栏目“颜色”",
        "b.yaml:2: 格式不对,请检查缩进、冒号和引号",
        "c.yaml:3: “咋个”应当写成“方言=普通话”",
        "c.yaml:4: “問”应当是两个字:前一个是繁体或异体,后一个是简体",
        "c.yaml:6: “设施”里没有“没有这个词”这个词,不用去掉",
        "d.yaml: 文件不是 UTF-8 编码,请另存为 UTF-8",
        f"weights.tsv:2: {row}",
        f"weights.tsv:3: {row}",
        "没有: 找不到词库文件夹",
    ]


def test_a_topic_that_says_nothing_or_two_things_is_refused(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "topics:\n"
        "  路灯: 街灯 街灯+ 一+二+三 ~\n"
        "  公共照明和太阳能路灯: 亮化\n"
        "  低保 [C6]: 保障金\n"
        "  亮化工程 (C4-01): 街灯 亮化\n"
        "  垃圾: -没有这个词\n",
        encoding="utf-8",
    )
    lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert [str(fault).replace(f"{tmp_path.as_posix()}/", "") for fault in faults] == [
        "a.yaml:2: “街灯+”应当是一个词,或者两个词中间一个加号",
        "a.yaml:2: “一+二+三”应当是一个词,或者两个词中间一个加号",
        "a.yaml:2: “~”应当是一个词,或者两个词中间一个加号",
        "a.yaml:3: “公共照明和太阳能路灯”应当写成“叫法”或“叫法 (编号)”,叫法最多 8 个字",
        "a.yaml:4: “低保 [C6]”应当写成“叫法”或“叫法 (编号)”,叫法最多 8 个字",
        "a.yaml:6: “垃圾”里没有“没有这个词”这个词,不用去掉",
        "a.yaml:5: “街灯”在“路灯”和“亮化工程”里都有,请去掉一处",
    ]
    assert lexicon.topic_ids["亮化工程"] == ("C4-01",)


def test_a_county_moves_a_word_and_gives_a_topic_its_own_number(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "topics:\n  灌溉: -泵站 ~泵站\n  路灯 (L-7): 街灯\n  垃圾: -保洁员\n  公益岗: 保洁员\n", encoding="utf-8"
    )
    lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert faults == []
    assert "~泵站" in lexicon.topics["灌溉"]
    assert lexicon.topic_ids["路灯"] == ("L-7",)
    assert "保洁员" in lexicon.topics["公益岗"]
    assert "保洁员" not in lexicon.topics["垃圾"]


def test_a_lexicon_without_the_needed_groups_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("groups:\n  损坏: 坏了\n", encoding="utf-8")
    _lexicon, faults = read_lexicon([tmp_path])
    assert len(faults) == 2
    assert "险情" in faults[0].message
    assert "weights.tsv" in faults[1].message


def test_a_county_teaches_its_own_words_without_code(tmp_path: Path, shipped_folder: Path) -> None:
    text = "二组的嘎嘎灯歇菜了 派人来修一下"
    (tmp_path / "本县.yaml").write_text(
        "groups:\n  设施: 嘎嘎灯\n  损坏: 歇菜了\ntopics:\n  路灯: 嘎嘎灯\n", encoding="utf-8"
    )
    lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert faults == []
    verdict = Classifier(lexicon).classify(text)
    assert (verdict.label, verdict.topic) == (Category.HELP, "路灯")
    assert {"嘎嘎灯", "歇菜了"} <= {reason.words for reason in verdict.why}


def test_a_county_takes_a_word_out_and_overrides_a_weight(tmp_path: Path, shipped_folder: Path) -> None:
    (tmp_path / "a.yaml").write_text("groups:\n  设施: -路灯\n", encoding="utf-8")
    (tmp_path / "weights.tsv").write_text("路灯\t0\t9\t0\t0\t0\t0\t0\n", encoding="utf-8")
    lexicon, faults = read_lexicon([shipped_folder, tmp_path])
    assert faults == []
    assert "路灯" not in lexicon.groups["设施"]
    assert lexicon.weights["路灯"] == (0, 9, 0, 0, 0, 0, 0)


def test_an_empty_lexicon_finds_nothing_and_breaks_nothing() -> None:
    assert Classifier(Lexicon()).classify("路灯坏了").place == ""
