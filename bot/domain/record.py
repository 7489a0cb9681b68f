"""What a record must hold before a ticket is closed: real work in real words, and what its category asks for.

Forgiving with work, however short (换好了), and strict with phrases that only sound like it: 已阅, 已转达, 尽快处理
(R13, R15). Nothing here judges whether the words are true.
"""

import re
from enum import StrEnum

from bot.domain.categories import Category
from bot.domain.tickets import Channel, Contact, Effect, Ticket


class Lack(StrEnum):
    """What a record lacks."""

    WORDS = "words"
    """There are none, or none that say anything (R13)."""
    RESULT = "result"
    """They announce that something will be done: a person has to say whether that is all (R13)."""
    VERDICT = "verdict"
    """Whether a suggestion is adopted, in part or not (R5)."""
    REASON = "reason"
    """Why, or what comes next, beside the verdict on a suggestion (R5)."""
    PUBLICATION = "publication"
    """Where and when the corrected publication was made (R6)."""
    BOARD = "board"
    """It only sends the villager to the board (R6)."""


class Decision(StrEnum):
    """What becomes of a suggestion (R5)."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


_NOISE = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_FILLER = re.compile(
    "感谢|谢谢|辛苦|您好|你好|请放心|请知悉|请谅解|请理解|敬请|您的|您|你们|你|我们|我|同志|村民|群众|乡亲|来信|反映|反馈|诉求|"
    "问题|事项|事情|这件事|这个事|情况|该事|此事|意见|建议|支持|配合|理解|关注|高度重视|非常重视|重视|按照?规定|依法|依规|"
    "按程序|按流程|按要求|积极|认真|及时|尽快|尽早|抓紧|立即|马上|第一时间|下一步|后续|继续|持续|进一步|努力|相关|有关|"
    "部门|单位|人员|工作|领导|负责人|同事|本人|当事人|对方|家属|家里人?"
)
_EMPTY = re.compile(
    "已阅|阅知|已?知[晓悉道]了?|晓得了?|收到|好的|明白|清楚了?|了解了?|已?登记|已?记录|已?记下|"
    "(?:已经?|正在|正|在|会|将|予以|给予|进行|安排|协调|负责)*"
    "(?:妥善)?(?:处理|办理|处置|解决|办结|办好|办完|搞好|弄好|搞定|完成|答复|回复|回应|研究|核实|落实|跟进|沟通|协调|对接|推进|"
    "跟踪|督促|告知|告诉|通知|转达|转告|转交|转办|上报|汇报|反映|安排|完毕|到位|讨论|考虑|了解|联系|关注)(?:完毕|完成|好|到位|中|过|完|了)*|"
    "请?(?:到|去|看|见|查看|自行查看|自己看|关注)*(?:村务?)?(?:公示栏|公开栏|公告栏|宣传栏|公示|公告)(?:上|里|查看|自己|看|查|找|询问|一下)*|"
    "(?:已经?|正在|正|在|会|将)办|暂无|正常|没问题|属实|一切"
)
_LITTLE = re.compile(
    "[的了吗呢啊吧嘛么也又都还就才再很已经在我您你他她它这那哦嗯呀啦给向为把对与和及跟请将会到并后予以]"
)
"""What is left of a phrase when everything that says nothing is taken out counts only beyond these."""
_FEWEST = 2
"""Meaningful characters that a record has at least: 修好, 通水, 没钱."""

_PHONED = (
    r"(?:打|通|去|回|拨)(?:了|过|通|个|完)*电话(?!费|线|亭|号)|电话(?:里|中|上)?(?:说|讲|告知|告诉|答复|回复|回访|联系|沟通|解释|通知)|致电|"
    r"电话(?:里)?(?:已经?)?(?:说|讲|谈)(?:好|清|明)"
)
_VISITED = (
    r"上门|登门|当面|面对面|面谈|入户|"
    r"(?:到|去)(?:了|过)?(?:他|她|您|你|本人|老人|户主|当事人|村民)们?(?:的)?家(?:里|中)?"
)
_WROTE = r"(?:微信|私信|私聊|私下|短信)(?:上|里|中)?(?:已经?)?(?:说|讲|回|告|联系|发|答|解释|沟通|通知)"
_IN_GROUP = r"(?:群里|群内|群上|在群)(?:已经?)?(?:说|讲|回|答|告|解释)"
_TO_THE_PERSON = r"他|她|您|你|本人|家属|家里|户主|老人|当事人|村民|住户|对方|人家|反映人"
_TO_OTHERS = re.compile(rf"^(?:给|找|叫|请|问|催|让|到|向|联系|通知)(?!了?(?:{_TO_THE_PERSON}))")
_NOT_REACHED = re.compile(r"(?:没|没有|未|不)(?:打通|接|人接|通|见到|见着|在家|回)")
_REACHED = (
    (Contact.IN_PERSON, re.compile(_VISITED)),
    (Contact.PHONE, re.compile(_PHONED)),
    (Contact.PRIVATE, re.compile(_WROTE)),
    (Contact.GROUP, re.compile(_IN_GROUP)),
)
_ONLY_CONTACT = re.compile(
    rf"(?:{_VISITED}|{_PHONED}|{_WROTE}|{_IN_GROUP})(?:说|讲|看|谈|答复|回复|告知|解释|沟通|联系|回访|通知|过|了|完|好|清楚|明白|情况|给|"
    rf"一下|{_TO_THE_PERSON})*"
)

_NOT_ADOPTED = re.compile("(?:不予?|未|没有?|暂不|暂时不|不能|无法|难以|暂未|暂缓)(?:能|予|被)?(?:采纳|采用|接受)")
_PARTLY = re.compile("(?:部分|一部分|有的|先)(?:予以|给予)?(?:采纳|采用)|采纳(?:了)?(?:一)?部分")
_ADOPTED = re.compile("采纳|采用(?:了)?(?:您|你|这|该|此|大家)?的?(?:建议|意见)|^采用")

_SENT_TO_BOARD = re.compile(
    "(?:请|自己|自行|您|可以?)?(?<![贴发挂布开示传放])(?:到|去|看|见|查看|关注)(?:一下|村里|村委|村部|门口|的)*"
    "(?:公示栏|公开栏|公告栏|宣传栏)"
)
_PUBLISHED = re.compile(
    "(?:已经?|重新|补|又|再|都|刚刚?|全部).{0,8}(?:公布|公开|公示|张贴|贴|发|更正|挂|上传|更新|播)|"
    "(?:公布|公开|公示|张贴|贴|发|挂|补发|更正|更新|上传|播)(?:出来|出去|上去|上|到|在|出|了)"
)
_WHERE = re.compile(
    r"https?://|www\.|公示栏|公开栏|公告栏|宣传栏|村部|村委会?门口|群(?:里|内|文件|公告|相册|上)|村民群|微信群|公众号|小程序|网站|网页|"
    r"平台|大屏|广播|喇叭|照片|图片|见图|链接|二维码|组长家|小卖部|门口"
)
_CLAUSES = re.compile(r"[^,，。;；!！?？\n]+")


def plain(words: str) -> str:
    """The words as they are compared: without blanks and punctuation."""
    return _NOISE.sub("", words)


def says_anything(words: str) -> bool:
    """Whether the words tell a villager anything once phrases that fit every matter are taken out (R13, R15)."""
    rest = _EMPTY.sub("", plain(words))
    rest = _EMPTY.sub("", _FILLER.sub("", rest))
    return len(_LITTLE.sub("", rest)) >= _FEWEST


def lacking(category: Category, words: str, *, pictures: bool = False, announced: bool = False) -> Lack | None:
    """What the record of a ticket still lacks, None if it may be closed with these words.

    ``pictures``: whether the officer has just sent some. ``announced``: the words only say that something will be done,
    and he has not been asked yet whether that is all there is to say.
    """
    if category is Category.SUGGESTION:
        return _lacking_verdict(words)
    if not says_anything(_ONLY_CONTACT.sub(" ", words)):
        sent = category is Category.DISCLOSURE and _SENT_TO_BOARD.search(words)
        return Lack.BOARD if sent else Lack.WORDS
    if category is Category.DISCLOSURE and not publication(words, pictures=pictures):
        return Lack.BOARD if _SENT_TO_BOARD.search(words) else Lack.PUBLICATION
    if category is Category.HELP and announced:
        return Lack.RESULT
    return None


def _lacking_verdict(words: str) -> Lack | None:
    rest = words
    for pattern in (_NOT_ADOPTED, _PARTLY, _ADOPTED):
        rest = pattern.sub(" ", rest)
    said = says_anything(_ONLY_CONTACT.sub(" ", rest))
    if decision(words) is None:
        return Lack.VERDICT if said else Lack.WORDS
    return None if said else Lack.REASON


def decision(words: str) -> Decision | None:
    """What the words say of a suggestion; the refusal is looked for first, 不采纳 holds 采纳 as well (R5)."""
    if _NOT_ADOPTED.search(words):
        return Decision.NOT_ADOPTED
    if _PARTLY.search(words):
        return Decision.PARTLY
    return Decision.ADOPTED if _ADOPTED.search(words) else None


def publication(words: str, *, pictures: bool = False) -> str:
    """The part of the words that says where and how something was published, empty if none does (R6).

    ``pictures`` stand for the place: what was put up can be seen on them.
    """
    if _PUBLISHED.search(_SENT_TO_BOARD.sub(" ", words)) is None and not words.lstrip().startswith("http"):
        return ""
    placed = [clause.strip() for clause in _CLAUSES.findall(words) if _WHERE.search(clause)]
    if placed:
        telling = [clause.strip() for clause in _CLAUSES.findall(words) if _PUBLISHED.search(clause)]
        return "，".join(dict.fromkeys([*telling, *placed]))
    return words.strip() if pictures else ""


def contact(words: str) -> Contact | None:
    """How the handler says that he reached the person; None if he does not say, or reached somebody else (R14).

    打电话给供电所 reaches the power station, 电话没打通 nobody.
    """
    if _NOT_REACHED.search(words):
        return None
    for how, pattern in _REACHED:
        for found in pattern.finditer(words):
            if not _TO_OTHERS.match(words[found.end() :]):
                return how
    return None


def usual_contact(ticket: Ticket) -> Contact | None:
    """How the result reaches the person if the handler says nothing else: as the matter came (R12, R14)."""
    if ticket.contact is not None:
        return ticket.contact
    return {
        Channel.GROUP: Contact.GROUP,
        Channel.PRIVATE: Contact.PRIVATE,
        Channel.PHONE: Contact.PHONE,
        Channel.VISIT: Contact.IN_PERSON,
    }.get(ticket.channel)


def usual_effect(category: Category, words: str) -> Effect:
    """What usually comes of a closed ticket of a category (R26); a suggestion that was refused is an answer."""
    if category is Category.SUGGESTION:
        return Effect.ANSWERED if decision(words) in (Decision.NOT_ADOPTED, None) else Effect.ADOPTED
    return {
        Category.HELP: Effect.SOLVED,
        Category.DISCLOSURE: Effect.RECTIFIED,
    }.get(category, Effect.ANSWERED)


def same_words(one: str, other: str) -> bool:
    """Whether two records are one and the same text, so that one of them may have been copied (R13)."""
    return bool(plain(one)) and plain(one) == plain(other)
