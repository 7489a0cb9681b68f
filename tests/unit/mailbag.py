"""A platform that remembers every parcel and is as slow or as picky as a story wants it, and a bag of mail for it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.messages import Outgoing, OutKind, Recipient
from bot.domain.outcome import Outcome
from bot.office import Office
from bot.ports import SendState
from bot.ports.mail import Attachments, Lines
from bot.ports.platform import Attachment, Capabilities, Parcel, Platform
from bot.sending.delivery import Delivery
from bot.sending.pacing import evenly
from bot.store import SqlStore
from tests.world import at

NINE = at("2026-03-06 09:00")


class Postman:
    """``ports.platform.Platform`` that keeps what it was given. Those in ``closed`` wait until their door opens."""

    def __init__(self, name: str = "practice", **capabilities: float | bool | None) -> None:
        self.name = name
        self.capabilities = Capabilities(**{"hears_all": True, "echoes_own": True, **capabilities})  # type: ignore[arg-type]
        self.parcels: list[Parcel] = []
        self.closed: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []
        self.echoed: bool | None = None
        self.troubles: list[Exception] = []

    async def send(self, parcel: Parcel) -> str:
        """Carry it to its door."""
        self.begun.append(parcel.text)
        if parcel.to in self.closed:
            await self.closed[parcel.to].wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.parcels.append(parcel)
        return f"theirs-{parcel.id}"

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """What the echo says."""
        del parcel
        return self.echoed

    @property
    def texts(self) -> list[str]:
        """What arrived."""
        return [parcel.text for parcel in self.parcels]


def _is_a_platform(platform: Postman) -> Platform:
    return platform


class Shelf:
    """``ports.mail.Attachments`` out of a dictionary."""

    def __init__(self, **kept: Attachment) -> None:
        self.kept: Mapping[str, Attachment] = kept
        self.fails: Exception | None = None

    async def load(self, digest: str) -> Attachment | None:
        """What is kept under a hash."""
        if self.fails is not None:
            raise self.fails
        return self.kept.get(digest)


class Switchboard:
    """``ports.mail.Lines`` that a story opens and closes."""

    def __init__(self) -> None:
        self.down: set[str] = set()

    def stands(self, platform: str) -> bool:
        return self.is_open(platform)

    def is_open(self, platform: str) -> bool:
        """Whether the line stands."""
        return platform not in self.down


class Bag:
    """A store with mail in it, and a delivery over some platforms."""

    def __init__(
        self,
        store: SqlStore,
        office: Office,
        *platforms: Platform,
        chance: Callable[[], float] = evenly,
        lines: Lines | None = None,
        attachments: Attachments | None = None,
        keys: str = "mail",
    ) -> None:
        self._keys = keys
        self.store = store
        self.delivery = Delivery(
            store=store,
            office=office,
            platforms={platform.name: platform for platform in platforms},
            chance=chance,
            lines=lines,
            attachments=attachments,
        )
        self._written = 0

    async def write(
        self, text: str, to: Recipient, kind: OutKind = OutKind.NOTICE, *, when: datetime = NINE, **more: object
    ) -> None:
        """Put a message into the outbox."""
        self._written += 1
        send = Outgoing(to=to, kind=kind, text=text, dedupe_key=f"{self._keys}:{self._written}", **more)  # type: ignore[arg-type]
        await self.store.commit(Outcome(sends=(send,)), now=when)

    async def drain(self, now: datetime = NINE) -> None:
        """Carry until nothing can go at that moment."""
        while await self.delivery.drain(now=now):
            pass

    async def states(self) -> list[SendState]:
        """Where each message stands."""
        return [sent.state for sent in await self.store.all_sent()]
