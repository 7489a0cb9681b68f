"""Weeks later the words are gone, and the office goes on as before: nothing is taken twice, and nothing fails.

The terms are shortened, so that a month of nights says what a year would.
"""

from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.domain.content_rules import Privacy
from bot.domain.outcome import Job
from tests.flow.test_import_chat import EXPORT, imports
from tests.flow.village import Village
from tests.world import account, at


@pytest_asyncio.fixture
async def forgetful(village: Village) -> Village:
    """The village whose county keeps everything as short as it may."""
    short = Privacy(words_days=7, chat_days=4, names_days=15, schedule_days=60)
    rules = village.settings.rules.model_copy(update={"privacy": short})
    await village.restarts(settings=replace(village.settings, rules=rules))
    return village


async def test_a_month_of_nights_leaves_the_office_and_no_people(forgetful: Village, tmp_path: Path) -> None:
    village, export = forgetful, tmp_path / "群聊.txt"
    export.write_text(EXPORT, encoding="utf-8")
    assert "新收 5 条" in await imports(village, export)
    await village.says("桂婶", "三组的自来水从早上停到现在,没法做饭")
    await village.wait(minutes=3)
    await village.says("六叔", "我家也停水了")
    await village.says("桂婶", "今天的豆腐真嫩", after=900)
    await village.until("2026-03-09 09:00")
    await village.officer("1 办结 二组灯泡换好了,今晚亮")
    await village.officer("2 办结 医保缴到12月25日,村部能代缴")
    await village.officer("3 办结 水管修好了,三组已经来水")
    await village.until("2026-03-12 09:00")
    assert "豆腐" not in await village.group_chat(), "small talk is gone first"
    assert "停到现在" in await village.group_chat()
    await village.until("2026-03-19 09:00")
    assert "停到现在" not in "".join(line for line in (await village.group_chat()).splitlines() if "小微[" not in line)
    assert "新收 0 条，以前收过 5 条" in await imports(village, export), "it is not taken in a second time"
    await village.until("2026-03-27 09:00")
    await village.says("桂婶", "村口的垃圾桶满了好几天没人清,谁来管一下", after=60)
    await village.wait(minutes=3)
    await village.until("2026-04-12 09:00")
    tickets = {thread.ticket.number: thread for thread in await village.tickets()}
    assert sorted(tickets) == [1, 2, 3, 4]
    assert tickets[3].ticket.requester == "gone:1"
    assert len(tickets[3].others) == 1, "how many households it was is still known"
    assert "自来水" in tickets[3].ticket.text
    assert tickets[4].ticket.requester == account("桂婶"), "somebody still works on that one"
    rows = await village.everything()
    assert account("六叔") not in str([rows["tickets"], rows["ticket_links"], rows["outbox"]])
    assert await village.store.troubles(since=at("2026-03-06 00:00")) == ()
    assert "没解决" not in await village.officer("待办")


async def test_what_should_have_gone_while_the_bot_slept_goes_when_it_wakes(forgetful: Village) -> None:
    village = forgetful
    await village.says("桂婶", "今天的豆腐真嫩")
    await village.wait(minutes=3)
    await village.says("桂婶", "明天再来买")
    await village.until("2026-03-07 09:00")
    await village.closes()
    village.clock.set(at("2026-03-20 12:00"))
    await village.opens()
    await village.wait(minutes=2)
    assert (await village.everything())["inbox"] == []
    waiting = [slot.at for slot in await village.store.pending_slots() if slot.job is Job.WORDS_AWAY]
    assert waiting == [at("2026-03-21 03:40")], "once, and then the next night"
