"""Recorded chats as they really arrive: exported, cut off, edited by hand, glued together."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chatfile import BadLine, ChatFileError, read_chat, write_chat
from bot.domain.messages import Incoming, Kind

BEIJING = timezone(timedelta(hours=8))
LIGHTS = Incoming(
    platform="wechat",
    id="m1",
    group="g-lw",
    sender="u-2",
    name="秋嫂",
    kind=Kind.TEXT,
    text="三组路灯又不亮了",
    sent_at=datetime(2026, 5, 12, 8, 10, tzinfo=BEIJING),
    mentions=("bot", "u-9"),
    quote="m0",
)
ROW = {"id": "m1", "at": "2026-05-12T08:10:00+08:00", "group": "g-lw", "sender": "u-2"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "liuwan.jsonl"


def line(**changes: object) -> bytes:
    return json.dumps({**ROW, **changes}, ensure_ascii=False).encode()


def without(key: str) -> bytes:
    return json.dumps({name: value for name, value in ROW.items() if name != key}).encode()


def reasons(file: Path, *lines: bytes) -> dict[int, str]:
    """What is said about each bad line."""
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(ChatFileError) as caught:
        read_chat(file, skip_bad=False)
    return {bad.line: bad.reason for bad in caught.value.bad}


def test_a_full_row_becomes_the_message_it_records(file: Path) -> None:
    file.write_bytes(
        line(platform="wechat", name="秋嫂", kind="text", text="三组路灯又不亮了", mentions=["bot", "u-9"], quote="m0")
    )
    chat = read_chat(file, skip_bad=False)
    assert chat.messages == (LIGHTS,)
    assert chat.bad == ()


def test_a_row_with_only_the_necessary_gets_the_rest_by_default(file: Path) -> None:
    file.write_bytes(line())
    assert read_chat(file, skip_bad=False).messages == (
        replace(LIGHTS, platform="practice", name="", text="", mentions=(), quote=None),
    )


def test_a_private_message_has_a_null_group_but_a_forgotten_group_is_not_taken_for_private(file: Path) -> None:
    file.write_bytes(line(group=None))
    assert read_chat(file, skip_bad=False).messages[0].group is None
    assert reasons(file, without("group")) == {1: "缺少 group(群聊写群号,私聊写 null)"}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_message_is_read(file: Path, kind: Kind) -> None:
    file.write_bytes(line(kind=str(kind)))
    assert read_chat(file, skip_bad=False).messages[0].kind is kind


def test_a_file_saved_on_windows_with_blank_lines_reads_the_same(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + line() + b"\r\n\r\n  \t\r\n" + line(id="m2") + b"\r\n")
    assert [message.id for message in read_chat(file, skip_bad=False).messages] == ["m1", "m2"]


def test_two_files_glued_together_keep_their_second_byte_order_mark_harmless(file: Path) -> None:
    file.write_bytes(line() + b"\n\xef\xbb\xbf" + line(id="m2"))
    assert [message.id for message in read_chat(file, skip_bad=False).messages] == ["m1", "m2"]


def test_a_line_separator_inside_a_message_does_not_end_the_line(file: Path) -> None:
    file.write_bytes(line(text="第一句\u2028第二句\x85第三句"))
    assert read_chat(file, skip_bad=False).messages[0].text == "第一句\u2028第二句\x85第三句"


def test_late_and_doubled_deliveries_are_kept_as_they_came(file: Path) -> None:
    late = line(id="m0", at="2026-05-12T07:00:00+08:00")
    file.write_bytes(b"\n".join([line(), late, line(text="又来一遍")]))
    chat = read_chat(file, skip_bad=False)
    assert [(message.id, message.text) for message in chat.messages] == [("m1", ""), ("m0", ""), ("m1", "又来一遍")]


def test_utc_times_are_the_same_instant(file: Path) -> None:
    file.write_bytes(line(at="2026-05-12T00:10:00Z"))
    assert read_chat(file, skip_bad=False).messages[0].sent_at == LIGHTS.sent_at


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (without("id"), "缺少 id"),
        (without("at"), "缺少 at"),
        (without("sender"), "缺少 sender"),
        (line(id=""), "id 不能是空的"),
        (line(id=7), "id 应是文字"),
        (line(sender="  "), "sender 不能是空的"),
        (line(group=""), "group 不能是空的"),
        (line(quote=""), "quote 不能是空的"),
        (line(quote=3), "quote 应是文字"),
        (line(name=None), "name 应是文字"),
        (line(text=["早"]), "text 应是文字"),
        (line(mentions="bot"), "mentions 应是文字的列表"),
        (line(mentions=["bot", 3]), "mentions 应是文字的列表"),
        (
            line(kind="sticker"),
            "kind 不能是“sticker”,可以是 text, image, voice, file, card, join, leave, rename, recall",
        ),
        (line(kind=1), "kind 应是文字"),
        (line(txet="路灯"), "不认识的字段 txet"),
        (line(**{"a\nb": 1}), '不认识的字段 "a\\nb"'),
        (line(at="昨天早上"), "at 不是 ISO 8601 时间:“昨天早上”,应写成 2026-03-06T09:12:03+08:00"),
        (line(at=1778544600), "at 应是文字"),
        (
            line(at="2026-05-12T08:10:00"),
            "at 没有写时区:“2026-05-12T08:10:00”,北京时间请在末尾加 +08:00",
        ),
        (line(at="0001-01-01T00:00:00+08:00"), "at 超出了日历:“0001-01-01T00:00:00+08:00”"),
        (line(text="断\x00了"), "text 里有空字符(NUL)"),
        (line(mentions=["u\x00"]), "mentions 里有空字符(NUL)"),
        (line().replace(b"g-lw", b"\\ud83d"), "group 里有半个表情符号(不成对的 \\ud800—\\udfff)"),
        (b"[1, 2]", "不是一条消息:整行应是 {…}"),
        (b'"m1"', "不是一条消息:整行应是 {…}"),
        (line()[:-1], f"不是完整的 JSON(第 {len(line())} 个字符处)"),
        (line() + line(), f"不是完整的 JSON(第 {len(line()) + 1} 个字符处)"),
        (line()[:-1] + b', "id": "m9"}', "字段写了两遍 id"),
        pytest.param(b"[" * 100_000, "不是聊天记录的 JSON", id="nested without end"),
        pytest.param(b'{"id": ' + b"9" * 5000 + b"}", "不是聊天记录的 JSON", id="endless number"),
        (line(text="路灯").replace("灯".encode(), b"\xb5\xc6"), "第 95 个字节起不是 UTF-8 编码"),
    ],
)
def test_a_line_that_is_no_message_is_named_with_its_reason_and_spoils_no_other(
    file: Path, bad: bytes, reason: str
) -> None:
    assert reasons(file, line(), b"", bad, line(id="m2")) == {3: reason}
    chat = read_chat(file, skip_bad=True)
    assert [message.id for message in chat.messages] == ["m1", "m2"]
    assert chat.bad == (BadLine(line=3, reason=reason),)


def test_everything_wrong_with_one_line_is_said_together(file: Path) -> None:
    assert reasons(file, line(at="昨天", sender=None, id="")) == {
        1: "id 不能是空的;sender 应是文字;at 不是 ISO 8601 时间:“昨天”,应写成 2026-03-06T09:12:03+08:00"
    }


def test_the_error_names_every_bad_line_at_once(file: Path) -> None:
    file.write_bytes(b"\n".join([line(id=""), line(), b"oops", line(sender="")]))
    with pytest.raises(ChatFileError) as caught:
        read_chat(file, skip_bad=False)
    assert str(caught.value) == (
        f"聊天记录 {file} 有 3 行读不懂\n"
        "第 1 行:id 不能是空的\n"
        "第 3 行:不是完整的 JSON(第 1 个字符处)\n"
        "第 4 行:sender 不能是空的"
    )


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("skip_bad", [True, False])
def test_an_empty_chat_is_a_mistake_and_said_so(file: Path, content: bytes, *, skip_bad: bool) -> None:
    file.write_bytes(content)
    with pytest.raises(ChatFileError, match="是空的,里面没有一条消息") as caught:
        read_chat(file, skip_bad=skip_bad)
    assert caught.value.bad == ()


def test_skipping_bad_lines_does_not_turn_a_wrong_file_into_an_empty_chat(file: Path) -> None:
    file.write_text("时间,姓名,内容\n08:10,秋嫂,路灯不亮\n", encoding="utf-8")
    with pytest.raises(ChatFileError, match="没有一行读得懂") as caught:
        read_chat(file, skip_bad=True)
    assert [bad.line for bad in caught.value.bad] == [1, 2]


def test_a_file_saved_as_utf_16_is_recognised(file: Path) -> None:
    file.write_text(line().decode(), encoding="utf-16")
    with pytest.raises(ChatFileError, match="UTF-16 编码,请另存为 UTF-8"):
        read_chat(file, skip_bad=True)


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(ChatFileError, match="打不开聊天记录"):
            read_chat(path, skip_bad=False)


def test_a_written_chat_has_one_readable_row_per_message() -> None:
    assert write_chat([LIGHTS]) == (
        '{"id": "m1", "at": "2026-05-12T08:10:00+08:00", "platform": "wechat", "group": "g-lw", "sender": "u-2", '
        '"name": "秋嫂", "kind": "text", "text": "三组路灯又不亮了", "mentions": ["bot", "u-9"], "quote": "m0"}\n'
    )


storable = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
words = storable.filter(str.strip)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            Incoming,
            platform=words,
            id=words,
            group=st.none() | words,
            sender=words,
            name=storable,
            kind=st.sampled_from(Kind),
            text=storable,
            sent_at=st.datetimes(min_value=datetime(2, 1, 1), timezones=st.just(BEIJING) | st.just(UTC)),  # noqa: DTZ001
            mentions=st.lists(words).map(tuple),
            quote=st.none() | words,
        ),
        min_size=1,
    )
)
def test_whatever_is_written_is_read_back_the_same(file: Path, messages: list[Incoming]) -> None:
    file.write_text(write_chat(messages), encoding="utf-8", newline="")
    assert read_chat(file, skip_bad=False).messages == tuple(messages)
