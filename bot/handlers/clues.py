"""Allegations against people with public power: to the confidential queue, and nowhere else (R50, R51)."""

import re
from datetime import datetime, timedelta

from bot.domain.categories import APPEALS, Flag, Level
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.org import Organisation, Person, Role
from bot.domain.outcome import Mark, Outcome
from bot.domain.tickets import Clue
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.situation import Situation
from bot.office import Office

HOURS_PER_NOTE = 6
"""A reader is told at most once in a quarter of the day that something waits."""
_SAME_BREATH = timedelta(seconds=60)
"""How long after a clue in the group the sender's next words still belong to it."""


def decide(
    situation: Situation, *, now: datetime, office: Office, before: tuple[Message, ...] = (), sure: bool = True
) -> Outcome:
    """Put the words aside for the discipline role and point the sender, privately, to the confidential channel.

    ``before`` are earlier messages of the same thought. What is only suspected (not ``sure``) is looked at by the
    discipline role, and its sender, who may have meant nothing of the kind, is told nothing.
    """
    village = situation.village
    if village is None:
        message = "a clue needs a village"
        raise ValueError(message)
    pieces = (*before, *situation.burst.pieces)
    text = "\n".join(piece.text for piece in pieces if piece.text.strip())
    clue = Clue(
        platform=pieces[0].platform,
        messages=tuple(piece.id for piece in pieces),
        village=village,
        private=situation.private,
        text=text,
        said_at=pieces[0].at,
        about=tuple(person.id for person in pointed_at(text, village, office.org)),
    )
    guide = Outgoing(
        to=ToAccount(platform=clue.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("clue.guide_private" if situation.private else "clue.guide"),
        dedupe_key=f"clue-guide:{clue.platform}/{situation.sender}:{local(now).date()}",
        confidential=True,
    )
    told = tuple(
        Outgoing(
            to=ToPerson(person=reader.id),
            kind=OutKind.NOTICE,
            text=office.say("clue.waiting"),
            dedupe_key=f"clue-waiting:{reader.id}:{_part_of_day(now)}",
            not_before=office.hold(now),
            confidential=True,
        )
        for reader in readers(clue, office.org)
    )
    if not sure:
        return Outcome(clues=(clue,), sends=told)
    return Outcome(clues=(clue,), sends=(guide, *told), marks=tuple((piece.seq, Mark.CLUE) for piece in pieces))


def _part_of_day(now: datetime) -> str:
    """One note for all the clues of some hours: the queue is what is read, not the notes."""
    here = local(now)
    return f"{here.date()}/{here.hour // HOURS_PER_NOTE}"


_CONFIDES = re.compile(
    r"(?:别|莫|不要|唔好|勿|甭|不能|不敢).{0,4}(?:说|讲|露|提|传|声张)|(?:别人|人家|外人).{0,4}(?:看|晓得|知道)"
    r"|保密|悄悄|私下|偷偷|不方便.{0,3}(?:说|讲)|憋"
)


def confides(text: str) -> bool:
    """Whether somebody asks for secrecy before saying what it is about: 跟你讲个事,莫说是我说的."""
    return _CONFIDES.search(text) is not None


def goes_on(situation: Situation, verdict: Verdict, *, within: timedelta) -> bool:
    """Whether the sender goes on about the clue given just before: everything of it stays aside."""
    if verdict.label in APPEALS and not situation.private:
        return False
    if verdict.flags & {Flag.THANKS, Flag.FOLLOWUP}:
        return False
    since = situation.burst.first.at - (within if situation.private else _SAME_BREATH)
    return any(message.set_aside for message in situation.own_recent(since))


def encourage(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Tell somebody who wants to confide what happens with it, before the rest is written."""
    first = situation.burst.first
    told = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("clue.encourage"),
        dedupe_key=f"encourage:{first.platform}/{situation.sender}:{local(now).date()}",
        confidential=True,
    )
    return Outcome(sends=(told,))


def readers(clue: Clue, org: Organisation) -> tuple[Person, ...]:
    """Who may read a clue: the township's inspectors, or the county desk if the township itself is pointed at."""
    return tuple(person for person in org.people.values() if may_read(person, clue, org))


def may_read(person: Person, clue: Clue, org: Organisation) -> bool:
    """Whether somebody holds the discipline role over the village and stands clear of those pointed at (R50).

    People of a unit that is pointed at see nothing of it; a clue about a township's people goes to the county.
    """
    if not person.roles & {Role.INSPECTOR, Role.COUNTY_DESK} or not org.covers(person, clue.village):
        return False
    units = {org.people[id_].unit for id_ in clue.about if id_ in org.people}
    if person.unit in units:
        return False
    township = org.township_of(clue.village).id
    if org.units[person.unit].level is Level.COUNTY:
        return township in units or not any(Role.INSPECTOR in other.roles for other in org.people_of(township))
    return True


def pointed_at(text: str, village: str, org: Organisation) -> tuple[Person, ...]:
    """Listed people of the village's line whom the words may mean: by name, or by surname and post (蒲会计)."""
    line = set(org.line_of(village))
    return tuple(person for person in org.people.values() if person.unit in line and _named(person, text))


def _named(person: Person, text: str) -> bool:
    if len(person.name) > 1 and person.name in text:
        return True
    return any(post in text for post in _called(person))


def _called(person: Person) -> tuple[str, ...]:
    """How villagers call an officer: the post itself, and the surname before its last two characters."""
    post = person.post.removeprefix("村").removeprefix("镇")
    if not post:
        return ()
    short = post[-2:]
    return (post, f"{person.name[:1]}{short}", f"{person.name[-1:]}{short}")
