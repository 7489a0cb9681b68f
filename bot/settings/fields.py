"""Kinds of values that several configuration files share: ids, names, days, roles."""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.domain.org import Role
from bot.settings.chinese import nearest, spoken

PLATFORMS = ("practice", "wechat", "dingtalk")

ROLE_WORDS = {
    "值班员": Role.DUTY_OFFICER,
    "村支书": Role.SECRETARY,
    "两委成员": Role.COMMITTEE,
    "发布员": Role.PUBLISHER,
    "审核员": Role.REVIEWER,
    "挂包领导": Role.LINKED_LEADER,
    "经办人": Role.HANDLER,
    "纪检": Role.INSPECTOR,
    "县级专班": Role.COUNTY_DESK,
    "运维": Role.OPERATOR,
    "应急值守": Role.DUTY_ROOM,
    "联络员": Role.LIAISON,
}
"""Roles as a county writes them; the English codes are understood as well."""

_ID = re.compile(r"[\w.-]+")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Entry(BaseModel):
    """Part of a configuration file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = "不能空着" if value is None else "要写文字"
        raise spoken(message)
    if not value.strip():
        message = "不能空着"
        raise spoken(message)
    return value.strip()


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text):
        message = f"编号只能用字母、数字、汉字和 . _ -，现在是“{text}”"
        raise spoken(message)
    return text


def _day(value: object) -> date:
    text = _text(value)
    day = day_of(text)
    if day is None:
        message = f"要写真实的日期，例如 2026-03-06，现在是“{text}”"
        raise spoken(message)
    return day


def day_of(text: str) -> date | None:
    """Return the day that ``2026-03-06`` names; None if it is written otherwise or does not exist."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _role(value: object) -> Role:
    text = _text(value)
    if text in ROLE_WORDS:
        return ROLE_WORDS[text]
    try:
        return Role(text)
    except ValueError as error:
        message = f"没有“{text}”这个身份{nearest(text, [*ROLE_WORDS, *Role])}；可以写：{'、'.join(ROLE_WORDS)}"
        raise spoken(message) from error


def _platform(value: object) -> str:
    text = _text(value)
    if text not in PLATFORMS:
        message = f"没有“{text}”这个平台{nearest(text, PLATFORMS)}；可以写：{'、'.join(PLATFORMS)}"
        raise spoken(message)
    return text


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_id)]
Day = Annotated[date, BeforeValidator(_day)]
RoleWord = Annotated[Role, BeforeValidator(_role)]
Platform = Annotated[str, BeforeValidator(_platform)]
Several = BeforeValidator(_several)
"""Lets one value stand where a list is wanted."""
