"""How many people are in a village's groups beside its households: reference figures, never a ranking (R46, R110)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.org import Organisation


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """One village. ``households`` and ``members`` are 0 where nobody has said; of ``uncounted`` groups nobody has."""

    village: str
    households: int
    members: int
    groups: int
    uncounted: int

    @property
    def per_hundred(self) -> int | None:
        """Members per 100 households; None unless all is known. One household may be there with several people."""
        if not self.households or self.uncounted or not self.groups:
            return None
        return round(100 * self.members / self.households)


def coverage(org: Organisation, villages: Iterable[str]) -> tuple[Coverage, ...]:
    """The villages in the order in which they are given, which is the configuration's, not that of their figures."""
    found = []
    for village in villages:
        groups = org.groups_of(village)
        found.append(
            Coverage(
                village=village,
                households=org.units[village].households,
                members=sum(group.members for group in groups),
                groups=len(groups),
                uncounted=sum(not group.members for group in groups),
            )
        )
    return tuple(found)
