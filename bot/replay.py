"""A recorded chat played through the whole bot under the simulated clock, and what came of it as rows of JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.building import build_judge, build_office
from bot.clock import SetClock
from bot.connecting import practice_platforms
from bot.domain.clues import Clue
from bot.domain.messages import Incoming, OutKind, Recipient, ToAccount, ToGroup, ToPerson
from bot.domain.tickets import Relation, Thread
from bot.domain.workdays import local
from bot.engine import Engine, play
from bot.ports import SendState, Sent, Store
from bot.settings import Settings
from bot.store import migrate, open_store
from bot.store.vault import Vault

Row = dict[str, object]

SETTLES_WITHIN = timedelta(minutes=15)
"""How long after the last message a replay goes on by default: join windows end, receipts, bundled prompts."""


async def replay(
    messages: Sequence[Incoming],
    settings: Settings,
    *,
    until: datetime | None = None,
    with_clues: bool = False,
    database: Path | None = None,
) -> list[Row]:
    """Play messages in their order, each at its own time, and return what DESIGN section 9 prints.

    ``until`` is where the clock stops, later than the last message or not: messages after it are not played.
    ``database`` keeps the run's database in a file and continues one that is there: what it has heard before is not
    heard again. Equal input gives equal rows.
    """
    if database is not None:
        return await _replay_on(f"sqlite:///{database}", messages, settings, until, durable=True, clues=with_clues)
    with TemporaryDirectory(prefix="xiaowei-") as folder:
        # A known key: the database ends with the replay, and equal input gives equal codes of clues.
        Vault(Path(folder, "clue.keys"), random=bytes).ready()
        url = f"sqlite:///{folder}/replay.db"
        return await _replay_on(url, messages, settings, until, durable=False, clues=with_clues)


async def _replay_on(
    url: str,
    messages: Sequence[Incoming],
    settings: Settings,
    until: datetime | None,
    *,
    durable: bool,
    clues: bool,
) -> list[Row]:
    await migrate(url)
    store = await open_store(url, durable=durable)
    try:
        platforms = practice_platforms(settings, also=[message.platform for message in messages])
        engine = Engine(
            store=store,
            office=build_office(settings),
            judge=build_judge(settings),
            platforms=platforms,
        )
        await play_chat(engine, messages, until=until)
        return await rows_of(store, settings, with_clues=clues)
    finally:
        await store.close()


async def play_chat(
    engine: Engine, messages: Sequence[Incoming], *, until: datetime | None = None, clock: SetClock | None = None
) -> SetClock:
    """Start the engine at the first message and play all of them; returns the clock, standing at the end.

    An interrupted run goes on from where it stood: going back would send what is left before it was written. Whoever
    kept the clock of that run gives it; otherwise it stands where the bot last decided to speak, or heard what still
    waits.
    """
    if not messages:
        raise ValueError("nothing to play")
    arrives = messages[0].sent_at
    clock = clock or SetClock(max(arrives, await engine.stood_at() or arrives))
    await engine.start(now=clock.now())
    for message in messages:
        if until is not None and message.sent_at > until:
            break
        arrives = max(arrives, message.sent_at)
        await play(engine, clock, until=max(clock.now(), arrives))
        await engine.receive(message, now=arrives)
    await play(engine, clock, until=until or clock.now() + SETTLES_WITHIN)
    return clock


async def rows_of(store: Store, settings: Settings, *, with_clues: bool) -> list[Row]:
    """What was sent, in order of sending, then the tickets, then (only if asked for) the clues."""
    threads = await store.all_threads()
    numbers = {thread.ticket.id: thread.ticket.number for thread in threads}
    sent = [one for one in await store.all_sent() if one.state is SendState.SENT]
    sent.sort(key=lambda one: (one.sent_at or one.created_at, int(one.id[1:])))
    rows = [_sent_row(one, numbers) for one in sent if with_clues or not one.outgoing.confidential]
    rows += [_ticket_row(thread, settings) for thread in threads]
    rows += _alert_rows(await store.all_sent())
    if with_clues:
        villages = list(settings.county.units)
        found = await store.clues(villages, since=_LONG_AGO)
        rows += [_clue_row(clue) for clue in found]
    return rows


_SUPPORTS = (Relation.SUPPORT, Relation.PRIVATE_SUPPORT)
_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


def _sent_row(sent: Sent, numbers: Mapping[str, int]) -> Row:
    outgoing = sent.outgoing
    row: Row = {
        "type": "sent",
        "at": _iso(sent.sent_at or sent.created_at),
        "id": sent.platform_id or sent.id,
        "to": _to(outgoing.to),
        "kind": outgoing.kind.value,
        "text": outgoing.text,
        "ticket": None if outgoing.ticket is None else numbers.get(outgoing.ticket),
    }
    return row | ({} if outgoing.quote is None else {"quote": outgoing.quote})


def _alert_rows(sent: Sequence[Sent]) -> list[Row]:
    """One row for each quarrel that was told, from its first heated word to the telling."""
    found: dict[str, Row] = {}
    for one in sent:
        head, _, rest = one.outgoing.dedupe_key.partition(":")
        if one.outgoing.kind is OutKind.ALERT and head == "heat":
            quarrel = rest.rpartition(":")[0]
            began = datetime.fromisoformat(quarrel.partition("|")[2])
            found.setdefault(
                quarrel, {"type": "alert", "kind": "heat", "from": _iso(began), "to": _iso(one.created_at)}
            )
    return list(found.values())


def _to(recipient: Recipient) -> Row:
    match recipient:
        case ToGroup(group=group):
            return {"group": group}
        case ToPerson(person=person):
            return {"person": person}
        case ToAccount(account=account):
            return {"person": account}


def _ticket_row(thread: Thread, settings: Settings) -> Row:
    ticket = thread.ticket
    return {
        "type": "ticket",
        "number": ticket.number,
        "village": settings.county.units[ticket.village].name,
        "category": ticket.category.value,
        "urgent": ticket.urgent,
        "state": ticket.state.value,
        "opened_at": _iso(ticket.opened_at),
        "due_at": _iso(ticket.due_at),
        "provisional": ticket.due_provisional,
        "messages": [link.message for link in thread.of(Relation.PIECE)],
        "followups": [
            link.message for link in thread.links if link.relation in (Relation.FOLLOWUP, Relation.DISSATISFACTION)
        ],
        "supporters": list(dict.fromkeys(link.sender for link in thread.links if link.relation in _SUPPORTS)),
        "first_cadre_reply": ticket.first_cadre_reply,
        "answer": ticket.answer,
        "closed_by": ticket.closed_by,
        "reopened_by": ticket.reopened_by,
        "level": ticket.level.name.lower(),
        "owner": ticket.owner,
    }


def _clue_row(clue: Clue) -> Row:
    return {"type": "clue", "messages": list(clue.messages), "private": clue.private, "village": clue.village}


def _iso(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
