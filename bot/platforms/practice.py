"""The practice platform: chats that live in the bot's own database and are shown by the practice hall or by replay.

What was sent is shown from the outbox, so sending is done as soon as the outbox says so, and an interrupted send
has certainly not been seen by anybody.
"""

from bot.ports.platform import Capabilities, Parcel


class PracticePlatform:
    """Hears and shows everything; never fails."""

    def __init__(self, name: str = "practice") -> None:
        """Play the platform of that name: a replay may stand in for any of them."""
        self._name = name

    @property
    def name(self) -> str:
        """The word that stands in messages and configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Everything that the browser shows."""
        return Capabilities(hears_all=True, echoes_own=True, shows_sent=True, voice_text=True, recall=True)

    async def send(self, parcel: Parcel) -> str:
        """The message's own id is its id here."""
        return parcel.id

    async def recall(self, to: str, platform_id: str) -> None:
        """Nobody sees it any more, because the store shows it no more."""
        del to, platform_id

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """Never seen before the outbox said so."""
        del parcel
        return False
