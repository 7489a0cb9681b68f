"""The fictional county of the first run: complete, consistent, and with a day of life to replay."""

import json
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.domain.org import Role
from bot.settings import Settings, read_hall, read_settings
from bot.settings.source import SHIPPED

DEMO = SHIPPED / "demo"
KEYS = ["id", "at", "platform", "group", "sender", "name", "kind", "text", "mentions", "quote"]


@pytest.fixture(scope="module")
def demo() -> Settings:
    """Read the demo county once; nothing changes it."""
    return read_settings(DEMO, {})


@pytest.fixture(scope="module")
def day() -> list[dict[str, object]]:
    """Return the rows of the recorded day."""
    return [json.loads(line) for line in Path(DEMO / "day.jsonl").read_text(encoding="utf-8").splitlines()]


def test_it_has_two_townships_six_villages_and_eight_groups(demo: Settings) -> None:
    org = demo.county
    villages = [village for township in org.townships for village in org.villages_of(township.id)]
    assert (len(org.townships), len(villages), len(org.groups)) == (2, 6, 8)
    assert len({(group.platform, group.conversation) for group in org.groups.values()}) == 8
    assert {group.name for group in org.groups_of("liuwan")} == {"柳湾村村民群①", "柳湾村村民群②（在外乡亲）"}


def test_every_role_has_somebody_with_a_name_and_an_account(demo: Settings) -> None:
    held = {role for person in demo.county.people.values() for role in person.roles}
    assert held == set(Role)
    assert all(person.accounts and person.name and person.post for person in demo.county.people.values())


def test_somebody_is_on_duty_in_every_village_on_every_day_of_the_year(demo: Settings) -> None:
    org = demo.county
    first = date(2026, 1, 1)
    holes = [
        (village.id, first + timedelta(days=offset))
        for township in org.townships
        for village in org.villages_of(township.id)
        for offset in range(365)
        if not demo.roster.on_duty(village.id, first + timedelta(days=offset))
    ]
    assert holes == []


def test_the_library_lasts_longer_than_the_thirty_days_before_a_text_may_return(demo: Settings) -> None:
    assert len(demo.content) >= 40
    assert max(Counter(item.text for item in demo.content).values()) == 1
    assert all(len(item.text) <= 120 for item in demo.content), "short enough to be read in a chat"
    assert all(item.source.endswith("整理") for item in demo.content)


def test_in_every_group_one_can_speak_as_a_villager(demo: Settings) -> None:
    hall = read_hall(DEMO)
    assert set(hall.villagers) == set(demo.county.groups)
    accounts = [villager.account for group in hall.villagers.values() for villager in group]
    assert len(set(accounts)) == len(accounts)


def test_the_recorded_day_is_in_order_and_in_the_agreed_form(demo: Settings, day: list[dict[str, object]]) -> None:
    assert all(list(row) == KEYS for row in day)
    assert [row["id"] for row in day] == [f"m{number}" for number in range(1, len(day) + 1)]
    moments = [datetime.fromisoformat(str(row["at"])) for row in day]
    assert moments == sorted(moments)
    assert {moment.date() for moment in moments} == {date(2026, 3, 6)}
    assert time(6, 30) <= moments[0].time() <= moments[-1].time() <= time(16, 0)
    assert {row["group"] for row in day} - {None} < set(demo.county.groups), "at least one group stays silent"


def test_the_recorded_day_quotes_only_what_was_said_before_in_the_same_group(day: list[dict[str, object]]) -> None:
    said: dict[object, object] = {}
    for row in day:
        if row["quote"] is not None:
            assert said[row["quote"]] == row["group"]
        said[row["id"]] = row["group"]


def test_on_the_recorded_day_everybody_speaks_where_they_belong(demo: Settings, day: list[dict[str, object]]) -> None:
    names: dict[object, object] = {}
    for row in day:
        assert names.setdefault(row["sender"], row["name"]) == row["name"]
        person = demo.county.person_at("practice", str(row["sender"]))
        group = demo.county.groups.get(str(row["group"]))
        if person is not None and group is not None:
            assert demo.county.covers(person, group.village)


def test_officers_close_only_numbers_that_their_village_can_have_reached(
    demo: Settings, day: list[dict[str, object]]
) -> None:
    closed: dict[str, list[int]] = {}
    for row in day:
        command = re.match(r"(\d+) 办结 ", str(row["text"]))
        if command:
            person = demo.county.person_at("practice", str(row["sender"]))
            assert row["group"] is None
            assert person is not None
            closed.setdefault(person.unit, []).append(int(command[1]))
    assert closed == {"liuwan": [1, 5, 6, 2], "shipan": [1]}


def test_nobody_in_the_demo_shows_a_private_number() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DEMO.iterdir())
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx]", text) == []
