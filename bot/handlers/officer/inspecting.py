"""What an inspector says after the digest: 确认, 备注, 详情 超期, 提醒 柳湾村, 约谈 柳湾村 (R39, R40).

Nothing is sent to a village before the inspector has seen it and answered 1, and a talk is never sent at all.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.domain.categories import Level
from bot.domain.digest import SectionKind, Why
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Role, Unit
from bot.domain.outcome import Outcome
from bot.domain.patrol_notes import NoteKind, PatrolNote, confirmation, confirmed_by
from bot.domain.workdays import SHANGHAI, local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.naming import named
from bot.inspecting import Asked, Wish, ask_before_sending, receivers
from bot.phrasing import say_day, say_time

_HALF_A_YEAR: Final = 180
"""A day without a year that lies further ahead is one of last year."""
CONFIRMED_WITHIN: Final = 7
"""Days back for which a patrol can still be confirmed or remarked on."""


class Word(StrEnum):
    """What an inspector can say."""

    CONFIRM = "confirm"
    REMARK = "remark"
    DETAIL = "detail"
    REMIND = "remind"
    SEND = "send"
    TALK = "talk"


_SPELLINGS: Final = {
    Word.CONFIRM: ("确认巡群", "巡群确认", "已巡群", "确认日报", "确认"),
    Word.REMARK: ("备注", "备注一下", "加备注", "加个备注"),
    Word.DETAIL: ("详情", "明细", "看详情", "看明细"),
    Word.REMIND: ("提醒一下", "提醒"),
    Word.SEND: ("发提醒",),
    Word.TALK: ("约谈提纲", "约谈"),
}
_BY_SPELLING: Final = {spelling: word for word, spellings in _SPELLINGS.items() for spelling in spellings}
_SENTENCE: Final = re.compile(
    rf"^[\s,\uff0c]*(?P<word>{'|'.join(sorted(_BY_SPELLING, key=len, reverse=True))})(?P<rest>.*)$", re.DOTALL
)
_DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    Why.OVERDUE: ("超期", "逾期", "过期"),
    SectionKind.NEEDS_YOU: ("要处理", "处理", "急事", "今天"),
    SectionKind.DUE_SOON: ("快到期", "到期", "临期"),
    SectionKind.SLIPS: ("回函", "提示单", "提示函"),
    SectionKind.UNANSWERED: ("没人答复", "未答复", "没答复", "没回", "未回复"),
    SectionKind.SILENT: ("没声音", "听不到", "冷清", "沉默", "僵尸"),
    SectionKind.OUTAGES: ("断线", "断过线", "掉线"),
    SectionKind.DUTY_GAPS: ("值班",),
    SectionKind.HEAT: ("争执", "争吵", "吵架", "舆情"),
    SectionKind.DISCLOSURE: ("公开",),
    SectionKind.DONE: ("办成", "办结", "办好"),
}
"""What each part of the page is called; the first that stands in the words is meant."""
_DAY: Final = re.compile(
    r"^(?P<iso>\d{4}-\d{2}-\d{2})|^(?P<said>今天|昨天|前天)|^(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?"
)
_BACK: Final = {"今天": 0, "昨天": 1, "前天": 2}
_NO_VILLAGE: Final = ("函", "单", "提示")
"""Behind 提醒 they name a paper, which another reader knows."""


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from an inspector's words about the patrol; None for others, and for other words."""
    found = _SENTENCE.match(text.strip())
    if found is None or not desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return None
    word, rest = _BY_SPELLING[found["word"]], found["rest"].strip(PUNCTUATION)
    if word is Word.REMIND and rest.startswith(_NO_VILLAGE):
        return None
    if word is Word.CONFIRM and rest and not _is_about_a_day(rest, desk):
        return None  # 确认收到 and the like are words to somebody else
    return _DO[word](desk, rest)


# 确认 and 备注


def _confirm(desk: Desk, words: str) -> Outcome:
    township, words = which_township(desk, "确认", words)
    if isinstance(township, Outcome):
        return township
    day, _ = day_in(words, desk)
    before = _before_today(desk, township)
    if day is None and before is not None:
        days = [(say_day(one, desk.office), f"确认 {township.name} {one}") for one in (before, _today(desk))]
        return desk.ask("inspecting.which_day", days)
    day = day or _today(desk)
    wrong = _outside(desk, day)
    if wrong is not None:
        return wrong
    said = {"township": township.name, "day": say_day(day, desk.office)}
    done = confirmed_by(desk.situation.patrol_notes, township.id, day, desk.speaker.id)
    if done is not None:
        return desk.tell("inspecting.confirmed_already", at=say_time(done.at, desk.office, now=desk.now), **said)
    note = confirmation(township.id, day, by=desk.speaker.id, at=desk.now)
    at = say_time(desk.now, desk.office)
    return Outcome(patrol_notes=(note,)) + desk.tell("inspecting.confirmed", who=desk.speaker.title, at=at, **said)


def _before_today(desk: Desk, township: Unit) -> date | None:
    """The last working day, if today's digest is still to come and nobody said 确认 for that day."""
    office, today = desk.office, _today(desk)
    page_at = datetime.combine(today, office.rules.schedule.digest, SHANGHAI)
    if desk.now >= page_at:
        return None
    before = today - timedelta(days=1)
    while not office.calendar.is_workday(before):
        before -= timedelta(days=1)
    if (today - before).days > CONFIRMED_WITHIN:
        return None
    asked = desk.situation.asked
    shown = any(one.outgoing.kind is OutKind.DIGEST and local(one.created_at).date() >= before for one in asked)
    done = confirmed_by(desk.situation.patrol_notes, township.id, before, desk.speaker.id)
    return before if shown and done is None else None


def _remark(desk: Desk, words: str) -> Outcome:
    if not words:
        return desk.tell("inspecting.remark_empty")
    township, words = which_township(desk, "备注", words)
    if isinstance(township, Outcome):
        return township
    day, rest = day_in(words, desk)
    day = day or _today(desk)
    wrong = _outside(desk, day)
    if wrong is not None:
        return wrong
    if not rest:
        return desk.tell("inspecting.remark_empty")
    note = new_note(desk, township, day, NoteKind.REMARK, text=rest)
    told = desk.tell("inspecting.remarked", township=township.name, day=say_day(day, desk.office), text=rest)
    return Outcome(patrol_notes=(note,)) + told


def new_note(desk: Desk, township: Unit, day: date, kind: NoteKind, *, text: str, village: str = "") -> PatrolNote:
    """What the speaker's message writes down, once: the same message has the same key."""
    first = desk.situation.burst.first
    return PatrolNote(
        key=f"{kind}:{first.platform}/{first.id}",
        township=township.id,
        day=day,
        kind=kind,
        by=desk.speaker.id,
        at=desk.now,
        village=village,
        text=text,
    )


# 详情, 提醒, 约谈


def _detail(desk: Desk, words: str) -> Outcome:
    found = next((about for about, names in _DETAILS.items() if any(name in words for name in names)), None)
    if found is None:
        shown = [(_heading(about, desk), f"详情 {names[0]}") for about, names in list(_DETAILS.items())[:9]]
        return desk.ask("inspecting.which_detail", shown)
    township = next((unit for unit in _covered(desk) if unit.name in words), None)
    return _wish(desk, Asked.ROWS, "" if township is None else township.id, about=found)


def _heading(about: str, desk: Desk) -> str:
    return desk.office.say("digest.mark_overdue" if about == Why.OVERDUE else f"digest.section_{about}")


def _remind(desk: Desk, words: str) -> Outcome:
    village, rest = _village(desk, words, "提醒", "inspecting.remind_whom")
    if isinstance(village, Outcome):
        return village
    township = desk.office.org.township_of(village.id)
    if not rest:
        return _wish(desk, Asked.REMINDER, township.id, about=village.id)
    people = receivers(village.id, desk.now, desk.office)
    if not people:
        return desk.tell("inspecting.nobody_to_remind", village=village.name)
    text = desk.office.say("inspecting.own_reminder", village=village.name, text=rest, who=desk.speaker.title)
    first = desk.situation.burst.first
    key = f"reply:{first.platform}/{first.id}"
    return Outcome(sends=(ask_before_sending(desk.speaker, village.name, text, people, desk.office, key=key),))


def _send(desk: Desk, words: str) -> Outcome:
    """The draft goes out as it was shown: only a choice of the bot's own question says these words."""
    village, text = _village(desk, words, "提醒", "inspecting.remind_whom")
    if isinstance(village, Outcome):
        return village
    people, office = receivers(village.id, desk.now, desk.office), desk.office
    if not text:
        return _remind(desk, words)
    if not people:
        return desk.tell("inspecting.nobody_to_remind", village=village.name)
    first, held = desk.situation.burst.first, office.hold(desk.now)
    sends = tuple(
        Outgoing(
            to=ToPerson(person=one.id),
            kind=OutKind.REMINDER,
            text=text,
            dedupe_key=f"patrol-reminder:{first.platform}/{first.id}:{one.id}",
            not_before=held,
        )
        for one in people
    )
    township = office.org.township_of(village.id)
    note = new_note(desk, township, _today(desk), NoteKind.REMINDED, text=text, village=village.id)
    names = office.say("due.separator").join(one.title for one in people)
    at = "" if held is None else say_time(held, office, now=desk.now)
    told = desk.tell("inspecting.sent" if held is None else "inspecting.sent_later", people=names, at=at)
    return Outcome(sends=sends, patrol_notes=(note,)) + told


def _talk(desk: Desk, words: str) -> Outcome:
    village, _ = _village(desk, words, "约谈", "inspecting.talk_whom")
    if isinstance(village, Outcome):
        return village
    return _wish(desk, Asked.TALK, desk.office.org.township_of(village.id).id, about=village.id)


def _wish(desk: Desk, asked: Asked, township: str, *, about: str) -> Outcome:
    wish = Wish(person=desk.speaker.id, asked=asked, township=township, about=about)
    return Outcome(slots=(wish.slot(desk.now),))


# Who and when


def _covered(desk: Desk) -> list[Unit]:
    org = desk.office.org
    return [unit for unit in org.townships if org.covers(desk.speaker, unit.id)]


def which_township(desk: Desk, verb: str, words: str) -> tuple[Unit | Outcome, str]:
    """The township that is meant and the words behind it: the only one, the one that is named, or the question."""
    covered = _covered(desk)
    for unit in covered:
        if words.startswith(unit.name):
            return unit, words.removeprefix(unit.name).strip(PUNCTUATION)
    if len(covered) == 1:
        return covered[0], words
    options = [(unit.name, f"{verb} {unit.name} {words}".strip()) for unit in covered]
    return desk.ask("inspecting.which_township", options), words


def _village(desk: Desk, words: str, verb: str, question: str) -> tuple[Unit | Outcome, str]:
    """The village that is meant and the words behind it, or what to say instead."""
    org = desk.office.org
    units = [unit for unit in org.villages if org.covers(desk.speaker, unit.id)]
    meant = named(words, [unit for unit in units if unit.level is Level.VILLAGE], org) if words else None
    if meant is None or len(meant.units) > 1:
        options = [(unit.name, f"{verb} {unit.name}") for unit in (units if meant is None else meant.units)]
        return desk.ask(question, options), ""
    if not meant.units:
        return desk.tell("inspecting.unknown_village", words=words, example=units[0].name if units else ""), ""
    return meant.units[0], meant.rest


def _today(desk: Desk) -> date:
    return local(desk.now).date()


def _is_about_a_day(words: str, desk: Desk) -> bool:
    names = [unit.name for unit in _covered(desk)]
    left = next((words.removeprefix(name).strip(PUNCTUATION) for name in names if words.startswith(name)), words)
    return not left or _DAY.fullmatch(left) is not None


def day_in(words: str, desk: Desk) -> tuple[date | None, str]:
    """The local day that the words begin with, and what is left; None if they name none or one that does not exist."""
    found, today = _DAY.match(words), _today(desk)
    if found is None:
        return None, words
    rest = words[found.end() :].strip(PUNCTUATION)
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"]), rest
        if found["said"]:
            return today - timedelta(days=_BACK[found["said"]]), rest
        day = date(today.year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None, words
    return (day.replace(year=today.year - 1) if (day - today).days > _HALF_A_YEAR else day), rest


def _outside(desk: Desk, day: date) -> Outcome | None:
    today = _today(desk)
    if day > today:
        return desk.tell("inspecting.confirm_not_yet", day=say_day(day, desk.office))
    if (today - day).days > CONFIRMED_WITHIN:
        return desk.tell("inspecting.confirm_too_old", days=CONFIRMED_WITHIN)
    return None


_DO: Mapping[Word, Callable[[Desk, str], Outcome]] = {
    Word.CONFIRM: _confirm,
    Word.REMARK: _remark,
    Word.DETAIL: _detail,
    Word.REMIND: _remind,
    Word.SEND: _send,
    Word.TALK: _talk,
}
