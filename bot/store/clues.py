"""The confidential ledger: cases sealed whole, found by names that tell nothing, with a chained history of their own.

A row shows neither what a clue says nor where it came from, when, how it was told, or how far it is (R50).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, Connection, bindparam, insert, or_, select, update

from bot.domain.clues import Case, CaseChange, Clue, ClueEvent, Step, lift, pointer
from bot.ports import Conflict
from bot.store.chain import GENESIS, Break
from bot.store.clue_tables import CLUE_CHAIN, CLUE_EVENTS, CLUES
from bot.store.columns import Words, vault_of
from bot.store.tables import INBOX, add_new
from bot.store.vault import Vault

_LETTERS: Final = "ACDEFHJKLMNPQRTUVWXY"
_SIGNS: Final = f"{_LETTERS}34679"
_CODE_LENGTH: Final = 5
_THE_CHAIN: Final = 1
_AT_ONCE: Final = 500
"""Names asked for in one statement."""

_CASE: Final = TypeAdapter(Case)
_EVENT: Final = TypeAdapter(ClueEvent)

_REFS: Final[BindParameter[list[str]]] = bindparam("refs", expanding=True)
_KNOWN: Final = select(CLUES.c.ref).where(CLUES.c.ref.in_(_REFS))
_TAKEN: Final = select(CLUES.c.ref).where(CLUES.c.tag.in_(_REFS)).limit(1)
_BY_TAG: Final = select(CLUES.c.ref, CLUES.c.body).where(CLUES.c.tag.in_(_REFS)).with_for_update()
_ON_SHELVES: Final = select(CLUES.c.body).where(or_(CLUES.c.shelf.in_(_REFS), CLUES.c.other_shelf.in_(_REFS)))
_CHANGE: Final = update(CLUES).where(CLUES.c.ref == bindparam("the_ref"))
_LOCK_CHAIN: Final = select(CLUE_CHAIN).where(CLUE_CHAIN.c.id == _THE_CHAIN).with_for_update()
_MOVE_CHAIN: Final = update(CLUE_CHAIN).where(CLUE_CHAIN.c.id == _THE_CHAIN)


def add(connection: Connection, clues: Sequence[Clue], now: datetime) -> None:
    """Enter new clues; one whose first message is in the ledger already is left out.

    Raises ValueError for a clue that rests on no message.
    """
    events: list[ClueEvent] = []
    for clue in clues:
        if not clue.messages:
            message = "a clue rests on at least one message"
            raise ValueError(message)
        case = _new(connection, pointer(clue) if clue.above else clue, now)
        if case is not None:
            events.append(ClueEvent(code=case.code, at=now, step=Step.RECEIVED, actor="bot"))
        if clue.follows and (clue.about or clue.units or clue.above):
            _lift(connection, clue)
    _append(connection, events)


def _lift(connection: Connection, clue: Clue) -> None:
    """What was said before it of the same matter points at the same people, though only the later words name them."""
    vault = vault_of(connection)
    refs = [name for message in clue.follows for name in vault.names(f"clue:{clue.platform}/{message}")]
    for row in connection.execute(select(CLUES.c.ref, CLUES.c.body).where(CLUES.c.ref.in_(refs))).all():
        case = _case(row.body)
        if case is not None:
            lifted = replace(case, clue=lift(case.clue, clue), version=case.version + 1)
            connection.execute(_CHANGE, {"the_ref": row.ref, **_values(lifted, vault)})


def _new(connection: Connection, clue: Clue, now: datetime) -> Case | None:
    vault = vault_of(connection)
    first = f"{clue.platform}/{clue.messages[0]}"
    refs = vault.names(f"clue:{first}")
    if connection.execute(_KNOWN, {"refs": list(refs)}).first() is not None:
        return None
    case = Case(code=_free_code(connection, vault, first), clue=clue, received_at=now)
    connection.execute(insert(CLUES).values(ref=refs[0], **_values(case, vault)))
    return case


def _free_code(connection: Connection, vault: Vault, first: str) -> str:
    """Five signs that nobody can guess or count, and that no other case has."""
    attempt = 0
    while True:
        drawn = int(vault.name(f"code:{first}:{attempt}"), 16)
        drawn, at = divmod(drawn, len(_LETTERS))
        code = _LETTERS[at]
        while len(code) < _CODE_LENGTH:
            drawn, at = divmod(drawn, len(_SIGNS))
            code += _SIGNS[at]
        if connection.execute(_TAKEN, {"refs": list(vault.names(f"tag:{code}"))}).first() is None:
            return code
        attempt += 1


def _values(case: Case, vault: Vault) -> dict[str, object]:
    other = f"person:{case.checker}" if case.checker else f"nobody:{case.code}"
    return {
        "tag": vault.name(f"tag:{case.code}"),
        "shelf": vault.name(f"village:{case.clue.village}"),
        "other_shelf": vault.name(other),
        "body": _CASE.dump_json(case).decode(),
    }


def save(connection: Connection, changes: Sequence[CaseChange]) -> None:
    """Write changed cases and their events. Raises Conflict for one that was changed by somebody else meanwhile."""
    vault = vault_of(connection)
    for change in changes:
        case = change.case
        row = connection.execute(_BY_TAG, {"refs": list(vault.names(f"tag:{case.code}"))}).one_or_none()
        stored = None if row is None else _case(row.body)
        if row is None or stored is None or stored.version + 1 != case.version:
            message = "a case was changed meanwhile, or is not in the ledger"
            raise Conflict(message)
        connection.execute(_CHANGE, {"the_ref": row.ref, **_values(case, vault)})
    _append(connection, [event for change in changes for event in change.events])


def move(connection: Connection, ref: str, case: Case) -> None:
    """Write a case anew under the present first key, with all its names."""
    vault = vault_of(connection)
    here = vault.name(f"clue:{case.clue.platform}/{case.clue.messages[0]}")
    connection.execute(_CHANGE, {"the_ref": ref, "ref": here, **_values(case, vault)})


def case_of(body: str) -> Case:
    """The case of an opened row."""
    return _CASE.validate_json(body)


def _case(body: str) -> Case | None:
    """The case of a row; None if its key is not here."""
    return case_of(body) if body else None


def cases(
    connection: Connection, villages: Sequence[str], since: datetime, checker: str | None = None
) -> tuple[Case, ...]:
    """Cases of these villages, and those given to ``checker``, received since then, the newest first.

    The callers have checked the reader's role (R50). Cases whose key is not here are left out.
    """
    vault = vault_of(connection)
    words = [f"village:{village}" for village in villages] + ([] if checker is None else [f"person:{checker}"])
    names = [name for word in words for name in vault.names(word)]
    found: dict[str, Case] = {}
    for at in range(0, len(names), _AT_ONCE):
        for body in connection.execute(_ON_SHELVES, {"refs": names[at : at + _AT_ONCE]}).scalars():
            case = _case(body)
            if case is not None and case.received_at >= since:
                found[case.code] = case
    return tuple(sorted(found.values(), key=lambda case: (case.received_at, case.code), reverse=True))


def clues(connection: Connection, villages: Sequence[str], since: datetime) -> tuple[Clue, ...]:
    """Clues of these villages said since then, oldest first. The callers have checked the reader's role (R50)."""
    known = [case.clue for case in cases(connection, villages, _EVER)]
    return tuple(sorted((clue for clue in known if clue.said_at >= since), key=lambda one: (one.said_at, one.messages)))


_EVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def set_apart(connection: Connection, seqs: Sequence[int], clues_: Sequence[Clue]) -> None:
    """Mark messages as the discipline role's alone; of those against the county itself the words are wiped."""
    if not seqs:
        return
    wiped = {(clue.platform, message) for clue in clues_ if clue.above for message in clue.messages}
    rows = connection.execute(select(INBOX).where(INBOX.c.seq.in_(seqs))).all()
    for row in rows:
        if row.text.locked:
            continue
        words = "" if (row.platform, row.message) in wiped else row.text.text
        sealed = update(INBOX).where(INBOX.c.seq == row.seq).values(text=Words(words, apart=True))
        connection.execute(sealed)


# The history


def _append(connection: Connection, events: Sequence[ClueEvent]) -> None:
    if not events:
        return
    vault = vault_of(connection)
    add_new(connection, CLUE_CHAIN, [{"id": _THE_CHAIN, "position": 0, "hash": GENESIS}])
    head = connection.execute(_LOCK_CHAIN).one()
    position, last = head.position, head.hash
    for event in events:
        position += 1
        # Salted, so that nobody can find out by trying what an event says.
        said = {"salt": vault.name(f"salt:{position}:{last}"), "event": _EVENT.dump_python(event, mode="json")}
        body = json.dumps(said, ensure_ascii=False, sort_keys=True)
        here = entry_hash(last, position, body)
        connection.execute(insert(CLUE_EVENTS).values(position=position, body=body, prev_hash=last, hash=here))
        last = here
    connection.execute(_MOVE_CHAIN, {"position": position, "hash": last})


def entry_hash(prev_hash: str, position: int, body: str) -> str:
    """The hash of an event: SHA-256 over what stands before it, its place and all that it says."""
    return sha256(json.dumps([prev_hash, position, body]).encode("ascii")).hexdigest()


def history(connection: Connection, code: str) -> tuple[ClueEvent, ...]:
    """The events of a case, oldest first: reads the whole history, for inspection of the ledger."""
    return tuple(event for event in _events(connection) if event.code == code)


def _events(connection: Connection) -> Iterator[ClueEvent]:
    for body in connection.execute(select(CLUE_EVENTS.c.body).order_by(CLUE_EVENTS.c.position)).scalars():
        if body:
            yield _EVENT.validate_python(json.loads(body)["event"])


def verify(connection: Connection) -> tuple[Break, ...]:
    """Every place where the ledger's history was edited, cut or extended; those whose key is not here count as well."""
    return tuple(_breaks(connection))


def _breaks(connection: Connection) -> Iterable[Break]:
    head = connection.execute(select(CLUE_CHAIN).where(CLUE_CHAIN.c.id == _THE_CHAIN)).one_or_none()
    position, last = 0, GENESIS
    for row in connection.execute(select(CLUE_EVENTS).order_by(CLUE_EVENTS.c.position)):
        position += 1
        if row.position != position:
            yield _break(position, "缺少记录，或次序被调换过")
            position = row.position
        elif row.prev_hash != last:
            yield _break(position, "与前一条接不上")
        if not row.body:
            yield _break(position, "打不开：封它的钥匙不在，或内容被改动过")
        elif row.hash != entry_hash(row.prev_hash, position, row.body):
            yield _break(position, "内容被改动过")
        last = row.hash
    recorded = (0, GENESIS) if head is None else (head.position, head.hash)
    if recorded != (position, last):
        yield _break(position, "末尾与链尾登记不符：有记录被删除或添加过")


def _break(position: int, what: str) -> Break:
    return Break(village="", position=position, what=what)
