"""Column types that store the same value on SQLite and PostgreSQL, and the texts that neither can hold."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what no database can keep (NUL, lone halves of surrogate pairs) replaced by U+FFFD."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub(REPLACEMENT, text)


class CleanText(TypeDecorator[str]):
    """Text that is made storable on the way in, in values and in conditions alike, so that look-ups still match."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Clean a value for the database."""
        return None if value is None else storable(value)


SERIAL = BigInteger().with_variant(Integer, "sqlite")
"""An order number: SQLite counts up by itself only in a column declared INTEGER."""


def pack(words: Sequence[str]) -> str:
    """A list of words as one text."""
    return json.dumps([storable(word) for word in words], ensure_ascii=False) if words else "[]"


def unpack(text: str) -> tuple[str, ...]:
    """The list behind ``pack``."""
    return () if text == "[]" else tuple(cast("list[str]", json.loads(text)))


def pack_data(data: Mapping[str, str | int | bool | None]) -> str:
    """Plain values as canonical JSON: sorted keys, no spaces, so that equal values give equal hashes."""
    clean = {storable(key): storable(value) if isinstance(value, str) else value for key, value in data.items()}
    return json.dumps(clean, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack_data(text: str) -> dict[str, str | int | bool | None]:
    """The values behind ``pack_data``."""
    return cast("dict[str, str | int | bool | None]", json.loads(text))
