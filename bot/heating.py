"""The tones of what a group says: shared by the door that hears it and the job that looks at it (R45)."""

from collections.abc import Iterable

from bot.domain.heat import Sign, Words
from bot.domain.messages import Message
from bot.office import Office


def words_of(office: Office) -> Words:
    """The county's words; they stand in ``wording/heat.yaml`` so that a village can add its own."""
    angry, quarrel, calm, jest = (
        tuple(office.say(f"heat.words_{kind}").split()) for kind in ("angry", "quarrel", "calm", "jest")
    )
    return Words(angry=angry, quarrel=quarrel, calm=calm, jest=jest)


def signs_of(messages: Iterable[Message], words: Words) -> tuple[Sign, ...]:
    """Those of the messages that have a tone."""
    found = ((message, words.tone(message.text)) for message in messages)
    return tuple(
        Sign(at=message.at, sender=f"{message.platform}/{message.sender}", tone=tone)
        for message, tone in found
        if tone is not None
    )
