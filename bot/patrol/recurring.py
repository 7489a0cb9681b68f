"""When recurring jobs fire, by APScheduler's triggers, asked rather than run: the same under any clock."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from bot.domain.outcome import Job
from bot.domain.workdays import SHANGHAI
from bot.office import Office


def triggers(office: Office) -> Mapping[tuple[Job, str], BaseTrigger]:
    """The trigger of every recurring job and scope: groups for notice and content, townships for the digest,
    the county for the look at unread clues.

    The digest's trigger fires every day; its decision knows which days are worked, make-up days included.
    """
    schedule = office.rules.schedule
    planned: dict[tuple[Job, str], BaseTrigger] = {}
    for group in office.org.groups:
        planned[Job.DUTY_NOTICE, group] = _daily(schedule.duty_notice)
        planned[Job.DAILY_CONTENT, group] = _daily(schedule.daily_content)
    for township in office.org.townships:
        planned[Job.DIGEST, township.id] = _daily(schedule.digest)
        planned[Job.OWNERS, township.id] = _daily(schedule.owners)
    for village in office.org.villages:
        planned[Job.HANDOVER, village.id] = _daily(schedule.handover)
    planned[Job.CLUE_WATCH, office.org.county.id] = _daily(schedule.clue_watch)
    return planned


def next_after(trigger: BaseTrigger, at: datetime) -> datetime:
    """The first instant after ``at`` at which the trigger fires. Raises LookupError if it never does again."""
    following: datetime | None = trigger.get_next_fire_time(at, at + timedelta(microseconds=1))
    if following is None:
        message = f"{trigger} never fires again"
        raise LookupError(message)
    return following


def _daily(at: time) -> BaseTrigger:
    return CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=SHANGHAI)
