"""A sheet of paper that is written from top to bottom: text that wraps, boxes and bars, and where the pen stands.

Everything is measured in pixels. Writing beyond the lower edge is clipped, so a page is laid out once on an empty
sheet to learn its height and then once more for good.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits
from typing import Self

from PIL import Image, ImageDraw

from bot.documents.fonts import face

Colour = str

# 行首禁则, 行尾禁则, and what belongs to one number or word.
_NEVER_FIRST = frozenset("，。；：、！？）》〕】”’)],.;:!?%…")
_NEVER_LAST = frozenset("（《〔【“‘([")
_WORD = frozenset(ascii_letters + digits + ":.-")
_BOLD = 44
"""Strokes are thickened by one pixel per this many pixels of size: the typeface has one weight only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ink:
    """How something is written: ``size`` in pixels."""

    size: int
    colour: Colour
    bold: bool = False

    @property
    def line_height(self) -> int:
        """Pixels from line to line."""
        return round(self.size * 1.45)


class Canvas:
    """An image and the height ``y`` at which the next thing is put."""

    def __init__(self, width: int, height: int, background: Colour) -> None:
        """Take a blank sheet."""
        self.image = Image.new("RGB", (width, height), background)
        self.width = width
        self.y = 0
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x: int, text: str, ink: Ink, *, right: int) -> None:
        """Write from ``x`` at ``y``, wrapping before ``right``, and move ``y`` below."""
        for line in wrap(text, ink.size, right - x):
            self.put((x, self.y), line, ink)
            self.y += ink.line_height

    def put(self, place: tuple[int, int], text: str, ink: Ink, *, centred: bool = False) -> None:
        """Write one line into the line box that begins, or is centred, at ``place`` (x and top)."""
        x, top = place
        if top >= self.image.height:
            return  # it would be clipped, and drawing letters is what takes long
        self._draw.text(
            (x, top + ink.line_height // 2),
            text,
            font=face(ink.size),
            fill=ink.colour,
            anchor="mm" if centred else "lm",
            stroke_width=ink.size // _BOLD if ink.bold else 0,
        )

    def box(self, edges: tuple[int, int, int, int], *, fill: Colour, radius: int = 0) -> None:
        """Fill a rectangle (left, top, right, bottom; the last two lie outside); one without an area is left out."""
        left, top, right, bottom = edges
        if right > left and bottom > top:
            reach = min(radius, (right - left) // 2, (bottom - top) // 2)
            self._draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius=reach, fill=fill)

    def end_of(self, paint: Callable[[Self], None]) -> int:
        """Where the pen would stand after painting something here, without a trace on the paper."""
        draft = type(self)(self.width, 1, "#FFFFFF")
        draft.y = self.y
        paint(draft)
        return draft.y


def width_of(text: str, size: int) -> int:
    """How wide a line is."""
    return round(face(size).getlength(text))


def wrap(text: str, size: int, width: int) -> Iterator[str]:
    """Break a text into lines no wider than ``width``, by the habits of Chinese typesetting.

    Numbers and Latin words stay whole, closing marks do not begin a line and opening marks do not end one, unless
    a line has no other place to break. A single character is never left out, however narrow the column.
    """
    return iter(_wrapped(text, size, width))


@lru_cache(maxsize=1024)
def _wrapped(text: str, size: int, width: int) -> tuple[str, ...]:
    """Remembered, as a page is laid out before it is painted."""
    return tuple(_wrapping(text, size, width))


def _wrapping(text: str, size: int, width: int) -> Iterator[str]:
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
