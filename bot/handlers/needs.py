"""Which stored messages a decision must be able to read: of a ticket that is taken apart, of a group's last days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.org import Organisation, Person, Role
from bot.domain.tickets import Link
from bot.handlers.discipline import pictures
from bot.handlers.grammar import Verb, parse
from bot.handlers.officer import content_review, one_to_many, own_content, pasting
from bot.handlers.officer.desk import Desk
from bot.handlers.situation import Situation
from bot.handlers.spoken_of import spoken_of
from bot.handlers.villager import parting
from bot.office import Office

_TAKE_APART = frozenset({Verb.SPLIT, Verb.UNJOIN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """``messages`` by platform and id; ``groups`` whose messages since ``since`` are wanted, which may be many."""

    messages: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    since: datetime | None = None


def at_the_desk(situation: Situation, *, now: datetime, office: Office) -> Needs:
    """What an officer's private sentence needs."""
    speaker = situation.speaker
    if speaker is None:
        return Needs()
    desk = Desk(situation=situation, speaker=speaker, now=now, office=office)
    words = situation.burst.text.strip()
    text = desk.chosen(words) or words
    wanted = pasting.groups_to_hear(desk, text)
    if wanted is not None:
        return Needs(groups=wanted[0], since=wanted[1])
    command = parse(text)
    if command is None or command.verb not in _TAKE_APART:
        return Needs()
    meant = set(spoken_of(situation, now=now, office=office))
    threads = [thread for thread in (*situation.threads, situation.quoted_thread) if thread is not None]
    return Needs(messages=_keys(link for thread in threads if thread.ticket.id in meant for link in thread.links))


def posted(situation: Situation, *, now: datetime, office: Office) -> tuple[datetime, tuple[str, ...]]:
    """Since when and for which groups an officer who asks for the list must know what was posted; else no group."""
    speaker, since = situation.speaker, now - content_review.LISTED_SINCE
    if speaker is None:
        return since, ()
    desk = Desk(situation=situation, speaker=speaker, now=now, office=office)
    groups = office.org.groups_of(speaker.unit) if content_review.wants_posted(desk) else ()
    return since, tuple(group.id for group in groups)


def shown(situation: Situation, *, now: datetime, office: Office) -> tuple[tuple[str, str], ...]:
    """The messages whose pictures an officer wants stored with a daily item, by platform and id."""
    if situation.speaker is None:
        return ()
    desk = Desk(situation=situation, speaker=situation.speaker, now=now, office=office)
    if one_to_many.concerns(desk):
        return tuple((piece.platform, piece.id) for piece in one_to_many.shown(desk))
    return own_content.shown(desk)


def mailings(situation: Situation, *, now: datetime, office: Office) -> bool:
    """Whether an officer speaks of messages to many groups, so that their records are needed."""
    speaker = situation.speaker
    if speaker is None:
        return False
    return one_to_many.concerns(Desk(situation=situation, speaker=speaker, now=now, office=office))


def patrolled(speaker: Person, org: Organisation) -> tuple[str, ...]:
    """The townships whose patrol somebody may confirm or remark on; none for whoever does not inspect."""
    if not speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return ()
    return tuple(unit.id for unit in org.townships if org.covers(speaker, unit.id))


def exhibits(situation: Situation) -> tuple[tuple[str, str], ...]:
    """The messages of the case whose pictures somebody of the discipline role asks for, by platform and id."""
    case = pictures.asked_for(situation.burst.text, situation.clues)
    return () if case is None else tuple((case.clue.platform, message) for message in case.clue.messages)


def of_villager(situation: Situation) -> Needs:
    """What a villager's words need: his own earlier ones, if he says that they were about something else."""
    disowned = parting.disowned(situation)
    return Needs() if disowned is None else Needs(messages=_keys(disowned[1]))


def _keys(links: Iterable[Link]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((link.platform, link.message) for link in links if link.relation.joins))
