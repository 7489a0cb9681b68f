"""Official papers, opened as Word opens them and printed as an office prints them."""

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word

from bot.documents.official import write_paper
from bot.domain.papers import Field, Heading, Paper, PaperKind, Table, Text
from bot.settings import Settings
from bot.wording import Wording

SENTENCE = "请于审批、报账环节查验是否已公开，未公开的先公开再办理，办好后在群里说一声。"

SLIP = Paper(
    kind=PaperKind.NOTICE_SLIP,
    issuer="清禾镇纪检监察办公室",
    title="廉情提示单",
    to="柳湾村",
    signed="清禾镇纪检监察办公室",
    blocks=(
        Field(label="被提示单位", value="柳湾村", half=True),
        Field(label="所属月份", value="2026年2月", half=True),
        Field(label="提示来源", value="信访矛盾、公开情况"),
        Field(label="发现情况", value="1. 按期公开8项，应公开10项。\n2. 提问2件，均未附明细。", lines=6),
        Field(label="反馈期限", value="3月11日17:30前", half=True),
        Field(label="处置意见", lines=4),
    ),
)
LETTER = Paper(
    kind=PaperKind.REMINDER_LETTER,
    issuer="清禾镇纪律检查委员会",
    title="关于做好村务支出公开工作的\n提示函",
    to="镇农业服务中心",
    signed="清禾镇纪律检查委员会",
    number="清纪函〔2026〕5号",
    dated=date(2026, 3, 12),
    copies="县纪委监委党风政风监督室",
    attachments=("各村提问明细",),
    blocks=(
        Text(text="近期，本镇有5个村的务工支出连续两月只公布合计数。现提示如下。"),
        Heading(level=1, text="一、核对公开明细"),
        Text(text=SENTENCE * 8),
        Heading(level=2, text="（一）先公开再办理"),
        Table(header=("村", "件数"), rows=tuple((f"第{number}村", "3") for number in range(40)), widths=(3, 1)),
    ),
)
OUTLINE = Paper(
    kind=PaperKind.TALK_OUTLINE,
    issuer="",
    title="约谈提纲",
    to="",
    signed="",
    blocks=(Text(text="对象、事实、依据、期限。"),),
)


@pytest.fixture(scope="session")
def wording(settings: Settings) -> Wording:
    return Wording(settings.wording)


def opened(paper: Paper, wording: Wording) -> Word:
    return Document(BytesIO(write_paper(paper, wording)))


def words(document: Word) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def headers(document: Word) -> str:
    section = document.sections[0]
    return "".join(str(header.paragraphs[0].text) for header in (section.header, section.even_page_header))


def printed(paper: Paper, wording: Wording, folder: Path) -> list[str]:
    """The pages of the paper as LibreOffice prints them, as text."""
    name = folder / "paper.docx"
    name.write_bytes(write_paper(paper, wording))
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(name)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own file
    pdf = str(folder / "paper.pdf")
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, timeout=30)  # noqa: S603, S607 - our own file
    return text.stdout.decode().rstrip("\f").split("\f")


def test_the_page_is_that_of_the_standard(wording: Wording) -> None:
    section = opened(LETTER, wording).sections[0]
    measured = [
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    ]
    assert [round(length.mm) for length in measured if length is not None] == [210, 297, 37, 35, 28, 26]


def test_every_part_has_its_own_typeface_and_size(wording: Wording) -> None:
    document = opened(LETTER, wording)
    fonts = {
        run.text: (run._element.xpath("string(w:rPr/w:rFonts/@w:eastAsia)"), run.font.size.pt)  # noqa: SLF001
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run.font.size is not None
    }
    assert fonts["提示函"] == ("FZXiaoBiaoSong-B05S", 22.0)
    assert fonts["一、核对公开明细"] == ("SimHei", 16.0)
    assert fonts["（一）先公开再办理"] == ("KaiTi_GB2312", 16.0)
    assert fonts["镇农业服务中心："] == ("FangSong_GB2312", 16.0)


def test_fonts_that_a_machine_may_lack_have_others_named_beside_them(wording: Wording) -> None:
    package = opened(LETTER, wording).part.package
    table = next(part for part in package.iter_parts() if str(part.partname).endswith("fontTable.xml"))
    assert 'w:name="FangSong_GB2312"><w:altName w:val="FangSong,STFangsong,Noto Serif CJK SC"/>' in table.blob.decode()


def test_a_draft_says_so_on_every_page_and_has_neither_number_nor_date(wording: Wording) -> None:
    document = opened(SLIP, wording)
    assert headers(document) == "草稿 · 未签发草稿 · 未签发"
    assert "〔　　　　〕　　号" in words(document)
    assert words(document)[-1] == "　　年　月　日"


def test_an_issued_paper_has_the_number_and_date_that_a_person_gave(wording: Wording) -> None:
    document = opened(LETTER, wording)
    assert headers(document) == ""
    assert "清纪函〔2026〕5号" in words(document)
    assert words(document)[-4:] == [
        "附件：各村提问明细",
        "清禾镇纪律检查委员会",
        "2026年3月12日",
        "抄送：县纪委监委党风政风监督室。",
    ]


def test_what_stays_in_the_office_has_no_head(wording: Wording) -> None:
    assert words(opened(OUTLINE, wording)) == ["约谈提纲", "对象、事实、依据、期限。"]


def test_a_form_leaves_room_for_what_is_written_by_hand(wording: Wording) -> None:
    table = opened(SLIP, wording).tables[0]
    assert [row.cells[0].text for row in table.rows] == ["被提示单位", "提示来源", "发现情况", "反馈期限", "处置意见"]
    assert [row.cells[2].text for row in table.rows[:1]] == ["所属月份"]
    heights = [row.height.pt for row in table.rows if row.height is not None]
    assert heights[0] == 22 + 8
    assert heights[-1] == 4 * 22 + 8


def test_printed_the_lines_have_28_characters_and_the_pages_their_numbers(wording: Wording, tmp_path: Path) -> None:
    pages = printed(LETTER, wording, tmp_path)
    first = [line.strip() for line in pages[0].splitlines()]
    assert SENTENCE[:28] not in first, "the first line is indented by two"
    full = [line for line in first if len(line) == 28 and set(line) <= set(SENTENCE)]
    assert len(full) >= 5
    assert [f"—{number}—" in "".join(page.split()) for number, page in enumerate(pages, start=1)] == [True] * len(pages)


def test_printed_the_header_of_a_table_stands_on_each_of_its_pages(wording: Wording, tmp_path: Path) -> None:
    pages = printed(LETTER, wording, tmp_path)
    with_rows = [page for page in pages if "村" in page and "3" in page and "第" in page]
    assert len(with_rows) >= 2
    assert all("件数" in page for page in with_rows[1:])


def test_printed_a_slip_loses_no_field(wording: Wording, tmp_path: Path) -> None:
    whole = "".join("".join(printed(SLIP, wording, tmp_path)).split())
    for block in SLIP.blocks:
        assert isinstance(block, Field)
        assert block.label in whole
        for line in block.value.splitlines():
            assert "".join(line.split()) in whole
