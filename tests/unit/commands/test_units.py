"""An operator names a township or village: by its id, by its name, or by mistake."""

import pytest

from bot.commands.units import UnknownUnit, one_of, township_named
from bot.domain.categories import Level
from bot.domain.org import Unit
from bot.office import Office

NORTH = Unit(id="north", name="河口村", level=Level.VILLAGE, parent="qinghe")
SOUTH = Unit(id="south", name="河口村", level=Level.VILLAGE, parent="qinghe")


def test_a_township_is_found_by_id_and_by_name(office: Office) -> None:
    assert township_named("qinghe", office) is township_named("清禾镇", office)


def test_a_name_that_no_township_has_is_answered_with_those_that_there_are(office: Office) -> None:
    with pytest.raises(UnknownUnit, match="没有这个乡镇：无名镇。有：qinghe（清禾镇）"):
        township_named("无名镇", office)


def test_a_village_is_no_township(office: Office) -> None:
    with pytest.raises(UnknownUnit, match="没有这个乡镇：柳湾村"):
        township_named("柳湾村", office)


def test_of_two_villages_of_one_name_the_operator_is_asked_which() -> None:
    with pytest.raises(UnknownUnit, match="有几个单位都叫河口村，请写编号：north（河口村）、south（河口村）"):
        one_of("河口村", [NORTH, SOUTH])
    assert one_of("south", [NORTH, SOUTH]) is SOUTH
