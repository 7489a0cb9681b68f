"""Delivery: what the outbox holds is chosen, carried and settled; failures are retried, found out, or given up.

Each step is one method, so that a simulation takes them one after the other (``drain``) and the running bot takes
many at once (``bot.sending.courier``). What an officer gets unasked is bundled and counted (DESIGN section 7).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.burden import MOST_TOGETHER, Pace
from bot.domain.rules import Delivery as DeliveryRules
from bot.domain.urgency import too_late
from bot.domain.whereabouts import whereabouts
from bot.office import Office
from bot.ports import SendState, Sent, Store, StoreUnavailable
from bot.ports.mail import Attachments, Lines
from bot.ports.operator import GIVEN_UP_IN_DOUBT
from bot.ports.platform import FailureKind, Parcel, Platform, SendFailed
from bot.sending.addressing import Addresses, AllOpen, NoAttachments
from bot.sending.choosing import Chooser
from bot.sending.pacing import Pacer, evenly
from bot.sending.taking_back import TakingBack

BATCH = 200
"""Messages claimed at once where they are sent one after the other."""
ASKED_AGAIN_AFTER = timedelta(seconds=20)
"""How long after a send of unknown result the platform is asked whether it arrived."""
FOUND_OUT_WITHIN = timedelta(minutes=2)
"""How long a platform may take to echo it; what comes after it to the same recipient waits as long."""
NOWHERE = "没有地方可发：群还没有绑定，或者这个人在运行着的平台上没有账号"
"""Why a message to somebody who cannot be reached is given up."""
TOO_LATE = "等线路通了已经太晚，没有再发"
NOT_KNOWN = GIVEN_UP_IN_DOUBT
INTERRUPTED = "发到一半中断了"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What goes out as one message (a bundle is settled under its first one's id), ready to be handed over.

    Without ``parcel`` it cannot be handed over, ``why`` says why, and ``later`` whether it may be another time.
    """

    bundle: tuple[Sent, ...]
    parcel: Parcel | None = None
    platform: Platform | None = None
    why: str = ""
    later: bool = False

    @property
    def sent(self) -> Sent:
        """The first of the bundle."""
        return self.bundle[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a platform said: its id of the message, or how sending it failed.

    ``without``: why the picture or file beside the words did not go; the words did, and the reader was told so.
    """

    ready: Ready
    platform_id: str | None = None
    failure: SendFailed | None = None
    without: str = ""


class Delivery:
    """Sends what decisions wanted sent. Its methods may be interleaved, but no send is in two hands: it is claimed."""

    def __init__(
        self,
        *,
        store: Store,
        office: Office,
        platforms: Mapping[str, Platform],
        chance: Callable[[], float] = evenly,
        lines: Lines | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        """Stand between the outbox and the platforms. ``chance`` varies the pauses: a number from 0 up to 1."""
        self._store = store
        self._platforms = platforms
        self._rules: DeliveryRules = office.rules.delivery
        self._pacer = Pacer(chance=chance)
        lines = lines or AllOpen()
        self._addresses = Addresses(
            store=store, office=office, platforms=platforms, lines=lines, attachments=attachments or NoAttachments()
        )
        self._chooser = Chooser(
            store=store,
            rules=office.rules,
            platforms=platforms,
            lines=lines,
            addresses=self._addresses,
            pacer=self._pacer,
        )
        self._taking_back = TakingBack(store=store, platforms=platforms, lines=lines, addresses=self._addresses)
        self._looked_at: datetime | None = None
        self._unknown_since: dict[str, datetime] = {}
        self._ask_again: dict[str, datetime] = {}
        self._not_ours: set[str | None] = set()
        self._log = structlog.get_logger("delivery")

    def stand_in(self, office: Office) -> None:
        """Deliver under another office from now on: conversations and accounts may be bound differently."""
        self._addresses.stand_in(office)

    async def recover(self, *, now: datetime, of: Collection[str | None] | None = None) -> None:
        """Find out about sends that a crash or a timeout left open: never repeated blindly (DESIGN section 3).

        ``of``: only those that went through these platforms, whose accounts this process has just come to own (None
        among them: through nothing); what another process has under way is no business of this one.
        """
        self._not_ours.difference_update(of or ())
        for bundle in _bundles(await self._store.interrupted_sends()):
            if of is None or bundle[0].platform in of:
                await self.find_out(bundle, clock=lambda: now)

    def let_go(self, platform: str) -> None:
        """Another process may own the account from now on: what is known of it here grows old."""
        self._not_ours.add(platform)
        self._pacer.forget_count(platform)

    async def drain(self, *, now: datetime, at_once: int = BATCH) -> bool:
        """Send what is due, one after the other; whether anything was. ``at_once``: how many are claimed for that."""
        for bundle in await self.doubtful(now):
            await self.find_out(bundle, clock=lambda: now)
        claimed, moved = await self.take(now, under_way={}, at_once=at_once)
        for sent in claimed:
            await self.record(await self.hand_over(await self.prepare(sent, now)), now=now)
        return await self.take_back(now) or bool(claimed) or moved

    async def next_wake(self) -> datetime | None:
        """When, after the last ``take``, something may be done that cannot be done now; None if only news can bring it.

        A line that opens is news.
        """
        stored = await self._store.next_send(after=self._looked_at)
        recall = None if self._looked_at is None else await self._store.next_recall(after=self._looked_at)
        instants = [stored, recall, self._chooser.again_at, *self._ask_again.values()]
        return min((at for at in instants if at is not None), default=None)

    # The steps

    async def take(self, now: datetime, *, under_way: Mapping[str, int], at_once: int) -> tuple[tuple[Sent, ...], bool]:
        """Claim what may go now, and whether anything else moved, so that another look is worth while.

        ``under_way`` counts by platform what is being carried, which may be ``at_once`` of each.
        """
        self._looked_at = now
        choice = await self._chooser.choose(now, under_way=under_way, at_once=at_once)
        claimed: tuple[Sent, ...] = ()
        if choice.through:
            try:
                claimed = await self._store.claim_sends(now, limit=len(choice.through), through=choice.through)
            finally:
                self._chooser.give_back(choice, {sent.id for sent in claimed})
        return claimed, choice.put_off

    async def prepare(self, sent: Sent, now: datetime) -> Ready:
        """Make a parcel of a claimed send and of what may go with it. May raise StoreUnavailable: then do it again.

        What was meant for a morning that is over is not sent any more.
        """
        if too_late(sent.outgoing.kind, max(sent.created_at, sent.outgoing.not_before or sent.created_at), now):
            return Ready(bundle=(sent,), why=TOO_LATE)
        if sent.pace is Pace.TOGETHER and sent.outgoing.attachment is None and sent.outgoing.card is None:
            return await self._ready(await self._store.join_sends(sent.id, now, limit=MOST_TOGETHER))
        return await self._ready((sent,))

    async def hand_over(self, ready: Ready) -> Result:
        """Give it to its platform. Never raises, unless it is cancelled."""
        if ready.parcel is None or ready.platform is None:
            kind = FailureKind.TEMPORARY if ready.later else FailureKind.PERMANENT
            return Result(ready=ready, failure=SendFailed(kind, ready.why))
        try:
            return Result(ready=ready, platform_id=await ready.platform.send(ready.parcel))
        except SendFailed as failure:
            if failure.attachment and self._is_final(ready.sent, failure):
                return await self._without_attachment(ready, failure)
            return Result(ready=ready, failure=failure)
        except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the others' mail
            return Result(ready=ready, failure=SendFailed(FailureKind.UNKNOWN, whereabouts(error)))

    async def _without_attachment(self, ready: Ready, failure: SendFailed) -> Result:
        """Say in the same chat that the picture or file cannot be sent, and where it can be had."""
        given_up = Result(ready=ready, failure=failure)
        instead = None if ready.parcel is None else self._addresses.without_attachment(ready.parcel)
        if instead is None or ready.platform is None:
            return given_up
        try:
            return Result(ready=ready, platform_id=await ready.platform.send(instead), without=failure.reason)
        except Exception as error:  # noqa: BLE001 - the first failure stands, whatever this one is
            self._log.error("not_told_without_attachment", send=ready.sent.id, cause=whereabouts(error))
            return given_up

    def _is_final(self, sent: Sent, failure: SendFailed) -> bool:
        """Whether it is not tried again: it can never arrive, or was tried often enough."""
        if failure.kind is FailureKind.UNKNOWN:
            return False
        return failure.kind is FailureKind.PERMANENT or sent.attempts >= self._rules.attempts

    async def give_back(self, sent: Sent) -> None:
        """Put a claimed send back, with what joined it: no platform has been given it. May raise StoreUnavailable."""
        await self._store.hold_back(sent.id, until=None)
        if sent.platform is not None:
            self._pacer.refund(sent.platform)

    async def record(self, result: Result, *, now: datetime) -> None:
        """Write down what became of it. May raise StoreUnavailable: then do it again, and not the sending."""
        sent, failure = result.ready.sent, result.failure
        platform = None if result.ready.platform is None else result.ready.platform.name
        if failure is None:
            settled = SendState.SENT
            await self._store.settle(sent.id, settled, now=now, platform=platform, platform_id=result.platform_id)
            if result.without and platform is not None:
                self._log.error("sent_without_attachment", send=sent.id, kind=sent.outgoing.kind)
                await self._store.attachment_refused(platform, why=result.without, at=now)
            return
        self._log.error("send_failed", send=sent.id, kind=sent.outgoing.kind, cause=failure.kind)
        if failure.kind is FailureKind.UNKNOWN:
            await self._store.settle(sent.id, SendState.UNKNOWN, now=now, platform=platform, error=failure.reason)
            self._unknown_since[sent.id] = now
            self._ask_again[sent.id] = now + ASKED_AGAIN_AFTER
            return
        if self._is_final(sent, failure):
            await self._store.settle(sent.id, SendState.FAILED, now=now, error=failure.reason)
        else:
            again = now + timedelta(seconds=retry_after(sent.attempts, self._rules))
            await self._store.settle(sent.id, SendState.PENDING, now=now, error=failure.reason, next_attempt_at=again)
        if platform is not None:
            self._pacer.refund(platform)

    async def has_to_take_back(self, now: datetime) -> bool:
        """Whether something is to be taken back now."""
        return bool(await self._taking_back.due(now))

    async def take_back(self, now: datetime) -> bool:
        """Take back what officers want gone (R43); whether anything was. May raise StoreUnavailable: then again."""
        return await self._taking_back.run(now)

    # What nobody knows yet

    async def doubtful(self, now: datetime) -> tuple[tuple[Sent, ...], ...]:
        """Bundles of unknown result that are to be asked about now; they are in the caller's hands."""
        due = {send for send, at in self._ask_again.items() if at <= now}
        if not due:
            return ()
        unknown = [
            bundle
            for bundle in _bundles(await self._store.interrupted_sends())
            if bundle[0].id in due and bundle[0].state is SendState.UNKNOWN and bundle[0].platform not in self._not_ours
        ]
        for send in due:
            del self._ask_again[send]
        return tuple(unknown)

    async def find_out(self, bundle: tuple[Sent, ...], *, clock: Callable[[], datetime]) -> None:
        """Ask the platform whether a send arrived; after a while leave it unrepeated, so that others may pass.

        May raise StoreUnavailable: then do it again.
        """
        sent, ready = bundle[0], await self._ready(bundle)
        arrived = await self._arrived(ready)
        now = clock()
        since = self._unknown_since.setdefault(sent.id, now)
        if ready.platform is not None and arrived is None and now - since < FOUND_OUT_WITHIN:
            await self._store.settle(sent.id, SendState.UNKNOWN, now=now, error=sent.error or INTERRUPTED)
            self._ask_again[sent.id] = now + ASKED_AGAIN_AFTER
            return
        if ready.parcel is None or ready.platform is None:
            await self._store.settle(sent.id, SendState.FAILED, now=now, error=ready.why)
        elif arrived is None:
            reason = f"{NOT_KNOWN}（{sent.error or INTERRUPTED}）"
            await self._store.settle(sent.id, SendState.FAILED, now=now, error=reason)
            self._log.error("send_failed", send=sent.id, kind=sent.outgoing.kind, cause="unknown for good")
        elif arrived:
            settled, name = SendState.SENT, ready.platform.name
            await self._store.settle(sent.id, settled, now=now, platform=name, platform_id=ready.parcel.id)
        elif sent.state is SendState.SENDING:  # a crash came before the platform: that was no attempt
            await self._store.hold_back(sent.id, until=None)
        else:
            await self._store.settle(sent.id, SendState.PENDING, now=now)
        del self._unknown_since[sent.id]

    async def _arrived(self, ready: Ready) -> bool | None:
        if ready.platform is None or ready.parcel is None:
            return None
        try:
            return await ready.platform.was_sent(ready.parcel)
        except Exception as error:  # noqa: BLE001 - an adapter that cannot say it does not know
            self._log.error("was_sent_failed", send=ready.sent.id, cause=whereabouts(error))
            return None

    async def _ready(self, bundle: tuple[Sent, ...]) -> Ready:
        sent = bundle[0]
        address = await self._addresses.find(sent.outgoing.to, through=sent.platform)
        if address is None:
            return Ready(bundle=bundle, why=NOWHERE)
        platform = self._platforms[address.platform]
        try:
            return Ready(bundle=bundle, parcel=await self._addresses.parcel(bundle, address), platform=platform)
        except StoreUnavailable:
            raise
        except OSError as error:  # the disk of the pictures
            return Ready(bundle=bundle, platform=platform, why=whereabouts(error), later=True)
        except Exception as error:  # noqa: BLE001 - one message that cannot be made up must not stop the others' mail
            return Ready(bundle=bundle, platform=platform, why=whereabouts(error))


def _bundles(sends: Iterable[Sent]) -> tuple[tuple[Sent, ...], ...]:
    """Sends as they went out: those of one bundle together, its first in front."""
    found: dict[str, tuple[Sent, ...]] = {}
    for sent in sends:
        key = sent.bundle or sent.id
        found[key] = (*found.get(key, ()), sent)
    return tuple(found.values())


def retry_after(attempts: int, rules: DeliveryRules) -> float:
    """Seconds until the next attempt: doubling from the first pause up to the longest."""
    return float(min(rules.first_retry_seconds * 2 ** (attempts - 1), rules.longest_retry_seconds))
