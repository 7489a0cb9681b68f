"""What was said before an adapter ran, for platforms that quote words instead of ids: read from what is stored."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.domain.messages import Message, Recipient, ToAccount, ToGroup, ToPerson, recipient_key
from bot.handlers.reception import UNKNOWN
from bot.office import Office
from bot.phrasing import say_bundle
from bot.ports import Clock, Sent, StoreUnavailable
from bot.ports.platform import SaidBefore

LOOKS_BACK: Final = timedelta(days=14)
"""How old something may be that is still quoted."""
_MOST: Final = 200
_LAST: Final = 2**62
"""Behind the order number of every message."""


class Kept(Protocol):
    """What is read of the store."""

    async def recent(
        self, conversation: str, *, since: datetime, before_seq: int, most: int | None = None
    ) -> tuple[Message, ...]:
        """The last messages that arrived since then, with a lower order number, oldest first."""
        ...

    async def sent_to_any(self, recipient_keys: Sequence[str], *, since: datetime) -> tuple[Sent, ...]:
        """What was sent to any of these recipients since then, oldest first."""
        ...


class Memory:
    """Tells an adapter what its process was not there to hear."""

    def __init__(self, *, store: Kept, office: Callable[[], Office], clock: Clock) -> None:
        """Read with the office as it is at the moment of asking."""
        self._store = store
        self._office = office
        self._clock = clock
        self._log = structlog.get_logger("lines")

    async def said_before(self, platform: str, conversation: str, *, private: bool) -> Sequence[SaidBefore]:
        """The last few hundred messages of both sides, oldest first; nothing while the database is away."""
        heard_in, spoken_to = self._where(platform, conversation, private=private)
        since = self._clock.now() - LOOKS_BACK
        try:
            heard = await self._store.recent(heard_in, since=since, before_seq=_LAST, most=_MOST)
            sent = await self._store.sent_to_any([recipient_key(to) for to in spoken_to], since=since)
        except StoreUnavailable as error:
            self._log.error("not_remembered", platform=platform, cause=str(error))
            return ()
        told = [(one.received_at, SaidBefore(id=one.id, name=one.name, text=one.text)) for one in heard]
        told += self._ours(sent, platform)
        return [said for _, said in sorted(told, key=lambda pair: pair[0])][-_MOST:]

    def _where(self, platform: str, conversation: str, *, private: bool) -> tuple[str, list[Recipient]]:
        """Under which key a conversation is stored, and who the bot speaks to there."""
        org = self._office().org
        if not private:
            group = org.group_at(platform, conversation)
            if group is None:
                return f"{UNKNOWN}{platform}/{conversation}", []
            return recipient_key(ToGroup(group=group.id)), [ToGroup(group=group.id)]
        account = ToAccount(platform=platform, account=conversation)
        person = org.person_at(platform, conversation)
        return recipient_key(account), [account] if person is None else [account, ToPerson(person=person.id)]

    def _ours(self, sent: Sequence[Sent], platform: str) -> list[tuple[datetime, SaidBefore]]:
        """What the bot said, as it was read: a bundle is one message."""
        bundles: dict[str, list[Sent]] = {}
        for one in sent:
            if one.platform == platform and one.platform_id is not None and one.sent_at is not None:
                bundles.setdefault(one.platform_id, []).append(one)
        office = self._office()
        return [
            (some[0].sent_at or some[0].created_at, SaidBefore(id=id_, name="", text=_words(some, office)))
            for id_, some in bundles.items()
        ]


def _words(some: Sequence[Sent], office: Office) -> str:
    return say_bundle([one.outgoing.text for one in some], office)
