"""What turns pages and papers into files that can be sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from bot.domain.circular import Circular
from bot.domain.digest import Digest
from bot.domain.made import Made
from bot.domain.org import Unit
from bot.domain.slips import Slip
from bot.domain.supervision import Order
from bot.domain.talk import Talk
from bot.domain.tickets import Ticket, TicketEvent
from bot.domain.weekly import Weekly


class Press(Protocol):
    """Draws and writes, and lays the files where delivery finds them; the same values give the same contents.

    Every method raises OSError if the disk does not play along: then the words go without them. What nobody has issued
    has neither number nor date in the file, and says on every page that it is a draft.
    """

    async def digest(self, page: Digest) -> tuple[Made, ...]:
        """The page as a picture and as a sheet, in this order."""
        ...

    async def slip(self, slip: Slip, tickets: Mapping[str, Ticket]) -> Made:
        """A notice or letter as a Word file; ``tickets`` are those of its findings, by id (R63)."""
        ...

    async def order(self, ticket: Ticket, issued: TicketEvent) -> Made:
        """A supervision order as a Word file, from the record of its issue (R17)."""
        ...

    async def assignment(self, ticket: Ticket, drawn: Order) -> Made:
        """What the county gives to a department as a Word file, always a draft."""
        ...

    async def agenda(self, village: Unit, tickets: Sequence[Ticket], day: date) -> Made:
        """The agenda of a village's study of its open matters as a Word file (R62)."""
        ...

    async def talk(self, talk: Talk) -> Made:
        """The outline of a talk as a Word file (R39)."""
        ...

    async def visits(self, page: Weekly) -> Made:
        """The week's list of visits as a Word file (R55)."""
        ...

    async def circular(self, circular: Circular) -> Made:
        """The month's circular to the villages as a Word file, always a draft (R110)."""
        ...
