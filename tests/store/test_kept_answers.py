"""Answers that officers keep: only ever added, the latest of each name counts."""

from bot.domain.knowledge import KeptAnswer
from bot.domain.outcome import Outcome
from bot.store import open_store
from tests.world import at

NINE = at("2026-03-06 09:00")


def kept(name: str, text: str, *, unit: str = "liuwan") -> KeptAnswer:
    return KeptAnswer(unit=unit, name=name, topic="医保", asked="医保几号截止", text=text, by="p-lqs", at=NINE)


async def test_a_later_answer_replaces_an_earlier_and_a_dropped_one_is_gone(url: str) -> None:
    store = await open_store(url)
    try:
        assert (await store.answers_version(), await store.kept_answers()) == (0, ())
        first = (kept("医保", "旧的"), kept("路灯", "找电工"), kept("医保", "县里的", unit="yunxi"))
        await store.commit(Outcome(answers=first), now=NINE)
        version = await store.answers_version()
        await store.commit(Outcome(answers=(kept("医保", "新的"), kept("路灯", ""))), now=NINE)
        assert await store.answers_version() > version
        assert await store.kept_answers() == (first[2], kept("医保", "新的"))
    finally:
        await store.close()
