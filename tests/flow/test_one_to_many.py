"""One message to many groups: composed once, looked at, confirmed, sent once, taken back where that can be (R43)."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from bot.domain.messages import OutKind, ToGroup
from bot.platforms.practice import PracticePlatform
from bot.ports import SendState, Sent
from bot.ports.platform import FailureKind, Parcel, Platform, SendFailed
from tests.album import photo
from tests.flow.test_media import Camera
from tests.flow.village import Village

OTHER = "g-lw2"
WATER = "明天上午8点到11点主管道检修，停水三小时，请提前接好水。"
POST = f"{WATER}\n——柳湾村 村委会副主任 李青山"


class Moody(PracticePlatform):
    """The hall with conversations that refuse what is sent to them, and none of whose posts can be taken back."""

    def __init__(self, *refusing: str) -> None:
        super().__init__()
        self.refusing = set(refusing)
        self.recalled: list[tuple[str, str]] = []
        self.keeps = ""

    async def send(self, parcel: Parcel) -> str:
        """As the hall, where it is in the mood."""
        if parcel.to in self.refusing:
            raise SendFailed(FailureKind.PERMANENT, "群里禁止机器人发言")
        return await super().send(parcel)

    async def recall(self, to: str, platform_id: str) -> None:
        """Only for a while."""
        if self.keeps:
            raise SendFailed(FailureKind.PERMANENT, self.keeps)
        self.recalled.append((to, platform_id))


class MoodyVillage(Village):
    """柳湾村 on such a platform."""

    hall: Moody

    def platforms(self) -> Mapping[str, Platform]:
        """One hall through all restarts."""
        if not hasattr(self, "hall"):
            self.hall = Moody()
        return {"practice": self.hall}


@pytest.fixture
def camera(village: Village) -> Camera:
    """The village, with cameras."""
    return Camera(village)


async def _posts(village: Village) -> list[tuple[str, str]]:
    """Every notice in a group, with the group."""
    found = [one for one in await village.sent(OutKind.NOTICE) if isinstance(one.outgoing.to, ToGroup)]
    return [(one.outgoing.to.group, one.outgoing.text) for one in found if isinstance(one.outgoing.to, ToGroup)]


async def _moody(village: Village) -> MoodyVillage:
    """The same village, on a platform with moods."""
    await village.closes()
    moody = MoodyVillage(database=village.database, settings=village.settings, judge=village.judge, begins=village.now)
    await moody.opens()
    village.store, village.engine = moody.store, moody.engine  # the fixture closes what is open
    return moody


async def test_an_officer_writes_once_and_both_groups_of_his_village_read_it_once(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    shown = await village.officer(f"群发 {WATER}")
    assert shown == (
        f"1号群发，群里看到的是：\n\n{POST}\n\n"
        "发到2个群：柳湾村村民群①、柳湾村村民群②（在外乡亲）。\n1 发\n2 改\n3 算了"
    )
    assert not await _posts(village)
    assert await village.officer("1") == "好，1号群发正在发到2个群。发错了回“撤回 群发 1”。"
    await village.wait(minutes=1)
    assert await _posts(village) == [("g-lw1", POST), (OTHER, POST)]
    times = [one.sent_at for one in await village.sent(OutKind.NOTICE) if isinstance(one.outgoing.to, ToGroup)]
    assert times[0] is not None
    assert times[1] is not None
    assert (times[1] - times[0]).total_seconds() == 4
    assert "已经发了" in await village.officer("群发 发 1")
    log = await village.officer("群发记录")
    assert log.startswith("群发记录\n1号 今天09:00 “")
    assert "发到2个群" in log
    whole = await village.officer("群发记录 1")
    assert "柳湾村村民群①：今天09:00发到\n柳湾村村民群②（在外乡亲）：今天09:00发到" in whole
    before = len(await village.told("李青山"))
    await village.until("2026-03-06 11:00")
    assert not [line for line in (await village.told("李青山"))[before:] if "群发" in line]
    assert len(await _posts(village)) == 2


async def test_the_same_words_do_not_go_twice_on_one_day(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    await village.officer(f"群发 {WATER}")
    await village.officer("1")
    await village.wait(minutes=5)
    assert "不发第二遍" in await village.officer(f"群发 {WATER}")
    assert "不发第二遍" in await village.officer(f"群发 {WATER}", who="张春根")


async def test_the_text_may_come_as_the_next_message_and_be_changed_or_dropped(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    asked = await village.officer("群发")
    assert "柳湾村（共2个群）" in asked
    assert "停水三小时" in await village.officer(WATER)
    assert "改好的话整段" in await village.officer("2")
    again = await village.officer("明天下午停水两小时，请提前接好水。")
    assert again.startswith("2号群发")
    assert "停水两小时" in again
    assert "发到2个群" in again
    assert await village.officer("3") == "好，没有发。"
    assert "不要了" in await village.officer("群发 发 2")
    await village.wait(hours=1)
    assert not await _posts(village)


async def test_another_command_is_no_text_although_one_is_waited_for(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    await village.officer("群发")
    assert "群发" not in await village.officer("待办")
    assert "1号群发" not in await village.officer("明天下午停水两小时，请提前接好水。")


async def test_nobody_writes_to_another_village(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    assert "不归您这里管" in await village.officer(f"群发 石畔村：{WATER}")
    assert "不归您这里管" in await village.officer(f"群发 柳湾村、石畔村：{WATER}")
    await village.wait(minutes=5)
    assert not await _posts(village)


async def test_the_town_names_the_villages(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    asked = await village.officer(f"群发 {WATER}", who="韩志刚")
    assert "要发给哪些村" in asked
    assert "柳湾村、石畔村、霞岭村" in asked
    assert "没有找到“大柳树村”" in await village.officer(f"群发 柳湾村、大柳树村：{WATER}", who="韩志刚")
    assert "渡口村不归您这里管" in await village.officer(f"群发 渡口村：{WATER}", who="韩志刚")
    shown = await village.officer(f"群发 柳湾村、石畔：{WATER}", who="韩志刚")
    assert "发到3个群：柳湾村村民群①、柳湾村村民群②（在外乡亲）、石畔村便民群。" in shown
    assert "——清禾镇 副镇长 韩志刚" in shown
    await village.officer("1", who="韩志刚")
    await village.wait(minutes=2)
    assert [group for group, _ in await _posts(village)] == ["g-lw1", OTHER, "g-sp1"]


async def test_a_villagers_number_is_hidden_before_it_goes_and_an_identity_card_never_goes(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    shown = await village.officer("群发 王大爷家的牛走丢了，看到请打 13800001111")
    assert "电话一样的号码" in shown
    assert "村民的名字" in shown
    masked = await village.officer("1")
    assert "13800001111" not in masked
    await village.officer("1")
    await village.wait(minutes=1)
    posts = await _posts(village)
    assert len(posts) == 2
    assert not [text for _, text in posts if "13800001111" in text]
    shown = await village.officer("群发 请110101198001011234的乡亲来村部领证，带上户口本")
    assert "照样发" not in shown
    assert "证件号" in await village.officer("群发 发 2")
    await village.wait(minutes=1)
    assert len(await _posts(village)) == 2


async def test_at_night_it_waits_for_the_morning_and_only_the_secretary_may_hurry(village: Village) -> None:
    await village.until("2026-03-06 22:00")
    shown = await village.officer(f"群发 {WATER}")
    assert "现在太晚" in shown
    assert "急事" not in shown
    assert "07:30发到2个群" in await village.officer("1")
    await village.until("2026-03-07 07:29")
    assert not await _posts(village)
    await village.until("2026-03-07 07:31")
    assert len(await _posts(village)) == 2
    await village.until("2026-03-07 22:00")
    urgent = await village.officer("群发 上游水库今晚泄洪，河边的住户马上往高处走。", who="张春根")
    assert "2 急事，现在发" in urgent
    await village.officer("2", who="张春根")
    await village.wait(minutes=1)
    assert len(await _posts(village)) == 4


async def test_confirmed_after_nine_it_asks_once_more(village: Village) -> None:
    await village.until("2026-03-06 20:58")
    await village.officer(f"群发 {WATER}")
    await village.until("2026-03-06 21:01")
    assert "现在太晚" in await village.officer("1")
    assert "07:30发到2个群" in await village.officer("1")


async def test_what_still_waits_is_stopped_and_what_was_posted_disappears(village: Village) -> None:
    await village.until("2026-03-06 22:00")
    await village.officer(f"群发 {WATER}")
    await village.officer("1")
    assert "正在撤回" in await village.officer("撤回 群发 1")
    await village.until("2026-03-07 09:00")
    assert not await _posts(village)
    assert any("1号群发撤回了：2个没发就撤回了。" in told for told in await village.told("李青山"))
    await village.officer("群发 今天下午两点在村部发放种子。")
    await village.officer("1")
    await village.wait(minutes=1)
    assert "发放种子" in await village.group_chat()
    await village.officer("撤回 群发")
    await village.wait(minutes=2)
    assert "发放种子" not in await village.group_chat()
    assert any("2号群发撤回了：2个已撤回。" in told for told in await village.told("李青山"))
    assert "没有可撤回的" in await village.officer("撤回 群发 2")


async def test_where_the_platform_does_not_take_it_back_the_officer_is_told_so(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    moody = await _moody(village)
    await moody.officer(f"群发 {WATER}")
    await moody.officer("1")
    await moody.wait(minutes=5)
    moody.hall.keeps = "超过两分钟，撤不回了"
    await moody.officer("撤回 群发 1")
    await moody.wait(minutes=2)
    told = (await moody.told("李青山"))[-1]
    assert "没撤回的：\n柳湾村村民群①：超过两分钟，撤不回了" in told
    assert "请到群里说明一句" in told


async def test_where_it_failed_the_author_hears_why_and_only_those_groups_get_it_again(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    moody = await _moody(village)
    moody.hall.refusing = {OTHER}
    await moody.officer(f"群发 {WATER}")
    await moody.officer("1")
    await moody.wait(minutes=20)
    told = (await moody.told("李青山"))[-1]
    assert "1号群发：发到1个群，1个没发到。\n柳湾村村民群②（在外乡亲）：群里禁止机器人发言\n" in told
    assert "没发到（群里禁止机器人发言）" in await moody.officer("群发记录 1")
    moody.hall.refusing = set()
    assert "再发一次没发到的1个群" in await moody.officer("重发 1")
    await moody.wait(minutes=20)
    assert await _posts(moody) == [("g-lw1", POST), (OTHER, POST)]
    assert "没有要重发的：发到2个群" in await moody.officer("重发 1")


async def test_a_crash_between_two_groups_loses_and_repeats_nothing(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    await village.officer(f"群发 柳湾村、石畔村、霞岭村：{WATER}", who="韩志刚")
    await village.officer("1", who="韩志刚")
    for _ in range(5):
        await village.wait(seconds=3)
        await village.restarts()
    await village.wait(minutes=1)
    assert [group for group, _ in await _posts(village)] == ["g-lw1", OTHER, "g-sp1", "g-xl1"]


async def test_a_crash_before_the_platform_was_asked_to_take_back_is_made_good(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    moody = await _moody(village)
    await moody.officer(f"群发 {WATER}")
    await moody.officer("1")
    await moody.wait(minutes=1)
    await moody.says("李青山", "撤回 群发 1", group=None, after=0)
    await moody.engine.work(now=moody.now)  # decided, and then the power fails
    assert not moody.hall.recalled
    await moody.restarts()
    village.store, village.engine = moody.store, moody.engine
    await moody.wait(minutes=2)
    assert [to for to, _ in moody.hall.recalled] == ["g-lw1", OTHER]


async def test_two_mailings_together_stay_below_twenty_a_minute(village: Village) -> None:
    await village.until("2026-03-06 09:00")
    for who, words in (("韩志刚", "明天防火检查"), ("周明礼", "后天开院坝会"), ("陶雨林", "周五晚上放电影")):
        await village.officer(f"群发 全镇：{words}，请大家互相转告。", who=who, after=1)
    for who in ("韩志刚", "周明礼", "陶雨林"):
        await village.officer("1", who=who, after=1)
    await village.wait(minutes=3)
    sent = [one for one in await village.store.all_sent() if isinstance(one.outgoing.to, ToGroup)]
    times = sorted(_moment(one) for one in sent if one.outgoing.kind is OutKind.NOTICE)
    assert len(times) == 12
    assert all(later - earlier >= 3.99 for earlier, later in pairwise(times))


def _moment(one: Sent) -> float:
    assert one.state is SendState.SENT
    assert one.sent_at is not None
    return one.sent_at.timestamp()


async def test_a_mailing_that_is_not_there_is_said_so(village: Village) -> None:
    await village.wait(hours=1)
    assert "没有群发过" in await village.officer("群发记录")
    assert "没有9号群发" in await village.officer("撤回 群发 9")


async def test_a_picture_sent_just_before_goes_with_it_and_can_be_left_out(camera: Camera) -> None:
    village = camera.village
    await village.until("2026-03-06 09:00")
    await village.officer("群发")
    await camera.sends("李青山", camera.album.holds(photo("停水通知")), group=None)
    assert "图收到了" in (await village.told("李青山"))[-1]
    shown = await village.officer(WATER)
    assert "配这张图。发到2个群" in shown
    assert "2 不配图" in shown
    await village.officer("1")
    await village.wait(minutes=1)
    sent = [one for one in await village.sent(OutKind.NOTICE) if isinstance(one.outgoing.to, ToGroup)]
    assert [one.outgoing.text for one in sent] == [POST, POST]
    (digest,) = {one.outgoing.attachment for one in sent}
    assert digest is not None
    await camera.sends("李青山", camera.album.holds(photo("村部")), group=None)
    await village.officer("群发 明天下午两点在村部开院坝会，请每家来一人。")
    bare = await village.officer("2")
    assert "配这张图" not in bare
    await village.officer("1")
    await village.wait(minutes=1)
    sent = [one for one in await village.sent(OutKind.NOTICE) if isinstance(one.outgoing.to, ToGroup)]
    assert [one.outgoing.attachment for one in sent] == [digest, digest, None, None]
