"""Paced delivery: the outbox drained in order per conversation; failures retried, found out, or given up on record.

What the bot writes to an officer unasked is bundled and counted (DESIGN section 7); what else there is goes at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.burden import MOST_TOGETHER, Pace, Paced, may_go, midnight
from bot.domain.messages import Outgoing, ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.rules import Delivery as DeliveryRules
from bot.domain.whereabouts import whereabouts
from bot.office import Office
from bot.phrasing import say_bundle
from bot.platform_port import FailureKind, Parcel, Platform, SendFailed
from bot.ports import SendState, Sent, Store

BATCH = 50
"""Messages claimed at once."""
ASKED_AGAIN_AFTER = timedelta(seconds=20)
"""How long after a send of unknown result the platform is asked whether it arrived."""
FOUND_OUT_WITHIN = timedelta(minutes=2)
"""How long a platform may take to echo it; what comes after it to the same recipient waits as long."""


class Delivery:
    """Sends what decisions wanted sent."""

    def __init__(self, *, store: Store, office: Office, platforms: Mapping[str, Platform]) -> None:
        """Stand between the outbox and the platforms."""
        self._store = store
        self._office = office
        self._platforms = platforms
        self._rules: DeliveryRules = office.rules.delivery
        self._free_at: dict[str, datetime] = {}
        self._unknown_since: dict[str, datetime] = {}
        self._ask_again: dict[str, datetime] = {}
        self._log = structlog.get_logger("delivery")

    async def recover(self, *, now: datetime) -> None:
        """Find out about sends that a crash or a timeout left open: never repeated blindly (DESIGN section 3)."""
        for bundle in _bundles(await self._store.interrupted_sends()):
            await self._find_out(bundle, now=now)

    @property
    def looks_again(self) -> datetime | None:
        """When a send of unknown result is asked about again, None if there is none."""
        return min(self._ask_again.values(), default=None)

    async def drain(self, *, now: datetime) -> bool:
        """Send what is due; whether anything was."""
        if any(at <= now for at in self._ask_again.values()):
            for bundle in _bundles(await self._store.interrupted_sends()):
                if self._ask_again.get(bundle[0].id, now) <= now and bundle[0].state is SendState.UNKNOWN:
                    await self._find_out(bundle, now=now)
        claimed = await self._store.claim_sends(now, limit=BATCH)
        before = await self._counted(claimed, now=now)
        for sent in claimed:
            held = self._held(sent, before, now=now)
            if held is not None:
                await self._store.hold_back(sent.id, until=held)
            elif sent.pace is Pace.TOGETHER:
                await self._send(await self._store.join_sends(sent.id, now, limit=MOST_TOGETHER), now=now)
            else:
                await self._send((sent,), now=now)
        return bool(claimed)

    async def _counted(self, claimed: Sequence[Sent], *, now: datetime) -> Mapping[str, Sequence[Paced]]:
        """What each officer who is to be written to unasked has got today."""
        keys = [recipient_key(sent.outgoing.to) for sent in claimed if sent.pace in (Pace.ALONE, Pace.TOGETHER)]
        return await self._store.paced(keys, since=midnight(now)) if keys else {}

    def _held(self, sent: Sent, before: Mapping[str, Sequence[Paced]], *, now: datetime) -> datetime | None:
        """Until when a message must wait: for the platform's pause, or for the officer's sake."""
        conversation = recipient_key(sent.outgoing.to)
        free_at = self._free_at.get(conversation, now)
        if free_at > now:
            return free_at
        rules = self._office.rules
        spoken = before.get(conversation, ())
        return may_go(sent.pace, spoken, now=now, burden=rules.burden, quiet=rules.quiet_hours)

    async def _find_out(self, bundle: Sequence[Sent], *, now: datetime) -> None:
        """Ask the platform whether a send arrived; after a while leave it unrepeated, so that others may pass."""
        sent = bundle[0]
        self._ask_again.pop(sent.id, None)
        address = self._address(bundle)
        if address is None:
            await self._unreachable(sent, now=now)
            return
        parcel, platform = address
        arrived = await platform.was_sent(parcel)
        since = self._unknown_since.setdefault(sent.id, now)
        if arrived is None and now - since < FOUND_OUT_WITHIN:
            await self._store.settle(sent.id, SendState.UNKNOWN, now=now, error=sent.error or "result unknown")
            self._ask_again[sent.id] = now + ASKED_AGAIN_AFTER
            return
        del self._unknown_since[sent.id]
        if arrived is None:
            reason = f"nobody knows whether it arrived, so it is not repeated ({sent.error or 'interrupted'})"
            await self._store.settle(sent.id, SendState.FAILED, now=now, error=reason)
            self._log.error("send_failed", send=sent.id, kind=sent.outgoing.kind, cause="unknown for good")
        elif arrived:
            settled = SendState.SENT
            await self._store.settle(sent.id, settled, now=now, platform=platform.name, platform_id=parcel.id)
        elif sent.state is SendState.SENDING:  # a crash came before the platform: that was no attempt
            await self._store.hold_back(sent.id, until=None)
        else:
            await self._store.settle(sent.id, SendState.PENDING, now=now)

    async def _send(self, bundle: Sequence[Sent], *, now: datetime) -> None:
        """Send what goes out as one message. The store settles all of it under the first one's id."""
        sent = bundle[0]
        address = self._address(bundle)
        if address is None:
            await self._unreachable(sent, now=now)
            return
        parcel, platform = address
        try:
            platform_id = await platform.send(parcel)
        except SendFailed as failure:
            await self._failed(sent, failure, now=now)
            return
        except Exception as error:  # noqa: BLE001 - an adapter's fault must not stop the others' mail
            await self._failed(sent, SendFailed(FailureKind.UNKNOWN, whereabouts(error)), now=now)
            return
        pause = max(self._rules.pause_seconds, platform.capabilities.pause_seconds)
        self._free_at[recipient_key(sent.outgoing.to)] = now + timedelta(seconds=pause)
        await self._store.settle(sent.id, SendState.SENT, now=now, platform=platform.name, platform_id=platform_id)

    async def _unreachable(self, sent: Sent, *, now: datetime) -> None:
        reason = "nobody can be reached there: no account on a platform that runs"
        await self._store.settle(sent.id, SendState.FAILED, now=now, error=reason)
        self._log.error("send_failed", send=sent.id, kind=sent.outgoing.kind, cause=reason)

    async def _failed(self, sent: Sent, failure: SendFailed, *, now: datetime) -> None:
        self._log.error("send_failed", send=sent.id, kind=sent.outgoing.kind, cause=failure.kind)
        if failure.kind is FailureKind.UNKNOWN:
            await self._store.settle(sent.id, SendState.UNKNOWN, now=now, error=failure.reason)
            self._unknown_since[sent.id] = now
            self._ask_again[sent.id] = now + ASKED_AGAIN_AFTER
            return
        if failure.kind is FailureKind.PERMANENT or sent.attempts >= self._rules.attempts:
            await self._store.settle(sent.id, SendState.FAILED, now=now, error=failure.reason)
            return
        again = now + timedelta(seconds=retry_after(sent.attempts, self._rules))
        await self._store.settle(sent.id, SendState.PENDING, now=now, error=failure.reason, next_attempt_at=again)

    def _address(self, bundle: Sequence[Sent]) -> tuple[Parcel, Platform] | None:
        """Where a message goes; None if nobody can be reached there."""
        sent = bundle[0]
        found = self._resolve(sent.outgoing)
        if found is None:
            return None
        platform_name, to, private = found
        platform = self._platforms.get(platform_name)
        if platform is None:
            return None
        text = say_bundle([one.outgoing.text for one in bundle], self._office)
        parcel = Parcel(id=sent.id, to=to, private=private, text=text, quote=sent.outgoing.quote)
        return parcel, platform

    def _resolve(self, outgoing: Outgoing) -> tuple[str, str, bool] | None:
        org = self._office.org
        match outgoing.to:
            case ToGroup(group=group_id):
                group = org.groups.get(group_id)
                return None if group is None else (group.platform, group.conversation, False)
            case ToPerson(person=person_id):
                person = org.people.get(person_id)
                accounts = () if person is None else person.accounts
                reachable = next((account for account in accounts if account.platform in self._platforms), None)
                return None if reachable is None else (reachable.platform, reachable.id, True)
            case ToAccount(platform=platform, account=account):
                return platform, account, True


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
