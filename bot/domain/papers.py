"""Official papers as values: what stands in them, before anybody gives them a layout (documents 1 to 3).

A paper is a draft until a person issues it: a draft has neither number nor date, and says so on every page.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PaperKind(StrEnum):
    """Which paper it is: what stands at its head and how it is laid out."""

    NOTICE_SLIP = "notice_slip"
    """廉情提示单: a form with room for the reply (R63)."""
    REMINDER_LETTER = "reminder_letter"
    """提醒提示函: a letter to a committee or department."""
    SUPERVISION_ORDER = "supervision_order"
    """督办单: a form with room for progress and result (R17)."""
    ASSIGNMENT = "assignment"
    """交办单: from the county to a department."""
    CIRCULAR = "circular"
    """通报: to all villages of a township."""
    REPORT = "report"
    """报告: what an office reports upwards about a longer time (R54, R99)."""
    TALK_OUTLINE = "talk_outline"
    """约谈提纲: for the person who talks, never sent."""
    VISIT_LIST = "visit_list"
    """走访清单: whom to visit and why (R55)."""

    @property
    def is_form(self) -> bool:
        """Whether it is one table with fields to fill in, not a letter."""
        return self in (PaperKind.NOTICE_SLIP, PaperKind.SUPERVISION_ORDER, PaperKind.ASSIGNMENT)

    @property
    def is_internal(self) -> bool:
        """Whether it stays in the office: without head, number and seal."""
        return self in (PaperKind.TALK_OUTLINE, PaperKind.VISIT_LIST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading: level 1 is 一、 in 黑体, level 2 （一） in 楷体. The text brings its number."""

    level: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A paragraph of the body."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with a header row; ``widths`` are shares of the text's width, one per column."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of a form: its label and what stands in it. ``lines`` is the room left for what is written by hand."""

    label: str
    value: str = ""
    lines: int = 1
    half: bool = False
    """Whether it shares its row with the next field that is half as well."""


Block = Heading | Text | Table | Field


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """An official paper. ``number`` and ``dated`` are given by the person who issues it: None makes it a draft.

    ``issuer`` is the office at its head, ``signed`` the office under it, ``audit`` a line for the file's properties.
    """

    kind: PaperKind
    issuer: str
    title: str
    to: str
    blocks: tuple[Block, ...]
    signed: str
    number: str | None = None
    dated: date | None = None
    copies: str = ""
    attachments: tuple[str, ...] = ()
    audit: str = ""

    @property
    def draft(self) -> bool:
        """Whether nobody has issued it yet."""
        return self.number is None or self.dated is None
