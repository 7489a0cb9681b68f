"""Sentences with holes: plain text and ``{name}``, nothing cleverer, so that no value can ever act as a template."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(r"\{\{|\}\}|\{(?P<name>[a-z][a-z0-9_]*)\}|(?P<stray>[{}])|[^{}]+")


class TemplateError(ValueError):
    """A brace that is neither doubled nor part of a plain ``{name}``. ``at`` is its position in the text."""

    def __init__(self, at: int) -> None:
        """Remember where the brace stands."""
        super().__init__(f"stray brace at position {at}")
        self.at = at


@dataclass(frozen=True, kw_only=True, slots=True)
class Hole:
    """A place that a value fills."""

    name: str


def parts(template: str) -> Iterator[str | Hole]:
    """Split a template into text and holes; ``{{`` and ``}}`` are single braces. Raises TemplateError."""
    for token in _TOKENS.finditer(template):
        if token["stray"]:
            raise TemplateError(token.start())
        if token["name"]:
            yield Hole(name=token["name"])
        else:
            yield {"{{": "{", "}}": "}"}.get(token[0], token[0])


def holes(template: str) -> frozenset[str]:
    """Return the names that a template needs. Raises TemplateError."""
    return frozenset(part.name for part in parts(template) if isinstance(part, Hole))
