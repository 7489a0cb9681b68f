"""The one small village that all stories are told of: 柳湾村 of the demo county, and who is who there.

Villagers are known by nickname and account only, as in life. Officers are those of ``config/demo/county.yaml``.
"""

from datetime import datetime

from bot.domain.workdays import SHANGHAI

GROUP = "g-lw1"
"""柳湾村's first group."""
VILLAGE = "liuwan"

VILLAGERS = {
    "阿珍": "u-az",
    "老杨": "u-ly",
    "桂婶": "u-gs",
    "小满妈妈": "u-xm",
    "豆腐西施": "u-dt",
    "六叔": "u-ls",
    "守井人": "u-sj",
    "风筝": "u-fz",
    "路人": "u-passer-by",
    "石头爸": "u-sw",
}
OFFICERS = {
    "李青山": "p-lqs",
    "陈秀梅": "p-cxm",
    "孙小龙": "p-sxl",
    "张春根": "p-zcg",
    "何桂珍": "p-hgz",
    "周明礼": "p-zml",
    "陶雨林": "p-tyl",
    "韩志刚": "p-hzg",
    "彭学峰": "p-pxf",
    "罗大山": "p-lds",
    "秦小燕": "p-qxy",
    "林静敏": "p-ljm",
    "程文娟": "p-cwj",
    "吴伯松": "p-wbs",
}


def at(text: str) -> datetime:
    """``2026-03-06 08:05`` (or with seconds) on the village's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def account(name: str) -> str:
    """The practice account of somebody."""
    return VILLAGERS[name] if name in VILLAGERS else OFFICERS[name].replace("p-", "u-")


def name_of(account_or_person: str) -> str:
    """Who an account or a person is; accounts of nobody we know stand for themselves."""
    tail = account_or_person.removeprefix("u-").removeprefix("p-")
    known = {ident.removeprefix("u-").removeprefix("p-"): name for name, ident in (VILLAGERS | OFFICERS).items()}
    return known.get(tail, account_or_person)
