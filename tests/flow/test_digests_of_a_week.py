"""What the inspectors of both towns read on the days of one week: whole pages, each read as an inspector would."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind, ToPerson
from bot.domain.workdays import local
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import account


async def test_the_pages_of_a_week(wakes: Wakes, snapshot: SnapshotAssertion) -> None:
    """A lamp is mended, a tap is not, a question waits; one village has nobody on duty, one says nothing."""
    village = await wakes("2026-03-02 08:00")
    await village.until("2026-03-02 09:00")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("石头爸", "三组水龙头两天没水了", group="g-sp1", after=600)
    await village.until("2026-03-03 09:10")
    await village.officer("1 办结 换了灯泡，今晚亮")
    await village.says("桂婶", "请问残疾证到期了去哪里换", after=1800)
    await village.officer("请假 3月5日", who="秦小燕")
    await village.until("2026-03-04 14:30")
    await village.says("六叔", "去年修路的账怎么还没贴出来")
    await village.until("2026-03-05 09:00")
    await village.officer("3 进展 会计在核明细，下周贴出来", who="陈秀梅")
    await village.until("2026-03-09 18:00")
    assert await pages(village, "周明礼", "03-02", "03-05", "03-09") == snapshot(name="清禾镇")
    assert await pages(village, "程文娟", "03-02", "03-09") == snapshot(name="苇湖镇")


async def pages(village: Village, who: str, *days: str) -> str:
    """The digests that somebody got on these days, one behind the other."""
    reader = ToPerson(person=account(who).replace("u-", "p-"))
    found = [
        f"{local(one.sent_at):%m-%d %H:%M}\n{one.outgoing.text}"
        for one in await village.sent(OutKind.DIGEST)
        if one.outgoing.to == reader
        and one.outgoing.dedupe_key.startswith("digest:")
        and one.sent_at is not None
        and f"{local(one.sent_at):%m-%d}" in days
    ]
    assert len(found) == len(days)
    return "\n\n————\n\n".join(found) + "\n"
