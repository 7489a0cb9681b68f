"""What must not be seen by everybody: clues, private questions, strangers."""

from syrupy.assertion import SnapshotAssertion

from bot.domain.messages import OutKind, ToAccount, ToGroup
from bot.domain.tickets import State
from bot.replay import rows_of
from tests.flow.village import Village

ACCUSATION = "西坡机耕路报了六十车石子,顶多拉了三十来车,单子是村会计何桂珍一个人签的,多出来的钱进了谁的口袋"


async def test_a_clue_whispered_to_the_bot_reaches_the_discipline_office_alone(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("守井人", "早上好啊各位")
    await village.says("守井人", ACCUSATION, group=None, after=60)
    await village.wait(minutes=2)
    await village.says("阿珍", "二组路灯又不亮了")
    await village.wait(minutes=2)
    read = await village.reads_clues("周明礼")
    refused = [await village.officer("线索", who=name) for name in ("李青山", "张春根", "何桂珍", "韩志刚", "林静敏")]
    assert "六十车石子" in read
    assert not any("石子" in text for text in refused)
    assert len(await village.tickets()) == 1
    assert (await village.ticket(1)).ticket.text == "二组路灯又不亮了"
    assert "石子" not in await village.group_chat()
    assert await village.private_chat("守井人") == snapshot
    assert await village.private_chat("周明礼") == snapshot
    assert [refused, await village.private_chat("何桂珍")] == snapshot


async def test_a_clue_in_the_group_is_not_repeated_there_and_its_sender_is_guided_privately(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("守井人", ACCUSATION)
    await village.wait(minutes=15)
    await village.until("2026-03-06 17:30")
    said = [sent for sent in await village.sent() if sent.outgoing.kind not in (OutKind.DUTY, OutKind.CONTENT)]
    assert not [sent for sent in said if isinstance(sent.outgoing.to, ToGroup)]
    assert await village.tickets() == []
    for name in ("李青山", "张春根", "何桂珍"):
        assert await village.private_chat(name) == "\n"
    assert "石子" not in "\n".join(await village.told("周明礼"))
    assert await village.private_chat("守井人") == snapshot
    assert await village.officer("线索", who="周明礼") == snapshot


async def test_a_replay_shows_nothing_of_a_clue_unless_asked_to(village: Village) -> None:
    await village.says("守井人", "早")
    await village.says("守井人", ACCUSATION, group=None, after=60)
    await village.says("守井人", ACCUSATION, after=60)
    await village.wait(minutes=5)
    await village.officer("线索", who="周明礼")
    plain = str(await rows_of(village.store, village.settings, with_clues=False))
    assert "石子" not in plain
    assert "线索" not in plain
    assert "u-sj" not in plain
    rows = await rows_of(village.store, village.settings, with_clues=True)
    assert [row["messages"] for row in rows if row["type"] == "clue"] == [["m2"], ["m3"]]


async def test_a_clue_about_the_township_goes_to_the_county(village: Village) -> None:
    await village.says("守井人", "早")
    await village.says("守井人", "副镇长韩志刚收了修路老板两条烟和五千块钱红包", group=None, after=60)
    await village.wait(minutes=5)
    assert "五千块" not in await village.reads_clues("周明礼")
    assert "五千块" in await village.reads_clues("林静敏")


async def test_a_private_question_is_answered_privately_only(village: Village, snapshot: SnapshotAssertion) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=3)
    await village.says("桂婶", "1号到哪了", group=None, after=600)
    await village.wait(minutes=1)
    await village.officer("1 进展 正在问民政所")
    await village.officer("1 办结 民政所说周五统一发放,到账请看存折")
    await village.wait(minutes=70)
    await village.says("桂婶", "1", group=None)
    await village.wait(minutes=2)
    assert (await village.ticket(1)).ticket.rating == "solved"
    assert await village.group_chat() == "03-06 08:00 桂婶: 早\n"
    assert await village.whole_story("桂婶", "李青山") == snapshot


async def test_a_stranger_is_asked_for_the_village_and_never_for_a_name(
    village: Village, snapshot: SnapshotAssertion
) -> None:
    await village.says("路人", "你好", group=None)
    await village.wait(minutes=1)
    await village.says("路人", "桥头的路灯坏了三天了没人修", group=None)
    await village.wait(minutes=1)
    await village.says("路人", "1", group=None)
    await village.wait(minutes=1)
    thread = await village.ticket(1)
    assert thread.ticket.text.endswith("桥头的路灯坏了三天了没人修")
    assert thread.ticket.private
    assert await village.private_chat("路人") == snapshot


async def test_a_stranger_may_answer_with_the_villages_name_even_hours_later(village: Village) -> None:
    await village.says("路人", "桥头的路灯坏了三天了没人修", group=None)
    await village.wait(hours=5)
    await village.says("路人", "柳湾的", group=None)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.text.startswith("桥头的路灯坏了三天了没人修")
    assert len(await village.sent(OutKind.QUESTION)) == 1


async def test_a_stranger_may_answer_with_the_number_hours_later(village: Village) -> None:
    await village.says("路人", "桥头的路灯坏了三天了没人修", group=None)
    await village.wait(hours=5)
    await village.says("路人", "1", group=None)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.text == "桥头的路灯坏了三天了没人修"


async def test_a_stranger_who_names_the_village_is_not_asked(village: Village) -> None:
    await village.says("路人", "我是柳湾村的,桥头的路灯坏了三天了没人修", group=None)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.village == "liuwan"
    assert await village.sent(OutKind.QUESTION) == []


async def test_a_strangers_clue_goes_to_the_county_without_asking_for_the_village(village: Village) -> None:
    await village.says("路人", ACCUSATION, group=None)
    await village.wait(minutes=1)
    assert await village.tickets() == []
    assert await village.sent(OutKind.QUESTION) == []
    assert "六十车石子" in await village.reads_clues("林静敏")
    assert "六十车石子" not in await village.reads_clues("周明礼")


async def test_a_dissatisfied_private_villager_is_heard_privately(village: Village) -> None:
    await village.says("桂婶", "早")
    await village.says("桂婶", "我家低保这个月的钱还没到账,帮我问问", group=None, after=60)
    await village.wait(minutes=3)
    await village.officer("1 办结 民政所说周五统一发放,到账请看存折")
    await village.wait(minutes=70)
    await village.says("桂婶", "2", group=None)
    await village.wait(minutes=2)
    assert (await village.ticket(1)).ticket.state is State.REOPENED
    rated = await village.sent(OutKind.RATING)
    assert [sent.outgoing.to for sent in rated] == [ToAccount(platform="practice", account="u-gs")]


async def test_even_the_question_for_the_village_is_hidden_when_a_clue_brought_it(village: Village) -> None:
    await village.says("路人", ACCUSATION, group=None)
    await village.wait(minutes=1)
    assert await rows_of(village.store, village.settings, with_clues=False) == []
