"""The decision order of the taxonomy, over the chances and the word groups of a text."""

from collections.abc import Set as AbstractSet

from bot.classify.scoring import Scores
from bot.domain.categories import APPEALS, Category
from bot.domain.rules import Certainty
from bot.domain.verdicts import Context

_CLUE, _NONE, _HELP = Category.CLUE, Category.NONE, Category.HELP
_CONSULTATION, _SUGGESTION, _DISCLOSURE = Category.CONSULTATION, Category.SUGGESTION, Category.DISCLOSURE
"""By names of their own: Python 3.11 runs code of the enumeration wherever it reads a member of it."""
_DEEDS = frozenset({
    "侵占", "受贿", "冒领虚报", "程序造假", "招投标", "优亲厚友", "欺压", "作风", "选举贿选", "举报意", "重话",
    "正式举报",
})  # fmt: skip
ACCUSING = _DEEDS | {"官职", "亲属", "匿指"}
"""Groups whose words must never be shown beside an accusation."""
_TOOK_MONEY = frozenset({"官职", "吞吃", "钱款"})
"""A post, a verb of taking and money together: an accusation however it is put (two-part rule of the keywords)."""
_ABOUT_MONEY = frozenset({"钱款", "公款", "吞吃", "公开物", "待遇"})
_WATCHED = ACCUSING | _ABOUT_MONEY
_IN_JEST = frozenset({"玩笑", "外地", "往事", "交易", "求邻居", "夸大", "通知", "系统消息"})
_HALVES = (
    frozenset({"设施", "损坏"}), frozenset({"损坏", "已拖"}), frozenset({"待遇", "待遇异常"}),
    frozenset({"公开缺", "公开物"}), frozenset({"建议引子", "改进"}),
)  # fmt: skip
_HALF = frozenset[str]().union(*_HALVES)
_STILL_BROKEN = frozenset({"损坏", "已拖"})
"""A question about something that has been out of order for days asks for help (first minimal pair)."""
_CALMED = frozenset({"险情否定", "玩笑", "接龙", "往事", "外地"})
_STRONG_AT = 0.1
_WEAK_AT = 0.3
_WORDLESS_AT = 0.5
_CALMED_AT = 0.7


def is_urgent(scores: Scores, groups: AbstractSet[str]) -> bool:
    """Whether life or safety is in danger now (R8): a word of danger and a sum that does not speak against it."""
    urgent = scores.urgent
    if urgent < _STRONG_AT:
        return False
    if not _CALMED.isdisjoint(groups) or ("违法" in groups and "险情" not in groups):
        return urgent >= _CALMED_AT
    if "险情" in groups:
        return urgent >= (_WEAK_AT if "夸大" in groups else _STRONG_AT)
    if "夸大" in groups:
        return urgent >= _CALMED_AT
    return urgent >= (_WEAK_AT if "疑似险情" in groups else _WORDLESS_AT)


def names_danger(groups: AbstractSet[str]) -> bool:
    """Whether a word of danger is among them: sums of quiet pieces grow without one."""
    return "险情" in groups or "疑似险情" in groups


def decide(
    scores: Scores, groups: AbstractSet[str], context: Context, certainty: Certainty, *, urgent: bool
) -> tuple[Category, float]:
    """Apply the order cadre, danger, clue, other appeals, none; return the category and its confidence."""
    chances = scores.by_category
    trust = certainty.trust_in_voice if context.voice else 1.0
    if context.by_cadre:
        return _NONE, 1.0
    if urgent:
        return _HELP, 1.0
    if is_clue(scores, groups, context, certainty):
        return _CLUE, trust * max(chances[_CLUE], certainty.clue)
    if "接龙" in groups:
        return _of_list(groups, trust)
    appeal = 1 - chances[_NONE]
    if appeal < _needed(groups, context, certainty):
        return _NONE, trust * chances[_NONE]
    best = _by_wish(max(APPEALS, key=chances.__getitem__), groups)
    return best, trust * appeal * (chances[best] / appeal) ** 0.5


def _by_wish(best: Category, groups: AbstractSet[str]) -> Category:
    """Correct the likeliest appeal by what is wished for: 能不能 + 修 is help, + 公布 is disclosure."""
    if best is _CONSULTATION and groups >= _STILL_BROKEN:
        return _HELP
    if best in (_CONSULTATION, _SUGGESTION):
        if "求修" in groups:
            return _HELP
        if "求公开" in groups and "以后" not in groups:
            return _DISCLOSURE
    return best


def is_clue(scores: Scores, groups: AbstractSet[str], context: Context, certainty: Certainty) -> bool:
    """Whether a text accuses somebody with public power (taxonomy, decision order 2)."""
    if context.private:
        needed = certainty.clue_in_private
    else:
        needed = certainty.clue if _IN_JEST.isdisjoint(groups) else certainty.clue_in_jest
        if _WATCHED.isdisjoint(groups):  # 三组地势高 是不是上头阀没开: nobody and no money is spoken of
            needed = max(needed, certainty.bare_clue)
    return scores.by_category[_CLUE] >= needed or took_money(groups)


def is_suspicious(scores: Scores, groups: AbstractSet[str], certainty: Certainty) -> bool:
    """Whether a text that is called no clue should still be looked at, in confidence (taxonomy, decision order 2)."""
    chance = scores.by_category[_CLUE]
    return chance >= certainty.suspicion and (chance >= certainty.bare_suspicion or not _WATCHED.isdisjoint(groups))


def may_want_answer(scores: Scores, context: Context, certainty: Certainty) -> bool:
    """Whether a text that is called none should still be shown to the duty officer (practical rule 11)."""
    return not context.by_cadre and 1 - scores.by_category[_NONE] >= certainty.want_answer


def took_money(groups: AbstractSet[str]) -> bool:
    """Whether somebody in office is said to have taken money, and not in jest."""
    return groups >= _TOOK_MONEY and _IN_JEST.isdisjoint(groups)


def _needed(groups: AbstractSet[str], context: Context, certainty: Certainty) -> float:
    if context.private or context.to_bot:
        return certainty.appeal_to_bot
    if not _IN_JEST.isdisjoint(groups):
        return certainty.appeal_in_jest
    if _HALF.isdisjoint(groups):
        return certainty.appeal
    return certainty.plain_appeal if any(groups >= halves for halves in _HALVES) else certainty.appeal


def _of_list(groups: AbstractSet[str], trust: float) -> tuple[Category, float]:
    """A signing-up list is nothing, unless what people sign up for is a defect (practical rule 9)."""
    if groups & {"损坏", "待遇异常"} and not groups & {"交易", "求邻居", "通知"}:
        return _HELP, 0.8 * trust
    return _NONE, 0.9 * trust
