from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.categories import Category
from bot.domain.digest import (
    Burden,
    DayLoad,
    Digest,
    GapRow,
    GroupRow,
    Section,
    SectionKind,
    TicketRow,
    VacancyRow,
    Why,
)
from bot.domain.duty import Cannot
from bot.domain.silence import Deafness, Judgement, Silence
from bot.domain.tickets import State
from bot.office import Office
from bot.patrol.digest_text import LIMITS, say_digest, say_heading, say_lines, say_row, say_sound

FRIDAY = datetime.fromisoformat("2026-03-06T17:00+08:00")
PAGE = Digest(
    township="t-qs",
    name="青石镇",
    at=FRIDAY,
    since=FRIDAY,
    sections=(),
    tickets=(),
    groups=(),
    villages=(),
    burden=Burden(prompts=0, closed=0, days=7),
)
ROW = TicketRow(
    ticket="v-qs-2026-1",
    number=1,
    village="青石村",
    category=Category.HELP,
    matter="三组路灯",
    state=State.PROMPTED,
    owner="村委会副主任 李青山",
    owner_name="李青山",
    said_at=datetime.fromisoformat("2026-03-06T09:00+08:00"),
    due_at=datetime.fromisoformat("2026-03-09T17:30+08:00"),
    hop_due_at=datetime.fromisoformat("2026-03-06T12:00+08:00"),
    why=Why.RUNNING,
)


@pytest.mark.parametrize(
    ("why", "fate"),
    [
        (Why.EMERGENCY, "，急事，今天09:00说的，还没有人回话（李青山）"),
        (Why.OVERDUE, "，刚超期（李青山）"),
        (Why.UNCONFIRMED, "，已答复，刚超期没办结（李青山）"),
        (Why.HOP_LATE, "，今天前该办好或转出，还没有动（李青山）"),
        (Why.DUE_SOON, "，3月9日（周一）到期（李青山），还没人答复"),
        (Why.UNANSWERED, "，今天09:00说的，3月9日（周一）到期（李青山）"),
        (Why.DONE, "，已办结"),
        (Why.RUNNING, "，3月9日（周一）到期（李青山）"),
    ],
)
def test_every_fate_of_a_ticket_has_its_words(office: Office, why: Why, fate: str) -> None:
    assert say_row(replace(ROW, why=why), PAGE, office) == f"青石村1号 求助：三组路灯{fate}"


@pytest.mark.parametrize(
    ("silence", "because", "said"),
    [
        (Silence.NEW, None, "新群，还不判断"),
        (Silence.LIVELY, None, "有村民说话"),
        (Silence.YELLOW, None, "3月2日（周一）以后没有村民说话，4天了，黄"),
        (Silence.ORANGE, None, "3月2日（周一）以后没有村民说话，4天了，橙"),
        (Silence.RED, None, "3月2日（周一）以后没有村民说话，4天了，红"),
        (Silence.MENTIONS_ONLY, None, "只听得到@小微的话，不判断冷清"),
        (Silence.UNHEARD, Deafness.NEVER, "听不到，从来没有收到过消息，请管理员检查"),
        (
            Silence.UNHEARD,
            Deafness.NO_ECHO,
            "听不到（最后听到是3月6日（周五）17:00），平台不回传小微自己的话，分不清是没人说话还是线路断了",
        ),
        (
            Silence.UNHEARD,
            Deafness.LOST,
            "听不到（最后听到是3月6日（周五）17:00），连小微自己的话也没有回音，请管理员检查",
        ),
    ],
)
def test_every_sound_of_a_group_has_its_words(
    office: Office, silence: Silence, because: Deafness | None, said: str
) -> None:
    judgement = Judgement(
        silence=silence, since=date(2026, 3, 2), days=4, ever_spoken=True, proof_at=FRIDAY, because=because
    )
    row = GroupRow(group="g-qs1", name="青石一家亲", village="青石村", judgement=judgement)
    assert say_sound(row, office) == said


def test_every_section_has_a_heading_and_a_limit(office: Office) -> None:
    headings = [say_heading(Section(kind=kind, rows=(ROW,)), office) for kind in SectionKind]
    assert headings == [
        "今天要您处理",
        "快到期",
        "没按时回函",
        "还没人答复",
        "没声音、听不到的群",
        "断过线",
        "值班缺口",
        "群里起了争执",
        "等着公开的",
        "办成了",
    ]
    assert set(LIMITS) == set(SectionKind)


def test_many_days_without_duty_are_said_in_one_breath(office: Office) -> None:
    gap = GapRow(village="石桥村", days=tuple(date(2026, 3, day) for day in range(6, 14)), groups=("g-sq1",))
    assert say_row(gap, PAGE, office) == "石桥村3月6日（周五）、3月7日（周六）等8天没有人值班"


@pytest.mark.parametrize(
    ("owner", "why", "said"),
    [
        ("李青山", Cannot.AWAY, "青石村李青山请假，手上2件还没有人接手"),
        ("李青山", Cannot.MOVED, "青石村李青山已调离，手上2件还没有人接手"),
        ("李青山", Cannot.UNREACHABLE, "青石村李青山联系不上，手上2件还没有人接手"),
        ("", Cannot.LEFT, "青石村原来的经办人已不在名册上，手上2件还没有人接手"),
    ],
)
def test_tickets_that_nobody_can_take_over_are_said_with_their_reason(
    office: Office, owner: str, why: Cannot, said: str
) -> None:
    row = VacancyRow(village="青石村", owner=owner, why=why, tickets=("v-qs-2026-1", "v-qs-2026-2"))
    assert say_row(row, PAGE, office) == said


def test_the_most_that_one_officer_got_in_a_day_is_a_number_without_a_name(office: Office) -> None:
    loads = (
        DayLoad(day=date(2026, 3, 5), messages=9, most=4),
        DayLoad(day=date(2026, 3, 6), messages=6, most=5),
    )
    burden = Burden(prompts=4, closed=2, days=7, loads=loads)
    assert say_digest(replace(PAGE, burden=burden), office).splitlines()[-1] == (
        "近7天提示值班人员4次，办结2件，平均每件2次。小微主动发的消息，一个人一天最多5条。"
    )


def test_what_is_left_out_counts_tickets_not_lines(office: Office) -> None:
    rows = tuple(
        replace(ROW, why=Why.DONE, village=village, number=number)
        for village in ("青石村", "柳湾村", "石桥村")
        for number in (1, 2)
    )
    section = Section(kind=SectionKind.DONE, rows=rows)
    assert say_lines(section, PAGE, office, 2) == ("青石村1号、2号", "还有4条，见表格")
    assert say_lines(section, PAGE, office, 3) == ("青石村1号、2号", "柳湾村1号、2号", "石桥村1号、2号")


@pytest.mark.parametrize(
    ("prompts", "closed", "said"),
    [
        (0, 0, None),
        (3, 0, "近7天提示值班人员3次，办结0件。"),
        (0, 2, "近7天提示值班人员0次，办结2件。"),
        (4, 2, "近7天提示值班人员4次，办结2件，平均每件2次。"),
        (4, 3, "近7天提示值班人员4次，办结3件，平均每件1.3次。"),
    ],
)
def test_the_burden_on_officers_is_told_as_it_is(office: Office, prompts: int, closed: int, said: str | None) -> None:
    text = say_digest(replace(PAGE, burden=Burden(prompts=prompts, closed=closed, days=7)), office)
    calm = "【巡群日报】青石镇 3月6日（周五）\n\n今天没有要您处理的事：没有超期，诉求都有人答复。"
    assert text == (calm if said is None else f"{calm}\n\n{said}")
