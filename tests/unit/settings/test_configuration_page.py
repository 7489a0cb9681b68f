"""The operators' page names everything that can be set, and gives the defaults as they are."""

import re

from pydantic import BaseModel

from bot.domain.rules import Rules
from bot.settings.environment import PREFIX, Environment
from bot.settings.fields import PLATFORMS, ROLE_WORDS
from bot.settings.reading import FILES
from bot.settings.source import SHIPPED

PAGE = (SHIPPED.parent / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^|]+?)` \| ([^|]+) \|", PAGE, re.MULTILINE))


def test_every_number_of_the_rules_has_its_line() -> None:
    for name, part in Rules():
        assert f"`{name}" in PAGE
        if isinstance(part, BaseModel):
            missing = [key for key in type(part).model_fields if f"{key}`" not in PAGE]
            assert missing == [], name


def test_the_defaults_on_the_page_are_those_of_the_programme() -> None:
    said = {key: float(value) for key, value in ROWS.items() if re.fullmatch(r"[\d.]+", value) and "." in key}
    rules = Rules()
    meant = {key: getattr(getattr(rules, key.split(".")[0]), key.split(".")[1]) for key in said}
    assert said == meant
    assert len(said) >= 17


def test_every_variable_of_the_environment_has_its_line() -> None:
    said = {name for name in ROWS if name.startswith(PREFIX)}
    assert said == {f"{PREFIX}{name.upper()}" for name in Environment.model_fields} | {"XIAOWEI_CONFIG"}


def test_every_file_role_and_platform_is_explained() -> None:
    words = [*FILES, *PLATFORMS, *ROLE_WORDS, *ROLE_WORDS.values()]
    assert [word for word in words if word not in PAGE] == []
