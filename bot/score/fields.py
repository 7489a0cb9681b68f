"""Takes values out of parsed JSON and notes every fault with its place, instead of stopping at the first."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")

_NOWHEN = datetime.min.replace(tzinfo=UTC)


class Fields:
    """One JSON object. ``where`` names it in faults, which are Chinese and collected in ``faults``.

    A getter whose value is missing or of the wrong type notes a fault and returns an empty value, which must not be
    used: whoever reads looks at ``faults`` in the end. Keys that nobody asks for are remarks, and ignored.
    """

    def __init__(self, value: object, *, where: str, faults: list[str]) -> None:
        """Take the object; anything else than an object is one fault, and has no fields to complain about."""
        self.where = where
        self._faults = faults
        self._is_object = isinstance(value, Mapping)
        self._row: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not self._is_object:
            self.fault("应是 {…}")

    def fault(self, reason: str) -> None:
        """Note what is wrong with this object."""
        self._faults.append(f"{self.where}:{reason}")

    def text(self, key: str, *, required: bool = True) -> str:
        """Words; "" if missing and not required."""
        return self._take(key, "文字", _is_text, "", required=required)

    def text_or_null(self, key: str, *, required: bool = True) -> str | None:
        """Words or null; null if missing and not required."""
        return self._take(key, "文字或 null", _is_text_or_null, None, required=required)

    def number_or_null(self, key: str) -> int | None:
        """A whole number or null."""
        return self._take(key, "整数或 null", _is_number_or_null, None)

    def number(self, key: str) -> int:
        """A whole number."""
        return self._take(key, "整数", _is_number, 0)

    def flag(self, key: str, *, required: bool = True) -> bool:
        """A truth value; False if missing and not required."""
        return self._take(key, " true 或 false", _is_flag, empty=False, required=required)

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of words; empty if missing and not required."""
        return tuple(self._take(key, "文字的列表", _is_texts, [], required=required))

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One of the words of an enumeration."""
        value = self._take(key, "文字", _is_text, None)
        if value is not None and value not in set(choices):
            self.fault(f"{key} 不能是“{value}”,可以是 {'、'.join(choices)}")
            value = None
        return next(iter(choices)) if value is None else choices(value)

    def moment(self, key: str) -> datetime:
        """An instant with its offset."""
        value = self._take(key, "时间", _is_text, None)
        return _NOWHEN if value is None else self._instant(key, value)

    def moment_or_null(self, key: str) -> datetime | None:
        """An instant with its offset, or null; null if missing."""
        value = self.text_or_null(key, required=False)
        return None if value is None else self._instant(key, value)

    def part(self, key: str, *, required: bool = True) -> "Fields":
        """The object under a key; one without fields if missing and not required."""
        value = self._take(key, " {…}", _is_object, {}, required=required)
        return Fields(value, where=f"{self.where} 的 {key}", faults=self._faults)

    def parts(self, key: str, *, required: bool = True) -> tuple["Fields", ...]:
        """The objects of a list; empty if missing and not required."""
        items = self._take(key, "列表", _is_list, [], required=required)
        return tuple(
            Fields(item, where=f"{key} 第 {place} 项", faults=self._faults) for place, item in enumerate(items, start=1)
        )

    def _take(
        self, key: str, wanted: str, fits: Callable[[object], TypeGuard[Value]], empty: Value, *, required: bool = True
    ) -> Value:
        if key not in self._row:
            if required and self._is_object:
                self.fault(f"缺少 {key}")
            return empty
        value = self._row[key]
        if fits(value):
            return value
        self.fault(f"{key} 应是{wanted}")
        return empty

    def _instant(self, key: str, value: str) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            at = _NOWHEN.replace(tzinfo=None)
        if at.tzinfo is None:
            self.fault(f"{key} 应是带时区的 ISO 8601 时间,不能是“{value}”")
            return _NOWHEN
        return at


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_text_or_null(value: object) -> TypeGuard[str | None]:
    return value is None or isinstance(value, str)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number_or_null(value: object) -> TypeGuard[int | None]:
    return value is None or _is_number(value)


def _is_flag(value: object) -> TypeGuard[bool]:
    return isinstance(value, bool)


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)
