"""The ledger of tickets as a workbook: one row per ticket in the columns that offices keep, and the effects counted.

Who asked stands nowhere in it: no account, no nickname, no private number (R33).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from bot.classify.masking import mask
from bot.classify.names import NAME, NameHider
from bot.domain.ledger import effect_for, effects, timeliness
from bot.domain.lifecycle import Detail
from bot.domain.org import Person
from bot.domain.tickets import Effect, State, Thread, TicketEvent
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import category_name, matter, owner_title, state_name

Cell = str | int | datetime | None

_A4: Final = 9
_COLUMNS: Final = {
    "number": 14,
    "channel": 8,
    "said_at": 17,
    "village": 12,
    "category": 10,
    "matter": 30,
    "owner": 24,
    "due_at": 17,
    "state": 12,
    "closed_at": 17,
    "timeliness": 9,
    "result": 44,
    "contact": 9,
    "publication": 26,
    "effect": 10,
    "rating": 9,
    "extension": 14,
    "route": 28,
    "supervision": 17,
    "order": 30,
    "order_limit": 24,
    "households": 7,
    "reopenings": 7,
}
"""In the order and words of the paper ledger (台账), each with its width in half-width characters."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What is written: the entries, who reads them, the nicknames heard in each ticket, and the instant of writing.

    ``orders`` are the supervision orders of each ticket that has any, by its id, oldest first (R17).
    """

    threads: Sequence[Thread]
    reader: Person
    nicknames: Mapping[str, Sequence[str]]
    title: str
    at: datetime
    orders: Mapping[str, Sequence[TicketEvent]] = field(default_factory=dict)


def write(ledger: Ledger, office: Office) -> bytes:
    """An xlsx file (R26); equal ledgers give equal bytes. Times are local; text stays text, whatever sign begins it."""
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": ledger.title, "created": _plain(ledger.at)})
    frame = {"border": 1, "border_color": "#D5DCDA", "valign": "top", "text_wrap": True, "font_size": 10}
    header = book.add_format(frame | {"bold": True, "bg_color": "#1E5B57", "font_color": "#FFFFFF", "align": "center"})
    text = book.add_format(frame)
    moment = book.add_format(frame | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    cells = _Cells(ledger, office)
    rows = [[cells.of(name, thread) for name in _COLUMNS] for thread in ledger.threads]
    heads = [(office.say(f"ledger.{name}"), width) for name, width in _COLUMNS.items()]
    _fill(book, office.say("ledger.sheet"), ledger.title, heads, rows, (header, text, moment))
    kinds = _effects_shown(ledger, office)
    heads = [(office.say("ledger.village"), 18), *((office.say(f"effect.{kind}"), 12) for kind in kinds)]
    heads.append((office.say("ledger.total"), 10))
    _fill(
        book, office.say("ledger.sheet_effects"), ledger.title, heads, _counts(ledger, office), (header, text, moment)
    )
    book.close()
    return file.getvalue()


def _fill(  # noqa: PLR0917 - a sheet with its heads, rows and formats
    book: Workbook,
    name: str,
    title: str,
    heads: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[Cell]],
    formats: tuple[Format, Format, Format],
) -> None:
    header, text, moment = formats
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header("&C" + title.replace("&", "&&"))
    sheet.set_footer("&R&P/&N")
    for place, (head, width) in enumerate(heads):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, header)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            match value:
                case None:
                    sheet.write_blank(line, place, None, text)
                case datetime() as at:
                    sheet.write_datetime(line, place, _plain(at), moment)
                case int() as number:
                    sheet.write_number(line, place, number, text)
                case words:
                    sheet.write_string(line, place, words, text)


def _effects_shown(ledger: Ledger, office: Office) -> list[Effect]:
    """The effects that have a column: that persons were dealt with only where the reader may know of one."""
    seen = {effect_for(ledger.reader, thread.ticket, office.org) for thread in ledger.threads}
    return [effect for effect in Effect if effect is not Effect.DISCIPLINED or effect in seen]


def _counts(ledger: Ledger, office: Office) -> list[list[Cell]]:
    """One row per village, then all together."""
    kinds = _effects_shown(ledger, office)
    counted = effects(ledger.threads, ledger.reader, office.org)
    rows: list[list[Cell]] = [
        [office.org.units[village].name, *(counts[kind] for kind in kinds), counts.total()]
        for village, counts in counted.items()
    ]
    sums = [sum(counts[kind] for counts in counted.values()) for kind in kinds]
    return [*rows, [office.say("ledger.all"), *sums, sum(sums)]]


class _Cells:
    """What stands in each column for one ticket."""

    def __init__(self, ledger: Ledger, office: Office) -> None:
        self._ledger = ledger
        self._office = office
        self._names = NameHider(())
        self._by_column: Mapping[str, Callable[[Thread], Cell]] = {
            "number": lambda thread: self._code(thread.ticket.id),
            "channel": lambda thread: office.say(f"channel.{thread.ticket.channel}"),
            "said_at": lambda thread: thread.ticket.said_at,
            "village": lambda thread: office.org.units[thread.ticket.village].name,
            "category": lambda thread: category_name(thread.ticket, office),
            "matter": self._matter,
            "owner": self._owner,
            "due_at": lambda thread: thread.ticket.due_at,
            "state": lambda thread: state_name(thread.ticket, office),
            "closed_at": lambda thread: thread.ticket.closed_at,
            "timeliness": lambda thread: office.say(f"ledger.{timeliness(thread.ticket, now=ledger.at)}"),
            "result": self._result,
            "contact": self._contact,
            "publication": lambda thread: thread.ticket.publication,
            "effect": self._effect,
            "rating": self._rating,
            "extension": self._extension,
            "route": self._route,
            "supervision": lambda thread: thread.ticket.supervised_at,
            "order": self._order,
            "order_limit": self._order_limit,
            "households": lambda thread: 1 + len(thread.others),
            "reopenings": lambda thread: thread.ticket.reopenings,
        }

    def of(self, column: str, thread: Thread) -> Cell:
        """The value of a column."""
        return self._by_column[column](thread)

    def _code(self, ticket: str) -> str:
        """A ticket as a ledger names it, from its id: village, year, number."""
        village, year, number = ticket.rsplit("-", 2)
        units = self._office.org.units
        return self._office.say(
            "ledger.code", village=units[village].name if village in units else village, year=year, number=number
        )

    def _impersonal(self, text: str, thread: Thread) -> str:
        nicknames = self._ledger.nicknames.get(thread.ticket.id, ())
        return self._names.hide(mask(text), nicknames).replace(NAME, self._office.say("ledger.somebody"))

    def _matter(self, thread: Thread) -> str:
        ticket = thread.ticket
        if ticket.private and not ticket.topic:
            return self._office.say("ledger.private")
        return self._impersonal(matter(ticket, self._office), thread)

    def _owner(self, thread: Thread) -> str:
        unit = self._office.org.units[thread.ticket.unit].name
        return self._office.say("ledger.held_by", unit=unit, owner=owner_title(thread.ticket, self._office))

    def _result(self, thread: Thread) -> str:
        if thread.ticket.state is State.MERGED:
            return self._office.say("ledger.merged", into=self._code(str(thread.ticket.merged_into)))
        return self._impersonal(thread.ticket.answer_text, thread)

    def _contact(self, thread: Thread) -> str:
        contact = thread.ticket.contact
        return "" if contact is None else self._office.say(f"ledger.contact_{contact}")

    def _effect(self, thread: Thread) -> str:
        effect = effect_for(self._ledger.reader, thread.ticket, self._office.org)
        return "" if effect is None else self._office.say(f"effect.{effect}")

    def _rating(self, thread: Thread) -> str:
        """What a villager said; who said nothing has not rated (R109)."""
        if thread.ticket.state is not State.CLOSED and thread.ticket.rating is None:
            return ""
        return self._office.say(f"ledger.rating_{thread.ticket.rating or 'none'}")

    def _extension(self, thread: Thread) -> str:
        ticket, say = thread.ticket, self._office.say
        said = [say("ledger.extended_by", days=ticket.extension_days)] if ticket.extension_days else []
        said += [say("ledger.paused_for", days=ticket.paused_days)] if ticket.paused_days else []
        return say("due.separator").join(said) or say("ledger.not_extended")

    def _order(self, thread: Thread) -> str:
        """The latest supervision order: its number and grade; of one from before these were kept, nothing."""
        data = self._latest_order(thread)
        if data is None:
            return ""
        say = self._office.say
        return say("ledger.order_of", serial=data["serial"], grade=say(f"hops.grade_{data['grade']}"))

    def _order_limit(self, thread: Thread) -> str:
        """Until when it is to be answered, and how many working days that was."""
        data = self._latest_order(thread)
        if data is None:
            return ""
        limit = local(datetime.fromisoformat(str(data["limit"])))
        return self._office.say("ledger.order_until", limit=f"{limit:%Y-%m-%d %H:%M}", days=data["days"])

    def _latest_order(self, thread: Thread) -> Mapping[str, Detail] | None:
        known = [one.data for one in self._ledger.orders.get(thread.ticket.id, ()) if "serial" in one.data]
        return known[-1] if known else None

    def _route(self, thread: Thread) -> str:
        ticket, say, units = thread.ticket, self._office.say, self._office.org.units
        names = [units[unit].name if unit in units else unit for unit in ticket.units]
        route = say("ledger.arrow").join(names) if len(names) > 1 else ""
        return route + (say("ledger.returned", times=ticket.returns) if ticket.returns else "")


def _plain(at: datetime) -> datetime:
    """The local time without its zone, which a workbook does not know."""
    return local(at).replace(tzinfo=None)
