"""A week looked back on: figures beside those of the week before, where to go and why, what several villages share."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind
from tests.flow.conftest import Wakes
from tests.flow.village import Village


async def _pages(village: Village, who: str) -> list[str]:
    return [told for told in await village.told(who, OutKind.DIGEST) if "一周小结" in told]


async def test_a_week_of_the_town_and_of_the_county(wakes: Wakes, snapshot: SnapshotAssertion) -> None:
    village = await wakes("2026-03-09 08:00")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=30)
    await village.says("老杨", "老井边的水管漏水")
    await village.wait(minutes=30)
    await village.officer("1 办结 已换灯泡，今晚亮")
    await village.officer("2 办结 已联系水利站换了接头，不漏了")
    await village.wait(hours=2)
    await village.says("老杨", "水管还在漏，根本没修好")
    await village.until("2026-03-16 09:01")
    assert (await _pages(village, "周明礼"))[-1] == snapshot(name="town")
    assert (await _pages(village, "林静敏"))[-1] == snapshot(name="county")
    assert not await _pages(village, "张春根")
    for page in (*await _pages(village, "周明礼"), *await _pages(village, "林静敏")):
        assert "李青山" not in page, "no officer is named"
        assert "老杨" not in page
        assert "根本没修好" not in page, "no villager's words"


async def test_a_week_without_anything_is_one_calm_line(wakes: Wakes) -> None:
    village = await wakes("2026-03-16 08:00")
    await village.until("2026-03-16 09:01")
    assert await _pages(village, "周明礼") == [
        "03-16 09:00 【一周小结】清禾镇 3月9日（周一）至3月15日（周日）\n\n这一周没有新的诉求，也没有要回头看的事。"
    ]
