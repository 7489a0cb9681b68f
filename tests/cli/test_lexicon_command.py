"""An operator asks what the officers' corrections teach, looks at it, and accepts some of it."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.categories import Category, Level
from bot.domain.messages import Incoming, Kind
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind, Link, Relation, State, Ticket, TicketEvent
from bot.store import SqlStore, migrate, open_store
from tests.cli.conftest import Command

MORNING = datetime(2026, 3, 6, 1, tzinfo=UTC)
OWN = "# 我们县的词\n(基数)\t0\t0\t0\t0\t-6\t1\t-9\n"
"""A county's own lexicon: texts without a known word stand at the same point, whatever the shipped weights are."""


async def _rules(store: SqlStore, number: int, text: str, done: EventKind, **data: str) -> None:
    """A ticket that the bot opened as a question, and what 李青山 did with it."""
    ticket = Ticket(
        id=f"liuwan-2026-{number}",
        village="liuwan",
        year=2026,
        number=number,
        category=Category.CONSULTATION,
        urgent=False,
        state=State.PROMPTED,
        level=Level.VILLAGE,
        unit="liuwan",
        owner="p-lqs",
        platform="practice",
        group="g-lw1",
        requester="u-az",
        text=text,
        topic="",
        place="",
        said_at=MORNING,
        opened_at=MORNING,
        due_at=MORNING,
    )
    said = Incoming(
        platform="practice",
        id=f"m{number}",
        group="g-lw1",
        sender="u-az",
        name="阿珍",
        kind=Kind.TEXT,
        text=text,
        sent_at=MORNING,
    )
    await store.accept(said, conversation="group:g-lw1", group="g-lw1", by_cadre=False, received_at=MORNING)
    events = (
        TicketEvent(
            ticket=ticket.id,
            at=MORNING,
            kind=EventKind.OPENED,
            actor="villager",
            data={"category": ticket.category.value},
        ),
        TicketEvent(ticket=ticket.id, at=MORNING, kind=done, actor="p-lqs", data=data),
    )
    link = Link(
        ticket=ticket.id, platform="practice", message=said.id, relation=Relation.PIECE, sender="u-az", at=MORNING
    )
    await store.commit(Outcome(changes=(Change(ticket=ticket, events=events),), links=(link,)), now=MORNING)


async def _year(url: str) -> None:
    await migrate(url)
    store = await open_store(url)
    try:
        await _rules(store, 1, "阿珍 饆饠 鼱鼩 找李青山", EventKind.RECATEGORISED, to="help")
        await _rules(store, 2, "饆饠 饕餮", EventKind.RECATEGORISED, to="help")
        await _rules(store, 3, "魍魉", EventKind.CLOSED, answer="已经答复")
    finally:
        await store.close()


@pytest.fixture
def taught(county: Path, tmp_path: Path) -> Path:
    """A county with its own words, in whose database two questions turned out to be cries for help."""
    (county / "lexicon").mkdir()
    (county / "lexicon" / "weights.tsv").write_text(OWN, encoding="utf-8")
    asyncio.run(_year(f"sqlite:///{tmp_path}/county.db"))
    return county


def code_in(out: str) -> str:
    """The code of the list, as the last line names it."""
    found = re.search(r"--list (\S+)", out)
    assert found is not None, out
    return found.group(1)


def test_the_list_is_shown_accepted_and_then_the_words_are_known(xiaowei: Command, taught: Path) -> None:
    config = ("--config", str(taught))
    file = taught / "lexicon" / "weights.tsv"
    first = xiaowei("lexicon", "suggest", "--show", *config)
    assert first.code == 0, first.err
    code = code_in(first.out)
    assert re.search(r"更像求助\(.{4}\)(?:，更不像建议\(.{4}\))?，更不像无诉求\(", first.out)
    without_weights = re.sub(r"(?:，更不像\w+\([+-]\d\.\d\))+", "，更不像别的", first.out)
    assert re.sub(r"[+-]\d\.\d", "±n", without_weights) == (
        "改正过的工单 2 条，没改类就办结、拿来对照的 1 条。\n"
        "建议改 1 个词：\n"
        "1. “饆饠”（新词）：更像求助(±n)，更不像别的。因为 柳湾村 1 号、2 号；只改这个词：对 2 条、错 0 条\n"
        "全部采纳：改正里多对 2 条（柳湾村 1 号、2 号），原来对的没有一条变错。\n"
        "\n"
        "改正过的工单（号码和名字已隐去）：\n"
        "柳湾村 1 号（咨询→求助）：〔名〕 饆饠 鼱鼩 找〔名〕\n"
        "柳湾村 2 号（咨询→求助）：饆饠 饕餮\n"
        "\n"
        "采纳（编号可以挑着写）：\n"
        f"xiaowei lexicon accept 1 --list {code} --config {taught}\n"
    )
    plain = json.loads(xiaowei("lexicon", "suggest", "--json", *config).out)
    assert plain["code"] == code
    assert [one["word"] for one in plain["suggestions"]] == ["饆饠"]
    assert plain["together"] == {"mends": ["liuwan-2026-1", "liuwan-2026-2"], "harms": []}
    assert "texts" not in plain

    unknown = xiaowei("lexicon", "accept", "1", "7", "--list", code, *config)
    assert (unknown.code, unknown.err) == (1, "没有第 7 条建议，只有 1 到 1。什么也没写。\n")
    assert file.read_text(encoding="utf-8") == OWN

    accepted = xiaowei("lexicon", "accept", "1", "--list", code, *config)
    assert accepted.code == 0, accepted.err
    assert "“饆饠”，共 1 个词。改正里多对 2 条（柳湾村 1 号、2 号），原来对的没有一条变错。" in accepted.out
    assert accepted.out.endswith("重启小微后生效。要撤销，删掉那几行再重启。\n")
    written = file.read_text(encoding="utf-8")
    assert written.startswith(OWN)
    assert written.count("饆饠\t") == 1

    judged = json.loads(xiaowei("classify", *config, stdin="饆饠 饕餮\n".encode()).out)
    assert judged["label"] == "help"
    stale = xiaowei("lexicon", "accept", "1", "--list", code, *config)
    assert stale.code == 1
    assert stale.err.startswith("工单或者词表变了")
    assert file.read_text(encoding="utf-8") == written


def test_the_shipped_county_is_not_written_to_nor_a_garbled_code_guessed_at(xiaowei: Command, anew: Command) -> None:
    refused = anew("lexicon", "accept", "1", "--list", "2-000000")
    assert refused.code == 1
    assert refused.err.startswith("不能往 config/demo 里写。")
    garbled = xiaowei("lexicon", "accept", "1", "--list", "abc")
    assert garbled.code == 1
    assert garbled.err.startswith("看不懂建议单的编号“abc”")


def test_without_any_correction_there_is_nothing_to_learn(xiaowei: Command, county: Path) -> None:
    missing = xiaowei("lexicon", "suggest", "--config", str(county))
    assert missing.code == 1
    assert "xiaowei migrate" in missing.err
    xiaowei("migrate", "--config", str(county))
    empty = xiaowei("lexicon", "suggest", "--config", str(county))
    assert empty.code == 1
    assert empty.err.startswith("还没有可以学的")
