"""Taking back what was posted: messages that an officer wants gone, asked of their platforms until it is known (R43).

Taking a message back twice does no harm, so that nothing has to be claimed: what a crash left open is asked again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

import structlog

from bot.domain.whereabouts import whereabouts
from bot.ports import Store
from bot.ports.mail import Lines
from bot.ports.mailing import ToRecall
from bot.ports.platform import FailureKind, Platform, SendFailed
from bot.sending.addressing import Addresses

AGAIN_AFTER = timedelta(seconds=20)
"""How long after a failure that may pass it is tried again."""
TRIED_FOR = timedelta(minutes=10)
"""How long it is tried: platforms allow it for minutes only."""
NOT_THERE: Final = "没有发到，不用撤回"
CANNOT: Final = "这个平台不能撤回，请到群里说明一下"
NO_ID: Final = "平台没有给这条消息编号，撤不回"


@runtime_checkable
class TakesBack(Protocol):
    """A platform that can take back what was sent (``ports.platform.Adapter``)."""

    async def recall(self, to: str, platform_id: str) -> None:
        """Take back a message that was sent to a conversation; raises SendFailed where that cannot be done."""
        ...


class TakingBack:
    """Asks the platforms, one message after the other."""

    def __init__(self, *, store: Store, platforms: Mapping[str, Platform], lines: Lines, addresses: Addresses) -> None:
        """Stand between what officers want gone and the platforms."""
        self._store = store
        self._platforms = platforms
        self._lines = lines
        self._addresses = addresses
        self._log = structlog.get_logger("delivery")

    async def run(self, now: datetime) -> bool:
        """Take back what is due; whether anything was. May raise StoreUnavailable: then do it again."""
        due = await self.due(now)
        for sent in due:
            why, again_at = await self._one(sent, now)
            await self._store.recall_settled(sent.id, now=now, why=why, again_at=again_at)
        return bool(due)

    async def due(self, now: datetime) -> tuple[ToRecall, ...]:
        """What is to be taken back now, and not by another process that holds the line."""
        found = await self._store.due_recalls(now)
        return tuple([sent for sent in found if not await self._is_elsewhere(sent)])

    async def _is_elsewhere(self, sent: ToRecall) -> bool:
        address = await self._addresses.find(sent.to, through=sent.platform) if sent.arrived else None
        if address is None:
            return False
        return self._lines.stands(address.platform) and not self._lines.is_open(address.platform)

    async def _one(self, sent: ToRecall, now: datetime) -> tuple[str, datetime | None]:
        """Why it could not be done (empty if it was), and when it is tried again."""
        if not sent.arrived:
            return NOT_THERE, None
        address = await self._addresses.find(sent.to, through=sent.platform)
        platform = None if address is None else self._platforms[address.platform]
        if address is None or not (isinstance(platform, TakesBack) and platform.capabilities.recall):
            return CANNOT, None
        if sent.platform_id is None:
            return NO_ID, None
        if not self._lines.is_open(address.platform):
            return _later(sent, now, "线路断着")
        try:
            await platform.recall(address.to, sent.platform_id)
        except SendFailed as failure:
            self._log.error("recall_failed", send=sent.id, cause=failure.kind)
            if failure.kind is FailureKind.PERMANENT:
                return failure.reason, None
            return _later(sent, now, failure.reason)
        except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the others' mail
            self._log.error("recall_failed", send=sent.id, cause=whereabouts(error))
            return _later(sent, now, whereabouts(error))
        return "", None


def _later(sent: ToRecall, now: datetime, why: str) -> tuple[str, datetime | None]:
    return why, (now + AGAIN_AFTER if now - sent.asked_at < TRIED_FOR else None)
