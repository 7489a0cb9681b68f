"""What every decision may lean on besides its facts: the county's organisation, rules, calendar and words."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self

from bot.domain.content import ContentItem
from bot.domain.duty import Roster, line_of_duty
from bot.domain.org import Organisation, Person
from bot.domain.rules import Rules
from bot.domain.workdays import WorkCalendar, local
from bot.wording import Wording


@dataclass(frozen=True, kw_only=True)
class Office:
    """The county as configured; nothing of it changes while a decision is made."""

    org: Organisation
    roster: Roster
    rules: Rules
    calendar: WorkCalendar
    wording: Wording
    content: tuple[ContentItem, ...] = ()

    def say(self, key: str, **values: object) -> str:
        """A sentence of the county's wording."""
        return self.wording.say(key, **values)

    def with_calendar(self, calendar: WorkCalendar) -> Self:
        """The same office under another calendar."""
        return replace(self, calendar=calendar)

    def on_duty(self, village: str, day: date) -> Person:
        """Who answers for a village on a local day; raises LookupError for an organisation without people (R10)."""
        line = line_of_duty(self.org, self.roster, village, day)
        if not line:
            message = f"nobody in the organisation could answer for {village}"
            raise LookupError(message)
        return line[0]

    def loud_at(self, at: datetime) -> datetime:
        """The earliest instant from ``at`` on at which officers may be written to (quiet hours, DESIGN section 7)."""
        quiet = self.rules.quiet_hours
        here = local(at)
        if here.time() not in quiet:
            return at
        end = here.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0)
        return end if end > here else end + timedelta(days=1)

    def hold(self, now: datetime) -> datetime | None:
        """Until when a message to an officer is held back, None if it may go at once."""
        loud = self.loud_at(now)
        return loud if loud > now else None
