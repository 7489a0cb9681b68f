"""Which tickets an officer's private sentence may be about, so that their histories are loaded before it is decided."""

from datetime import datetime

from bot.handlers.grammar import Verb, parse
from bot.handlers.officer import reporting
from bot.handlers.officer.desk import MOST_CHOICES, Desk
from bot.handlers.situation import Situation
from bot.office import Office


def spoken_of(situation: Situation, *, now: datetime, office: Office) -> tuple[str, ...]:
    """Their ids: those with the number that is said, the quoted one, or the officer's only one; few, or none.

    收到 may be the receipt for a report.
    """
    if situation.speaker is None:
        return ()
    desk = Desk(situation=situation, speaker=situation.speaker, now=now, office=office)
    words = situation.burst.text.strip()
    command = parse(desk.chosen(words) or words)
    if command is not None and command.number is not None:
        meant = [one for one in situation.threads if one.ticket.number == command.number and desk.may_act(one)]
    elif situation.quoted_thread is not None:
        meant = [situation.quoted_thread]
    else:
        live = desk.live()
        meant = list(live) if len(live) == 1 else []
    ids = [one.ticket.id for one in meant[:MOST_CHOICES]]
    report = reporting.waiting(desk) if command is not None and command.verb is Verb.ACKNOWLEDGE else None
    if report is not None and report.outgoing.ticket is not None:
        ids.append(report.outgoing.ticket)
    return tuple(dict.fromkeys(ids))
