"""What villagers and officers do in DingTalk arrives as messages, stored before it is acknowledged."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.domain.messages import BOT, Incoming, Kind, MediaKind, MediaRef
from tests.platforms.dingtalk.peer import Peer, sequence
from tests.platforms.dingtalk.recording import RecordingHost, running

OK = {"response": None}


async def test_a_villager_calls_the_bot_in_the_group(peer: Peer) -> None:
    async with running(peer) as bot:
        await peer.say("@小微 二组路灯又不亮了", msg_id="m1")
        await bot.host.hears("二组路灯又不亮了")

    assert bot.host.received == [
        Incoming(
            platform="dingtalk",
            id="m1",
            group="cidLiuwan",
            sender="staff-zhen",
            name="阿珍",
            kind=Kind.TEXT,
            text="二组路灯又不亮了",
            sent_at=datetime(2026, 3, 6, 1, 12, 3, tzinfo=UTC),
            mentions=(BOT,),
            group_name="柳湾村务群",
        )
    ]


async def test_an_officer_answers_privately_by_quoting_the_prompt(peer: Peer) -> None:
    async with running(peer) as bot:
        frame = peer.robot(
            "text",
            {"text": {"content": "办结 已换灯泡", "isReplyMsg": True}, "originalProcessQueryKey": "pqk7"},
            group=None,
            sender="staff-li",
        )
        await peer.push(frame)
        await bot.host.hears("办结 已换灯泡")

    [heard] = bot.host.received
    assert (heard.group, heard.sender, heard.quote, heard.mentions) == (None, "staff-li", "pqk7", ())


async def test_words_and_pictures_of_one_message_stay_together(peer: Peer) -> None:
    rich = {
        "content": {
            "richText": [
                {"text": "路面塌了 "},
                {"downloadCode": "p1", "type": "picture"},
                {"text": "在桥头"},
                {"downloadCode": "p2", "type": "picture"},
            ]
        }
    }
    async with running(peer) as bot:
        await peer.push(peer.robot("richText", rich))
        await bot.host.hears("路面塌了 在桥头")

    [heard] = bot.host.received
    assert (heard.kind, [ref.handle for ref in heard.media]) == (Kind.TEXT, ["p1", "p2"])


async def test_every_kind_of_message_arrives_and_none_is_lost_for_being_unknown(peer: Peer) -> None:
    sent: list[tuple[str, dict[str, Any]]] = [
        ("picture", {"downloadCode": "a"}),
        ("audio", {"downloadCode": "b", "recognition": "水管爆了快来人"}),
        ("file", {"downloadCode": "c", "fileName": "低保名单.xlsx"}),
        ("video", {"downloadCode": "d", "duration": 9}),
        ("richText", {"richText": [{"downloadCode": "e", "type": "picture"}]}),
        ("unknownMsgType", {}),
        ("interactiveCard", {"odd": [1, {"deep": None}]}),
    ]
    async with running(peer) as bot:
        frames = [peer.robot(msgtype, {"content": content}, group=None) for msgtype, content in sent]
        await peer.push(*frames)
        answers = await peer.answered(*frames)

    def ref(kind: MediaKind, handle: str, name: str = "") -> MediaRef:
        return MediaRef(platform="dingtalk", kind=kind, handle=handle, name=name)

    unreadable = "[钉钉没有把这条消息的内容交给机器人]"
    assert [(heard.kind, heard.text, heard.media) for heard in bot.host.received] == [
        (Kind.IMAGE, "", (ref(MediaKind.PICTURE, "a"),)),
        (Kind.VOICE, "水管爆了快来人", (ref(MediaKind.VOICE, "b"),)),
        (Kind.FILE, "低保名单.xlsx", (ref(MediaKind.FILE, "c", "低保名单.xlsx"),)),
        (Kind.FILE, "", (ref(MediaKind.VIDEO, "d"),)),
        (Kind.IMAGE, "", (ref(MediaKind.PICTURE, "e"),)),
        (Kind.FILE, unreadable, ()),
        (Kind.FILE, unreadable, ()),
    ]
    assert [answer["code"] for answer in answers] == [200] * len(sent)


async def test_somebody_from_outside_the_organisation_is_known_by_the_other_id(peer: Peer) -> None:
    async with running(peer) as bot:
        await peer.say("外村来问路", sender="guest", staff=False)
        await bot.host.hears("外村来问路")

    assert [heard.sender for heard in bot.host.received] == ["$:LWCP_v1:$guest"]


async def test_people_come_and_go_and_the_group_gets_a_new_name(peer: Peer) -> None:
    group = {"openConversationId": "cidLiuwan", "operator": "staff-li"}
    async with running(peer) as bot:
        frames = [
            peer.event("chat_add_member", userId=["u1", "u2"], **group),
            peer.event("chat_quit", UserId='["u1"]', **group),
            peer.event("chat_remove_member", userId="u2", **group),
            peer.event("chat_update_title", title="柳湾村新群", **group),
            peer.event("chat_disband", **group),
            peer.event("org_dept_create", deptId=[1]),
        ]
        await peer.push(*frames)
        answers = await peer.answered(*frames)

    assert [(heard.kind, heard.sender, heard.text) for heard in bot.host.received] == [
        (Kind.JOIN, "u1", ""),
        (Kind.JOIN, "u2", ""),
        (Kind.LEAVE, "u1", ""),
        (Kind.LEAVE, "u2", ""),
        (Kind.RENAME, "staff-li", "柳湾村新群"),
        (Kind.LEAVE, BOT, ""),
    ]
    assert {answer["data"] for answer in answers} == {'{"status": "SUCCESS", "message": ""}'}


async def test_a_message_is_acknowledged_only_after_it_is_stored(peer: Peer) -> None:
    host, stored = RecordingHost(), asyncio.Event()

    async def slow_disk(_: Incoming) -> None:
        await stored.wait()

    host.before_storing = slow_disk
    async with running(peer, host=host):
        frame = await peer.say("@小微 在吗")
        await asyncio.sleep(0.2)
        assert (await peer.state())["answers"] == {}
        stored.set()
        [answer] = await peer.answered(frame)

    assert (answer["code"], answer["data"]) == (200, '{"response": null}')


async def test_a_message_that_could_not_be_stored_is_kept_and_stored_later(peer: Peer) -> None:
    host = RecordingHost()
    host.refusals = 2
    async with running(peer, host=host):
        first, second = peer.said("第一句"), peer.said("第二句")
        await peer.push(first, second)
        await peer.answered(first, second)

    assert host.texts == ["第一句", "第二句"], "order of one group holds even then"


async def test_an_event_that_could_not_be_stored_is_asked_for_again(peer: Peer) -> None:
    host = RecordingHost()
    host.refusals = 1
    async with running(peer, host=host):
        event = peer.event("chat_add_member", userId=["u1"], openConversationId="cidLiuwan")
        await peer.push(event)
        [first] = await peer.answered(event)
        again = event | {"headers": event["headers"] | {"messageId": "later"}}
        await peer.push(again)
        [second] = await peer.answered(again)

    assert [first["data"], second["data"]] == [
        '{"status": "LATER", "message": ""}',
        '{"status": "SUCCESS", "message": ""}',
    ]
    assert [heard.sender for heard in host.received] == ["u1"]


async def test_duplicates_stay_duplicates_with_and_without_an_id(peer: Peer) -> None:
    async with running(peer) as bot:
        named, nameless = peer.said("路灯坏了"), peer.said("水管漏了", msg_id=None)
        frames = [
            frame | {"headers": frame["headers"] | {"messageId": f"{n}"}}
            for n, frame in enumerate([named, nameless] * 3)
        ]
        other = peer.said("水管漏了", msg_id=None, sender="staff-fang")
        await peer.push(*frames, other)
        await peer.answered(*frames, other)

    assert [(heard.text, heard.sender) for heard in bot.host.received] == [
        ("路灯坏了", "staff-zhen"),
        ("水管漏了", "staff-zhen"),
        ("水管漏了", "staff-fang"),
    ]


async def test_messages_out_of_order_keep_their_own_times(peer: Peer) -> None:
    async with running(peer) as bot:
        late, early = peer.said("后说的", at_ms=1772759600000), peer.said("先说的", at_ms=1772759500000)
        await peer.push(late, early)
        await peer.answered(late, early)

    assert [heard.text for heard in sorted(bot.host.received, key=lambda heard: heard.sent_at)] == ["先说的", "后说的"]


async def test_one_group_waits_for_its_order_and_the_other_does_not(peer: Peer) -> None:
    host, gate = RecordingHost(), asyncio.Event()

    async def stuck(incoming: Incoming) -> None:
        if incoming.group == "cidSlow":
            await gate.wait()

    host.before_storing = stuck
    async with running(peer, host=host):
        slow = [peer.said(f"慢{n}", group="cidSlow") for n in range(5)]
        await peer.push(*slow, peer.said("快", group="cidFast"))
        await host.hears("快")
        assert host.texts == ["快"]
        gate.set()
        await peer.answered(*slow)

    assert [heard.id for heard in host.received if heard.group == "cidSlow"] == sequence(slow)


async def test_a_message_that_trips_our_own_code_does_not_end_the_line(peer: Peer) -> None:
    host = RecordingHost()

    async def trips(incoming: Incoming) -> None:
        if incoming.text == "坏":
            raise KeyError(incoming.text)

    host.before_storing = trips
    async with running(peer, host=host):
        bad, good = peer.said("坏"), peer.said("好")
        await peer.push(bad, good)
        await peer.answered(good)
        assert bad["headers"]["messageId"] not in (await peer.state())["answers"]

    assert host.texts == ["好"]


async def test_a_tapped_button_is_the_number_of_the_choice(peer: Peer) -> None:
    async with running(peer) as bot:
        private, grouped = peer.tap("card-1", 2, by="staff-li"), peer.tap("card-2", 1, by="u9", group="cidLiuwan")
        pointless = peer.frame(
            "CALLBACK", "/v1.0/card/instances/callback", {"outTrackId": "c", "userId": "u", "content": "{}"}
        )
        await peer.push(private, grouped, pointless)
        answers = await peer.answered(private, grouped, pointless)

    taps = [(heard.group, heard.sender, heard.text, heard.quote) for heard in bot.host.received]
    assert sorted(taps, key=str) == [("cidLiuwan", "u9", "1", "card-2"), (None, "staff-li", "2", "card-1")]
    assert [answer["code"] for answer in answers] == [200, 200, 200]
