"""What WeChat writes into the words of a message: quotations and calls by name. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.messages import BOT, EVERYONE

AFTER_NAME: Final = "\u2005"
"""The blank that WeChat puts after a name that was picked from the list."""
_QUOTE: Final = re.compile(
    r"\A\s*「(?P<name>[^:：\n]{1,64})[:：](?P<said>.*?)」[ \t]*\n[ \t]*(?:[-—–][ \t]*){3,}\n(?P<words>.*)\Z", re.DOTALL
)
_CALLED: Final = re.compile(r"@([^\s@]{1,64})(?=\s|\Z)")
_EVERYONE: Final = frozenset({"所有人", "全体成员", "all", "All"})
_EVERYONE_IDS: Final = frozenset({"@all", "all", "notify@all", "announcement@all"})
_TITLE: Final = re.compile(r"<title>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</title>", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quotation:
    """A message that quotes another in words: who said it, what was said, and what is said about it."""

    name: str
    said: str
    words: str


def quotation(text: str) -> Quotation | None:
    """The quotation at the head of a text, None if there is none."""
    found = _QUOTE.match(text)
    if found is None:
        return None
    return Quotation(name=found["name"].strip(), said=found["said"], words=found["words"].strip())


def tidy(text: str) -> str:
    """The words without the special blank."""
    return text.replace(AFTER_NAME, " ")


def title_in(text: str) -> str:
    """The title in the XML of a card that the gateway could not take apart; the text itself if there is none."""
    found = _TITLE.search(text)
    if found is not None:
        return found[1].strip()
    return "" if text.lstrip().startswith("<") else text.strip()


def mentions(
    text: str, ids: tuple[str, ...], *, account: str, own_names: frozenset[str], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Who is called: by the ids that the gateway names, and by ``@name`` in the words, as often no ids are named.

    ``names`` are the accounts of a group by the names that are known of it; ``own_names`` those of the bot.
    """
    found: dict[str, None] = {}
    for id_ in ids:
        if id_ in _EVERYONE_IDS:
            found[EVERYONE] = None
        elif id_:
            found[BOT if account and id_ == account else id_] = None
    called = set(_CALLED.findall(text))
    if called & _EVERYONE:
        found[EVERYONE] = None
    # Names may contain blanks, so ours are looked for as they are.
    if any(re.search(f"@{re.escape(name)}(?=\\s|\\Z)", text) for name in own_names if name):
        found[BOT] = None
    for name in _CALLED.findall(text):
        if name in names and name not in own_names:
            found[BOT if names[name] == account else names[name]] = None
    return tuple(found)


def calling(text: str, names: tuple[str, ...]) -> str:
    """The words with ``@name`` in front for everybody who is not yet called in them."""
    missing = [name for name in names if name and f"@{name}" not in text]
    return "".join(f"@{name}{AFTER_NAME}" for name in missing) + text
