"""Door 2: a job that fails is tried again and stops no other; a changed schedule leaves nothing behind."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from shutil import copy

import pytest_asyncio

from bot.domain.content import ContentItem
from bot.domain.messages import OutKind
from bot.domain.outcome import Job, Slot
from bot.domain.own_content import Posted
from bot.domain.silence import Senses
from bot.office import Office
from bot.patrol.content_facts import ContentJobs
from bot.patrol.runner import Runner
from bot.ports import StoreUnavailable
from bot.store import SqlStore, open_store
from tests.world import at

MORNING = at("2026-03-06 08:00")
NOTICE = at("2026-03-06 08:30")
SENSES = {"practice": Senses(hears_all=True, echoes_own=True, shows_sent=True)}


class Moody(SqlStore):
    """A store that cannot say what was posted to one group."""

    ails: str | None = "g-lw1"
    away = False
    asked: Sequence[tuple[str, ...]] = ()
    """For which groups at once it was asked what was posted to them."""

    async def content_posted(self, groups: Sequence[str], *, since: datetime) -> tuple[Posted, ...]:
        """As the store, or not."""
        self.asked = (*self.asked, tuple(groups))
        if self.away:
            message = "数据库不在"
            raise StoreUnavailable(message)
        if self.ails in groups:
            message = "cannot read the library"
            raise RuntimeError(message)
        return await super().content_posted(groups, since=since)


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Moody]:
    copy(empty_database, tmp_path / "patrol.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'patrol.db'}", durable=False)
    yield Moody(opened.database)
    await opened.close()


def runner(store: SqlStore, office: Office) -> Runner:
    return Runner(store=store, office=office, senses=SENSES)


async def written(store: SqlStore, kind: OutKind) -> int:
    return len([sent for sent in await store.all_sent() if sent.outgoing.kind is kind])


async def test_a_failing_job_is_tried_again_and_the_others_run(store: Moody, office: Office) -> None:
    schedule = runner(store, office)
    await schedule.prepare(now=MORNING)
    ten = at("2026-03-06 10:00")
    assert await schedule.run_due(now=ten)
    ran = {(slot.job, slot.scope): slot.at for slot in await store.pending_slots()}
    assert ran[Job.DAILY_CONTENT, "g-lw1"] == ten
    assert ran[Job.DAILY_CONTENT, "g-qs1"] == ten + timedelta(days=1)
    assert [trouble.subject for trouble in await store.troubles(since=MORNING)] == ["daily_content/g-lw1"]
    assert not await schedule.run_due(now=ten + timedelta(minutes=4))
    store.ails = None
    assert await schedule.run_due(now=ten + timedelta(minutes=5))
    ran = {(slot.job, slot.scope): slot.at for slot in await store.pending_slots()}
    assert ran[Job.DAILY_CONTENT, "g-lw1"] == ten + timedelta(days=1)


async def test_at_ten_the_store_is_asked_for_all_groups_together(store: Moody, office: Office) -> None:
    store.ails = None
    names = ("防骗", "秸秆", "医保", "防溺水", "用电")
    items = [ContentItem(id=one, title=one, text="。", source="镇里", dated=date(2026, 1, 1)) for one in names]
    office = replace(office, content=tuple(items))
    schedule = runner(store, office)
    await schedule.prepare(now=MORNING)
    assert await schedule.run_due(now=at("2026-03-06 10:00"))
    assert [sorted(groups) for groups in store.asked] == [sorted(office.org.groups)]
    together = {sent.outgoing.dedupe_key: sent.outgoing.text for sent in await store.all_sent()}
    for group in office.org.groups:
        alone = await ContentJobs(store=store, office=office, senses=SENSES).item(
            Slot(at=at("2026-03-06 10:00"), job=Job.DAILY_CONTENT, scope=group), at("2026-03-06 10:00")
        )
        assert [(sent.dedupe_key, sent.text) for sent in alone.sends] == [
            (sent.dedupe_key, together[sent.dedupe_key]) for sent in alone.sends
        ]
    assert await written(store, OutKind.CONTENT) == len(office.org.groups) > 1


async def test_a_decision_that_is_made_again_looks_again(store: Moody, office: Office) -> None:
    store.ails = None
    jobs = ContentJobs(store=store, office=office, senses=SENSES)
    ten = at("2026-03-06 10:00")
    slots = [Slot(at=ten, job=Job.DAILY_CONTENT, scope=group) for group in office.org.groups]
    jobs.expect(slots)
    for slot in (*slots, slots[0]):
        await jobs.item(slot, ten)
    assert store.asked == (tuple(office.org.groups), (slots[0].scope,))


async def test_a_database_that_is_away_fails_no_job(store: Moody, office: Office) -> None:
    store.ails = None
    schedule = runner(store, office)
    await schedule.prepare(now=MORNING)
    store.away = True
    try:
        await schedule.run_due(now=at("2026-03-06 10:00"))
    except StoreUnavailable:
        store.away = False
    assert not store.away
    assert await store.troubles(since=MORNING) == ()
    assert await schedule.run_due(now=at("2026-03-06 10:00"))


async def test_every_slot_runs_once_however_often_it_is_prepared(store: Moody, office: Office) -> None:
    for _ in range(3):
        schedule = runner(store, office)
        await schedule.prepare(now=MORNING)
        while await schedule.run_due(now=NOTICE):
            pass
    assert await written(store, OutKind.DUTY) == 3
    later = runner(store, office)
    await later.prepare(now=NOTICE + timedelta(minutes=1))
    while await later.run_due(now=NOTICE + timedelta(minutes=1)):
        pass
    assert await written(store, OutKind.DUTY) == 3


async def test_another_hour_in_the_schedule_drops_the_old_slots(store: Moody, office: Office) -> None:
    await runner(store, office).prepare(now=MORNING)
    nine = office.rules.schedule.model_copy(update={"duty_notice": time(9, 0)})
    moved = replace(office, rules=office.rules.model_copy(update={"schedule": nine}))
    await runner(store, moved).prepare(now=MORNING)
    slots = [slot for slot in await store.pending_slots() if slot.job is Job.DUTY_NOTICE]
    assert {slot.at for slot in slots} == {at("2026-03-06 09:00")}
    assert len(slots) == len(office.org.groups)


async def test_a_group_that_was_taken_out_is_forgotten(store: Moody, office: Office) -> None:
    await store.add_slots([Slot(at=NOTICE, job=Job.DUTY_NOTICE, scope="g-gone")])
    await runner(store, office).prepare(now=MORNING)
    assert "g-gone" not in {slot.scope for slot in await store.pending_slots()}


async def test_a_slot_about_a_ticket_that_never_was_ends_quietly(store: Moody, office: Office) -> None:
    for job in (Job.REMINDER, Job.OVERDUE, Job.ESCALATION, Job.RATING):
        await store.add_slots([Slot(at=MORNING, job=job, scope="v-qs-2026-99")])
    await store.add_slots(
        [Slot(at=MORNING, job=Job.PAGE, scope="p-left"), Slot(at=MORNING, job=Job.RECEIPT, scope="?")]
    )
    assert await runner(store, office).run_due(now=MORNING)
    assert await store.pending_slots() == ()
    assert await store.troubles(since=MORNING) == ()
    assert await store.all_sent() == ()


async def test_the_digest_on_demand_goes_to_the_asker_alone(store: Moody, office: Office) -> None:
    await store.add_slots([Slot(at=MORNING, job=Job.PAGE, scope="p-ji")])
    await runner(store, office).run_due(now=MORNING)
    (sent,) = await store.all_sent()
    assert sent.outgoing.kind is OutKind.DIGEST
    assert "青石镇" in sent.outgoing.text


async def test_after_days_asleep_every_missed_run_is_recorded_and_todays_is_made(store: Moody, office: Office) -> None:
    store.ails = None
    await runner(store, office).prepare(now=MORNING)
    awake = MORNING + timedelta(days=4, hours=10)
    schedule = runner(store, office)
    while await schedule.run_due(now=awake):
        pass
    troubles = await store.troubles(since=MORNING)
    missed = sorted(trouble.at for trouble in troubles if trouble.subject == "digest/t-qs")
    five = at("2026-03-06 17:00")
    assert missed == [five + timedelta(days=number) for number in range(4)]
    (following,) = [slot for slot in await store.pending_slots() if (slot.job, slot.scope) == (Job.DIGEST, "t-qs")]
    assert following.at == five + timedelta(days=5), "the fifth day's was made, though late"


async def test_after_a_long_sleep_a_month_of_missed_runs_is_recorded_and_no_more(store: Moody, office: Office) -> None:
    store.ails = None
    await runner(store, office).prepare(now=MORNING)
    schedule = runner(store, office)
    awake = MORNING + timedelta(days=400, hours=1)
    while await schedule.run_due(now=awake):
        pass
    missed = [one for one in await store.troubles(since=MORNING) if one.subject == "duty_notice/g-lw1"]
    assert len(missed) == 31
    (following,) = [
        slot for slot in await store.pending_slots() if (slot.job, slot.scope) == (Job.DUTY_NOTICE, "g-lw1")
    ]
    assert awake < following.at <= awake + timedelta(days=1)
