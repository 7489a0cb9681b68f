"""What an adapter is told of a conversation that was held before its process ran."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.building import build_office
from bot.clock import SetClock
from bot.domain.messages import Kind, Message, Outgoing, OutKind, ToPerson
from bot.phrasing import say_bundle
from bot.ports import SendState, Sent, StoreUnavailable
from bot.remembering import LOOKS_BACK, Memory
from bot.settings import Settings

NOON = datetime.fromisoformat("2026-03-06T12:00:00+08:00")


@dataclass
class Kept:
    """A store with one private conversation, or one that is away."""

    heard: tuple[Message, ...] = ()
    sent: tuple[Sent, ...] = ()
    away: bool = False
    asked: tuple[str, ...] = ()

    async def recent(
        self, conversation: str, *, since: datetime, before_seq: int, most: int | None = None
    ) -> tuple[Message, ...]:
        if self.away:
            raise StoreUnavailable("数据库不在")
        self.asked += (conversation,)
        return tuple(one for one in self.heard if one.received_at >= since and one.seq < before_seq)[-(most or 0) :]

    async def sent_to_any(self, recipient_keys: Sequence[str], *, since: datetime) -> tuple[Sent, ...]:
        self.asked += tuple(recipient_keys)
        return tuple(one for one in self.sent if one.sent_at is not None and one.sent_at >= since)


def heard(seq: int, text: str, at: datetime) -> Message:
    return Message(
        seq=seq,
        platform="practice",
        id=f"m{seq}",
        conversation="account:practice/u-lqs",
        group=None,
        sender="u-lqs",
        name="李青山",
        kind=Kind.TEXT,
        text=text,
        at=at,
        received_at=at,
    )


def sent(id_: str, text: str, at: datetime, *, platform: str = "practice", platform_id: str | None = "p1") -> Sent:
    outgoing = Outgoing(to=ToPerson(person="p-lqs"), kind=OutKind.PROMPT, text=text, dedupe_key=id_)
    return Sent(
        id=id_,
        outgoing=outgoing,
        state=SendState.SENT,
        created_at=at,
        sent_at=at,
        platform=platform,
        platform_id=platform_id,
    )


def memory(settings: Settings, kept: Kept) -> Memory:
    office = build_office(settings)
    return Memory(store=kept, office=lambda: office, clock=SetClock(NOON))


async def test_both_sides_are_told_by_time_and_a_bundle_is_the_one_message_that_it_was(settings: Settings) -> None:
    early, late = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
    kept = Kept(
        heard=(heard(1, "还有哪些", NOON - timedelta(hours=3)), heard(2, "知道了", late)),
        sent=(sent("b1", "甲", early), sent("b2", "乙", early)),
    )
    told = await memory(settings, kept).said_before("practice", "u-lqs", private=True)
    bundle = say_bundle(["甲", "乙"], build_office(settings))
    assert [(one.id, one.name, one.text) for one in told] == [
        ("m1", "李青山", "还有哪些"),
        ("p1", "", bundle),
        ("m2", "李青山", "知道了"),
    ]
    assert set(kept.asked) == {"account:practice/u-lqs", "person:p-lqs"}


async def test_what_is_too_old_or_went_elsewhere_or_has_no_id_is_not_told(settings: Settings) -> None:
    kept = Kept(
        heard=(heard(1, "去年的话", NOON - LOOKS_BACK - timedelta(days=1)),),
        sent=(
            sent("b1", "别处说的", NOON, platform="dingtalk"),
            sent("b2", "没有编号", NOON, platform_id=None),
        ),
    )
    assert await memory(settings, kept).said_before("practice", "u-lqs", private=True) == []


async def test_a_group_is_known_by_our_id_and_an_unknown_room_by_its_own(settings: Settings) -> None:
    group = next(group for group in settings.county.groups.values() if group.conversation)
    kept = Kept()
    remembers = memory(settings, kept)
    await remembers.said_before(group.platform, group.conversation or "", private=False)
    await remembers.said_before("practice", "nobody-knows-it", private=False)
    assert kept.asked[:2] == (f"group:{group.id}", f"group:{group.id}")
    assert kept.asked[2].endswith("practice/nobody-knows-it")


async def test_while_the_database_is_away_nothing_is_told(settings: Settings) -> None:
    assert await memory(settings, Kept(away=True)).said_before("practice", "u-lqs", private=True) == ()
