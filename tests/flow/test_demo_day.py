"""The recorded day of the demo county: what a newcomer sees first. Its officers name tickets by their numbers."""

from bot.chatfile import read_chat
from bot.replay import replay
from bot.settings import Settings
from bot.settings.source import SHIPPED

MATTERS = [
    ("柳湾村", 1, "consultation", "m18"),
    ("柳湾村", 2, "help", "m22"),
    ("柳湾村", 3, "disclosure", "m47"),
    ("柳湾村", 4, "suggestion", "m56"),
    ("柳湾村", 5, "help", "m73"),
    ("柳湾村", 6, "consultation", "m90"),
    ("渡口村", 1, "suggestion", "m88"),
    ("石畔村", 1, "help", "m43"),
]


async def test_the_officers_of_the_demo_day_meet_the_tickets_that_they_name(settings: Settings) -> None:
    rows = await replay(read_chat(SHIPPED / "demo" / "day.jsonl", skip_bad=False).messages, settings)
    tickets = [row for row in rows if row["type"] == "ticket"]
    seen = [(row["village"], row["number"], row["category"], _first(row["messages"])) for row in tickets]
    assert sorted(map(str, seen)) == sorted(map(str, MATTERS))


def _first(messages: object) -> object:
    assert isinstance(messages, list)
    return messages[0]
