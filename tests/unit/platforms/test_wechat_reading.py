"""What a gateway tells, whatever it leaves out or gets wrong, becomes a message or nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import BOT, Kind
from bot.platforms.wechat_reading import (
    Payload,
    Type,
    card_text,
    conversation_of,
    event_fields,
    incoming,
    instant,
    membership,
    renaming,
    says_nothing,
    shown,
    substitute_id,
    word,
    words,
)

NOW = datetime(2026, 3, 6, 1, 12, 3, tzinfo=UTC)
SAID = Payload(
    id="m1",
    type=Type.TEXT,
    talker="wx-az",
    listener="",
    room="liuwan@chatroom",
    text="路灯不亮",
    filename="",
    mention_ids=(),
    at=NOW,
)


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '"x"', "7", "[" * 100_000, "<html></html>"])
def test_an_event_that_is_none_is_none(payload: str) -> None:
    assert event_fields(payload) is None


def test_fields_of_the_wrong_kind_are_empty() -> None:
    fields = {"a": 1, "b": ["x", 2, "", None], "c": "y"}
    assert (word(fields, "a"), word(fields, "c"), word(fields, "missing")) == ("", "y", "")
    assert (words(fields, "b"), words(fields, "c")) == (("x",), ())


@pytest.mark.parametrize("stamp", [NOW.timestamp(), NOW.timestamp() * 1000])
def test_seconds_and_milliseconds_mean_the_same(stamp: float) -> None:
    assert instant(stamp, now=NOW + timedelta(hours=1)) == NOW


@pytest.mark.parametrize("stamp", [None, 0, -5, True, "1772759523", 10**20, float("nan"), 1_972_759_523])
def test_a_time_that_cannot_be_true_is_now(stamp: object) -> None:
    assert instant(stamp, now=NOW) == NOW


@pytest.mark.parametrize(
    ("type_", "kind", "text"),
    [
        (Type.EMOTICON, Kind.TEXT, "[动画表情]"),
        (Type.RED_ENVELOPE, Kind.TEXT, "[红包]"),
        (Type.CONTACT, Kind.CARD, "[名片]"),
        (Type.AUDIO, Kind.VOICE, ""),
        (99, Kind.TEXT, "路灯不亮"),
    ],
)
def test_kinds_without_words_are_called_as_wechat_calls_them(type_: int, kind: Kind, text: str) -> None:
    heard = incoming(
        replace(SAID, type=type_, text="" if type_ != 99 else "路灯不亮"),
        name="阿珍",
        text="" if type_ != 99 else "路灯不亮",
    )
    assert (heard.kind, heard.text) == (kind, text)


def test_a_private_conversation_is_the_other_one() -> None:
    private = replace(SAID, room="", listener="wx-bot")
    assert conversation_of(private, account="wx-bot") == "wx-az"
    assert conversation_of(replace(private, talker="wx-bot", listener="wx-az"), account="wx-bot") == "wx-az"
    assert conversation_of(SAID, account="wx-bot") == "liuwan@chatroom"


def test_notices_of_wechat_say_nothing() -> None:
    assert not says_nothing(SAID)
    for notice in (
        replace(SAID, talker="weixin"),
        replace(SAID, talker="gh_12"),
        replace(SAID, talker=""),
        replace(SAID, text=" \n"),
        replace(SAID, type=Type.UNKNOWN, text="<sysmsg/>"),
    ):
        assert says_nothing(notice)


def test_what_a_quotation_shows() -> None:
    assert shown(replace(SAID, type=Type.IMAGE), "") == "[图片]"
    assert shown(replace(SAID, type=Type.ATTACHMENT, filename="表.xlsx"), "") == "[文件]表.xlsx"
    assert shown(replace(SAID, type=Type.URL), "三月公开\n点开") == "[链接]三月公开"
    assert shown(SAID, "路灯不亮") == "路灯不亮"


def test_a_card_says_nothing_twice() -> None:
    assert card_text("公开", "公开", " https://village.example ") == "公开\nhttps://village.example"


def test_an_id_made_up_for_a_duplicate_is_the_same() -> None:
    assert substitute_id("a", "bc") == substitute_id("a", "bc") != substitute_id("ab", "c")


def test_who_came_is_told_one_by_one_and_the_same_twice_without_a_time() -> None:
    fields = {"roomId": "r@", "inviteeIdList": ["wx-gs", "wx-bot"], "inviterId": "wx-az"}
    first = membership(fields, kind=Kind.JOIN, account="wx-bot", now=NOW)
    again = membership(fields, kind=Kind.JOIN, account="wx-bot", now=NOW + timedelta(seconds=20))
    later = membership(fields, kind=Kind.JOIN, account="wx-bot", now=NOW + timedelta(hours=1))
    assert [(one.sender, one.mentions) for one in first] == [("wx-gs", ()), ("wx-bot", (BOT,))]
    assert [one.id for one in first] == [one.id for one in again]
    assert not {one.id for one in first} & {one.id for one in later}
    assert membership({"inviteeIdList": ["x"]}, kind=Kind.JOIN, account="", now=NOW) == ()


def test_a_new_name_needs_a_room_and_a_name() -> None:
    renamed = renaming({"roomId": "r@", "newTopic": "新群", "changerId": "wx-az"}, now=NOW)
    assert renamed is not None
    assert (renamed.kind, renamed.text, renamed.sender, renamed.group) == (Kind.RENAME, "新群", "wx-az", "r@")
    assert renaming({"roomId": "r@"}, now=NOW) is None
    assert renaming({"newTopic": "新群"}, now=NOW) is None
