"""Reads ``wording/``: the shipped sentences, and the county's own in place of some of them."""

from collections.abc import Iterator
from pathlib import Path

from bot.domain.faults import Fault
from bot.domain.templates import TemplateError, holes
from bot.settings.chinese import nearest
from bot.settings.source import Loc, Source, read_yaml, shown


def read_wording(shipped: Path, own: Path | None = None) -> tuple[dict[str, str], list[Fault]]:
    """Read all files of both folders; keys are ``receipt.opened``.

    A county may change a sentence, but neither invent a key nor a placeholder that the shipped one lacks. Raises no
    error: what is wrong is in the faults, and a faulty sentence is left out.
    """
    sentences, faults = _folder(shipped)
    changed, own_faults = _folder(own) if own else ({}, [])
    for key, (text, source, loc) in changed.items():
        if key not in sentences:
            own_faults.append(source.fault(loc, f"没有“{key}”这一句{nearest(key, sentences)}"))
            continue
        known = holes(sentences[key][0])
        own_faults += [source.fault(loc, f"{key}：{_unknown(name, known)}") for name in sorted(holes(text) - known)]
        sentences[key] = (text, source, loc)
    return {key: text for key, (text, _, _) in sentences.items()}, faults + own_faults


def _unknown(name: str, known: frozenset[str]) -> str:
    can = f"这一句只能用 {'、'.join(f'{{{word}}}' for word in sorted(known))}" if known else "这一句不能用 {…}"
    return f"不认识 {{{name}}}；{can}"


def _folder(folder: Path) -> tuple[dict[str, tuple[str, Source, Loc]], list[Fault]]:
    """Read every sentence of a folder with its place. Two files may not say the same key."""
    sentences: dict[str, tuple[str, Source, Loc]] = {}
    faults = [
        Fault(file=shown(path), line=None, message="文件名要以 .yaml 结尾，否则不会读")
        for path in sorted(folder.glob("*.yml"))
    ]
    for path in sorted(folder.glob("*.yaml")):
        source, file_faults = read_yaml(path)
        faults += file_faults
        if source is None:
            continue
        for loc, key in _keys(source):
            text = source.at(loc)
            message = _wrong(text)
            if message:
                faults.append(source.fault(loc, f"{key}：{message}"))
            elif key in sentences:
                _, other, other_loc = sentences[key]
                faults.append(source.fault(loc, f"“{key}”在 {other.name} 第 {other.line(other_loc)} 行已经写过"))
            else:
                sentences[key] = (str(text).rstrip("\n"), source, loc)
    return sentences, faults


def _keys(source: Source) -> Iterator[tuple[Loc, str]]:
    """Every key of a file: flat (``receipt.opened:``) or nested one level."""
    top = source.value
    for key, value in top.items() if isinstance(top, dict) else ():
        if isinstance(value, dict):
            yield from (((key, inner), f"{key}.{inner}") for inner in value)
        else:
            yield (key,), key


def _wrong(text: object) -> str | None:
    if text is None or (isinstance(text, str) and not text.strip()):
        return "要写一句话，不能空着"
    if not isinstance(text, str):
        return "要写一句话；名称最多分两层"
    try:
        holes(text)
    except TemplateError as error:
        around = text[max(0, error.at - 5) : error.at + 6].replace("\n", " ")
        return f"花括号写得不对（“{around}”附近），占位要写成 {{name}}，要显示花括号本身请写两遍"
    return None
