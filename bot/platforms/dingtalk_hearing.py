"""What is done with what DingTalk says: stored first, acknowledged then."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.domain.messages import Incoming, Kind
from bot.platforms.dingtalk_frames import (
    CARD_TOPIC,
    ROBOT_TOPIC,
    BadFrame,
    Frame,
    FrameType,
    acknowledged,
    later,
    tapped,
    unusable,
)
from bot.platforms.dingtalk_members import DingtalkMembers
from bot.platforms.dingtalk_reading import read_event, read_robot_message, read_tap
from bot.platforms.dingtalk_sending import DingtalkSending
from bot.platforms.dingtalk_timings import DingtalkTimings
from bot.ports import Clock
from bot.ports.platform import Host, NotAccepted


class DingtalkHearing:
    """Reads frames, hands messages to our side, and says how to answer. ``called`` are the robot's names."""

    def __init__(
        self,
        *,
        sending: DingtalkSending,
        members: DingtalkMembers,
        called: Sequence[str],
        clock: Clock,
        timings: DingtalkTimings,
    ) -> None:
        self._sending = sending
        self._members = members
        self._called = called
        self._clock = clock
        self._timings = timings
        self._log = structlog.get_logger("dingtalk")

    async def hear(self, host: Host, frame: Frame) -> str | None:
        """Take a frame in; the answer to it, None for none."""
        try:
            return await self._taken(host, frame)
        except BadFrame as bad:
            self._log.warning("dingtalk_bad_frame", cause=str(bad))
            return unusable(frame.message_id)
        except Exception as error:  # noqa: BLE001 - a door: one odd message must not end the line for all villages
            self._log.error("dingtalk_not_heard", error=type(error).__name__, topic=frame.topic)
            return later(frame) if frame.type is FrameType.EVENT else None

    async def _taken(self, host: Host, frame: Frame) -> str | None:
        if frame.type is FrameType.EVENT:
            return await self._event(host, frame)
        if frame.topic == ROBOT_TOPIC:
            await self._kept(host, self._message(frame))
        elif frame.topic == CARD_TOPIC:
            card, _, _ = tapped(frame.data)
            tap = read_tap(frame, now=self._clock.now(), group=self._sending.group_of_card(card))
            if tap is not None:
                await self._kept(host, tap)
        return acknowledged(frame)

    def _message(self, frame: Frame) -> Incoming:
        heard = read_robot_message(frame, now=self._clock.now(), called=self._called)
        self._sending.heard(heard)
        self._members.named(heard.incoming.sender, heard.incoming.name)
        ours = self._sending.quoted(heard) if heard.quoted else None
        return heard.incoming if ours is None else replace(heard.incoming, quote=ours)

    async def _event(self, host: Host, frame: Frame) -> str:
        """An event can be asked for again, so it is not kept trying."""
        try:
            for incoming in read_event(frame, now=self._clock.now()):
                if incoming.group is not None and incoming.kind in {Kind.JOIN, Kind.LEAVE}:
                    self._members.changed(incoming.group)
                await host.receive(incoming)
        except NotAccepted:
            self._log.warning("dingtalk_not_accepted", again="by the server")
            return later(frame)
        return acknowledged(frame)

    async def _kept(self, host: Host, incoming: Incoming) -> None:
        """Store, however long it takes: whether DingTalk would bring it again, nobody can rely on."""
        pause = self._timings.store_again
        while True:
            try:
                await host.receive(incoming)
            except NotAccepted:
                self._log.warning("dingtalk_not_accepted", again=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._timings.longest_pause)
            else:
                return
