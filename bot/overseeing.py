"""Looks after the bot for its operator: every minute at everything that may need a person, and says it in chat, once.

What was said is kept in the database, so that a restart says nothing again. It runs in one process at a time.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.domain.operator_signs import Notice, Sign, after_saying, look, to_say
from bot.domain.outcome import Outcome
from bot.domain.whereabouts import whereabouts
from bot.office import Office
from bot.patrol import operator_alarms
from bot.patrol.operator_signs import Facts, Machine, signs
from bot.ports import Clock, StoreUnavailable
from bot.ports.operator import OperatorStore, Standing

EVERY_SECONDS: Final = 60.0
REMEMBERED: Final = "operator_alarms"
"""Under which the store remembers what the operator was told."""


class Eye(Protocol):
    """Whoever looks at the machine."""

    async def look(self) -> Machine:
        """How it stands now."""
        ...


class Records(OperatorStore, Protocol):
    """What is read, and where it is said."""

    async def commit(self, outcome: Outcome, *, now: datetime) -> bool:
        """Write an outcome."""
        ...


class Overseer:
    """``watch`` runs beside everything else. ``office`` is asked at every look: people may be bound anew."""

    def __init__(
        self, *, store: Records, clock: Clock, eye: Eye, office: Callable[[], Office], said: Callable[[], None]
    ) -> None:
        """Look through these; ``said`` wakes who carries the mail."""
        self._store = store
        self._clock = clock
        self._eye = eye
        self._office = office
        self._said = said
        self._log = structlog.get_logger("operator")

    async def watch(self, *, every: float = EVERY_SECONDS) -> None:
        """Until cancelled. What cannot be read or said now is looked at again a minute later."""
        while True:
            try:
                await self.look()
            except StoreUnavailable as error:
                self._log.error("store_unavailable", cause=str(error))
            except Exception as error:  # noqa: BLE001 - the last door: who watches must outlive what is watched
                self._log.error("look_failed", cause=whereabouts(error))
            await asyncio.sleep(every)

    async def look(self) -> tuple[Sign, ...]:
        """One look: say what is new and what is over. Raises StoreUnavailable.

        What is about to be said is remembered first: after a crash between, it is said under the same keys again.
        """
        office, now = self._office(), self._clock.now()
        standing = await self._store.standing(now)
        found = signs(facts_of(standing, await self._eye.look(), office), now)
        before = read_notices(await self._store.recall(REMEMBERED))
        over_after = timedelta(minutes=office.rules.alarms.over_minutes)
        known = look(found, before, now=now, over_after=over_after)
        await self._keep(known, before)
        if to_say(known):
            deaf = frozenset(line.platform for line in standing.lines if not line.is_online)
            facts = operator_alarms.Facts(known=known, signs={sign.key: sign for sign in found}, deaf=deaf)
            await self._store.commit(operator_alarms.decide(facts, now, office), now=now)
            self._log.warning("operator_told", about=sorted({notice.kind.value for notice in to_say(known)}))
            await self._keep(after_saying(known), known)
            self._said()
        return found

    async def _keep(self, notices: tuple[Notice, ...], before: tuple[Notice, ...]) -> None:
        if notices != before:
            await self._store.remember(REMEMBERED, write_notices(notices))


def facts_of(standing: Standing, machine: Machine, office: Office) -> Facts:
    """What signs are read from, in this county."""
    rules = office.rules
    return Facts(
        standing=standing,
        machine=machine,
        calendar=office.calendar,
        rules=rules.alarms,
        lines_told_after=timedelta(minutes=rules.lines.alarm_after_minutes),
    )


def write_notices(notices: tuple[Notice, ...]) -> str:
    """As they are kept."""
    return json.dumps([asdict(notice) for notice in notices], default=datetime.isoformat)


def read_notices(kept: str | None) -> tuple[Notice, ...]:
    """As they were kept; what cannot be read was of another version and is forgotten."""
    if kept is None:
        return ()
    try:
        return tuple(_notice(row) for row in json.loads(kept))
    except (ValueError, TypeError, KeyError):
        return ()


def _notice(row: dict[str, object]) -> Notice:
    times = {name: row[name] for name in ("since", "seen_at", "well_at", "over_at")}
    read = {name: None if at is None else datetime.fromisoformat(str(at)) for name, at in times.items()}
    since, seen_at = read["since"], read["seen_at"]
    if since is None or seen_at is None:
        raise ValueError(row)
    notice = Notice(
        key=str(row["key"]),
        since=since,
        seen_at=seen_at,
        told=bool(row["told"]),
        well_at=read["well_at"],
        over_at=read["over_at"],
    )
    notice.kind  # noqa: B018 - a kind of another version raises ValueError here
    return notice
