"""The papers of the month, built from facts: what stands in them, and that an office programme prints all of it."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.building import build_office
from bot.documents.official import write_paper
from bot.documents.papers_order import assignment_paper, order_paper
from bot.documents.papers_review import agenda_paper, circular_paper, compared, outline_paper, talk_paper, visit_paper
from bot.documents.papers_slip import slip_paper
from bot.domain import slips
from bot.domain.circular import Circular
from bot.domain.common import topics
from bot.domain.papers import Field, Heading, Paper, PaperKind, Table, Text
from bot.domain.periods import month_of
from bot.domain.results import Results, rank, results
from bot.domain.slips import Finding, Ground, Slip, SlipKind
from bot.domain.talk import Talk
from bot.domain.tickets import State, Thread, Ticket, ticket_id
from bot.office import Office
from bot.patrol import weekly
from bot.settings import Settings
from bot.supervising import order_for
from tests.unit.domain.test_results import LATER, MARCH, lamp
from tests.world import at

LATE = lamp(1, closed_at=at("2026-03-13 10:00"))
AGAIN = lamp(2, topic="水管", place="老井边", reopenings=1, text="李大爷家门口的水管漏水", answer_text="已处理")
OPEN = lamp(3, topic="", place="", state=State.IN_PROGRESS, closed_at=None, text="张三家欠我两千块钱")
TICKETS = {ticket.id: ticket for ticket in (LATE, AGAIN, OPEN)}

Build = Callable[[Office], Paper]


@pytest.fixture(scope="module")
def office(settings: Settings) -> Office:
    """The demo county."""
    return build_office(settings)


def notice(kind: SlipKind = SlipKind.NOTICE, unit: str = "liuwan") -> Slip:
    findings = (
        Finding(ground=Ground.OVERDUE, evidence=(LATE.id, OPEN.id)),
        Finding(ground=Ground.REOPENED, evidence=(AGAIN.id,)),
    )
    return slips.candidate(
        month="2026-03", kind=kind, unit=unit, office="qinghe", findings=findings, at=LATER, by="bot"
    )


def issued() -> Slip:
    sent = slips.issued(
        notice(),
        number="清廉提〔2026〕3号",
        at=at("2026-04-01 10:00"),
        by="p-zml",
        remind_at=at("2026-04-08 08:30"),
        due_at=at("2026-04-09 17:30"),
    )
    return slips.replied(sent, words="两件都已办结，今后每周一对时限。", at=at("2026-04-03 09:00"), by="p-zcg")


def supervised() -> Ticket:
    return replace(OPEN, topic="排水涵洞", place="二组", units=("liuwan", "d-qh-shuili"), unit="d-qh-shuili", returns=2)


def order(office: Office, serial: str = "") -> Paper:
    ticket = supervised()
    drawn = order_for(ticket, now=at("2026-03-10 09:00"), office=office)
    return order_paper(
        ticket, drawn, serial=serial, issued_at=at("2026-03-10 09:00") if serial else None, office=office
    )


def circular(office: Office) -> Paper:
    township = office.org.units["qinghe"]
    own = [*TICKETS.values(), *(lamp(number, topic="垃圾清运") for number in range(10, 15))]
    far = [replace(lamp(number), id=ticket_id("shipan", 2026, number), village="shipan") for number in range(1, 9)]
    tickets = [*own, *far]
    figures = {
        village.id: results([one for one in tickets if one.village == village.id], MARCH, now=LATER)
        for village in office.org.villages_of(township.id)
    }
    month = Circular(
        township=township,
        month=MARCH,
        ranking=rank(figures, (5, 20), lot="2026-03"),
        total=results(tickets, MARCH, now=LATER),
        season=Results(received=20),
        frequent=tuple(topics(tickets, MARCH)),
    )
    return circular_paper(month, office)


def visit_list(office: Office) -> Paper:
    threads = [Thread(ticket=ticket, links=()) for ticket in (LATE, AGAIN)]
    page = weekly.compose(weekly.Facts(threads=threads), office.org.units["qinghe"], at("2026-03-16 09:00"), office)
    return visit_paper(page, office)


def agenda(office: Office) -> Paper:
    return agenda_paper(office.org.units["liuwan"], [OPEN, supervised()], date(2026, 3, 10), office)


def assignment(office: Office) -> Paper:
    drawn = order_for(supervised(), now=at("2026-03-10 09:00"), office=office, lead="d-zhujian")
    return assignment_paper(supervised(), drawn, issuer=office.org.county, office=office)


def talk_today(office: Office) -> Paper:
    facts = ("柳湾村3号 求助：二组排水涵洞，超期2天", "3月12日（周四）没有人值班")
    return outline_paper(Talk(village="柳湾村", facts=facts, at=at("2026-03-10 09:00")), office)


PAPERS: dict[str, Build] = {
    "notice": lambda office: slip_paper(notice(), TICKETS, office),
    "notice_issued": lambda office: slip_paper(issued(), TICKETS, office),
    "letter": lambda office: slip_paper(notice(SlipKind.LETTER, "d-qh-shuili"), TICKETS, office),
    "order": order,
    "order_issued": lambda office: order(office, "督〔2026〕柳湾村3号"),
    "assignment": assignment,
    "circular": circular,
    "visits": visit_list,
    "talk": lambda office: talk_paper(issued(), office),
    "talk_today": talk_today,
    "agenda": agenda,
}
VILLAGERS_WORDS = ("李大爷", "张三", "两千块")


def words(paper: Paper) -> Iterator[str]:
    yield from (paper.title, paper.to, paper.issuer, paper.signed)
    for block in paper.blocks:
        match block:
            case Heading(text=text) | Text(text=text):
                yield text
            case Field(label=label, value=value):
                yield from (label, *value.splitlines())
            case Table(header=header, rows=rows):
                yield from (*header, *(cell for row in rows for cell in row))


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_no_paper_repeats_a_villagers_words_or_names_an_officer(name: str, office: Office) -> None:
    text = "".join(words(PAPERS[name](office)))
    assert not [word for word in VILLAGERS_WORDS if word in text]
    assert not [person.name for person in office.org.people.values() if person.name in text]


def test_printed_nothing_of_a_paper_is_lost(office: Office, tmp_path: Path) -> None:
    papers = {name: build(office) for name, build in PAPERS.items()}
    for name, paper in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(write_paper(paper, office.wording))
    files = [f"{name}.docx" for name in papers]
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    made = ["soffice", profile, "--headless", "--convert-to", "pdf", *files]
    subprocess.run(made, check=True, capture_output=True, timeout=300, cwd=tmp_path)  # noqa: S603 - our own files
    for name, paper in papers.items():
        printed = text_of(tmp_path / f"{name}.pdf", office)
        lost = [line for text in words(paper) for line in text.splitlines() if bare(line) not in printed]
        assert lost == [], name


def text_of(pdf: Path, office: Office) -> str:
    """All that is printed, without blanks, page numbers and the mark of a draft, which break a text over two pages."""
    command = ["pdftotext", "-raw", str(pdf), "-"]
    read = subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - our own file
    text = bare(read.stdout.decode())
    return re.sub(r"—\d+—", "", text.replace(bare(office.say("papers.draft")), ""))


def bare(text: str) -> str:
    """Without blanks, and without boxes to tick, for which an office programme may take another typeface."""
    return "".join(text.split()).replace("□", "")


def test_a_draft_has_neither_number_nor_date_and_an_issued_one_has_the_persons(office: Office) -> None:
    assert slip_paper(notice(), TICKETS, office).draft
    paper = slip_paper(issued(), TICKETS, office)
    assert (paper.number, paper.dated, paper.draft) == ("清廉提〔2026〕3号", date(2026, 4, 1), False)
    assert order(office).draft
    assert not order(office, "督〔2026〕柳湾村3号").draft
    assert assignment(office).draft
    assert circular(office).draft


def test_the_notice_rests_on_its_tickets_each_named_once(office: Office) -> None:
    (table,) = [block for block in slip_paper(notice(), TICKETS, office).blocks if isinstance(block, Table)]
    assert table.rows == (
        ("1号", "二组路灯", "3月6日", "3月11日", "3月13日", "超期"),
        ("3号", "见工单", "3月6日", "3月11日", "未办结", "超期"),
        ("2号", "老井边水管", "3月6日", "3月11日", "3月10日", "重新办"),
    )


def test_what_a_person_judges_is_left_open(office: Office) -> None:
    fields = {
        block.label: block.value for block in slip_paper(notice(), TICKETS, office).blocks if isinstance(block, Field)
    }
    assert fields["风险判断"] == "□低　□中　□高"
    assert [fields[label] for label in ("责任部门和责任人", "签发人", "处置意见和整改措施", "销号日期")] == [""] * 4


def test_talk_visits_and_agenda_stay_in_the_office(office: Office) -> None:
    for build in (visit_list, agenda, PAPERS["talk"]):
        paper = build(office)
        assert paper.kind in (PaperKind.VISIT_LIST, PaperKind.TALK_OUTLINE)
        assert paper.kind.is_internal
        assert (paper.issuer, paper.to, paper.signed) == ("", "", "")


def test_a_count_is_compared_with_the_same_season_and_only_if_that_is_known(office: Office) -> None:
    assert compared(Results(received=52), Results(received=100), office) == "收到的件数比上年同期（100件）减少48%。"
    assert compared(Results(received=120), Results(received=100), office) == "收到的件数比上年同期（100件）增加20%。"
    assert compared(Results(received=7), Results(received=7), office) == "收到的件数与上年同期（7件）持平。"
    assert compared(Results(received=7), Results(), office) == "上年同期没有可比的数据。"
    assert compared(Results(received=7), None, office) == "上年同期没有可比的数据。"


def test_a_month_without_matters_makes_a_calm_circular(office: Office) -> None:
    township = office.org.units["qinghe"]
    figures = {village.id: Results() for village in office.org.villages_of(township.id)}
    month = Circular(
        township=township,
        month=month_of(date(2026, 3, 1)),
        ranking=rank(figures, (5, 20), lot="2026-03"),
        total=Results(),
        season=None,
        frequent=(),
    )
    paper = circular_paper(month, office)
    text = "".join(words(paper))
    assert "没有到期诉求的村，不参加比较：柳湾村、石畔村、霞岭村" in text
    assert "本月没有三件以上的同类问题" in text


def test_the_same_paper_is_the_same_file_whenever_it_is_written(office: Office) -> None:
    first = write_paper(slip_paper(issued(), TICKETS, office), office.wording)
    assert first == write_paper(slip_paper(issued(), TICKETS, office), office.wording)
    with ZipFile(BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_only_those_who_go_there_may_know_stands_in_no_paper(office: Office) -> None:
    careful = {name: replace(ticket, careful=True, topic="排水涵洞") for name, ticket in TICKETS.items()}
    text = "".join(words(slip_paper(issued(), careful, office)))
    assert "排水涵洞" not in text
    assert "见工单" in text
    quiet = replace(supervised(), careful=True)
    drawn = order_for(quiet, now=at("2026-03-10 09:00"), office=office)
    assert "排水涵洞" not in "".join(words(order_paper(quiet, drawn, serial="", issued_at=None, office=office)))
