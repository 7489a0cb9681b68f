"""Codes by which people and groups are bound: short enough to be told by telephone, worthless once they were used.

A person's code opens an office, so it has eight digits and a few tries an hour do not find it; a group's has six, for
only a known officer can use it. They are derived from a secret of the installation, so nothing must be kept of them.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from bot.domain.bindings import Bindings, Whose
from bot.domain.org import Organisation

DIGITS = {Whose.GROUP: 6, Whose.PERSON: 8}
_LONGER_BY = 2
_LONGEST = 16


@dataclass(frozen=True, kw_only=True)
class CodeBook:
    """All codes that are valid now. Codes that would be alike are longer, so that each means one thing only."""

    org: Organisation
    bindings: Bindings

    def code(self, whose: Whose, ident: str) -> str:
        """The code to be told. Raises LookupError without a secret, KeyError for an id that is not configured."""
        if not self.bindings.secrets:
            message = "codes need a secret of the installation"
            raise LookupError(message)
        return self._codes[whose, ident]

    def meant(self, whose: Whose, digits: str) -> str | None:
        """The id of the one group or person whose valid code this is, None for anything else."""
        if not DIGITS[whose] <= len(digits) <= _LONGEST:
            return None
        found = {
            ident
            for ident in self._ids(whose)
            if any(self._long(secret, whose, ident).startswith(digits) for secret in self.bindings.secrets)
        }
        return found.pop() if len(found) == 1 else None

    def _ids(self, whose: Whose) -> Mapping[str, object]:
        return self.org.groups if whose is Whose.GROUP else self.org.people

    @cached_property
    def _codes(self) -> Mapping[tuple[Whose, str], str]:
        secret = self.bindings.secrets[0]
        found: dict[tuple[Whose, str], str] = {}
        for whose in Whose:
            open_ = {ident: self._long(secret, whose, ident) for ident in self._ids(whose)}
            length = DIGITS[whose]
            while open_:
                at: dict[str, list[str]] = {}
                for ident, code in open_.items():
                    at.setdefault(code[:length], []).append(ident)
                for code, those in at.items():
                    if len(those) == 1 or length >= _LONGEST:
                        found.update({(whose, ident): code for ident in those})
                        for ident in those:
                            del open_[ident]
                length += _LONGER_BY
        return found

    def _long(self, secret: str, whose: Whose, ident: str) -> str:
        words = f"{whose}:{ident}:{self.bindings.generation(whose, ident)}"
        drawn = int.from_bytes(hmac.digest(secret.encode(), words.encode(), sha256)[:16], "big")
        return f"{drawn % 10**_LONGEST:0{_LONGEST}d}"
