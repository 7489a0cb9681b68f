"""A fault in data that people edit: where it stands and what is wrong, in words for the one who edits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One mistake in a file. ``line`` counts from 1; None if the mistake is the file as a whole."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """Return ``config/x.yaml:12: message``, the form that editors and terminals can jump to."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"
