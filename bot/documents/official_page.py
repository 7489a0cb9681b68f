"""The page of an official paper as GB/T 9704-2012 wants it: margins, grid, fonts, page numbers (documents 1).

The fonts of the standard are not free: they are named, with those named beside them that a machine may have instead.
"""

from typing import Final

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY: Final = "FangSong_GB2312"
TITLE: Final = "FZXiaoBiaoSong-B05S"
HEADING: Final = "SimHei"
SUBHEADING: Final = "KaiTi_GB2312"
NUMERALS: Final = "SimSun"

SIZE_2: Final = Pt(22)
SIZE_3: Final = Pt(16)
SIZE_4: Final = Pt(14)
RED: Final = RGBColor(0xC0, 0x00, 0x00)

TEXT_WIDTH: Final = Mm(156)
LINE: Final = Pt(28.95)
"""The pitch of 22 lines on 225 mm."""
_CLOSER: Final = -5
"""28 characters of 16 pt on 156 mm: by how many twentieths of a point each stands closer to the next.

The standard's character grid would say the same, and office programmes set it differently.
"""

_INSTEAD: Final = {
    BODY: ("FangSong", "STFangsong", "Noto Serif CJK SC"),
    TITLE: ("STZhongsong", "SimSun", "Noto Serif CJK SC"),
    HEADING: ("STHeiti", "Noto Sans CJK SC"),
    SUBHEADING: ("KaiTi", "STKaiti", "Noto Serif CJK SC"),
    NUMERALS: ("STSong", "Noto Serif CJK SC"),
}


def new_page() -> Paper:
    """An empty A4 document with the standard's margins, grid, fonts and page numbers."""
    document = Document()
    _name_fonts(document)
    style = document.styles["Normal"]
    style.font.size = SIZE_3
    style.font.name = BODY
    _east_asian(style.element.get_or_add_rPr(), BODY)
    _stand_closer(style.element.get_or_add_rPr())
    _no_gaps(style.element.get_or_add_pPr())
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(24)
    _grid(section)
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    return document


def mark_as_draft(document: Paper, words: str) -> None:
    """Say on every page that nobody has issued it."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        write(paragraph, words, font=HEADING, size=SIZE_4, colour=RGBColor(0x80, 0x80, 0x80))


def write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = BODY,
    size: Length = SIZE_3,
    colour: RGBColor | None = None,
) -> Run:
    """Add words in a font of the standard."""
    run = paragraph.add_run(text)
    run.font.size = size
    run.font.name = font
    _east_asian(run._element.get_or_add_rPr(), font)  # noqa: SLF001 - python-docx knows no East Asian font
    if colour is not None:
        run.font.color.rgb = colour
    return run


def line_of(paragraph: Paragraph, *, pitch: Length = LINE, indent: int = 0, right: int = 0) -> Paragraph:
    """Set a paragraph on the grid: exact pitch, indents in characters of its text."""
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = pitch
    if indent:
        layout.first_line_indent = SIZE_3 * indent
    if right:
        layout.right_indent = SIZE_3 * right
    return paragraph


def rule_below(paragraph: Paragraph, *, colour: str = "C00000", style: str = "single", eighths: int = 12) -> None:
    """A line over the whole width, ``eighths`` of a point thick, 4 mm below the words."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", style), ("sz", str(eighths)), ("space", "11"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx knows no borders
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:textAlignment", "w:rPr"
    )


def _east_asian(properties: object, font: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined] # python-docx's own element
    for script in ("eastAsia", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _stand_closer(properties: object) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(_CLOSER))
    after = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:lang", "w:eastAsianLayout")
    properties.insert_element_before(spacing, *after)  # type: ignore[attr-defined] # python-docx's own element


def _no_gaps(properties: object) -> None:
    """No space of the programme's own between Chinese characters and numerals."""
    after = ("w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:textAlignment", "w:rPr")
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        gap = OxmlElement(name)
        gap.set(qn("w:val"), "0")
        properties.insert_element_before(gap, *after)  # type: ignore[attr-defined] # python-docx's own element


def _grid(section: Section) -> None:
    properties = section._sectPr  # noqa: SLF001 - python-docx knows no grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    properties.append(grid)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — in 4号, one character from the edge of the text."""
    paragraph.alignment = side
    if side is WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = SIZE_4
    else:
        paragraph.paragraph_format.left_indent = SIZE_4
    write(paragraph, "— ", font=NUMERALS, size=SIZE_4)
    run = write(paragraph, "", font=NUMERALS, size=SIZE_4)
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = "PAGE"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001 - python-docx knows no fields
    write(paragraph, " —", font=NUMERALS, size=SIZE_4)


def _name_fonts(document: Paper) -> None:
    """Say which fonts may stand for those of the standard where a machine lacks them."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for name, others in _INSTEAD.items()
    )
    table = part.blob.decode("utf-8")
    part._blob = table.replace("</w:fonts>", f"{entries}</w:fonts>").encode()  # noqa: SLF001 - it has no setter
