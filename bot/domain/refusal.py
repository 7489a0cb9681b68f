"""What cannot be done as it was asked for."""


class Refusal(Exception):  # noqa: N818 - reads as what it is
    """Something that an operator asked for cannot be done. The text says why and what to do instead, in Chinese."""
