"""``xiaowei privacy …``: what is stored about an account, shown or deleted for who asks an office (legal.md 2).

Every use leaves a record without content: that it was, when, and under a keyed name about whom.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.connecting import county_store
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.retention import OPERATOR, Asked, Expiry, OwnMatter, PrivacyRequest, Step, Stored
from bot.domain.workdays import local
from bot.settings import Settings
from bot.settings.fields import PLATFORMS
from bot.store import SqlStore

_PORTION: Final = 250


class PrivacyError(Refusal):
    """An account that cannot be looked up; the text says why, in Chinese."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Account:
    platform: str
    ident: str


async def show(settings: Settings, account: str, *, now: datetime) -> str:
    """What is stored about an account (``wechat/wxid_…``), in Chinese; no clue, and no other person's words (R50).

    Raises PrivacyError, StoreUnavailable.
    """
    async with county_store(settings) as store:
        whose = await _account(settings, store, account)
        stored = await store.stored_about(whose.platform, whose.ident)
        await _note(store, whose, Asked.SHOWN, now)
    return _shown(stored, settings)


async def erase(settings: Settings, account: str, *, now: datetime) -> str:
    """Delete what is stored about an account as far as it can go now; the rest goes when its tickets have ended.

    The bot may be running. Raises PrivacyError, StoreUnavailable.
    """
    async with county_store(settings) as store:
        whose = await _account(settings, store, account)
        before = await store.stored_about(whose.platform, whose.ident)
        await _note(store, whose, Asked.ERASED, now)
        while await store.expired(Step.WISHES, before=now, most=_PORTION):
            portion = Expiry(step=Step.WISHES, before=now, most=_PORTION)
            await store.commit(Outcome(expiries=(portion,)), now=now)
        after = await store.stored_about(whose.platform, whose.ident)
    gone = f"删了：话 {before.messages - after.messages} 条，图片和文件 {before.media - after.media} 个"
    ended = sum(not one.live for one in (*before.raised, *before.joined))
    done = f"{gone}，小微发去的话 {before.sends - after.sends} 条；{ended} 件办结的事去掉了账号。"
    live = sum(one.live for one in (*after.raised, *after.joined))
    if after.asked_at is None:
        return f"{done}这个账号的记录已经没有了。"
    waits = f"还有 {live} 件没办结，办结以后" if live else "没发完的话发出去以后"
    return f"{done}{waits}再去掉账号，每天夜里自动接着删。"


async def _note(store: SqlStore, whose: _Account, asked: Asked, now: datetime) -> None:
    request = PrivacyRequest(platform=whose.platform, account=whose.ident, asked=asked, by=OPERATOR)
    await store.commit(Outcome(requests=(request,)), now=now)
    structlog.get_logger("privacy").info(f"privacy_{asked}", by=OPERATOR, platform=whose.platform)


async def _account(settings: Settings, store: SqlStore, written: str) -> _Account:
    platform, slash, ident = written.strip().partition("/")
    if not slash or not ident or platform not in PLATFORMS:
        message = f"看不懂账号“{written}”。写成 平台/账号，例如 wechat/wxid_abc；平台有：{'、'.join(PLATFORMS)}"
        raise PrivacyError(message)
    person = (await store.bindings()).applied(settings.county).person_at(platform, ident)
    if person is not None:
        message = f"{written} 是登记的干部 {person.name} 的账号：干部说过的话是办事的记录，随工单保存，不在这里查删"
        raise PrivacyError(message)
    return _Account(platform=platform, ident=ident)


def _shown(stored: Stored, settings: Settings) -> str:
    if stored.nothing and stored.asked_at is None:
        return "没有这个账号的记录。线索台账不在此列。"
    since = "" if stored.oldest_at is None else f"，最早的一条是 {local(stored.oldest_at):%Y-%m-%d} 说的"
    lines = [
        f"说过的话 {stored.messages} 条{since}",
        f"图片、语音和文件 {stored.media} 个",
        f"小微发去的话 {stored.sends} 条",
        f"提的事 {len(stored.raised)} 件",
        *[f"  {_one(one, settings)}" for one in stored.raised],
        f"跟着说过的事 {len(stored.joined)} 件",
        *[f"  {_one(one, settings, words=False)}" for one in stored.joined],
    ]
    lines += ["本人说过：别记我的"] if stored.alone else []
    lines += [] if stored.asked_at is None else [f"{local(stored.asked_at):%Y-%m-%d %H:%M} 要求过删除，还没删完"]
    return "\n".join([*lines, "线索台账不在此列，由纪检按规定保管。"])


def _one(one: OwnMatter, settings: Settings, *, words: bool = True) -> str:
    unit = settings.county.units.get(one.village)
    place = one.village if unit is None else unit.name
    matter = (one.text or one.topic).replace("\n", " ") if words else ""
    state = "在办" if one.live else "已办结"
    return f"{place} {one.year}年{one.number}号 {local(one.said_at):%Y-%m-%d} {state} {matter}".rstrip()
