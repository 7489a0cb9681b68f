"""The talk of a county as an endless stream in the order of time, drawn by lot, without holding a day in memory.

Messages come as they do in life: hardly any at night, most in the evening, more on Mondays; from few people mostly; a
matter in several pieces with a picture after it; somebody agrees or thanks a minute later. Equal seeds give equal talk.
"""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate
from random import Random

from bench.generated.county import Crowd
from bench.generated.phrases import APPEALS, OFFICERS_SAY, PIECES, THANKS, Phrases
from bot.domain.messages import BOT, Incoming, Kind
from bot.domain.org import Group, Organisation
from bot.domain.workdays import local

HOURS = (2, 1, 1, 1, 1, 4, 20, 60, 70, 50, 40, 45, 70, 50, 35, 35, 40, 50, 60, 90, 100, 80, 40, 10)
"""How much is said in each hour of a day, as shares of the loudest."""
MONDAY = 1.15
NAMES = ("阿婆", "大叔", "二妹", "三哥", "老邻居", "小卖部", "开车的", "在外的", "果园", "鱼塘", "石匠", "豆腐坊")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixture:
    """How many of what is said, as shares of all messages; the rest is small talk.

    ``matters`` are appeals of the four categories, ``cries`` emergencies, ``hints`` clues; ``officers`` is said in the
    groups by officers, ``agreed`` how often somebody says a word to a matter, ``pieces`` how often a matter comes in
    pieces.
    """

    matters: float = 0.01
    cries: float = 0.0002
    hints: float = 0.0005
    officers: float = 0.03
    agreed: float = 0.4
    pieces: float = 0.35
    to_bot: float = 0.05
    """Which part of the matters calls the bot by name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surge:
    """A typhoon hour, a flood, an election: ``times`` as much is said everywhere from ``begins`` to ``ends``."""

    begins: datetime
    ends: datetime
    times: float = 10.0
    mixture: Mixture = Mixture(matters=0.12, cries=0.02)


def chatter(
    org: Organisation,
    crowds: Mapping[str, Crowd],
    phrases: Phrases,
    *,
    begins: datetime,
    ends: datetime,
    seed: int,
    mixture: Mixture = Mixture(),
    surges: Sequence[Surge] = (),
) -> Iterator[Incoming]:
    """Everything that is said in the groups of a county between two instants (aware), oldest first.

    Holds the groups and the few messages that follow what was just said, whatever the length. Ids are unique per seed.
    """
    talk = _Talk(org, crowds, phrases, seed=seed, mixture=mixture, surges=surges)
    return talk.between(begins, ends)


class _Talk:
    def __init__(
        self,
        org: Organisation,
        crowds: Mapping[str, Crowd],
        phrases: Phrases,
        *,
        seed: int,
        mixture: Mixture,
        surges: Sequence[Surge],
    ) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret
        self._groups = [org.groups[ident] for ident in crowds]
        self._crowds = crowds
        self._heights = list(accumulate(crowds[group.id].a_day for group in self._groups))
        self._officers = {group.id: org.people_of(group.village) for group in self._groups}
        self._phrases = phrases
        self._mixture = mixture
        self._surges = surges
        self._seed = seed
        self._said = 0
        self._soon: list[tuple[datetime, int, Incoming]] = []

    def between(self, begins: datetime, ends: datetime) -> Iterator[Incoming]:
        """By lot at a rate that stays the same until the next full hour, or until a surge begins or ends."""
        at = begins
        while at < ends:
            edge = min(ends, self._next_edge(at))
            at += timedelta(seconds=self._random.expovariate(self._a_second(at)))
            if at >= edge:
                at = edge
                continue
            yield from self._until(at)
            yield self._anything(at)
        yield from self._until(ends)

    def _next_edge(self, at: datetime) -> datetime:
        hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        edges = (edge for surge in self._surges for edge in (surge.begins, surge.ends) if edge > at)
        return min([hour, *edges])

    def _a_second(self, at: datetime) -> float:
        """Messages a second in the whole county."""
        here, surge = local(at), self._surge(at)
        loud = (MONDAY if here.weekday() == 0 else 1.0) * (1.0 if surge is None else surge.times)
        return self._heights[-1] * loud * HOURS[here.hour] / sum(HOURS) / 3600

    def _until(self, at: datetime) -> Iterator[Incoming]:
        while self._soon and self._soon[0][0] <= at:
            yield heappop(self._soon)[2]

    def _surge(self, at: datetime) -> Surge | None:
        return next((surge for surge in self._surges if surge.begins <= at < surge.ends), None)

    def _anything(self, at: datetime) -> Incoming:
        group = self._groups[bisect(self._heights, self._random.random() * self._heights[-1], hi=len(self._groups) - 1)]
        surge = self._surge(at)
        mixture = self._mixture if surge is None else surge.mixture
        lot = self._random.random()
        for share, say in (
            (mixture.cries, self._phrases.cries),
            (mixture.hints, self._phrases.hints),
        ):
            if lot < share:
                return self._message(group, at, self._random.choice(say))
            lot -= share
        if lot < mixture.matters:
            return self._matter(group, at, mixture)
        if lot < mixture.matters + mixture.officers and self._officers[group.id]:
            return self._by_officer(group, at)
        kind = self._random.choices((Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.CARD), weights=(85, 8, 5, 2))[0]
        words = "" if kind is Kind.IMAGE else self._random.choice(self._phrases.talk)
        return self._message(group, at, words, kind=kind)

    def _matter(self, group: Group, at: datetime, mixture: Mixture) -> Incoming:
        category = self._random.choices(APPEALS, weights=(35, 45, 10, 10))[0]
        said = self._message(group, at, self._random.choice(self._phrases.matters[category]))
        if self._random.random() < mixture.to_bot:
            said = replace(said, mentions=(BOT,))
        if self._random.random() < mixture.pieces:
            self._later(self._message(group, at + self._seconds(3, 15), self._random.choice(PIECES), like=said))
            if self._random.random() < mixture.pieces:
                self._later(self._message(group, at + self._seconds(16, 30), "", kind=Kind.IMAGE, like=said))
        if self._random.random() < mixture.agreed:
            words = self._random.choice(("我家也是", "是的是的", *THANKS))
            self._later(self._message(group, at + self._seconds(60, 600), words))
        return said

    def _by_officer(self, group: Group, at: datetime) -> Incoming:
        officer = self._random.choice(self._officers[group.id])
        said = self._message(group, at, self._random.choice(OFFICERS_SAY))
        account = next((one.id for one in officer.accounts if one.platform == group.platform), said.sender)
        return replace(said, sender=account, name=f"{officer.name} {officer.post}")

    def _later(self, incoming: Incoming) -> None:
        heappush(self._soon, (incoming.sent_at, self._said, incoming))

    def _seconds(self, fewest: int, most: int) -> timedelta:
        return timedelta(seconds=self._random.randint(fewest, most))

    def _message(
        self, group: Group, at: datetime, text: str, *, kind: Kind = Kind.TEXT, like: Incoming | None = None
    ) -> Incoming:
        """Few say most: the first members of a group are drawn far more often than the last. ``like``: the same one."""
        self._said += 1
        member = int(self._crowds[group.id].members * self._random.random() ** 3)
        return Incoming(
            platform=group.platform,
            id=f"s{self._seed}-{self._said}",
            group=group.conversation,
            sender=f"m-{group.id}-{member}" if like is None else like.sender,
            name=f"{NAMES[member % len(NAMES)]}{member}" if like is None else like.name,
            kind=kind,
            text=text,
            sent_at=at,
        )
