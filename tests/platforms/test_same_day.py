"""The same recorded day on every platform: the same tickets, and the same words wherever the platform allows."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.chatfile import read_chat
from bot.clock import SystemClock
from bot.domain.messages import BOT, Incoming, Kind
from bot.handlers.judge import Judge
from bot.platforms.dingtalk import DingtalkPlatform
from bot.platforms.wechat import WechatPlatform
from bot.settings import Settings
from bot.settings.source import SHIPPED
from tests.platforms.days import differences, heard_by, moved, played_by_its_twin, played_for_real
from tests.platforms.dingtalk.peer import CLIENT_ID, CLIENT_SECRET, Peer
from tests.platforms.dingtalk.recording import FAST
from tests.platforms.wechat.conftest import QUICK
from tests.platforms.wechat.gateway import BOT_ACCOUNT, Gateway

DAY = SHIPPED / "demo" / "day.jsonl"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
KINDS = {Kind.TEXT: 7, Kind.IMAGE: 6, Kind.VOICE: 2, Kind.CARD: 14}
RULE = "- - - - - - - - - - - - - - -"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    started = Gateway(tmp_path_factory.mktemp("gateway"))
    started.start()
    yield started
    started.stop()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer() as started:
        yield started


def recorded(platform: str, room: str) -> list[Incoming]:
    messages = read_chat(DAY, skip_bad=False).messages
    return [
        replace(one, platform=platform, group=None if one.group is None else f"{one.group}{room}") for one in messages
    ]


def database(folder: Path, empty: Path, name: str) -> Path:
    (folder / name).mkdir()
    shutil.copy(empty.with_name("clue.keys"), folder / name)
    return Path(shutil.copy(empty, folder / name / "village.db"))


def as_sent(message: Incoming) -> tuple[str, dict[str, object]]:
    """A message as DingTalk hands it over."""
    if message.kind is Kind.IMAGE:
        return "picture", {"content": {"downloadCode": message.id}}
    if message.kind is Kind.VOICE:
        return "audio", {"content": {"downloadCode": message.id, "recognition": message.text}}
    return "text", {"text": {"content": f" {message.text}"}}


class Phones:
    """The village's phones on WeChat."""

    def __init__(self, gateway: Gateway, day: list[Incoming]) -> None:
        self._gateway = gateway
        self._said = {message.id: message for message in day}

    async def move_in(self, settings: Settings) -> None:
        """Everybody who speaks that day or is on the county's list is in the groups."""
        await self._gateway.order("reset")
        names = {message.sender: message.name for message in self._said.values()}
        for person in settings.county.people.values():
            for known in person.accounts:
                names.setdefault(known.id, person.name)
        for account, name in {**names, BOT_ACCOUNT: "小微"}.items():
            await self._gateway.order("contact", id=account, name=name)
        for group in settings.county.groups.values():
            members = [*names, BOT_ACCOUNT]
            await self._gateway.order("room", id=group.conversation, topic=group.name, members=members)
        await self._gateway.order("login", id=BOT_ACCOUNT)

    async def speak(self, message: Incoming) -> None:
        """As a phone would send it: quotes are part of the text."""
        text = message.text
        if message.quote in self._said:
            quoted = self._said[message.quote]
            text = f"「{quoted.name}：{quoted.text}」\n{RULE}\n{text}"
        more: dict[str, object] = {}
        if message.kind in (Kind.IMAGE, Kind.VOICE):
            more = {"size": 200, "head": PICTURE, "filename": "a.png" if message.kind is Kind.IMAGE else "a.sil"}
        if message.kind is Kind.CARD:
            more = {"link": {"title": text, "description": "", "url": "", "thumbnailUrl": ""}}
        mentions = [BOT_ACCOUNT if one == BOT else one for one in message.mentions]
        await self._gateway.say(
            text,
            by=message.sender,
            room=message.group or "",
            id=message.id,
            type=KINDS[message.kind],
            mentions=mentions,
            **more,
        )


async def test_a_day_on_wechat_is_the_day_that_the_practice_hall_shows(
    gateway: Gateway, settings: Settings, judge: Judge, empty_database: Path, tmp_path: Path
) -> None:
    adapter = WechatPlatform(
        endpoint=gateway.endpoint,
        token=gateway.token,
        clock=SystemClock(),
        random=Random(7),  # noqa: S311 - spreads attempts, keeps no secret
        timing=QUICK,
    )
    there = moved(settings, "wechat", lambda conversation: f"{conversation}@chatroom")
    day = heard_by(recorded("wechat", "@chatroom"), adapter.capabilities)
    phones = Phones(gateway, day)
    await phones.move_in(there)
    real, heard = await played_for_real(
        day,
        adapter=adapter,
        speak=phones.speak,
        database=database(tmp_path, empty_database, "real"),
        settings=there,
        judge=judge,
    )
    assert [heard[one.id].text for one in day] == [one.text for one in day]
    twin = await played_by_its_twin(
        day,
        capabilities=adapter.capabilities,
        media_of=heard,
        database=database(tmp_path, empty_database, "twin"),
        settings=there,
        judge=judge,
    )
    assert differences(real, twin) == []
    assert len(real.tickets) >= 9


async def test_a_day_on_dingtalk_is_the_day_of_a_practice_hall_that_must_be_called(
    peer: Peer, settings: Settings, judge: Judge, empty_database: Path, tmp_path: Path
) -> None:
    adapter = DingtalkPlatform(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        clock=SystemClock(),
        source=Random(7),  # noqa: S311 - spreads attempts, keeps no secret
        api_base=peer.base,
        oapi_base=peer.base,
        timings=FAST,
    )
    there = moved(settings, "dingtalk", str)
    day = [
        replace(one, quote=None, mentions=(BOT,) if one.group else ())
        for one in heard_by(recorded("dingtalk", ""), adapter.capabilities)
        if one.kind in (Kind.TEXT, Kind.IMAGE, Kind.VOICE)
    ]

    async def speak(message: Incoming) -> None:
        kind, content = as_sent(message)
        at_ms = int(message.sent_at.timestamp() * 1000)
        frame = peer.robot(
            kind, content, group=message.group, sender=message.sender, name=message.name, at_ms=at_ms, msg_id=message.id
        )
        await peer.push(frame)

    real, heard = await played_for_real(
        day,
        adapter=adapter,
        speak=speak,
        database=database(tmp_path, empty_database, "real"),
        settings=there,
        judge=judge,
        twice=True,
    )
    twin = await played_by_its_twin(
        day,
        capabilities=adapter.capabilities,
        media_of=heard,
        database=database(tmp_path, empty_database, "twin"),
        settings=there,
        judge=judge,
    )
    assert differences(real, twin) == []
    assert len(real.tickets) >= 9
