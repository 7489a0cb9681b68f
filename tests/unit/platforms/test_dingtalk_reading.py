"""DingTalk's JSON read without a server: what is odd in it stays readable."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import BOT, EVERYONE, Kind
from bot.platforms.dingtalk_frames import BadFrame, Frame, FrameType, acknowledged, later, parse, unusable
from bot.platforms.dingtalk_reading import (
    conversation_of,
    instant,
    read_event,
    read_robot_message,
    read_tap,
    substitute,
    words_key,
)

NOW = datetime(2026, 3, 6, 1, 12, 3, tzinfo=UTC)
ROBOT = {
    "conversationId": "cid1",
    "conversationType": "2",
    "senderId": "s1",
    "msgtype": "text",
    "text": {"content": "路灯坏了"},
    "createAt": 1772759523000,
}


def callback(data: Mapping[str, object], topic: str = "/v1.0/im/bot/messages/get") -> Frame:
    return Frame(type=FrameType.CALLBACK, topic=topic, message_id="f1", data=data)


def event(kind: str, data: Mapping[str, object]) -> Frame:
    return Frame(type=FrameType.EVENT, topic="*", message_id="f1", data=data, event_type=kind, event_id="e1")


def text_of(said: str, *, kind: str = "2") -> str:
    data = ROBOT | {"text": {"content": said}, "conversationType": kind}
    return read_robot_message(callback(data), now=NOW, called=("小微", "小微助手")).incoming.text


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("@小微 路灯坏了", "路灯坏了"),
        (" @小微\u2005路灯坏了 ", "路灯坏了"),
        ("@小微,路灯坏了", "路灯坏了"),
        ("路灯坏了", "路灯坏了"),
        ("@李书记 路灯坏了", "@李书记 路灯坏了"),
        ("@小微", ""),
        ("@小微助手 路灯坏了", "路灯坏了"),
        ("@小微信 不是我", "@小微信 不是我"),
        ("问问 @小微 行不行", "问问 @小微 行不行"),
    ],
)
def test_the_call_at_the_head_is_taken_off_and_nothing_else(said: str, heard: str) -> None:
    assert text_of(said) == heard


def test_privately_nothing_is_taken_off() -> None:
    assert text_of("@小微 路灯坏了", kind="1") == "@小微 路灯坏了"


def test_who_is_called_is_known_by_the_staff_id_where_there_is_one() -> None:
    data = ROBOT | {
        "chatbotUserId": "robot",
        "isInAtList": True,
        "atUsers": [
            {"dingtalkId": "robot"},
            {"dingtalkId": "d2", "staffId": "s2"},
            {"dingtalkId": "d3"},
            {"staffId": "@ALL"},
        ],
    }
    heard = read_robot_message(callback(data), now=NOW, called=())
    assert heard.incoming.mentions == (BOT, "s2", "d3", EVERYONE)


def test_without_an_id_the_same_comes_out_the_same_and_another_sender_does_not() -> None:
    one = read_robot_message(callback(ROBOT), now=NOW, called=()).incoming.id
    again = read_robot_message(callback(ROBOT | {"senderNick": "改了名"}), now=NOW, called=()).incoming.id
    other = read_robot_message(callback(ROBOT | {"senderId": "s2"}), now=NOW, called=()).incoming.id
    assert one == again
    assert one != other


@pytest.mark.parametrize("missing", [{"conversationId": None}, {"senderId": None}])
def test_a_message_of_nobody_or_nowhere_is_none(missing: Mapping[str, object]) -> None:
    with pytest.raises(BadFrame):
        read_robot_message(callback({**ROBOT, **missing}), now=NOW, called=())


@pytest.mark.parametrize("odd", [None, "soon", -1, 0, 10**30, True, [1]])
def test_a_time_that_is_none_is_the_time_of_arrival(odd: object) -> None:
    assert instant(odd, otherwise=NOW) == NOW


@given(
    st.dictionaries(
        st.sampled_from(
            ["msgtype", "text", "content", "atUsers", "createAt", "senderNick", "sessionWebhookExpiredTime"]
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text(max_size=8)
            | st.sampled_from(["text", "richText", "file"]),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["content", "richText", "downloadCode", "text"]), inner, max_size=2)
            ),
            max_leaves=6,
        ),
    )
)
def test_whatever_dingtalk_sends_is_a_message_or_a_bad_frame(odd: dict[str, object]) -> None:
    try:
        heard = read_robot_message(callback({**ROBOT, **odd}), now=NOW, called=("小微",))
    except BadFrame:
        return
    assert (heard.incoming.group, heard.incoming.sender) == ("cid1", "s1")
    assert heard.incoming.sent_at.tzinfo is not None


@given(st.text(max_size=60))
def test_whatever_arrives_as_text_is_a_frame_or_a_bad_frame(text: str) -> None:
    with pytest.raises(BadFrame):
        parse(text)


def test_a_frame_is_answered_as_its_kind_wants() -> None:
    wire = json.dumps(
        {
            "type": "EVENT",
            "headers": {"messageId": "m", "eventType": "chat_quit", "eventBornTime": "5"},
            "data": '{"a": 1}',
        }
    )
    frame = parse(wire)
    assert (frame.event_type, frame.event_ms, frame.data) == ("chat_quit", 5, {"a": 1})
    assert json.loads(json.loads(acknowledged(frame))["data"]) == {"status": "SUCCESS", "message": ""}
    assert json.loads(json.loads(later(frame))["data"]) == {"status": "LATER", "message": ""}
    assert json.loads(unusable("m"))["code"] == 400


def test_a_group_that_was_renamed_and_events_of_no_group() -> None:
    renamed = read_event(
        event("chat_update_title", {"ChatId": "chat7", "Title": "新群名", "TimeStamp": 1772759523000}), now=NOW
    )
    assert [(one.group, one.kind, one.text, one.group_name) for one in renamed] == [
        ("chat7", Kind.RENAME, "新群名", "新群名")
    ]
    assert read_event(event("user_add_org", {"userId": ["u1"]}), now=NOW) == ()
    assert read_event(event("chat_add_member", {"chatId": "c", "userId": "[broken"}), now=NOW) == ()


def test_a_tap_without_a_number_says_nothing() -> None:
    def tap(content: object) -> Frame:
        return callback(
            {"outTrackId": "c1", "userId": "u1", "content": json.dumps(content)}, "/v1.0/card/instances/callback"
        )

    by_action = read_tap(tap({"cardPrivateData": {"actionIds": ["3"]}}), now=NOW, group="cid1")
    assert by_action is not None
    assert (by_action.group, by_action.text, by_action.mentions) == ("cid1", "3", (BOT,))
    assert read_tap(tap({"cardPrivateData": {"actionIds": ["cancel"]}}), now=NOW, group=None) is None
    assert read_tap(tap({"cardPrivateData": {"params": {"choice": ""}}}), now=NOW, group=None) is None


def test_frames_of_one_conversation_share_a_lane() -> None:
    assert conversation_of(callback({"conversationId": "cid1"})) == "cid1"
    assert conversation_of(event("chat_quit", {"OpenConversationId": "cid1"})) == "cid1"
    assert conversation_of(callback({})) == ""


def test_parts_do_not_run_into_one_another() -> None:
    assert substitute("ab", "c") != substitute("a", "bc")
    assert words_key("镇里 在修\n") == words_key("镇里在修")
