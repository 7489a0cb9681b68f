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
    the county for the look at unread clues and for throwing away words and pictures that nobody needs.

    The triggers of the digest and of what looks back fire every day; their decisions know which days count.
    """
    schedule = office.rules.schedule
    planned: dict[tuple[Job, str], BaseTrigger] = {}
    for group in office.org.groups:
        if not office.org.units[office.org.groups[group].village].drafts_notice:
            planned[Job.DUTY_NOTICE, group] = _daily(schedule.duty_notice)
        planned[Job.DAILY_CONTENT, group] = _daily(schedule.daily_content)
        planned[Job.MONTHLY_HINT, group] = _early_in_the_month(office.rules.newcomers.monthly_at)
    for township in office.org.townships:
        planned[Job.DIGEST, township.id] = _daily(schedule.digest)
        planned[Job.OWNERS, township.id] = _daily(schedule.owners)
        planned[Job.NICKNAMES, township.id] = _weekly(office.rules.nicknames.weekday, office.rules.nicknames.at)
    for unit in (*office.org.townships, office.org.county):
        planned[Job.WEEKLY, unit.id] = _daily(schedule.weekly)
        planned[Job.MONTHLY, unit.id] = _daily(schedule.monthly)
    for village in office.org.villages:
        planned[Job.HANDOVER, village.id] = _daily(schedule.handover)
        if office.rules.morning_page.send:
            planned[Job.SECRETARY_CARD, village.id] = _daily(office.rules.morning_page.at)
        if village.drafts_notice:
            planned[Job.DUTY_DRAFT, village.id] = _daily(schedule.duty_draft)
        if village.confirms_content:
            planned[Job.CONTENT_CONFIRM, village.id] = _daily(office.rules.content.confirm_at)
    planned[Job.CLUE_WATCH, office.org.county.id] = _daily(schedule.clue_watch)
    planned[Job.WORDS_AWAY, office.org.county.id] = _daily(office.rules.privacy.clear_at)
    planned[Job.MEDIA_AWAY, office.org.county.id] = _daily(schedule.media_away)
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


def _weekly(weekday: int, at: time) -> BaseTrigger:
    """On one weekday, 1 is Monday."""
    return CronTrigger(day_of_week=weekday - 1, hour=at.hour, minute=at.minute, second=at.second, timezone=SHANGHAI)


def _early_in_the_month(at: time) -> BaseTrigger:
    """On the first ten days of a month, one of which is its first working day; which one, the decision knows."""
    return CronTrigger(day="1-10", hour=at.hour, minute=at.minute, second=at.second, timezone=SHANGHAI)
