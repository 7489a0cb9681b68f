"""A press for the stories: what it makes lies in a folder, and is opened again as the reader would open it."""

from io import BytesIO
from pathlib import Path

from docx import Document

from bot.documents.press import OfficePress
from bot.engine import Engine
from bot.media.shelf import Shelf
from bot.ports import Sent
from bot.ports.media import MediaFiles
from bot.store.media_files import SealedFiles
from tests.flow.village import Village
from tests.world import account

FULL = "No space left on device"


class FullDisk:
    """``ports.media.MediaFiles`` on a disk that takes nothing any more."""

    async def put(self, data: bytes) -> str:
        del data
        raise OSError(28, FULL)

    async def get(self, digest: str) -> bytes | None:
        del digest
        return None

    async def remove(self, digest: str) -> None:
        del digest


async def with_press(village: Village, folder: Path) -> SealedFiles:
    """The bot with a press and a folder for what it makes."""
    files = SealedFiles(folder=folder, vault=village.store.vault)
    await over(village, files)
    return files


async def over(village: Village, files: MediaFiles) -> None:
    """The bot with a press over these files."""
    village.engine = Engine(
        store=village.store,
        office=village.office,
        judge=village.judge,
        platforms=village.platforms(),
        attachments=Shelf(records=village.store, files=files),
        press=OfficePress(files=files, office=village.office),
    )
    await village.engine.start(now=village.now)


async def files_to(village: Village, name: str) -> list[Sent]:
    """What somebody got with a file, in the order of sending."""
    person = account(name).replace("u-", "p-")
    return [
        one
        for one in await village.sent()
        if one.outgoing.attachment is not None and getattr(one.outgoing.to, "person", None) == person
    ]


async def opened(village: Village, files: MediaFiles, sent: Sent) -> tuple[str, str]:
    """The name of a Word file as its reader sees it, and all its words, line by line: head, body, tables."""
    assert sent.outgoing.attachment is not None
    found = await Shelf(records=village.store, files=files).load(sent.outgoing.attachment)
    assert found is not None
    document = Document(BytesIO(found.data))
    lines = [paragraph.text for section in document.sections for paragraph in section.header.paragraphs]
    lines += [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return found.name, "\n".join(line for line in lines if line)
