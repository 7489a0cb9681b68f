"""Seals what people wrote, so that the database file alone tells none of it (R50, legal.md 10).

AES-256-GCM under keys that lie in a file outside the database. A sealed text names its key by a short public number,
so that several keys can be in use; the first one of the file seals. Lengths are rounded up, so that a sealed text
cannot be matched with a message by counting letters.

A key file that is missing is made anew: the bot goes on, what is new is sealed under the new key, and what was sealed
under the lost one stays as it is until somebody puts the old line back into the file. Nothing is ever overwritten.
"""

import base64
import binascii
import hmac
import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.ports import StoreUnavailable

MARK: Final = "\x1ew1"
"""How a sealed text begins; no message of a person is stored unsealed, so nothing else begins so."""
_KEY_LENGTH: Final = 32
_NONCE: Final = 12
_BLOCK: Final = 64
_NUMBER: Final = 8
_HEAD: Final = "# 小微的封存钥匙：第一行用来封，其余各行用来开。请另存一份备份；丢了钥匙，封存的内容谁也打不开。\n"


class Locked(Exception):  # noqa: N818 - reads as what is the case
    """A sealed text whose key is not in the key file, or that was damaged."""


@dataclass(frozen=True, slots=True)
class _Key:
    number: str
    cipher: AESGCM
    secret: bytes


def _key(raw: bytes) -> _Key:
    secret = hmac.digest(raw, b"xiaowei names", sha256)
    return _Key(sha256(b"xiaowei key " + raw).hexdigest()[:_NUMBER], AESGCM(raw), secret)


@dataclass
class Vault:
    """Seals and opens. The key file is read, or made, when the first text needs it; never at construction.

    ``seal`` and ``open`` raise StoreUnavailable, in Chinese, if the key file cannot be used at all.
    """

    BEGINNING: ClassVar[int] = len(MARK.encode()) + _NUMBER
    """Bytes of something sealed by ``seal_bytes`` in which the number of its key stands."""

    file: Path
    random: Callable[[int], bytes] = os.urandom
    _keys: tuple[_Key, ...] = field(default=(), init=False, repr=False)
    _seen: tuple[int, int] | None = field(default=None, init=False, repr=False)

    def seal(self, text: str, purpose: str) -> str:
        """The sealed text. ``purpose`` must be given again to open it: no column's texts pass for another's."""
        key, sealed = self._sealed(text.encode(), purpose)
        return f"{MARK}{key.number}{base64.b64encode(sealed).decode('ascii')}"

    def seal_bytes(self, data: bytes, purpose: str) -> bytes:
        """Bytes sealed, for a file of their own."""
        key, sealed = self._sealed(data, purpose)
        return MARK.encode() + key.number.encode() + sealed

    def open_bytes(self, sealed: bytes, purpose: str) -> bytes:
        """The bytes behind ``seal_bytes``. Raises Locked if its key is not here or it was changed."""
        number = self.number_of(sealed)
        key = self._numbered(number)
        if key is None:
            raise Locked(number)
        try:
            return self._opened(key, sealed[self.BEGINNING :], purpose)
        except (InvalidTag, ValueError, struct.error) as error:
            raise Locked(number) from error

    @classmethod
    def number_of(cls, sealed: bytes) -> str:
        """The public number of the key of sealed bytes, of which the beginning is enough; empty if they are none."""
        if not sealed.startswith(MARK.encode()):
            return ""
        return sealed[len(MARK) : cls.BEGINNING].decode("ascii", "replace")

    def _sealed(self, raw: bytes, purpose: str) -> tuple[_Key, bytes]:
        self._refresh()
        key = self._first()
        padded = struct.pack(">I", len(raw)) + raw + b"\0" * (-(len(raw) + 4) % _BLOCK)
        nonce = self.random(_NONCE)
        return key, nonce + key.cipher.encrypt(nonce, padded, purpose.encode())

    @staticmethod
    def _opened(key: _Key, sealed: bytes, purpose: str) -> bytes:
        padded = key.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        (length,) = struct.unpack(">I", padded[:4])
        return padded[4 : 4 + length]

    def open(self, sealed: str, purpose: str) -> str:
        """The text behind ``seal``. Raises Locked if its key is not here or it was changed."""
        number = sealed[len(MARK) : len(MARK) + _NUMBER]
        key = self._numbered(number)
        if not sealed.startswith(MARK) or key is None:
            raise Locked(number)
        try:
            raw = base64.b64decode(sealed[len(MARK) + _NUMBER :], validate=True)
            return self._opened(key, raw, purpose).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise Locked(number) from error

    def again(self, sealed: str, purpose: str) -> str:
        """The same text sealed under the first key. Raises Locked as ``open`` does."""
        return self.seal(self.open(sealed, purpose), purpose)

    def name(self, word: str) -> str:
        """What stands in the database for a word that a row is looked up by: the same each time, telling nothing."""
        return self._name(self._first(), word)

    def names(self, word: str) -> tuple[str, ...]:
        """All names that the word may stand under: one for each key."""
        self._first()
        return tuple(self._name(key, word) for key in self._keys)

    @staticmethod
    def _name(key: _Key, word: str) -> str:
        return hmac.new(key.secret, word.encode("utf-8", "replace"), sha256).hexdigest()[:32]

    def numbers(self) -> tuple[str, ...]:
        """The public numbers of the keys at hand, the sealing one first; empty if there is no key file yet."""
        if not self._keys and self.file.exists():
            self._read()
        return tuple(key.number for key in self._keys)

    def ready(self) -> None:
        """Read the key file, or make it if there is none. Raises StoreUnavailable if neither can be done."""
        self._first()

    def renew(self) -> None:
        """Put a new key before the others: from here on it seals. Raises StoreUnavailable."""
        self._first()
        lines = [self._new_line(), *_lines(self.file)]
        _write(self.file, "".join([_HEAD, *(f"{line}\n" for line in lines if not line.startswith("#"))]))
        self._read()

    def _first(self) -> _Key:
        if not self._keys:
            if not self.file.exists():
                _make(self.file, f"{_HEAD}{self._new_line()}\n")
            self._read()
        return self._keys[0]

    def _new_line(self) -> str:
        return base64.b64encode(self.random(_KEY_LENGTH)).decode("ascii")

    def _numbered(self, number: str) -> _Key | None:
        """The key of that number; the file is read again if it was changed since, by a rotation or by a person."""
        found = next((key for key in self._keys if key.number == number), None)
        if found is None and self._refresh():
            found = next((key for key in self._keys if key.number == number), None)
        return found

    def _refresh(self) -> bool:
        """Take up keys that a rotation or a person has put into the file since; whether there was anything new.

        A file that became unusable while the bot runs stops nobody: the keys at hand go on.
        """
        try:
            found = self.file.stat()
            if not self._seen or self._seen == (found.st_mtime_ns, found.st_ino):
                return not self._keys and self._try_reading()
            return self._try_reading()
        except OSError:
            return False

    def _try_reading(self) -> bool:
        try:
            self._read()
        except StoreUnavailable:
            if not self._keys:
                raise
            return False
        return True

    def _read(self) -> None:
        lines = [line for line in _lines(self.file) if line and not line.startswith("#")]
        keys = tuple(_key(_raw(line, self.file)) for line in lines)
        if not keys:
            message = f"封存钥匙文件 {self.file} 里没有钥匙。请放回备份；确实没有备份，就移走这个文件，小微会另做一把。"
            raise StoreUnavailable(message)
        found = self.file.stat()
        self._keys, self._seen = keys, (found.st_mtime_ns, found.st_ino)


def _raw(line: str, file: Path) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_LENGTH:
        message = f"封存钥匙文件 {file} 里有一行不是钥匙（可能没有拷全）。请放回备份，不要改动它。"
        raise StoreUnavailable(message)
    return raw


def _lines(file: Path) -> Sequence[str]:
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        message = f"读不了封存钥匙文件 {file}。请检查文件在不在、小微有没有读它的权限。"
        raise StoreUnavailable(message) from error


def _make(file: Path, text: str) -> None:
    """Put the file there whole unless another process was faster; only its owner may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, prefix=".keys-", encoding="utf-8") as made:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
            try:
                file.hardlink_to(made.name)
            except FileExistsError:
                return
    except OSError as error:
        message = f"没能写封存钥匙文件 {file}。请检查文件夹的权限和磁盘空间。"
        raise StoreUnavailable(message) from error


def _write(file: Path, text: str) -> None:
    """Replace the file in one step."""
    try:
        with NamedTemporaryFile("w", dir=file.parent, prefix=".keys-", encoding="utf-8", delete=False) as made:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
        Path(made.name).replace(file)
    except OSError as error:
        message = f"没能改写封存钥匙文件 {file}。请检查文件夹的权限和磁盘空间；原来的钥匙没有动。"
        raise StoreUnavailable(message) from error
