"""A message finds its reader on whichever platform that reader was heard last, with all that belongs to it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from bot.domain.messages import Card, Incoming, Kind, OutKind, ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.org import Account
from bot.office import Office
from bot.ports import SendState
from bot.ports.platform import Attachment, FailureKind, SendFailed
from bot.sending.delivery import ASKED_AGAIN_AFTER, NOWHERE
from bot.store import SqlStore, open_store
from tests.unit.mailbag import NINE, Bag, Postman, Shelf, Switchboard

GROUP = ToGroup(group="g-lw1")
OFFICER = ToPerson(person="p-lqs")
PICTURE = Attachment(name="路灯.jpg", media_type="image/jpeg", data=b"\xff\xd8\xff")
CARD = Card(title="公开栏", description="三月的账", url="https://village.example/march")


@pytest_asyncio.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[SqlStore]:
    copy(empty_database, tmp_path / "mail.db")
    opened = await open_store(f"sqlite:///{tmp_path / 'mail.db'}", durable=False)
    yield opened
    await opened.close()


@pytest.fixture
def on_three(office: Office) -> Office:
    """李青山 has an account on every platform."""
    person = office.org.people["p-lqs"]
    accounts = (*person.accounts, Account(platform="wechat", id="wx-lqs"), Account(platform="dingtalk", id="dd-lqs"))
    people = dict(office.org.people) | {"p-lqs": replace(person, accounts=accounts)}
    return replace(office, org=replace(office.org, people=people))


async def hears(store: SqlStore, platform: str, account: str, *, minute: int, group: str | None = None) -> None:
    """He says something, to the bot alone or in a group."""
    when = NINE + timedelta(minutes=minute)
    said = Incoming(
        platform=platform,
        id=f"m{minute}",
        group=group,
        sender=account,
        name="李青山",
        kind=Kind.TEXT,
        text="好",
        sent_at=when,
    )
    conversation = group or recipient_key(ToAccount(platform=platform, account=account))
    await store.accept(said, conversation=conversation, group=group, by_cadre=True, received_at=when)


async def test_who_is_asked_in_a_group_is_called_by_name_where_the_platform_can(
    store: SqlStore, office: Office
) -> None:
    able, unable = Postman(), Postman(mentions=False)
    for keys, postman in (("able", able), ("unable", unable)):
        bag = Bag(store, office, postman, keys=keys)
        await bag.write("是哪一盏灯？", GROUP, OutKind.QUESTION, asked_of="u-az", choices=("东头", "西头"))
        await bag.drain()
    assert [parcel.mentions for parcel in able.parcels] == [("u-az",)]
    assert [parcel.mentions for parcel in unable.parcels] == [()]
    assert able.parcels[0].choices == ("东头", "西头")


async def test_a_picture_and_a_card_go_with_the_words(store: SqlStore, office: Office) -> None:
    postman = Postman()
    bag = Bag(store, office, postman, attachments=Shelf(aa=PICTURE))
    await bag.write("柳湾村12 的图片", OFFICER, attachment="aa", answers=True)
    await bag.write("请看公开栏", GROUP, card=CARD)
    await bag.drain()
    assert [(parcel.text, parcel.attachment, parcel.card) for parcel in postman.parcels] == [
        ("柳湾村12 的图片", PICTURE, None),
        ("请看公开栏", None, CARD),
    ]


async def test_a_picture_that_is_gone_leaves_the_words_and_says_so(store: SqlStore, office: Office) -> None:
    postman = Postman()
    bag = Bag(store, office, postman, attachments=Shelf())
    await bag.write("柳湾村12 的图片", OFFICER, attachment="aa")
    await bag.drain()
    (parcel,) = postman.parcels
    assert parcel.attachment is None
    assert parcel.text == "柳湾村12 的图片\n（图片或文件已经不在了，没能附上。）"


WORD_FILE = Attachment(
    name="提示单.docx",
    media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    data=b"PK\x03\x04",
)
NO_WORD = (
    "（这条线路发不了文件，Word 稿没能发给您。稿子存好了：请管理员用 xiaowei export 导出，换个办法给您；"
    "您在别的平台也加了小微的话，到那边再要一次就行。）"
)


async def test_where_no_file_can_be_sent_none_is_promised_and_it_is_said_where_it_lies(
    store: SqlStore, office: Office
) -> None:
    postman = Postman(files=False)
    bag = Bag(store, office, postman, attachments=Shelf(aa=WORD_FILE, bb=PICTURE))
    await bag.write("清廉提〔2026〕3号。Word 稿随后发给您。", OFFICER, attachment="aa", answers=True)
    await bag.write("今天的公开栏", GROUP, attachment="bb")
    await bag.drain()
    assert [(parcel.text, parcel.attachment) for parcel in postman.parcels] == [
        (f"清廉提〔2026〕3号。\n{NO_WORD}", None),
        ("今天的公开栏", PICTURE),
    ]


async def test_a_file_that_a_gateway_refuses_ends_in_one_line_in_the_same_chat(store: SqlStore, office: Office) -> None:
    postman = Postman()
    postman.troubles = [SendFailed(FailureKind.PERMANENT, "这种网关不会发这类消息", attachment=True)]
    bag = Bag(store, office, postman, attachments=Shelf(aa=WORD_FILE))
    await bag.write("清廉提〔2026〕3号。Word 稿随后发给您。", OFFICER, attachment="aa", answers=True)
    for minutes in range(3):
        await bag.drain(NINE + timedelta(minutes=minutes))
    (told,) = postman.parcels
    assert (told.text, told.private, told.attachment) == (NO_WORD, True, None)
    assert await bag.states() == [SendState.SENT]
    (trouble,) = await store.troubles(since=NINE)
    assert (trouble.kind, trouble.subject, trouble.cause) == ("no_files", "practice", "这种网关不会发这类消息")


async def test_a_file_is_tried_as_often_as_anything_before_it_is_said_that_it_cannot_be_sent(
    store: SqlStore, office: Office
) -> None:
    postman = Postman()
    attempts = office.rules.delivery.attempts
    postman.troubles = [SendFailed(FailureKind.TEMPORARY, "网关说没有发成", attachment=True) for _ in range(attempts)]
    bag = Bag(store, office, postman, attachments=Shelf(aa=PICTURE))
    await bag.write("柳湾村12 的图片", OFFICER, attachment="aa", answers=True)
    for hours in range(attempts + 2):
        await bag.drain(NINE + timedelta(hours=hours))
    (told,) = postman.parcels
    assert told.text.startswith("（这条线路发不了图片，没能发给您。")


async def test_nothing_is_said_in_a_group_and_its_picture_counts_as_not_sent(store: SqlStore, office: Office) -> None:
    postman = Postman()
    postman.troubles = [SendFailed(FailureKind.PERMANENT, "这种网关不会发这类消息", attachment=True)]
    bag = Bag(store, office, postman, attachments=Shelf(aa=PICTURE))
    await bag.write("今天的公开栏", GROUP, attachment="aa")
    await bag.drain()
    assert postman.parcels == []
    assert await bag.states() == [SendState.FAILED]


async def test_what_cannot_even_be_told_stays_not_sent(store: SqlStore, office: Office) -> None:
    postman = Postman()
    refused = SendFailed(FailureKind.PERMANENT, "这种网关不会发这类消息", attachment=True)
    postman.troubles = [refused, SendFailed(FailureKind.UNKNOWN, "发送时连接断了")]
    bag = Bag(store, office, postman, attachments=Shelf(aa=PICTURE))
    await bag.write("柳湾村12 的图片", OFFICER, attachment="aa", answers=True)
    await bag.drain()
    assert await bag.states() == [SendState.FAILED]


async def test_a_picture_whose_disk_is_away_is_tried_again(store: SqlStore, office: Office) -> None:
    shelf = Shelf(aa=PICTURE)
    shelf.fails = OSError("the disk is away")
    postman = Postman()
    bag = Bag(store, office, postman, attachments=shelf)
    await bag.write("柳湾村12 的图片", OFFICER, attachment="aa", answers=True)
    await bag.drain()
    assert await bag.states() == [SendState.PENDING]
    shelf.fails = None
    await bag.drain(NINE + timedelta(seconds=5))
    assert [parcel.attachment for parcel in postman.parcels] == [PICTURE]


async def test_a_picture_is_never_swallowed_by_a_bundle(store: SqlStore, office: Office) -> None:
    postman = Postman()
    bag = Bag(store, office, postman, attachments=Shelf(aa=PICTURE))
    await bag.write("一", OFFICER)
    await bag.write("图片", OFFICER, attachment="aa")
    await bag.write("二", OFFICER)
    await bag.drain()
    await bag.drain(NINE + timedelta(minutes=10))
    assert [(parcel.text.count("———"), parcel.attachment) for parcel in postman.parcels] == [(1, None), (0, PICTURE)]


async def test_an_officer_is_written_to_where_he_was_heard_last(store: SqlStore, on_three: Office) -> None:
    practice, wechat, dingtalk = Postman(), Postman("wechat"), Postman("dingtalk")
    bag = Bag(store, on_three, practice, wechat, dingtalk)
    await bag.write("没听过他", OFFICER, answers=True)
    await bag.drain()
    await hears(store, "dingtalk", "dd-lqs", minute=1)
    await bag.write("钉钉上私聊过", OFFICER, answers=True)
    await bag.drain()
    await hears(store, "wechat", "wx-lqs", minute=2, group="g-lw1")
    await bag.write("微信群里说过", OFFICER, answers=True)
    await bag.drain()
    assert practice.texts == ["没听过他"]
    assert dingtalk.texts == ["钉钉上私聊过"]
    assert wechat.texts == ["微信群里说过"]
    assert [parcel.to for parcel in wechat.parcels] == ["wx-lqs"]


async def test_while_that_platform_is_down_he_is_reached_on_another(store: SqlStore, on_three: Office) -> None:
    lines = Switchboard()
    practice, wechat = Postman(), Postman("wechat")
    bag = Bag(store, on_three, practice, wechat, lines=lines)
    await hears(store, "wechat", "wx-lqs", minute=1)
    lines.down = {"wechat"}
    await bag.write("着火了", OFFICER, OutKind.EMERGENCY)
    await bag.drain()
    assert (practice.texts, wechat.texts) == (["着火了"], [])


async def test_the_platform_that_may_have_carried_it_is_the_one_that_is_asked(
    store: SqlStore, on_three: Office
) -> None:
    """He is heard on another platform meanwhile: that one never saw the message and must not be believed."""
    practice, wechat = Postman(), Postman("wechat")
    wechat.troubles = [SendFailed(FailureKind.UNKNOWN, "timeout")]
    practice.echoed, wechat.echoed = False, None
    await hears(store, "wechat", "wx-lqs", minute=1)
    bag = Bag(store, on_three, practice, wechat)
    await bag.write("一", OFFICER, answers=True)
    await bag.drain()
    await hears(store, "practice", "u-lqs", minute=2)
    wechat.echoed = True
    await bag.drain(NINE + ASKED_AGAIN_AFTER)
    assert await bag.states() == [SendState.SENT]
    assert (practice.texts, wechat.texts) == ([], [])


async def test_so_it_is_after_a_crash(store: SqlStore, on_three: Office) -> None:
    practice, wechat = Postman(), Postman("wechat")
    await hears(store, "wechat", "wx-lqs", minute=1)
    before = Bag(store, on_three, practice, wechat)
    await before.write("一", OFFICER, answers=True)
    claimed, _ = await before.delivery.take(NINE, under_way={}, at_once=5)
    assert [sent.platform for sent in claimed] == ["wechat"]
    await hears(store, "practice", "u-lqs", minute=2)
    practice.echoed = False
    wechat.echoed = True
    after = Bag(store, on_three, practice, wechat)
    await after.delivery.recover(now=NINE)
    await after.drain()
    assert await after.states() == [SendState.SENT]
    assert (practice.texts, wechat.texts) == ([], [])


async def test_a_group_that_nobody_has_bound_yet_is_on_record(store: SqlStore, office: Office) -> None:
    groups = dict(office.org.groups)
    groups["g-lw1"] = replace(groups["g-lw1"], conversation="")
    bag = Bag(store, replace(office, org=replace(office.org, groups=groups)), Postman())
    await bag.write("一", GROUP)
    await bag.drain()
    assert [(sent.state, sent.error) for sent in await store.all_sent()] == [(SendState.FAILED, NOWHERE)]


async def test_a_group_that_was_bound_meanwhile_is_reached_at_its_new_place(store: SqlStore, office: Office) -> None:
    postman = Postman()
    bag = Bag(store, office, postman)
    groups = dict(office.org.groups)
    groups["g-lw1"] = replace(groups["g-lw1"], conversation="room@after-login")
    bag.delivery.stand_in(replace(office, org=replace(office.org, groups=groups)))
    await bag.write("一", GROUP)
    await bag.drain()
    assert [parcel.to for parcel in postman.parcels] == ["room@after-login"]
