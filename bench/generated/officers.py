"""Officers as they are: some answer the same morning, some late, some never; they swap duties and take days off.

At a sitting everybody looks at what he holds and, by lot and temper, writes to the bot or in the group. What they write
is what the manual tells them to write. Equal seeds give equal officers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from bot.domain.categories import Level
from bot.domain.messages import Incoming, Kind
from bot.domain.org import Person, Role
from bot.domain.tickets import Relation, State, Thread
from bot.domain.workdays import local
from bot.office import Office

SWAP_AFTER = timedelta(minutes=4)
"""How long the other needs to agree to a swap."""


class Temper(StrEnum):
    """How somebody works."""

    PROMPT = "prompt"
    LATE = "late"
    NEVER = "never"


ACTS = {Temper.PROMPT: 0.85, Temper.LATE: 0.12, Temper.NEVER: 0.0}
"""The chance that somebody does something about one matter at one sitting."""
WORDS: Mapping[str, int] = {
    "{name} 办结 已经去看过了，今天上午处理好了，有问题再找我": 45,
    "{name} 进展 已经联系师傅，明天上午到": 20,
    "{name} 转办 {office} 村里没有这个条件": 8,
    "{name} 延期 2天 等配件": 5,
    "{name} 不是诉求": 3,
    "{name} 改类 建议": 2,
    "{name} 等材料 身份证复印件": 2,
    "{name} 退回 不归我们管": 2,
    "{name} 电话答复 已经跟本人说清楚了": 3,
}
"""What is written to the bot about a matter, and how often."""
IN_THE_GROUP = 0.25
"""How often a village's officer answers in the group instead, quoting what was said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What somebody writes: to the bot alone, or in a group (by our own id) quoting a message."""

    person: str
    text: str
    after: timedelta
    group: str | None = None
    quote: str | None = None


class Officers:
    """All officers of a county."""

    def __init__(self, office: Office, *, seed: int, tempers: Sequence[int] = (70, 20, 10)) -> None:
        """``tempers``: how many of a hundred are prompt, late, and never there."""
        self._random = Random(seed)  # noqa: S311 - no secret
        self._tempers = {
            person: self._random.choices(tuple(Temper), weights=tempers)[0] for person in office.org.people
        }
        self._seed = seed
        self._said = 0

    def temper(self, person: str) -> Temper:
        """How somebody works."""
        return self._tempers[person]

    def sit(self, threads: Sequence[Thread], office: Office, *, now: datetime) -> tuple[Word, ...]:
        """What everybody writes at one sitting about the live matters; one after another, some seconds apart."""
        words: list[Word] = []
        for thread in threads:
            ticket = thread.ticket
            owner = office.org.people.get(ticket.owner)
            if owner is None or not owner.accounts or office.roster.is_away(owner.id, local(now).date()):
                continue
            if self._random.random() < ACTS[self._tempers[owner.id]]:
                after = timedelta(seconds=20 * (len(words) + 1) + self._random.randint(0, 9))
                words.append(self._about(thread, owner, office, after))
        return tuple(words)

    def answer(self, asked: Sequence[str]) -> tuple[Word, ...]:
        """Those who were asked something with numbered choices say 1, if they are prompt."""
        prompt = [person for person in asked if self._tempers[person] is Temper.PROMPT]
        return tuple(
            Word(person=person, text="1", after=timedelta(seconds=place)) for place, person in enumerate(prompt)
        )

    def settle_shifts(self, office: Office, *, now: datetime) -> tuple[Word, ...]:
        """About once in a fortnight somebody of a village swaps a duty of the week, once in a month takes two days."""
        words: list[Word] = []
        today = local(now).date()
        for village in office.org.villages:
            lot = self._random.random()
            day = today + timedelta(days=self._random.randint(1, 5))
            on_duty = office.roster.on_duty(village.id, day)
            takers = [one for one in office.org.people_of(village.id, Role.DUTY_OFFICER) if one.id not in on_duty]
            giver = office.org.people.get(on_duty[0]) if on_duty else None
            if giver is None or not takers:
                continue
            if lot < 1 / 14:
                taker = self._random.choice(takers)
                words.append(Word(person=giver.id, text=f"换班 {_said(day, today)} {taker.name}", after=timedelta()))
                words.append(Word(person=taker.id, text="同意换班", after=SWAP_AFTER))
            elif lot < 1 / 14 + 1 / 30:
                until = day + timedelta(days=1)
                text = f"请假 {day.month}月{day.day}日到{until.month}月{until.day}日"
                words.append(Word(person=giver.id, text=text, after=timedelta()))
        return tuple(words)

    def incoming(self, word: Word, office: Office, *, at: datetime) -> Incoming:
        """A word as the platform brings it."""
        person = office.org.people[word.person]
        group = None if word.group is None else office.org.groups[word.group]
        account = next(one for one in person.accounts if group is None or one.platform == group.platform)
        self._said += 1
        return Incoming(
            platform=account.platform,
            id=f"o{self._seed}-{self._said}",
            group=None if group is None else group.conversation,
            sender=account.id,
            name=f"{person.name} {person.post}",
            kind=Kind.TEXT,
            text=word.text,
            sent_at=at,
            quote=word.quote,
        )

    def _about(self, thread: Thread, owner: Person, office: Office, after: timedelta) -> Word:
        ticket = thread.ticket
        at_home = office.org.units[owner.unit].level is Level.VILLAGE
        pieces = thread.of(Relation.PIECE)
        open_yet = ticket.state in (State.OPEN, State.PROMPTED, State.REOPENED)
        if at_home and ticket.group is not None and pieces and open_yet and self._random.random() < IN_THE_GROUP:
            text = self._random.choice(
                ("看到了，我上午过去处理", "这个可以办，带身份证到村部来", "已经报给镇上了，有消息回您")
            )
            return Word(person=owner.id, text=text, after=after, group=ticket.group, quote=pieces[0].message)
        form = self._random.choices(tuple(WORDS), weights=tuple(WORDS.values()))[0]
        village = office.org.units[ticket.village].name.removesuffix("村")
        text = form.format(
            name=f"{village}{ticket.number}", office=self._random.choice(list(_offices(ticket.village, office)))
        )
        return Word(person=owner.id, text=text, after=after)


def _offices(village: str, office: Office) -> Iterator[str]:
    town = office.org.township_of(village)
    for unit in office.org.units.values():
        if unit.level is Level.DEPARTMENT and unit.parent == town.id:
            yield unit.name


def _said(day: date, today: date) -> str:
    return "明天" if day == today + timedelta(days=1) else f"{day.month}月{day.day}日"
