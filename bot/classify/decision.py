"""The decision order of the taxonomy, over the chances and the word groups of a text."""

from collections.abc import Set as AbstractSet

from bot.classify.scoring import Scores
from bot.domain.categories import APPEALS, Category
from bot.domain.verdicts import Context

CLUE_AT = 0.27
"""From this chance a text is a clue: a false alarm costs a look, a miss costs exposure."""
CLUE_AT_PRIVATELY = 0.15
CLUE_AT_IN_JEST = 0.5
SUSPECT_AT = 0.07
"""From this chance a person of the discipline role should look at a text that speaks of somebody or some money."""
SUSPECT_AT_WITHOUT_A_WORD = 0.2
APPEAL_AT = 0.68
"""Chance of being an appeal at all that a message in a group needs."""
APPEAL_AT_IN_JEST = 0.85
"""The same beside words of trade, jokes, old times, other places or favours among neighbours."""
APPEAL_AT_WITH_BOTH_HALVES = 0.55
"""The same where both halves of an appeal are there, as a thing and its fault, and nothing of the kind above."""
APPEAL_AT_TO_BOT = 0.3
"""The same for what is said to the bot or to the officer on duty."""
VOICE_DISCOUNT = 0.9

_DEEDS = frozenset({
    "侵占", "受贿", "冒领虚报", "程序造假", "招投标", "优亲厚友", "欺压", "作风", "选举贿选", "举报意", "重话",
    "正式举报",
})  # fmt: skip
ACCUSING = _DEEDS | {"官职", "亲属", "匿指"}
"""Groups whose words must never be shown beside an accusation."""
_TOOK_MONEY = frozenset({"官职", "吞吃", "钱款"})
"""A post, a verb of taking and money together: an accusation however it is put (two-part rule of the keywords)."""
_ABOUT_MONEY = frozenset({"钱款", "公款", "吞吃", "公开物", "待遇"})
_IN_JEST = frozenset({"玩笑", "外地", "往事", "交易", "求邻居", "夸大", "通知", "系统消息"})
_HALVES = (
    frozenset({"设施", "损坏"}), frozenset({"损坏", "已拖"}), frozenset({"待遇", "待遇异常"}),
    frozenset({"公开缺", "公开物"}), frozenset({"建议引子", "改进"}),
)  # fmt: skip
_STILL_BROKEN = frozenset({"损坏", "已拖"})
"""A question about something that has been out of order for days asks for help (first minimal pair)."""
_CALMED = frozenset({"险情否定", "玩笑", "接龙", "往事", "外地"})
_STRONG_AT = 0.02
_WEAK_AT = 0.12
_WORDLESS_AT = 0.55
_CALMED_AT = 0.9


def is_urgent(scores: Scores, groups: AbstractSet[str]) -> bool:
    """Whether life or safety is in danger now (R8): a word of danger and a sum that does not speak against it."""
    if groups & _CALMED or ("违法" in groups and "险情" not in groups):
        return scores.urgent >= _CALMED_AT
    if "险情" in groups:
        return scores.urgent >= (_WEAK_AT if "夸大" in groups else _STRONG_AT)
    if "夸大" in groups:
        return scores.urgent >= _CALMED_AT
    return scores.urgent >= (_WEAK_AT if "疑似险情" in groups else _WORDLESS_AT)


def decide(scores: Scores, groups: AbstractSet[str], context: Context, *, urgent: bool) -> tuple[Category, float]:
    """Apply the order cadre, danger, clue, other appeals, none; return the category and its confidence."""
    chances = scores.by_category
    trust = VOICE_DISCOUNT if context.voice else 1.0
    if context.by_cadre:
        return Category.NONE, 1.0
    if urgent:
        return Category.HELP, 1.0
    if is_clue(scores, groups, context):
        return Category.CLUE, trust * max(chances[Category.CLUE], CLUE_AT)
    if "接龙" in groups:
        return _of_list(groups, trust)
    appeal = 1 - chances[Category.NONE]
    best = max(APPEALS, key=chances.__getitem__)
    best = _by_wish(best, groups)
    if appeal < _needed(groups, context):
        return Category.NONE, trust * chances[Category.NONE]
    return best, trust * appeal * (chances[best] / appeal) ** 0.5


def _by_wish(best: Category, groups: AbstractSet[str]) -> Category:
    """Correct the likeliest appeal by what is wished for: 能不能 + 修 is help, + 公布 is disclosure."""
    if best is Category.CONSULTATION and groups >= _STILL_BROKEN:
        return Category.HELP
    if best in {Category.CONSULTATION, Category.SUGGESTION}:
        if "求修" in groups:
            return Category.HELP
        if "求公开" in groups and "以后" not in groups:
            return Category.DISCLOSURE
    return best


def is_clue(scores: Scores, groups: AbstractSet[str], context: Context) -> bool:
    """Whether a text accuses somebody with public power (taxonomy, decision order 2)."""
    if took_money(groups):
        return True
    if groups & _IN_JEST and not context.private:
        needed = CLUE_AT_IN_JEST
    else:
        needed = CLUE_AT_PRIVATELY if context.private else CLUE_AT
    return scores.by_category[Category.CLUE] >= needed


def is_suspicious(scores: Scores, groups: AbstractSet[str]) -> bool:
    """Whether a text that is called no clue should still be looked at, in confidence (taxonomy, decision order 2)."""
    needed = SUSPECT_AT if groups & (ACCUSING | _ABOUT_MONEY) else SUSPECT_AT_WITHOUT_A_WORD
    return scores.by_category[Category.CLUE] >= needed


def took_money(groups: AbstractSet[str]) -> bool:
    """Whether somebody in office is said to have taken money, and not in jest."""
    return groups >= _TOOK_MONEY and not groups & _IN_JEST


def _needed(groups: AbstractSet[str], context: Context) -> float:
    if context.private or context.to_bot:
        return APPEAL_AT_TO_BOT
    if groups & _IN_JEST:
        return APPEAL_AT_IN_JEST
    return APPEAL_AT_WITH_BOTH_HALVES if any(groups >= halves for halves in _HALVES) else APPEAL_AT


def _of_list(groups: AbstractSet[str], trust: float) -> tuple[Category, float]:
    """A signing-up list is nothing, unless what people sign up for is a defect (practical rule 9)."""
    if groups & {"损坏", "待遇异常"} and not groups & {"交易", "求邻居", "通知"}:
        return Category.HELP, 0.8 * trust
    return Category.NONE, 0.9 * trust
