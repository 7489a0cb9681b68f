"""``xiaowei backup`` and ``restore``: everything that a county would miss, as one file, taken while the bot runs.

In it: the database, the media (sealed as they lie), the county's configuration, and a list of what is in it with the
ends of the ticket histories. Not in it: the keys of what is sealed, which must lie elsewhere, and the credentials.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from bot.domain.faults import reason_of
from bot.domain.refusal import Refusal
from bot.domain.workdays import local
from bot.store import heads, migrate, open_store, verify
from bot.store.copying import check_free, copy_in, copy_out
from bot.store.reseal import sealing

FORMAT: Final = 1
_DATABASE: Final = "database"
_MEDIA: Final = "media"
_CONFIG: Final = "config"
_LIST: Final = "list.json"
_CHUNK: Final = 1 << 20
_OURS: Final = re.compile(r"xiaowei-\d{8}-\d{6}\.tar\.gz")


class BackupError(Refusal):
    """A backup that cannot be made or used; the text says why, in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where things lie: the address of the database, its key file, the media, the county's configuration."""

    url: str
    keys: Path | None
    media: Path
    config: Path

    @property
    def engine(self) -> str:
        """Which kind of database it is: sqlite or postgresql."""
        return self.url.partition(":")[0].partition("+")[0]


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back. ``breaks``: places where a history is not whole; ``changed``: villages whose history ends
    elsewhere than the backup's list says; ``missing``: public numbers of keys that are not in the key file.
    """

    made_at: str
    villages: int
    files: int
    breaks: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]


async def back_up(places: Places, folder: Path, *, now: datetime) -> Path:
    """Write a backup into the folder and return its path. Raises BackupError or StoreUnavailable.

    It stands under its own name only when it is whole, and only its owner can read it.
    """
    stamp = local(now)
    target = folder / f"xiaowei-{stamp:%Y%m%d-%H%M%S}.tar.gz"
    if target.exists():
        message = f"{target} 已经有了，过一秒再试"
        raise BackupError(message)
    try:
        with _scratch(folder) as made:
            await _write(places, made, made / "backup", made_at=stamp.isoformat(timespec="seconds"))
            os.rename(made / "backup", target)  # noqa: PTH104 - a moment's work
    except OSError as error:
        message = f"备份写不进 {folder}：{reason_of(error)}"
        raise BackupError(message) from error
    return target


def thin_out(folder: Path, *, keep: int) -> tuple[Path, ...]:
    """Remove the oldest of the folder's backups but ``keep``, and nothing that is none; what was deleted in the
    database is in no backup any more once the older ones are gone (legal.md 2). Returns those. Raises BackupError.
    """
    ours = sorted(path for path in folder.iterdir() if path.is_file() and _OURS.fullmatch(path.name))
    old = tuple(ours[: max(0, len(ours) - keep)])
    try:
        for path in old:
            path.unlink()
    except OSError as error:
        message = f"旧备份删不掉：{error.filename}（{reason_of(error)}）；新备份已经做好"
        raise BackupError(message) from error
    return old


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for what is being made, beside where it will stand."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".making-") as made:
        yield Path(made)


async def _write(places: Places, scratch: Path, aside: Path, *, made_at: str) -> None:
    database = scratch / _DATABASE
    await copy_out(places.url, database)
    store = await open_store(places.url, keys=places.keys)
    try:
        ends = await heads(store)
    finally:
        await store.close()
    digests: dict[str, str] = {}
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, path in ((_DATABASE, database), *_files(places.media, _MEDIA), *_files(places.config, _CONFIG)):
                try:
                    digests[name] = _put(archive, name, path)
                except FileNotFoundError:
                    if not name.startswith(f"{_MEDIA}/"):
                        raise  # only pictures may be thrown away meanwhile
            listed = {
                "format": FORMAT,
                "made_at": made_at,
                "engine": places.engine,
                "heads": ends,
                "files": digests,
            }
            contents = scratch / _LIST
            contents.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
            _put(archive, _LIST, contents)
        file.flush()
        os.fsync(file.fileno())


def _put(archive: tarfile.TarFile, name: str, path: Path) -> str:
    """Put a file into the archive and return its digest; it may be thrown away by its own name meanwhile."""
    with path.open("rb") as file:
        found = _digest_of(file)
        file.seek(0)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), file)
    return found


def _files(folder: Path, under: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            yield f"{under}/{path.relative_to(folder).as_posix()}", path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return _digest_of(file)


def _digest_of(file: BinaryIO) -> str:
    found = hashlib.sha256()
    for chunk in iter(partial(file.read, _CHUNK), b""):
        found.update(chunk)
    return found.hexdigest()


async def restore(archive: Path, places: Places) -> Restored:
    """Make a database, the media and the configuration of a backup, and check that nothing of it was changed.

    Nothing that is there is overwritten: a database must not exist yet (on PostgreSQL: be empty), nor may media lie in
    the folder; the configuration is written only where there is none. Raises BackupError or StoreUnavailable.
    """
    with TemporaryDirectory(prefix="xiaowei-restore-") as scratch:
        folder = Path(scratch)
        listed = _unpack(archive, folder)
        if listed["engine"] != places.engine:
            message = f"这份备份是 {listed['engine']} 的，现在设的数据库是 {places.engine}，两样不能混着恢复"
            raise BackupError(message)
        await check_free(places.url)
        if next(_files(places.media, _MEDIA), None) is not None:
            message = f"{places.media} 里已经有图片文件。请先停下小微，把它移到别处，再恢复"
            raise BackupError(message)
        await copy_in(places.url, folder / _DATABASE)
        files = _put_back(folder / _MEDIA, places.media)
        if not places.config.exists():
            files += _put_back(folder / _CONFIG, places.config)
    return await _checked(places, listed, files=files)


async def _checked(places: Places, listed: dict[str, object], *, files: int) -> Restored:
    await migrate(places.url, keys=places.keys)
    store = await open_store(places.url, keys=places.keys)
    try:
        broken = await verify(store)
        ends = {village: list(end) for village, end in (await heads(store)).items()}
        missing = (await store.database.read(partial(sealing, vault=store.vault))).missing
    finally:
        await store.close()
    then = listed["heads"]
    known = then if isinstance(then, dict) else {}
    # The list is made just after the copy: a village may have gone on by then, but never back.
    changed = tuple(sorted(village for village, end in ends.items() if village in known and end[0] > known[village][0]))
    return Restored(
        made_at=str(listed["made_at"]),
        villages=len(ends),
        files=files,
        breaks=len(broken),
        changed=changed,
        missing=missing,
    )


def _unpack(archive: Path, folder: Path) -> dict[str, object]:
    """The list of what was in it, when all of it is as it was."""
    try:
        with tarfile.open(archive, mode="r:gz") as file:
            file.extractall(folder, filter="data")
        listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        message = f"{archive} 读不出来，可能没传完，或者不是小微的备份"
        raise BackupError(message) from error
    if not isinstance(listed, dict) or listed.get("format") != FORMAT:
        message = f"{archive} 是别的版本做的备份，请用做备份的那个版本恢复"
        raise BackupError(message)
    for name, digest in listed["files"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            message = f"备份里的 {name} 和清单对不上，被改过或坏了；请换一份备份"
            raise BackupError(message)
    return listed


def _put_back(source: Path, target: Path) -> int:
    done = 0
    for name, path in _files(source, ""):
        place = target / name.lstrip("/")
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
            place.chmod(0o600)
            done += 1
    return done
