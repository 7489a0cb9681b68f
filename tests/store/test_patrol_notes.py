"""What inspectors write down about a patrol is kept as written; a day is confirmed once by a person (R39)."""

from dataclasses import replace
from datetime import date

from bot.domain.made import PICTURE, Made
from bot.domain.messages import MediaKind
from bot.domain.outcome import Outcome
from bot.domain.patrol_notes import NoteKind, PatrolNote, confirmation
from bot.store import open_store
from tests.world import at

FRIDAY = date(2026, 3, 6)
EVENING = at("2026-03-06 17:12")
REMARK = PatrolNote(
    key="remark:practice/m1",
    township="qinghe",
    day=FRIDAY,
    kind=NoteKind.REMARK,
    by="p-zml",
    at=EVENING,
    text="下周一去柳湾村看路灯",
)


async def test_a_day_is_confirmed_once_by_each_inspector_and_the_first_time_counts(url: str) -> None:
    store = await open_store(url)
    try:
        first = confirmation("qinghe", FRIDAY, by="p-zml", at=EVENING)
        other = confirmation("qinghe", FRIDAY, by="p-tyl", at=EVENING)
        for note in (first, replace(first, at=at("2026-03-06 18:40")), REMARK, other):
            await store.commit(Outcome(patrol_notes=(note,)), now=note.at)
        assert await store.patrol_notes(["qinghe"], since=FRIDAY, until=FRIDAY) == (first, REMARK, other)
        assert await store.patrol_notes(["weihu"], since=FRIDAY, until=FRIDAY) == ()
        assert await store.patrol_notes(["qinghe"], since=date(2026, 3, 7), until=date(2026, 3, 9)) == ()
        assert await store.patrol_notes([], since=FRIDAY, until=FRIDAY) == ()
    finally:
        await store.close()


async def test_what_the_bot_has_drawn_is_kept_with_its_name_and_goes_away_like_other_pictures(url: str) -> None:
    store = await open_store(url)
    try:
        made = Made(digest="ab" * 32, name="巡群日报-清禾镇-2026-03-06.png", media_type=PICTURE, size=41000)
        await store.commit(Outcome(made=(made,)), now=EVENING)
        kept = await store.media_at(made.digest)
        assert kept is not None
        assert (kept.ref.name, kept.kind, kept.media_type, kept.size) == (
            made.name,
            MediaKind.PICTURE,
            made.media_type,
            41000,
        )
        assert await store.stale_media(before=EVENING, limit=9) == ()
        assert [one.digest for one in await store.stale_media(before=at("2026-03-07 00:00"), limit=9)] == [made.digest]
    finally:
        await store.close()
