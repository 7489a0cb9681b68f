"""Villagers who do not want their words read: the bot hears nothing but danger from them until they call it (R33)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveAlone:
    """An account asks to be left alone (别记我的), or lets the bot read again (可以记了)."""

    platform: str
    account: str
    alone: bool
