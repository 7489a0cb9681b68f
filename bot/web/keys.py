"""Who may see the operator's page: whoever opened a link that works once. A code to scan is a login, so it is kept."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

COOKIE: Final = "xiaowei_operator"
_OPEN_AT_MOST: Final = 20
"""Browsers that may be signed in at once; the oldest is signed out first."""


def _random_word() -> str:
    return secrets.token_urlsafe(24)


@dataclass
class OperatorKeys:
    """The link that is valid now, and the browsers that opened one. All of it ends with the process.

    ``announce`` is told of every new link's key: the operator reads it in the terminal and nowhere else.
    """

    announce: Callable[[str], None]
    word: Callable[[], str] = _random_word
    _key: str | None = field(default=None, init=False, repr=False)
    _browsers: deque[str] = field(default_factory=lambda: deque(maxlen=_OPEN_AT_MOST), init=False, repr=False)

    def renew(self) -> None:
        """Make a link valid, instead of the one before, and announce it."""
        self._key = self.word()
        self.announce(self._key)

    def redeem(self, key: str) -> str | None:
        """The cookie for whoever brings the valid key, which is used up by that; None for any other key."""
        if self._key is None or not secrets.compare_digest(self._key.encode(), key.encode()):
            return None
        cookie = self.word()
        self._browsers.append(cookie)
        self.renew()
        return cookie

    def admits(self, cookie: str | None) -> bool:
        """Whether a browser that sends this cookie has opened a link."""
        sent = (cookie or "").encode()
        return any(secrets.compare_digest(sent, one.encode()) for one in self._browsers)
