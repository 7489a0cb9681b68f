"""Every sentence that the bot says: templates from ``config/wording``, filled with values."""

from collections.abc import Mapping

from bot.domain.templates import Hole, TemplateError, parts


class WordingError(Exception):
    """A template is missing or malformed, or a value for it is: a fault of the programme, never of a villager."""


class Wording:
    """The sentences by key."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        """Take templates by key (``receipt.opened``). Raises WordingError naming the key of a malformed one."""
        self._parts: dict[str, tuple[str | Hole, ...]] = {}
        for key, template in templates.items():
            try:
                self._parts[key] = tuple(parts(template))
            except TemplateError as error:
                message = f"{key}: {error}"
                raise WordingError(message) from error

    def __contains__(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in self._parts

    def say(self, key: str, **values: object) -> str:
        """Fill a template. Values are put in as they are, braces included; those not asked for are ignored.

        Raises WordingError naming the key if there is no such template or a value is missing.
        """
        try:
            template = self._parts[key]
        except KeyError as error:
            message = f"no sentence {key!r}"
            raise WordingError(message) from error
        try:
            return "".join(str(values[part.name]) if isinstance(part, Hole) else part for part in template)
        except KeyError as error:
            message = f"{key}: no value for {error.args[0]!r}"
            raise WordingError(message) from error
