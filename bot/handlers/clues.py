"""Allegations against people with public power: to the confidential ledger, and nowhere else (R50, R51)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.domain.categories import APPEALS, Flag
from bot.domain.clues import Clue, Desk, Evidence, Exhibit, desk_of, readers
from bot.domain.messages import Kind, Message, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import Mark, Outcome
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.clue_pointing import leaders_meant, pointed_at
from bot.handlers.situation import Situation
from bot.office import Office

HOURS_PER_NOTE = 6
"""A reader is told at most once in a quarter of the day that something waits."""
_SAME_BREATH = timedelta(seconds=60)
"""How long after a clue in the group the sender's next words still belong to it."""
_SAME_MATTER: Final = timedelta(minutes=30)
"""How far back the sender's own words may name the person whom the later ones only call 他."""

_KINDS: Final = {
    Kind.IMAGE: Evidence.IMAGE,
    Kind.VOICE: Evidence.VOICE,
    Kind.FILE: Evidence.FILE,
    Kind.CARD: Evidence.CARD,
}
_MAY_VANISH: Final = re.compile(
    r"销毁|烧(?:掉|了)?.{0,3}(?:账|帐|单|票)|(?:账|帐|单|票).{0,4}(?:烧|撕|毁)|转移|跑路|串供|改(?:账|帐|单)|做假(?:账|帐)|灭口|报复|威胁"
)


def decide(
    situation: Situation, *, now: datetime, office: Office, before: tuple[Message, ...] = (), sure: bool = True
) -> Outcome:
    """Put the words aside for the discipline role and point the sender, privately, to the confidential channel.

    ``before`` are earlier messages of the same thought. What is only suspected (not ``sure``) is looked at by the
    discipline role, and its sender, who may have meant nothing of the kind, is told nothing. Of a clue against the
    county itself only a pointer is kept, and the sender is told of the public channel (legal.md 1).
    """
    pieces = (*before, *situation.burst.pieces)
    clue = _clue(situation, pieces, office)
    seen_by = readers(clue, office.org)
    told = tuple(_note(reader, clue, now=now, office=office) for reader in seen_by)
    if not sure:
        return Outcome(clues=(clue,), sends=told)
    guide = Outgoing(
        to=ToAccount(platform=clue.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say(_guide(situation, seen_by)),
        dedupe_key=f"clue-guide:{clue.platform}/{situation.sender}:{local(now).date()}:{bool(seen_by)}",
        confidential=True,
    )
    return Outcome(clues=(clue,), sends=(guide, *told), marks=tuple((piece.seq, Mark.CLUE) for piece in pieces))


def _clue(situation: Situation, pieces: Sequence[Message], office: Office) -> Clue:
    village, org = situation.village, office.org
    if village is None:
        message = "a clue needs a village"
        raise ValueError(message)
    text = "\n".join(piece.text for piece in pieces if piece.text.strip())
    ids = {piece.id for piece in pieces}
    earlier = [message for message in situation.own_recent(pieces[0].at - _SAME_MATTER) if message.id not in ids]
    matter = "\n".join([*(message.text for message in earlier), text])
    aside = [message for message in earlier if message.set_aside]
    clue = Clue(
        platform=pieces[0].platform,
        messages=tuple(piece.id for piece in pieces),
        village=village,
        private=situation.private,
        text=text,
        said_at=pieces[0].at,
        about=tuple(person.id for person in pointed_at(matter, village, org)),
        units=leaders_meant(matter, village, org),
        exhibits=tuple(_exhibit(piece) for piece in pieces),
        group=None if situation.group is None else situation.group.id,
        follows=tuple(message.id for message in aside),
        pressing=_MAY_VANISH.search(text) is not None,
        above=any(message.kind is Kind.TEXT and not message.text for message in aside),
    )
    return replace(clue, above=desk_of(clue, org) is Desk.ABOVE)


def _exhibit(piece: Message) -> Exhibit:
    said = f"{piece.platform}\n{piece.id}\n{piece.kind.value}\n{piece.text}"
    return Exhibit(kind=_KINDS.get(piece.kind, Evidence.TEXT), digest=sha256(said.encode()).hexdigest())


def _guide(situation: Situation, seen_by: Sequence[Person]) -> str:
    if not seen_by:
        return "clue.guide_above"
    return "clue.guide_private" if situation.private else "clue.guide"


def _note(reader: Person, clue: Clue, *, now: datetime, office: Office) -> Outgoing:
    """The word that something waits: one for all the clues of some hours, apart from those that press."""
    press = ":pressing" if clue.pressing else ""
    return Outgoing(
        to=ToPerson(person=reader.id),
        kind=OutKind.NOTICE,
        text=office.say("clue.waiting_pressing" if clue.pressing else "clue.waiting"),
        dedupe_key=f"clue-waiting:{reader.id}:{_part_of_day(now)}{press}",
        not_before=office.hold(now),
        confidential=True,
    )


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
