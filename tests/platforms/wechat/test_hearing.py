"""What villagers say in WeChat groups reaches the bot as it was said, through a real gateway."""

from bot.domain.messages import BOT, EVERYONE, Kind, MediaKind
from bot.platforms.wechat import WechatPlatform
from bot.ports.platform import KnockKind
from tests.platforms.wechat.gateway import BOT_ACCOUNT, OTHER_ROOM, ROOM, Gateway
from tests.platforms.wechat.recording import RecordingHost, eventually

Running = tuple[WechatPlatform, RecordingHost]


async def test_a_villager_is_heard_with_name_group_and_time(gateway: Gateway, line: Running) -> None:
    _, host = line
    id_ = await gateway.say("二组路灯又不亮了", at=1_772_759_523_000)
    await eventually(lambda: host.messages)
    heard = host.messages[0]
    assert (heard.platform, heard.id, heard.group, heard.sender) == ("wechat", id_, ROOM, "wx-az")
    assert (heard.name, heard.kind, heard.text) == ("阿珍", Kind.TEXT, "二组路灯又不亮了")
    assert heard.sent_at.isoformat() == "2026-03-06T01:12:03+00:00"
    assert (heard.mentions, heard.quote, heard.media) == ((), None, ())


async def test_the_group_name_of_somebody_comes_before_the_contact_name(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("今天我值班", by="wx-lqs")
    await eventually(lambda: host.messages)
    assert host.messages[0].name == "柳湾值班-青山"


async def test_the_topic_of_a_group_is_known_by_and_by(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("在吗")
    await eventually(lambda: host.messages)

    async def spoken() -> None:
        await gateway.say("还在吗")

    await spoken()
    await eventually(lambda: len(host.messages) == 2)
    await gateway.say("第三句")
    await eventually(lambda: host.messages[-1].group_name == "柳湾村一组群")


async def test_a_private_message_has_no_group(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("12 办结 已换灯泡", by="wx-lqs", room="")
    await eventually(lambda: host.messages)
    assert (host.messages[0].group, host.messages[0].sender, host.messages[0].name) == (None, "wx-lqs", "李青山")


async def test_a_quotation_in_words_finds_what_it_quotes(gateway: Gateway, line: Running) -> None:
    _, host = line
    first = await gateway.say("水管又爆了,门口全是水")
    await eventually(lambda: host.messages)
    await gateway.say("「阿珍:水管又爆了,门口全是水」\n- - - - - - - - - - - - - - -\n师傅下午到", by="wx-lqs")
    await eventually(lambda: len(host.messages) == 2)
    assert (host.messages[1].text, host.messages[1].quote) == ("师傅下午到", first)


async def test_a_quotation_of_a_picture_finds_it(gateway: Gateway, line: Running) -> None:
    _, host = line
    first = await gateway.say("", type=6, size=100, filename="a.png")
    await eventually(lambda: host.messages)
    await gateway.say("「阿珍：[图片]」\n- - - - - - - - - - - - - - -\n这是哪里?", by="wx-ly")
    await eventually(lambda: len(host.messages) == 2)
    assert (host.messages[1].text, host.messages[1].quote) == ("这是哪里?", first)


async def test_the_bot_is_called_by_the_id_that_the_gateway_names(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("@小微\u2005我想问医保", mentions=[BOT_ACCOUNT, "wx-ly"])
    await eventually(lambda: host.messages)
    assert host.messages[0].mentions == (BOT, "wx-ly")
    assert host.messages[0].text == "@小微 我想问医保"


async def test_the_bot_is_called_by_name_where_the_gateway_names_nobody(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("我先说一句", by="wx-ly")
    await eventually(lambda: host.messages)
    await gateway.say("@小微\u2005 @老杨 路灯怎么办")
    await eventually(lambda: len(host.messages) == 2)
    assert host.messages[1].mentions == (BOT, "wx-ly")


async def test_everybody_is_called(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("@所有人 明天停水", by="wx-lqs")
    await eventually(lambda: host.messages)
    assert host.messages[0].mentions == (EVERYONE,)


async def test_pictures_voices_films_and_files_bring_a_reference(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("", type=6, size=10, filename="lamp.png")
    await gateway.say("", type=2, size=10, filename="voice.sil")
    await gateway.say("", type=15, size=10, filename="road.mp4")
    await gateway.say("", type=1, size=10, filename="低保申请.docx")
    await eventually(lambda: len(host.messages) == 4)
    assert [(one.kind, one.text, one.media[0].kind) for one in host.messages] == [
        (Kind.IMAGE, "", MediaKind.PICTURE),
        (Kind.VOICE, "", MediaKind.VOICE),
        (Kind.FILE, "road.mp4", MediaKind.VIDEO),
        (Kind.FILE, "低保申请.docx", MediaKind.FILE),
    ]


async def test_links_and_mini_programs_say_what_is_on_the_card(gateway: Gateway, line: Running) -> None:
    _, host = line
    link = {"title": "三月财务公开", "description": "柳湾村委会", "url": "https://village.example/3"}
    await gateway.say("<msg><title>三月</title></msg>", type=14, link=link)
    await gateway.say("", type=9, program={"title": "报修", "description": "点开填写", "pagePath": "pages/fix"})
    await gateway.say("<msg><appmsg><title>打不开的链接</title></appmsg></msg>", type=14)
    await eventually(lambda: len(host.messages) == 3)
    assert [(one.kind, one.text) for one in host.messages] == [
        (Kind.CARD, "三月财务公开\n柳湾村委会\nhttps://village.example/3"),
        (Kind.CARD, "报修\n点开填写\npages/fix"),
        (Kind.CARD, "打不开的链接"),
    ]


async def test_a_recall_names_what_was_taken_back(gateway: Gateway, line: Running) -> None:
    _, host = line
    first = await gateway.say("说错了")
    await gateway.say(first, type=13)
    await eventually(lambda: len(host.messages) == 2)
    assert (host.messages[1].kind, host.messages[1].quote, host.messages[1].text) == (Kind.RECALL, first, "")


async def test_coming_leaving_and_renaming_are_told(gateway: Gateway, line: Running) -> None:
    _, host = line
    at = 1_772_759_523
    joined = {"inviteeIdList": ["wx-gs"], "inviterId": "wx-az", "roomId": ROOM, "timestamp": at}
    left = {"removeeIdList": ["wx-ly", BOT_ACCOUNT], "removerId": "wx-az", "roomId": ROOM, "timestamp": at}
    topic = {"changerId": "wx-az", "newTopic": "柳湾新群", "oldTopic": "旧", "roomId": ROOM, "timestamp": at}
    for event, payload in (("room-join", joined), ("room-leave", left), ("room-topic", topic), ("room-join", joined)):
        await gateway.order("emit", event=event, payload=payload)
    await eventually(lambda: len(host.messages) == 4)
    await gateway.say("最后一句")
    await eventually(lambda: "最后一句" in host.texts)
    assert [(one.kind, one.sender, one.text, one.mentions, one.name) for one in host.messages[:4]] == [
        (Kind.JOIN, "wx-gs", "", (), "桂婶"),
        (Kind.LEAVE, "wx-ly", "", (), "老杨"),
        (Kind.LEAVE, BOT_ACCOUNT, "", (BOT,), "小微"),
        (Kind.RENAME, "wx-az", "柳湾新群", (), "阿珍"),
    ]
    assert len(host.messages) + host.duplicates == 5 + host.duplicates
    assert len({one.id for one in host.messages}) == 5


async def test_an_invitation_is_followed_only_if_the_host_admits_it(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.order("invitation", id="inv-1", inviter="wx-lqs", topic="石桥村二组群")
    await eventually(lambda: host.knocks)
    knock = host.knocks[0]
    assert (knock.kind, knock.account, knock.name, knock.words) == (KnockKind.ROOM, "wx-lqs", "李青山", "石桥村二组群")
    host.open_door = False
    await gateway.order("invitation", id="inv-2", inviter="wx-lqs", topic="不该进的群")
    await eventually(lambda: len(host.knocks) == 2)
    await gateway.say("后来的一句")
    await eventually(lambda: host.messages)
    assert await gateway.order("accepted") == ["inv-1"]


async def test_a_friend_request_is_asked_about_once(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.order("friendship", id="f-1", contact="wx-gs", hello="我是桂婶")
    await gateway.order("friendship", id="f-1", contact="wx-gs", hello="我是桂婶")
    await gateway.order("friendship", id="f-2", contact="wx-gs", hello="", type=1)
    await eventually(lambda: host.knocks)
    await gateway.say("后来的一句")
    await eventually(lambda: host.messages)
    assert [(one.kind, one.account, one.words) for one in host.knocks] == [(KnockKind.FRIEND, "wx-gs", "我是桂婶")]
    assert await gateway.order("accepted") == ["f-1"]


async def test_what_wechat_itself_writes_is_no_message_of_a_person(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("登录提醒", by="weixin", room="")
    await gateway.say("<sysmsg></sysmsg>", type=0)
    await gateway.say("路灯坏了")
    await eventually(lambda: host.messages)
    assert host.texts == ["路灯坏了"]


async def test_the_own_account_proves_that_a_group_is_heard_and_is_no_message(gateway: Gateway, line: Running) -> None:
    _, host = line
    await gateway.say("用机器人的手机手动发的", by=BOT_ACCOUNT, room=OTHER_ROOM)
    await eventually(lambda: host.echoes)
    assert host.echoes == [("wechat", OTHER_ROOM)]
    assert host.messages == []
