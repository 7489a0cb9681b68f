"""To whom a burst is spoken: what a judge of its words must know of its surroundings."""

from datetime import timedelta

from bot.classify.forms import Form
from bot.domain.messages import Kind
from bot.domain.verdicts import Context
from bot.handlers.judge import Judge
from bot.handlers.situation import Situation
from bot.office import Office

_LISTENS = timedelta(minutes=30)
"""How long after a cadre's last word a question into the silence is put to him."""


def context_of(situation: Situation, judge: Judge, office: Office) -> Context:
    """The surroundings of a burst: said to the bot alone, to somebody who should answer, by voice."""
    pieces = situation.burst.pieces
    return Context(
        private=situation.private,
        to_bot=situation.to_bot or _to_a_cadre(situation, judge, office),
        voice=any(piece.kind is Kind.VOICE for piece in pieces),
    )


def _to_a_cadre(situation: Situation, judge: Judge, office: Office) -> bool:
    """Whether a listed person is asked: mentioned, or politely asked as the next who speaks after him."""
    org, first = office.org, situation.burst.first
    mentioned = {account for piece in situation.burst.pieces for account in piece.mentions}
    if any(org.person_at(first.platform, account) is not None for account in mentioned):
        return True
    last = situation.recent[-1] if situation.recent else None
    if last is None or first.at - last.at > _LISTENS or org.person_at(last.platform, last.sender) is None:
        return False
    return judge.stream.forms.begins(Form.ASKS_POLITELY, situation.burst.text.strip())
