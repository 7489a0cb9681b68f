"""Where an error arose, without what it says: messages of errors may quote what people wrote."""

import traceback
from pathlib import PurePath

_SHOWN = 6
"""Frames that are shown of a long way."""


def whereabouts(error: BaseException) -> str:
    """The kind of an error and the places it passed: ``KeyError at villager.py:45 > threads.py:12``.

    The innermost place stands last. Fit for logs and for records that an operator reads: no message, no values.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_SHOWN:]
    places = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}" if places else type(error).__name__
