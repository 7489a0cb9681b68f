"""Notices and letters: written with the decision that moved them, read in their latest form."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from bot.domain.slips import Finding, Ground, Slip, SlipKind, SlipState
from bot.ports import Conflict
from bot.store.engine import Database
from bot.store.slip_tables import SLIPS
from bot.store.tables import upsert

_STEP: Final = select(func.max(SLIPS.c.step)).where(SLIPS.c.slip == bindparam("the_slip"))
_HISTORY: Final = select(SLIPS).where(SLIPS.c.slip == bindparam("the_slip")).order_by(SLIPS.c.step)


class SlipRecords:
    """``ports.slips.SlipStore``, mixed into the store; every method is one transaction."""

    database: Database

    async def slips(self, units: Sequence[str], *, since: str) -> tuple[Slip, ...]:
        """Slips from a month on, issued by one of these units or meant for it, the newest month first."""
        return await self.database.read(partial(latest, units=units, since=since))

    async def slip(self, slip_id: str) -> Slip | None:
        """One slip in its latest form."""
        return next(reversed(await self.slip_history(slip_id)), None)

    async def slip_history(self, slip_id: str) -> tuple[Slip, ...]:
        """All forms of a slip, the first one first."""
        return await self.database.read(partial(_history, slip=slip_id))


def add(connection: Connection, slips: Sequence[Slip]) -> None:
    """Write steps, in their order. Raises Conflict for one that is not the next: somebody else was faster."""
    for slip in slips:
        done = connection.execute(_STEP, {"the_slip": slip.id}).scalar() or 0
        wanted = slip.step == done + 1
        if (
            not wanted
            or connection.execute(upsert(connection, SLIPS).on_conflict_do_nothing(), _values(slip)).rowcount != 1
        ):
            message = f"slip {slip.id} is at step {done}, so that {slip.step} cannot follow"
            raise Conflict(message)


def latest(connection: Connection, *, units: Sequence[str], since: str) -> tuple[Slip, ...]:
    """Slips from a month on, of these units, in their latest form."""
    theirs = or_(SLIPS.c.office.in_(units), SLIPS.c.unit.in_(units))
    rows = connection.execute(select(SLIPS).where(theirs, SLIPS.c.month >= since).order_by(SLIPS.c.id))
    found: dict[str, Slip] = {}
    for row in rows:
        found[row.slip] = _slip(row)
    return tuple(sorted(found.values(), key=lambda slip: slip.month, reverse=True))


def _history(connection: Connection, *, slip: str) -> tuple[Slip, ...]:
    return tuple(map(_slip, connection.execute(_HISTORY, {"the_slip": slip})))


def _values(slip: Slip) -> dict[str, object]:
    return {
        "slip": slip.id,
        "step": slip.step,
        "month": slip.month,
        "kind": slip.kind.value,
        "unit": slip.unit,
        "office": slip.office,
        "state": slip.state.value,
        "made_by": slip.by,
        "made_at": slip.at,
        "body": json.dumps(
            {
                "findings": [[finding.ground.value, list(finding.evidence)] for finding in slip.findings],
                "number": slip.number,
                "issued_by": slip.issued_by,
                "issued_at": _written(slip.issued_at),
                "remind_at": _written(slip.remind_at),
                "due_at": _written(slip.due_at),
                "reply": slip.reply,
                "replied_by": slip.replied_by,
                "replied_at": _written(slip.replied_at),
                "remark": slip.remark,
            },
            ensure_ascii=False,
        ),
    }


def _slip(row: Row[Any]) -> Slip:
    body = json.loads(row.body) if row.body else {}  # its key is not here: the bare record is left
    return Slip(
        month=row.month,
        kind=SlipKind(row.kind),
        unit=row.unit,
        office=row.office,
        findings=tuple(
            Finding(ground=Ground(ground), evidence=tuple(evidence)) for ground, evidence in body.get("findings", ())
        ),
        state=SlipState(row.state),
        step=row.step,
        by=row.made_by,
        at=row.made_at,
        number=body.get("number", ""),
        issued_by=body.get("issued_by", ""),
        issued_at=_read(body.get("issued_at")),
        remind_at=_read(body.get("remind_at")),
        due_at=_read(body.get("due_at")),
        reply=body.get("reply", ""),
        replied_by=body.get("replied_by", ""),
        replied_at=_read(body.get("replied_at")),
        remark=body.get("remark", ""),
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
