"""When the daily posts go out, asked of the triggers rather than waited for."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.outcome import Job
from bot.patrol.recurring import next_after, triggers
from tests.unit.patrol.conftest import MakeOffice
from tests.world import at


def test_every_group_has_its_notice_and_item_and_every_township_its_digest(make_office: MakeOffice) -> None:
    planned = triggers(make_office())
    assert {scope for job, scope in planned if job is Job.DUTY_NOTICE} == {"g-qs1", "g-lw1", "g-sq1"}
    assert {scope for job, scope in planned if job is Job.DAILY_CONTENT} == {"g-qs1", "g-lw1", "g-sq1"}
    assert {scope for job, scope in planned if job is Job.DIGEST} == {"t-qs"}


def test_the_notice_comes_every_day_at_half_past_eight_of_the_village(make_office: MakeOffice) -> None:
    trigger = triggers(make_office())[Job.DUTY_NOTICE, "g-qs1"]
    assert next_after(trigger, at("2026-03-06 08:29:59")) == at("2026-03-06 08:30")
    assert next_after(trigger, at("2026-03-06 08:30")) == at("2026-03-07 08:30")
    assert next_after(trigger, at("2026-12-31 12:00")) == at("2027-01-01 08:30")
    assert next_after(trigger, at("2026-03-06 08:29:59").astimezone(ZoneInfo("America/New_York"))) == at(
        "2026-03-06 08:30"
    )


def test_a_year_of_slots_is_one_a_day(make_office: MakeOffice) -> None:
    trigger = triggers(make_office())[Job.DIGEST, "t-qs"]
    slot = next_after(trigger, at("2026-01-01 00:00"))
    for _ in range(400):
        following = next_after(trigger, slot)
        assert following - slot == timedelta(days=1)
        slot = following
