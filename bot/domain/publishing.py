"""Whether a cadre's post in a group publishes something of the village, until a catalogue says what is to be published.

Deliberately narrow: an announcement that only speaks of publicity (明天公示) is none, nor is a question about it.
"""

import re

_FEWEST = 12
"""Characters: what is shorter announces, and publishes nothing."""
_MATTER = (
    r"(?:收支|财务|账目|明细|名单|补助|补贴|低保|救助|资金|款项?|项目|工程|招标|投标|中标|采购|发包|承包|流转|宅基地|征地|"
    r"分红|决议|表决|会议纪要|三务|村务|党务|财务)"
)
_PUBLISHES = re.compile(
    rf"现(?:将|就|对)?.{{0,60}}(?:公示|公布|公开|予以公告)|(?:公示|公布|公开|公告)如下|"
    rf"^[\s【\[《*#]*[^。?？!！\n]{{0,30}}{_MATTER}[^。?？!！\n]{{0,12}}(?:公示|公开|公告|一览表|明细表|公示表|公开表)"
)
_ASKS = re.compile(r"[?？]\s*$|(?:吗|呢|没有)[?？。]?\s*$")
_LATER = re.compile(
    r"(?:明天|后天|过几天|下周|下个?月|月底|年底|稍后|准备|打算|将(?:于|在)).{0,20}(?:公示|公布|公开|公告)"
)


def publishes(text: str) -> bool:
    """Whether the words publish something: lists, accounts, decisions with the form of a public notice (R30)."""
    words = text.strip()
    if len(words) < _FEWEST or _ASKS.search(words) or _LATER.search(words):
        return False
    return _PUBLISHES.search(words) is not None
