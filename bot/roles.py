"""Which part of the work a process does: all of it, or a role of several processes over one database."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a process is there for. A process may have several roles, and all but the last may run many times."""

    GATEWAY = "gateway"
    """Hears and speaks: the lines to the platforms, each owned by one process."""
    WORKER = "worker"
    """Decides about messages."""
    SCHEDULER = "scheduler"
    """Does what the schedule asks for; one of them at a time, the others wait for it to end."""
    WEB = "web"
    """Shows the pages."""


EVERY: Final = frozenset(Role)


def read_roles(words: Sequence[str]) -> frozenset[Role] | None:
    """The roles behind ``--role`` (repeated, or with commas); None if none is given. Raises ValueError, in Chinese."""
    named = [word.strip() for given in words for word in given.replace("，", ",").split(",") if word.strip()]
    unknown = [word for word in named if word not in set(Role)]
    if unknown:
        message = f"没有 {'、'.join(unknown)} 这个角色。可以写：{'、'.join(Role)}，几个之间用逗号隔开"
        raise ValueError(message)
    return frozenset(Role(word) for word in named) or None


def spoken(roles: Iterable[Role]) -> str:
    """Roles as they are written on the command line."""
    return ",".join(role for role in Role if role in set(roles))
