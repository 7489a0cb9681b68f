"""A whole database as one file, taken while the bot runs, and a database made of such a file.

SQLite by its own backup interface, PostgreSQL by pg_dump and pg_restore: copying the files themselves would catch them
half written.
"""

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, inspect, make_url, text

from bot.domain.faults import reason_of
from bot.ports import StoreUnavailable
from bot.store.engine import connect

Result = TypeVar("Result")

_PAGES: Final = 2000
"""Pages of SQLite that are copied without letting others write."""
_MISSING: Final = "没有 {program}：请先安装 Debian 包 postgresql-client"
_BREATH: Final = 0.01
"""Seconds between two such portions."""


async def copy_out(url: str, target: Path) -> None:
    """Write the database's present state into a new file. Raises StoreUnavailable, in Chinese, if that cannot be."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        await _in_thread(lambda: _copy_file(_file_of(address), target))
    else:
        await _check_version("pg_dump", url)
        await _run("pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


async def copy_in(url: str, source: Path) -> None:
    """Make the database of such a file. Raises StoreUnavailable if there is one already, or it cannot be made."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        await _in_thread(lambda: _place_file(source, _file_of(address)))
    else:
        await _check_version("pg_restore", url)
        options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source))
        await _run("pg_restore", address, *options)


def _file_of(address: URL) -> Path:
    return Path(address.database or "")


async def _in_thread(work: Callable[[], None]) -> None:
    try:
        await asyncio.to_thread(work)
    except sqlite3.DatabaseError as error:
        message = f"备份不了这个 SQLite 文件：{error}"
        raise StoreUnavailable(message) from error
    except OSError as error:
        message = f"读写文件出错：{reason_of(error)}"
        raise StoreUnavailable(message) from error


def _copy_file(file: Path, target: Path) -> None:
    if not file.is_file():
        message = f"没有数据库文件：{file}"
        raise StoreUnavailable(message)
    uri = f"file:{quote(str(file.absolute()))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=_PAGES, sleep=_BREATH)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without the two that belong to a running one
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if sound != "ok":
        message = f"数据库文件已损坏：{sound}"
        raise StoreUnavailable(message)


def _refuse_file(file: Path) -> None:
    if file.exists():
        message = f"{file} 已经有数据库了。先停下小微，把它和旁边的 -wal、-shm 一起移走，再恢复"
        raise StoreUnavailable(message)


def _place_file(source: Path, file: Path) -> None:
    _refuse_file(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.restoring")
    shutil.copyfile(source, aside)
    with closing(sqlite3.connect(aside)) as copy:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0]
        copy.execute("PRAGMA journal_mode=WAL")
    if sound != "ok":
        aside.unlink()
        message = f"备份里的数据库已损坏：{sound}"
        raise StoreUnavailable(message)
    aside.rename(file)


async def _check_version(program: str, url: str) -> None:
    """A tool that is older than the server refuses to work, in words that nobody understands."""
    try:
        process = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE)
    except FileNotFoundError as error:
        raise StoreUnavailable(_MISSING.format(program=program)) from error
    said, _ = await process.communicate()
    numbers = re.search(rb"(\d+)(?:\.\d+)*", said)
    server = await _ask(url, lambda connection: connection.execute(text("SHOW server_version_num")).scalar_one())
    tool, here = int(numbers[1]) if numbers else 0, int(server) // 10_000
    if tool < here:
        message = f"{program} 是 {tool} 版，数据库是 {here} 版：它不能比数据库旧，请装 postgresql-client-{here}"
        raise StoreUnavailable(message)


async def check_free(url: str) -> None:
    """Raise StoreUnavailable if there is a database already where one is to be made."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        _refuse_file(_file_of(address))
        return
    tables = await _ask(url, lambda connection: inspect(connection).get_table_names())
    if tables:
        message = f"这个 PostgreSQL 数据库里已经有 {len(tables)} 张表。请先停下小微，另建一个空的数据库，再恢复"
        raise StoreUnavailable(message)


async def _ask(url: str, question: Callable[[Connection], Result]) -> Result:
    database = connect(url)
    try:
        return await database.read(question)
    finally:
        await database.close()


async def _run(program: str, address: URL, *options: str) -> None:
    """Run a tool of PostgreSQL; the password goes by the environment, where nobody else can read it."""
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ)
    if address.password is not None:
        environment["PGPASSWORD"] = str(address.password)
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            f"--dbname={plain}",
            *options,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise StoreUnavailable(_MISSING.format(program=program)) from error
    _, errors = await process.communicate()
    if process.returncode:
        first = errors.decode(errors="replace").strip().splitlines()
        message = f"{program} 没做成：{first[0] if first else process.returncode}"
        raise StoreUnavailable(message)
