"""A recorded chat played through the whole bot, and what is printed of it."""

from pathlib import Path

import pytest

from bot.domain.messages import Incoming, Kind
from bot.replay import replay
from bot.settings import Settings
from tests.world import account, at


def said(message: str, name: str, text: str, when: str, *, group: str | None = "g-lw1") -> Incoming:
    return Incoming(
        platform="practice",
        id=message,
        group=group,
        sender=account(name),
        name=name,
        kind=Kind.TEXT,
        text=text,
        sent_at=at(when),
    )


LAMP = (
    said("m1", "阿珍", "二组路灯又不亮了", "2026-03-06 08:05:22"),
    said("m2", "老杨", "我家也是", "2026-03-06 08:06:10"),
    said("m3", "李青山", "1 办结 已换灯泡，今晚亮", "2026-03-06 08:30:10", group=None),
    said("m4", "阿珍", "根本没修好，灯还是不亮", "2026-03-06 08:50:00"),
)


async def test_the_rows_tell_the_whole_story(settings: Settings) -> None:
    rows = await replay(LAMP, settings)
    ticket = next(row for row in rows if row["type"] == "ticket")
    assert ticket == {
        "type": "ticket",
        "number": 1,
        "village": "柳湾村",
        "category": "help",
        "urgent": False,
        "state": "reopened",
        "opened_at": "2026-03-06T08:05:42+08:00",
        "due_at": "2026-03-11T17:30:00+08:00",
        "provisional": False,
        "messages": ["m1"],
        "followups": ["m4"],
        "supporters": ["u-ly"],
        "first_cadre_reply": None,
        "answer": None,
        "closed_by": None,
        "reopened_by": "m4",
        "level": "department",
        "owner": "p-pxf",
    }
    sent = [row for row in rows if row["type"] == "sent"]
    assert [row["at"] for row in sent] == sorted(str(row["at"]) for row in sent)
    assert {str(row["kind"]) for row in sent} >= {"receipt", "prompt", "result", "notice"}
    assert all(row["ticket"] in (1, None) for row in sent)


async def test_it_stops_where_it_is_told(settings: Settings) -> None:
    early = await replay(LAMP, settings, until=at("2026-03-06 08:20"))
    assert next(row for row in early if row["type"] == "ticket")["state"] == "prompted"
    late = await replay(LAMP, settings, until=at("2026-03-12 09:00"))
    assert "overdue" in {row.get("kind") for row in late}


async def test_a_kept_database_is_continued_and_hears_nothing_twice(settings: Settings, tmp_path: Path) -> None:
    database = tmp_path / "kept.db"
    await replay(LAMP[:2], settings, database=database, until=at("2026-03-06 08:20"))
    continued = await replay(LAMP, settings, database=database)
    assert continued == await replay(LAMP, settings)


async def test_there_must_be_something_to_play(settings: Settings) -> None:
    with pytest.raises(ValueError, match="nothing to play"):
        await replay((), settings)
