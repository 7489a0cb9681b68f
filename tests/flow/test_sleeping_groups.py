"""Stories of groups that sleep, and of groups that the bot cannot hear: the one is never taken for the other (R36)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.domain.messages import OutKind
from bot.domain.org import Organisation
from bot.domain.patrol_sheet import PatrolFacts
from bot.domain.silence import Silence
from bot.domain.zombie import Wake, Waking, Zero
from bot.engine import senses_of
from bot.handlers.judge import Judge
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.groups_facts import GroupFacts
from bot.platforms.practice import PracticePlatform
from bot.ports.platform import Capabilities, Gap, Parcel, Platform
from bot.settings import Settings
from tests.flow.village import Village
from tests.world import GROUP, at

WECHAT = "wechat"
ACCOUNTS = "现将柳湾村2月份财务收支情况公示如下：收入12000元，支出8600元，结余3400元。"


class Echoing(PracticePlatform):
    """A platform that hears everything and gives posts back; while ``deaf`` neither comes through."""

    def __init__(self) -> None:
        super().__init__(WECHAT)
        self.deaf = False
        self.echoes: list[str] = []

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(hears_all=True, echoes_own=True)

    async def send(self, parcel: Parcel) -> str:
        if not self.deaf:
            self.echoes.append(parcel.id)
        return f"wx-{parcel.id}"


class Listening(Village):
    """柳湾村 with its first group on WeChat. Every day at noon what came back is on record."""

    wechat: Echoing

    def platforms(self) -> Mapping[str, Platform]:
        return {"practice": PracticePlatform(), WECHAT: self.wechat}

    async def opens(self) -> None:
        self.wechat = Echoing()
        await super().opens()

    async def lives(self, days: int, *, talking: bool, deaf: bool = False) -> None:
        """So many days go by until five in the afternoon, with a villager's word each noon or without."""
        self.wechat.deaf = deaf
        for _ in range(days):
            noon = (self.now + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
            await self.until(f"{noon:%Y-%m-%d %H:%M}")
            if talking and not deaf:
                await self.says("阿珍", "今天天气不错")
            if self.wechat.echoes:
                await self.store.echoed(GROUP, at=self.now)
                self.wechat.echoes.clear()
            await self.until(f"{noon:%Y-%m-%d} 17:05")

    async def row(self, group: str = GROUP) -> PatrolFacts:
        """How a group stands on the sheet now."""
        facts = GroupFacts(store=self.store, office=self.office, senses=senses_of(self.platforms()))
        found = (await facts.sheet("qinghe", at=self.now)).of(group)
        assert found is not None
        return found


def on_wechat(settings: Settings) -> Settings:
    """The demo county with no group but 柳湾村's first one, which is on WeChat."""
    org = settings.county
    group = replace(org.groups[GROUP], platform=WECHAT, conversation="room-1")
    county = Organisation(units=org.units, groups={GROUP: group}, people=org.people)
    return replace(settings, county=county)


@pytest_asyncio.fixture
async def listening(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[Listening]:
    village = await Listening.wakes(
        folder=tmp_path, empty=empty_database, settings=on_wechat(settings), judge=judge, begins="2026-03-01 17:05"
    )
    assert isinstance(village, Listening)
    yield village
    await village.closes()


async def test_a_group_that_is_heard_and_says_nothing_for_three_days_is_silent(listening: Listening) -> None:
    await listening.lives(4, talking=True)
    await listening.lives(3, talking=False)
    row = await listening.row()
    assert (row.judgement.silence, row.judgement.days, row.judgement.unheard) == (Silence.YELLOW, 3, 0)
    assert row.wake == (Wake(by=Waking.VISIT),)


async def test_two_days_of_an_adapter_that_hears_nothing_and_says_nothing_of_it(listening: Listening) -> None:
    await listening.lives(4, talking=True)
    for _ in range(2):
        await listening.lives(1, talking=True, deaf=True)
        row = await listening.row()
        assert not row.judgement.silence.is_silent
        assert row.zeros == ()
    await listening.lives(1, talking=False)
    row = await listening.row()
    assert (row.judgement.silence, row.judgement.days, row.judgement.unheard) == (Silence.LIVELY, 1, 2)
    assert (row.zeros, row.wake) == ((), ())


async def test_a_deaf_adapter_is_told_as_not_heard_with_the_last_proof(listening: Listening) -> None:
    await listening.lives(4, talking=True)
    await listening.lives(3, talking=True, deaf=True)
    row = await listening.row()
    assert row.judgement.silence is Silence.UNHEARD
    assert row.judgement.proof_at == at("2026-03-05 12:00:05")
    assert row.zeros == ()


async def test_two_days_of_a_broken_line(listening: Listening) -> None:
    await listening.lives(4, talking=True)
    since = listening.now
    await listening.lives(2, talking=True, deaf=True)
    await listening.store.add_gap(
        Gap(platform=WECHAT, account="wx-bot", since=since, until=listening.now, why="网关重启")
    )
    assert (await listening.row()).gap_minutes == 17 * 60 + 5
    await listening.lives(2, talking=False)
    row = await listening.row()
    assert (row.judgement.silence, row.judgement.days, row.judgement.unheard) == (Silence.LIVELY, 2, 2)
    assert (row.zeros, row.gap_minutes) == ((), 0)


async def test_no_digest_of_these_days_calls_the_deaf_group_silent(listening: Listening) -> None:
    await listening.lives(2, talking=True)
    await listening.lives(2, talking=True, deaf=True)
    await listening.lives(2, talking=False)
    pages = await listening.told("周明礼", OutKind.DIGEST)
    assert len([page for page in pages if "【巡群日报】" in page]) >= 5
    silent = [
        line for page in pages for line in page.splitlines() if "柳湾村村民群①" in line and "没有村民说话" in line
    ]
    assert silent == []


@pytest_asyncio.fixture
async def hasty(tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge) -> AsyncIterator[Listening]:
    """The same county, where three days are enough for every zero."""
    limits = settings.rules.silence.model_copy(
        update={"yellow_days": 1, "orange_days": 2, "red_days": 3, "interaction_days": 3, "effect_days": 3}
    )
    rules = settings.rules.model_copy(update={"silence": limits})
    village = await Listening.wakes(
        folder=tmp_path,
        empty=empty_database,
        settings=replace(settings, rules=rules),
        judge=judge,
        begins="2026-03-01 17:05",
    )
    assert isinstance(village, Listening)
    yield village
    await village.closes()


async def test_a_group_in_which_nobody_answers_is_without_interaction_and_is_woken_by_an_answer(
    hasty: Listening,
) -> None:
    await hasty.lives(1, talking=True)
    await hasty.says("老杨", "二组路灯又不亮了")
    await hasty.lives(3, talking=True)
    row = await hasty.row()
    assert row.zeros == (Zero.INTERACTION, Zero.EFFECT)
    assert row.wake == (
        Wake(by=Waking.MATTER, ticket="liuwan-2026-1", number=1),
        Wake(by=Waking.VISIT),
    )
    assert (row.villager_messages, row.unanswered, row.bot_messages > 0) == (1, 1, True)


async def test_an_answer_and_a_publication_end_both_zeros(hasty: Listening) -> None:
    await hasty.lives(1, talking=True)
    await hasty.says("老杨", "二组路灯又不亮了")
    await hasty.lives(2, talking=True)
    asked = (await hasty.ticket(1)).links[0].message
    await hasty.says("李青山", "灯泡已经换好了，今晚就亮", quote=asked)
    await hasty.says("陈秀梅", ACCOUNTS)
    row = await hasty.row()
    assert row.zeros == ()
    assert (row.cadre_messages, row.published) == (2, 1)
    await hasty.lives(1, talking=True)
    assert (await hasty.row()).zeros == ()


async def test_a_group_without_a_word_is_without_messages_and_effect(hasty: Listening) -> None:
    await hasty.lives(4, talking=False)
    row = await hasty.row()
    assert (row.judgement.silence, row.zeros) == (Silence.RED, (Zero.MESSAGES, Zero.EFFECT))
    assert (row.duty_notice, row.daily_item, row.speakers) == (True, True, 0)


async def test_the_page_of_the_day_knows_what_was_said_and_asked_and_not_by_whom(hasty: Listening) -> None:
    await hasty.says("阿珍", "二组路灯又不亮了")
    await hasty.says("六叔", "路灯是该修了，晚上看不见")
    await hasty.says("老杨", "我们那边也黑")
    await hasty.wait(minutes=5)
    row = await hasty.row()
    assert (row.villager_messages, row.speakers, row.asked, row.answered) == (3, 3, 1, 0)
    assert row.judgement.silence is Silence.NEW
    digests = DigestFacts(store=hasty.store, office=hasty.office, senses=senses_of(hasty.platforms()))
    facts = await digests.load("qinghe", at=hasty.now)
    assert facts.patrol is not None
    assert facts.patrol.of(GROUP) == row
    assert "u-" not in repr(facts.patrol)
