"""A cadre's name in the group says who it is: 姓名+职务, in any order (R32)."""

import pytest

from bot.domain.nicknames import proper_name, shows_identity
from bot.domain.org import Person, Role

DEPUTY = Person(id="p", name="李青山", post="村委会副主任", unit="v", roles=frozenset({Role.DUTY_OFFICER}))


@pytest.mark.parametrize(
    "nickname",
    [
        "李青山-村委会副主任",
        "村委会副主任 李青山",
        "副主任李青山",
        "李青山（主任）",
        "柳湾村 李青山 副主任",
        "李 青 山|副主任",
    ],
)
def test_name_and_post_in_any_order_are_enough(nickname: str) -> None:
    assert shows_identity(nickname, DEPUTY)


@pytest.mark.parametrize("nickname", ["青山依旧", "李青山", "副主任", "李主任", "", "A李青山五金店"])
def test_half_of_it_is_not(nickname: str) -> None:
    assert not shows_identity(nickname, DEPUTY)


def test_the_proposed_name_would_pass() -> None:
    assert shows_identity(proper_name(DEPUTY), DEPUTY)
