"""Somebody who asks how far a numbered matter is that is not his: he learns nothing of it (R23).

To the bot alone the line is the same for another's matter, a private one and a number that does not exist. In the group
nothing is said: the result will stand there, and a neighbour's curiosity is no chasing of whoever is at work on it.
"""

import re

from bot.domain.messages import Outgoing, OutKind, ToAccount
from bot.domain.outcome import NOTHING, Outcome
from bot.handlers.situation import Situation
from bot.office import Office

_ASKS = re.compile(
    r"(\d{1,4})\s*号(?:工单|单子|件|那件)?(?:事|的)?(?:现在|目前)?[,\uff0c\s]*"
    r"(?:到哪(?:了|儿|一步|里了)|办到哪|办得(?:怎么|咋)样|(?:怎么|咋)样了|进度|进展|办好(?:了)?没|办完(?:了)?没|办了没|有结果(?:了)?没)"
)
_AT_MOST = 24
"""Characters of such a question at most."""


def others(situation: Situation, office: Office) -> Outcome | None:
    """The neutral line, if the number is not that of a matter which the sender raised or joined; silence in a group."""
    text = situation.burst.text.strip()
    found = _ASKS.search(text) if len(text) <= _AT_MOST else None
    if found is None or situation.quoted_thread is not None:
        return None
    numbered = [one for one in situation.threads if one.ticket.number == int(found[1])]
    if any(one.involves(situation.sender) for one in numbered):
        return None
    if not situation.private:
        return NOTHING if any(not one.ticket.private for one in numbered) else None
    first = situation.burst.first
    told = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("record.not_yours"),
        dedupe_key=f"not-yours:{first.platform}/{first.id}",
    )
    return Outcome(sends=(told,))
