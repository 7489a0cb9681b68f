"""An inspector without a command line: every paper that wants a signature comes into the chat as a Word file."""

from dataclasses import replace
from pathlib import Path

from bot.domain.messages import OutKind, ToPerson, recipient_key
from bot.store.media_files import SealedFiles
from tests.flow.conftest import After, Wakes
from tests.flow.presses import FullDisk, files_to, opened, over, with_press
from tests.flow.stories import FORGOTTEN_SINCE, forgotten_until_april
from tests.flow.village import Village

INSPECTOR = "周明礼"
SECRETARY = "张春根"
FOLLOWS = "Word 稿随后发给您。"
NUMBER = "清廉提〔2026〕3号"


async def _april(after: After, folder: Path, *, until: str = "2026-04-01 09:31") -> tuple[Village, SealedFiles]:
    """The first of April after a March in which three matters were forgotten; the press comes only then."""
    village = await after(FORGOTTEN_SINCE, forgotten_until_april)
    await village.until(until)
    return village, await with_press(village, folder)


async def _ranked(village: Village) -> None:
    """The same in a county that compares its villages."""
    rules = village.settings.rules
    review = rules.review.model_copy(update={"ranking": True})
    await village.restarts(settings=replace(village.settings, rules=rules.model_copy(update={"review": review})))
    await forgotten_until_april(village)


async def _pole(village: Village) -> None:
    """A pole that two offices have held: an order is drafted."""
    await village.says("阿珍", "二组老井边的电线杆歪了,看着吓人")
    await village.wait(minutes=2)
    await village.officer("1 转办 水利站 电杆要扶正")
    await village.officer("1 转办 建设办 电杆归他们", who="罗大山")


async def test_the_draft_of_a_notice_comes_as_a_file_without_number_and_date(after: After, tmp_path: Path) -> None:
    village, files = await _april(after, tmp_path / "media")
    said = await village.officer("提示单 柳湾村", who=INSPECTOR)
    assert said.endswith(FOLLOWS)
    assert "xiaowei" not in said
    (sent,) = await files_to(village, INSPECTOR)
    name, words = await opened(village, files, sent)
    assert name == "廉情提示单-柳湾村-2026-03-草稿.docx"
    assert "草稿 · 未签发" in words
    assert "〔　　　　〕　　号" in words
    assert "被提示单位\n柳湾村" in words
    assert "路灯" in words
    assert "2026年4月" not in words, "a draft has no date"
    assert "阿珍" not in words
    assert await files_to(village, SECRETARY) == []
    person = recipient_key(ToPerson(person="p-zml"))
    lines = await village.store.lines(person, person, limit=100)
    assert lines[-1].attachment == sent.outgoing.attachment, "the hall makes its link of it"


async def test_issued_it_goes_to_the_issuer_and_the_secretary_with_number_and_date(
    after: After, tmp_path: Path
) -> None:
    village, files = await _april(after, tmp_path / "media")
    await village.officer(f"签发 提示单 柳湾村 {NUMBER}", who=INSPECTOR)
    await village.wait(minutes=30)
    (own,), (received,) = await files_to(village, INSPECTOR), await files_to(village, SECRETARY)
    assert own.outgoing.text == f"柳湾村2026年3月廉情提示单（{NUMBER}）的 Word 件，打印盖章存档用。"
    assert received.outgoing.text.endswith("可以打印，反馈还是在这里回就行。")
    assert own.outgoing.attachment == received.outgoing.attachment, "one paper, not two"
    name, words = await opened(village, files, received)
    assert name == "廉情提示单-柳湾村-2026-03.docx"
    assert NUMBER in words
    assert "2026年4月1日" in words
    assert "草稿" not in words
    assert "请在4月9日（周四）17:30前书面反馈整改情况" in words
    told = await village.told(SECRETARY)
    assert [line for line in told if "反馈请回：回复 廉情提示单" in line], "the words come as they did"


async def test_what_is_replied_later_does_not_get_into_the_paper_that_was_issued(after: After, tmp_path: Path) -> None:
    village, files = await _april(after, tmp_path / "media")
    await village.officer(f"签发 提示单 柳湾村 {NUMBER}", who=INSPECTOR)
    await village.officer("回复 提示单 三件都已派人办结，今后由李青山每周一对一次时限", who=SECRETARY)
    issued = (await files_to(village, INSPECTOR))[0]
    assert "三件都已派人办结" not in (await opened(village, files, issued))[1]
    shown = await village.officer("提示单 柳湾村", who=INSPECTOR)
    assert shown.endswith(FOLLOWS)
    name, words = await opened(village, files, (await files_to(village, INSPECTOR))[-1])
    assert name == "廉情提示单-柳湾村-2026-03.docx"
    assert "三件都已派人办结" in words, "to be filed with its reply"


async def test_at_night_the_receiver_sleeps_and_the_issuer_has_his_copy(after: After, tmp_path: Path) -> None:
    village, _ = await _april(after, tmp_path / "media", until="2026-04-01 21:30")
    await village.officer(f"签发 提示单 柳湾村 {NUMBER}", who=INSPECTOR)
    assert len(await files_to(village, INSPECTOR)) == 1
    assert await files_to(village, SECRETARY) == []
    await village.until("2026-04-02 09:00")
    assert len(await files_to(village, SECRETARY)) == 1


async def test_after_a_restart_nothing_comes_a_second_time(after: After, tmp_path: Path) -> None:
    village, _ = await _april(after, tmp_path / "media")
    await village.officer(f"签发 提示单 柳湾村 {NUMBER}", who=INSPECTOR)
    await village.restarts()
    await with_press(village, tmp_path / "media")
    await village.wait(hours=2)
    assert len(await files_to(village, INSPECTOR)) == 1
    assert len(await files_to(village, SECRETARY)) == 1


async def test_the_outline_of_a_talk_is_a_file_for_the_one_who_talks(village: Village, tmp_path: Path) -> None:
    files = await with_press(village, tmp_path / "media")
    await village.says("阿珍", "二组路灯又不亮了")
    await village.until("2026-03-06 16:00")
    said = await village.officer("约谈 柳湾村", who=INSPECTOR)
    assert said.endswith(f"小微不发给任何人。{FOLLOWS}")
    (sent,) = await files_to(village, INSPECTOR)
    name, words = await opened(village, files, sent)
    assert name == "约谈提纲-柳湾村-2026-03-06-草稿.docx"
    begins = ("约谈提纲", "一、对象", "柳湾村主要负责人（由谈话人定）。", "二、事实", "截至3月6日（周五）16:00：")
    assert words.startswith("\n".join(begins) + "\n1. 柳湾村1号")
    for other in ("李青山", SECRETARY):
        assert await files_to(village, other) == []


async def test_an_order_goes_as_a_paper_to_lead_helper_and_issuer(village: Village, tmp_path: Path) -> None:
    files = await with_press(village, tmp_path / "media")
    await _pole(village)
    assert await files_to(village, INSPECTOR) == [], "nobody has issued it"
    await village.officer("柳湾村1 督办 水利站 群众多次反映", who=INSPECTOR)
    await village.wait(hours=2)
    (own,), (leads,), (helps,) = [await files_to(village, who) for who in (INSPECTOR, "罗大山", "李青山")]
    assert own.outgoing.attachment == leads.outgoing.attachment == helps.outgoing.attachment
    assert leads.outgoing.text == "督办单（督〔2026〕柳湾村1号）的 Word 件，可以打印，进展和结果还是在这里回就行。"
    name, words = await opened(village, files, leads)
    assert name == "督办单-督〔2026〕柳湾村1号.docx"
    assert "督〔2026〕柳湾村1号" in words
    assert "牵头单位\n" in words
    assert "水利站" in words
    assert "群众多次反映" in words, "the reason of the person who issued it"
    assert "2026年3月6日" in words
    assert "草稿" not in words
    assert [line for line in await village.told("罗大山", OutKind.PROMPT) if "您单位牵头" in line]


async def test_the_week_brings_the_list_of_visits_to_print(wakes: Wakes, tmp_path: Path) -> None:
    village = await wakes("2026-03-09 08:00")
    await village.says("老杨", "老井边的水管漏水")
    await village.wait(minutes=30)
    await village.officer("1 办结 已联系水利站换了接头，不漏了")
    await village.wait(hours=2)
    await village.says("老杨", "水管还在漏，根本没修好")
    await village.until("2026-03-16 08:59")
    files = await with_press(village, tmp_path / "media")
    await village.until("2026-03-16 09:01")
    for who, unit in ((INSPECTOR, "清禾镇"), ("林静敏", "云岭县")):
        (sent,) = [one for one in await files_to(village, who) if "走访清单" in one.outgoing.text]
        assert sent.outgoing.text == "走访清单（1件），可以打印，最后一栏留着写走访情况。"
        name, words = await opened(village, files, sent)
        assert name.startswith("走访清单-")
        assert "柳湾村1号" in words
        assert "老杨" not in words
        assert "根本没修好" not in words, "no villager's words"
        assert unit in words or who != INSPECTOR
    assert not [one for one in await files_to(village, SECRETARY) if "走访" in one.outgoing.text]


async def test_a_week_with_nobody_to_visit_brings_no_empty_list(wakes: Wakes, tmp_path: Path) -> None:
    village = await wakes("2026-03-16 08:00")
    await with_press(village, tmp_path / "media")
    await village.until("2026-03-16 09:01")
    assert await files_to(village, INSPECTOR) == []


async def test_the_circular_is_a_draft_for_the_discipline_office_where_comparing_is_switched_on(
    after: After, tmp_path: Path
) -> None:
    village = await after(FORGOTTEN_SINCE, _ranked)
    files = await with_press(village, tmp_path / "media")
    await village.until("2026-04-01 09:31")
    (sent,) = [one for one in await files_to(village, INSPECTOR) if "通报" in one.outgoing.text]
    assert sent.outgoing.text.startswith("2026年3月的通报草稿，发不发、怎么改由您定。")
    name, words = await opened(village, files, sent)
    assert name == "通报-清禾镇-2026-03-草稿.docx"
    assert "草稿 · 未签发" in words
    assert "关于2026年3月群众诉求办理情况的\n通　报" in words
    assert "各村党组织、村民委员会，镇直各单位：" in words
    assert "不作为对村、对人的考核" in words
    for villager_or_officer in ("阿珍", "李青山", SECRETARY):
        assert villager_or_officer not in words, "units are compared, never persons"
    assert [one for one in await files_to(village, SECRETARY) if "通报" in one.outgoing.text] == []


async def test_without_the_switch_there_is_no_circular(after: After, tmp_path: Path) -> None:
    village, _ = await _april(after, tmp_path / "media", until="2026-04-01 09:29")
    await village.until("2026-04-01 09:31")
    assert [one for one in await files_to(village, INSPECTOR) if "通报" in one.outgoing.text] == []


async def test_on_a_full_disk_the_words_go_alone_and_promise_nothing(after: After, tmp_path: Path) -> None:
    village, _ = await _april(after, tmp_path / "media")
    await over(village, FullDisk())
    said = await village.officer("提示单 柳湾村", who=INSPECTOR)
    assert "这是草稿，没有发出" in said
    assert "Word" not in said
    talk = await village.officer("约谈 柳湾村", who=INSPECTOR)
    assert "【约谈提纲，草稿】" in talk
    assert "Word" not in talk
    assert "已发给" in await village.officer(f"签发 提示单 柳湾村 {NUMBER}", who=INSPECTOR)
    await village.wait(hours=1)
    assert [line for line in await village.told(SECRETARY) if NUMBER in line]
    assert "Word" not in "".join(await village.told(SECRETARY))
    assert await files_to(village, SECRETARY) == []


async def test_an_inspector_asks_for_an_assignment_and_the_agenda_and_a_secretary_for_his_own(
    wakes: Wakes, tmp_path: Path
) -> None:
    village = await wakes("2026-03-16 08:00")
    files = await with_press(village, tmp_path / "media")
    await village.says("阿珍", "二组老井边的电线杆歪了,看着吓人")
    await village.wait(minutes=2)
    assert "柳湾村1号的交办单，Word 草稿" in await village.officer("交办单 柳湾村1", who=INSPECTOR)
    assert "柳湾村的研判议程（1件）" in await village.officer("议程 柳湾村", who=INSPECTOR)
    (assignment, agenda) = [await opened(village, files, one) for one in (await files_to(village, INSPECTOR))[-2:]]
    assert assignment[0] == "交办单-柳湾村1号-草稿.docx"
    assert "草稿" in assignment[1]
    assert "二组老井边" in agenda[1]
    assert "柳湾村的研判议程（1件）" in await village.officer("议程", who=SECRETARY)


async def test_what_there_is_no_paper_of_is_said_plainly(wakes: Wakes, tmp_path: Path) -> None:
    village = await wakes("2026-03-16 08:00")
    await with_press(village, tmp_path / "media")
    assert "没有这件工单" in await village.officer("交办单 柳湾村99", who=INSPECTOR)
    assert "例如：交办单 柳湾村12" in await village.officer("交办单", who=INSPECTOR)
    assert "例如：议程 柳湾村" in await village.officer("议程", who=INSPECTOR)
    assert "例如：议程 柳湾村" in await village.officer("议程 石坪村", who=SECRETARY)
    assert "交办单" not in await village.officer("交办单 柳湾村1")
    await over(village, FullDisk())
    assert "没能写成文件" in await village.officer("议程 柳湾村", who=INSPECTOR)
