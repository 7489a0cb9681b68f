"""YAML texts as nodes that know where they stand: by libyaml, and once more by the careful parser if it refuses."""

import yaml
from yaml.nodes import Node


def compose(text: str) -> Node | None:
    """The node of the only document of a text, None if there is none. Raises yaml.YAMLError.

    libyaml is twenty-five times as fast; what is wrong, and in which line, is said better by the parser in Python.
    """
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def anchors(text: str) -> frozenset[int]:
    """Where in a text the nodes begin that others could refer to (``&name``), counted in characters."""
    if "&" not in text:
        return frozenset()
    tokens = yaml.scan(text, Loader=yaml.CSafeLoader)
    return frozenset(token.start_mark.index for token in tokens if isinstance(token, yaml.AnchorToken))
