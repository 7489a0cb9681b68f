"""A whisper that may be an accusation or a plea for help: the villager says who shall see it."""

from bot.classify.stream import Stream
from bot.domain.categories import Category
from bot.domain.messages import OutKind
from bot.domain.verdicts import Context, Part, Verdict
from bot.handlers.judge import Judge
from tests.flow.village import Village

PLEA = "我老汉的护理补贴停了两个月 我不好意思在群里讲"


class Unsure:
    """A judge that cannot tell whether the plea is an accusation."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def stream(self) -> Stream:
        """Judge."""
        return self._judge.stream

    def classify(self, text: str, context: Context) -> Verdict:
        """Waver over the plea, judge everything else."""
        if PLEA not in text:
            return self._judge.classify(text, context)
        part = Part(category=Category.HELP, text="我老汉的护理补贴停了两个月")
        return Verdict(label=Category.CLUE, confidence=0.3, also=(part,), topic="护理补贴")

    def is_urgent(self, text: str) -> bool:
        """Judge."""
        return self._judge.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        """Judge."""
        return self._judge.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        """Judge."""
        return self._judge.similarity(one, other)


async def whispered(village: Village) -> None:
    """The village hears the plea, which only the bot can read."""
    village.judge = Unsure(village.judge)
    await village.restarts()
    await village.says("桂婶", "早")
    await village.says("桂婶", PLEA, group=None, after=60)
    await village.wait(minutes=1)


async def test_nothing_reaches_the_village_before_the_villager_has_chosen(village: Village) -> None:
    await whispered(village)
    assert await village.tickets() == []
    assert [sent.outgoing.text for sent in await village.sent(OutKind.QUESTION)] == [
        "收到，只有您和小微看得到。这件事想请谁办？回一个数：1 请村里帮忙办　2 只让纪检看到"
    ]


async def test_one_takes_the_plea_to_the_village_as_a_private_ticket(village: Village) -> None:
    await whispered(village)
    await village.says("桂婶", "1", group=None)
    await village.wait(minutes=1)
    ticket = (await village.ticket(1)).ticket
    assert ticket.private
    assert ticket.category is Category.HELP
    assert ticket.text == "我老汉的护理补贴停了两个月"


async def test_two_leaves_it_to_the_discipline_office(village: Village) -> None:
    await whispered(village)
    await village.says("桂婶", "2", group=None)
    await village.wait(minutes=1)
    assert await village.tickets() == []
    assert "护理补贴" in await village.reads_clues("周明礼")
