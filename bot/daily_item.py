"""Which daily item a group reads next, how it is said, and how an officer is asked about it (R37, R38)."""

from collections.abc import Collection, Sequence
from datetime import date, time
from zlib import crc32

from bot.domain.content import ContentItem, fits, is_for
from bot.office import Office
from bot.phrasing import numbered, say_day

REST_DAYS = 30
"""Days for which an item rests in a group after it was posted there (R37)."""

LATEST = time(20, 0)
"""The last local time of its own day at which an item may still appear: villagers' evenings are theirs."""


def key_of(group: str, day: date) -> str:
    """Under which the outbox knows the item of a group and local day."""
    return f"content:{group}:{day}"


def say_item(item: ContentItem, office: Office) -> str:
    """An item as the group reads it."""
    more = "".join(
        office.say(key, address=address)
        for key, address in (("content.link", item.link), ("content.video", item.video))
        if address
    )
    return office.say("content.item", title=item.title, text=item.text.strip() + more, source=item.source)


def choose(
    items: Collection[ContentItem], used: Collection[str], group: str, day: date, *, asked: Sequence[str] = ()
) -> ContentItem | None:
    """The group's item of the day, None if all have been used."""
    return next(iter(in_order(items, used, group, day, asked=asked)), None)


def in_order(
    items: Collection[ContentItem], used: Collection[str], group: str, day: date, *, asked: Sequence[str] = ()
) -> list[ContentItem]:
    """What the group may read that day, the best first: what the day is for, what people ask about, then in turn.

    ``used``: ids that rest; ``asked``: topics, most asked first. Every group has an order of its own, fixed by a
    checksum, and moves on one place a day: neighbouring groups differ, subjects mix, and the same question always has
    the same answer.
    """
    order = sorted(items, key=lambda item: (crc32(f"{group}/{item.id}".encode()), item.id))
    start = day.toordinal() % len(order) if order else 0
    turn = [item for item in order[start:] + order[:start] if item.id not in used and fits(item, day)]
    return sorted(turn, key=lambda item: (not is_for(item, day), _rank(item, asked)))


def _rank(item: ContentItem, asked: Sequence[str]) -> int:
    """How soon an item's topics come among those asked about; behind all of them if nobody asks."""
    return min((asked.index(topic) for topic in item.topics if topic in asked), default=len(asked))


def question(
    item: ContentItem, others: Sequence[str], village: str, day: date, office: Office
) -> tuple[str, tuple[str, ...]]:
    """The question about a village's item of a day with its numbered choices, and the sentences these stand for.

    ``others``: ids of what may be shown instead, the next one first.
    """
    said = {"village": village, "day": day.isoformat()}
    options = [(office.say("content.choice_post"), office.say("content.sentence_post", item=item.id, **said))]
    if others:
        sentence = office.say("content.sentence_other", items=" ".join(others), **said)
        options.append((office.say("content.choice_other"), sentence))
    options.append((office.say("content.choice_none"), office.say("content.sentence_none", **said)))
    text = office.say(
        "content.confirm",
        day=say_day(day, office),
        item=say_item(item, office),
        choices=numbered(office, [label for label, _ in options]),
    )
    return text, tuple(sentence for _, sentence in options)
