"""A disk that is full or cannot be written: nothing is acknowledged that is not stored, and the bot comes back."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from bot.store.faults import FULL, READ_ONLY
from tests.faults.running import NOT_STORED, STORED, Running, running, stored, until
from tests.nursery import Nursery

SIZE = 4 << 20
LONG = "很长的话" * 4_000
MOUNT, UMOUNT = shutil.which("mount"), shutil.which("umount")


class SmallDisk:
    """A disk of a few MiB, of memory where mounting is allowed; what fills it is a file of nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fills(self) -> None:
        """Somebody's download takes all that is left."""
        with self._filler.open("ab", buffering=0) as file:
            block = b"\0" * 65536
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def is_cleared(self) -> None:
        """The operator throws it away."""
        self._filler.unlink()


def cannot_mount(why: str) -> NoReturn:
    """Leave the test out; where tests are run for all (``CI=true``) a machine that cannot run it is a fault."""
    advice = "run it as root with CAP_SYS_ADMIN (docker: --privileged)"
    if os.environ.get("CI", "").casefold() == "true":
        pytest.fail(f"{why}; {advice}", pytrace=False)
    pytest.skip(f"{why}; {advice}; the limit of a process is tested beside this")


@contextmanager
def mounted(folder: Path) -> Iterator[SmallDisk]:
    """The small disk. Where nobody may mount, the test is left out; under ``CI=true`` it fails."""
    folder.mkdir()
    if os.geteuid() != 0 or MOUNT is None or UMOUNT is None:
        cannot_mount("only root may mount a small disk")
    words = [str(MOUNT), "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        cannot_mount(f"this machine lets nobody mount: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run([str(UMOUNT), "--lazy", str(folder)], check=True)  # noqa: S603


def refused_until_full(bot: Running) -> None:
    """Villagers talk until the last page of the file is used."""
    for number in range(200):
        if bot.says(f"{LONG}{number}") == NOT_STORED:
            return
    pytest.fail("a full disk took everything")


def comes_back(bot: Running, database: Path) -> None:
    """By itself: the next word is taken, and everything that was ever acknowledged is handled."""
    until(lambda: bot.says("路灯又亮了，谢谢") == STORED, "nothing is stored although there is room")
    until(lambda: stored(database) == {"handled": bot.acknowledged}, f"{stored(database)} of {bot.acknowledged}")
    until(lambda: bot.ready() == {}, "it is not ready again")


def said_of(bot: Running, why: str) -> int:
    """How many lines of the log speak of it."""
    return sum(why in line for line in bot.log.read_text().splitlines())


def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_acknowledged_is_lost(
    nursery: Nursery, tmp_path: Path
) -> None:
    with mounted(tmp_path / "disk") as disk:
        database = disk.folder / "village.db"
        with running(nursery, tmp_path, f"sqlite:///{database}") as bot:
            assert bot.says("二组路灯又不亮了") == STORED
            disk.fills()
            refused_until_full(bot)
            for _ in range(50):
                bot.says("有人吗")
            assert FULL in bot.refusals[0]
            time.sleep(12)  # its loops meet the full disk as well
            assert bot.is_alive()
            assert FULL in bot.ready()["数据库"]
            assert 1 <= said_of(bot, FULL) <= 12, "it says so, and not a thousand times"
            disk.is_cleared()
            comes_back(bot, database)
            assert bot.ends() == 0


def test_a_process_that_may_write_no_larger_file_refuses_and_comes_back(nursery: Nursery, tmp_path: Path) -> None:
    database = tmp_path / "village.db"
    with running(nursery, tmp_path, f"sqlite:///{database}") as bot:
        assert bot.says("二组路灯又不亮了") == STORED
        largest = max(file.stat().st_size for file in (database, database.with_name("village.db-wal")))
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        refused_until_full(bot)
        assert bot.process.poll() is None
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        comes_back(bot, database)


def test_a_read_only_disk_is_named_at_the_start(nursery: Nursery, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk") as disk:
        database = disk.folder / "village.db"
        with running(nursery, tmp_path, f"sqlite:///{database}") as bot:
            assert bot.says("二组路灯又不亮了") == STORED
            until(lambda: stored(database) == {"handled": 1}, "it is not handled")
            assert bot.ends() == 0
        assert MOUNT is not None
        subprocess.run([MOUNT, "-o", "remount,ro", str(disk.folder)], check=True)  # noqa: S603
        with pytest.raises(AssertionError) as told, running(nursery, tmp_path, f"sqlite:///{database}"):
            pass
        assert READ_ONLY in str(told.value) or "打不开数据库文件" in str(told.value)
        assert "Traceback" not in str(told.value)
        subprocess.run([MOUNT, "-o", "remount,rw", str(disk.folder)], check=True)  # noqa: S603
        with running(nursery, tmp_path, f"sqlite:///{database}") as bot:
            bot.acknowledged = 1
            comes_back(bot, database)


def test_a_machine_that_cannot_mount_fails_where_nothing_may_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="only root may mount"), mounted(tmp_path / "disk"):
        pass
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="only root may mount"), mounted(tmp_path / "elsewhere"):
        pass
