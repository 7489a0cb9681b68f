"""One message, several matters: what is announced as a further one, or plainly is, becomes a ticket of its own.

路灯坏了修一下 另外低保要什么材料 are two questions to two people with two deadlines. A reason, a background or a
complaint about the same thing stays with its appeal: in doubt it is one matter, which an officer can take apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.classify.clauses import split_clauses
from bot.classify.forms import Form
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.verdicts import Context, Verdict
from bot.handlers.judge import Judge

ANNOUNCED_AT = 0.6
"""Confidence that a matter needs whose teller says that it is a further one."""
PLAIN_AT = 0.85
"""Confidence that a part needs to be a matter of its own though nobody says so."""
MOST = 4
"""Matters of one message at most: who lists more speaks of one thing in many points."""
SHORTEST = 5
"""Characters below which a part names no matter."""
_NUMBERED = re.compile("(?:^|[\\s,\uff0c。;\uff1b])(?:[1-4一二三四]|[①②③④])[、.\uff0e:\uff1a]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """One of the matters: its words, and what they are judged to be."""

    text: str
    verdict: Verdict


def matters(text: str, verdict: Verdict, judge: Judge, context: Context) -> tuple[Matter, ...]:
    """The matters of an appeal, the first first; only one if the text does not plainly hold more.

    Words with an accusation among them are never taken apart: what may be shown of them was decided for the whole. A
    part that is suspected by itself keeps it whole, too.
    """
    whole = Matter(text=verdict.public_text or text, verdict=verdict)
    if verdict.label not in APPEALS or verdict.urgent:
        return (whole,)
    if any(part.category is Category.CLUE for part in verdict.also):
        return (whole,)
    parts = _announced(text, judge) or _numbered(text)
    needed = ANNOUNCED_AT
    if len(parts) == 1:
        parts, needed = _by_category(text, verdict), PLAIN_AT
    judged = [Matter(text=part, verdict=judge.classify(part, context)) for part in parts[:MOST]]
    apart = [one for one in judged if _is_appeal(one, needed)]
    first = judged[0]
    cries = any(one.verdict.urgent for one in judged)  # what is no cry as a whole is none in parts, and rings nobody
    if cries or len(judged) == 1 or len(apart) != len(judged) or not _all_different(apart):
        return (whole,)
    return (_of_first(whole, first), *(_further(one) for one in apart[1:]))


def _announced(text: str, judge: Judge) -> list[str]:
    """The text before each announcement, and from it on."""
    at = [start for start in judge.stream.forms.starts(Form.FURTHER_MATTER, text) if start >= SHORTEST]
    return [text[start:end].strip() for start, end in zip([0, *at], [*at, len(text)], strict=True)]


def _numbered(text: str) -> list[str]:
    """The points of a list: 1、… 2、…"""
    at = [found.start() for found in _NUMBERED.finditer(text)]
    return [text[start:end].strip() for start, end in zip(at, [*at[1:], len(text)], strict=True)]


def _by_category(text: str, verdict: Verdict) -> list[str]:
    """What the classifier already told apart, if it is a whole tail of the text."""
    other = next((part for part in verdict.also if part.category in APPEALS), None)
    if other is None:
        return [text]
    clauses = split_clauses(text)
    theirs = set(split_clauses(other.text))
    cut = next((at for at, clause in enumerate(clauses) if clause in theirs), 0)
    if not cut or any(clause not in theirs for clause in clauses[cut:]):
        return [text]
    return ["，".join(clauses[:cut]), "，".join(clauses[cut:])]


def _is_appeal(one: Matter, needed: float) -> bool:
    return (
        one.verdict.label in APPEALS
        and one.verdict.confidence >= needed
        and not one.verdict.suspects_clue
        and len(one.text) >= SHORTEST
    )


def _all_different(found: Sequence[Matter]) -> bool:
    """Whether no two are about the same thing: each has a topic of its own, or at the same topic another place."""
    told = [(one.verdict.topic, one.verdict.place) for one in found]
    return all(topic for topic, _ in told) and all(
        mine[0] != its[0] or (mine[1] and its[1] and mine[1] != its[1])
        for index, mine in enumerate(told)
        for its in told[:index]
    )


def _of_first(whole: Matter, first: Matter) -> Matter:
    """The first matter; flags of the whole, such as its heat, stay with it."""
    flags = whole.verdict.flags | first.verdict.flags | {Flag.MULTI}
    verdict = replace(first.verdict, flags=flags, place=first.verdict.place or whole.verdict.place)
    return Matter(text=first.verdict.public_text or first.text, verdict=verdict)


def _further(one: Matter) -> Matter:
    return replace(one, text=one.verdict.public_text or one.text)
