"""Column types that store the same value on SQLite and PostgreSQL, and the texts that neither can hold."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar, cast

from sqlalchemy import BigInteger, Connection, Integer, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from bot.store.vault import MARK, Locked, Vault

Item = TypeVar("Item")

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


class Words(NamedTuple):
    """A sealed text as the code sees it. ``apart``: only the discipline role may see it (R50), which is sealed as well.

    ``locked``: its key is not here, and ``text`` is empty.
    """

    text: str
    apart: bool = False
    locked: bool = False


_VAULT: Final = "xiaowei_vault"
_APART, _OPEN = "!", "="


def give_vault(dialect: Dialect, vault: Vault) -> None:
    """Let the sealed columns of an engine use this vault: a column type is handed nothing but the dialect."""
    setattr(dialect, _VAULT, vault)


def vault_of(of: Connection | Dialect) -> Vault:
    """The vault of a connection's engine. Raises AttributeError for an engine that was given none."""
    return cast("Vault", getattr(of.dialect if isinstance(of, Connection) else of, _VAULT))


class SealedText(TypeDecorator[str]):
    """Text that lies sealed in the database. One whose key is not here reads as an empty text."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        """Seal for one purpose: the table and the column."""
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal a value for the database."""
        return None if value is None else vault_of(dialect).seal(storable(value), self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open a value of the database."""
        if value is None:
            return None
        try:
            return vault_of(dialect).open(value, self.purpose)
        except Locked:
            return ""


class SealedWords(TypeDecorator[Words]):
    """What somebody said, and whether it is set apart, sealed together: a row does not show that it is a clue."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        """Seal for one purpose: the table and the column."""
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Words | None, dialect: Dialect) -> str | None:
        """Seal a value for the database."""
        if value is None:
            return None
        return vault_of(dialect).seal(f"{_APART if value.apart else _OPEN}{storable(value.text)}", self.purpose)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Words | None:
        """Open a value of the database."""
        if value is None:
            return None
        try:
            said = vault_of(dialect).open(value, self.purpose)
        except Locked:
            return Words("", apart=True, locked=True)
        return Words(said[1:], apart=said[0] == _APART)


def is_sealed(stored: str) -> bool:
    """Whether a stored value is a sealed one."""
    return stored.startswith(MARK)


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


def padded(values: Iterable[Item]) -> list[Item]:
    """The values, the last one repeated up to a power of two: few lengths of a list are few statements to prepare."""
    found = list(values)
    length = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (length - len(found))
