"""Which of the messages that are due go now: emergencies first, accounts at their pace, officers not too often.

Nothing is written for a message that only waits for its account's pause: hundreds of them may wait for hours.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.burden import Pace, loud_at, may_go, midnight
from bot.domain.messages import recipient_key
from bot.domain.rules import Rules
from bot.domain.urgency import Rank
from bot.ports import Store
from bot.ports.mail import Due, Lines
from bot.ports.platform import Platform
from bot.sending.addressing import Addresses
from bot.sending.pacing import Pacer

FOR_EMERGENCIES = 8
"""How many emergencies may be under way besides, so that a slow platform full of mail lets them pass (R8)."""
PAGE = 500
"""Messages looked at in one query."""


@dataclass(kw_only=True, slots=True)
class Choice:
    """Ids of what may go, each with its platform (None: nobody can be reached).

    ``going`` counts by platform what is or will be under way, at most ``at_once``; ``spent`` are the platforms that
    have sent all of their day; ``put_off``: something was moved to another time.
    """

    at_once: int
    through: dict[str, str | None] = field(default_factory=dict)
    going: Counter[str] = field(default_factory=Counter)
    spent: set[str] = field(default_factory=set)
    put_off: bool = False


class Chooser:
    """Looks through what is due. Asked by one task at a time."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        platforms: Mapping[str, Platform],
        lines: Lines,
        addresses: Addresses,
        pacer: Pacer,
    ) -> None:
        """Choose by these rules and at this pace."""
        self._store = store
        self._rules = rules
        self._platforms = platforms
        self._lines = lines
        self._addresses = addresses
        self._pacer = pacer
        self._again_at: datetime | None = None
        self._log = structlog.get_logger("delivery")

    @property
    def again_at(self) -> datetime | None:
        """When an account or a conversation may speak again for which something was passed over; None if for none."""
        return self._again_at

    async def choose(self, now: datetime, *, under_way: Mapping[str, int], at_once: int) -> Choice:
        """What may go now, by rank and then by age; ``under_way`` counts what each platform is carrying.

        A platform may carry ``at_once`` messages. What an officer's peace or a daily cap holds is put off in the store.
        May raise StoreUnavailable.
        """
        self._pacer.forget(now=now)
        self._again_at = None
        choice = Choice(at_once=at_once, going=Counter(under_way))
        after: Due | None = None
        while True:
            page = await self._store.due_sends(now, after=after, limit=PAGE)
            await self._choose_from(page, choice, now=now)
            full = all(choice.going[name] >= at_once for name in self._platforms)
            if len(page) < PAGE or full:
                return choice
            after = page[-1]

    def give_back(self, choice: Choice, claimed: Collection[str]) -> None:
        """Some of what was chosen could not be claimed: it does not count against the cap."""
        for send, platform in choice.through.items():
            if send not in claimed and platform is not None:
                self._pacer.refund(platform)

    async def _choose_from(self, page: Sequence[Due], choice: Choice, *, now: datetime) -> None:
        able: list[tuple[Due, str | None]] = []
        for due in page:
            address = await self._addresses.find(due.to)
            name = None if address is None else address.platform
            if name is None or self._is_able(due, name, choice, now):
                able.append((due, name))
        held = await self._held([due for due, _ in able], choice, now=now)
        over: list[str] = []
        for due, name in able:
            if due.id in held:
                continue
            if name is not None:
                if not self._is_able(due, name, choice, now):  # those before it have used up what there was
                    continue
                if due.rank is not Rank.EMERGENCY and await self._is_spent(name, choice, now):
                    over.append(due.id)
                    continue
                self._let_go(due, name, now)
                choice.going[name] += 1
            choice.through[due.id] = name
        if over:
            until = loud_at(midnight(now + timedelta(days=1)), self._rules.quiet_hours)
            await self._store.put_off(over, until=until)
            choice.put_off = True

    def _is_able(self, due: Due, name: str, choice: Choice, now: datetime) -> bool:
        """Whether its platform can carry one more now, as far as lines, room and pauses go."""
        room = choice.at_once + (FOR_EMERGENCIES if due.rank is Rank.EMERGENCY else 0)
        if not self._lines.is_open(name) or choice.going[name] >= room:
            return False
        pauses = (self._pacer.free_at(pause, now=now) for pause in (name, recipient_key(due.to)))
        until = max((at for at in pauses if at is not None), default=None)
        if until is None:
            return True
        self._again_at = until if self._again_at is None else min(self._again_at, until)
        return False

    async def _held(self, dues: Sequence[Due], choice: Choice, *, now: datetime) -> set[str]:
        """Those that an officer's peace holds; they are put off until their time."""
        counted = [due for due in dues if due.pace in (Pace.ALONE, Pace.TOGETHER)]
        keys = sorted({recipient_key(due.to) for due in counted})
        before = await self._store.paced(keys, since=midnight(now)) if keys else {}
        held: dict[datetime, list[str]] = {}
        for due in counted:
            spoken = before.get(recipient_key(due.to), ())
            until = may_go(due.pace, spoken, now=now, burden=self._rules.burden, quiet=self._rules.quiet_hours)
            if until is not None:
                held.setdefault(until, []).append(due.id)
        for until, sends in held.items():
            await self._store.put_off(sends, until=until)
            choice.put_off = True
        return {send for sends in held.values() for send in sends}

    async def _is_spent(self, name: str, choice: Choice, now: datetime) -> bool:
        """Whether the account has sent all that it may on this local day; the operator is told of it once."""
        cap = self._platforms[name].capabilities.daily_cap
        if cap is None or name in choice.spent:
            return name in choice.spent
        if not self._pacer.is_counted(name, now=now):
            self._pacer.count_from(name, await self._store.sent_through(name, since=midnight(now)), now=now)
        if self._pacer.has_left(name, cap):
            return False
        choice.spent.add(name)
        await self._store.cap_reached(name, at=now)
        self._log.warning("daily_cap_reached", platform=name, cap=cap)
        return True

    def _let_go(self, due: Due, name: str, now: datetime) -> None:
        can = self._platforms[name].capabilities
        self._pacer.spoke(name, pause=can.pause_seconds, jitter=can.jitter_seconds, now=now)
        self._pacer.spoke(recipient_key(due.to), pause=self._rules.delivery.pause_seconds, now=now)
        self._pacer.spend(name)
