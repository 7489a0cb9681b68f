"""What a content is, by its bytes: names and what a platform says are not believed. The only importer of filetype."""

from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

import filetype  # type: ignore[import-untyped]  # it ships no types

_ALLOWED: Final[dict[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/heic": "heic",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/silk": "silk",
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
"""What is taken, and how such a file's name ends."""
_PICTURES: Final = "image/"
_SPEECH: Final = {
    b"#!SILK_V3": "audio/silk",
    b"\x02#!SILK_V3": "audio/silk",
    b"#!AMR-WB\n": "audio/amr",
    b"#!AMR\n": "audio/amr",
}
"""How voice messages begin that ``filetype`` does not know: WeChat's, and those of newer phones."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OLE: Final = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
"""Streams by which a paper of the old office programmes is known; installers come in the same wrapping."""
_IN_ZIP: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""Entries by which a paper of the newer ones is known, wherever its programme has put them."""
_ZIP: Final = b"PK\x03\x04"


def media_type_of(data: bytes) -> str | None:
    """The MIME type of a content that the bot takes; None for anything else."""
    spoken = next((named for magic, named in _SPEECH.items() if data.startswith(magic)), None)
    if spoken is not None:
        return spoken
    if data.startswith(_ZIP):
        return _in_zip(data)
    if data.startswith(_OLE):
        return next((named for stream, named in _IN_OLE.items() if stream.encode("utf-16-le") in data), None)
    found: str | None = filetype.guess_mime(data)
    return found if found in _ALLOWED else None


def _in_zip(data: bytes) -> str | None:
    try:
        with ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (BadZipFile, ValueError, UnicodeDecodeError):
        return None
    return next((named for entry, named in _IN_ZIP.items() if entry in names), None)


def extension_of(media_type: str) -> str:
    """How the name of a file of this type ends; empty for a type that is not taken."""
    return _ALLOWED.get(media_type, "")


def is_picture(media_type: str) -> bool:
    """Whether a browser or a chat can show it as a picture."""
    return media_type.startswith(_PICTURES)
