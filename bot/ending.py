"""Being stopped in the middle: what has been begun is brought to its end, as far as there is time."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

_TIDIES_UP: Final = 0.3
"""Seconds that work which is cancelled after all gets to put back what it has in hand."""


async def to_its_end(work: Coroutine[Any, Any, T], *, within: float) -> T:
    """Do it to the end even if cancelled meanwhile, but not for more than so many seconds after that."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait({doing}, timeout=within)
        if doing.cancel():
            await asyncio.wait({doing}, timeout=_TIDIES_UP)
        elif not doing.cancelled():
            doing.exception()  # somebody has looked at it: we are being stopped, and it waits for the next start
        raise
