"""Who is in a DingTalk group: fetched slowly, kept for hours, with the names that messages have shown."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.platforms.dingtalk_api import DingtalkApi
from bot.platforms.dingtalk_recent import Recent
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import FailureKind, Member, SendFailed

_FRESH: Final = timedelta(hours=6)
_PAGE: Final = 100
_MOST_PAGES: Final = 20
"""A group has 1000 members at most; a server that never says "no more" is not followed for ever."""
_GROUPS: Final = 200
_NAMES: Final = 20_000


class DingtalkMembers:
    """Members of groups, remembered."""

    def __init__(self, *, api: DingtalkApi, clock: Clock, timings: DingtalkTimings) -> None:
        self._api = api
        self._clock = clock
        self._timings = timings
        self._known: Recent[str, tuple[datetime, tuple[Member, ...]]] = Recent(_GROUPS)
        self._names: Recent[str, str] = Recent(_NAMES)
        self._one_at_a_time = asyncio.Lock()
        self._log = structlog.get_logger("dingtalk")

    def named(self, account: str, name: str) -> None:
        """Somebody was seen under a name."""
        if account and name:
            self._names.put(account, name)

    def changed(self, group: str) -> None:
        """Somebody came or went: what is remembered of the group is no longer true."""
        self._known.forget(group)

    async def of(self, group: str) -> tuple[Member, ...]:
        """Who is in a group; what was known last if DingTalk cannot say just now; empty if it never tells.

        It tells only of groups made from a group template or with our application installed.
        """
        async with self._one_at_a_time:
            known = self._known.get(group)
            if known is not None and self._clock.now() < known[0]:
                return known[1]
            try:
                accounts = await self._accounts(group)
            except SendFailed as failure:
                self._log.info("dingtalk_members_unknown", cause=failure.kind)
                before = () if known is None else known[1]
                if failure.kind is FailureKind.PERMANENT:
                    self._known.put(group, (self._clock.now() + _FRESH, before))
                return before
            await self._learn_names([account for account in accounts if self._names.get(account) is None])
            members = tuple(Member(account=account, name=self._names.get(account) or "") for account in accounts)
            self._known.put(group, (self._clock.now() + _FRESH, members))
            return members

    async def count(self, group: str) -> int | None:
        """How many are in a group; None if DingTalk does not say. No name is looked up for it."""
        async with self._one_at_a_time:
            try:
                return len(await self._accounts(group)) or None
            except SendFailed as failure:
                self._log.info("dingtalk_members_unknown", cause=failure.kind)
                return None

    async def _accounts(self, group: str) -> tuple[str, ...]:
        found: list[str] = []
        token = ""
        for _ in range(_MOST_PAGES):
            body: dict[str, object] = {"openConversationId": group, "maxResults": _PAGE}
            if token:
                body["nextToken"] = token
            page = await self._api.call("/v1.0/im/sceneGroups/members/batchQuery", body, shows=False)
            accounts = page.get("memberUserIds")
            found += [str(account) for account in accounts] if isinstance(accounts, list) else []
            token = str(page.get("nextToken") or "")
            if not page.get("hasMore") or not token:
                break
        return tuple(dict.fromkeys(found))

    async def _learn_names(self, accounts: list[str]) -> None:
        """Ask for names one by one with pauses; the first refusal ends it, names are not worth being locked out."""
        for account in accounts:
            try:
                found = await self._api.call_old("/topapi/v2/user/get", {"userid": account})
            except SendFailed as failure:
                self._log.info("dingtalk_names_unknown", cause=failure.kind)
                return
            result = found.get("result")
            self.named(account, str(result.get("name") or "") if isinstance(result, Mapping) else "")
            await asyncio.sleep(self._timings.lookup_pause)
