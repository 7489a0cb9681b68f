"""Allegations against people with public power: to the confidential queue, and nowhere else (R50, R51)."""

from datetime import datetime

from bot.domain.categories import Level
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToPerson
from bot.domain.org import Organisation, Person, Role
from bot.domain.outcome import Mark, Outcome
from bot.domain.tickets import Clue
from bot.domain.workdays import local
from bot.handlers.situation import Situation
from bot.office import Office


def decide(situation: Situation, *, now: datetime, office: Office, before: tuple[Message, ...] = ()) -> Outcome:
    """Put the words aside for the discipline role and point the sender, privately, to the confidential channel.

    ``before`` are earlier messages of the same thought.
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
            dedupe_key=f"clue-waiting:{clue.platform}/{clue.messages[0]}:{reader.id}",
            not_before=office.hold(now),
            confidential=True,
        )
        for reader in readers(clue, office.org)
    )
    return Outcome(clues=(clue,), sends=(guide, *told), marks=tuple((piece.seq, Mark.CLUE) for piece in pieces))


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
