"""Whether words take up other words: what people repeat when they chase, doubt or answer one another.

A chaser names the thing (泵站修好没有), a doubter throws the answer back (标准内?标准是在哪条墙缝里量的). Counted are
pairs of characters that carry meaning; what everybody says about everything is left out.
"""

import re

LOOKED_AT = 600
"""Characters of a text that are compared: people take up what was said first, and time stays bounded."""
_SAID_OF_EVERYTHING = re.compile(
    "请问|你好|您好|麻烦|谢谢|多谢|小微|书记|主任|会计|文书|领导|组长|队长|社长|支书|村长|村里|村上|社区|大家|各位|咱们|"
    "我们|你们|他们|这个|那个|这里|那边|这边|哪个|哪里|什么|怎么|为什么|咋个|咋样|怎样|哪样|多少|几时|时候|现在|今天|昨天|"
    "明天|前天|后天|早上|上午|中午|下午|晚上|今早|今晚|刚才|刚刚|到底|已经|还是|就是|不是|都是|但是|可是|没有|可以|知道|"
    "晓得|一下|一哈|一点|一个|有点|问题|事情|情况|东西|看到|看见|听到|问到|有没|能不能|是不是|会不会|行不行|反正|应该|"
    "年年|天天|每天|每年|去年|今年|明年|上次|上回|下次|等等"
)
_FUNCTION = re.compile(
    "[的了吗呢啊吧嘛么哇哈呀噻撒咧嘞咯喽哦噢喔诶哎唉嗯呃也又都还就才再很太不没无冇莫别勿是在我你您他她它俺咱阮偓们个这那哪谁啥]"
)
_APART = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]+")
_PAIR = 2
_TRIPLE = 3
OPENING = 8
"""Characters in which somebody who throws words back repeats them."""


def shared(one: str, other: str) -> int:
    """How many pairs of characters with a meaning of their own stand in both texts."""
    return len(_pairs(one) & _pairs(other))


def opens_with_words_of(text: str, other: str) -> bool:
    """Whether the first words of a text stand word for word in the other: 在那里是在哪里 after 钱都在那里."""
    opening = _APART.split(text.strip(), maxsplit=1)[0][:OPENING]
    return any(opening[at : at + _TRIPLE] in other for at in range(len(opening) - _TRIPLE + 1))


def has_subject(text: str) -> bool:
    """Whether the words name anything by themselves; 人呢 and 到底管不管 lean on what was said before."""
    return bool(_pairs(text))


def shared_characters(one: str, other: str) -> int:
    """How many meaningful characters stand in both: tells something only of words that follow one another."""
    return len(set("".join(_runs(one))) & set("".join(_runs(other))))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[at : at + _PAIR] for run in _runs(text) for at in range(len(run) - 1))


def _runs(text: str) -> list[str]:
    plain = _SAID_OF_EVERYTHING.sub(" ", text[:LOOKED_AT])
    return _APART.sub(" ", _FUNCTION.sub(" ", plain)).split()
