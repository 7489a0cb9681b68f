"""What every decision may lean on besides its facts: the county's organisation, rules, calendar and words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Self

from bot.domain.bindings import NO_BINDINGS, Bindings
from bot.domain.burden import loud_at
from bot.domain.categories import Category
from bot.domain.codes import CodeBook
from bot.domain.content import ContentItem
from bot.domain.duty import DutyRecord, Roster, is_available, line_of_duty, may_own
from bot.domain.handover import passes_on
from bot.domain.knowledge import NO_KNOWLEDGE, Knowledge
from bot.domain.org import Organisation, Person
from bot.domain.routing import NO_ROUTING, Routing
from bot.domain.rules import Rules
from bot.domain.tickets import Ticket
from bot.domain.workdays import SHANGHAI, WorkCalendar, local
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
    routing: Routing = NO_ROUTING
    knowledge: Knowledge = NO_KNOWLEDGE
    running: frozenset[str] | None = None
    """Names of the platforms that run, None where nobody has said: then everybody counts as reachable."""
    mentions_only: frozenset[str] = frozenset()
    """Names of the platforms on which the bot hears only what is addressed to it."""
    shows_cards: frozenset[str] = frozenset()
    """Names of the running platforms that can show a card to tap."""
    bindings: Bindings = NO_BINDINGS
    """Which conversation and account is whose; ``org`` has them in it already."""

    @cached_property
    def codes(self) -> CodeBook:
        """The codes by which groups and people are bound."""
        return CodeBook(org=self.org, bindings=self.bindings)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the county's wording."""
        return self.wording.say(key, **values)

    def with_calendar(self, calendar: WorkCalendar) -> Self:
        """The same office under another calendar."""
        return replace(self, calendar=calendar)

    def with_duty(self, record: DutyRecord) -> Self:
        """The same office under the roster as officers have changed it since; to be asked of the configured one."""
        return replace(self, roster=self.roster.changed(record.changes))

    def with_bindings(self, bindings: Bindings) -> Self:
        """The same office with its groups and people where they are now; to be asked of the configured one."""
        return replace(self, org=bindings.applied(self.org), bindings=bindings)

    def line_of_duty(
        self, village: str, day: date, *, unit: str | None = None, group: str | None = None
    ) -> tuple[Person, ...]:
        """Who may be asked about a village's matter on a local day, the best first.

        ``unit``: the one that holds it; ``group``: where it was said.
        """
        return line_of_duty(self.org, self.roster, village, day, unit=unit, running=self.running, group=group)

    def on_duty(self, village: str, day: date, *, unit: str | None = None, group: str | None = None) -> Person:
        """Who answers for a village on a local day; raises LookupError for an organisation without people (R10).

        A hole in the roster, somebody who is away or cannot be reached: the next in line, then up.
        """
        line = self.line_of_duty(village, day, unit=unit, group=group)
        if not line:
            message = f"nobody in the organisation could answer for {village}"
            raise LookupError(message)
        return line[0]

    def answers_for(
        self, village: str, category: Category, topic: str, day: date, *, group: str | None = None
    ) -> Person:
        """Who in a village answers for a new matter: whom the village's own table names, else the duty officer (R10).

        Raises LookupError for an organisation without people.
        """
        named = self.routing.in_village(self.org, village, category, topic)
        there = next((person for person in named if self.is_available(person, day)), None)
        return there or self.on_duty(village, day, group=group)

    def takes(self, unit: str, ticket: Ticket, day: date) -> Person | None:
        """Who in a unit takes a ticket on a local day: whom 谁分管谁负责 names, else whose office it is (R10).

        In the village the duty officer unless its own table names somebody. Who is away is passed over while somebody
        else is there; None only for a unit without people.
        """
        if unit == ticket.village:
            return self.answers_for(unit, ticket.category, ticket.topic, day)
        people = self.routing.line_in(self.org, unit, ticket.village, ticket.category, ticket.topic)
        return next((person for person in people if self.is_available(person, day)), next(iter(people), None))

    def is_available(self, person: Person, day: date) -> bool:
        """Whether somebody can be asked on a local day: has an account that is heard, and is not away."""
        return is_available(person, self.roster, day, running=self.running)

    def able(self, now: datetime) -> Callable[[Person], bool]:
        """Whether somebody can be asked when a message of now is read: today, in quiet hours the next morning."""
        day = local(self.loud_at(now)).date()
        return lambda person: self.is_available(person, day)

    def stands_in(self, ticket: Ticket, day: date) -> Person:
        """Who has a ticket on a local day if its owner cannot: in the unit that holds it, then up (R10).

        Raises LookupError for an organisation without people.
        """
        named = None if ticket.unit not in self.org.units else self.takes(ticket.unit, ticket, day)
        fits = named is not None and may_own(self.org, named, ticket.village) and self.is_available(named, day)
        return named if named is not None and fits else self.on_duty(ticket.village, day, unit=ticket.unit)

    def goes_with_the_shift(self, ticket: Ticket, today: date) -> bool:
        """Whether the owner holds a ticket only because it was his turn, and has not begun."""
        named = self.routing.in_village(self.org, ticket.village, ticket.category, ticket.topic)
        return passes_on(ticket, self.org, self.roster, today, by_topic=[person.id for person in named])

    def next_morning(self, at: datetime) -> datetime:
        """When, on the local day after ``at``, somebody is asked again about a handover."""
        return datetime.combine(local(at).date() + timedelta(days=1), self.rules.schedule.handover_again, SHANGHAI)

    def later_today(self, at: datetime, hour: time) -> datetime:
        """That hour on the local day of ``at``, or at once if it is over."""
        return max(at, datetime.combine(local(at).date(), hour, SHANGHAI))

    def loud_at(self, at: datetime) -> datetime:
        """The earliest instant from ``at`` on at which officers may be written to (quiet hours, DESIGN section 7)."""
        return loud_at(at, self.rules.quiet_hours)

    def hold(self, now: datetime) -> datetime | None:
        """Until when a message to an officer is held back, None if it may go at once."""
        loud = self.loud_at(now)
        return loud if loud > now else None
