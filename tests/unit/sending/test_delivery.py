"""Mail leaves in order and at its pace; what fails is tried again, given up on record, or found out."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copy

import pytest
import pytest_asyncio

from bot.domain.burden import midnight
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.outcome import Outcome
from bot.domain.rules import Delivery as DeliveryRules
from bot.domain.workdays import local
from bot.office import Office
from bot.ports import SendState
from bot.ports.platform import Capabilities, FailureKind, Parcel, Platform, SendFailed
from bot.sending.delivery import ASKED_AGAIN_AFTER, FOUND_OUT_WITHIN, NOT_KNOWN, NOWHERE, Delivery, retry_after
from bot.store import SqlStore, open_store
from bot.wording import Wording
from tests.world import at

NINE = at("2026-03-06 09:00")
GROUP, OTHER = ToGroup(group="g-lw1"), ToGroup(group="g-sp1")


class WeatherBeaten:
    """A platform whose sends fail as told, one after the other, and that may or may not echo."""

    def __init__(self, *troubles: Exception | None, pause: float = 0.0) -> None:
        self.troubles = list(troubles)
        self.sent: list[str] = []
        self.echo: bool | None = None
        self.asked = 0
        self._pause = pause

    @property
    def name(self) -> str:
        """Stands in for the practice platform."""
        return "practice"

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(hears_all=True, echoes_own=True, pause_seconds=self._pause)

    async def send(self, parcel: Parcel) -> str:
        """Send, or fail as told."""
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble
        self.sent.append(f"{parcel.to}: {parcel.text}")
        return f"theirs-{parcel.id}"

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """What the echo says."""
        del parcel
        self.asked += 1
        return self.echo


def _is_a_platform(platform: WeatherBeaten) -> Platform:
    return platform


TEMPORARY = SendFailed(FailureKind.TEMPORARY, "busy")
PERMANENT = SendFailed(FailureKind.PERMANENT, "the group is gone")
UNKNOWN = SendFailed(FailureKind.UNKNOWN, "timeout")


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[SqlStore]:
    copy(empty_database, tmp_path / "mail.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'mail.db'}", durable=False)
    yield opened
    await opened.close()


class Post:
    """A store with mail in it and a delivery that carries it."""

    def __init__(self, store: SqlStore, office: Office, platform: WeatherBeaten) -> None:
        self.store = store
        self.platform = platform
        self.delivery = Delivery(store=store, office=office, platforms={"practice": platform})
        self._written = 0

    async def write(
        self,
        text: str,
        to: Recipient = GROUP,
        *,
        kind: OutKind = OutKind.NOTICE,
        answers: bool = False,
        choices: tuple[str, ...] = (),
        at: datetime = NINE,
    ) -> None:
        """Put a message into the outbox."""
        self._written += 1
        key = f"mail:{self._written}"
        send = Outgoing(to=to, kind=kind, text=text, dedupe_key=key, answers=answers, choices=choices)
        await self.store.commit(Outcome(sends=(send,)), now=at)

    async def drain(self, after: float = 0) -> None:
        """Carry until nothing is due at that moment."""
        while await self.delivery.drain(now=NINE + timedelta(seconds=after)):
            pass

    async def states(self) -> list[SendState]:
        """Where each message stands."""
        return [sent.state for sent in await self.store.all_sent()]

    async def errors(self) -> list[str]:
        """What was recorded."""
        return [sent.error for sent in await self.store.all_sent()]


async def test_mail_arrives_in_the_order_of_writing_for_each_reader(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    for number in range(3):
        await post.write(f"群{number}")
        await post.write(f"邻村{number}", OTHER)
    await post.drain()
    assert [text for text in post.platform.sent if text.startswith("g-lw1")] == [f"g-lw1: 群{n}" for n in range(3)]
    assert [text for text in post.platform.sent if text.startswith("g-sp1")] == [f"g-sp1: 邻村{n}" for n in range(3)]
    assert set(await post.states()) == {SendState.SENT}
    assert len(await store.sent_as("practice", "theirs-b1")) == 1


async def test_an_officer_and_a_villager_are_reached_by_their_accounts(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    await post.write("给干部", ToPerson(person="p-lqs"))
    await post.write("给村民", ToAccount(platform="practice", account="u-az"))
    await post.drain()
    assert post.platform.sent == ["u-lqs: 给干部", "u-az: 给村民"]


async def test_what_fails_for_a_while_is_tried_again_later_and_later(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten(TEMPORARY, TEMPORARY))
    await post.write("一")
    await post.write("二")
    await post.drain()
    assert post.platform.sent == []
    await post.drain(after=4.9)
    assert len(post.platform.troubles) == 1
    await post.drain(after=5)
    assert post.platform.troubles == []
    await post.drain(after=14.9)
    assert post.platform.sent == []
    await post.drain(after=15)
    assert post.platform.sent == ["g-lw1: 一", "g-lw1: 二"]


async def test_the_notice_of_a_morning_that_is_over_is_not_sent_any_more(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    await post.write("值班公告", kind=OutKind.DUTY)
    await post.write("每日一条", OTHER, kind=OutKind.CONTENT)
    await post.write("8号办结", kind=OutKind.RESULT)
    await post.drain(after=timedelta(days=2).total_seconds())
    assert post.platform.sent == ["g-lw1: 8号办结"]
    assert await post.states() == [SendState.FAILED, SendState.FAILED, SendState.SENT]
    assert set(await post.errors()) == {"等线路通了已经太晚，没有再发", ""}


async def test_the_notice_still_goes_within_the_morning(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    await post.write("值班公告", kind=OutKind.DUTY)
    await post.drain(after=timedelta(hours=2).total_seconds())
    assert post.platform.sent == ["g-lw1: 值班公告"]


async def test_it_is_given_up_after_the_configured_number_of_attempts_and_the_next_one_goes(
    store: SqlStore, office: Office
) -> None:
    attempts = office.rules.delivery.attempts
    post = Post(store, office, WeatherBeaten(*[TEMPORARY] * attempts))
    await post.write("一")
    await post.write("二")
    for second in range(0, 3000, 5):
        await post.delivery.drain(now=NINE + timedelta(seconds=second))
    assert await post.states() == [SendState.FAILED, SendState.SENT]
    assert (await store.all_sent())[0].attempts == attempts
    assert [trouble.kind for trouble in await store.troubles(since=NINE)] == ["send"]


async def test_what_can_never_arrive_is_given_up_at_once(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten(PERMANENT))
    await post.write("一")
    await post.write("二")
    await post.drain()
    assert await post.states() == [SendState.FAILED, SendState.SENT]
    assert (await post.errors())[0] == "the group is gone"


@pytest.mark.parametrize("trouble", [UNKNOWN, ConnectionResetError("the line broke")])
async def test_what_may_have_arrived_is_never_repeated_before_the_echo_has_spoken(
    store: SqlStore, office: Office, trouble: Exception
) -> None:
    post = Post(store, office, WeatherBeaten(trouble))
    await post.write("一")
    await post.write("二")
    await post.write("邻村", OTHER)
    await post.drain()
    assert post.platform.sent == ["g-sp1: 邻村"]
    assert await post.states() == [SendState.UNKNOWN, SendState.PENDING, SendState.SENT]
    assert await post.delivery.next_wake() == NINE + ASKED_AGAIN_AFTER
    post.platform.echo = True
    await post.drain(after=ASKED_AGAIN_AFTER.total_seconds())
    assert post.platform.sent == ["g-sp1: 邻村", "g-lw1: 二"]
    assert set(await post.states()) == {SendState.SENT}
    assert await post.delivery.next_wake() is None


async def test_what_certainly_did_not_arrive_is_sent_once_more(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten(UNKNOWN))
    await post.write("一")
    await post.drain()
    post.platform.echo = False
    await post.drain(after=ASKED_AGAIN_AFTER.total_seconds())
    assert post.platform.sent == ["g-lw1: 一"]


async def test_what_nobody_can_know_is_left_unrepeated_on_record_and_blocks_nobody_for_ever(
    store: SqlStore, office: Office
) -> None:
    post = Post(store, office, WeatherBeaten(UNKNOWN))
    await post.write("一")
    await post.write("二")
    await post.drain()
    for second in range(0, int(FOUND_OUT_WITHIN.total_seconds()) + 61, 10):
        await post.drain(after=second)
    assert post.platform.sent == ["g-lw1: 二"]
    assert await post.states() == [SendState.FAILED, SendState.SENT]
    assert (await post.errors())[0] == f"{NOT_KNOWN}（timeout）"
    assert post.platform.asked > 2


async def test_a_send_that_a_crash_interrupted_is_found_out_at_the_start(store: SqlStore, office: Office) -> None:
    before = Post(store, office, WeatherBeaten())
    await before.write("一")
    await store.claim_sends(NINE, limit=5)
    after = Post(store, office, WeatherBeaten())
    after.platform.echo = False
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert after.platform.sent == ["g-lw1: 一"]
    assert await after.states() == [SendState.SENT]
    assert [sent.attempts for sent in await store.all_sent()] == [1]  # as if the crash had never been


async def test_a_send_that_arrived_before_the_crash_is_not_repeated(store: SqlStore, office: Office) -> None:
    before = Post(store, office, WeatherBeaten())
    await before.write("一")
    await store.claim_sends(NINE, limit=5)
    after = Post(store, office, WeatherBeaten())
    after.platform.echo = True
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert after.platform.sent == []
    assert await after.states() == [SendState.SENT]


async def test_what_never_arrived_because_it_cannot_be_made_up_blocks_nobody(store: SqlStore, office: Office) -> None:
    post = Post(store, replace(office, wording=Wording({})), WeatherBeaten())
    await post.write("一", OFFICER)
    await post.write("二", OFFICER)  # two in one message need words between them
    await post.write("邻村", OTHER)
    await post.drain()
    assert post.platform.sent == ["g-sp1: 邻村"]
    assert await post.states() == [SendState.FAILED, SendState.FAILED, SendState.SENT]


@pytest.mark.parametrize(
    "to",
    [ToGroup(group="g-gone"), ToPerson(person="p-left"), ToAccount(platform="dingtalk", account="x")],
    ids=["a group that is gone", "somebody who has left", "a platform that does not run"],
)
async def test_who_cannot_be_reached_is_on_record_and_blocks_nobody(
    store: SqlStore, office: Office, to: Recipient
) -> None:
    post = Post(store, office, WeatherBeaten())
    await post.write("一", to)
    await post.write("二")
    await post.drain()
    assert await post.states() == [SendState.FAILED, SendState.SENT]
    assert (await post.errors())[0] == NOWHERE


def test_the_pauses_double_up_to_the_longest() -> None:
    rules = DeliveryRules(first_retry_seconds=5, longest_retry_seconds=60)
    assert [retry_after(attempt, rules) for attempt in range(1, 7)] == [5, 10, 20, 40, 60, 60]


OFFICER = ToPerson(person="p-lqs")
MINUTE = 60


async def test_what_an_officer_is_told_within_minutes_comes_as_one_message(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    for text in ("一", "二", "三"):
        await post.write(text, OFFICER)
    await post.drain()
    assert post.platform.sent == ["u-lqs: 一起说3件，回话请带上号：\n\n一\n———\n二\n———\n三"]
    await post.write("四", OFFICER)
    await post.write("五", OFFICER)
    await post.drain(after=9 * MINUTE)
    assert len(post.platform.sent) == 1
    assert await post.delivery.next_wake() == NINE + timedelta(minutes=10)
    await post.drain(after=10 * MINUTE)
    assert post.platform.sent[1:] == ["u-lqs: 一起说2件，回话请带上号：\n\n四\n———\n五"]
    assert set(await post.states()) == {SendState.SENT}
    assert [sent.outgoing.text for sent in await store.sent_as("practice", "theirs-b1")] == ["一", "二", "三"]
    paced = await store.paced(["person:p-lqs"], since=NINE)
    assert [message.at - NINE for message in paced["person:p-lqs"]] == [timedelta(0), timedelta(minutes=10)]


async def test_an_emergency_an_answer_and_a_question_wait_for_no_bundle(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten())
    await post.write("一", OFFICER)
    await post.drain()
    await post.write("二", OFFICER)
    await post.write("着火了", OFFICER, kind=OutKind.EMERGENCY)
    await post.write("好，办结", OFFICER, answers=True)
    await post.write("1 同意 2 不同意", OFFICER, choices=("12 同意", "12 不同意"))
    await post.drain(after=1)
    heard = [text.removeprefix("u-lqs: ") for text in post.platform.sent]
    assert heard == ["一", "着火了", "好，办结", "1 同意 2 不同意"]


async def test_a_bundle_whose_arrival_is_unknown_is_found_out_as_one(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten(UNKNOWN))
    await post.write("一", OFFICER)
    await post.write("二", OFFICER)
    await post.drain()
    assert await post.states() == [SendState.UNKNOWN, SendState.UNKNOWN]
    post.platform.echo = True
    await post.drain(after=ASKED_AGAIN_AFTER.total_seconds())
    assert post.platform.sent == []
    assert post.platform.asked == 1
    assert await post.states() == [SendState.SENT, SendState.SENT]


async def test_a_bundle_that_did_not_arrive_is_sent_again_with_what_came_since(store: SqlStore, office: Office) -> None:
    post = Post(store, office, WeatherBeaten(TEMPORARY))
    await post.write("一", OFFICER)
    await post.write("二", OFFICER)
    await post.drain()
    await post.write("三", OFFICER)
    await post.drain(after=1)
    assert post.platform.sent == []
    await post.drain(after=5)
    assert post.platform.sent == ["u-lqs: 一起说3件，回话请带上号：\n\n一\n———\n二\n———\n三"]


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_bundle_that_a_crash_interrupted_is_sent_exactly_once(
    store: SqlStore, office: Office, *, arrived: bool
) -> None:
    before = Post(store, office, WeatherBeaten())
    await before.write("一", OFFICER)
    await before.write("二", OFFICER)
    (first,) = await store.claim_sends(NINE, limit=5)
    assert len(await store.join_sends(first.id, NINE, limit=5)) == 2
    after = Post(store, office, WeatherBeaten())
    after.platform.echo = arrived
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert len(after.platform.sent) == (0 if arrived else 1)
    assert await after.states() == [SendState.SENT, SendState.SENT]
    assert [sent.attempts for sent in await store.all_sent()] == [1, 1]


async def test_a_busy_day_ends_with_one_bundle_at_five_and_the_rest_comes_in_the_morning(
    store: SqlStore, office: Office
) -> None:
    post = Post(store, office, WeatherBeaten())
    for minute in range(0, 13 * 60, 15):  # from nine in the morning to ten at night
        await post.write(f"{minute}", OFFICER, at=NINE + timedelta(minutes=minute))
        await post.drain(after=minute * MINUTE)
    while (wake := await post.delivery.next_wake()) is not None:
        await post.drain(after=(wake - NINE).total_seconds())
    most = office.rules.burden.most_per_day
    by_day: dict[str, list[str]] = {}
    for message in (await store.paced(["person:p-lqs"], since=NINE))["person:p-lqs"]:
        by_day.setdefault(f"{local(message.at):%m-%d}", []).append(f"{local(message.at):%H:%M}")
    assert len(by_day["03-06"]) == most
    assert by_day["03-06"][-1] == "17:00"
    assert by_day["03-07"][0] == "07:30"
    assert set(await post.states()) == {SendState.SENT}


async def test_a_heavy_month_stays_within_the_measure_of_every_day_and_loses_nothing(
    store: SqlStore, office: Office
) -> None:
    """Three officers, far more than a day allows at any hour; no emergency waits, nothing is lost."""
    post = Post(store, office, WeatherBeaten())
    chance = Random(20260301)  # noqa: S311 - a load, not a secret
    kinds = [OutKind.PROMPT, OutKind.QUESTION, OutKind.EMERGENCY]
    people = ["p-lqs", "p-cxm", "p-zcg"]
    for minute in sorted(chance.randrange(30 * 24 * 60) for _ in range(600)):
        while (wake := await post.delivery.next_wake()) is not None and wake <= NINE + timedelta(minutes=minute):
            await post.drain(after=(wake - NINE).total_seconds())
        kind = chance.choices(kinds, [35, 4, 1])[0]
        choices = ("12 同意", "12 不同意") if kind is OutKind.QUESTION else ()
        to, when = ToPerson(person=chance.choice(people)), NINE + timedelta(minutes=minute)
        await post.write(f"第{minute}分", to, kind=kind, choices=choices, at=when)
        await post.drain(after=minute * MINUTE)
    while (wake := await post.delivery.next_wake()) is not None:
        await post.drain(after=(wake - NINE).total_seconds())
    everything = await store.all_sent()
    assert {sent.state for sent in everything} == {SendState.SENT}
    assert all(sent.sent_at == sent.created_at for sent in everything if sent.outgoing.kind is OutKind.EMERGENCY)
    keys = [f"person:{person}" for person in people]
    for messages in (await store.paced(keys, since=NINE)).values():
        days = Counter(midnight(message.at) for message in messages)
        assert max(days.values()) <= office.rules.burden.most_per_day
        assert all(local(message.at).time() not in office.rules.quiet_hours for message in messages)
