"""The village's own daily items, the choice of a day, and what happens when one could not be sent (R37, R38)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from bot.domain.messages import OutKind
from bot.handlers.judge import Judge
from bot.platforms.practice import PracticePlatform
from bot.ports.platform import FailureKind, Parcel, Platform, SendFailed
from bot.settings import Settings
from tests.album import photo
from tests.flow.test_media import Camera
from tests.flow.village import Village
from tests.world import GROUP

Wakes = Callable[[str], Awaitable[Village]]
ITEM = "存入素材 标题：周三打疫苗 内容：周三上午卫生院到村部给老人打流感疫苗，带身份证和接种本来。 出处：镇卫生院通知"
REVIEWER = "吴伯松"


async def items(village: Village, group: str = GROUP) -> list[str]:
    """What the group read, with its time."""
    chat = await village.group_chat(group, everyday=True)
    return [line[:11] + line.partition("【每日一条】")[2] for line in chat.splitlines() if "【每日一条】" in line]


async def test_what_the_village_stores_is_read_by_a_reviewer_and_then_posted(village: Village) -> None:
    stored = await village.officer(ITEM)
    assert stored == "记下了（1号素材《周三打疫苗》），已经请村务监督委员会主任 吴伯松看。通过了才会发，结果我告诉您。"
    asked = (await village.last_to(REVIEWER, OutKind.QUESTION)).outgoing.text
    assert "【每日一条】周三打疫苗" in asked
    assert "1 通过\n2 退回" in asked
    assert "通过了，排进" in await village.officer("1", who=REVIEWER)
    assert (await village.told("李青山"))[-1].endswith("您存的素材《周三打疫苗》通过了，会排进“每日一条”。")
    await village.until("2026-04-20 08:00")
    assert any("周三打疫苗" in line for line in await items(village))
    assert len(await items(village)) == 45, "one a day, every day"


async def test_a_returned_item_comes_back_with_its_reason_and_is_never_posted(village: Village) -> None:
    await village.officer(ITEM)
    assert "1 拿不准是不是真的" in await village.officer("2", who=REVIEWER)
    assert "退回了" in await village.officer("1", who=REVIEWER)
    assert "退回来了：拿不准是不是真的" in (await village.told("李青山"))[-1]
    assert "已经退回" in await village.officer("素材 通过 1", who=REVIEWER)
    again = await village.officer(ITEM)
    assert "2号素材" in again
    assert "写得太长了" in await _returned_with_words(village)
    await village.restarts(settings=replace(village.settings, content=()))
    await village.until("2026-03-08 08:00")
    assert not any("周三打疫苗" in line for line in await items(village))


async def _returned_with_words(village: Village) -> str:
    await village.officer("素材 退回 2 写得太长了", who=REVIEWER)
    await village.wait(minutes=15)
    return (await village.told("李青山"))[-1]


async def test_a_text_that_was_sent_just_before_is_meant(village: Village) -> None:
    await village.officer("收麦前检修机器\n皮带看松紧，刀片看缺口，灭火器看日期，晒粮不占公路，大家平安收完这一季。")
    asked = await village.officer("存入素材", after=30)
    assert "《收麦前检修机器》是谁写的？" in asked
    stored = await village.officer("1")
    assert "1号素材《收麦前检修机器》" in stored
    assert "（柳湾村整理）" in (await village.last_to(REVIEWER, OutKind.QUESTION)).outgoing.text


async def test_what_was_passed_on_needs_its_source(village: Village) -> None:
    await village.officer("存入素材 标题：晒粮 内容：晒粮别占公路，晚上看不见最危险，各家互相提醒。")
    assert "要写清出处" in await village.officer("2")
    assert await village.store.own_items(["liuwan"]) == ()


async def test_numbers_names_and_praise_do_not_get_in(village: Village) -> None:
    body = "存入素材 标题：通知 出处：村里 内容："
    assert "号码" in await village.officer(f"{body}要打疫苗的打13800001234报名，先到先打。")
    assert "提到了具体的人" in await village.officer(f"{body}今天李青山给大家讲了怎么防火，大家都听了。")
    assert "亲切关怀" in await village.officer(f"{body}在领导的亲切关怀下，我们村的路灯都亮了起来。")
    assert "太短" in await village.officer(f"{body}路灯亮了")
    assert "已经在库里" in await village.officer(
        "存入素材 标题：育秧先晒种 内容：浸种前挑晴天把种子薄薄晒上一两天。 出处：农技站"
    )
    assert "这样存" in await village.officer("存入素材")
    assert await village.store.own_items(["liuwan"]) == ()


async def test_nobody_releases_his_own_and_only_who_may(village: Village) -> None:
    await village.officer(ITEM, who=REVIEWER)
    assert "不能自己通过" in await village.officer("素材 通过 1", who=REVIEWER)
    assert "审核员或者镇纪检" in await village.officer("素材 通过 1")
    assert "没有1号素材" in await village.officer("素材 通过 1", who="秦小燕")
    assert "通过了" in await village.officer("素材 通过 柳湾1", who="周明礼")


async def test_the_list_tells_what_waits_and_what_was_used_and_one_can_be_stopped(village: Village) -> None:
    assert "还没有存素材" in await village.officer("素材")
    await village.officer(ITEM)
    assert "等人看的：1号《周三打疫苗》" in await village.officer("素材")
    await village.officer("1", who=REVIEWER)
    await village.until("2026-03-06 11:00")
    listed = await village.officer("素材")
    assert "村里自己的：1号《周三打疫苗》" in listed
    assert "最近发过：今天《" in listed
    assert "明天大概是：《" in listed
    assert "停用了" in await village.officer("素材 停用 1")
    assert "1号《" not in await village.officer("素材")


async def test_items_of_one_village_stay_there(village: Village) -> None:
    await village.officer(ITEM)
    await village.officer("1", who=REVIEWER)
    await village.restarts(settings=replace(village.settings, content=()))
    await village.until("2026-03-06 11:00")
    assert any("周三打疫苗" in line for line in await items(village, "g-lw2"))
    assert not any("周三打疫苗" in line for line in await items(village, "g-sp1"))


# The choice of a day


def confirming(settings: Settings) -> Settings:
    units = {
        key: replace(unit, confirms_content=True) if key == "liuwan" else unit
        for key, unit in settings.county.units.items()
    }
    return replace(settings, county=replace(settings.county, units=units))


async def test_where_the_village_wants_to_see_it_first(village: Village) -> None:
    await village.restarts(settings=confirming(village.settings))
    await village.until("2026-03-06 17:05")
    assert await items(village) == [], "nobody was asked about today"
    asked = (await village.last_to("李青山", OutKind.QUESTION)).outgoing
    assert asked.text.startswith("3月7日（周六）的“每日一条”，您看发不发？没有回就不发。")
    assert asked.text.endswith("1 发\n2 换一条\n3 明天不发")
    other = await village.officer("2")
    assert other.split("\n")[2] != asked.text.split("\n")[2]
    assert "好，明天发《" in await village.officer("1")
    await village.until("2026-03-08 12:00")
    assert [line[:11] for line in await items(village)] == ["03-07 10:00"]
    assert (await items(village))[0][11:] in other
    assert len(await items(village, "g-sp1")) == 3, "other villages go on as before"


async def test_a_late_word_still_counts_on_the_day_itself(village: Village) -> None:
    await village.restarts(settings=confirming(village.settings))
    await village.until("2026-03-07 11:30")
    assert "好，这就发《" in await village.officer("1")
    await village.wait(minutes=1)
    assert [line[:11] for line in await items(village)] == ["03-07 11:30"]
    await village.until("2026-03-08 09:00")
    assert "不发“每日一条”" in await village.officer("素材 不发 2026-03-08 liuwan")
    await village.until("2026-03-08 20:00")
    assert len(await items(village)) == 1


# When it is better to keep quiet, and when it fails


async def test_it_waits_until_a_heated_hour_is_over(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:30")
    await village.says("桂婶", "二组的路灯不亮了,谁来修一下")
    await village.says("六叔", "三组的水渠堵了,麻烦清一下", after=30)
    await village.says("阿珍", "村口的垃圾没人清,都发臭了", after=30)
    await village.until("2026-03-06 10:20")
    assert await items(village) == []
    assert len(await items(village, "g-sp1")) == 1
    await village.until("2026-03-06 20:00")
    assert [line[:11] for line in await items(village)] == ["03-06 11:00"]


async def test_nothing_cheerful_while_a_house_burns(wakes: Wakes) -> None:
    village = await wakes("2026-03-06 09:30")
    await village.says("六叔", "救命啊!二组老屋着火了,里面有人!")
    await village.until("2026-03-06 20:30")
    assert [line[:11] for line in await items(village)] == ["03-06 16:00"], "six hours after the last word of it"


class CutHall(PracticePlatform):
    """A hall into whose first group nothing can be sent until the line stands again."""

    def __init__(self, platform: str) -> None:
        super().__init__(platform)
        self.cut = True

    async def send(self, parcel: Parcel) -> str:
        """As the hall does it, except into that group."""
        if self.cut and parcel.to == GROUP:
            raise SendFailed(FailureKind.TEMPORARY, "断线")
        return await super().send(parcel)


class CutOff(Village):
    """A village whose line is cut, and whose bot tries all day long."""

    hall = CutHall("practice")

    def platforms(self) -> Mapping[str, Platform]:
        """The cut hall."""
        return {"practice": self.hall}


async def test_what_could_not_be_sent_is_not_posted_at_night_and_told_the_next_morning(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> None:
    delivery = settings.rules.delivery.model_copy(update={"attempts": 500})
    patient = replace(settings, rules=settings.rules.model_copy(update={"delivery": delivery}))
    village = await CutOff.wakes(folder=tmp_path, empty=empty_database, settings=patient, judge=judge)
    CutOff.hall.cut = True
    try:
        await village.until("2026-03-06 20:01")
        CutOff.hall.cut = False
        await village.until("2026-03-07 09:00")
        assert await items(village) == []
        told = [line for line in await village.told("张春根") if "每日一条" in line]
        assert len(told) == 1
        assert told[0].startswith("03-07 08:05 昨天的“每日一条”没发到“柳湾村村民群①”（断线）。")
        await village.until("2026-03-07 11:00")
        assert [line[:11] for line in await items(village)] == ["03-07 10:00"]
    finally:
        await village.closes()


async def test_a_picture_goes_with_it_only_once_a_reviewer_has_released_it(village: Village) -> None:
    await village.restarts(settings=replace(village.settings, content=()))
    camera = Camera(village)
    await camera.sends("李青山", camera.album.holds(photo("打疫苗")), group=None)
    stored = await village.officer(ITEM)
    assert "1号素材《周三打疫苗》，配一张图" in stored
    assert "的图。" in await village.officer("素材 看 1", who=REVIEWER)
    assert "通过了" in await village.officer("素材 通过 1", who=REVIEWER)
    await village.until("2026-03-15 10:05")
    posts = [sent.outgoing for sent in await village.store.all_sent() if sent.outgoing.kind is OutKind.CONTENT]
    assert posts
    assert {post.attachment for post in posts} == {sha256(photo("打疫苗")).hexdigest()}
    assert camera.folder, "it is not thrown away with the pictures that belong to nothing"
