"""The year files as an operator writes them: what is understood, what replaces what, and every fault with its line."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.workdays import WorkCalendar, YearPlan
from bot.settings.workdays import read_workdays

NOTICE = """\
year: 2027
announced: 2026-11-05
off:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - 2027-04-05
  - 2027-05-01..2027-05-03
on:
  - 2027-01-09
  - 2027-02-20..2027-02-21
"""


def written(folder: Path, name: str, content: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def faults_of(folder: Path, name: str, content: str | bytes) -> list[str]:
    calendar, faults = read_workdays([written(folder, name, content)])
    assert calendar == WorkCalendar({})
    return [str(fault).removeprefix(f"{folder}/") for fault in faults]


def test_all_ways_of_writing_days_are_understood(tmp_path: Path) -> None:
    calendar, faults = read_workdays([written(tmp_path, "2027.yaml", NOTICE)])
    assert faults == []
    assert calendar.plans == {
        2027: YearPlan(
            year=2027,
            announced=date(2026, 11, 5),
            off={
                date(2027, 1, 1): "元旦",
                date(2027, 1, 2): "元旦",
                date(2027, 1, 3): "元旦",
                date(2027, 4, 5): "节假日",
                date(2027, 5, 1): "节假日",
                date(2027, 5, 2): "节假日",
                date(2027, 5, 3): "节假日",
            },
            on=frozenset({date(2027, 1, 9), date(2027, 2, 20), date(2027, 2, 21)}),
        ),
    }


@pytest.mark.parametrize("on", ["", "on:\n", "on: []\n"])
@pytest.mark.parametrize("announced", ["", "announced:\n"])
def test_a_year_may_have_no_make_up_days_and_no_date_of_announcement(tmp_path: Path, on: str, announced: str) -> None:
    text = f"year: 2027\n{announced}off: [2027-01-01]\n{on}"
    calendar, faults = read_workdays([written(tmp_path, "2027.yaml", text)])
    assert faults == []
    assert calendar.plans == {2027: YearPlan(year=2027, off={date(2027, 1, 1): "节假日"})}


def test_a_file_saved_by_a_windows_editor_is_understood(tmp_path: Path) -> None:
    content = NOTICE.replace("\n", "\r\n").encode("utf-8-sig")
    calendar, faults = read_workdays([written(tmp_path, "2027.yaml", content)])
    assert faults == []
    assert calendar.name_of(date(2027, 1, 1)) == "元旦"


def test_a_county_overrides_the_running_year_and_keeps_the_others(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", "2026.yaml", "year: 2026\noff: [2026-01-01]\n")
    written(shipped, "2027.yaml", NOTICE)
    county = written(tmp_path / "county", "2027.yaml", "year: 2027\noff: [2027-06-09]\n")
    calendar, faults = read_workdays([shipped, county])
    assert faults == []
    assert calendar.plans == {
        2026: YearPlan(year=2026, off={date(2026, 1, 1): "节假日"}),
        2027: YearPlan(year=2027, off={date(2027, 6, 9): "节假日"}),
    }


def test_a_county_without_a_folder_of_its_own_uses_what_is_shipped(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", "2027.yaml", NOTICE)
    calendar, faults = read_workdays([shipped, tmp_path / "county"])
    assert faults == []
    assert calendar.knows(2027)


def test_notes_backups_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    written(tmp_path, "2027.yaml", NOTICE)
    for name in ("说明.md", "2027.yaml~", "2027.yaml.bak", ".2027.yaml.swp", ".hidden.yaml"):
        written(tmp_path, name, "year: 1\nyear: 2\n")
    (tmp_path / "2028.yaml").mkdir()
    assert read_workdays([tmp_path])[1] == []


def test_a_file_full_of_mistakes_lists_them_all_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = """\
year: 2026
holidays: 春节
announced: 去年十一月
off:
  - {name: 元旦, from: 2026-01-01, to: 2026-01-03}
  - {name: 春节, from: 2026-02-23, to: 2026-02-15}
  - {name: 清明节, form: 2026-04-04, to: 2026-04-06}
  - {name: "", from: 2026-05-01, to: 2026-05-05}
  - 2026-02-30
  - 2026/06/19
  - 2026-01-02..2026-01-05
  - 2026-12-31..2027-01-02
  - [2026-10-01, 2026-10-07]
on:
  - 2026-01-02
  - 2026-02-14
  - 2026-02-14
  - 2026-03-06
  - 2027-01-09
  - {from: 2026-09-20, to: 2026-09-20}
year: 2027
"""
    *faults, doubled = faults_of(tmp_path, "2027.yaml", text)
    assert doubled.startswith("2027.yaml:21: “year”")
    assert faults == [
        "2027.yaml:1: 文件名是 2027.yaml，里面却写 year: 2026，两处要一致",
        "2027.yaml:2: 不认识“holidays”这一项，只能写 year、announced、off、on",
        "2027.yaml:3: announced 要写一个真实的日期，比如 2026-02-15，现在是“去年十一月”",
        "2027.yaml:6: 起止写反了：2026-02-23 在 2026-02-15 之后",
        "2027.yaml:7: 不认识“form”这一项，只能写 name、from、to",
        "2027.yaml:7: from 要写一个真实的日期，比如 2026-02-15",
        "2027.yaml:8: name 要写节日的名字，比如 春节",
        "2027.yaml:9: 要写真实的日期 2026-02-15，或一段 2026-02-15..2026-02-23，现在是“2026-02-30”",
        "2027.yaml:10: 要写真实的日期 2026-02-15，或一段 2026-02-15..2026-02-23，现在是“2026/06/19”",
        "2027.yaml:11: 2026-01-02、2026-01-03 在 off 里写了两次",
        "2027.yaml:13: 要写真实的日期 2026-02-15，或一段 2026-02-15..2026-02-23",
        "2027.yaml:15: 2026-01-02 既写在 off 又写在 on，只能留一处",
        "2027.yaml:17: 2026-02-14 在 on 里写了两次",
        "2027.yaml:18: 2026-03-06 是星期五，本来就上班，不用写进 on",
        "2027.yaml:20: 要写真实的日期 2026-02-15，或一段 2026-02-15..2026-02-23",
    ]


def test_days_of_another_year_are_sent_to_the_file_of_that_year(tmp_path: Path) -> None:
    text = """\
year: 2027
off:
  - {name: 元旦, from: 2026-12-31, to: 2027-01-02}
  - 2027-12-31..2028-01-02
on:
  - 2026-12-26
"""
    assert faults_of(tmp_path, "2027.yaml", text) == [
        "2027.yaml:3: 2026-12-31 不是 2027 年的日子，请写到 2026.yaml 里",
        "2027.yaml:4: 2028-01-02 不是 2027 年的日子，请写到 2028.yaml 里",
        "2027.yaml:6: 2026-12-26 不是 2027 年的日子，请写到 2026.yaml 里",
    ]


def test_a_copied_file_whose_year_was_forgotten_has_one_fault_not_one_a_day(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "2027.yaml", NOTICE.replace("year: 2027", "year: 2026")) == [
        "2027.yaml:1: 文件名是 2027.yaml，里面却写 year: 2026，两处要一致",
    ]


@pytest.mark.parametrize("name", ["2027.yml", "2027.yaml.txt", "节假日.yaml", "27.yaml", "2027.YAML"])
def test_a_file_that_is_not_named_after_its_year_is_told_how_to_be_named(tmp_path: Path, name: str) -> None:
    assert faults_of(tmp_path, name, NOTICE) == [f"{name}: 文件名要用年份，比如 2027.yaml"]


def test_without_any_year_a_range_still_stays_within_one(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "节假日.yaml", "off: [2027-12-31..2028-01-02]\n") == [
        "节假日.yaml: 文件名要用年份，比如 2027.yaml",
        "节假日.yaml:1: year 要写四位年份，比如 2027",
        "节假日.yaml:1: 2028-01-02 不是 2027 年的日子，请写到 2028.yaml 里",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "# 还没写\n", "{}\n"])
def test_an_empty_file_is_not_a_year_without_holidays(tmp_path: Path, content: str) -> None:
    [fault] = faults_of(tmp_path, "2027.yaml", content)
    assert fault.endswith("文件是空的，要写 year、off、on 几项")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("year: 2027\n", ["2027.yaml:1: off 要写成一列日期，每行用“- ”开头，不能空着"]),
        ("year: 2027\noff: []\n", ["2027.yaml:2: off 要写成一列日期，每行用“- ”开头，不能空着"]),
        ("year: 2027\noff:\non:\n", ["2027.yaml:2: off 要写成一列日期，每行用“- ”开头，不能空着"]),
        (
            "year: 2027\noff: [2027-01-01]\non: 2027-01-09\n",
            ["2027.yaml:3: on 要写成一列日期，每行用“- ”开头，不能空着"],
        ),
        ("off: [2027-01-01]\n", ["2027.yaml:1: year 要写四位年份，比如 2027"]),
        (
            "off: [2027-01-01]\nyear: 二〇二七\n",
            ["2027.yaml:2: year 要写四位年份，比如 2027，现在是“二〇二七”"],
        ),
    ],
)
def test_what_is_missing_or_of_the_wrong_shape_is_named(tmp_path: Path, text: str, faults: list[str]) -> None:
    assert faults_of(tmp_path, "2027.yaml", text) == faults


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("year: 2027\noff:\n  - {name: 元旦, from: 2027-01-01\non: []\n", 4),
        ("year: 2027\noff:\n\t- 2027-01-01\n", 3),
        ("year：2027\noff：\n", 1),
    ],
)
def test_a_file_that_is_not_yaml_points_to_the_line(tmp_path: Path, content: str, line: int) -> None:
    [fault] = faults_of(tmp_path, "2027.yaml", content)
    assert fault.startswith(f"2027.yaml:{line}: ")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_asked_for_as_utf_8(tmp_path: Path, encoding: str) -> None:
    [fault] = faults_of(tmp_path, "2027.yaml", NOTICE.encode(encoding))
    assert "UTF-8" in fault


def test_a_faulty_file_does_not_hide_the_faults_of_the_next(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", "2026.yaml", "year: 2026\n")
    county = written(tmp_path / "county", "2027.yaml", "year: 2027\noff: [2027-13-01]\n")
    written(county, "2028.yaml", "year: 2028\noff: [2028-01-01]\n")
    calendar, faults = read_workdays([shipped, county])
    assert [(fault.file.removeprefix(f"{tmp_path}/"), fault.line) for fault in faults] == [
        ("shipped/2026.yaml", 1),
        ("county/2027.yaml", 2),
    ]
    assert list(calendar.plans) == [2028]


def test_a_calendar_without_any_file_is_a_fault(tmp_path: Path) -> None:
    _, faults = read_workdays([tmp_path / "shipped", tmp_path / "county"])
    assert [str(fault) for fault in faults] == [
        f"{tmp_path}/county: 没有找到工作日文件，请按 2026.yaml 这样的名字每年放一个",
    ]


lines = st.sampled_from(
    [*NOTICE.splitlines(), "off: &x [*x]", "- ", "{", "]", "\t", '"', "? a", "---", "%", "<<: 1", ": "]
)


@given(text=st.one_of(st.text(max_size=60), st.lists(lines, max_size=8, unique=True).map("\n".join)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_file_it_is_a_plan_or_faults_and_never_a_crash(tmp_path: Path, text: str) -> None:
    written(tmp_path, "2027.yaml", text.encode(errors="surrogatepass"))
    calendar, faults = read_workdays([tmp_path])
    assert bool(faults) != calendar.knows(2027)
