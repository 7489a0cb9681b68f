"""The store as the rest of the bot sees it: every method one transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from bot.domain.burden import Paced
from bot.domain.clues import Case, Clue, ClueEvent
from bot.domain.duty import DutyRecord
from bot.domain.knowledge import KeptAnswer
from bot.domain.messages import Incoming, Message
from bot.domain.outcome import Job, Mark, Outcome, Slot
from bot.domain.tickets import Thread, TicketEvent
from bot.ports import GroupDay, Hearing, Line, SendState, Sent, StoreUnavailable, Trouble
from bot.ports.platform import NotAccepted
from bot.store import answers, claims, clues, duty, inbox, looking, outbox, tickets
from bot.store import commit as commits
from bot.store import slots as schedule
from bot.store.binding_records import BindingRecords
from bot.store.content import ContentRecords
from bot.store.engine import Database
from bot.store.gather import Gather
from bot.store.group_facts import GroupRecords
from bot.store.lines import LineRecords
from bot.store.mail import MailRecords
from bot.store.mailings import MailingRecords
from bot.store.media_records import MediaRecords
from bot.store.patrol_notes import PatrolNoteRecords
from bot.store.retention import RetentionRecords
from bot.store.slips import SlipRecords
from bot.store.standing import StandingRecords
from bot.store.surroundings import HearingRecords

_BATCH = 200
"""How many messages are accepted in one statement at most (SQLite allows 32766 values in one)."""


class SqlStore(
    LineRecords,
    BindingRecords,
    MailRecords,
    MediaRecords,
    SlipRecords,
    ContentRecords,
    MailingRecords,
    PatrolNoteRecords,
    GroupRecords,
    StandingRecords,
    RetentionRecords,
    HearingRecords,
):
    """``ports.hearing.HearingStore`` on SQLite or PostgreSQL.

    Every method may raise StoreUnavailable, ``accept`` NotAccepted. Times may be given in any zone and come back in
    UTC. It has no clock and draws no random ids: equal calls leave equal tables.
    """

    def __init__(self, database: Database, *, shared: bool = False) -> None:
        """Keep everything in this database; ``shared``: several processes take what waits from one another."""
        super().__init__()
        self.database = database
        self._shared = shared
        self.vault = database.vault
        self._accept = Gather[inbox.Arrival, bool](self._accept_together, most=_BATCH)

    async def close(self) -> None:
        """Close all connections; the store cannot be used afterwards."""
        await self.database.close()

    # The inbox

    async def accept(
        self,
        incoming: Incoming,
        *,
        conversation: str,
        group: str | None,
        by_cadre: bool,
        received_at: datetime,
        urgent: bool = False,
    ) -> bool:
        """Store a message durably and count it; False if it is known. Raises NotAccepted, in Chinese."""
        arrival = inbox.Arrival(
            incoming=incoming,
            conversation=conversation,
            group=group,
            by_cadre=by_cadre,
            received_at=received_at,
            urgent=urgent,
        )
        try:
            return await self._accept(arrival)
        except StoreUnavailable as error:
            raise NotAccepted(str(error)) from error

    async def _accept_together(self, arrivals: Sequence[inbox.Arrival]) -> Sequence[bool]:
        return await self.database.write(self._accepting(arrivals))

    def _accepting(self, arrivals: Sequence[inbox.Arrival]) -> Callable[[Connection], list[bool]]:
        def accept(connection: Connection) -> list[bool]:
            new = inbox.accept(connection, arrivals=arrivals)
            if self._shared:
                fresh = [arrival for arrival, is_new in zip(arrivals, new, strict=True) if is_new]
                claims.wake(connection, [(one.conversation, one.received_at, one.urgent) for one in fresh])
            return new

        return accept

    async def waiting(self) -> Mapping[str, datetime]:
        """Conversations with messages that are not handled, each with the arrival of its first."""
        return await self.database.read(inbox.waiting)

    async def crying(self) -> frozenset[str]:
        """Those of them in which something waits that may be a cry for help."""
        return await self.database.read(inbox.crying)

    async def calm(self, seqs: Sequence[int]) -> None:
        """Note that messages are no cry for help after all: they wait like others."""
        await self.database.write(partial(inbox.calm, seqs=seqs))

    async def recent(
        self, conversation: str, *, since: datetime, before_seq: int, most: int | None = None
    ) -> tuple[Message, ...]:
        """The last messages that arrived since then, with a lower order number, oldest first, handled or not."""
        return await self.database.read(
            partial(inbox.recent, conversation=conversation, since=since, before_seq=before_seq, most=most)
        )

    async def said(self, keys: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
        """These messages, by platform and id, in order of arrival; unknown ones are left out."""
        return await self.database.read(partial(inbox.said, keys=keys))

    async def fail(self, seqs: Sequence[int], cause: str, *, now: datetime) -> None:
        """Record that these messages could not be handled, and let those behind them pass."""
        await self.database.write(partial(inbox.fail, seqs=seqs, cause=cause, now=now))

    async def marked(self, group: str, marks: Sequence[Mark], *, since: datetime) -> tuple[Message, ...]:
        """Messages of a group with one of the marks, oldest first."""
        return await self.database.read(partial(inbox.marked, group=group, marks=marks, since=since))

    async def marked_anywhere(self, mark: Mark, *, since: datetime) -> Mapping[str, int]:
        """How many messages of each conversation bear a mark."""
        return await self.database.read(partial(inbox.marked_anywhere, mark=mark, since=since))

    # Tickets

    async def next_numbers(self, villages: Sequence[str], year: int) -> Mapping[str, int]:
        """The number that the next ticket of each village in that year will have."""
        return await self.database.read(partial(tickets.next_numbers, villages=villages, year=year))

    async def threads(self, villages: Sequence[str], *, since: datetime) -> tuple[Thread, ...]:
        """Live tickets of the villages, and ended ones with activity since then; by village and number."""
        return await self.database.read(partial(tickets.threads, villages=villages, since=since))

    async def held_by(self, unit: str, villages: Sequence[str]) -> tuple[str, ...]:
        """Ids of the live tickets of these villages that the unit holds, in no order."""
        return await self.database.read(partial(tickets.held_by, unit=unit, villages=villages))

    async def thread(self, ticket: str) -> Thread | None:
        """One ticket by its id."""
        return await self.database.read(partial(tickets.thread, ticket=ticket))

    async def linked(self, platform: str, message: str) -> Thread | None:
        """The ticket that a chat message belongs to: the one it opened, or else the one it joined last."""
        return await self.database.read(partial(tickets.linked, platform=platform, message=message))

    async def home(self, platform: str, account: str) -> str | None:
        """Our id of the group in which the account last spoke."""
        return await self.database.read(partial(inbox.home, platform=platform, account=account))

    async def village_asked_for(self, platform: str, account: str) -> str | None:
        """The village of the newest ticket that the account raised."""
        return await self.database.read(partial(tickets.village_asked_for, platform=platform, account=account))

    async def history(self, ticket: str) -> tuple[TicketEvent, ...]:
        """The events of a ticket, oldest first."""
        return await self.database.read(partial(tickets.history, ticket=ticket))

    async def all_threads(self) -> tuple[Thread, ...]:
        """Every ticket, by village, year and number."""
        return await self.database.read(tickets.all_threads)

    async def clues(self, villages: Sequence[str], *, since: datetime) -> tuple[Clue, ...]:
        """Clues of these villages said since then. Callers have checked the reader's role (R50)."""
        return await self.database.read(partial(clues.clues, villages=villages, since=since))

    async def cases(self, villages: Sequence[str], *, since: datetime, checker: str | None = None) -> tuple[Case, ...]:
        """Cases of these villages, and those given to ``checker``, received since then, the newest first.

        Callers have checked the reader's role, and log that somebody reads (R50).
        """
        return await self.database.read(partial(clues.cases, villages=villages, since=since, checker=checker))

    async def case_history(self, code: str) -> tuple[ClueEvent, ...]:
        """Everything that happened to a case, every look at it included, oldest first."""
        return await self.database.read(partial(clues.history, code=code))

    # Door 2

    async def due_slots(self, now: datetime) -> tuple[Slot, ...]:
        """Slots that are due and neither done nor missed, oldest first."""
        return await self.database.read(partial(schedule.due_slots, now=now))

    async def last_slots(self) -> Mapping[tuple[str, str], Slot]:
        """The latest slot known of each (job, scope), whatever became of it."""
        return await self.database.read(schedule.last_slots)

    async def add_slots(self, slots: Sequence[Slot]) -> None:
        """Schedule; slots already known are left alone."""
        await self.database.write(partial(schedule.add_slots, slots=slots))

    async def drop_slots(self, slots: Sequence[Slot]) -> None:
        """Forget slots that are not done."""
        await self.database.write(partial(schedule.drop_slots, slots=slots))

    async def miss_slots(self, slots: Sequence[Slot], *, now: datetime) -> None:
        """Record that pending slots were noticed too late to be run."""
        await self.database.write(partial(schedule.miss_slots, slots=slots, now=now))

    async def pending_slots(self, *, job: Job | None = None) -> tuple[Slot, ...]:
        """All slots not done, or those of a job, oldest first."""
        return await self.database.read(partial(schedule.pending_slots, job=job))

    async def slots_of(self, job: Job, *, since: datetime) -> tuple[Slot, ...]:
        """The runs of a job that were due since then, whatever became of them, oldest first."""
        return await self.database.read(partial(schedule.slots_of, job=job, since=since))

    async def postpone(self, slot: Slot, cause: str, *, until: datetime) -> None:
        """Record why a run failed; it is due again at ``until``."""
        await self.database.write(partial(schedule.postpone, slot=slot, cause=cause, until=until))

    async def next_slot(self) -> datetime | None:
        """When the next run, or another try of one, is due."""
        return await self.database.read(schedule.next_slot)

    # The roster as officers change it

    async def duty_version(self) -> int:
        """Grows with every change of the roster, 0 before the first."""
        return await self.database.read(duty.version)

    async def duty_record(self, *, since: date) -> DutyRecord:
        """What officers changed of the roster, as far as it matters on or after a local day."""
        return await self.database.read(partial(duty.record, since=since))

    # Answers that officers keep

    async def answers_version(self) -> int:
        """Grows with every answer kept or dropped, 0 before the first."""
        return await self.database.read(answers.version)

    async def kept_answers(self) -> tuple[KeptAnswer, ...]:
        """The answers that count now, those kept first at the beginning (R106)."""
        return await self.database.read(answers.counting)

    # The one way to write decisions

    async def commit(
        self, outcome: Outcome, *, now: datetime, handled: Sequence[int] = (), slot: Slot | None = None
    ) -> bool:
        """Write an outcome with what caused it, wholly or not at all; False if another run was faster.

        Raises Conflict if a new ticket's number is not the next one, or a link names a ticket that does not exist.
        """
        try:
            await self.database.write(partial(commits.commit, outcome=outcome, now=now, handled=handled, slot=slot))
        except commits.AlreadyDone:
            return False
        return True

    # The outbox

    async def claim_sends(
        self, now: datetime, *, limit: int, through: Mapping[str, str | None] | None = None
    ) -> tuple[Sent, ...]:
        """Mark due sends as being sent and return them: by rank, then oldest first, one per recipient."""
        return await self.database.write(partial(outbox.claim_sends, now=now, limit=limit, through=through))

    async def join_sends(self, send: str, now: datetime, *, limit: int) -> tuple[Sent, ...]:
        """Mark what else may go out as one message with a claimed send; the claimed one included, oldest first."""
        return await self.database.write(partial(outbox.join_sends, send=send, now=now, limit=limit))

    async def paced(self, recipient_keys: Sequence[str], *, since: datetime) -> Mapping[str, tuple[Paced, ...]]:
        """The counted messages that each of these recipients got since then, oldest first; a bundle is one."""
        return await self.database.read(partial(outbox.paced, recipients=recipient_keys, since=since))

    async def settle(
        self,
        send: str,
        state: SendState,
        *,
        now: datetime,
        platform: str | None = None,
        platform_id: str | None = None,
        error: str = "",
        next_attempt_at: datetime | None = None,
    ) -> None:
        """Record the result of a send; raises ValueError for an id that the store never gave."""
        result = outbox.Result(
            state=state,
            at=now,
            platform=platform,
            platform_id=platform_id,
            error=error,
            next_attempt_at=next_attempt_at,
        )
        await self.database.write(partial(outbox.settle, send=send, result=result))

    async def hold_back(self, send: str, *, until: datetime | None) -> None:
        """Put a claimed message back for its turn: not an attempt, and not before ``until`` (None: as it was)."""
        await self.database.write(partial(outbox.hold_back, send=send, until=until))

    async def interrupted_sends(self) -> tuple[Sent, ...]:
        """Sends left in state sending or unknown, by a crash or a timeout."""
        return await self.database.read(outbox.interrupted_sends)

    async def sent_to(self, recipient_key: str, *, since: datetime) -> tuple[Sent, ...]:
        """What was sent to a recipient since then, oldest first."""
        return await self.database.read(partial(outbox.sent_to, recipients=(recipient_key,), since=since))

    async def sent_to_any(self, recipient_keys: Sequence[str], *, since: datetime) -> tuple[Sent, ...]:
        """What was sent to any of these recipients since then, oldest first."""
        return await self.database.read(partial(outbox.sent_to, recipients=recipient_keys, since=since))

    async def held_for(self, recipient_key: str) -> tuple[Sent, ...]:
        """What waits to be sent to a recipient: for its hour, for company, or for another attempt; by id."""
        return await self.database.read(partial(outbox.held_for, recipient=recipient_key))

    async def sent_as(self, platform: str, platform_id: str) -> tuple[Sent, ...]:
        """What went out under a platform's id: several if it was a bundle, in their order."""
        return await self.database.read(partial(outbox.sent_as, platform=platform, platform_id=platform_id))

    async def all_sent(self) -> tuple[Sent, ...]:
        """Everything in the outbox, by id."""
        return await self.database.read(outbox.all_sent)

    # Looking

    async def days(self, groups: Sequence[str], *, since: date) -> tuple[GroupDay, ...]:
        """The groups' counts since a day, by group and day."""
        return await self.database.read(partial(looking.days, groups=groups, since=since))

    async def hearing(self, groups: Sequence[str]) -> Mapping[str, Hearing]:
        """For every group asked: what proves that it is heard."""
        return await self.database.read(partial(looking.hearing, groups=groups))

    async def lines(self, recipient_key: str, conversation: str, *, limit: int) -> tuple[Line, ...]:
        """The last lines of a conversation, both sides, oldest first."""
        return await self.database.read(
            partial(looking.lines, recipient=recipient_key, conversation=conversation, limit=limit)
        )

    async def troubles(self, *, since: datetime) -> tuple[Trouble, ...]:
        """What failed since then: kind is message, send, send_unknown, slot (a run failed) or slot_missed."""
        return await self.database.read(partial(looking.troubles, since=since))

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact of the installation."""
        await self.database.write(partial(looking.remember, key=key, value=value))

    async def remember_new(self, facts: Mapping[str, str]) -> None:
        """Keep those of these small facts that are not known yet."""
        await self.database.write(partial(looking.remember_new, facts=facts))

    async def recall(self, key: str) -> str | None:
        """A small fact kept by ``remember``."""
        return await self.database.read(partial(looking.recall, key=key))

    async def known_since(self, groups: Sequence[str]) -> Mapping[str, date]:
        """The local day since which each of the groups is looked after, where that is known (R36)."""
        return await self.database.read(partial(looking.known_since, groups=groups)) if groups else {}
