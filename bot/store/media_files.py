"""Where the bytes of media lie: one sealed file per content, named by the SHA-256 of what is in it.

Files appear whole (written aside, flushed, renamed) and are readable by their owner only. They are sealed with the keys
of the vault; those sealed under an older key open as long as its line stands in the key file.
"""

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from bot.store.vault import Locked, Vault

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SHELF: Final = 2
"""Characters of a digest by which files are spread over folders."""


@dataclass(frozen=True, kw_only=True)
class SealedFiles:
    """``ports.media.MediaFiles`` in a folder, made with the first file; raises OSError as the disk does."""

    folder: Path
    vault: Vault

    async def put(self, data: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hex; the same content is written once."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, digest: str) -> bytes | None:
        """The bytes of a content; None if it is not here, damaged, or its key is not here."""
        return await asyncio.to_thread(self._get, digest)

    async def remove(self, digest: str) -> None:
        """Take the file of a content away; nothing happens if there is none."""
        await asyncio.to_thread(self._path(digest).unlink, missing_ok=True)

    async def digests(self) -> tuple[str, ...]:
        """The contents that lie here, by digest."""
        return await asyncio.to_thread(lambda: tuple(path.name for path in self._all()))

    def reseal(self) -> int:
        """Seal every file anew under the present first key; returns how many. Safe to break off and begin again."""
        done = 0
        for path in self._all():
            data = self._get(path.name)
            if data is not None:
                self._write(path, self.vault.seal_bytes(data, _purpose(path.name)))
                done += 1
        return done

    def numbers(self) -> frozenset[str]:
        """The public numbers of the keys under which the files are sealed; reads the beginning of each."""
        found = set()
        for path in self._all():
            with path.open("rb") as file:
                found.add(Vault.number_of(file.read(Vault.BEGINNING)))
        return frozenset(found - {""})

    def _put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        if self._get(digest) is None:  # not there, or not to be opened any more: then it is put right
            self._write(path, self.vault.seal_bytes(data, _purpose(digest)))
        return digest

    def _get(self, digest: str) -> bytes | None:
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        try:
            data = self.vault.open_bytes(sealed, _purpose(digest))
        except Locked:
            return None
        return data if sha256(data).hexdigest() == digest else None

    def _path(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:
            message = "not a SHA-256 in hex"
            raise ValueError(message)
        return self.folder / digest[:_SHELF] / digest

    def _all(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.glob("*/*")) if _DIGEST.fullmatch(path.name))

    def _write(self, path: Path, sealed: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False)  # noqa: SIM115 - it is renamed
        try:
            with made:
                made.write(sealed)
                made.flush()
                os.fsync(made.fileno())
            Path(made.name).replace(path)
        except OSError:
            Path(made.name).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _purpose(digest: str) -> str:
    return f"media:{digest}"
