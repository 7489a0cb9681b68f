"""What a cadre's post publishes, and what only speaks of it."""

import pytest

from bot.domain.publishing import publishes


@pytest.mark.parametrize(
    "text",
    [
        "现将柳湾村2月份财务收支情况公示如下：收入12000元，支出8600元，结余3400元。",
        "【低保评议结果公示】经评议，新增两户，公示7天，有意见请找村监督委员会。",
        "柳湾村2026年一季度集体收支明细表",
        "现就二组至三组道路硬化项目的招标结果公布，中标单位和金额见附表。",
    ],
)
def test_lists_accounts_and_decisions_in_the_form_of_a_notice_are_published(text: str) -> None:
    assert publishes(text)


@pytest.mark.parametrize(
    "text",
    [
        "账目明天公示，请大家稍等一天，不要着急",
        "上个月的收支明细公示了吗，怎么没看到呢？",
        "公示在公示栏",
        "今晚七点半广场放电影，请大家带好凳子来看",
        "准备下周把补助名单公布出来，到时候发群里",
        "",
    ],
)
def test_speaking_of_publicity_publishes_nothing(text: str) -> None:
    assert not publishes(text)
