"""Papers that are only ever drafts, asked for by name: 交办单 柳湾村12, 议程 柳湾村 (R17, R62)."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.org import Role, Unit
from bot.domain.outcome import Outcome
from bot.domain.tickets import ticket_id
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.naming import named
from bot.papering import PaperWish, Wanted

_ASSIGNMENT: Final = re.compile(r"^\s*交办单(?P<rest>.{0,40})$")
_AGENDA: Final = re.compile(r"^\s*(?:周二)?(?:研判|会议)?议程(?P<rest>.{0,40})$")
_NUMBER: Final = re.compile(r"^\D{0,4}?(?P<number>\d{1,4})\s*[号號]?$")
_ISSUE: Final = frozenset({Role.INSPECTOR, Role.COUNTY_DESK})


def decide(desk: Desk, text: str) -> Outcome | None:
    """The paper, or what is missing to know which; None for other words, and for who may have neither."""
    inspects = bool(desk.speaker.roles & _ISSUE)
    assignment, agenda = _ASSIGNMENT.match(text), _AGENDA.match(text)
    if assignment is not None and inspects:
        return _assignment(desk, assignment["rest"])
    if agenda is not None and (inspects or Role.SECRETARY in desk.speaker.roles):
        return _agenda(desk, agenda["rest"])
    return None


def _assignment(desk: Desk, words: str) -> Outcome:
    meant = named(words, _villages(desk), desk.office.org)
    number = _NUMBER.match(meant.rest.strip(PUNCTUATION))
    if len(meant.units) != 1 or number is None:
        return desk.tell("papers.which_assignment")
    year = local(desk.now).year
    return _brought(desk, Wanted.ASSIGNMENT, ticket_id(meant.units[0].id, year, int(number["number"])))


def _agenda(desk: Desk, words: str) -> Outcome:
    villages = _villages(desk)
    meant = named(words, villages, desk.office.org).units if words.strip(PUNCTUATION) else tuple(villages)
    if len(meant) != 1:
        return desk.tell("papers.which_agenda")
    return _brought(desk, Wanted.AGENDA, meant[0].id)


def _villages(desk: Desk) -> Sequence[Unit]:
    """Those whose papers the speaker may have: his own, or all that he inspects."""
    org, speaker = desk.office.org, desk.speaker
    if speaker.roles & _ISSUE:
        return [village for village in org.villages if org.covers(speaker, village.id)]
    return [village for village in org.villages if village.id == speaker.unit]


def _brought(desk: Desk, wanted: Wanted, about: str) -> Outcome:
    wish = PaperWish(wanted=wanted, about=about, step=0, readers=(desk.speaker.id,))
    return Outcome(slots=(wish.slot(desk.now),))
