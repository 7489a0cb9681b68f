"""Cut a text into the clauses that people would pause between, keeping the original wording."""

import re

_PAUSE = re.compile(r"(?:[,\uff0c。.!\uff01?\uff1f;\uff1b、\n\r\t  \u2005…]|\.{2,})+")
_MOST = 200
_SHORT = 4


def split_clauses(text: str) -> list[str]:
    """Return the clauses of a text, without their punctuation; at most ``_MOST``, the last holding the rest.

    A fragment of fewer than ``_SHORT`` characters joins its neighbour: 说错了 四组 is one thought.
    """
    found: list[str] = []
    for piece in _PAUSE.split(text, maxsplit=_MOST):
        clause = piece.strip()
        if not clause:
            continue
        if found and (len(clause) < _SHORT or len(found[-1]) < _SHORT):
            found[-1] = f"{found[-1]} {clause}"
        else:
            found.append(clause)
    return found
