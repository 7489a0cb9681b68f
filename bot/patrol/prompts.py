"""How often officers were asked or reminded about tickets: the burden that the digest and the weekly summary state."""

from collections.abc import Collection, Iterable

from bot.domain.messages import OutKind, ToPerson, recipient_key
from bot.office import Office
from bot.ports import Sent

_ASKS_AN_OFFICER = frozenset(
    {OutKind.PROMPT, OutKind.REMINDER, OutKind.QUESTION, OutKind.OVERDUE, OutKind.EMERGENCY, OutKind.TRANSFER}
)


def asked_officers(scope: str, besides: Collection[str], office: Office) -> list[str]:
    """The recipients who have to do with a township: its own people, those above, and ``besides``.

    ``scope`` is the id of the township, or of the county: then everybody. ``besides`` are ids of people.
    """
    org = office.org
    townships = {unit.id for unit in org.townships}
    elsewhere = townships - {scope} if scope in townships else set[str]()
    people = [
        one.id for one in org.people.values() if one.id in besides or not elsewhere & {one.unit, *org.line_of(one.unit)}
    ]
    return [recipient_key(ToPerson(person=person)) for person in people]


def prompts_of(sent: Iterable[Sent], tickets: Collection[str]) -> int:
    """How many messages asked an officer for something about these tickets (ids); a bundle is one."""
    asking = (one for one in sent if one.outgoing.kind in _ASKS_AN_OFFICER and one.outgoing.ticket in tickets)
    return len({one.bundle or one.id for one in asking})
