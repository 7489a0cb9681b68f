"""Nothing of a clue is found anywhere but with the discipline role: everything that anybody else can reach is crawled.

Clues of every kind are planted with marked words: in the group, privately, by voice, in several pieces, beside a public
matter, only suspected, and against the village, the township, its discipline officer and the county.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from python_calamine import CalamineWorkbook

from bot.commands.export import ExportError, export_clues
from bot.documents.digest_sheet import write as write_sheet
from bot.domain.messages import Incoming, Kind, MediaRef, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import Mark
from bot.engine import senses_of
from bot.live import Changes
from bot.logs import configure_logs
from bot.patrol import digest
from bot.patrol.digest_facts import DigestFacts
from bot.patrol.digest_text import say_digest
from bot.ports import Sent
from bot.replay import rows_of
from bot.sending.addressing import NoAttachments
from bot.settings import Settings, read_hall
from bot.store import dump
from bot.web.desk import HallDesk
from bot.web.hall import build_web
from tests.flow.conftest import After, Wakes
from tests.flow.village import Village
from tests.world import account, at


@dataclass(frozen=True)
class Plant:
    """One clue: who says it, in which pieces, where, and the marked words that must be found nowhere else."""

    name: str
    who: str
    pieces: tuple[str, ...]
    marks: tuple[str, ...]
    private: bool = True
    kind: Kind = Kind.TEXT
    readers: frozenset[str] = frozenset({"周明礼", "陶雨林"})


COUNTY = frozenset({"林静敏"})
PLANTS = (
    Plant(
        name="whispered",
        who="守井人",
        pieces=("西坡机耕路报了六十七车石子,顶多拉了三十来车,单子是村会计何桂珍一个人签的,钱进了谁的口袋",),
        marks=("六十七车石子", "西坡机耕路"),
    ),
    Plant(
        name="by voice",
        who="六叔",
        pieces=("村支书张春根把低保指标卖了八千七百块钱给他表弟 收钱我亲眼看到的",),
        marks=("八千七百", "低保指标卖"),
        kind=Kind.VOICE,
    ),
    Plant(
        name="in pieces",
        who="豆腐西施",
        pieces=("我要反映村会计何桂珍贪污的事", "去年修塘坝的水泥款她虚报了四万三千六", "发票是假的 钱她自己拿了"),
        marks=("四万三千六", "塘坝的水泥款", "发票是假的"),
    ),
    Plant(
        name="against a leader of the township",
        who="小满妈妈",
        pieces=("副镇长韩志刚收了修路老板两条烟和九千一百块钱红包",),
        marks=("九千一百", "两条烟"),
        readers=COUNTY,
    ),
    Plant(
        name="against the township's discipline officer, named only at the end",
        who="石头爸",
        pieces=("镇里管纪律的人收了黑石料场老板六千四百块钱 压着举报信不办", "就是镇纪委书记周明礼 收钱办事"),
        marks=("六千四百", "黑石料场"),
        readers=COUNTY,
    ),
    Plant(
        name="against the county desk",
        who="桂婶",
        pieces=("县纪委那个林静敏收了砂场老板五万两千块钱 帮他压案子",),
        marks=("五万两千", "帮他压案子"),
        readers=frozenset(),
    ),
)
IN_THE_GROUP = Plant(
    name="in the group",
    who="风筝",
    pieces=("村会计何桂珍把三组的征地款贪污了七万八千三 装进自己腰包",),
    marks=("七万八千三", "三组的征地款"),
    private=False,
)
SUSPECTED = Plant(
    name="only suspected, in the group",
    who="阿珍",
    pieces=("听说何会计新买的车不便宜哈 红茅坳那边都在议论",),
    marks=("红茅坳", "新买的车"),
    private=False,
)
MIXED = Plant(
    name="beside a public matter, in the group",
    who="老杨",
    pieces=("紫藤坡修路的账目请公布一下 还有何会计收了石料老板一万零九百回扣",),
    marks=("一万零九百", "石料老板"),
    private=False,
)
GROUP_PLANTS = (IN_THE_GROUP, SUSPECTED, MIXED)
MARKS = tuple(mark for plant in (*PLANTS, *GROUP_PLANTS) for mark in plant.marks)
PRIVATE_MARKS = tuple(mark for plant in PLANTS for mark in plant.marks)
SECRET = (*MARKS, "线索", "纪检", "12388")
"""Words that stand in no chat, sheet or page of anybody without the role; ``线索`` in the bot's words only."""
VILLAGERS = ("阿珍", "路人")


async def a_common_day(village: Village, plants: Sequence[Plant]) -> None:
    """The village's day, with the clues between."""
    await village.says("阿珍", "二组路灯又不亮了")
    for name in dict.fromkeys(plant.who for plant in (*PLANTS, IN_THE_GROUP)):
        await village.says(name, "早", after=30)
    await village.until("2026-03-06 09:00")
    for index, plant in enumerate(PLANTS):
        await village.until(f"2026-03-06 {9 + index // 2:02}:{5 + 30 * (index % 2):02}")
        for piece in plant.pieces if plant in plants else ():
            await village.says(plant.who, piece, group=None, kind=plant.kind, after=8)
    await village.until("2026-03-06 12:30")
    await village.says("老杨", "低保要准备哪些材料啊?", after=0)
    await village.until("2026-03-06 14:00")
    await village.officer("1 进展 下午去看灯", after=0)
    await village.until("2026-03-09 19:00")


async def planted(village: Village) -> None:
    """The day with all clues, the one in the group too, and the discipline role at work on them."""
    await a_common_day(village, PLANTS)
    await village.until("2026-03-10 09:00")
    for plant in GROUP_PLANTS:
        await village.says(plant.who, plant.pieces[0], after=60)
        await village.wait(minutes=20)
    for reader in ("周明礼", "林静敏"):
        await village.reads_clues(reader)
    await village.wait(hours=20)


def everybody(settings: Settings) -> list[Person]:
    return list(settings.county.people.values())


def without_role(settings: Settings) -> list[Person]:
    people = {"p-zml", "p-tyl", "p-ljm"}
    return [person for person in everybody(settings) if person.id not in people]


def hits(text: str, words: Iterable[str] = MARKS) -> list[str]:
    return [word for word in words if word in text]


def found_by(sent: Sequence[Sent], person: Person) -> str:
    return "\n".join(one.outgoing.text for one in sent if one.outgoing.to == ToPerson(person=person.id))


async def test_every_clue_reaches_exactly_those_who_may_read_it(after: After) -> None:
    village = await after("2026-03-06 08:00", planted)
    read = {name: await village.reads_clues(name) for name in ("周明礼", "陶雨林", "林静敏", "程文娟")}
    for plant in (*PLANTS, *GROUP_PLANTS):
        for name, text in read.items():
            expected = list(plant.marks) if name in plant.readers else []
            assert hits(text, plant.marks) == expected, (plant.name, name)


async def test_no_message_to_anybody_else_says_anything_of_it(after: After) -> None:
    village = await after("2026-03-06 08:00", planted)
    sent = await village.sent()
    for person in without_role(village.settings):
        assert hits(found_by(sent, person), SECRET) == [], person.name
    in_groups = "\n".join(one.outgoing.text for one in sent if isinstance(one.outgoing.to, ToGroup))
    assert hits(in_groups, MARKS) == []
    for name in VILLAGERS:
        to = ToAccount(platform="practice", account=account(name))
        assert hits("\n".join(one.outgoing.text for one in sent if one.outgoing.to == to), SECRET) == []


async def test_whatever_anybody_else_asks_the_answer_knows_nothing(after: After) -> None:
    village = await after("2026-03-06 08:00", planted)
    codes = [
        case.code for case in await village.store.cases(list(village.settings.county.units), since=at("2026-01-01"))
    ]
    assert len(codes) >= len(PLANTS)
    asks = (
        "线索",
        "保密线索",
        f"线索 {codes[0]}",
        codes[0],
        f"{codes[0]} 受理",
        f"{codes[0]} 群里提醒",
        "待办",
        "日报",
        "帮助",
    )
    for name in ("李青山", "张春根", "何桂珍", "韩志刚", "彭学峰", "罗大山"):
        for words in asks:
            answer = await village.officer(words, who=name)
            assert hits(answer.replace(words, ""), (*MARKS, *codes)) == [], (name, words)
        nonsense = await village.officer("哈密瓜", who=name)
        assert await village.officer("线索", who=name) == nonsense.replace("哈密瓜", "线索")
        # A code may look like a village and a number; then nonsense of the same form is answered alike.
        unknown = f"Z{codes[0][1:]}"
        answer = await village.officer(f"{unknown} 受理", who=name)
        assert await village.officer(f"{codes[0]} 受理", who=name) == answer.replace(unknown, codes[0])
    other = [await village.officer(words, who="程文娟") for words in asks[:6]]
    assert hits("".join(other)) == []
    unknown = await village.officer("AAAAA 受理", who="程文娟")
    assert await village.officer(f"{codes[0]} 受理", who="程文娟") == unknown.replace("AAAAA", codes[0])


async def test_the_database_file_tells_nothing_by_itself(village: Village) -> None:
    await planted(village)
    raw = b"".join(path.read_bytes() for path in sorted(village.database.parent.glob("village.db*")))
    assert len(raw) > 100_000
    assert [mark for mark in MARKS if mark.encode() in raw] == []
    for word in ("clue-guide", "clue-waiting", "whisper:", "encourage:", 'p-hgz\\"', "六十", "何桂珍"):
        assert word.encode() not in raw, word
    opened = str(await dump(village.store))
    assert all(mark in opened for plant in (*PLANTS[:5], *GROUP_PLANTS) for mark in plant.marks), "the keys open it"
    kept = [mark for mark in PLANTS[5].marks if mark in opened]
    assert kept == [], "of a clue against the county itself nothing is kept, not even sealed"


async def test_logs_and_troubles_tell_nothing(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", level=logging.DEBUG)
    try:
        await village.restarts()
        await planted(village)
    finally:
        structlog.reset_defaults()
    logged = capsys.readouterr()
    troubles = await village.store.troubles(since=at("2026-03-06 00:00"))
    assert hits(logged.out + logged.err + str(troubles), SECRET) == []


async def test_a_replay_without_clues_tells_nothing(after: After) -> None:
    village = await after("2026-03-06 08:00", planted)
    assert hits(str(await rows_of(village.store, village.settings, with_clues=False)), SECRET) == []


async def test_the_village_sees_the_same_sends_at_the_same_times_with_and_without_clues(wakes: Wakes) -> None:
    with_them, without = await wakes("2026-03-06 08:00"), await wakes("2026-03-06 08:00")
    await a_common_day(with_them, PLANTS)
    await a_common_day(without, ())
    informers = {account(plant.who) for plant in PLANTS}
    discipline = {"p-zml", "p-tyl", "p-ljm"}

    async def seen(village: Village) -> list[tuple[str, str, str, str]]:
        shown = []
        for one in await village.sent():
            to = one.outgoing.to
            theirs = one.outgoing.confidential or one.outgoing.kind is not OutKind.DIGEST
            if isinstance(to, ToPerson) and to.person in discipline and theirs:
                continue
            if isinstance(to, ToAccount) and to.account in informers:
                continue
            shown.append((str(one.sent_at), str(to), one.outgoing.kind.value, one.outgoing.text))
        return shown

    assert await seen(with_them) == await seen(without)
    numbers = [[thread.ticket.number for thread in await one.tickets()] for one in (with_them, without)]
    assert numbers[0] == numbers[1] != []
    marked = [await one.store.marked("g-lw1", list(Mark), since=at("2026-03-06 00:00")) for one in (with_them, without)]
    assert len(marked[0]) == len(marked[1])
    slots = [await one.store.pending_slots() for one in (with_them, without)]
    assert slots[0] == slots[1]


async def test_digest_sheet_and_counts_tell_nothing(after: After, tmp_path: Path) -> None:
    village = await after("2026-03-06 08:00", planted)
    office = village.office
    load = DigestFacts(store=village.store, office=office, senses=senses_of(village.platforms())).load
    for township in ("qinghe", "weihu"):
        page = digest.compose(await load(township, at=village.now), village.now, office)
        book = tmp_path / f"{township}.xlsx"
        book.write_bytes(write_sheet(page, office))
        sheets = CalamineWorkbook.from_path(str(book))
        cells = "".join(str(sheets.get_sheet_by_name(name).to_python()) for name in sheets.sheet_names)
        assert hits(say_digest(page, office) + cells + repr(page), SECRET) == []


async def test_the_practice_hall_shows_nothing_of_it_to_other_roles(after: After) -> None:
    village = await after("2026-03-06 08:00", planted)
    desk = HallDesk(
        store=village.store,
        receiver=_Deaf(),
        signal=Changes(),
        office=village.office,
        hall=read_hall(village.settings.folder),
        clock=_Standing(village),
        shelf=NoAttachments(),
        uploads=_Shut(),
    )
    async with TestClient(TestServer(build_web(desk))) as client:
        for person in without_role(village.settings):
            ident = person.id.replace("p-", "u-")
            for path in ("/", "/panes/hall"):
                answer = await client.get(path, params={"group": "g-lw2", "officer": ident, "as": ident})
                assert hits(await answer.text()) == [], (person.name, path)
                answer = await client.get(path, params={"group": "g-lw1", "officer": ident, "as": ident})
                assert hits(await answer.text(), PRIVATE_MARKS) == [], (person.name, path)
        page = await client.get("/", params={"group": "g-lw2", "where": "private", "as": account("阿珍")})
        assert hits(await page.text()) == []


class _Shut:
    """An upload to which nobody brings anything."""

    def taking(self, data: bytes) -> AbstractAsyncContextManager[MediaRef]:
        raise AssertionError(len(data))


class _Deaf:
    """A receiver to whom nobody speaks."""

    async def receive(self, incoming: Incoming) -> bool:
        raise AssertionError(incoming)


@dataclass
class _Standing:
    """The village's clock, which nobody moves."""

    village: Village

    def now(self) -> datetime:
        return self.village.now

    async def move_to(self, at: datetime) -> None:
        raise AssertionError(at)


async def test_an_export_holds_only_what_its_reader_may_see(after: After, tmp_path: Path) -> None:
    village = await after("2026-03-06 08:00", planted)
    url = SecretStr(f"sqlite:///{village.database}")
    environment = village.settings.environment.model_copy(update={"database_url": url})
    village.settings = replace(village.settings, environment=environment)
    for person in without_role(village.settings):
        if person.id == "p-cwj":
            assert await export_clues(village.settings, person.id, out=tmp_path / "w.xlsx", now=village.now) == 0
            continue
        with pytest.raises(ExportError, match="不能导出线索"):
            await export_clues(village.settings, person.id, out=tmp_path / "no.xlsx", now=village.now)
    assert not (tmp_path / "no.xlsx").exists()
    for name in ("周明礼", "林静敏"):
        out = tmp_path / f"{name}.xlsx"
        await export_clues(village.settings, name, out=out, now=village.now)
        sheet = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
        assert sheet[0] == [
            "编号", "收到时间", "渠道", "属地层级", "内容摘要", "证据清单与哈希", "涉及对象层级", "紧急程度",
            "移送人/接收人/时间", "处置方式", "反馈",
        ]  # fmt: skip
        text = str(sheet)
        for plant in (*PLANTS, *GROUP_PLANTS):
            assert bool(hits(text, plant.marks)) == (name in plant.readers), (name, plant.name)
            assert plant.who not in text
            assert account(plant.who) not in text


async def test_reading_and_exporting_leave_a_trace_of_who_and_when(village: Village) -> None:
    await village.says("守井人", "早")
    await village.says("守井人", PLANTS[0].pieces[0], group=None, after=60)
    await village.wait(minutes=2)
    await village.reads_clues("周明礼")
    (case,) = await village.store.cases(["liuwan"], since=village.now - timedelta(days=1))
    events = await village.store.case_history(case.code)
    assert [(event.step.value, event.actor) for event in events] == [("received", "bot"), ("read", "p-zml")]
    assert events[1].at == village.now
