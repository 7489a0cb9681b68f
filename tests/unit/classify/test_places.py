"""Where a matter is, in a few words: enough for an officer to find the spot, and nobody's name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.lexicon import Lexicon
from bot.classify.names import SURNAMES
from bot.classify.places import Gazetteer


@pytest.fixture(scope="module")
def gazetteer(lexicon: Lexicon) -> Gazetteer:
    return Gazetteer(lexicon)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("二组路灯又不亮了", "二组"),
        ("第十二组停水两天了", "第十二组"),
        ("２组没水", "２组"),
        ("二組路燈壞了", "二組"),
        ("3栋2单元501漏水", "3栋2单元"),
        ("三社四队的堰塘裂了", "三社四队的堰塘"),
        ("1号桥的栏杆断了", "1号桥"),
        ("四组堰塘上头那根水管爆了", "四组堰塘上头"),
        ("二组到三组那段路全是坑", "二组到三组那段路"),
    ],
)
def test_groups_buildings_and_stretches_between_them(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert gazetteer.place(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("老井旁的垃圾堆满了", "老井旁"),
        ("村口小卖部对面 灯不亮", "村口小卖部对面"),
        ("小学门口天天堵", "小学门口"),
        ("河边那段路烂了", "河边那段路"),
        ("桥头积水", "桥头"),
        ("大队部没人", "大队部"),
        ("村东头大槐树下面有个坑", "村东头大槐树下面"),
        ("坝坝头的灯坏了", "坝坝头"),
        ("屋背后塌了一块", "屋背后"),
        ("垭口那里滑得很", "垭口"),
        ("厝边的水沟堵了", "厝边"),
        ("涌边好臭", "涌边"),
        ("圩上没水", "圩上"),
        ("庄东头没水", "庄东头"),
        ("南沟的渠断了", "南沟"),
        ("场坪灯不亮", "场坪"),
        ("榕树头有人烧垃圾", "榕树头"),
        ("塬上没信号", "塬上"),
    ],
)
def test_what_people_of_every_region_call_a_spot(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert gazetteer.place(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("王家坡那边塌了", "王家坡"),
        ("林家湾停水", "林家湾"),
        ("张庄村口没灯", "张庄村口"),
        ("刘厝没信号", "刘厝"),
    ],
)
def test_a_name_on_the_map_stays(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert gazetteer.place(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("老李头家门口的路灯坏了", ""),
        ("二组老李头家后面的沟堵了", "二组"),
        ("隔壁张家院子里着火", ""),
        ("老王家坡地被占了", ""),
        ("主任家沟里堵了", ""),
        ("我家门口积水", ""),
    ],
)
def test_a_household_is_a_person_and_no_place(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert gazetteer.place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "五户一组轮着扫地",
        "两家一组巡夜",
        "分成三组去清沟",
        "村里一栋老房子要倒",
        "2026组",
        "13812345678组",
        "下坡那里滑",
        "水往下冲",
        "3号发工资",
        "补贴错了",
        "",
        "有没有人管",
    ],
)
def test_counts_dates_and_verbs_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.place(text) == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("三组堰塘那根水管爆了 说错了 是四组堰塘 不是三组", "四组堰塘"),
        ("二组 不对 是三组的灯", "三组"),
        ("说岔了 是村口", "村口"),
        ("说错了 是四组", "四组"),
        ("不是二组 是四组", "四组"),
        ("三组的名字写错了", "三组"),
    ],
)
def test_who_corrects_himself_is_taken_at_his_last_word(gazetteer: Gazetteer, text: str, place: str) -> None:
    assert gazetteer.place(text) == place


def test_what_the_matter_is_itself_is_no_place_beside_it(gazetteer: Gazetteer) -> None:
    assert gazetteer.place("公厕门坏了") == ""
    assert gazetteer.place("公厕旁边的灯坏了") == "公厕旁边"


@pytest.mark.parametrize("text", ["@桥头阿珍 你看看", "@李青山 村委会副主任 在吗", "派出所民警来过"])
def test_a_nickname_or_a_post_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.place(text) == ""
    assert gazetteer.place(f"{text} 二组的灯") == "二组"


def test_later_and_the_day_before_yesterday_do_not_stand_behind_a_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.place("二组后来又停水了") == "二组"
    assert gazetteer.place("小学前天停水") == "小学"


def test_a_county_names_its_own_places(lexicon: Lexicon) -> None:
    own = Gazetteer(replace(lexicon, places=(*lexicon.places, "石板滩"), suffixes=(*lexicon.suffixes, "塝")))
    assert own.place("石板滩对面的沟堵了") == "石板滩对面"
    assert own.place("三塝没水") == "三塝"
    assert own.place("李家塝没水") == "李家塝"


def test_without_words_there_is_no_place() -> None:
    assert Gazetteer(Lexicon()).place("二组路灯坏了") == ""


@given(
    surname=st.sampled_from(sorted(SURNAMES)),
    given_name=st.text(alphabet="伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚", min_size=1, max_size=2),
    behind=st.sampled_from(["家门口", "家后面", "家旁边", "屋后头", "家那里", "家院子"]),
)
def test_no_persons_name_gets_into_a_place(gazetteer: Gazetteer, surname: str, given_name: str, behind: str) -> None:
    name = surname + given_name
    assert name not in gazetteer.place(f"四组{name}{behind}的水沟堵了")
    assert name not in gazetteer.place(f"{name}{behind}的水沟堵了")


@given(st.text(alphabet="二三组3栋单元王家坡老井旁桥头的那段路到不是错后面 \n0一", max_size=60))
def test_a_place_is_short_and_stands_in_the_text(gazetteer: Gazetteer, text: str) -> None:
    place = gazetteer.place(text)
    assert len(place) <= 12
    assert place in text
