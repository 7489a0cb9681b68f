"""What pydantic finds wrong, said in Chinese to the one who edits the file, with the nearest known key suggested."""

from collections.abc import Iterable
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.domain.faults import Fault
from bot.settings.source import Loc, Source

Entry = TypeVar("Entry", bound=BaseModel)

SPOKEN = "spoken"
"""Type of an error whose message is already Chinese."""

_CREDENTIALS = ("token", "secret", "password", "passwd", "credential", "api_key", "apikey", "密码", "口令", "密钥")
_PERSON = "secretary"
"""A post, not a secret."""

# Checks of bot.domain.rules, whose words are for developers.
_CHECKS = {
    "begin must be before end": "开始时间要早于结束时间（begin 早于 end）",
    "yellow_days < orange_days < red_days must hold": "天数要依次变大：yellow_days < orange_days < red_days",
    "bands must rise": "bands 里的数要依次变大",
    "sizes must rise": "sizes 里的 up_to 要依次变大",
    "office_hours needs at least one stretch": "office_hours 至少要有一段办公时间",
    "office_hours must be in order and must not overlap": "office_hours 要按先后排列，不能重叠",
}

_PATTERNS = {
    r"^\d{3,5}$": "要写 3 到 5 位的公共号码",
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": "要写成月-日，例如 07-10",
}

_BOUNDS = {
    "greater_than": ("gt", "要大于 {:g}"),
    "greater_than_equal": ("ge", "不能小于 {:g}"),
    "less_than": ("lt", "要小于 {:g}"),
    "less_than_equal": ("le", "不能大于 {:g}"),
    "too_short": ("min_length", "至少要有 {} 项"),
}

_KINDS = {
    "int_parsing": "要写整数",
    "int_type": "要写整数",
    "int_from_float": "要写整数",
    "int_parsing_size": "数字太大了",
    "float_parsing": "要写数字",
    "float_type": "要写数字",
    "finite_number": "要写普通的数字",
    "bool_parsing": "要写 true（是）或 false（否）",
    "bool_type": "要写 true（是）或 false（否）",
    "string_type": "要写文字",
    "string_too_short": "不能空着",
    "time_parsing": "时间要写成 08:30 这样（00:00 到 23:59）",
    "time_type": "时间要写成 08:30 这样（00:00 到 23:59）",
    "list_type": "要写成列表（每行用 - 开头，或用方括号）",
    "tuple_type": "要写成列表（每行用 - 开头，或用方括号）",
    "dict_type": "要写成“名称: 内容”的样子",
    "model_type": "要写成“名称: 内容”的样子",
    "model_attributes_type": "要写成“名称: 内容”的样子",
}


def spoken(message: str) -> PydanticCustomError:
    """Make the error for a validator whose message is Chinese already."""
    return PydanticCustomError(SPOKEN, "{words}", {"words": message})


def checked(model: type[Entry], source: Source, loc: Loc, faults: list[Fault]) -> Entry | None:
    """Validate what stands at ``loc``; every mistake is appended to ``faults``, and then the result is None."""
    try:
        return model.model_validate(source.at(loc))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            # pydantic marks a fault of a key itself, not of its value, by a last step of its own.
            detail["loc"] = tuple(step for step in detail["loc"] if step != "[key]")
            faults.append(source.fault((*loc, *detail["loc"], *_subject(detail)), _said(model, detail)))
        return None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``（是不是想写“x”？）`` for the known word most like ``word``, nothing if none is near."""
    matches = get_close_matches(word, list(known), n=1)
    return f"（是不是想写“{matches[0]}”？）" if matches else ""


def without_credentials(source: Source, faults: list[Fault]) -> Source:
    """Take out every key that looks like a password or token, with a fault for each: those never stand in files."""
    return Source(name=source.name, value=_cleared(source, (), faults), places=source.places)


def _cleared(source: Source, loc: Loc, faults: list[Fault]) -> object:
    value = source.at(loc)
    if isinstance(value, list):
        return [_cleared(source, (*loc, position), faults) for position in range(len(value))]
    if not isinstance(value, dict):
        return value
    cleared = {}
    for key in value:
        if any(word in str(key).lower().replace(_PERSON, "") for word in _CREDENTIALS):
            message = f"“{key}”像是密码或密钥，不能写在配置文件里；请放进环境变量（见 docs/configuration.md“环境变量”）"
            faults.append(source.fault((*loc, key), message))
        else:
            cleared[key] = _cleared(source, (*loc, key), faults)
    return cleared


def _subject(detail: ErrorDetails) -> Loc:
    """Return the part of a whole that a check of the whole is about: its words begin with the part's name."""
    words = str(detail.get("ctx", {}).get("error", "")).partition(" ")[0]
    return (words,) if words == "office_hours" else ()


def _said(model: type[BaseModel], detail: ErrorDetails) -> str:
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx", {})
    key = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    if kind == "extra_forbidden":
        return f"不认识“{key}”{nearest(key, _keys_at(model, loc[:-1]))}"
    if kind == "missing":
        return f"缺少 {key}"
    if kind == SPOKEN:
        return f"{key}：{context['words']}" if key else str(context["words"])
    if kind == "value_error":
        words = str(context["error"])
        return _CHECKS.get(words, f"{key}：{words}" if key else words)
    given = detail["input"]
    found = "，现在空着" if given is None else f"，现在是“{given}”" if isinstance(given, str | int | float) else ""
    wanted = _wanted(kind, context) or f"写法不对（{detail['msg']}）"
    return f"{key}：{wanted}{found}" if key else f"{wanted}{found}"


def _wanted(kind: str, context: dict[str, Any]) -> str | None:
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return words.format(context[name])
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "格式不对")
    return _KINDS.get(kind)


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    at: type[BaseModel] = model
    for step in loc:
        if isinstance(step, str):
            at = _model_in(at.model_fields[step].annotation) or at
    return [field.alias or name for name, field in at.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {tuple, list, Union, UnionType, Annotated}:
        found = (_model_in(argument) for argument in get_args(annotation))
        return next((model for model in found if model is not None), None)
    return None
