"""``xiaowei codes``: what the operator hands out."""

import re
import shutil
import stat
from pathlib import Path

import pytest

from bot.settings.source import SHIPPED
from tests.cli.conftest import Command

ON_WECHAT = {"XIAOWEI_WECHAT_ENDPOINT": "127.0.0.1:9", "XIAOWEI_WECHAT_TOKEN": "t"}


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The demo county with 柳湾村's groups on WeChat, not bound yet."""
    folder = tmp_path / "county"
    shutil.copytree(SHIPPED / "demo", folder)
    file = folder / "county.yaml"
    text = file.read_text(encoding="utf-8")
    text, count = re.subn(r"platform: practice, conversation: g-lw\d", "platform: wechat", text)
    assert count == 2
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("migrated")
def test_without_a_real_platform_there_is_nothing_to_bind(anew: Command) -> None:
    done = anew("codes")
    assert (done.code, "现在不用绑定" in done.out) == (0, True)


@pytest.mark.usefixtures("migrated")
def test_a_sheet_for_everybody_who_is_not_bound_and_a_new_code_after_voiding(
    xiaowei: Command, county: Path, tmp_path: Path
) -> None:
    where = ("--config", str(county))
    slips = tmp_path / "slips.txt"
    done = xiaowei("codes", *where, "--out", str(slips), environ=ON_WECHAT)
    assert done.code == 0, done.err
    assert len(re.findall(r"^  .+ {2}绑定 \d{4} \d{4}$", done.out, re.MULTILINE)) == 40
    assert len(re.findall(r"^  柳湾村 柳湾村村民群.+（微信） {2}小微绑定 \d{6}$", done.out, re.MULTILINE)) == 2
    assert stat.S_IMODE(slips.stat().st_mode) == 0o600
    assert slips.read_text(encoding="utf-8").count("----------") == 41
    first = xiaowei("codes", "李青山", *where)
    assert "李青山（村委会副主任）  绑定 " in first.out
    renewed = xiaowei("codes", "--void", "李青山", *where)
    assert renewed.code == 0
    assert renewed.out.splitlines()[-1] != first.out.splitlines()[-1]
    assert xiaowei("codes", "李青山", *where).out.splitlines()[-1] == renewed.out.splitlines()[-1]


@pytest.mark.usefixtures("migrated")
def test_who_is_not_there_is_said_plainly(xiaowei: Command) -> None:
    done = xiaowei("codes", "王无名")
    assert (done.code, done.err) == (1, "没有叫“王无名”的人或群。请写 county.yaml 里的姓名、群名或编号\n")
    done = xiaowei("codes", "--void")
    assert (done.code, done.err.startswith("要解除谁的绑定？")) == (1, True)
