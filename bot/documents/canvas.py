"""A sheet of paper that is written from top to bottom: text that wraps, boxes and bars, and where the pen stands.

Everything is measured in pixels. Writing beyond the lower edge is clipped, so a page is laid out once on an empty
sheet to learn its height and then once more for good.
"""

from collections.abc import Iterator
from string import ascii_letters, digits

from PIL import Image, ImageDraw

from bot.documents.fonts import face

Colour = str

LINE = 1.45
"""Line height as a multiple of the size."""

# 行首禁则, 行尾禁则, and what belongs to one number or word.
_NEVER_FIRST = frozenset("，。；：、！？）》”’)],.;:!?%…")
_NEVER_LAST = frozenset("（《“‘([")
_WORD = frozenset(ascii_letters + digits + ":.-")
_BOLD = 44
"""Strokes are thickened by one pixel per this many pixels of size: the typeface has one weight only."""


class Canvas:
    """An image and the height ``y`` at which the next thing is put."""

    def __init__(self, width: int, height: int, background: Colour) -> None:
        """Take a blank sheet."""
        self.image = Image.new("RGB", (width, height), background)
        self.width = width
        self.y = 0
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x: int, text: str, *, size: int, colour: Colour, right: int, bold: bool = False) -> None:
        """Write from ``x`` at ``y``, wrapping before ``right``, and move ``y`` below."""
        for line in wrap(text, size, right - x):
            self.put(x, self.y, line, size=size, colour=colour, bold=bold)
            self.y += round(size * LINE)

    def put(  # noqa: PLR0913 - where, what and how
        self,
        x: int,
        y: int,
        text: str,
        *,
        size: int,
        colour: Colour,
        bold: bool = False,
        anchor: str = "lm",
    ) -> None:
        """Write one line in a line box whose top is ``y``; ``anchor`` says whether ``x`` is its l, m or r."""
        middle = y + round(size * LINE) // 2
        stroke = size // _BOLD if bold else 0
        self._draw.text(
            (x, middle), text, font=face(size), fill=colour, anchor=anchor, stroke_width=stroke, stroke_fill=colour
        )

    def box(self, left: int, top: int, right: int, bottom: int, *, fill: Colour, radius: int = 0) -> None:
        """Fill a rectangle, corners rounded; edges belong to it, and one without an area is left out."""
        if right > left and bottom > top:
            reach = min(radius, (right - left) // 2, (bottom - top) // 2)
            self._draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius=reach, fill=fill)


def width_of(text: str, size: int) -> int:
    """How wide a line is."""
    return round(face(size).getlength(text))


def wrap(text: str, size: int, width: int) -> Iterator[str]:
    """Break a text into lines no wider than ``width``, by the habits of Chinese typesetting.

    Numbers and Latin words stay whole, closing marks do not begin a line and opening marks do not end one, unless
    a line has no other place to break. A single character is never left out, however narrow the column.
    """
    while text:
        fits = 1
        while fits < len(text) and width_of(text[: fits + 1], size) <= width:
            fits += 1
        cut = fits
        if fits < len(text):
            cut = next((place for place in range(fits, 0, -1) if _may_break(text[place - 1], text[place])), fits)
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()


def _may_break(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return not (before in _WORD and after in _WORD)


def shorten(text: str, size: int, width: int, ellipsis: str = "…") -> str:
    """Cut a text to one line of a width. The middle is left out: names of neighbours often differ in their ends."""
    if width_of(text, size) <= width:
        return text
    for kept in range(len(text) - 1, 0, -1):
        tail = kept // 2
        short = text[: kept - tail] + ellipsis + text[len(text) - tail :]
        if width_of(short, size) <= width:
            return short
    return ellipsis
