"""DingTalk by its stream protocol: hears what calls the bot, answers by session webhook or by the open interface.

The SDK gives the frames and the message types; the connection and every call are our own, because its client blocks
the loop, floods a server that closes, and cannot be stopped. One process per application: DingTalk gives each message
to one connection only, at random.
"""

import random

from bot.domain.messages import MediaRef
from bot.platforms.dingtalk_api import API, OAPI, DingtalkApi
from bot.platforms.dingtalk_hearing import DingtalkHearing
from bot.platforms.dingtalk_http import DingtalkHttp
from bot.platforms.dingtalk_members import DingtalkMembers
from bot.platforms.dingtalk_reading import NAME
from bot.platforms.dingtalk_sending import DingtalkSending
from bot.platforms.dingtalk_stream import DingtalkStream
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import Capabilities, Host, Member, Parcel


class DingtalkPlatform:
    """One application's robot. ``called`` are the names by which a group calls it.

    ``card_template`` is the id of an interactive card (``dingtalk_shapes.card_body`` says what it must hold).
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        clock: Clock,
        source: random.Random,
        robot_code: str = "",
        card_template: str | None = None,
        called: tuple[str, ...] = ("小微",),
        api_base: str = API,
        oapi_base: str = OAPI,
        timings: DingtalkTimings | None = None,
    ) -> None:
        timings = timings or DingtalkTimings()
        self._robot_code = robot_code or client_id
        self._http = DingtalkHttp(timings=timings)
        self._api = DingtalkApi(
            http=self._http,
            client_id=client_id,
            client_secret=client_secret,
            clock=clock,
            timings=timings,
            api_base=api_base,
            oapi_base=oapi_base,
        )
        self._sending = DingtalkSending(
            api=self._api, robot_code=self._robot_code, card_template=card_template, clock=clock
        )
        self._members = DingtalkMembers(api=self._api, clock=clock, timings=timings)
        hearing = DingtalkHearing(
            sending=self._sending, members=self._members, called=called, clock=clock, timings=timings
        )
        self._stream = DingtalkStream(
            api=self._api,
            http=self._http,
            hear=hearing.hear,
            account=self._robot_code,
            clock=clock,
            source=source,
            timings=timings,
        )

    @property
    def name(self) -> str:
        """The word that stands in messages and configuration."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """Hears only what calls it; twenty messages a minute and group are kept by the adapter itself."""
        return Capabilities(
            hears_all=False,
            echoes_own=False,
            mentions=True,
            cards=True,
            buttons=True,
            member_list=True,
            voice_text=True,
            recall=True,
            files=self._sending.carries_files,
        )

    async def run(self, host: Host) -> None:
        """Hear until cancelled; sending works only while it runs."""
        async with self._http:
            await self._stream.run(host)

    async def send(self, parcel: Parcel) -> str:
        """Send and return the platform's id, or one of ours where it gives none; raises SendFailed."""
        return await self._sending.send(parcel)

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """Nobody can tell: a robot does not hear itself, and nothing can be asked for without the id we lack."""
        del parcel
        return None

    async def fetch(self, media: MediaRef, *, most: int) -> bytes:
        """The bytes of a picture, voice message or file; raises FetchFailed."""
        return await self._api.download(media.handle, robot_code=self._robot_code, most=most)

    async def recall(self, to: str, platform_id: str) -> None:
        """Take back a message; raises SendFailed where that cannot be done."""
        await self._sending.recall(to, platform_id)

    async def members(self, conversation: str) -> tuple[Member, ...]:
        """Who is in a group, as far as DingTalk tells."""
        return await self._members.of(conversation)

    async def count(self, conversation: str) -> int | None:
        """How many are in a group, None if DingTalk does not say."""
        return await self._members.count(conversation)
