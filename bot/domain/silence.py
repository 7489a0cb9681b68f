"""Whether a group is silent, or only not heard: silence is never mistaken for deafness (R36).

A group counts as silent only while it is proven that the bot hears it. The bot's own lines are never activity; on a
platform that returns them they prove that the line works, nothing more.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from bot.domain import silence_rules as rules
from bot.domain.workdays import local


class Silence(StrEnum):
    """How a group sounds. Yellow, orange and red are the grades of R36; red is the zombie group (僵尸群)."""

    NEW = "new"
    """Younger than the first grade: not judged."""
    LIVELY = "lively"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    UNHEARD = "unheard"
    """No proof that the bot hears the group, so nothing can be said about its silence."""
    MENTIONS_ONLY = "mentions_only"
    """The platform delivers only what is addressed to the bot, so talk among villagers cannot be judged."""

    @property
    def is_silent(self) -> bool:
        """Whether villagers have provably said nothing for too long."""
        return self in (Silence.YELLOW, Silence.ORANGE, Silence.RED)


class Deafness(StrEnum):
    """Why a group counts as not heard."""

    NEVER = "never"
    """Nothing has ever come from it."""
    NO_ECHO = "no_echo"
    """The platform does not return the bot's own posts, so a quiet group and a broken line look alike."""
    LOST = "lost"
    """The platform returns the bot's own posts, and even those have stopped coming."""
    UNBOUND = "unbound"
    """No conversation of the platform stands behind it yet."""
    REMOVED = "removed"
    """The bot was taken out of it, and nothing came from it since."""
    LINE_DOWN = "line_down"
    """The line to the platform is broken, so nothing at all can be heard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Senses:
    """What the group's platform lets the bot hear (DESIGN section 5).

    ``shows_sent``: a post that was sent is seen by everybody at once, so that sending it is as good as its echo.
    """

    hears_all: bool
    echoes_own: bool
    shows_sent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """What is on record of a group. Times are aware.

    ``known_since`` is the local day from which the bot has been in the group, None if no such day is on record (then
    it does not count as new). ``heard_at`` is when anything last came from it, ``villager_at`` when a villager last
    spoke, ``posted_at`` when the bot's own post was last confirmed as sent, ``echoed_at`` when one last came back.
    ``deaf_since`` is since when the line to the platform is broken, None while it stands. ``bound`` is whether a
    conversation stands behind it, ``removed_at`` when the bot was taken out of that. ``proven`` are the local days on
    which the group was provably heard, None if that was not looked at: then every day counts as heard.
    """

    known_since: date | None
    heard_at: datetime | None = None
    villager_at: datetime | None = None
    posted_at: datetime | None = None
    echoed_at: datetime | None = None
    deaf_since: datetime | None = None
    bound: bool = True
    removed_at: datetime | None = None
    proven: frozenset[date] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """How a group sounds and what that rests on.

    ``days`` are whole local days on which the group was heard and no villager spoke, counted from ``since``: the day of
    the last word, or the first day in the group if there never was one (``ever_spoken``). ``unheard`` are the days in
    between that could not be heard: they are nobody's silence. ``proof_at`` is the last instant at which the bot
    provably heard the group. ``because`` is set for a group that is not heard, and for no other; ``deaf_since`` is
    since when its line is broken.
    """

    silence: Silence
    since: date | None = None
    days: int = 0
    ever_spoken: bool = False
    proof_at: datetime | None = None
    because: Deafness | None = None
    deaf_since: datetime | None = None
    unheard: int = 0


def judge(traces: Traces, senses: Senses, *, at: datetime, limits: rules.Silence) -> Judgement:
    """Judge a group at an instant (aware) by the county's limits (R36).

    In this order: a group that is not bound, out of which the bot was taken, or on a broken line is not heard; one
    younger than ``yellow_days`` is not judged; without full hearing only a villager's word within ``yellow_days`` says
    something; a group without proof of hearing inside ``heard_within_days`` (full 24 hours) is not heard, whatever its
    past; the rest is graded by the days on which it was heard and no villager spoke, a day of a season counting as much
    as the season lets it. Raises ValueError for a naive time.
    """
    today = local(at).date()
    since = local(traces.villager_at).date() if traces.villager_at else traces.known_since
    elapsed = [since + timedelta(days=step + 1) for step in range((today - since).days)] if since else []
    quiet = [day for day in elapsed if traces.proven is None or day in traces.proven]
    days = len(quiet)
    proof_at = _proof(traces, senses)
    ever_spoken = traces.villager_at is not None

    def verdict(silence: Silence, because: Deafness | None = None) -> Judgement:
        return Judgement(
            silence=silence,
            since=since,
            days=days,
            ever_spoken=ever_spoken,
            proof_at=proof_at,
            because=because,
            deaf_since=traces.deaf_since,
            unheard=len(elapsed) - len(quiet),
        )

    broken = _broken(traces)
    if broken is not None:
        return verdict(Silence.UNHEARD, broken)
    if traces.known_since and (today - traces.known_since).days < limits.yellow_days:
        return verdict(Silence.NEW)
    if not senses.hears_all:
        spoke = ever_spoken and len(elapsed) < limits.yellow_days
        return verdict(Silence.LIVELY if spoke else Silence.MENTIONS_ONLY)
    if proof_at is None or at - proof_at > timedelta(days=limits.heard_within_days):
        return verdict(Silence.UNHEARD, _why_deaf(proof_at, senses))
    return verdict(_grade(sum(limits.weight(day) for day in quiet), limits))


def _broken(traces: Traces) -> Deafness | None:
    """Why nothing can come from a group at all, whatever its past."""
    if not traces.bound:
        return Deafness.UNBOUND
    if traces.removed_at is not None and (traces.heard_at is None or traces.heard_at <= traces.removed_at):
        return Deafness.REMOVED
    return None if traces.deaf_since is None else Deafness.LINE_DOWN


def _proof(traces: Traces, senses: Senses) -> datetime | None:
    own = traces.posted_at if senses.shows_sent else traces.echoed_at
    proofs = [traces.heard_at, traces.villager_at, own if senses.echoes_own else None]
    return max((proof for proof in proofs if proof), default=None)


def _why_deaf(proof_at: datetime | None, senses: Senses) -> Deafness:
    if proof_at is None:
        return Deafness.NEVER
    return Deafness.LOST if senses.echoes_own else Deafness.NO_ECHO


def _grade(days: Fraction | int, limits: rules.Silence) -> Silence:
    if days >= limits.red_days:
        return Silence.RED
    if days >= limits.orange_days:
        return Silence.ORANGE
    return Silence.YELLOW if days >= limits.yellow_days else Silence.LIVELY
