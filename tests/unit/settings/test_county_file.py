"""The county's list of places, groups and people: what an operator may write, and what is sent back with its line."""

from typing import TYPE_CHECKING

import pytest

from bot.domain.categories import Level
from bot.domain.org import Account, Group, Person, Role, Unit

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder

TOWN = """\
county: {id: c, name: 小县}
townships:
  - id: t
    name: 小镇
    people:
      - {id: p-jw, name: 季文, post: 镇纪委书记, roles: [纪检]}
    villages:
      - id: v
        name: 小村
"""
OFFICER = "          - {id: p-zb, name: 赵柏, post: 网格员, roles: [值班员], accounts: {practice: u-zb}}\n"
GROUP = "          - {id: g, name: 小村群, platform: practice, conversation: g}\n"


def county(*, people: str = OFFICER, groups: str = GROUP, more: str = "") -> str:
    return f"{TOWN}        people:\n{people}        groups:\n{groups}{more}"


def test_a_small_county_is_read_as_it_stands(folder: "CountyFolder") -> None:
    org = folder.read().county
    assert list(org.units.values()) == [
        Unit(id="c", name="小县", level=Level.COUNTY),
        Unit(id="t", name="小镇", level=Level.TOWNSHIP, parent="c"),
        Unit(id="v", name="小村", level=Level.VILLAGE, parent="t"),
    ]
    assert list(org.groups.values()) == [
        Group(id="g", name="小村群", village="v", platform="practice", conversation="g")
    ]
    assert org.people["p-zb"] == Person(
        id="p-zb",
        name="赵柏",
        post="网格员",
        unit="v",
        roles=frozenset({Role.DUTY_OFFICER}),
        accounts=(Account(platform="practice", id="u-zb"),),
    )


def test_departments_hang_below_the_county_or_a_township(folder: "CountyFolder") -> None:
    head = "departments:\n  - {id: d1, name: 县住建局}\n"
    folder.write("county.yaml", county(more="    departments:\n      - {id: d2, name: 水利站}\n") + head)
    units = folder.read().county.units
    assert (units["d1"].level, units["d1"].parent) == (Level.DEPARTMENT, "c")
    assert (units["d2"].level, units["d2"].parent) == (Level.DEPARTMENT, "t")


def test_roles_may_be_chinese_words_or_codes_and_one_may_have_several_accounts(folder: "CountyFolder") -> None:
    person = (
        "{id: p-zb, name: 赵柏, post: 网格员, roles: [值班员, committee], accounts: {wechat: [w1, w2], practice: u}}"
    )
    folder.write("county.yaml", county(people=f"          - {person}\n"))
    officer = folder.read().county.people["p-zb"]
    assert officer.roles == {Role.DUTY_OFFICER, Role.COMMITTEE}
    assert [(account.platform, account.id) for account in officer.accounts] == [
        ("wechat", "w1"),
        ("wechat", "w2"),
        ("practice", "u"),
    ]


def test_a_number_is_kept_only_with_consent_and_a_village_may_publish_its_notice_itself(folder: "CountyFolder") -> None:
    numbers = OFFICER.replace("accounts", "phone: 0999-1234567, phone_public: true, accounts")
    silent = OFFICER.replace("p-zb", "p-2").replace("u-zb", "u-2").replace("accounts", "phone: 13900000000, accounts")
    folder.write(
        "county.yaml", county(people=numbers + silent).replace("name: 小村\n", "name: 小村\n        publish: draft\n")
    )
    org = folder.read().county
    assert [org.people[one].public_phone for one in ("p-zb", "p-2")] == ["0999-1234567", ""]
    assert org.units["v"].drafts_notice


def test_an_id_with_leading_zeros_keeps_them(folder: "CountyFolder") -> None:
    folder.write(
        "county.yaml", county(groups="          - {id: 007, name: 群, platform: wechat, conversation: 0123}\n")
    )
    assert folder.read().county.groups["007"].conversation == "0123"


def test_a_village_that_is_not_active_needs_no_officer_and_its_groups_are_not_heard(folder: "CountyFolder") -> None:
    quiet = (
        "      - {id: w, name: 静村, active: false, groups: [{id: h, name: 群, platform: practice, conversation: h}]}\n"
    )
    folder.write("county.yaml", county(more=quiet))
    org = folder.read().county
    assert "w" in org.units
    assert list(org.groups) == ["g"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("{}\n", ["county.yaml:1: 缺少 county", "county.yaml:1: 缺少 townships"]),
        (
            county(people=OFFICER.replace("post: 网格员, ", "")),
            ["county.yaml:11: 缺少 post"],
        ),
        (
            county(people=OFFICER.replace("name: 赵柏", "nmae: 赵柏")),
            ["county.yaml:11: 缺少 name", "county.yaml:11: 不认识“nmae”（是不是想写“name”？）"],
        ),
        (county(people=OFFICER.replace("赵柏", '" "')), ["county.yaml:11: name：不能空着"]),
        (county(people=OFFICER.replace("赵柏", "[赵, 柏]")), ["county.yaml:11: name：要写文字"]),
        (
            county(people=OFFICER.replace("p-zb", "p zb")),
            [
                "county.yaml:11: id：编号只能用字母、数字、汉字和 . _ -，现在是“p zb”",
                "roster.yaml:3: county.yaml 里没有编号为“p-zb”的人",
            ],
        ),
        (
            county(people=OFFICER.replace("[值班员]", "[值班人]")),
            [
                (
                    "county.yaml:11: roles：没有“值班人”这个身份（是不是想写“值班员”？）；可以写："
                    "值班员、村支书、两委成员、发布员、审核员、挂包领导、经办人、纪检、县级专班、运维、应急值守、联络员"
                )
            ],
        ),
        (
            county(people=OFFICER.replace("practice: u-zb", "wechta: u-zb")),
            [
                (
                    "county.yaml:11: wechta：没有“wechta”这个平台（是不是想写“wechat”？）；"
                    "可以写：practice、wechat、dingtalk"
                )
            ],
        ),
        (
            county(people="          - 赵柏\n"),
            [
                "county.yaml:11: 要写成“名称: 内容”的样子，现在是“赵柏”",
                "roster.yaml:3: county.yaml 里没有编号为“p-zb”的人",
            ],
        ),
        (
            county(people="          赵柏: 网格员\n"),
            [
                "county.yaml:8: 小村：村里还没有值班员，不能上线；暂不上线请写 active: false",
                "county.yaml:10: people：要写成列表（每行用 - 开头，或用方括号）",
                "roster.yaml:3: county.yaml 里没有编号为“p-zb”的人",
            ],
        ),
        (
            county(people=OFFICER.replace("roles: [值班员]", "roles: [两委成员]")),
            ["county.yaml:8: 小村：村里还没有值班员，不能上线；暂不上线请写 active: false"],
        ),
        (county().replace("[纪检]", "[审核员]"), ["county.yaml:3: 小镇：镇里还没有纪检人员"]),
        (
            county(people=OFFICER + OFFICER.replace("u-zb", "u-zb2")),
            ["county.yaml:12: 人员编号“p-zb”重复了，第 11 行已经用过"],
        ),
        (
            county(people=OFFICER + OFFICER.replace("p-zb", "p-zb2")),
            ["county.yaml:12: practice 账号“u-zb”重复了，第 11 行已经用过"],
        ),
        (
            county(groups=GROUP + GROUP.replace("conversation: g", "conversation: g2")),
            ["county.yaml:14: 群编号“g”重复了，第 13 行已经用过"],
        ),
        (
            county(groups=GROUP + GROUP.replace("id: g", "id: g2")),
            ["county.yaml:14: practice 的群“g”重复了，第 13 行已经用过"],
        ),
        (
            county(more="      - {id: t, name: 重名村, active: false}\n"),
            ["county.yaml:14: 编号“t”重复了，第 3 行已经用过"],
        ),
        (
            county(more="      - {id: w, name: 静村, active: 也许}\n"),
            ["county.yaml:14: active：要写 true（是）或 false（否），现在是“也许”"],
        ),
        (
            county(more="wechat_token: abc\n"),
            [
                (
                    "county.yaml:14: “wechat_token”像是密码或密钥，不能写在配置文件里；"
                    "请放进环境变量（见 docs/configuration.md“环境变量”）"
                )
            ],
        ),
    ],
)
def test_a_mistake_is_reported_once_with_its_line(folder: "CountyFolder", text: str, faults: list[str]) -> None:
    folder.write("county.yaml", text)
    if text == "{}\n":
        folder.write("roster.yaml", "villages: {}\n")
    assert folder.faults() == faults


def test_a_faulty_person_on_the_roster_is_not_reported_as_unknown_too(folder: "CountyFolder") -> None:
    folder.write("county.yaml", county(people=OFFICER.replace("roles: [值班员], ", "")))
    assert folder.faults() == ["county.yaml:11: 缺少 roles"]


def test_a_group_on_wechat_may_have_no_conversation_until_it_is_bound_and_a_practice_group_may_not(
    folder: "CountyFolder",
) -> None:
    folder.write("county.yaml", county(groups="          - {id: g, name: 小村群, platform: wechat}\n"))
    assert folder.read().county.groups["g"].conversation == ""
    folder.write("county.yaml", county(groups="          - {id: g, name: 小村群, platform: practice}\n"))
    assert folder.faults() == ["county.yaml:13: 缺少 conversation（只有微信、钉钉的群可以不写，在群里绑定）"]


def test_households_members_and_a_leaders_villages_are_read(folder: "CountyFolder") -> None:
    leader = "      - {id: p-ld, name: 梁丁, post: 副镇长, roles: [挂包领导], villages: v}\n    villages:\n"
    text = county(groups=GROUP.replace("conversation: g}", "conversation: g, members: 260}"))
    text = text.replace("    villages:\n", leader, 1).replace("name: 小村\n", "name: 小村\n        households: 312\n")
    folder.write("county.yaml", text)
    org = folder.read().county
    assert (org.units["v"].households, org.groups["g"].members) == (312, 260)
    assert [person.id for person in org.leaders_of("v")] == ["p-ld"]


def test_a_leader_of_a_village_that_is_not_there_is_refused_and_nobody_else_has_villages(
    folder: "CountyFolder",
) -> None:
    people = (
        "      - {id: p-ld, name: 梁丁, post: 副镇长, roles: [挂包领导], villages: [v2]}\n"
        "      - {id: p-jb, name: 经宝, post: 干事, roles: [经办人], villages: [v]}\n    villages:\n"
    )
    folder.write("county.yaml", county().replace("    villages:\n", people, 1))
    assert folder.faults() == [
        "county.yaml:7: 没有这个村：v2（是不是想写“v”？）",
        "county.yaml:8: villages：只有挂包领导才写挂包哪些村",
    ]
