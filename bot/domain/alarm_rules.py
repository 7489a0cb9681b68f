"""From when on something of the machine needs a person: the part ``alarms`` of ``config/rules.yaml``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]


class AlarmRules(BaseModel):
    """When the operator is told in chat, beside the lines to the platforms (``lines``).

    ``waiting_minutes``: a message that nobody has handled for so long. ``disk_free_mib`` and ``disk_free_percent``:
    less room than either, in MiB and in percent of the disk. ``job_failures``: a job of the schedule that failed so
    often in a row. ``job_late_minutes``: one that was due so long ago and has not been tried. ``gap_minutes``: how long
    nothing could be heard. ``backup_days``: how old the newest backup is, where a folder of backups is set.
    ``calendar_month``: from this month on next year's holidays must be known. ``over_minutes``: how long all must be
    well before the all-clear, so that what comes and goes is told once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    waiting_minutes: Annotated[int, Field(ge=5)] = 10
    disk_free_mib: Positive = 500
    disk_free_percent: Annotated[int, Field(gt=0, le=50)] = 5
    job_failures: Positive = 3
    job_late_minutes: Annotated[int, Field(ge=2)] = 10
    gap_minutes: Positive = 10
    backup_days: Positive = 2
    calendar_month: Annotated[int, Field(ge=1, le=12)] = 10
    over_minutes: Positive = 5
