"""What the inspector's page knows besides tickets: who cannot answer for what he holds, and what officers were sent."""

from dataclasses import replace

from bot.domain.digest import DayLoad
from bot.domain.org import organisation
from bot.engine import senses_of
from bot.patrol.digest_facts import DigestFacts
from tests.flow.village import Village
from tests.world import OFFICERS, at

FRIDAY = "2026-03-06 17:00"


async def digest_of(village: Village) -> str:
    """The page that the inspector got at 17:00."""
    await village.until(FRIDAY)
    return next(text for text in await village.told("周明礼") if "【巡群日报】" in text)


async def test_tickets_that_nobody_can_take_over_stand_on_the_page_until_somebody_can(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=1)
    assert "还没有人接手" not in await digest_of(village)
    county = village.settings.county
    nobody = [replace(person, accounts=()) for person in county.people.values()]
    silent = replace(village.settings, county=organisation(county.units.values(), county.groups.values(), nobody))
    await village.restarts(settings=silent)
    senses = senses_of(village.platforms())
    office = replace(village.office, running=frozenset({"practice"}))
    facts = await DigestFacts(store=village.store, office=office, senses=senses).load("qinghe", at=village.now)
    (vacancy,) = facts.vacancies
    assert (vacancy.village, vacancy.person, vacancy.why) == ("liuwan", OFFICERS["李青山"], "unreachable")
    assert vacancy.tickets == ("liuwan-2026-1",)


async def test_what_officers_got_is_counted_by_day_a_bundle_as_one(village: Village) -> None:
    for matter in ("二组路灯又不亮了", "请问医保缴费截止到哪天", "四组的水管爆了，水流了一路"):
        await village.says("阿珍", matter, after=240)
    await village.wait(minutes=15)
    senses = senses_of(village.platforms())
    facts = await DigestFacts(store=village.store, office=village.office, senses=senses).load("qinghe", at=village.now)
    assert facts.loads == (DayLoad(day=at(FRIDAY).date(), messages=2, most=2),)
    assert "小微主动发的消息，一个人一天最多" in await digest_of(village)


async def test_an_officer_who_writes_about_a_merged_ticket_is_told_so(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=1)
    await village.says("六叔", "四组的水管爆了，水流了一路")
    await village.wait(minutes=1)
    await village.officer("2 合并 1")
    assert "2号现在是“已合并”" in await village.officer("2 办结 已换灯泡,今晚亮")
