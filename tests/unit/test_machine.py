"""What is seen of the machine: each disk once, the newest backup by its name, and a clock that jumps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.workdays import SHANGHAI
from bot.machine import MachineEye, disks_of, newest_backup


class Time:
    """The machine's clock, and one that never jumps."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 6, 4, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def goes(self, minutes: int, *, jumps: timedelta = timedelta(0)) -> None:
        self.seconds += 60 * minutes
        self.at += timedelta(minutes=minutes) + jumps


def test_two_folders_on_one_disk_are_one_disk_and_a_missing_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (disk,) = disks_of([tmp_path, tmp_path / "media", tmp_path / "none"])
    assert disk.folder == str(tmp_path)
    assert 0 < disk.free <= disk.total


def test_the_newest_backup_is_found_by_its_name(tmp_path: Path) -> None:
    assert newest_backup(tmp_path) is None
    assert newest_backup(tmp_path / "none") is None
    for name in ("xiaowei-20260306-120000.tar.gz", "xiaowei-20260304-120000.tar.gz", "xiaowei-x.tar.gz", ".making-1"):
        (tmp_path / name).touch()
    assert newest_backup(tmp_path) == datetime(2026, 3, 6, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("hours", [5, -3])
async def test_a_jump_of_hours_is_noticed_and_a_correction_is_not(hours: int) -> None:
    time = Time()
    eye = MachineEye(clock=time, seconds=lambda: time.seconds, folders=(), backups=None)
    await eye.look()
    time.goes(1, jumps=timedelta(seconds=-20))
    assert (await eye.look()).jump is None
    time.goes(1, jumps=timedelta(hours=hours))
    jump = (await eye.look()).jump
    assert jump is not None
    assert jump.by == timedelta(hours=hours)
    time.goes(30)
    assert (await eye.look()).jump == jump
