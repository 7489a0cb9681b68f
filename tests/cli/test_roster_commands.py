"""``xiaowei roster template`` and ``xiaowei import roster`` as an operator types them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.mark.usefixtures("migrated")
def test_a_template_goes_out_and_comes_back(anew: Command, tmp_path: Path) -> None:
    out = tmp_path / "roster.xlsx"
    done = anew("roster", "template", str(out), "--township", "清禾镇")
    assert (done.code, "已写" in done.out, "清禾镇" in done.out) == (0, True, True)
    back = anew("import", "roster", str(out))
    assert (back.code, "没有要改的" in back.out) == (0, True), back.err


@pytest.mark.usefixtures("migrated")
def test_what_cannot_be_is_said_plainly(xiaowei: Command, tmp_path: Path) -> None:
    out = str(tmp_path / "roster.xlsx")
    for words, said in (
        (("roster", "template", out, "--township", "无名镇"), "没有这个乡镇：无名镇。有：qinghe（清禾镇）"),
        (("roster", "template", out, "--month", "2020-01"), "已经过去了"),
        (("roster", "template", out, "--month", "十二月"), "请写成 2026-12"),
        (("import", "roster", str(tmp_path / "none.xlsx")), "打不开值班表"),
    ):
        done = xiaowei(*words)
        assert (done.code, said in done.err, "Traceback" in done.err) == (1, True, False), done.err
