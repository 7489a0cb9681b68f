"""Official papers as Word files: letters, forms and circulars in the layout of GB/T 9704-2012 (documents 1 and 2).

What a person gives stays open: number, date and seal. A draft says so on every page.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from bot.documents.official_page import (
    BODY,
    HEADING,
    RED,
    SIZE_2,
    SIZE_4,
    SUBHEADING,
    TEXT_WIDTH,
    TITLE,
    line_of,
    mark_as_draft,
    new_page,
    rule_below,
    write,
)
from bot.documents.steady import steady
from bot.domain.papers import Block, Field, Heading, Paper, PaperKind, Table, Text
from bot.wording import Wording

_IN_TABLES: Final = Pt(22)
"""The pitch of lines in tables, whose words are 4号."""
_LABEL, _HALF, _WHOLE = Mm(32), Mm(46), Mm(124)


def write_paper(paper: Paper, wording: Wording) -> bytes:
    """The paper as a Word file; the set phrases come from ``config/wording/papers.yaml``."""
    document = new_page()
    _properties(document, paper)
    if paper.draft and not paper.kind.is_internal:
        mark_as_draft(document, wording.say("papers.draft"))
    if not paper.kind.is_internal:
        _head(document, paper, wording)
    _title(document, paper)
    if paper.to and not paper.kind.is_form:
        write(line_of(document.add_paragraph()), wording.say("papers.to", to=paper.to))
    _body(document, paper.blocks)
    _attachments(document, paper.attachments, wording)
    if not paper.kind.is_internal:
        _signature(document, paper, wording)
        _imprint(document, paper, wording)
    stream = BytesIO()
    document.save(stream)
    return steady(stream.getvalue())


def _properties(document: Document, paper: Paper) -> None:
    properties = document.core_properties
    properties.title = paper.title
    properties.author = paper.signed
    properties.comments = paper.audit


def _head(document: Document, paper: Paper, wording: Wording) -> None:
    """The issuer in red, the number below, and the red line; a form has its number at the right."""
    mark = line_of(document.paragraphs[0] if document.paragraphs else document.add_paragraph(), pitch=Pt(40))
    mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(mark, paper.issuer, font=TITLE, size=Pt(30), colour=RED)
    number = line_of(document.add_paragraph())
    write(number, paper.number or wording.say("papers.open_number"))
    letter = paper.kind is PaperKind.REMINDER_LETTER or paper.kind.is_form
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT if letter else WD_ALIGN_PARAGRAPH.CENTER
    rule_below(number, style="thinThickSmallGap" if letter else "single", eighths=18)


def _title(document: Document, paper: Paper) -> None:
    if not paper.kind.is_internal:
        line_of(document.add_paragraph())
    for text in paper.title.splitlines():
        paragraph = line_of(document.add_paragraph(), pitch=Pt(36))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        write(paragraph, text, font=TITLE, size=SIZE_2)
    line_of(document.add_paragraph())


def _body(document: Document, blocks: Sequence[Block]) -> None:
    rows = list(_form_rows(blocks))
    form = _form(document) if any(isinstance(row, tuple) for row in rows) else None
    for row in rows:
        if isinstance(row, tuple) and form is not None:
            _fill(form, row)
        elif isinstance(row, Table):
            _table(document, row)
        elif isinstance(row, Heading):
            font = HEADING if row.level == 1 else SUBHEADING
            paragraph = line_of(document.add_paragraph(), indent=2)
            paragraph.paragraph_format.keep_with_next = True
            write(paragraph, row.text, font=font)
        elif isinstance(row, Text):
            write(line_of(document.add_paragraph(), indent=2), row.text)


def _form_rows(blocks: Sequence[Block]) -> Iterator[Block | tuple[Field, ...]]:
    """Blocks in their order; fields that share a row together."""
    half: Field | None = None
    for block in blocks:
        shares = isinstance(block, Field) and block.half
        if half is not None and shares and isinstance(block, Field):
            yield (half, block)
            half = None
            continue
        if half is not None:
            yield (half,)
            half = None
        if not isinstance(block, Field):
            yield block
        elif shares:
            half = block
        else:
            yield (block,)
    if half is not None:
        yield (half,)


def _form(document: Document) -> WordTable:
    table: WordTable = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, (_LABEL, _HALF, _LABEL, _HALF), strict=True):
        column.width = width
    return table


def _fill(form: WordTable, fields: tuple[Field, ...]) -> None:
    row = _new_row(form)
    _keep_whole(row)
    cells = row.cells
    for cell, width in zip(cells, (_LABEL, _HALF, _LABEL, _HALF), strict=True):
        cell.width = width
    if len(fields) == 1:
        value = cells[1].merge(cells[3])
        value.width = _WHOLE
        places: tuple[tuple[_Cell, _Cell], ...] = ((cells[0], value),)
    else:
        places = ((cells[0], cells[1]), (cells[2], cells[3]))
    for field, (label, value) in zip(fields, places, strict=True):
        _cell(label, field.label, font=HEADING, centre=True)
        _cell(value, field.value)
    row.height = Pt(_IN_TABLES.pt * max(max(field.lines, 1) for field in fields) + 8)


def _table(document: Document, table: Table) -> None:
    word = document.add_table(rows=0, cols=len(table.header))
    word.style = "Table Grid"
    word.alignment = WD_TABLE_ALIGNMENT.CENTER
    word.autofit = False
    whole = sum(table.widths)
    widths = [Mm(TEXT_WIDTH.mm * share / whole) for share in table.widths]
    for column, width in zip(word.columns, widths, strict=True):
        column.width = width
    for index, values in enumerate((table.header, *table.rows)):
        row = _new_row(word)
        _keep_whole(row)
        if index == 0:
            _repeat(row)
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = width
            _cell(cell, value, font=BODY if index else HEADING, centre=index == 0)


def _cell(cell: _Cell, text: str, *, font: str = BODY, centre: bool = False) -> None:
    for number, part in enumerate(text.splitlines() or [""]):
        paragraph: Paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        line_of(paragraph, pitch=_IN_TABLES)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        write(paragraph, part, font=font, size=SIZE_4)
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx sets it on cells one by one only through an enum
    align = OxmlElement("w:vAlign")
    align.set(qn("w:val"), "center")
    properties.append(align)


def _new_row(table: WordTable) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call] # python-docx has not typed it
    return row


def _keep_whole(row: _Row) -> None:
    """A row does not break over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx knows no such setting


def _repeat(row: _Row) -> None:
    """The header stands again on every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx knows no such setting


def _attachments(document: Document, names: Sequence[str], wording: Wording) -> None:
    if not names:
        return
    line_of(document.add_paragraph())
    for number, name in enumerate(names, start=1):
        key = "papers.attachment" if len(names) == 1 else "papers.attachment_of"
        write(line_of(document.add_paragraph(), indent=2), wording.say(key, number=number, name=name))


def _signature(document: Document, paper: Paper, wording: Wording) -> None:
    """Office and date four characters from the right, with room for the seal over both."""
    for _ in range(2 if paper.kind.is_form else 3):
        line_of(document.add_paragraph()).paragraph_format.keep_with_next = True
    dated = paper.dated
    date_words = (
        wording.say("papers.open_date")
        if dated is None
        else wording.say("papers.date", year=dated.year, month=dated.month, day=dated.day)
    )
    for text in (paper.signed, date_words):
        paragraph = line_of(document.add_paragraph(), right=4)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_with_next = text == paper.signed
        write(paragraph, text)


def _imprint(document: Document, paper: Paper, wording: Wording) -> None:
    if not paper.copies:
        return
    line_of(document.add_paragraph())
    paragraph = line_of(document.add_paragraph(), pitch=_IN_TABLES)
    write(paragraph, wording.say("papers.copies", copies=paper.copies), size=SIZE_4)
    rule_below(paragraph, colour="000000", eighths=6)
