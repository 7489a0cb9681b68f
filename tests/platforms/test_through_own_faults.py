"""The whole story through the faults that only one of the platforms knows: nothing is lost, nothing is said twice."""

import json
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from bot.platforms.wechat import WechatPlatform
from bot.ports.platform import LineState
from tests.platforms.dingtalk.recording import RecordingHost as DingtalkHost
from tests.platforms.living import Home, living
from tests.platforms.stories import DONE, LIGHT, answered, asked, lost_nothing, receipt_and_prompt, result
from tests.platforms.streets import GROUP, DingtalkStreet, WechatStreet
from tests.platforms.test_through_faults import WINDOW
from tests.platforms.wechat.certificates import Certificates
from tests.platforms.wechat.conftest import QUICK
from tests.platforms.wechat.gateway import BOT_ACCOUNT, Gateway
from tests.platforms.wechat.recording import RecordingHost, eventually
from tests.platforms.wechat.running import running

NOISE: tuple[object, ...] = ({}, {"messageId": None}, {"messageId": ["m"]}, [], "text", 7, None)
BAD_FRAMES = (
    "",
    "not json",
    "[]",
    "{}",
    '{"type": "CALLBACK", "headers": {}, "data": "{"}',
    json.dumps({"type": "CALLBACK", "headers": {"topic": "/v1.0/im/bot/messages/get", "messageId": "x"}, "data": "{"}),
)


async def test_wechat_is_logged_out_and_in_again(home: Home, on_wechat: WechatStreet) -> None:
    async with living(home, on_wechat.adapter()) as life:
        await life.hears(await on_wechat.ask(LIGHT))
        await on_wechat.gateway.order("logout")
        await life.stands(LineState.LOGGED_OUT)
        life.wait(WINDOW)  # what is to be said waits for the login
        await on_wechat.gateway.order("login", id=BOT_ACCOUNT)
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, on_wechat, number=1)
        await answered(life, on_wechat, number=1)
        await lost_nothing(life, on_wechat, tickets=1)
        assert [gap.why for gap in await life.gaps()] == ["微信账号退出了登录,要有人重新扫码"]
        assert await life.unsent() == []


async def test_wechat_gives_no_ids_and_sends_noise(home: Home, on_wechat: WechatStreet) -> None:
    gateway = on_wechat.gateway

    async def noise() -> None:
        for event in ("message", "room-join", "room-topic", "scan", "dirty", "error"):
            for payload in NOISE:
                with suppress(RuntimeError):  # the gateway's own listeners stumble over some
                    await gateway.order("emit", event=event, payload=payload)

    await gateway.order("options", ids=False)  # of what the bot sends
    async with living(home, on_wechat.adapter()) as life:
        await noise()
        await life.stands(LineState.ONLINE)
        message = on_wechat.new_id()
        await gateway.say(LIGHT, by="u-zhen", room=f"{GROUP}@chatroom", id=message, payloadId="", at=on_wechat.now_ms)
        on_wechat.said.append(message)
        await gateway.order("emit", event="message", payload={"messageId": message})
        await life.hears(message)
        await noise()
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, on_wechat, number=1)
        await noise()
        await life.stands(LineState.ONLINE)
        await answered(life, on_wechat, number=1)
        await lost_nothing(life, on_wechat, tickets=1)


async def test_another_program_takes_the_wechat_gateway_for_a_while(home: Home, on_wechat: WechatStreet) -> None:
    rival, host = (
        WechatPlatform(
            endpoint=on_wechat.gateway.endpoint,
            token=on_wechat.gateway.token,
            clock=on_wechat.clock,
            random=Random(8),  # noqa: S311 - spreads attempts, keeps no secret
            timing=QUICK,
        ),
        RecordingHost(),
    )
    async with living(home, on_wechat.adapter()) as life:
        await life.hears(await on_wechat.ask(LIGHT))
        async with running(rival, host):
            await eventually(lambda: str(host.state) == "refused" or not life.online)
            life.wait(WINDOW)
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, on_wechat, number=1)
        await answered(life, on_wechat, number=1)
        await lost_nothing(life, on_wechat, tickets=1)


async def test_the_wechat_gateways_authority_is_wrong_for_a_while(
    home: Home, on_wechat: WechatStreet, tmp_path: Path
) -> None:
    papers = Certificates(tmp_path)
    gateway = Gateway(tmp_path, certificate=(papers.server, papers.server_key))
    gateway.start()
    try:
        street = WechatStreet(on_wechat.clock, gateway, authority=papers.authority)
        await street.move_in()
        wrong = WechatStreet(on_wechat.clock, gateway, authority=papers.other_authority)
        async with living(home, street.adapter()) as life:
            await life.hears(await street.ask(LIGHT))
        async with living(home, wrong.adapter(), connected=False) as life:
            await life.stands(LineState.REFUSED, why="证书")
            life.wait(WINDOW)
        async with living(home, street.adapter()) as life:
            await receipt_and_prompt(life, street, number=1)
            await answered(life, street, number=1)
            await lost_nothing(life, street, tickets=1)
    finally:
        gateway.stop()


async def test_dingtalk_answers_with_a_web_page_while_the_bot_wants_to_speak(
    home: Home, on_dingtalk: DingtalkStreet
) -> None:
    async with living(home, on_dingtalk.adapter()) as life:
        await asked(life, on_dingtalk, LIGHT, number=1)
        await on_dingtalk.peer.mood(html=True)
        await life.hears(await on_dingtalk.tell(f"1 办结 {DONE[1]}"))
        calls = (await on_dingtalk.peer.state())["calls"]

        async def tried() -> bool:
            return bool((await on_dingtalk.peer.state())["calls"] != calls)

        await life.until(tried)
        await on_dingtalk.peer.mood(html=False)
        await result(life, on_dingtalk, number=1)
        await lost_nothing(life, on_dingtalk, tickets=1)


@pytest.mark.parametrize("webhook", [True, False])
async def test_dingtalk_revokes_the_token_and_throttles_in_the_middle_of_an_answer(
    home: Home, on_dingtalk: DingtalkStreet, *, webhook: bool
) -> None:
    async with living(home, on_dingtalk.adapter()) as life:
        await asked(life, on_dingtalk, LIGHT, number=1)
        await on_dingtalk.peer.control("revoke")
        paths = ["/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend", "/robot/sendBySession"]
        await on_dingtalk.peer.mood(qps=dict.fromkeys(paths, 2), webhook_expired=not webhook)
        await answered(life, on_dingtalk, number=1)
        await lost_nothing(life, on_dingtalk, tickets=1)
        assert await life.unsent() == []


async def test_dingtalk_sends_bad_frames_and_messages_without_ids(home: Home, on_dingtalk: DingtalkStreet) -> None:
    peer = on_dingtalk.peer

    async def noise() -> None:
        for frame in BAD_FRAMES:
            await peer.control("raw", text=frame)

    async with living(home, on_dingtalk.adapter()) as life:
        await noise()
        at = on_dingtalk.now_ms
        frames = [peer.said(f" {LIGHT}", group=f"cid-{GROUP}", sender="u-zhen", at_ms=at, msg_id=None) for _ in "123"]
        await peer.push(*frames)  # one message, three times, and nothing that says so
        assert [answer["code"] for answer in await peer.answered(*frames)] == [200, 200, 200]
        await noise()
        await receipt_and_prompt(life, on_dingtalk, number=1)
        await noise()
        await answered(life, on_dingtalk, number=1)
        await lost_nothing(life, on_dingtalk, tickets=1)
        assert await life.gaps() == (), "the line stood all the time"


async def test_dingtalk_asks_to_connect_again_in_the_middle(home: Home, on_dingtalk: DingtalkStreet) -> None:
    async with living(home, on_dingtalk.adapter()) as life:
        await life.hears(await on_dingtalk.ask(LIGHT))
        await on_dingtalk.peer.push(on_dingtalk.peer.system("disconnect", reason="persist"))
        await on_dingtalk.peer.connected(2)
        await receipt_and_prompt(life, on_dingtalk, number=1)
        await on_dingtalk.peer.connected(1)
        await answered(life, on_dingtalk, number=1)
        await lost_nothing(life, on_dingtalk, tickets=1)


async def test_what_another_dingtalk_client_takes_is_its_own_and_the_rest_is_ours(
    home: Home, on_dingtalk: DingtalkStreet
) -> None:
    host = DingtalkHost()
    async with living(home, on_dingtalk.adapter()) as life:
        async with running(on_dingtalk.adapter(), host):
            await on_dingtalk.peer.connected(2)
            for number in range(8):
                await on_dingtalk.ask(f"早上好，今天第{number}个起床的", by="u-gs")

            async def all_taken() -> bool:
                return await on_dingtalk.acknowledged() == set(on_dingtalk.said)

            await life.until(all_taken, hurry=False)
            theirs = {one.id for one in host.received}
            ours = await life.knows(on_dingtalk.said)
            assert theirs | ours == set(on_dingtalk.said)
            assert not theirs & ours
            assert theirs, "the server shares out what it has: this is why one process owns an application"
        on_dingtalk.forgive(theirs)
        await on_dingtalk.peer.connected(1)
        await asked(life, on_dingtalk, LIGHT, number=1)
        await answered(life, on_dingtalk, number=1)
        await lost_nothing(life, on_dingtalk, tickets=1)
