"""Door 2: what the schedule asks for. One row per job, scope and slot makes every run happen exactly once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import structlog
from apscheduler.triggers.base import BaseTrigger

from bot.domain.categories import Level
from bot.domain.messages import Recipient, ToGroup, ToPerson, recipient_key
from bot.domain.one_to_many import fate_keys
from bot.domain.org import Group
from bot.domain.outcome import Job, Outcome, Slot
from bot.domain.silence import Senses
from bot.domain.whereabouts import whereabouts
from bot.domain.workdays import local
from bot.office import Office
from bot.patrol import (
    calendar_change,
    called_off,
    clue_watch,
    consent,
    duty_corrected,
    duty_draft,
    duty_facts,
    duty_notice,
    escalation,
    first_word,
    gap,
    handover,
    hop,
    line,
    mailing,
    media,
    media_away,
    overdue,
    owners,
    pause,
    rating,
    receipt,
    reminder,
    secretary_card,
)
from bot.patrol.content_facts import ContentJobs
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.heat_facts import HeatJobs
from bot.patrol.page_facts import PageJobs
from bot.patrol.paper_facts import PaperJobs
from bot.patrol.recurring import next_after, triggers
from bot.patrol.review_facts import ReviewFacts
from bot.patrol.ticket_facts import TicketFacts
from bot.ports import Conflict, Store, StoreUnavailable
from bot.ports.press import Press
from bot.supervising import with_drafts

TicketJob = Callable[[TicketFacts, Slot, datetime, Office], Outcome]

_TICKET_JOBS: Mapping[Job, TicketJob] = {
    Job.REMINDER: reminder.decide,
    Job.OVERDUE: overdue.decide,
    Job.HOP: hop.decide,
    Job.PAUSE: pause.decide,
    Job.CONSENT: consent.decide,
    Job.ESCALATION: escalation.decide,
    Job.CALLED_OFF: called_off.decide,
    Job.FIRST_WORD: first_word.decide,
    Job.RATING: rating.decide,
}
_MISSED_AFTER = timedelta(days=1)
"""How late a recurring run may be before it is only recorded: nobody wants yesterday's duty notice."""
_STILL_WANTED = frozenset({Job.WORDS_AWAY, Job.MEDIA_AWAY})
"""Except what is not told to anybody: what should have been thrown away is thrown away, however late."""
_MOST_MISSED = 31
"""How many missed runs of one job are recorded one by one: after a longer sleep nobody counts the days."""
_WATCHED_FOR = timedelta(days=60)
"""How long an unread clue is looked for; long before, it has gone to the county."""
_MOST_ATTEMPTS = 5
"""How often a decision is made again on fresh facts because a worker has just changed the ticket."""
_FAILED_AGAIN_AFTER = timedelta(minutes=5)
"""How long a run that raised is left alone before it is tried again."""


class Runner:
    """Door 2. ``prepare`` once after a start, ``run_due`` whenever a slot is due."""

    def __init__(
        self, *, store: Store, office: Office, senses: Mapping[str, Senses], press: Press | None = None
    ) -> None:
        """Stand between the schedule and the decisions. ``senses``: what each running platform lets the bot hear.

        Without a ``press`` pages go as text alone.
        """
        self._store = store
        self._office = office
        self._senses = senses
        self._digests = DigestFacts(store=store, office=office, senses=senses)
        self._content = ContentJobs(store=store, office=office, senses=senses)
        self._reviews = ReviewFacts(store=store, office=office, digests=self._digests, press=press)
        self._pages = PageJobs(digests=self._digests, office=office, press=press)
        self._papers = PaperJobs(store=store, office=office, press=press)
        self._triggers: Mapping[tuple[Job, str], BaseTrigger] = triggers(office)
        self._log = structlog.get_logger("schedule")
        self._loaders: Mapping[Job, Callable[[Slot, datetime], Awaitable[Outcome]]] = {
            Job.DUTY_NOTICE: self._duty_notice,
            Job.DUTY_DRAFT: self._duty_draft,
            Job.DUTY_LATE: self._duty_draft,
            Job.DUTY_ABOVE: self._duty_draft,
            Job.DUTY_CORRECTED: self._duty_corrected,
            Job.SECRETARY_CARD: self._secretary_card,
            Job.DAILY_CONTENT: self._to_group,
            Job.CONTENT_AGAIN: self._to_group,
            Job.WELCOME: self._to_group,
            Job.MONTHLY_HINT: self._to_group,
            Job.CONTENT_FATE: self._of_content,
            Job.CONTENT_CONFIRM: self._of_content,
            Job.NICKNAMES: self._of_content,
            Job.WORDS_AWAY: self._of_content,
            Job.RECEIPT: self._receipt,
            Job.DIGEST: self._page,
            Job.PAGE: self._page,
            Job.INSPECT: self._page,
            Job.PAPER: self._paper,
            Job.CLUE_WATCH: self._clue_watch,
            Job.HANDOVER: self._handover,
            Job.HANDOVER_AGAIN: self._handover,
            Job.OWNERS: self._owners,
            Job.LINE: self._line,
            Job.HEAT: self._heat,
            Job.HEAT_CALM: self._heat,
            Job.MAILING: self._mailing,
            Job.MAILING_BACK: self._mailing,
            Job.GAP: self._gap,
            Job.MEDIA: self._media,
            Job.MEDIA_AWAY: self._media_away,
            Job.WEEKLY: self._look_back,
            Job.MONTHLY: self._look_back,
            Job.SLIP: self._look_back,
        }

    def stand_in(self, office: Office) -> None:
        """Decide under another roster from now on."""
        self._office = office
        self._digests = DigestFacts(store=self._store, office=office, senses=self._senses)
        self._content = ContentJobs(store=self._store, office=office, senses=self._senses)
        self._reviews = self._reviews.under(self._digests, office)
        self._pages = self._pages.under(self._digests, office)
        self._papers = self._papers.under(office)

    async def prepare(self, *, now: datetime) -> None:
        """Put the next slot of every recurring job into the store, and re-date tickets under a changed calendar.

        Slots that the schedule no longer knows (another time was configured) are dropped.
        """
        await self._remember_groups(local(now).date())
        last = await self._store.last_slots()
        pending = await self._store.pending_slots()
        waits: dict[tuple[Job, str], list[Slot]] = {}
        for slot in pending:
            waits.setdefault((slot.job, slot.scope), []).append(slot)
        stale: list[Slot] = []
        wanted: list[Slot] = []
        for (job, scope), trigger in self._triggers.items():
            waiting = waits.get((job, scope), [])
            wrong = [slot for slot in waiting if next_after(trigger, slot.at - timedelta(microseconds=1)) != slot.at]
            stale += wrong
            if len(waiting) > len(wrong):
                continue
            known = last.get((job, scope))
            since = now if known is None or known in wrong else known.at
            wanted.append(Slot(at=next_after(trigger, since), job=job, scope=scope))
        await self._store.add_slots(wanted)
        stale += [slot for slot in pending if slot.job in _RECURRING and (slot.job, slot.scope) not in self._triggers]
        await self._store.drop_slots(stale)
        villages = [unit.id for unit in self._office.org.units.values() if unit.level is Level.VILLAGE]
        threads = await self._store.threads(villages, since=now)
        handed_over = [thread.ticket.id for thread in threads if calendar_change.needs_history(thread)]
        histories = {ticket: await self._store.history(ticket) for ticket in handed_over}
        outcome = calendar_change.decide(threads, now, self._office, histories=histories)
        if outcome.changes:
            await self._store.commit(outcome, now=now)
            threads = await self._store.threads(villages, since=now)
        moved = owners.settle(threads, now, self._office)
        if moved.changes:
            await self._store.commit(moved, now=now)

    async def run_due(self, *, now: datetime) -> bool:
        """Run what is due; whether anything was. A run that fails is tried again later and blocks no other."""
        ran = False
        due = await self._store.due_slots(now)
        self._content.expect(slot for slot in due if slot.job in _ITEMS)
        for slot in due:
            ran = True
            if await self._missed(slot, now):
                continue
            try:
                await self._decide_and_commit(slot, now)
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one failing job must not stop the others
                cause = whereabouts(error)
                self._log.error("job_failed", job=slot.job, scope=slot.scope, cause=cause)
                await self._store.postpone(slot, cause, until=now + _FAILED_AGAIN_AFTER)
        return ran

    async def _decide_and_commit(self, slot: Slot, now: datetime) -> None:
        """Raises Conflict only if somebody else changed what it is about every time."""
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            outcome = await self._decide(slot, now) + Outcome(slots=self._following(slot, now))
            try:
                await self._store.commit(outcome, now=now, slot=slot)
            except Conflict:
                if attempt == _MOST_ATTEMPTS:
                    raise
            else:
                return

    async def _missed(self, slot: Slot, now: datetime) -> bool:
        """Whether a recurring run is more than a day late: recorded as missed, as are those after it that are as late.

        The schedule goes on with the first that is not: today's digest is still of use this evening.
        """
        trigger = self._triggers.get((slot.job, slot.scope))
        if trigger is None or now - slot.at < _MISSED_AFTER or slot.job in _STILL_WANTED:
            return False
        missed = [slot]
        following = replace(slot, at=next_after(trigger, slot.at))
        while now - following.at >= _MISSED_AFTER and len(missed) < _MOST_MISSED:
            missed.append(following)
            following = replace(slot, at=next_after(trigger, following.at))
        if len(missed) == _MOST_MISSED:
            following = replace(slot, at=next_after(trigger, now - _MISSED_AFTER))
        await self._store.add_slots([*missed, following])
        await self._store.miss_slots(missed, now=now)
        return True

    def _following(self, slot: Slot, now: datetime) -> tuple[Slot, ...]:
        trigger = self._triggers.get((slot.job, slot.scope))
        since = now if slot.job in _STILL_WANTED else slot.at
        return () if trigger is None else (Slot(at=next_after(trigger, since), job=slot.job, scope=slot.scope),)

    async def _decide(self, slot: Slot, now: datetime) -> Outcome:
        ticket_job = _TICKET_JOBS.get(slot.job)
        if ticket_job is not None:
            thread, history = await self._store.thread(slot.scope), await self._store.history(slot.scope)
            decided = ticket_job(TicketFacts(thread=thread, history=history), slot, now, self._office)
            return with_drafts(decided, now=now, office=self._office)
        return await self._loaders[slot.job](slot, now)

    async def _duty_notice(self, slot: Slot, now: datetime) -> Outcome:
        group = self._office.org.groups.get(slot.scope)
        senses = None if group is None else self._senses.get(group.platform)
        facts = duty_notice.Facts(hears_all=senses is not None and senses.hears_all)
        return _where_somebody_reads(duty_notice.decide(facts, slot, now, self._office), self._office)

    async def _duty_draft(self, slot: Slot, now: datetime) -> Outcome:
        day = local(slot.at).date()
        facts = duty_draft.Facts(unposted=await duty_facts.unposted(self._store, slot.scope, day, self._office))
        return duty_draft.decide(facts, slot, now, self._office)

    async def _duty_corrected(self, slot: Slot, now: datetime) -> Outcome:
        group = self._office.org.groups.get(slot.scope.partition("|")[0])
        if group is None:
            return Outcome()
        unposted = await duty_facts.unposted(self._store, group.village, local(slot.at).date(), self._office)
        return duty_corrected.decide(duty_corrected.Facts(unposted=unposted), slot, now, self._office)

    async def _secretary_card(self, slot: Slot, now: datetime) -> Outcome:
        day, village = local(slot.at).date(), slot.scope
        got = await self._store.slips([village], since=f"{day - timedelta(days=366):%Y-%m}")
        facts = secretary_card.Facts(
            threads=await self._store.threads([village], since=now),
            slips=[slip for slip in got if slip.unit == village],
            unposted=await duty_facts.unposted(self._store, village, day, self._office),
        )
        return secretary_card.decide(facts, slot, now, self._office)

    async def _to_group(self, slot: Slot, now: datetime) -> Outcome:
        """The daily item and other lines of nobody in particular."""
        jobs = self._content
        loaders = {Job.WELCOME: jobs.welcome, Job.MONTHLY_HINT: jobs.monthly}
        return _where_somebody_reads(await loaders.get(slot.job, jobs.item)(slot, now), self._office)

    async def _of_content(self, slot: Slot, now: datetime) -> Outcome:
        jobs = self._content
        loaders = {Job.CONTENT_FATE: jobs.fate, Job.CONTENT_CONFIRM: jobs.confirm, Job.NICKNAMES: jobs.nicknames}
        if slot.job is Job.WORDS_AWAY:
            return await jobs.words_away(slot, now)
        return await loaders[slot.job](slot, now)

    async def _receipt(self, slot: Slot, now: datetime) -> Outcome:
        group = self._office.org.groups.get(slot.scope)
        threads = () if group is None else await self._store.threads([group.village], since=now)
        return receipt.decide(receipt.Facts(threads=threads), slot, now, self._office)

    async def _page(self, slot: Slot, now: datetime) -> Outcome:
        return await self._pages.decide(slot, now)

    async def _paper(self, slot: Slot, now: datetime) -> Outcome:
        return await self._papers.decide(slot, now)

    async def _look_back(self, slot: Slot, now: datetime) -> Outcome:
        return await self._reviews.decide(slot, now)

    async def _handover(self, slot: Slot, now: datetime) -> Outcome:
        village = slot.scope.partition("/")[0]
        facts = handover.Facts(threads=await self._store.threads([village], since=now))
        decide = handover.decide if slot.job is Job.HANDOVER else handover.decide_again
        return decide(facts, slot, now, self._office)

    async def _owners(self, slot: Slot, now: datetime) -> Outcome:
        villages = [unit.id for unit in self._office.org.villages_of(slot.scope)]
        facts = owners.Facts(threads=await self._store.threads(villages, since=now))
        return owners.decide(facts, slot, now, self._office)

    async def _line(self, slot: Slot, now: datetime) -> Outcome:
        return line.decide(line.Facts(lines=await self._store.line_states()), slot, now, self._office)

    async def _mailing(self, slot: Slot, now: datetime) -> Outcome:
        unit, number, *rest = slot.scope.split(":")
        steps = await self._store.mailing_steps(unit, int(number))
        fates = await self._store.mail_fates(fate_keys(steps))
        facts = mailing.Facts(steps=steps, fates=fates, asked_by=rest[0] if rest else None)
        decide = mailing.decide if slot.job is Job.MAILING else mailing.decide_back
        return decide(facts, slot, now, self._office)

    async def _heat(self, slot: Slot, now: datetime) -> Outcome:
        jobs = HeatJobs(store=self._store, office=self._office)
        return await (jobs.look if slot.job is Job.HEAT else jobs.calm)(slot, now)

    async def _gap(self, slot: Slot, now: datetime) -> Outcome:
        senses = self._senses.get(slot.scope.partition("/")[0])
        gaps = await self._store.gaps(since=now - gap.LOOKS_BACK)
        facts = gap.Facts(gaps=gaps, hears_all=senses is not None and senses.hears_all)
        return gap.decide(facts, slot, now, self._office)

    async def _media(self, slot: Slot, now: datetime) -> Outcome:
        thread = await self._store.thread(slot.scope)
        found = await self._store.media_of_tickets([slot.scope])
        told = False
        if thread is not None:
            owner = recipient_key(ToPerson(person=thread.ticket.owner))
            sent = await self._store.sent_to(owner, since=thread.ticket.opened_at)
            told = any(one.outgoing.ticket == slot.scope for one in sent)
        facts = media.Facts(thread=thread, media=found.get(slot.scope, ()), told=told)
        return media.decide(facts, slot, now, self._office)

    async def _media_away(self, slot: Slot, now: datetime) -> Outcome:
        before = media_away.oldest_kept(now, self._office)
        stale = await self._store.stale_media(before=before, limit=media_away.MOST)
        return media_away.decide(media_away.Facts(stale=stale), slot, now, self._office)

    async def _clue_watch(self, slot: Slot, now: datetime) -> Outcome:
        cases = await self._store.cases(list(self._office.org.units), since=now - _WATCHED_FOR)
        return clue_watch.decide(clue_watch.Facts(cases=cases), slot, now, self._office)

    async def _remember_groups(self, today: date) -> None:
        """Keep since when each group is looked after: a group younger than the first grade is not judged (R36)."""
        await self._store.remember_new({f"group-since:{group}": today.isoformat() for group in self._office.org.groups})


_ITEMS = frozenset({Job.DAILY_CONTENT, Job.CONTENT_AGAIN})
_RECURRING = frozenset(
    {
        Job.DUTY_NOTICE,
        Job.DUTY_DRAFT,
        Job.SECRETARY_CARD,
        Job.DAILY_CONTENT,
        Job.CONTENT_CONFIRM,
        Job.MONTHLY_HINT,
        Job.NICKNAMES,
        Job.DIGEST,
        Job.CLUE_WATCH,
        Job.OWNERS,
        Job.HANDOVER,
        Job.MEDIA_AWAY,
        Job.WORDS_AWAY,
        Job.WEEKLY,
        Job.MONTHLY,
    }
)


def _where_somebody_reads(outcome: Outcome, office: Office) -> Outcome:
    """Without the posts to groups that are bound to no conversation yet: they would only pile up as failures."""
    groups = office.org.groups
    return replace(outcome, sends=tuple(sent for sent in outcome.sends if not _is_unbound(sent.to, groups)))


def _is_unbound(to: Recipient, groups: Mapping[str, Group]) -> bool:
    return isinstance(to, ToGroup) and to.group in groups and not groups[to.group].conversation
