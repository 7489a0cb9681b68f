"""When the line was whole: from the last proof that it was heard to the next, nobody knows what was said. Pure."""

from datetime import datetime

from bot.ports.platform import Gap


class Wholeness:
    """Keeps the last proof that the account is heard, and what became of it."""

    def __init__(self, platform: str) -> None:
        """Nothing is proved yet: what was missed before a start of the bot is not for this object to know."""
        self._platform = platform
        self._proof: datetime | None = None
        self._whole = False
        self._why = ""

    @property
    def whole(self) -> bool:
        """Whether the account is heard."""
        return self._whole

    def proved(self, at: datetime) -> None:
        """Something was heard; counts only while the line is whole."""
        if self._whole:
            self._proof = at if self._proof is None else max(self._proof, at)

    def lost(self, why: str) -> None:
        """The line is not whole any more; the first reason stands."""
        if self._whole:
            self._whole = False
            self._why = why

    def regained(self, at: datetime, *, account: str) -> Gap | None:
        """The line is whole again: what was missed, None if nothing was."""
        since, was_whole = self._proof, self._whole
        self._whole = True
        self._proof = at
        if was_whole or since is None or since >= at:
            return None
        return Gap(platform=self._platform, account=account, since=since, until=at, why=self._why)
