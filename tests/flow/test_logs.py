"""Logs tell an operator what happened and never what was said, by whom, or from which number (privacy under test)."""

import logging
from collections.abc import Mapping

import pytest
import structlog

from bot.classify.stream import Stream
from bot.domain.verdicts import Context, Verdict
from bot.handlers.judge import Judge
from bot.logs import configure_logs
from bot.ports.platform import Parcel, Platform
from tests.flow.village import Village

WORDS = ("老井旁那盏路灯", "13812345678", "110101199003070011", "李会计收了两条烟", "阿珍")


class Stumbling:
    """A judge that fails over one word, with the villager's words in its error."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def stream(self) -> Stream:
        """Judge."""
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        """Judge, or fail loudly."""
        if "绊脚" in text:
            raise ValueError(text)
        return self._judge.classify(text, context)

    def is_urgent(self, text: str) -> bool:
        """Judge."""
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        """Judge."""
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        """Judge."""
        return self._judge.similarity(one, other)


class Rude:
    """A platform whose errors quote the message."""

    def __init__(self, platform: Platform) -> None:
        self.name = platform.name
        self.capabilities = platform.capabilities

    async def send(self, parcel: Parcel) -> str:
        """Fail with the words in the error."""
        raise RuntimeError(parcel.text)

    async def was_sent(self, parcel: Parcel) -> bool | None:
        """Nobody knows."""
        del parcel
        return None


@pytest.mark.parametrize("style", ["json", "console"])
async def test_nothing_that_people_wrote_gets_into_the_logs_or_into_the_list_of_troubles(
    village: Village, style: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure_logs(style, level=logging.DEBUG)
    village.judge = Stumbling(village.judge)
    real = village.platforms()
    rude: Mapping[str, Platform] = {name: Rude(platform) for name, platform in real.items()}
    monkeypatch.setattr(village, "platforms", lambda: rude)
    await village.restarts()

    await village.says("阿珍", "老井旁那盏路灯又坏了 找我打13812345678")
    await village.says("阿珍", "李会计收了两条烟 才给办低保 身份证110101199003070011", group=None)
    await village.says("阿珍", "绊脚 老井旁那盏路灯 13812345678")
    await village.wait(minutes=30)

    logged = capsys.readouterr()
    troubles = await village.store.troubles(since=village.now.replace(hour=0))
    structlog.reset_defaults()
    told = logged.out + logged.err + "".join(f"{one.subject} {one.cause}" for one in troubles)
    assert "message_failed" in told
    assert "send_failed" in told
    assert [word for word in WORDS if word in told] == []
