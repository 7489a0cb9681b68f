"""Taking a household's words out of a matter that is not theirs: they become a ticket of their own, nothing is lost.

Their clock starts with their own message; their class is never a longer one than that which they had (R7).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import together
from bot.domain.byhand import BY_HAND, ByHand, officer_of
from bot.domain.categories import APPEALS, Category
from bot.domain.lifecycle import VILLAGER
from bot.domain.messages import Kind, Message
from bot.domain.outcome import Outcome
from bot.domain.tickets import Channel, Link, Relation, Thread, Ticket
from bot.domain.verdicts import Context, Verdict
from bot.handlers.joining import Burst
from bot.handlers.judge import Judge
from bot.handlers.opening import open_ticket
from bot.handlers.reading.lately import latest_first
from bot.handlers.situation import Situation
from bot.handlers.telling import tell_owner
from bot.office import Office
from bot.phrasing import matter, say_time

_NOT_THE_SAME = re.compile(
    r"不是(?:这个|这件|这回|这事|这样|这种|同一|一回|一件|一码|一个)|不一样|不同(?:的|一)|另(?:外)?一?(?:件|回|码|个)事|是另(?:外)?[一的]|别的事|两码事|两回事"
)
_LONGEST = 60
"""Characters of such words at most; more of them tell a matter of their own."""
_SAID_LATELY = timedelta(minutes=30)
"""How long after somebody joined in the group the words need no quote."""


def disowned(situation: Situation) -> tuple[Thread, tuple[Link, ...]] | None:
    """The matter that the sender was counted in to and now says is not his, with the messages that joined him.

    By a quote, to the bot alone, or in the group within half an hour: 我家不是这个, 不一样, 是另一件.
    """
    words = situation.burst.text.strip()
    if len(words) > _LONGEST or _NOT_THE_SAME.search(words) is None:
        return None
    quoted = situation.quoted_thread
    for thread in latest_first(situation.threads) if quoted is None else [quoted]:
        links = joined_by(thread, situation.sender)
        fresh = bool(links) and situation.burst.first.at - links[-1].at <= _SAID_LATELY
        if links and (quoted is not None or situation.private or fresh):
            return thread, links
    return None


def joined_by(thread: Thread, account: str) -> tuple[Link, ...]:
    """The messages by which somebody who did not raise it joined a matter."""
    if account == thread.ticket.requester:
        return ()
    return tuple(link for link in thread.links if link.sender == account and link.relation.joins)


def disown(
    thread: Thread, links: Sequence[Link], situation: Situation, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """The villager's own undoing: the joined words and the present ones are a matter of his own; the owner hears it."""
    pieces = (*messages_of(links, situation), *situation.burst.pieces)
    new, outcome = taken_out(thread, links, pieces, situation, judge, by=VILLAGER, now=now, office=office)
    text = office.say(
        "together.unjoined_by_villager",
        number=thread.ticket.number,
        other=new.number,
        matter=matter(new, office),
        due=say_time(new.due_at, office, now=now),
    )
    key = f"unjoined:{thread.ticket.id}:{links[0].message}"
    return outcome + Outcome(sends=tell_owner(thread.ticket, text, key, now=now, office=office))


def taken_out(
    thread: Thread,
    links: Sequence[Link],
    pieces: Sequence[Message],
    situation: Situation,
    judge: Judge,
    *,
    by: str,
    now: datetime,
    office: Office,
) -> tuple[Ticket, Outcome]:
    """A ticket of their own for a household's ``links``, whose words are ``pieces``; the links move with it."""
    ticket = thread.ticket
    words = "\n".join(piece.text for piece in pieces if piece.text.strip())
    verdict, text = readable(words, judge)
    private = ticket.private or any(link.relation is Relation.PRIVATE_SUPPORT for link in links)
    alone = alone_with(pieces, situation, ticket, private=private, office=office)
    new, opened = open_ticket(
        alone,
        pieces,
        replace(verdict, urgent=False),
        category=shorter(ticket.category, verdict, office),
        text=text or office.say("together.no_words", number=ticket.number),
        now=now,
        office=office,
    )
    change = together.unjoined(ticket, at=now, by=by, message=links[0].message)
    return new, Outcome(changes=(change,), unlinks=tuple(links)) + opened


def alone_with(
    pieces: Sequence[Message], situation: Situation, ticket: Ticket, *, private: bool, office: Office
) -> Situation:
    """The situation in which only these messages were written, where the ticket's matter was raised."""
    officer = officer_of(pieces[0].sender)
    by_hand = None
    if officer is not None:
        channel = ticket.channel if ticket.channel in BY_HAND else Channel.PHONE
        by_hand = ByHand(channel=channel, officer=officer, said_at=pieces[0].at)
    return replace(
        situation,
        burst=Burst(pieces=tuple(pieces)),
        speaker=None,
        group=None if private or ticket.group is None else office.org.groups.get(ticket.group),
        village=ticket.village,
        by_hand=by_hand,
    )


def readable(words: str, judge: Judge) -> tuple[Verdict, str]:
    """What words are judged to be, and what of them may stand in a ticket: nothing of what may be an accusation."""
    verdict = judge.classify(words, Context(to_bot=True))
    if verdict.label is Category.CLUE or verdict.suspects_clue:
        return replace(verdict, topic="", place=""), ""
    return verdict, verdict.public_text or words


def shorter(before: Category, verdict: Verdict, office: Office) -> Category:
    """The category of a part: what it is judged to be, but never one with a longer time than the whole had (R7)."""
    if verdict.label not in APPEALS:
        return before
    return min(before, verdict.label, key=office.rules.deadlines.days)


def messages_of(links: Sequence[Link], situation: Situation) -> tuple[Message, ...]:
    """The messages behind links, in their order; one whose words are not known any more stands without them."""
    known = {(message.platform, message.id): message for message in (*situation.said, *situation.recent)}
    found = {(link.platform, link.message): known.get((link.platform, link.message)) or _bare(link) for link in links}
    return tuple(sorted(found.values(), key=lambda message: (message.at, message.seq)))


def _bare(link: Link) -> Message:
    return Message(
        seq=0,
        platform=link.platform,
        id=link.message,
        conversation="",
        group=None,
        sender=link.sender,
        name="",
        kind=Kind.TEXT,
        text="",
        at=link.at,
        received_at=link.at,
    )
