"""How a message looks in DingTalk's own formats."""

import json

from bot.platforms.dingtalk_shapes import card_body, card_id, file_sample, markdown, sample, title, webhook_body
from bot.ports.platform import Parcel

PROMPT = Parcel(id="b1", to="staff-li", private=True, text="12 号:路灯不亮", choices=("办结", "转办 镇村镇办"))


def test_lines_stay_lines_and_a_hidden_number_stays_hidden() -> None:
    assert markdown("电话 138****1234\n# 不是标题\n> 不是引用\n1. 是") == (
        "电话 138＊＊＊＊1234  \n\u200b# 不是标题  \n\u200b> 不是引用  \n1. 是"
    )


def test_the_title_is_the_beginning_of_the_first_line() -> None:
    assert title(Parcel(id="b", to="g", private=False, text="\n" + "长" * 50 + "\n第二行")) == "长" * 30


def test_buttons_are_links_that_say_the_number_and_labels_are_cut() -> None:
    long = Parcel(id="b", to="p", private=True, text="选", choices=("这一条很长很长很长很长很长很长很长", "乙"))
    key, fields = sample(long)
    assert (key, fields["actionTitle1"], len(fields["actionTitle1"])) == (
        "sampleActionCard2",
        "1 这一条很长很长很长很长很长很长很长"[:20],
        19,
    )
    assert fields["actionURL2"] == "dtmd://dingtalkclient/sendMessage?content=2"


def test_a_card_has_the_same_id_however_often_it_is_made_and_another_text_another() -> None:
    again = Parcel(id="b1", to="staff-li", private=True, text="12 号:路灯不亮", choices=("办结", "转办 镇村镇办"))
    other = Parcel(id="b1", to="staff-li", private=True, text="13 号", choices=("办结",))
    assert card_id(PROMPT) == card_id(again) != card_id(other)
    body = card_body(PROMPT, template="t", robot_code="r")
    assert json.loads(json.dumps(body))["imRobotOpenDeliverModel"] == {"spaceType": "IM_ROBOT", "robotCode": "r"}


def test_a_file_says_what_it_is_by_its_ending() -> None:
    assert file_sample("@m", name="台账.XLSX")[1] == {"mediaId": "@m", "fileName": "台账.XLSX", "fileType": "xlsx"}
    assert file_sample("@m", name="说明")[1]["fileType"] == "file"


def test_a_webhook_without_calls_calls_nobody() -> None:
    assert webhook_body(Parcel(id="b", to="g", private=False, text="好"))["at"] == {"atUserIds": [], "isAtAll": False}
