"""The tones of what a group says: shared by the door that hears it and the job that looks at it (R45)."""

from collections.abc import Iterable
from functools import lru_cache

from bot.domain.heat import Sign, Words
from bot.domain.messages import Message
from bot.office import Office


def words_of(office: Office) -> Words:
    """The county's words; they stand in ``wording/heat.yaml`` so that a village can add its own."""
    return _words(*(office.say(f"heat.words_{kind}") for kind in ("angry", "quarrel", "calm", "jest")))


@lru_cache(maxsize=8)
def _words(angry: str, quarrel: str, calm: str, jest: str) -> Words:
    """Asked for every message: split once."""
    return Words(
        angry=tuple(angry.split()), quarrel=tuple(quarrel.split()), calm=tuple(calm.split()), jest=tuple(jest.split())
    )


def signs_of(messages: Iterable[Message], words: Words) -> tuple[Sign, ...]:
    """Those of the messages that have a tone."""
    found = ((message, words.tone(message.text)) for message in messages)
    return tuple(
        Sign(at=message.at, sender=f"{message.platform}/{message.sender}", tone=tone)
        for message, tone in found
        if tone is not None
    )
