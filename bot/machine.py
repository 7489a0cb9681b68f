"""Looks at the machine: room on the disks, the newest backup, and whether its clock jumped."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.domain.workdays import SHANGHAI
from bot.patrol.operator_signs import Disk, Jump, Machine
from bot.ports import Clock

JUMPED: Final = timedelta(minutes=5)
"""Less than this is a clock that is being set right, or a machine that was busy."""
_BACKUP: Final = re.compile(r"xiaowei-(\d{8}-\d{6})\.tar\.gz")


class MachineEye:
    """Looks when it is asked. ``seconds`` is a clock that neither jumps nor goes back."""

    def __init__(
        self, *, clock: Clock, seconds: Callable[[], float], folders: Iterable[Path], backups: Path | None
    ) -> None:
        """Look at these folders' disks, and for backups in ``backups`` if it is given."""
        self._clock = clock
        self._seconds = seconds
        self._folders = tuple(folders)
        self._backups = backups
        self._then: tuple[datetime, float] | None = None
        self._jump: Jump | None = None

    async def look(self) -> Machine:
        """How it stands now. A folder that is not there has no disk; never raises OSError."""
        return Machine(
            disks=await asyncio.to_thread(disks_of, self._folders),
            backups=None if self._backups is None else str(self._backups),
            backup_at=None if self._backups is None else await asyncio.to_thread(newest_backup, self._backups),
            jump=self._look_at_clock(),
        )

    def _look_at_clock(self) -> Jump | None:
        """The last jump since the first look."""
        now, seconds = self._clock.now(), self._seconds()
        if self._then is not None:
            by = (now - self._then[0]) - timedelta(seconds=seconds - self._then[1])
            if abs(by) >= JUMPED:
                self._jump = Jump(at=now, by=by)
        self._then = (now, seconds)
        return self._jump


def disks_of(folders: Iterable[Path]) -> tuple[Disk, ...]:
    """The disks of the folders, each once."""
    found: dict[int, Disk] = {}
    for folder in folders:
        try:
            device, usage = folder.stat().st_dev, shutil.disk_usage(folder)
        except OSError:
            continue
        found.setdefault(device, Disk(folder=str(folder), free=usage.free, total=usage.total))
    return tuple(found.values())


def newest_backup(folder: Path) -> datetime | None:
    """When the newest backup of a folder was made, by its name; None if there is none or nothing can be read."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return None
    stamps = [written[1] for name in names if (written := _BACKUP.fullmatch(name))]
    if not stamps:
        return None
    return datetime.strptime(max(stamps), "%Y%m%d-%H%M%S").replace(tzinfo=SHANGHAI)
