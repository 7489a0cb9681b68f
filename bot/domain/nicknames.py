"""Whether a cadre's name in the group says who it is: 姓名+职务 (R32). Villagers are never looked at (R33)."""

import re
from dataclasses import dataclass
from unicodedata import normalize

from bot.domain.org import Person

_TITLES = (
    "书记", "主任", "会计", "主席", "委员", "网格员", "专干", "站长", "所长", "镇长", "乡长", "村长", "局长", "股长",
    "科长", "科员", "干事", "文书", "报账员", "组长", "社长", "队长", "连长", "部长", "校长", "院长",
    "队员", "社工", "工程师",
)  # fmt: skip
"""The last words of posts: 村委会副主任 is well named by 副主任 or 主任."""
_BETWEEN = re.compile(r"[\s·・\-_—–|/()（）【】\[\],，、.。:：]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenName:
    """How an officer's account was called in a group when it last spoke there."""

    platform: str
    account: str
    group: str
    name: str


def shows_identity(nickname: str, person: Person) -> bool:
    """Whether a nickname has both the name and the post in it, in any order (R32)."""
    plain = _plain(nickname)
    if _plain(person.name) not in plain:
        return False
    rest, post = plain.replace(_plain(person.name), "", 1), _plain(person.post)
    if not post:
        return True
    titles = [title for title in _TITLES if title in post]
    return post in rest or any(title in rest for title in titles) or (not titles and post[-2:] in rest)


def proper_name(person: Person) -> str:
    """What the nickname might be: 村委会副主任-李青山."""
    return f"{person.post}-{person.name}" if person.post else person.name


def _plain(text: str) -> str:
    return _BETWEEN.sub("", normalize("NFKC", text))
