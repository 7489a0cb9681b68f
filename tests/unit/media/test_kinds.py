"""What is taken is told by the bytes, whatever the name says."""

import pytest

from bot.media.kinds import extension_of, media_type_of
from tests.album import AMR, JPEG, PDF, PNG, SILK, paper

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (JPEG, "jpg"),
        (PNG + b"\0" * 40, "png"),
        (b"GIF89a" + b"\0" * 20, "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 20, "heic"),
        (AMR + b"x", "amr"),
        (b"#!AMR-WB\nx", "amr"),
        (SILK + b"x", "silk"),
        (SILK[1:] + b"x", "silk"),
        (b"ID3\x03" + b"\0" * 20, "mp3"),
        (b"OggS" + b"\0" * 20, "ogg"),
        (PDF, "pdf"),
        (paper("word/document.xml"), "docx"),
        (paper("xl/workbook.xml"), "xlsx"),
        (paper("ppt/presentation.xml"), "pptx"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
    ],
)
def test_pictures_voices_and_papers_are_taken(data: bytes, ending: str) -> None:
    found = media_type_of(data)
    assert found is not None
    assert extension_of(found) == ending


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"#!/bin/sh\nrm -rf /",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        paper("evil.exe"),
        b"PK\x03\x04 not a packed file at all",
        OLE,
        b"\0\0\0\x18ftypmp42" + b"\0" * 50,
        b"Rar!\x1a\x07\x00" + b"\0" * 20,
    ],
)
def test_everything_else_is_kept_out(data: bytes) -> None:
    assert media_type_of(data) is None
