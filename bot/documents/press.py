"""``ports.press.Press``: pages and papers are written beside the work of the bot and laid into the media folder."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.documents.papers_order import assignment_paper, issued_paper
from bot.documents.papers_review import agenda_paper, circular_paper, outline_paper, visit_paper
from bot.documents.papers_slip import slip_paper
from bot.domain.circular import Circular
from bot.domain.digest import Digest
from bot.domain.made import PICTURE, Made
from bot.domain.org import Unit
from bot.domain.papers import Paper
from bot.domain.periods import month_name
from bot.domain.slips import Slip
from bot.domain.supervision import Order
from bot.domain.talk import Talk
from bot.domain.tickets import Ticket, TicketEvent
from bot.domain.weekly import Weekly
from bot.domain.workdays import local
from bot.office import Office
from bot.ports.media import MediaFiles
from bot.slipping import kind_name

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, kw_only=True)
class OfficePress:
    """Over the folder of media. The bytes lie there before anything refers to them; the same page is laid once."""

    files: MediaFiles
    office: Office

    async def digest(self, page: Digest) -> tuple[Made, ...]:
        """The page as a picture and as a sheet; raises OSError as the disk does."""
        picture, sheet = await asyncio.to_thread(_drawn, page, self.office)
        name = self.office.say("digest.file", township=page.name, day=local(page.at).date())
        return (
            await self._lay(picture, f"{name}.png", PICTURE),
            await self._lay(sheet, f"{name}.xlsx", WORKBOOK),
        )

    async def slip(self, slip: Slip, tickets: Mapping[str, Ticket]) -> Made:
        """A notice or letter, as a draft while nobody has issued it; raises OSError."""
        unit = self.office.org.units[slip.unit].name
        key = "papers.file_slip" if slip.number else "papers.file_slip_draft"
        name = self.office.say(key, kind=kind_name(slip, self.office), unit=unit, month=slip.month)
        return await self._write(lambda: slip_paper(slip, tickets, self.office), name)

    async def order(self, ticket: Ticket, issued: TicketEvent) -> Made:
        """A supervision order that was issued; raises OSError."""
        name = self.office.say("papers.file_order", serial=issued.data["serial"])
        return await self._write(lambda: issued_paper(ticket, issued, self.office), name)

    async def assignment(self, ticket: Ticket, drawn: Order) -> Made:
        """What the county gives to a department, always a draft; raises OSError."""
        org = self.office.org
        village = org.units[ticket.village].name
        name = self.office.say("papers.file_assignment", village=village, number=ticket.number)
        return await self._write(lambda: assignment_paper(ticket, drawn, issuer=org.county, office=self.office), name)

    async def agenda(self, village: Unit, tickets: Sequence[Ticket], day: date) -> Made:
        """The agenda of a village's study; raises OSError."""
        name = self.office.say("papers.file_agenda", village=village.name, day=day)
        return await self._write(lambda: agenda_paper(village, tickets, day, self.office), name)

    async def talk(self, talk: Talk) -> Made:
        """The outline of a talk; raises OSError."""
        name = self.office.say("papers.file_talk", village=talk.village, day=local(talk.at).date())
        return await self._write(lambda: outline_paper(talk, self.office), name)

    async def visits(self, page: Weekly) -> Made:
        """The week's list of visits; raises OSError."""
        name = self.office.say("papers.file_visits", unit=page.unit.name, day=page.period.last)
        return await self._write(lambda: visit_paper(page, self.office), name)

    async def circular(self, circular: Circular) -> Made:
        """The month's circular, always a draft; raises OSError."""
        month = month_name(circular.month)
        name = self.office.say("papers.file_circular", township=circular.township.name, month=month)
        return await self._write(lambda: circular_paper(circular, self.office), name)

    async def _write(self, paper: Callable[[], Paper], name: str) -> Made:
        data = await asyncio.to_thread(_written, paper, self.office)
        return await self._lay(data, name, WORD)

    async def _lay(self, data: bytes, name: str, media_type: str) -> Made:
        return Made(digest=await self.files.put(data), name=name, media_type=media_type, size=len(data))


def _drawn(page: Digest, office: Office) -> tuple[bytes, bytes]:
    from bot.documents import digest_picture, digest_sheet  # noqa: PLC0415 - heavy, and not wanted before the evening

    return digest_picture.draw(page, office), digest_sheet.write(page, office)


def _written(paper: Callable[[], Paper], office: Office) -> bytes:
    from bot.documents.official import write_paper  # noqa: PLC0415 - heavy, and many a day needs no paper

    return write_paper(paper(), office.wording)
