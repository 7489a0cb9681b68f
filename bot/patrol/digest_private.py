"""What only the discipline role reads beside the page: how its clues stand, and patterns to look behind (R40, R50).

It is a message of its own and not a line of the page, so that the page can be passed on as it is.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.clues import Case, CaseState, holds_role, may_see
from bot.domain.digest import FEWEST
from bot.domain.hints import Hint, hints
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.office import Office

MOST_HINTS = 3


def private(
    reader: Person,
    office: Office,
    *,
    township: str,
    cases: Sequence[Case],
    threads: Sequence[Thread],
    at: datetime,
    not_before: datetime | None,
) -> Outgoing | None:
    """The confidential note to one reader; None for whoever does not hold the role, or if there is nothing to say.

    Only cases that this reader may see are counted; fewer than ``FEWEST`` are not given as a number (R54).
    """
    if not holds_role(reader, office.org):
        return None
    lines = [*_clues([case for case in cases if may_see(reader, case, office.org)], office)]
    villages = [unit.id for unit in office.org.villages_of(township)]
    tickets = [thread.ticket for thread in threads if not thread.ticket.careful]
    found = hints(tickets, villages, at=at, least=FEWEST)
    if found:
        lines.append(office.say("digest.hints"))
        lines += [office.say("digest.line", text=_hint(one, office)) for one in found[:MOST_HINTS]]
    if not lines:
        return None
    return Outgoing(
        to=ToPerson(person=reader.id),
        kind=OutKind.DIGEST,
        text="\n".join((office.say("digest.private"), *lines)),
        dedupe_key=f"digest-private:{township}:{local(at).date()}:{reader.id}",
        not_before=not_before,
        confidential=True,
    )


def _clues(cases: list[Case], office: Office) -> Iterator[str]:
    unread = sum(case.read_at is None and case.state is CaseState.RECEIVED for case in cases)
    waiting = sum(not case.state.is_result for case in cases)
    if waiting:
        few = office.say("digest.few", count=FEWEST)
        yield office.say(
            "digest.clues_unread" if unread else "digest.clues",
            unread=unread if unread >= FEWEST else few,
            waiting=waiting if waiting >= FEWEST else few,
        )


def _hint(hint: Hint, office: Office) -> str:
    return office.say(
        f"digest.hint_{hint.pattern}",
        village=office.org.units[hint.village].name,
        topic=hint.topic,
        count=len(hint.tickets),
    )
