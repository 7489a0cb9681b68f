import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from bot.documents.digest_sheet import write
from bot.domain.digest import Digest, HeatRow, Section, SectionKind, SlipRow
from bot.office import Office

MakeDigest = Callable[..., Digest]


def rows(file: bytes, sheet: str) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_name(sheet).to_python()]


def test_every_ticket_has_a_row_in_chinese_with_its_id_as_evidence(office: Office, make_digest: MakeDigest) -> None:
    said, due = datetime.fromisoformat("2026-03-02T09:00"), datetime.fromisoformat("2026-03-05T17:30")
    fixed = ["求助", "三组路灯"]
    owner = ["村委会副主任 李青山", said, due]
    assert rows(write(make_digest(), office), "工单") == [
        ["村", "号", "类别", "事项", "情况", "状态", "负责人", "提出时间", "办结时限", "办结时间", "工单编号"],
        ["青石村", 1.0, *fixed, "超期，时限暂定", office.say("state.prompted"), *owner, "", "v-qs-2026-1"],
        ["青石村", 100.0, *fixed, "快到期", office.say("state.in_progress"), *owner, "", "v-qs-2026-100"],
        ["青石村", 200.0, *fixed, "还没人答复", office.say("state.prompted"), *owner, "", "v-qs-2026-200"],
        [
            "青石村",
            300.0,
            *fixed,
            "办成",
            office.say("state.closed"),
            *owner,
            datetime.fromisoformat("2026-03-06T10:00"),
            "v-qs-2026-300",
        ],
    ]


def test_every_group_has_a_row_that_tells_silent_from_unheard(office: Office, make_digest: MakeDigest) -> None:
    assert rows(write(make_digest(), office), "群") == [
        ["村", "群名", "声音", "说明", "村民最后说话那天", "最后一次听到", "近7天村民消息", "近7天干部消息", "群编号"],
        [
            "青石村",
            "青石一家亲",
            "红",
            "1月20日（周二）以后没有村民说话，45天了，红",
            date(2026, 1, 20),
            datetime.fromisoformat("2026-03-06T17:00"),
            0.0,
            4.0,
            "g-qs1",
        ],
        ["柳湾村", "柳湾村务群", "听不到", "听不到，从来没有收到过消息，请管理员检查", "", "", 0.0, 0.0, "g-lw1"],
    ]


def test_every_gap_in_duty_names_all_its_days_or_tickets(office: Office, make_digest: MakeDigest) -> None:
    assert rows(write(make_digest(), office), "值班缺口") == [
        ["村", "缺口", "依据"],
        ["青石村", "青石村李青山请假，手上2件还没有人接手", "v-qs-2026-1、v-qs-2026-100"],
        [
            "青石村",
            "青石村3月7日（周六）、3月8日（周日）等3天没有人值班",
            "3月7日（周六）、3月8日（周日）、3月9日（周一）",
        ],
    ]


def test_what_officers_got_is_counted_by_day_and_names_nobody(office: Office, make_digest: MakeDigest) -> None:
    assert rows(write(make_digest(), office), "提示") == [
        ["日期", "发给值班人员", "一人最多收到"],
        [date(2026, 3, 5), 9.0, 4.0],
        [date(2026, 3, 6), 6.0, 5.0],
    ]


def test_a_text_that_looks_like_a_formula_or_a_link_stays_text(office: Office, make_digest: MakeDigest) -> None:
    matter = '=HYPERLINK("http://example.org","点我")'
    file = write(make_digest(matter=matter, village="=1+1村", officer="@李青山"), office)
    first = rows(file, "工单")[1]
    assert (first[0], first[3], first[6]) == ("=1+1村", matter, "村委会副主任 @李青山")
    with ZipFile(BytesIO(file)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in parts.read(name) for name in sheets)
        assert not any(name.startswith("xl/worksheets/_rels") for name in parts.namelist())  # no link leads outside


def test_the_header_stays_in_sight_and_prints_on_every_page(office: Office, make_digest: MakeDigest) -> None:
    with ZipFile(BytesIO(write(make_digest(), office))) as parts:
        sheet = parts.read("xl/worksheets/sheet3.xml").decode()
        names = parts.read("xl/workbook.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:K5"/>' in sheet
    assert "Print_Titles" in names


def test_a_calm_day_has_headers_only(office: Office, calm_digest: Digest) -> None:
    file = write(calm_digest, office)
    assert [len(rows(file, sheet)) for sheet in ("工单", "群", "值班缺口", "提示")] == [1, 1, 1, 1]


def test_the_same_digest_gives_the_same_bytes(office: Office, make_digest: MakeDigest) -> None:
    assert write(make_digest(), office) == write(make_digest(), office)


def test_every_number_of_the_overview_leads_to_its_rows(office: Office, make_digest: MakeDigest) -> None:
    file = write(make_digest(times=2), office)
    assert rows(file, "总览") == [
        ["部分", "件数", "在哪张表"],
        ["今天要您处理", 2.0, "工单"],
        ["快到期", 2.0, "工单"],
        ["还没人答复", 2.0, "工单"],
        ["没声音、听不到的群", 2.0, "群"],
        ["值班缺口", 2.0, "值班缺口"],
        ["办成了", 2.0, "工单"],
    ]
    with ZipFile(BytesIO(file)) as parts:
        overview = parts.read("xl/worksheets/sheet1.xml").decode()
    places = re.findall(r'<hyperlink ref="(B\d+)" location="([^"]+)"', overview)
    assert places == [
        ("B2", "'工单'!A2:A3"),
        ("B3", "'工单'!A4:A5"),
        ("B4", "'工单'!A6:A7"),
        ("B5", "'群'!A2:A3"),
        ("B6", "'值班缺口'!A2:A3"),
        ("B7", "'工单'!A8:A9"),
    ]
    marks = [row[4] for row in rows(file, "工单")[1:]]
    assert marks == ["超期，时限暂定"] * 2 + ["快到期"] * 2 + ["还没人答复"] * 2 + ["办成"] * 2


def test_the_numbers_of_the_chart_stand_in_the_sheet(office: Office, make_digest: MakeDigest) -> None:
    assert rows(write(make_digest(), office), "各村")[:3] == [
        ["村", "超期", "快到期", "在办", "办成"],
        ["青石村0", 1.0, 0.0, 2.0, 0.0],
        ["青石村1", 1.0, 1.0, 2.0, 1.0],
    ]


def test_quarrels_and_papers_without_a_reply_share_a_sheet(office: Office, make_digest: MakeDigest) -> None:
    at = datetime.fromisoformat("2026-03-06T12:31+08:00")
    page = make_digest()
    heat = HeatRow(group="g-lw1", name="柳湾村务群", village="柳湾村", began=at)
    slip = SlipRow(slip="notice-2026-02-v-lw", unit="柳湾村", name="柳湾村2026年2月廉情提示单", due_at=at, late_days=2)
    sections = (Section(kind=SectionKind.SLIPS, rows=(slip,)), Section(kind=SectionKind.HEAT, rows=(heat,)))
    assert rows(write(replace(page, sections=sections), office), "争执和回函") == [
        ["部分", "说明", "依据"],
        ["群里起了争执", "柳湾村“柳湾村务群”：今天12:31起争执，已私下告诉村支书和值班员", "g-lw1"],
        ["没按时回函", "柳湾村2026年2月廉情提示单，回函已超2个工作日", "notice-2026-02-v-lw"],
    ]
