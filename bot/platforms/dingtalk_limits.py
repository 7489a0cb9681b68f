"""How often DingTalk may be asked: a pause that grows while a call is throttled, and messages a minute in a group."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.platforms.dingtalk_recent import Recent

A_MINUTE: Final = timedelta(minutes=1)
MOST_A_MINUTE: Final = 20
"""Messages that a group takes from a robot in a minute; more, and the platform mutes it for ten."""
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
_GROUPS: Final = 2000


class Throttle:
    """Which calls must wait because the platform said so."""

    def __init__(self) -> None:
        self._pauses: Recent[str, tuple[datetime, timedelta]] = Recent(100)

    def held(self, call: str, *, now: datetime) -> bool:
        """Whether it is too early for another such call."""
        held = self._pauses.get(call)
        return held is not None and now < held[0]

    def refused(self, call: str, *, now: datetime) -> timedelta:
        """It was throttled: how long such calls wait now, twice as long as the last time."""
        held = self._pauses.get(call)
        pause = _FIRST_PAUSE if held is None else min(held[1] * 2, _LONGEST_PAUSE)
        self._pauses.put(call, (now + pause, pause))
        return pause

    def passed(self, call: str) -> None:
        """It went through: the next pause is the first again."""
        self._pauses.forget(call)


class MinuteCount:
    """How many messages each group got in the last minute."""

    def __init__(self, *, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._times: Recent[str, deque[datetime]] = Recent(_GROUPS)

    def full(self, group: str, *, now: datetime) -> bool:
        """Whether the group has had its share."""
        times = self._times.get(group)
        while times and times[0] <= now - A_MINUTE:
            times.popleft()
        return times is not None and len(times) >= self._most

    def sent(self, group: str, *, now: datetime) -> None:
        """One more."""
        times = self._times.get(group)
        self._times.put(group, deque((now,)) if times is None else times)
        if times is not None:
            times.append(now)
