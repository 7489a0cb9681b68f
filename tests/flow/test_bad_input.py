"""Whatever comes in, nothing is lost, nobody is bothered, and what cannot be handled is on record."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.classify.stream import Stream
from bot.commands.checks import run as check
from bot.domain.messages import Incoming, Kind, OutKind
from bot.domain.tickets import State
from bot.domain.verdicts import Context, Verdict
from bot.handlers.judge import Judge
from bot.settings import Settings
from bot.settings.source import SHIPPED
from tests.flow.village import Village
from tests.world import at

EVENING = "\u202e灯不亮了\u202c"
STRANGE = {
    "nothing": "",
    "blanks": " \n\t ",
    "a hundred thousand characters": "灯坏了" * 33_334,
    "control characters": "二组\x07路灯\x1b[31m又不\x00亮了\x08",
    "emoji only": "😂🤣👍🌾",
    "from right to left": EVENING,
    "zero width": "二\u200b组\u200d路\ufeff灯又不亮了",
    "half an emoji": "二组路灯又不亮了\ud83d",
    "one line of separators": "\u2028\u2029\x85",
    "braces and formats": "{number} %s ${HOME} 二组路灯又不亮了 {0!r}",
    "markup": "<script>alert(1)</script> 二组路灯又不亮了 '; DROP TABLE tickets;--",
}


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE.keys())
async def test_strange_words_are_kept_and_the_next_message_is_handled(village: Village, words: str) -> None:
    await village.says("路人", words)
    await village.says("路人", words, group=None, after=30)
    await village.officer(words)
    await village.wait(minutes=15)
    before = len(await village.tickets())
    await village.says("阿珍", "三组水管爆了没人修")
    await village.wait(minutes=2)
    assert len(await village.tickets()) == before + 1
    assert await village.store.troubles(since=at("2026-01-01 00:00")) == ()
    assert await village.store.waiting() == {}
    for sent in await village.sent():
        assert len(sent.outgoing.text) < 2_000


async def test_an_unknown_group_is_recorded_answered_with_silence_and_listed(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了", group="another-town")
    await village.says("阿珍", "着火了 快来人", group="another-town", after=60)
    await village.wait(minutes=20)
    assert [sent for sent in await village.sent() if sent.outgoing.kind is not OutKind.DUTY] == []
    assert await village.tickets() == []
    environ = {"XIAOWEI_DATABASE_URL": f"sqlite:///{village.database}"}
    report = await check(SHIPPED / "demo", environ, now=village.now)
    listed = [line for line in report.lines if "another-town" in line]
    assert len(listed) == 1
    assert "2 条" in listed[0]
    assert "county.yaml" in listed[0]


async def test_the_same_message_delivered_twice_is_one(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了", message_id="twice")
    await village.says("阿珍", "二组路灯又不亮了", message_id="twice", after=1)
    await village.wait(minutes=2)
    await village.says("阿珍", "二组路灯又不亮了", message_id="twice", after=400)
    await village.wait(minutes=2)
    assert len(await village.tickets()) == 1
    assert [link.message for link in (await village.ticket(1)).links] == ["twice"]


async def test_messages_out_of_order_become_one_thought(village: Village) -> None:
    sent = village.now
    await village.says("阿珍", "就是老井旁边那一盏", sent_at=sent + timedelta(seconds=8))
    await village.says("阿珍", "二组路灯又不亮了", sent_at=sent, after=1)
    await village.wait(minutes=2)
    assert len(await village.tickets()) == 1
    assert len((await village.ticket(1)).links) == 2


async def test_a_clock_that_runs_ahead_gives_no_later_deadline(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了", sent_at=at("2031-01-01 00:00"))
    await village.wait(minutes=2)
    ticket = (await village.ticket(1)).ticket
    assert ticket.due_at == at("2026-03-11 17:30")
    assert ticket.said_at <= village.now


async def test_a_message_a_week_late_is_heard_and_promises_nothing_that_is_past(village: Village) -> None:
    await village.until("2026-03-13 08:00")
    await village.says("阿珍", "二组路灯又不亮了", sent_at=at("2026-03-06 08:00"))
    await village.wait(minutes=2)
    assert (await village.ticket(1)).ticket.due_at == at("2026-03-11 17:30")
    receipts = [sent.outgoing.text for sent in await village.sent(OutKind.RECEIPT)]
    assert len(receipts) == 1
    assert "3月11日" not in receipts[0]
    assert len(await village.told("李青山", OutKind.OVERDUE)) == 1


async def test_an_officer_and_tickets_that_are_not_his(village: Village) -> None:
    await village.says("石头爸", "三组水龙头两天没水了", group="g-sp1")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("桂婶", "三组水管爆了没人修", after=400)
    await village.wait(minutes=2)
    assert "没有2号" in await village.officer("2 办结 水已经通了", who="秦小燕")
    assert "没有77号" in await village.officer("77 办结 已换灯泡,今晚亮")
    prompt = await village.last_to("李青山", OutKind.PROMPT)
    assert "不归您" in await village.officer("办结 都弄好了", who="秦小燕", quote=prompt.platform_id)
    await village.officer("1 办结 已换灯泡,今晚亮")
    assert "已办结" in await village.officer("1 办结 又办了一次")
    assert "已办结" in await village.officer("柳湾1 改类 建议", who="周明礼")
    assert (await village.ticket(2)).ticket.state is State.PROMPTED
    assert (await village.ticket(1, "shipan")).ticket.state is State.PROMPTED


class Stumbling:
    """A judge that cannot read one sentence."""

    def __init__(self, judge: Judge, *, over: str) -> None:
        self._judge = judge
        self._over = over

    @property
    def stream(self) -> Stream:
        """Judge."""
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        """Read, or stumble."""
        if self._over in text:
            message = "this sentence cannot be read"
            raise RuntimeError(message)
        return self._judge.classify(text, context)

    def is_urgent(self, text: str) -> bool:
        """Read."""
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        """Glance."""
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        """Compare."""
        return self._judge.similarity(one, other)


async def test_a_fault_over_one_message_is_recorded_and_those_behind_it_are_handled(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    village = await Village.wakes(
        folder=tmp_path, empty=empty_database, settings=settings, judge=Stumbling(judge, over="鬼打墙")
    )
    try:
        await village.says("路人", "鬼打墙", message_id="bad")
        await village.says("阿珍", "二组路灯又不亮了", after=60)
        await village.wait(minutes=2)
        assert (await village.ticket(1)).ticket.text == "二组路灯又不亮了"
        troubles = await village.store.troubles(since=at("2026-01-01 00:00"))
        assert [(trouble.kind, trouble.subject) for trouble in troubles] == [("message", "practice/bad")]
        assert troubles[0].cause.startswith("RuntimeError")
        assert "cannot be read" not in await village.group_chat()
    finally:
        await village.closes()


async def test_even_a_fault_in_the_quick_look_blocks_nobody(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    class Blind(Stumbling):
        """Stumbles at the first glance already."""

        def is_urgent(self, text: str) -> bool:
            """Look, or stumble."""
            if "鬼打墙" in text:
                message = "cannot even look"
                raise RuntimeError(message)
            return super().is_urgent(text)

    village = await Village.wakes(
        folder=tmp_path, empty=empty_database, settings=settings, judge=Blind(judge, over="鬼打墙")
    )
    try:
        await village.says("路人", "鬼打墙", message_id="bad")
        await village.says("阿珍", "二组路灯又不亮了", after=60)
        await village.wait(minutes=2)
        assert (await village.ticket(1)).ticket.text == "二组路灯又不亮了"
        assert [trouble.subject for trouble in await village.store.troubles(since=at("2026-01-01 00:00"))] == [
            "practice/bad"
        ]
    finally:
        await village.closes()


async def test_somebody_whom_nobody_knows_may_speak(village: Village) -> None:
    stranger = Incoming(
        platform="practice",
        id="x1",
        group="g-lw1",
        sender="\u202eu-x'; --",
        name="",
        kind=Kind.TEXT,
        text="二组路灯又不亮了",
        sent_at=village.now,
    )
    assert await village.engine.receive(stranger, now=village.now)
    await village.wait(minutes=2)
    assert (await village.ticket(1)).ticket.requester == "\u202eu-x'; --"
