"""Which of the perhaps-questions (可能需要回复) a cadre's words in the group answer: they are listed no more."""

from bot.domain.messages import Message
from bot.handlers.judge import Judge
from bot.handlers.reading.answers import SHORTEST_ANSWER
from bot.handlers.reading.lately import FEW_TURNS, NEAR
from bot.handlers.reading.sameness import TAKEN_UP
from bot.handlers.situation import Situation


def settled(situation: Situation, judge: Judge, *, answers_ticket: bool) -> tuple[Message, ...]:
    """Those that he quotes, whose sender he calls, whose words he takes up, or that stand right before his words.

    What he says about a ticket (``answers_ticket``) is not about what happens to stand before it as well.
    """
    waiting = [message for message in situation.unanswered if message.at < situation.burst.first.at]
    quoted = {piece.quote for piece in situation.burst.pieces if piece.quote is not None}
    if quoted:
        return tuple(message for message in waiting if message.id in quoted)
    called = {account for piece in situation.burst.pieces for account in piece.mentions}
    to_them = tuple(message for message in waiting if message.sender in called)
    if to_them:
        return to_them
    text = situation.burst.text.strip()
    if len(text) < SHORTEST_ANSWER:
        return ()
    about = {message.seq: message for message in waiting if judge.stream.echo.shared(text, message.text) >= TAKEN_UP}
    last = waiting[-1] if waiting else None
    if last is not None and not about and not answers_ticket and _right_before(situation, last):
        about[last.seq] = last
    return tuple(about.values())


def _right_before(situation: Situation, message: Message) -> bool:
    """Whether hardly anything was said between a message of some minutes ago and the words."""
    since = sum(other.at > message.at and other.sender != message.sender for other in situation.recent)
    return situation.burst.first.at - message.at <= NEAR and since <= FEW_TURNS
