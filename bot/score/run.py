"""What ``xiaowei replay --json --with-clues`` printed, as values (row shapes: DESIGN section 9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.score.fields import Fields
from bot.score.gold import Span

HEAT = "heat"


class RunError(Exception):
    """The rows are not those of a replay. Its text is Chinese and names every fault by row, counted from 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SentRow:
    """Something that the bot said. ``group`` is None if it went to one person; ``to_cadre`` if that is an official."""

    at: datetime
    kind: OutKind
    group: str | None
    to_cadre: bool
    text: str
    ticket: int | None
    quote: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRow:
    """A ticket as it stood in the end; ``supporters`` are accounts, all else message ids."""

    number: int
    category: str
    messages: tuple[str, ...]
    followups: tuple[str, ...]
    supporters: tuple[str, ...]
    first_cadre_reply: str | None

    @property
    def held(self) -> frozenset[str]:
        """Every villager's message that lies in it."""
        return frozenset((*self.messages, *self.followups))


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueRow:
    """A clue that the discipline role was given."""

    messages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRow:
    """An alert; one without an end is an instant."""

    kind: str
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A replayed chat, in the order in which it was printed."""

    sent: tuple[SentRow, ...] = ()
    tickets: tuple[TicketRow, ...] = ()
    clues: tuple[ClueRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> "Run":
        """Read the parsed lines; further keys of a row are ignored. Raises RunError for what is missing or unknown."""
        sent: list[SentRow] = []
        tickets: list[TicketRow] = []
        clues: list[ClueRow] = []
        alerts: list[AlertRow] = []
        faults: list[str] = []
        for number, row in enumerate(rows, start=1):
            fields = Fields(row, where=f"第 {number} 行", faults=faults)
            match fields.text("type"):
                case "sent":
                    sent.append(_sent(fields))
                case "ticket":
                    tickets.append(_ticket(fields))
                case "clue":
                    clues.append(ClueRow(messages=fields.texts("messages")))
                case "alert":
                    alerts.append(_alert(fields))
                case other if "type" in row:
                    fields.fault(f"不认识的 type “{other}”")
        if faults:
            message = "\n".join([f"回放的结果有 {len(faults)} 处错误:", *faults])
            raise RunError(message)
        return cls(sent=tuple(sent), tickets=tuple(tickets), clues=tuple(clues), alerts=tuple(alerts))


def _sent(fields: Fields) -> SentRow:
    to = fields.part("to")
    group = to.text_or_null("group", required=False)
    person = to.text_or_null("person", required=False)
    return SentRow(
        at=fields.moment("at"),
        kind=fields.choice("kind", OutKind),
        group=group,
        to_cadre=person is not None,
        text=fields.text("text"),
        ticket=fields.number_or_null("ticket"),
        quote=fields.text_or_null("quote", required=False),
    )


def _ticket(fields: Fields) -> TicketRow:
    return TicketRow(
        number=fields.number("number"),
        category=fields.choice("category", Category),
        messages=fields.texts("messages"),
        followups=fields.texts("followups"),
        supporters=fields.texts("supporters"),
        first_cadre_reply=fields.text_or_null("first_cadre_reply"),
    )


def _alert(fields: Fields) -> AlertRow:
    start = fields.moment("from")
    return AlertRow(kind=fields.text("kind"), span=Span(start=start, end=fields.moment_or_null("to") or start))
