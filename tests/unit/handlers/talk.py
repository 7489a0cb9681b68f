"""People talking in 青石村 about a lamp and a pipe: what decisions about the stream of words look at."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.categories import Category, Flag
from bot.domain.messages import Kind, Message
from bot.domain.org import Group
from bot.domain.tickets import Relation, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.handlers.joining import Burst
from bot.handlers.situation import Situation
from tests.unit.patrol.lamps import NINE, lamp, thread

GROUP = Group(id="g-qs1", name="青石一家亲", village="v-qs", platform="practice", conversation="qs1")
PIPE = replace(lamp(number=2), text="三组水管爆了没人修", topic="自来水", place="三组", requester="u-gs")


def message(text: str, sender: str, minutes: float, *, mentions: tuple[str, ...] = ()) -> Message:
    """What somebody says in the group, so many minutes after nine."""
    when = NINE + timedelta(minutes=minutes)
    return Message(
        seq=round(minutes * 60) + 100,
        platform="practice",
        id=f"at-{minutes}",
        conversation="group:g-qs1",
        group="g-qs1",
        sender=sender,
        name=sender,
        kind=Kind.TEXT,
        text=text,
        at=when,
        received_at=when,
        mentions=mentions,
    )


def situation(
    text: str,
    *known: Ticket | Thread,
    sender: str = "u-az",
    minutes: float = 2,
    chatter: int = 0,
    quoted: Thread | None = None,
    mentions: tuple[str, ...] = (),
    recent: tuple[Message, ...] = (),
) -> Situation:
    """A burst of one message in the group, with the tickets that are known and the small talk before it."""
    talk = tuple(message("早", f"u-{number}", 0.5 + number / 100) for number in range(chatter))
    return Situation(
        burst=Burst(pieces=(message(text, sender, minutes, mentions=mentions),)),
        speaker=None,
        group=GROUP,
        village="v-qs",
        recent=(*talk, *recent),
        threads=tuple(one if isinstance(one, Thread) else thread(one) for one in known),
        quoted_thread=quoted,
    )


def verdict(label: Category = Category.HELP, *flags: Flag, place: str = "", topic: str = "") -> Verdict:
    """A judgement with nine tenths of certainty."""
    return Verdict(label=label, confidence=0.9, flags=frozenset(flags), place=place, topic=topic)


def answered(ticket: Ticket, text: str, *, minutes: float = 1) -> Thread:
    """The ticket with a cadre's answer, so many minutes after nine."""
    known = thread(replace(ticket, first_cadre_reply="r1", answer="r1", answer_text=text))
    said = NINE + timedelta(minutes=minutes)
    reply = replace(known.links[0], message="r1", relation=Relation.REPLY, sender="u-lqs", at=said)
    return replace(known, links=(*known.links, reply))


def number(found: Thread | None) -> int | None:
    """The number of a found ticket."""
    return None if found is None else found.ticket.number
