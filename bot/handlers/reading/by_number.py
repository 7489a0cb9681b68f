"""Somebody who asks the bot alone how far a numbered matter is that is not his: he learns nothing of it (R23).

The line is the same for another's matter, a private one and a number that does not exist.
"""

import re

from bot.domain.messages import Outgoing, OutKind, ToAccount
from bot.domain.outcome import Outcome
from bot.handlers.situation import Situation
from bot.office import Office

_ASKS = re.compile(
    r"(\d{1,4})\s*号(?:工单|单子|件|那件)?(?:事|的)?(?:现在|目前)?[,\uff0c\s]*"
    r"(?:到哪(?:了|儿|一步|里了)|办到哪|办得(?:怎么|咋)样|(?:怎么|咋)样了|进度|进展|办好(?:了)?没|办完(?:了)?没|办了没|有结果(?:了)?没)"
)
_AT_MOST = 24
"""Characters of such a question at most."""


def others(situation: Situation, office: Office) -> Outcome | None:
    """The neutral line, if the number is not that of a matter which the sender raised or joined."""
    text = situation.burst.text.strip()
    found = _ASKS.search(text) if situation.private and len(text) <= _AT_MOST else None
    if found is None or situation.quoted_thread is not None:
        return None
    number = int(found[1])
    if any(one.ticket.number == number and one.involves(situation.sender) for one in situation.threads):
        return None
    first = situation.burst.first
    told = Outgoing(
        to=ToAccount(platform=first.platform, account=situation.sender),
        kind=OutKind.NOTICE,
        text=office.say("record.not_yours"),
        dedupe_key=f"not-yours:{first.platform}/{first.id}",
    )
    return Outcome(sends=(told,))
