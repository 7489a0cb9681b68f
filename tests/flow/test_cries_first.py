"""When more waits than can be decided at a time, cries for help are decided first, and nothing else changes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from bot import turns
from bot.domain.messages import Incoming, Kind, OutKind
from bot.handlers import intake
from bot.handlers.judge import Judge
from bot.settings import Settings
from tests.flow.test_batches import NINE, Morning, Said, morning, tables_after, without_numbers
from tests.world import account

VILLAGES = ("g-lw1", "g-sp1", "g-xl1", "g-dk1", "g-sop1", "g-mx1")
"""One group of each."""
TALK = ("早", "今天桃子什么价", "二组路灯又不亮了", "低保怎么申请", "吃饭没", "快来人 打麻将三缺一", "谢谢")
CRIES = ("后山塌了 压到人了 快来人", "有人落水了 快来救人", "我家着火了 快来人")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that decides four words at a time, three of them where somebody cries."""
    monkeypatch.setattr(intake, "MOST_AT_A_TIME", 4)
    monkeypatch.setattr(intake, "CRIES_AT_A_TIME", 3)
    monkeypatch.setattr(turns, "MOST", 4)
    monkeypatch.setattr(turns, "OTHERS", 1)


async def order_of(said: Sequence[Said], folder: Path, empty: Path, settings: Settings, judge: Judge) -> list[int]:
    """The numbers of what was said, by when it was decided."""
    bot = await morning(folder, empty, settings, judge)
    try:
        await bot.hears(said)
        return [seq - 1 for seqs in bot.store.handled for seq in seqs]
    finally:
        await bot.store.close()


def chatter(number: int) -> Iterator[Said]:
    """So many words of small talk, by turns in five villages."""
    for place in range(number):
        yield Said("老杨", VILLAGES[place % 5], TALK[place % 2], 30)


@pytest.mark.usefixtures("narrow")
async def test_who_cries_last_is_heard_first(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    said = [*chatter(20), Said("阿珍", "g-mx1", "后山塌了 压到人了 快来人", 1)]
    order = await order_of(said, tmp_path, empty_database, settings, judge)
    assert 20 in order[:4]
    assert sorted(order) == list(range(21))


@pytest.mark.usefixtures("narrow")
async def test_words_that_only_sound_like_a_cry_wait_in_turn(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    said = [*chatter(20), Said("阿珍", "g-mx1", "快来人 打麻将三缺一", 1)]
    order = await order_of(said, tmp_path, empty_database, settings, judge)
    assert order[-1] == 20


@pytest.mark.usefixtures("narrow")
async def test_a_busy_group_in_which_somebody_cries_is_heard_to_the_cry_in_its_order(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    busy = [Said("桂婶", "g-mx1", TALK[place % 2], 30) for place in range(9)]
    said = [*chatter(40), *busy, Said("阿珍", "g-mx1", "有人落水了 快来救人", 1), Said("桂婶", "g-mx1", "吃饭没", 30)]
    order = await order_of(said, tmp_path, empty_database, settings, judge)
    here = [one for one in order if said[one].where == "g-mx1"]
    assert here == sorted(here)
    before = order[: order.index(49)]
    assert len(before) < 20, "nine words stood before it, and a quarter of each batch is others'"
    assert [one for one in before if said[one].where != "g-mx1"], "others get on meanwhile"


@pytest.mark.usefixtures("narrow")
async def test_a_cry_in_two_quiet_halves_is_heard_first(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    halves = ("河里浮了个老太婆", "手还勒动 快点快点")
    assert not any(judge.is_urgent(half) for half in halves)
    assert judge.is_urgent("\n".join(halves))
    said = [*chatter(20), *(Said("阿珍", "g-mx1", half, 5) for half in halves)]
    order = await order_of(said, tmp_path, empty_database, settings, judge)
    assert set(order[:4]) >= {20, 21}


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.IMAGE, Kind.VOICE])
async def test_a_caption_and_a_transcript_are_words_and_an_officers_are_no_cry(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge, kind: Kind
) -> None:
    bot = await morning(tmp_path, empty_database, settings, judge)
    await brings(bot, "m1", "阿珍", kind)
    await brings(bot, "m2", "李青山", kind)
    crying = [message.urgent for message in await bot.store.pending("group:g-lw1")]
    await bot.store.close()
    assert crying == [True, False]


async def brings(bot: Morning, name: str, who: str, kind: Kind, text: str = "后山塌了 压到人了 快来人") -> None:
    """Somebody says it, with a picture, or by voice."""
    incoming = Incoming(
        platform="practice",
        id=name,
        group="g-lw1",
        sender=account(who),
        name=who,
        kind=kind,
        text=text,
        sent_at=NINE,
        quote="m1" if kind is Kind.RECALL else None,
    )
    await bot.engine.receive(incoming, now=NINE)


@pytest.mark.usefixtures("narrow")
async def test_a_cry_that_was_taken_back_while_it_waited_rings_nobody(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    bot = await morning(tmp_path, empty_database, settings, judge)
    await brings(bot, "m1", "阿珍", Kind.TEXT)
    await brings(bot, "m2", "阿珍", Kind.RECALL, text="")
    await bot.hears(list(chatter(20)))
    threads, crying = await bot.store.all_threads(), await bot.store.crying()
    sent = await bot.store.all_sent()
    await bot.store.close()
    assert not any(thread.ticket.urgent for thread in threads)
    assert not any(one.outgoing.kind is OutKind.EMERGENCY for one in sent)
    assert crying == frozenset()


ANYTHING = some.lists(
    some.builds(
        Said,
        who=some.sampled_from(("阿珍", "老杨", "桂婶", "李青山")),
        where=some.sampled_from(VILLAGES),
        words=some.sampled_from(TALK + CRIES),
        wait=some.integers(min_value=1, max_value=30),
    ),
    min_size=2,
    max_size=24,
)


@pytest.mark.usefixtures("narrow")
@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=ANYTHING)
async def test_in_different_villages_it_comes_to_the_same_whoever_is_heard_first(
    said: list[Said], empty_database: Path, settings: Settings, judge: Judge
) -> None:
    cries_first = await tables_after(said, empty_database, settings, judge)
    with pytest.MonkeyPatch.context() as patch:
        for where, name in ((intake, "MOST_AT_A_TIME"), (turns, "MOST")):
            patch.setattr(where, name, 1000)
        in_turn = await tables_after(said, empty_database, settings, judge)
    assert without_numbers(cries_first) == without_numbers(in_turn)


async def test_when_nothing_is_behind_all_is_heard_in_the_order_in_which_it_fell_due(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [*chatter(20), Said("阿珍", "g-mx1", "后山塌了 压到人了 快来人", 1)]
    folders = [tmp_path / name for name in ("glances", "does not")]
    for folder in folders:
        folder.mkdir()
    order = await order_of(said, folders[0], empty_database, settings, judge)
    monkeypatch.setattr(intake, "may_cry", lambda *_: False)
    assert order == await order_of(said, folders[1], empty_database, settings, judge)
