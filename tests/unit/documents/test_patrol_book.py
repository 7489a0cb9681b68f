from datetime import date, datetime, timedelta
from io import BytesIO

from python_calamine import CalamineWorkbook

from bot.documents.patrol_book import write
from bot.domain.patrol_log import Confirmed, LogRow, PatrolLog, Remark, Urged
from bot.domain.patrol_sheet import PatrolFacts
from bot.domain.silence import Judgement, Silence
from bot.office import Office

FRIDAY = datetime.fromisoformat("2026-03-06T17:00+08:00")
SECRETARY = "镇纪委书记 周明礼"


def log(*confirmed: Confirmed, urged: tuple[Urged, ...] = (), remarks: tuple[Remark, ...] = ()) -> PatrolLog:
    judgement = Judgement(silence=Silence.LIVELY, since=date(2026, 3, 6), days=0, ever_spoken=True, proof_at=FRIDAY)
    facts = PatrolFacts(
        group="g-lw1",
        name="柳湾村民群",
        village="柳湾村",
        judgement=judgement,
        villager_messages=46,
        asked=3,
        answered=2,
        unanswered=1,
        overdue=1,
        results=1,
    )
    row = LogRow(facts=facts, awaited=1, heated=1, urged=urged)
    return PatrolLog(
        township="清禾镇", day=date(2026, 3, 6), until=FRIDAY, rows=(row,), confirmed=confirmed, remarks=remarks
    )


def cells(book: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("巡群日志")
    return [[cell for cell in row if cell != ""] for row in sheet.to_python(skip_empty_area=False)]


def test_a_day_shows_what_was_found_what_was_urged_and_who_stands_for_it(office: Office) -> None:
    urged = (Urged(at=FRIDAY, by=SECRETARY), Urged(at=FRIDAY + timedelta(minutes=9), by=SECRETARY, number=12))
    remarks = (Remark(at=FRIDAY + timedelta(minutes=14), by=SECRETARY, text="周一去看路灯"),)
    confirmed = (Confirmed(by=SECRETARY, at=FRIDAY), Confirmed(by="镇纪委干事 陶雨林", at=None))
    shown = cells(write(log(*confirmed, urged=urged, remarks=remarks), office))
    assert shown[0] == ["清禾镇巡群日志 3月6日（周五）"]
    assert shown[1] == ["巡群时段：00:00至17:00，共1个群。只记件数，不记群众姓名；小微自己发的不算。"]
    assert shown[3] == [
        "柳湾村",
        "柳湾村民群",
        46.0,
        3.0,
        1.0,
        1.0,
        "值班公告没发、等公开1件",
        1.0,
        "有村民说话",
        f"17:00 {SECRETARY}提醒\n17:09 {SECRETARY}督办12号",
        "答复2件，办成1件",
    ]
    assert [row[0] for row in shown[4:] if row] == [
        f"确认：{SECRETARY}，3月6日（周五）17:00",
        "还没确认：镇纪委干事 陶雨林",
        f"备注（{SECRETARY} 17:14）：周一去看路灯",
    ]


def test_a_day_that_nobody_confirmed_says_so(office: Office) -> None:
    shown = cells(write(log(Confirmed(by=SECRETARY, at=None)), office))
    assert [row[0] for row in shown[4:] if row] == ["这一天还没有人确认。"]


def test_the_same_day_gives_the_same_bytes(office: Office) -> None:
    assert write(log(), office) == write(log(), office)
