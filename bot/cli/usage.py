"""What was typed wrongly, in the operator's language: the command line's library only knows English."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from typer._click.exceptions import NoArgsIsHelpError
from typer._click.exceptions import UsageError as Mistyped
from typer.core import TyperGroup

__all__ = ["Mistyped", "in_words"]

_SAID: Sequence[tuple[str, str]] = (
    (r"Missing (?:option|argument) (?P<what>.+?)\.", "还要写 {what}"),
    (r"Missing command\.", "还要写一个命令"),
    (r"No such command '(?P<what>.+?)'\..*", "没有 {what} 这个命令"),
    (r"No such option: (?P<what>\S+)(?: \(Possible options: (?P<near>.+)\))?", "没有 {what} 这个选项"),
    (r"Option '(?P<what>.+?)' requires (?:an argument|\d+ arguments)\.", "{what} 后面要写内容"),
    (r"Option '(?P<what>.+?)' does not take a value\.", "{what} 后面不用写内容"),
    (r"Got unexpected extra argument\(s\) \((?P<what>.+)\)", "多写了 {what}"),
    (r"Invalid value for (?P<name>.+?): \w+ (?P<what>'.+') does not exist\.", "{name}：没有 {what}"),
    (r"Invalid value for (?P<name>.+?): \w+ (?P<what>'.+') is a file\.", "{name}：{what} 是文件，要写文件夹"),
    (r"Invalid value for (?P<name>.+?): \w+ (?P<what>'.+') is a directory\.", "{name}：{what} 是文件夹，要写文件"),
    (r"Invalid value for (?P<name>.+?): \w+ (?P<what>'.+') is not readable\.", "{name}：读不了 {what}"),
    (r"Invalid value for (?P<name>.+?): \w+ (?P<what>'.+') is not writable\.", "{name}：写不了 {what}"),
    (r"Invalid value for (?P<name>.+?): .*valid integer.*", "{name}：要写整数"),
    (r"Invalid value for (?P<name>.+?): (?P<what>.+)", "{name} 写得不对：{what}"),
)


def in_words(error: Mistyped) -> str:
    """What is wrong and where to look it up; nothing where the help itself was shown instead."""
    if isinstance(error, NoArgsIsHelpError):
        return ""
    told = _translated(error)
    return told if error.ctx is None else f"{told}。怎么写，请看：{error.ctx.command_path} --help"


def _translated(error: Mistyped) -> str:
    message = error.format_message()
    for pattern, words in _SAID:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            parts = {name: part.strip("'") for name, part in found.groupdict(default="").items()}
            return words.format_map(parts) + _meant(error, parts)
    return message


def _meant(error: Mistyped, parts: dict[str, str]) -> str:
    """Options that are near are named by the library, commands are looked for here."""
    near = parts.get("near", "").replace(", ", "、")
    if not near and error.ctx is not None and isinstance(error.ctx.command, TyperGroup):
        near = "、".join(get_close_matches(parts.get("what", ""), error.ctx.command.list_commands(error.ctx)))
    return f"（是不是想写 {near}？）" if near else ""
