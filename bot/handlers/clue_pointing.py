"""Whom an accusation may mean: listed people of the village's line, and leaders of the offices above it.

It errs upwards: a clue that goes one level too high costs a look, one that reaches the accused costs exposure (R50).
"""

import re
from typing import Final

from bot.domain.categories import Level
from bot.domain.org import Organisation, Person

_TOWN_LEADERS: Final = re.compile(
    r"(?:镇|乡)长|(?:镇|乡)(?:里|上|上头)?(?:的)?(?:党委|书记|副书记|领导|干部|纪委|委员|主席|大官|当官)|街道办?(?:主任|书记)"
)
_COUNTY_LEADERS: Final = re.compile(
    r"(?<![去到找向往跟告])县(?:里|上)?(?:的)?(?:长|委书记|纪委书记|领导|监委主任|委常委|大领导)"
)
"""Not where somebody only says to whom he will go: 我要告到县委书记那里去."""
_SHORTEST_NAME: Final = 1


def pointed_at(text: str, village: str, org: Organisation) -> tuple[Person, ...]:
    """Listed people of the village's line and its offices whom the words may mean: by name, or by surname and post."""
    line = org.line_of(village)
    near = [*line, *(office.id for unit in line for office in org.departments_of(unit))]
    return tuple(person for unit in near for person in org.people_of(unit) if _named(person, text))


def leaders_meant(text: str, village: str, org: Organisation) -> tuple[str, ...]:
    """The units above the village whose leaders the words mean without naming anybody listed: 镇长, 县里领导."""
    found = []
    home = org.township_of(village)
    if home.level is Level.TOWNSHIP and _TOWN_LEADERS.search(text):
        found.append(home.id)
    if _COUNTY_LEADERS.search(text):
        found.append(org.county.id)
    return tuple(found)


def _named(person: Person, text: str) -> bool:
    if len(person.name) > _SHORTEST_NAME and person.name in text:
        return True
    return any(post in text for post in _called(person))


def _called(person: Person) -> tuple[str, ...]:
    """How villagers call an officer: the post itself, and the surname before its last two characters."""
    post = person.post.removeprefix("村").removeprefix("镇")
    if not post:
        return ()
    short = post[-2:]
    return (post, f"{person.name[:1]}{short}", f"{person.name[-1:]}{short}")
