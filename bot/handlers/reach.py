"""How far a decision reaches: what one changes concerns only those that look there, and most change nothing."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.outcome import Mark, Outcome
from bot.handlers.situation import Situation


@dataclass(frozen=True, slots=True)
class Reach:
    """Villages, groups and accounts by name, or ``everywhere``."""

    names: frozenset[str] = frozenset()
    everywhere: bool = False

    def meets(self, changed: "Reach") -> bool:
        """Whether what has changed may concern it."""
        if self.everywhere:
            return changed != NOWHERE
        return changed.everywhere or not self.names.isdisjoint(changed.names)

    def __or__(self, other: "Reach") -> "Reach":
        """Both."""
        return Reach(self.names | other.names, self.everywhere or other.everywhere)


_OF_A_VILLAGE: Final = ("sends", "slots", "marks", "changes", "links", "unlinks", "clues", "media", "alone")
"""What of an outcome is seen in the village, or by the account, that it is about; all else may be seen anywhere."""
NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


def sees(situation: Situation) -> Reach:
    """Where a decision has looked.

    The village, and who speaks; a cadre in a group what is marked there. An officer's private word may be about
    all that he covers, and a stranger's about any village.
    """
    if situation.village is None or (situation.speaker is not None and situation.private):
        return EVERYWHERE
    names = {situation.village, _account(situation)}
    if situation.speaker is not None and situation.group is not None:
        names.add(_marks_in(situation.group.id))
    return Reach(frozenset(names))


def changes(situation: Situation, outcome: Outcome) -> Reach:
    """Where others would see what a decision wants done; what is planned or to be said is seen by none of them yet."""
    planned = Outcome(sends=outcome.sends, slots=outcome.slots)
    if outcome == planned:
        return NOWHERE
    marked = replace(planned, marks=outcome.marks)
    if outcome == marked and situation.group is not None and all(mark is not Mark.CLUE for _, mark in outcome.marks):
        return Reach(frozenset({_marks_in(situation.group.id)}))
    known = {name: getattr(outcome, name) for name in _OF_A_VILLAGE}
    return sees(situation) if outcome == Outcome(**known) else EVERYWHERE


def _marks_in(group: str) -> str:
    return f"marks:{group}"


def _account(situation: Situation) -> str:
    return f"{situation.burst.first.platform}/{situation.sender}"
