"""Units of the county as an operator names them on the command line: by id or by name."""

from collections.abc import Sequence

from bot.domain.org import Unit
from bot.domain.refusal import Refusal
from bot.office import Office


class UnknownUnit(Refusal):
    """No unit is called so, or several are; the text names those that there are."""


def township_named(wanted: str, office: Office) -> Unit:
    """The township of an id or a name; raises UnknownUnit with those that there are."""
    return one_of(wanted, office.org.townships, what="乡镇")


def one_of(wanted: str, units: Sequence[Unit], *, what: str = "单位") -> Unit:
    """The one of these units that has the id or the name; raises UnknownUnit. ``what``: the word for them."""
    found = [unit for unit in units if unit.id == wanted] or [unit for unit in units if unit.name == wanted]
    if len(found) == 1:
        return found[0]
    known = "、".join(f"{unit.id}（{unit.name}）" for unit in (found or units))
    message = f"有几个{what}都叫{wanted}，请写编号：{known}" if found else f"没有这个{what}：{wanted}。有：{known}"
    raise UnknownUnit(message)
