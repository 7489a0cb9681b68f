"""柳湾村 on WeChat, where nobody knows ids beforehand: people and groups are bound by codes, and found again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest_asyncio

from bot.building import build_office
from bot.domain.bindings import Act, BindingChange, Whose
from bot.domain.messages import BOT, Incoming, Kind, OutKind, ToGroup
from bot.domain.org import organisation
from bot.domain.outcome import Outcome
from bot.domain.tickets import State
from bot.handlers.judge import Judge
from bot.office import Office
from bot.ports import Sent
from bot.ports.platform import Knock, KnockKind
from bot.settings import Settings
from tests.flow.village import Village
from tests.world import GROUP, at

TOPIC = "柳湾村村民群"
LAMP = "二组路灯又不亮了，黑灯瞎火的，麻烦来修一下"
PIPE = "三组自来水管爆了，水流了一地，麻烦派人来修"


class WechatVillage(Village):
    """A village whose groups are on WeChat and whose people are nobody there yet."""

    async def hears(
        self,
        who: str,
        text: str,
        *,
        room: str | None = "room@1",
        topic: str = TOPIC,
        kind: Kind = Kind.TEXT,
        quote: str | None = None,
        mentions: tuple[str, ...] = (),
        account: str | None = None,
        after: float = 5,
    ) -> str:
        """Somebody writes, in a room or (``room=None``) to the bot alone; returns the message's id."""
        await self.wait(seconds=after)
        self._said += 1
        incoming = Incoming(
            platform="wechat",
            id=f"w{self._said}",
            group=room,
            sender=account or f"wx-{who}",
            name=who,
            kind=kind,
            text=text,
            sent_at=self.now,
            mentions=mentions,
            quote=quote,
            group_name="" if room is None else topic,
        )
        await self.engine.receive(incoming, now=self.now)
        await self.wait(seconds=1)
        return incoming.id

    async def office_now(self) -> Office:
        """The office as it stands, with its codes."""
        return build_office(self.settings).with_bindings(await self.store.bindings())

    async def code(self, ident: str, whose: Whose = Whose.PERSON) -> str:
        """What ``xiaowei codes`` would print."""
        return (await self.office_now()).codes.code(whose, ident)

    async def binds(self, who: str, person: str, *, account: str | None = None) -> None:
        """A cadre writes the own code to the bot alone."""
        await self.hears(who, f"绑定 {await self.code(person)}", room=None, account=account)

    async def binds_group(self, who: str, *, room: str = "room@1", group: str = GROUP) -> None:
        """A cadre writes the group's code in a room."""
        await self.hears(who, f"小微绑定 {await self.code(group, Whose.GROUP)}", room=room)

    async def answers_to(self, since: int) -> list[str]:
        """What the bot has sent since it had sent so many messages, duty notices and daily items left out."""
        return [one.outgoing.text for one in (await self.spoken())[since:]]

    async def spoken(self) -> list[Sent]:
        """All that was sent, everyday posts left out."""
        return [one for one in await self.sent() if one.outgoing.kind not in (OutKind.DUTY, OutKind.CONTENT)]

    async def last_words(self) -> str:
        """The bot's latest message."""
        return (await self.answers_to(0))[-1]

    async def troubles(self) -> list[tuple[str, str]]:
        """What the operator finds among the troubles."""
        found = await self.store.troubles(since=self.now - timedelta(days=2))
        return [(one.kind, one.subject) for one in found]


@pytest_asyncio.fixture
async def village(
    tmp_path: Path, empty_database: Path, settings: Settings, judge: Judge
) -> AsyncIterator[WechatVillage]:
    """Friday, 6 March 2026, 8:30; 李青山 is on duty in 柳湾村."""
    county = settings.county
    on_wechat = organisation(
        county.units.values(),
        [replace(group, platform="wechat", conversation="") for group in county.groups.values()],
        [replace(person, accounts=()) for person in county.people.values()],
    )
    village = await WechatVillage.wakes(
        folder=tmp_path,
        empty=empty_database,
        settings=replace(settings, county=on_wechat),
        judge=judge,
        begins="2026-03-06 08:30",
    )
    assert isinstance(village, WechatVillage)
    yield village
    await village.closes()


async def settled(village: WechatVillage) -> None:
    """李青山 and the first group are bound."""
    await village.binds("李青山", "p-lqs")
    await village.binds_group("李青山")


async def test_from_nobody_to_a_group_that_is_served(village: WechatVillage) -> None:
    await village.binds("李青山", "p-lqs")
    code = await village.code(GROUP, Whose.GROUP)
    other = await village.code("g-lw2", Whose.GROUP)
    assert await village.last_words() == (
        "好了，李青山（村委会副主任），以后在这里收提示，也在这里回话。写“帮助”看能说什么。\n"
        f"柳湾村村民群①还没连上：请把我拉进那个群，再在群里发一句：小微绑定 {code}\n"
        f"柳湾村村民群②（在外乡亲）还没连上：请把我拉进那个群，再在群里发一句：小微绑定 {other}"
    )
    await village.hears("李青山", f"@小微\u2005绑定 {code[:3]} {code[3:]}", mentions=(BOT,))
    said = [one for one in await village.sent() if one.outgoing.to == ToGroup(group=GROUP)]
    assert [one.outgoing.text for one in said] == [
        "好了，柳湾村村民群①接上了。村里的事在群里说就行，我记下来交给值班干部，有结果在群里回。"
    ]
    await village.hears("阿珍", LAMP)
    await village.wait(minutes=2)
    (thread,) = await village.tickets()
    assert (thread.ticket.group, thread.ticket.owner, thread.ticket.requester) == (GROUP, "p-lqs", "wx-阿珍")
    await village.hears("李青山", "1 办结 灯泡换好了，今晚就亮", room=None)
    await village.wait(minutes=1)
    assert (await village.ticket(1)).ticket.state is State.CLOSED


async def test_a_used_code_is_dead_and_the_next_one_replaces_the_account(village: WechatVillage) -> None:
    used = await village.code("p-lqs")
    await settled(village)
    await village.hears("骗子", f"绑定 {used}", room=None)
    assert (await village.last_words()).startswith("这个码不对，或者已经用过了。")
    await village.binds("李青山", "p-lqs", account="wx-new")
    org = (await village.office_now()).org
    assert org.person_at("wechat", "wx-new") == org.people["p-lqs"]
    assert org.person_at("wechat", "wx-李青山") is None


async def test_who_guesses_gets_five_answers_and_then_none_and_the_operator_hears_of_it(village: WechatVillage) -> None:
    for guess in range(8):
        await village.hears("骗子", f"绑定 1234567{guess}", room=None)
    assert len(await village.spoken()) == 5
    assert await village.troubles() == [("code_guessing", "wechat 骗子")]
    await village.wait(minutes=70)
    await village.hears("骗子", "绑定 12345670", room=None)
    assert len(await village.spoken()) == 6


async def test_a_villager_who_writes_it_by_accident_is_answered_kindly(village: WechatVillage) -> None:
    await village.hears("阿珍", "绑定", room=None)
    assert await village.last_words() == (
        "绑定是给村镇干部用的：发“绑定”加自己的 8 位码，码找本县管小微的同志要。您有事要问、要反映，直接写就行。"
    )
    await village.hears("阿珍", "绑定 123456", room=None)
    assert (await village.last_words()).startswith("6 位的码要发在群里。")


async def test_a_question_about_binding_a_bank_card_is_a_question(village: WechatVillage) -> None:
    await settled(village)
    await village.hears("阿珍", "医保卡绑定手机号要带什么材料，在哪里办？")
    await village.wait(minutes=2)
    assert len(await village.tickets()) == 1


async def test_codes_in_the_wrong_place_make_no_noise_in_the_group(village: WechatVillage) -> None:
    await settled(village)
    person, group = await village.code("p-cxm"), await village.code("g-lw2", Whose.GROUP)
    before = len(await village.spoken())
    await village.hears("秀梅", f"绑定 {person}")
    await village.hears("路人", f"小微绑定 {group}", room="room@2")
    await village.hears("路人", "小微绑定 000000")
    await village.wait(minutes=5)
    assert len(await village.spoken()) == before
    assert await village.tickets() == []
    assert await village.troubles() == [("code_exposed", "wechat 陈秀梅"), ("stranger_binds", "wechat 路人")]
    assert await village.code("p-cxm") != person


async def test_an_officer_of_another_village_binds_nothing(village: WechatVillage) -> None:
    await village.binds("秦小燕", "p-qxy")
    await village.binds_group("秦小燕")
    assert await village.last_words() == "柳湾村村民群①不归您管，没有绑定。请让那个村或镇上的同志在群里发。"
    await village.binds("周明礼", "p-zml")
    await village.binds_group("周明礼")
    assert (await village.office_now()).org.groups[GROUP].conversation == "room@1"


async def test_a_group_that_is_bound_elsewhere_moves_only_after_a_question(village: WechatVillage) -> None:
    await settled(village)
    await village.hears("阿珍", "早")
    await village.hears("李青山", f"小微绑定 {await village.code(GROUP, Whose.GROUP)}", room="room@7", topic="新群")
    assert await village.last_words() == (
        "“新群”里发来了柳湾村村民群①的码，可柳湾村村民群①现在连着“柳湾村村民群”（最近一次听到是今天08:30）。"
        "改成“新群”吗？改了以后，原来那个群的话我就不管了。\n1 改成柳湾村村民群①\n2 不改"
    )
    await village.hears("李青山", "2", room=None)
    assert await village.last_words() == "好，不改。"
    assert (await village.office_now()).org.groups[GROUP].conversation == "room@1"
    await village.hears("李青山", f"小微绑定 {await village.code(GROUP, Whose.GROUP)}", room="room@7", topic="新群")
    question = [one for one in await village.sent() if one.outgoing.kind is OutKind.QUESTION][-1]
    await village.hears("李青山", "1", room=None)
    assert (await village.office_now()).org.groups[GROUP].conversation == "room@7"
    await village.hears("李青山", "1", room=None, quote=question.platform_id)
    assert await village.last_words() == "情况已经变了，没有改。请在要绑的群里再发一次码。"


async def test_a_sentence_that_was_never_offered_moves_nothing(village: WechatVillage) -> None:
    await settled(village)
    await village.hears("李青山", f"改绑群 {GROUP} wechat room@1 room@66", room=None)
    assert (await village.office_now()).org.groups[GROUP].conversation == "room@1"


async def test_after_a_new_login_the_group_is_found_again_and_nothing_said_meanwhile_is_lost(
    village: WechatVillage,
) -> None:
    await settled(village)
    await village.binds("石一航", "p-syh")
    await village.hears("阿珍", "早上好")
    await village.wait(hours=1)
    await village.hears("阿珍", LAMP, room="room@2", account="wx-2-阿珍")
    await village.hears("老杨", PIPE, room="room@2", account="wx-2-老杨")
    await village.wait(minutes=3)
    questions = [one for one in await village.sent() if one.outgoing.kind is OutKind.QUESTION]
    assert [one.outgoing.text for one in questions] == [
        "微信重新登录后，群的编号变了。“柳湾村村民群”像是柳湾村的柳湾村村民群①，对吗？\n1 对，就是柳湾村村民群①\n2 不是"
    ]
    assert await village.tickets() == []
    await village.hears("石一航", "1", room=None)
    await village.wait(minutes=3)
    tickets = [thread.ticket for thread in await village.tickets()]
    assert [(ticket.number, ticket.group, ticket.requester) for ticket in tickets] == [
        (1, GROUP, "wx-2-阿珍"),
        (2, GROUP, "wx-2-老杨"),
    ]
    assert all(ticket.said_at < at("2026-03-06 09:40") for ticket in tickets)
    await village.hears("老杨", "三组水管到现在还在流，有人来吗", room="room@2", account="wx-2-老杨")
    await village.wait(minutes=3)
    assert len(await village.tickets()) == 2
    assert (await village.store.hearing([GROUP]))[GROUP].villager_at is not None
    days = await village.store.days([GROUP], since=village.now.date())
    assert (days[0].villager_messages, days[0].cadre_messages) == (4, 1)


async def test_a_chat_of_the_same_name_in_which_nobody_known_speaks_is_not_taken_for_the_group(
    village: WechatVillage,
) -> None:
    await settled(village)
    await village.hears("阿珍", "早上好")
    await village.wait(hours=1)
    await village.hears("骗子", "大家好", room="room@9")
    await village.hears("阿珍", "早啊")  # the group is not silent at all
    await village.hears("阿珍", "在", room="room@9")
    await village.wait(minutes=3)
    assert [one for one in await village.sent() if one.outgoing.kind is OutKind.QUESTION] == []


async def test_a_colleague_hears_of_an_unknown_account_with_a_known_name(village: WechatVillage) -> None:
    await settled(village)
    await village.binds("张春根", "p-zcg")
    await village.hears("阿珍", "早上好")
    await village.wait(hours=1)
    change = BindingChange(
        whose=Whose.GROUP, id=GROUP, act=Act.BOUND, at=village.now, by="p-zcg", platform="wechat", address="room@2"
    )
    await village.store.commit(Outcome(bindings=(change,)), now=village.now)
    await village.binds("张春根", "p-zcg", account="wx-2-张春根")
    before = len(await village.spoken())
    await village.hears("柳湾-李青山", "大家早上好", room="room@2", account="wx-2-lqs")
    await village.hears("柳湾-李青山", "今天天气不错", room="room@2", account="wx-2-lqs", after=60)
    await village.wait(minutes=3)
    hints = await village.answers_to(before)
    assert [text[:26] for text in hints] == ["柳湾村村民群①里有个账号的名字像李青山，可我不认识它"]
    assert (await village.office_now()).org.person_at("wechat", "wx-2-lqs") is None


async def test_a_message_that_comes_in_while_its_chat_is_being_bound_is_handled_there(village: WechatVillage) -> None:
    await settled(village)
    incoming = Incoming(
        platform="wechat", id="late", group="room@1", sender="wx-阿珍", name="阿珍", kind=Kind.TEXT, text=LAMP,
        sent_at=village.now,
    )  # fmt: skip
    where = "unknown:wechat/room@1"
    await village.store.accept(incoming, conversation=where, group="room@1", by_cadre=False, received_at=village.now)
    await village.restarts()
    await village.wait(minutes=3)
    (thread,) = await village.tickets()
    assert thread.ticket.group == GROUP


async def test_what_the_operator_voids_counts_at_once_in_the_running_bot(village: WechatVillage) -> None:
    await settled(village)
    change = BindingChange(whose=Whose.PERSON, id="p-lqs", act=Act.VOIDED, at=village.now, by="operator")
    await village.store.commit(Outcome(bindings=(change,)), now=village.now)
    before = len(await village.spoken())
    await village.hears("李青山", "待办", room=None)
    await village.wait(minutes=1)
    (answer,) = await village.answers_to(before)
    assert "我是小微" in answer or "村" in answer
    assert (await village.office_now()).org.people["p-lqs"].accounts == ()


async def test_friends_come_in_with_a_code_and_rooms_with_a_known_officer(village: WechatVillage) -> None:
    async def knocks(kind: KnockKind, account: str, words: str) -> bool:
        knock = Knock(
            platform="wechat", id=f"{account}-{words}", kind=kind, account=account, name="某人", words=words,
            at=village.now,
        )  # fmt: skip
        return await village.engine.admits(knock, now=village.now)

    assert not await knocks(KnockKind.FRIEND, "wx-x", "我是村里的，加一下")
    assert not await knocks(KnockKind.ROOM, "wx-x", "发财群")
    code = await village.code("p-lqs")
    assert await knocks(KnockKind.FRIEND, "wx-lqs", f"我是李青山 绑定 {code[:4]} {code[4:]}")
    assert await knocks(KnockKind.FRIEND, "wx-lqs", "又是我")
    await village.wait(seconds=5)
    assert (await village.last_words()).startswith("好了，李青山（村委会副主任）")
    assert await knocks(KnockKind.ROOM, "wx-lqs", "柳湾村村民群①")
    await village.wait(seconds=5)
    word = await village.code(GROUP, Whose.GROUP)
    assert await village.last_words() == (
        f"我接受邀请，进“柳湾村村民群①”了。请在那个群里发一句，我才知道是哪个群：\n柳湾村村民群①：小微绑定 {word}"
    )
    assert await village.troubles() == [("knock_friend", "wechat 某人"), ("knock_room", "wechat 某人 发财群")]


async def test_the_operator_is_told_when_the_bot_is_taken_out_of_a_group(village: WechatVillage) -> None:
    await settled(village)
    await village.binds("石一航", "p-syh")
    await village.hears("", "", kind=Kind.LEAVE, account="wx-self", mentions=(BOT,))
    word = await village.code(GROUP, Whose.GROUP)
    assert await village.last_words() == (
        "小微被移出了柳湾村的柳湾村村民群①，那里的话现在听不到。请群主把小微再拉进去；"
        f"进去以后要是没接上，在群里发一句：小微绑定 {word}"
    )
    assert await village.troubles() == [("bot_removed", "wechat 柳湾村村民群①")]
    room = await village.store.room("wechat", "room@1")
    assert (room.name, room.left_at is not None) == (TOPIC, True)


# Words taken back


async def words_of(village: WechatVillage, message: str) -> str:
    """What the database still holds of a message."""
    (found,) = await village.store.said([("wechat", message)])
    return found.text


async def test_what_is_taken_back_at_once_never_becomes_a_ticket(village: WechatVillage) -> None:
    await settled(village)
    said = await village.hears("阿珍", LAMP)
    await village.hears("阿珍", "", kind=Kind.RECALL, quote=said)
    await village.wait(minutes=5)
    assert await village.tickets() == []
    assert await words_of(village, said) == ""


async def test_the_owner_decides_about_a_matter_whose_words_were_taken_back(village: WechatVillage) -> None:
    await settled(village)
    said = await village.hears("阿珍", LAMP)
    await village.wait(minutes=2)
    recall = await village.hears("阿珍", "", kind=Kind.RECALL, quote=said)
    await village.wait(minutes=2)
    assert recall != said
    assert await village.last_words() == (
        "1号（二组路灯）的提出人把原话撤回了，这件事怎么办？\n1 不是诉求，不用办了\n2 继续办"
    )
    assert await words_of(village, said) == ""
    await village.hears("李青山", "2", room=None)
    assert await village.last_words() == "好，接着办，时限不变。"
    question = [one for one in await village.sent() if one.outgoing.kind is OutKind.QUESTION][-1]
    await village.hears("李青山", "1", room=None, quote=question.platform_id)
    assert (await village.ticket(1)).ticket.state is State.WITHDRAWN


async def test_nobody_can_take_back_what_another_said(village: WechatVillage) -> None:
    await settled(village)
    said = await village.hears("阿珍", LAMP)
    await village.hears("李青山", "", kind=Kind.RECALL, quote=said)
    await village.wait(minutes=3)
    assert len(await village.tickets()) == 1
    assert await words_of(village, said) == LAMP


async def test_a_cry_for_help_that_is_taken_back_is_looked_after_all_the_more(village: WechatVillage) -> None:
    await settled(village)
    said = await village.hears("阿珍", "救命啊，我家着火了，人还在里面，快来人")
    await village.wait(seconds=5)
    assert (await village.ticket(1)).ticket.urgent
    await village.hears("阿珍", "", kind=Kind.RECALL, quote=said)
    texts = [one.outgoing.text for one in await village.sent() if one.outgoing.ticket is not None]
    assert any("撤回不等于没事，请先联系上人" in text for text in texts)


async def test_a_clue_that_is_taken_back_stays_sealed_and_nobody_is_told(village: WechatVillage) -> None:
    await settled(village)
    await village.binds("周明礼", "p-zml")
    accused = "村支书张春根把低保给了他弟弟，他弟弟家有小车，我们真困难的没有"
    said = await village.hears("阿珍", accused, room=None)
    await village.wait(minutes=2)
    before = [one.id for one in await village.spoken()]
    await village.hears("阿珍", "", room=None, kind=Kind.RECALL, quote=said)
    await village.wait(minutes=2)
    assert [one.id for one in await village.spoken()] == before
    clues = await village.store.clues(list(village.settings.county.units), since=at("2026-03-01 00:00"))
    assert [clue.messages for clue in clues] == [(said,)]


async def test_bindings_outlive_a_restart(village: WechatVillage) -> None:
    await settled(village)
    await village.restarts()
    await village.hears("阿珍", LAMP)
    await village.wait(minutes=2)
    assert [thread.ticket.group for thread in await village.tickets()] == [GROUP]
