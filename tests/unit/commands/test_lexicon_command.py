"""What is accepted stands in the county's weights.tsv, wholly or not at all."""

from pathlib import Path

import pytest

from bot.classify.learning import Suggestion
from bot.classify.lexicon import read_lexicon
from bot.commands.lexicon import LessonError, write_rows
from bot.domain.categories import Category

SHIPPED = Path(__file__).parents[3] / "config" / "lexicon"


def word(name: str, help_: float) -> Suggestion:
    return Suggestion(
        word=name,
        change=((Category.HELP, help_),),
        known=False,
        because=(),
        row=(0.0, help_, 0.0, 0.0, 0.0, -1.5, 0.0),
    )


def test_the_first_word_makes_the_file_and_says_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "lexicon" / "weights.tsv"
    write_rows(file, [word("泵房", 2.4)], "2-abc123")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# 本县自己的词")
    assert lines[2] == "# 特征\tconsultation\thelp\tsuggestion\tdisclosure\tclue\tnone\turgent"
    assert lines[3:] == ["# 采纳自建议单 2-abc123", "泵房\t0\t2.4\t0\t0\t0\t-1.5\t0"]
    lexicon, faults = read_lexicon([SHIPPED, file.parent])
    assert faults == []
    assert lexicon.weights["泵房"] == (0.0, 2.4, 0.0, 0.0, 0.0, -1.5, 0.0)


def test_other_rows_and_remarks_stay_and_an_older_row_of_the_word_goes(tmp_path: Path) -> None:
    file = tmp_path / "weights.tsv"
    file.write_text("# 我们的\n泵房\t0\t1\t0\t0\t0\t0\t0\n合疗\t1\t0\t0\t0\t0\t0\t0", encoding="utf-8")
    file.chmod(0o600)
    write_rows(file, [word("泵房", 3.0)], "2-abc123")
    assert file.read_text(encoding="utf-8") == (
        "# 我们的\n合疗\t1\t0\t0\t0\t0\t0\t0\n# 采纳自建议单 2-abc123\n泵房\t0\t3\t0\t0\t0\t-1.5\t0\n"
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "lexicon").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(LessonError, match="什么也没改"):
        write_rows(tmp_path / "lexicon" / "weights.tsv", [word("泵房", 3.0)], "2-abc123")
