"""The digest as a picture for a phone: the same page as the text, with the numbers large and one small chart."""

from collections.abc import Sequence
from io import BytesIO

from bot.documents.canvas import Canvas, Ink, shorten, width_of
from bot.domain.digest import Digest, Section, SectionKind, VillageCount
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol.digest_text import LIMITS, say_footer, say_heading, say_lines
from bot.phrasing import say_day, say_time

WIDTH = 720
"""Pixels: the width of an old phone's screen, so that nothing is made smaller there."""

_MARGIN = 20
_PADDING = 24
_GAP = 18
_RADIUS = 16
_TITLE, _NUMBER, _HEADING, _BODY, _SMALL = 46, 60, 36, 32, 27
_BAR = 36
_BULLET = 26
_NAME_WIDTH = 170
_EDGE = 8
"""Width of a card's coloured edge."""
_TILE = 150
"""Height of a tile."""
_SMALLEST_SCALE = 4
"""The longest bar stands for at least this many tickets, so that one ticket never looks like a crowd."""

_PAPER, _CARD, _INK, _FAINT, _RULE = "#EEF2F0", "#FFFFFF", "#1F2A2A", "#5F6B6B", "#E3E8E6"
_BAND, _ON_BAND, _ON_BAND_FAINT = "#1E5B57", "#FFFFFF", "#CFE3DF"
_RED, _AMBER, _BLUE, _GREEN, _GREY = "#A32C22", "#8F5A00", "#2F6098", "#2C7349", "#586264"

_COLOURS = {
    SectionKind.NEEDS_YOU: _RED,
    SectionKind.DUE_SOON: _AMBER,
    SectionKind.SLIPS: _AMBER,
    SectionKind.UNANSWERED: _BLUE,
    SectionKind.SILENT: _GREY,
    SectionKind.OUTAGES: _GREY,
    SectionKind.DUTY_GAPS: _GREY,
    SectionKind.HEAT: _GREY,
    SectionKind.DISCLOSURE: _BLUE,
    SectionKind.DONE: _GREEN,
}
_TILES = (SectionKind.NEEDS_YOU, SectionKind.DUE_SOON, SectionKind.UNANSWERED, SectionKind.DONE)
_SHADES = 128
"""Colours of the file: flat areas and their soft edges need no more, and a third of the size travels faster."""
_BARS = 12
_BLACK, _WHITE = "#1F2A2A", "#FFFFFF"
PARTS = (
    ("overdue", "#7E1610", _WHITE),
    ("due_soon", "#D9831C", _BLACK),
    ("open", "#3F79B5", _WHITE),
    ("done", "#CFE6D6", _BLACK),
)
"""The bars' colours and what is written on them; in grey they are 52, 145, 110 and 222 of 255."""
_OUTLINE = "#7FA38C"


def draw(digest: Digest, office: Office) -> bytes:
    """A PNG, ``WIDTH`` pixels wide and as high as it needs (R20, R39). The same digest gives the same bytes."""
    height = _paint(digest, office, height=1).y
    page = _paint(digest, office, height=height)
    file = BytesIO()
    page.image.quantize(_SHADES).save(file, "PNG")
    return file.getvalue()


def _paint(digest: Digest, office: Office, *, height: int) -> Canvas:
    page = Canvas(WIDTH, height, _PAPER)
    _band(page, digest, office)
    _tiles(page, digest, office)
    if digest.is_calm:
        _card(page, _GREEN, None, (office.say("digest.calm"),))
    for section in digest.sections:
        lines = say_lines(section, digest, office, LIMITS[section.kind])
        _card(page, _COLOURS[section.kind], _heading(section, office), lines)
    _chart(page, digest.villages, office)
    _footer(page, digest, office)
    return page


def _heading(section: Section, office: Office) -> str:
    return office.say("digest.heading", title=say_heading(section, office), rows=len(section.rows))


def _band(page: Canvas, digest: Digest, office: Office) -> None:
    def words(sheet: Canvas) -> None:
        right = WIDTH - _MARGIN
        sheet.y += _PADDING
        sheet.text(_MARGIN, digest.name, Ink(size=_TITLE, colour=_ON_BAND, bold=True), right=right)
        subtitle = office.say("digest.subtitle", day=say_day(local(digest.at).date(), office))
        sheet.text(_MARGIN, subtitle, Ink(size=_BODY, colour=_ON_BAND_FAINT), right=right)
        sheet.y += _PADDING

    page.box((0, 0, WIDTH, page.end_of(words)), fill=_BAND)
    words(page)
    page.y += _GAP


def _tiles(page: Canvas, digest: Digest, office: Office) -> None:
    top, width = page.y, (WIDTH - 2 * _MARGIN - (len(_TILES) - 1) * _GAP) // len(_TILES)
    bottom = top + _TILE
    for place, kind in enumerate(_TILES):
        left = _MARGIN + place * (width + _GAP)
        rows = len(digest.rows(kind))
        page.box((left, top, left + width, bottom), fill=_CARD, radius=_RADIUS)
        colour = _COLOURS[kind] if rows else _FAINT
        middle = left + width // 2
        page.put((middle, top + 10), str(rows), Ink(size=_NUMBER, colour=colour, bold=True), centred=True)
        label = shorten(office.say(f"digest.tile_{kind}"), _SMALL, width - 8)
        page.put((middle, top + 100), label, Ink(size=_SMALL, colour=_FAINT), centred=True)
    page.y = bottom + _GAP


def _card(page: Canvas, colour: str, heading: str | None, lines: Sequence[str]) -> None:
    """A white card with a coloured edge; without a heading its lines are plain sentences."""
    left, right = _MARGIN + _PADDING, WIDTH - _MARGIN - _PADDING

    def words(sheet: Canvas) -> None:
        indent = left
        sheet.y += _PADDING
        if heading is not None:
            indent += _BULLET
            sheet.text(left, heading, Ink(size=_HEADING, colour=colour, bold=True), right=right)
            sheet.y += 8
        for place, line in enumerate(lines):
            if place:
                sheet.box((left, sheet.y + 7, right, sheet.y + 9), fill=_RULE)
                sheet.y += 16
            if heading is not None:
                sheet.box((left, sheet.y + 18, left + 10, sheet.y + 28), fill=colour, radius=5)
            sheet.text(indent, line, Ink(size=_BODY, colour=_INK), right=right)
        sheet.y += _PADDING

    top, bottom = page.y, page.end_of(words)
    page.box((_MARGIN, top, WIDTH - _MARGIN, bottom), fill=_CARD, radius=_RADIUS)
    page.box((_MARGIN, top + _RADIUS, _MARGIN + _EDGE, bottom - _RADIUS), fill=colour)
    words(page)
    page.y += _GAP


def _shown(counts: Sequence[VillageCount]) -> list[VillageCount]:
    """The villages that get a bar: where something is late or nearly so before others, in their usual order (R110)."""
    some = [count for count in counts if count.total]
    pressing = sorted(some, key=lambda count: (-count.overdue, -count.due_soon))[:_BARS]
    return [count for count in some if count in pressing]


def _chart(page: Canvas, villages: Sequence[VillageCount], office: Office) -> None:
    bars = _shown(villages)
    if not bars:
        return
    rest = [count for count in villages if count.total and count not in bars]
    left, right = _MARGIN + _PADDING, WIDTH - _MARGIN - _PADDING
    row = _BAR + 18
    top = page.y
    heading = Ink(size=_HEADING, colour=_INK).line_height + 16
    legend = Ink(size=_SMALL, colour=_FAINT).line_height + 16
    page.y = top + 2 * _PADDING + heading + legend + row * (len(bars) + bool(rest))
    page.box((_MARGIN, top, WIDTH - _MARGIN, page.y), fill=_CARD, radius=_RADIUS)
    page.put((left, top + _PADDING), office.say("digest.chart_title"), Ink(size=_HEADING, colour=_INK, bold=True))
    x = left
    for part, colour, _ in PARTS:
        word = office.say(f"digest.chart_{part}")
        y = top + _PADDING + heading
        page.box((x, y + 7, x + 26, y + 33), fill=_OUTLINE if part == "done" else colour, radius=4)
        page.box((x + 2, y + 9, x + 24, y + 31), fill=colour, radius=3)
        page.put((x + 34, y), word, Ink(size=_SMALL, colour=_INK))
        x += 34 + width_of(word, _SMALL) + 28
    longest = max(_SMALLEST_SCALE, *(count.total for count in bars))
    scale = (right - left - _NAME_WIDTH - 48) / longest
    for place, count in enumerate(bars):
        y = top + _PADDING + heading + legend + place * row
        name = shorten(count.village, _SMALL, _NAME_WIDTH - 20)
        page.put((left, y - 2), name, Ink(size=_SMALL, colour=_INK))
        _bar(page, left + _NAME_WIDTH, y, count, scale)
    if rest:
        said = office.say("digest.chart_rest", villages=len(rest), tickets=sum(count.total for count in rest))
        page.put((left, page.y - _PADDING - row - 2), said, Ink(size=_SMALL, colour=_FAINT))
    page.y += _GAP


def _bar(page: Canvas, x: int, y: int, count: VillageCount, scale: float) -> None:
    begin = float(x)
    for part, colour, written in PARTS:
        tickets = getattr(count, part)
        end = begin + tickets * scale
        if part == "done":
            page.box((round(begin), y, round(end) - 3, y + _BAR), fill=_OUTLINE, radius=4)
            page.box((round(begin) + 2, y + 2, round(end) - 5, y + _BAR - 2), fill=colour, radius=3)
        else:
            page.box((round(begin), y, round(end) - 3, y + _BAR), fill=colour, radius=4)
        if tickets and end - begin > width_of(str(tickets), _SMALL - 3) + 8:
            page.put(
                (round((begin + end) / 2) - 1, y - 1), str(tickets), Ink(size=_SMALL - 3, colour=written), centred=True
            )
        begin = end
    page.put((round(begin) + 10, y - 2), str(count.total), Ink(size=_SMALL, colour=_FAINT))


def _footer(page: Canvas, digest: Digest, office: Office) -> None:
    right = WIDTH - _MARGIN
    for line in (*say_footer(digest, office), office.say("digest.drawn", at=say_time(digest.at, office))):
        page.text(_MARGIN, line, Ink(size=_SMALL, colour=_FAINT), right=right)
    page.y += _MARGIN
