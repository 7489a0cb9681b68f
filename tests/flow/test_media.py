"""What villagers show: fetched once, brought to the officer who holds the ticket, never posted, thrown away in time."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.domain.messages import Incoming, Kind, MediaKind, MediaRef, Outgoing, OutKind, ToGroup, ToPerson
from bot.domain.outcome import Outcome
from bot.media.fetching import Fetcher
from bot.media.shelf import Shelf
from bot.ports.platform import FailureKind
from bot.store.media_files import SealedFiles
from tests.album import SILK, Album, photo
from tests.flow.conftest import Wakes
from tests.flow.village import Village
from tests.world import GROUP, OFFICERS, account

CODE = r"^([A-Z][0-9A-Z]{4})\u3000"
"""How a line of the ledger's list begins."""


@dataclass
class Camera:
    """A village in which people have cameras: what they send is fetched as soon as it came."""

    village: Village
    album: Album = field(default_factory=Album)
    _sent: int = 0

    @property
    def files(self) -> SealedFiles:
        """Where the bytes lie."""
        return SealedFiles(folder=self.village.database.parent / "media", vault=self.village.store.vault)

    @property
    def fetcher(self) -> Fetcher:
        """Who fetches."""
        rules = self.village.settings.rules.media
        return Fetcher(store=self.village.store, files=self.files, sources={"practice": self.album}, rules=rules)

    @property
    def folder(self) -> list[Path]:
        """The files that lie there."""
        return [path for path in self.files.folder.glob("*/*") if path.is_file()]

    async def sends(
        self,
        name: str,
        *refs: MediaRef,
        text: str = "",
        kind: Kind = Kind.IMAGE,
        group: str | None = GROUP,
        after: float = 5,
    ) -> str:
        """Somebody sends pictures, alone or beside words."""
        await self.village.wait(seconds=after)
        self._sent += 1
        incoming = Incoming(
            platform="practice",
            id=f"c{self._sent}",
            group=group,
            sender=account(name),
            name=name,
            kind=kind,
            text=text,
            sent_at=self.village.now,
            media=refs,
        )
        await self.village.engine.receive(incoming, now=self.village.now)
        await self.fetches()
        return incoming.id

    async def fetches(self) -> None:
        """Whatever is due comes from the platform."""
        while await self.fetcher.work(now=self.village.now):
            pass
        await self.village.wait(seconds=0)

    async def seen_by(self, name: str) -> list[str]:
        """What somebody was shown: the words beside it and what is on the picture."""
        shelf = Shelf(records=self.village.store, files=self.files)
        seen = []
        for one in await self.village._to(name):  # noqa: SLF001 - the village's own way of asking
            if one.outgoing.attachment is None:
                continue
            loaded = await shelf.load(one.outgoing.attachment)
            assert loaded is not None
            seen.append(f"{one.outgoing.text}|{what_is_on(loaded.data)}|{loaded.media_type}")
        return seen


def what_is_on(data: bytes) -> str:
    """The words that ``photo`` wrote."""
    return data.removeprefix(photo("", size=0)).rstrip(b"\0").decode()


@pytest.fixture
def camera(village: Village) -> Camera:
    """The village on a Friday morning, with cameras."""
    return Camera(village)


async def test_the_officer_sees_the_picture_right_after_the_prompt(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=2)
    told = [one.outgoing for one in await village._to("李青山")]  # noqa: SLF001 - in the order of sending
    assert [(one.kind, one.attachment is not None) for one in told[:2]] == [
        (OutKind.PROMPT, False),
        (OutKind.NOTICE, True),
    ]
    assert await camera.seen_by("李青山") == ["柳湾村1号，村民发来1张图片：|灯杆|image/jpeg"]


async def test_three_pictures_of_one_burst_are_one_line_and_the_pictures(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    for what in ("灯杆", "灯泡", "电线"):
        await camera.sends("阿珍", camera.album.holds(photo(what)), after=2)
    await village.wait(minutes=3)
    assert await camera.seen_by("李青山") == [
        "柳湾村1号，村民发来3张图片：|灯杆|image/jpeg",
        "|灯泡|image/jpeg",
        "|电线|image/jpeg",
    ]
    counted = [one for one in await village._to("李青山") if one.pace in ("alone", "together")]  # noqa: SLF001
    assert len(counted) == 1, "pictures are no prompts: they use up nothing of the officer's day"


async def test_words_and_pictures_in_one_message_are_one_matter(camera: Camera) -> None:
    village, album = camera.village, camera.album
    refs = (album.holds(photo("坑")), album.holds(photo("路")))
    await camera.sends("阿珍", *refs, text="村口水泥路塌了个大坑，车子过不去", kind=Kind.TEXT)
    await village.wait(minutes=2)
    assert [len((await village.ticket(1)).links), album.asked] == [1, ["h1", "h2"]]
    assert await camera.seen_by("李青山") == ["柳湾村1号，村民发来2张图片：|坑|image/jpeg", "|路|image/jpeg"]


async def test_a_picture_alone_waits_for_its_words(camera: Camera) -> None:
    village = camera.village
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=1)
    assert [await village.tickets(), await camera.seen_by("李青山")] == [[], []]
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await village.wait(minutes=2)
    assert [link.message for link in (await village.ticket(1)).links] == ["c1", "m1"]
    assert await camera.seen_by("李青山") == ["柳湾村1号，村民发来1张图片：|灯杆|image/jpeg"]


async def test_no_group_ever_sees_what_somebody_sent(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=3)
    await village.officer("1 图片")
    await camera.sends("李青山", camera.album.holds(photo("换好的灯")), group=None)
    await village.officer("1 办结 已换灯泡，今晚亮")
    await village.wait(hours=30)
    with_pictures = [one.outgoing for one in await village.sent() if one.outgoing.attachment is not None]
    assert len(with_pictures) == 2
    assert not [one for one in with_pictures if isinstance(one.to, ToGroup)]


async def test_the_outbox_itself_refuses_to_post_what_somebody_sent(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    (media,) = await village.store.media_of_messages([("practice", "c1")])
    post = Outgoing(to=ToGroup(group=GROUP), kind=OutKind.RESULT, text="", dedupe_key="k", attachment=media.digest)
    with pytest.raises(ValueError, match="R25"):
        await village.store.commit(Outcome(sends=(post,)), now=village.now)
    private = replace(post, to=ToPerson(person="p-lqs"))
    assert await village.store.commit(Outcome(sends=(private,)), now=village.now)


async def test_at_night_the_picture_waits_like_its_prompt(wakes: Wakes) -> None:
    camera = Camera(await wakes("2026-03-06 22:30"))
    await camera.village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await camera.village.until("2026-03-07 07:00")
    assert await camera.seen_by("李青山") == []
    await camera.village.until("2026-03-07 08:00")
    told = [one.outgoing for one in await camera.village.sent() if isinstance(one.outgoing.to, ToPerson)]
    kinds = [(one.kind, bool(one.attachment)) for one in told if one.ticket is not None]
    assert kinds.index((OutKind.PROMPT, False)) < kinds.index((OutKind.NOTICE, True))


async def test_the_officer_asks_again_and_the_township_sees_it_after_the_transfer(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=3)
    assert await village.officer("1 图片") == "1号的1张图片："
    await village.officer("1 转办 镇村镇建设办 需立杆")
    await village.wait(minutes=15)
    holder = (await village.ticket(1)).ticket.owner
    name = next(one for one, ident in OFFICERS.items() if ident == holder)
    prompt = (await village.told(name, OutKind.PROMPT))[-1]
    offered = re.search("有1张图片，回“(.+)”看。", prompt)
    assert offered is not None
    await village.officer(offered[1], who=name)
    assert [line.split("|")[1] for line in await camera.seen_by(name)] == ["灯杆"]


async def test_an_officer_of_another_village_is_told_that_it_is_not_hers(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("阿珍", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=3)
    for name in ("罗大山", "秦小燕"):
        await village.officer("1 图片", who=name)
        assert await camera.seen_by(name) == []


async def test_what_comes_with_a_clue_is_seen_by_the_discipline_role_alone(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "大家早上好")
    words = "村主任把低保名额给了自己亲戚，还收了两千块好处费"
    await camera.sends("阿珍", camera.album.holds(photo("账本")), text=words, kind=Kind.TEXT, group=None)
    await village.wait(minutes=2)
    await camera.sends("阿珍", camera.album.holds(photo("收条")), group=None)
    await village.wait(minutes=30)
    assert await camera.seen_by("李青山") == []
    listed = await village.officer("线索", who="周明礼")
    for code in re.findall(CODE, listed, re.MULTILINE):
        await village.officer(f"线索 {code} 图片", who="周明礼")
    seen = await camera.seen_by("周明礼")
    assert sorted(line.split("|")[1] for line in seen) == ["收条", "账本"]
    shown = [one.outgoing for one in await village.sent() if one.outgoing.attachment is not None]
    assert all(one.confidential for one in shown)


async def test_a_picture_behind_a_clue_does_not_slip_into_an_older_ticket(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见", group=None)
    await village.wait(seconds=30)
    await village.says("阿珍", "村主任把低保名额给了自己亲戚，还收了两千块好处费", group=None)
    await village.wait(seconds=30)
    await camera.sends("阿珍", camera.album.holds(photo("收条")), group=None)
    await village.wait(minutes=10)
    assert await camera.seen_by("李青山") == []


async def test_chit_chat_pictures_are_gone_after_a_week_and_evidence_stays(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "大家早上好")
    words = "村主任把低保名额给了自己亲戚，还收了两千块好处费"
    await camera.sends("老杨", camera.album.holds(photo("晚霞")))
    await camera.sends("阿珍", camera.album.holds(photo("账本")), text=words, kind=Kind.TEXT, group=None)
    await village.says("桂婶", "二组路灯又不亮了，晚上娃儿放学看不见")
    await camera.sends("桂婶", camera.album.holds(photo("灯杆")))
    await village.wait(minutes=5)
    assert len(camera.folder) == 3
    await village.until("2026-03-15 09:00")
    await camera.fetches()
    assert len(camera.folder) == 2
    rows = (await village.everything())["media"]
    assert not [row for row in rows if "c2" in row], "the row of a clue shows no longer which message it came with"
    listed = await village.officer("线索", who="周明礼")
    (code,) = re.findall(CODE, listed, re.MULTILINE)
    await village.officer(f"线索 {code} 图片", who="周明礼")
    assert [line.split("|")[1] for line in await camera.seen_by("周明礼")] == ["账本"]
    assert [line.split("|")[1] for line in await camera.seen_by("李青山")] == ["灯杆"]


async def test_what_cannot_be_had_is_said_to_the_officer_and_to_the_operator(camera: Camera) -> None:
    village, album = camera.village, camera.album
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    gone, film = album.holds(photo("灯杆")), album.holds(b"\0\0\0\x18ftypmp42" + b"\0" * 50, kind=MediaKind.VIDEO)
    album.fails(gone, FailureKind.PERMANENT, reason="平台说这张图片已经删了")
    await camera.sends("阿珍", gone, film)
    await village.wait(minutes=3)
    told = "\n".join(await village.told("李青山", OutKind.NOTICE))
    assert "有1个不是图片、语音或常用文档，没有收；要看请直接向村民要。" in told
    assert "有1个没能取到，请直接向村民要。" in told
    troubles = [one for one in await village.store.troubles(since=village.now.replace(hour=0)) if one.kind == "media"]
    assert [one.cause for one in troubles] == ["平台说这张图片已经删了"]


async def test_a_platform_that_stumbles_is_asked_again(camera: Camera) -> None:
    village, album = camera.village, camera.album
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    ref = album.holds(photo("灯杆"))
    album.fails(ref, FailureKind.TEMPORARY, times=2)
    await camera.sends("阿珍", ref)
    for _ in range(6):
        await village.wait(seconds=15)
        await camera.fetches()
    await village.wait(minutes=2)
    assert album.asked == ["h1"] * 3
    assert len(await camera.seen_by("李青山")) == 1


async def test_a_voice_message_that_nobody_can_read(camera: Camera) -> None:
    village = camera.village
    await camera.sends("阿珍", camera.album.holds(SILK + b"x", kind=MediaKind.VOICE), kind=Kind.VOICE)
    await village.wait(minutes=1)
    assert await village.group_chat() == "03-06 08:00 阿珍: [voice]\n"
    assert "语音1条，小微听不懂，请到群里点开听" in await village.officer("待办")
    await camera.sends("老杨", camera.album.holds(SILK + b"y", kind=MediaKind.VOICE), kind=Kind.VOICE, group=None)
    await village.wait(minutes=1)
    assert "麻烦您打几个字" in await village.private_chat("老杨")


async def test_a_picture_to_the_bot_alone_is_asked_about_once(camera: Camera) -> None:
    village = camera.village
    for what in ("一", "二", "三"):
        await camera.sends("阿珍", camera.album.holds(photo(what)), group=None, after=60)
    await village.wait(minutes=1)
    assert (await village.private_chat("阿珍")).count("写一句话就行") == 1


async def test_the_officers_own_evidence_is_kept_with_the_ticket(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    await village.wait(minutes=2)
    await camera.sends("李青山", camera.album.holds(photo("换好的灯")), group=None)
    await village.officer("1 办结 已换灯泡，今晚亮")
    await village.until("2026-03-15 09:00")
    await camera.fetches()
    assert "evidenced" in await village.events(1)
    await village.officer("1 图片")
    assert [line.split("|")[1] for line in await camera.seen_by("李青山")] == ["换好的灯"]


async def test_a_restart_in_the_middle_shows_nothing_twice(camera: Camera) -> None:
    village = camera.village
    await village.says("阿珍", "二组路灯又不亮了，晚上娃儿放学看不见")
    ref = camera.album.holds(photo("灯杆"))
    camera.album.fails(ref, FailureKind.TEMPORARY)
    await camera.sends("阿珍", ref)
    await village.restarts()
    await village.wait(minutes=1)
    await camera.fetches()
    await village.restarts()
    await village.wait(minutes=5)
    await camera.fetches()
    assert len(await camera.seen_by("李青山")) == 1
