from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.categories import Category, Level
from bot.domain.digest import DayLoad, GroupRow, SectionKind, TicketRow, VillageCount, Why
from bot.domain.duty import Cannot, Vacancy
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Group
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.silence import Senses
from bot.domain.tickets import Link, Relation, State, Thread, Ticket, ticket_id
from bot.office import Office
from bot.patrol.digest import Facts, compose, decide, earliest
from bot.ports import GroupDay, Hearing

MakeOffice = Callable[..., Office]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


FRIDAY = at("2026-03-06T17:00")
MORNING = at("2026-03-06T08:30")
SLOT = Slot(at=FRIDAY, job=Job.DIGEST, scope="t-qs")
OWNERS = {"v-qs": "p-li", "v-lw": "p-liu", "v-sq": "p-qiao"}


def thread(
    village: str,
    number: int,
    topic: str,
    *,
    said: str = "2026-03-05T09:00",
    due: str = "2026-03-13T17:30",
    category: Category = Category.HELP,
    state: State = State.PROMPTED,
    place: str = "",
    answered: bool = False,
    supporters: int = 0,
    closed: str | None = None,
    urgent: bool = False,
    hop_due: str | None = None,
    provisional: bool = False,
) -> Thread:
    ticket = Ticket(
        id=ticket_id(village, 2026, number),
        village=village,
        year=2026,
        number=number,
        category=category,
        urgent=urgent,
        state=state,
        level=Level.VILLAGE,
        unit=village,
        owner=OWNERS[village],
        platform="practice",
        group="g-any",
        requester="u-asker",
        text="张三家门口的事,快来看看",
        topic=topic,
        place=place,
        said_at=at(said),
        opened_at=at(said),
        due_at=at(due),
        due_provisional=provisional,
        hop_due_at=at(hop_due) if hop_due else None,
        first_cadre_reply="m-1" if answered else None,
        closed_at=at(closed) if closed else None,
    )
    links = tuple(
        Link(
            ticket=ticket.id,
            platform="practice",
            message=f"m-{who}-{again}",
            relation=Relation.SUPPORT,
            sender=f"u-{who}",
            at=at(said),
        )
        for who in range(supporters)
        for again in range(2)
    )
    return Thread(ticket=ticket, links=links)


def closed(village: str, number: int, when: str) -> Thread:
    return thread(village, number, "路灯", answered=True, state=State.CLOSED, closed=when)


LIVELY = {
    group: Hearing(group=group, heard_at=MORNING, villager_at=MORNING, posted_at=MORNING)
    for group in ("g-qs1", "g-lw1", "g-sq1")
}
KNOWN = dict.fromkeys(LIVELY, date(2026, 1, 3))
QUIET_DAY = Facts(
    township="t-qs",
    threads=(),
    days=(),
    hearing=LIVELY,
    known_since=KNOWN,
    senses={"practice": Senses(hears_all=True, echoes_own=True, shows_sent=True)},
    prompts=0,
)
BUSY_DAY = replace(
    QUIET_DAY,
    threads=(
        thread("v-qs", 3, "污水", said="2026-03-06T15:10", place="村口"),
        thread("v-qs", 4, "低保", category=Category.CONSULTATION, due="2026-03-09T17:30"),
        thread("v-qs", 5, "路灯", due="2026-03-04T17:30", place="三组", answered=True, supporters=4),
        thread("v-lw", 7, "", category=Category.SUGGESTION, due="2026-03-12T17:30", provisional=True),
        thread("v-lw", 8, "电线", urgent=True, said="2026-03-06T16:20", place="二组"),
        thread("v-lw", 9, "水渠", hop_due="2026-03-05T17:30", answered=True, state=State.IN_PROGRESS),
        thread("v-sq", 1, "账目", category=Category.DISCLOSURE, due="2026-03-05T17:30", state=State.ANSWERED),
        thread("v-sq", 2, "桥栏", answered=True, state=State.IN_PROGRESS),
        closed("v-sq", 11, "2026-03-06T10:00"),
        closed("v-qs", 2, "2026-03-05T18:30"),
        closed("v-qs", 1, "2026-03-06T16:59"),
        closed("v-lw", 6, "2026-03-03T10:00"),
        thread("v-lw", 5, "路灯", state=State.WITHDRAWN),
    ),
    hearing={
        "g-qs1": LIVELY["g-qs1"],
        "g-lw1": Hearing(group="g-lw1", heard_at=at("2026-03-02T08:30"), villager_at=at("2026-01-20T08:30")),
        "g-sq1": Hearing(group="g-sq1", villager_at=at("2026-02-26T19:00"), posted_at=MORNING),
    },
    prompts=6,
    loads=(DayLoad(day=date(2026, 3, 5), messages=7, most=3), DayLoad(day=date(2026, 3, 6), messages=4, most=2)),
    calls={"g-sq1": 2},
    vacancies=(
        Vacancy(village="v-lw", person="p-liu", why=Cannot.AWAY, tickets=("v-lw-2026-7", "v-lw-2026-9")),
        Vacancy(village="v-sq", person="p-left", why=Cannot.LEFT, tickets=("v-sq-2026-2",)),
    ),
)
BUSY_TEXT = """\
【巡群日报】青石镇 3月6日（周五）

今天要您处理（4）
· 柳湾村8号 求助：二组电线，急事，今天16:20说的，还没有人回话（柳长河）
· 青石村5号 求助：三组路灯，已超2个工作日（李青山），另有4人也反映
· 石桥村1号 信息公开：账目，已答复，已超1个工作日没办结（乔春来）
· 柳湾村9号 求助：水渠，3月5日（周四）前该办好或转出，还没有动（柳长河）

快到期（1）
· 青石村4号 咨询：低保，3月9日（周一）到期（李青山），还没人答复

还没人答复（3）
· 柳湾村7号 建议：内容见工单，3月5日（周四）09:00说的，暂定3月12日（周四）到期（柳长河）
· 青石村3号 求助：村口污水，今天15:10说的，3月13日（周五）到期（李青山）
· 石桥村“石桥乡亲”：2次点名找干部，没人应

没声音、听不到的群（2）
· 石桥村“石桥乡亲”：2月26日（周四）以后没有村民说话，8天了，橙
· 柳湾村“柳湾村务群”：听不到（最后听到是3月2日（周一）08:30），连小微自己的话也没有回音，请管理员检查

值班缺口（3）
· 柳湾村柳长河请假，手上2件还没有人接手
· 石桥村原来的经办人已不在名册上，手上1件还没有人接手
· 石桥村3月7日（周六）、3月8日（周日）没有人值班

办成了（3）
· 青石村1号、2号
· 石桥村11号

近7天提示值班人员6次，办结4件，平均每件1.5次。小微主动发的消息，一个人一天最多3条。"""


HOW = "看明细回“详情”，督办回“督办 柳湾村8”，提醒村里回“提醒 柳湾村”。看过了回“确认”，要补一句回“备注 …”。"

HINT = """\
【只给您看，请不要转发】
下面这些反复出现，值得看看背后的原因（只是提示，不是结论）：
· 青石村一个月里反映“路灯”3件"""


def busy_office(make_office: MakeOffice) -> Office:
    return make_office(days={("v-sq", date(2026, 3, 7)): (), ("v-sq", date(2026, 3, 8)): ("p-gone",)})


def text_of(facts: Facts, office: Office) -> str:
    """The page without the line that says how to answer; what only the discipline role reads comes after it."""
    page, *private = decide(facts, SLOT, FRIDAY, office).sends
    assert not page.confidential
    assert all(sent.confidential for sent in private)
    text, _, how = page.text.rpartition("\n\n")
    assert "回“确认”" in how
    return text


def test_a_busy_friday_tells_the_inspector_first_what_needs_her(make_office: MakeOffice) -> None:
    assert decide(BUSY_DAY, SLOT, FRIDAY, busy_office(make_office)) == Outcome(
        sends=(
            Outgoing(
                to=ToPerson(person="p-ji"),
                kind=OutKind.DIGEST,
                text=f"{BUSY_TEXT}\n\n{HOW}",
                dedupe_key="digest:t-qs:2026-03-06:p-ji",
                not_before=FRIDAY,
            ),
            Outgoing(
                to=ToPerson(person="p-ji"),
                kind=OutKind.DIGEST,
                text=HINT,
                dedupe_key="digest-private:t-qs:2026-03-06:p-ji",
                confidential=True,
                not_before=FRIDAY,
            ),
        )
    )


def test_a_day_without_trouble_is_one_calm_line(office: Office) -> None:
    assert text_of(QUIET_DAY, office) == (
        "【巡群日报】青石镇 3月6日（周五）\n\n今天没有要您处理的事：没有超期，诉求都有人答复。"
    )


def test_a_calm_day_still_tells_what_was_done_and_what_it_cost(office: Office) -> None:
    facts = replace(QUIET_DAY, threads=(closed("v-qs", 1, "2026-03-06T09:00"),), prompts=2)
    assert text_of(facts, office) == (
        "【巡群日报】青石镇 3月6日（周五）\n\n"
        "今天没有要您处理的事：没有超期，诉求都有人答复。\n\n"
        "办成了（1）\n· 青石村1号\n\n"
        "近7天提示值班人员2次，办结1件，平均每件2次。"
    )


def test_a_day_on_which_nobody_can_take_over_is_not_calm(office: Office) -> None:
    vacancy = Vacancy(village="v-sq", person="p-qiao", why=Cannot.UNREACHABLE, tickets=("v-sq-2026-2",))
    assert text_of(replace(QUIET_DAY, vacancies=(vacancy,)), office) == (
        "【巡群日报】青石镇 3月6日（周五）\n\n值班缺口（1）\n· 石桥村乔春来联系不上，手上1件还没有人接手"
    )


def test_every_row_names_its_evidence_and_no_ticket_stands_twice(make_office: MakeOffice) -> None:
    digest = compose(BUSY_DAY, FRIDAY, busy_office(make_office))
    assert {section.kind: [row.evidence for row in section.rows] for section in digest.sections} == {
        SectionKind.NEEDS_YOU: [("v-lw-2026-8",), ("v-qs-2026-5",), ("v-sq-2026-1",), ("v-lw-2026-9",)],
        SectionKind.DUE_SOON: [("v-qs-2026-4",)],
        SectionKind.UNANSWERED: [("v-lw-2026-7",), ("v-qs-2026-3",), ("g-sq1",)],
        SectionKind.SILENT: [("g-sq1",), ("g-lw1",)],
        SectionKind.DUTY_GAPS: [("v-lw-2026-7", "v-lw-2026-9"), ("v-sq-2026-2",), ("g-sq1",)],
        SectionKind.DONE: [("v-qs-2026-1",), ("v-qs-2026-2",), ("v-sq-2026-11",)],
    }
    assert [row.ticket for row in digest.tickets if row.why is Why.RUNNING] == ["v-sq-2026-2"]
    assert digest.villages == (
        VillageCount(village="青石村", overdue=1, due_soon=1, open=1, done=2),
        VillageCount(village="柳湾村", overdue=0, due_soon=0, open=3, done=0),
        VillageCount(village="石桥村", overdue=0, due_soon=0, open=2, done=1),
    )


def test_no_word_of_a_villager_stands_in_the_digest(make_office: MakeOffice) -> None:
    office = busy_office(make_office)
    assert "张三" not in text_of(BUSY_DAY, office)
    assert "张三" not in repr(compose(BUSY_DAY, FRIDAY, office))
    assert "u-asker" not in repr(compose(BUSY_DAY, FRIDAY, office))


def test_fewer_than_three_supporters_are_not_counted_out(office: Office) -> None:
    def supporters(people: int) -> int:
        facts = replace(QUIET_DAY, threads=(thread("v-qs", 1, "路灯", supporters=people),))
        (row,) = compose(facts, FRIDAY, office).tickets
        return row.supporters

    assert [supporters(people) for people in range(5)] == [0, 0, 0, 3, 4]


def test_a_silent_group_is_a_zombie_only_while_it_is_heard(office: Office) -> None:
    silent = Hearing(group="g-lw1", villager_at=at("2026-01-20T08:30"), posted_at=MORNING)
    deaf = replace(silent, posted_at=at("2026-02-20T08:30"))

    def line(hearing: Hearing) -> str:
        return text_of(replace(QUIET_DAY, hearing=LIVELY | {"g-lw1": hearing}), office).splitlines()[-1]

    assert line(silent) == "· 柳湾村“柳湾村务群”：1月20日（周二）以后没有村民说话，45天了，红"
    assert line(deaf) == (
        "· 柳湾村“柳湾村务群”：听不到（最后听到是2月20日（周五）08:30），连小微自己的话也没有回音，请管理员检查"
    )
    assert line(Hearing(group="g-lw1", posted_at=MORNING)) == (
        "· 柳湾村“柳湾村务群”：1月3日（周六）进群以来没有村民说过话，62天了，红"
    )
    assert line(Hearing(group="g-lw1")) == "· 柳湾村“柳湾村务群”：听不到，从来没有收到过消息，请管理员检查"


def test_where_nothing_is_echoed_the_digest_says_why_it_cannot_tell(office: Office) -> None:
    facts = replace(
        QUIET_DAY,
        hearing=LIVELY | {"g-lw1": Hearing(group="g-lw1", heard_at=at("2026-02-20T08:30"), posted_at=MORNING)},
        senses={"practice": Senses(hears_all=True, echoes_own=False)},
    )
    assert text_of(facts, office).splitlines()[-1] == (
        "· 柳湾村“柳湾村务群”：听不到（最后听到是2月20日（周五）08:30），"
        "平台不回传小微自己的话，分不清是没人说话还是线路断了"
    )


def test_a_platform_that_delivers_mentions_only_disturbs_no_calm_day(make_office: MakeOffice) -> None:
    groups = tuple(
        Group(id=f"g-d{number}", name="柳湾钉钉群", village="v-lw", platform="dingtalk", conversation=f"d{number}")
        for number in (1, 2)
    )
    facts = replace(
        QUIET_DAY,
        known_since={group.id: date(2026, 1, 3) for group in groups},
        senses={"dingtalk": Senses(hears_all=False, echoes_own=False)},
    )
    assert text_of(facts, make_office(groups=groups)) == (
        "【巡群日报】青石镇 3月6日（周五）\n\n"
        "今天没有要您处理的事：没有超期，诉求都有人答复。\n\n"
        "另有2个群只听得到@小微的话，没声音不等于没人说话，不作判断。"
    )


def test_after_the_holidays_the_first_digest_tells_what_was_done_in_them(office: Office) -> None:
    back = at("2026-02-24T17:00")
    facts = replace(
        QUIET_DAY,
        threads=(
            closed("v-qs", 1, "2026-02-14T16:00"),
            closed("v-qs", 2, "2026-02-14T18:00"),
            closed("v-qs", 3, "2026-02-19T12:00"),
        ),
    )
    digest = compose(facts, back, office)
    assert digest.since == at("2026-02-14T17:00")
    assert earliest(back, office.calendar) == digest.since
    assert earliest(FRIDAY, office.calendar) == FRIDAY - timedelta(days=7)
    assert [row.number for row in digest.rows(SectionKind.DONE) if isinstance(row, TicketRow)] == [2, 3]


def test_a_crowded_day_stays_one_screen_and_says_what_it_left_out(office: Office) -> None:
    threads = tuple(thread("v-qs", number, "路灯", due="2026-03-05T17:30") for number in range(1, 41))
    lines = text_of(replace(QUIET_DAY, threads=threads), office).splitlines()
    assert lines[2] == "今天要您处理（40）"
    assert lines[-1] == "· 还有36条，回“待办”看全部"
    assert len(lines) == 8


def test_overdue_days_are_working_days(office: Office) -> None:
    facts = replace(QUIET_DAY, threads=(thread("v-qs", 1, "路灯", due="2026-02-14T17:30"),))
    (row,) = compose(facts, at("2026-02-24T17:00"), office).tickets
    assert row.late_days == 1


def test_messages_of_the_week_are_added_up_per_group(office: Office) -> None:
    days = tuple(
        GroupDay(group="g-qs1", day=date(2026, 3, 6) - timedelta(days=step), villager_messages=5, cadre_messages=1)
        for step in range(7)
    )
    (row, *_) = compose(replace(QUIET_DAY, days=days), FRIDAY, office).groups
    assert isinstance(row, GroupRow)
    assert (row.group, row.villager_messages, row.cadre_messages) == ("g-qs1", 35, 7)


def test_a_township_without_an_inspector_is_shown_to_the_county_desk(make_office: MakeOffice) -> None:
    (sent,) = decide(QUIET_DAY, SLOT, FRIDAY, make_office(without=("p-ji",))).sends
    assert sent.to == ToPerson(person="p-xian")
    assert sent.text == (
        "青石镇还没有登记纪检干部，这份日报先发给您，请尽快登记。\n\n"
        "【巡群日报】青石镇 3月6日（周五）\n\n今天没有要您处理的事：没有超期，诉求都有人答复。"
    )


def test_there_is_no_digest_on_holidays_but_on_make_up_saturdays(office: Office) -> None:
    def sends(day: str) -> int:
        slot = replace(SLOT, at=at(f"{day}T17:00"))
        return len(decide(QUIET_DAY, slot, slot.at, office).sends)

    assert [sends(day) for day in ("2026-02-17", "2026-03-07", "2026-02-28")] == [0, 0, 1]


def test_a_late_digest_comes_until_dawn_and_waits_for_the_end_of_quiet_hours(office: Office) -> None:
    (sent,) = decide(QUIET_DAY, SLOT, at("2026-03-07T05:00"), office).sends
    assert sent.not_before == at("2026-03-07T07:30")
    assert sent.text.startswith("【巡群日报】青石镇 3月6日（周五）")
    assert decide(QUIET_DAY, SLOT, at("2026-03-07T05:01"), office) == NOTHING


def test_a_township_that_was_taken_out_of_the_configuration_gets_nothing(office: Office) -> None:
    assert decide(QUIET_DAY, replace(SLOT, scope="t-gone"), FRIDAY, office) == NOTHING
