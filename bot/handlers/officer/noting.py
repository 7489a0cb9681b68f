"""What an inspector did outside the group, in one line: 记会 3月5日 调度路灯, 记检查 柳湾村公开栏, 划掉, 履职 (R73).

Only people know of these, so only their word counts them: of a township, never of a person, and nobody has to.
"""

import re
from datetime import date
from typing import Final

from bot.domain.org import Role, Unit
from bot.domain.outcome import Outcome
from bot.domain.patrol_notes import DEED_WITHIN, NoteKind, PatrolNote, deeds
from bot.domain.periods import month_of
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.inspecting import day_in, new_note, which_township
from bot.phrasing import say_day

MOST_LINES: Final = 10
"""Entries of a month that are listed, the newest first, before the rest is only counted."""
_SPELLINGS: Final = {
    NoteKind.MEETING: ("记会议", "记开会", "记调度", "记会"),
    NoteKind.TALK: ("记约谈", "记谈话"),
    NoteKind.CHECK: ("记检查", "记走访", "记下村", "记督查"),
    NoteKind.BULLETIN: ("记通报",),
    NoteKind.FIX: ("记立行立改", "记立改", "记整改"),
}
_BY_SPELLING: Final = {spelling: kind for kind, spellings in _SPELLINGS.items() for spelling in spellings}
_SENTENCE: Final = re.compile(
    rf"^(?P<word>{'|'.join(sorted(_BY_SPELLING, key=len, reverse=True))})(?!计)(?:一次|一下)?(?P<rest>.*)$", re.DOTALL
)
"""记会计的账 is no meeting."""
_STRIKE: Final = frozenset({"划掉", "记错了", "划了"})
_SHOW: Final = frozenset({"履职", "履职清单", "本月履职", "记了哪些"})


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from an inspector's words about his own work; None for others, and for other words."""
    if not desk.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK}:
        return None
    said = text.strip(PUNCTUATION)
    if said in _STRIKE:
        return _strike(desk)
    found = _SENTENCE.match(said)
    shown = next((word for word in _SHOW if said == word or said.startswith(f"{word} ")), None)
    if found is not None:
        return _write(desk, found["word"], found["rest"].strip(PUNCTUATION))
    return None if shown is None else _show(desk, shown, said.removeprefix(shown).strip(PUNCTUATION))


def _write(desk: Desk, word: str, words: str) -> Outcome:
    township, words = which_township(desk, word, words)
    if isinstance(township, Outcome):
        return township
    named, rest = day_in(words, desk)
    day, today = named or local(desk.now).date(), local(desk.now).date()
    if day > today:
        return desk.tell("inspecting.noted_not_yet", day=say_day(day, desk.office))
    if (today - day).days > DEED_WITHIN:
        return desk.tell("inspecting.noted_too_old", days=DEED_WITHIN)
    note = new_note(desk, township, day, _BY_SPELLING[word], text=rest)
    return Outcome(patrol_notes=(note,)) + desk.tell(
        "inspecting.noted", township=township.name, entry=_entry(note, desk)
    )


def _strike(desk: Desk) -> Outcome:
    """The last one that the speaker wrote; said again, the one before it."""
    own = [note for note in deeds(desk.situation.patrol_notes) if note.by == desk.speaker.id]
    if not own:
        return desk.tell("inspecting.nothing_to_strike", days=DEED_WITHIN)
    last = max(own, key=lambda note: note.at)
    struck = PatrolNote(
        key=f"{NoteKind.STRUCK}:{last.key}",
        township=last.township,
        day=last.day,
        kind=NoteKind.STRUCK,
        by=desk.speaker.id,
        at=desk.now,
        text=last.key,
    )
    return Outcome(patrol_notes=(struck,)) + desk.tell("inspecting.struck", entry=_entry(last, desk))


def _show(desk: Desk, word: str, words: str) -> Outcome:
    """This month so far: how often of each, and the newest entries."""
    township, _ = which_township(desk, word, words)
    if isinstance(township, Outcome):
        return township
    notes = this_month(desk.situation.patrol_notes, township, local(desk.now).date())
    if not notes:
        return desk.tell("inspecting.nothing_noted", township=township.name)
    newest = sorted(notes, key=lambda note: (note.day, note.at), reverse=True)
    lines = [desk.office.say("inspecting.noted_line", entry=_entry(note, desk)) for note in newest[:MOST_LINES]]
    if len(notes) > MOST_LINES:
        lines.append(desk.office.say("inspecting.noted_more", more=len(notes) - MOST_LINES))
    return desk.tell("inspecting.noted_list", township=township.name, count=len(notes), lines="\n".join(lines))


def this_month(notes: tuple[PatrolNote, ...], township: Unit, today: date) -> list[PatrolNote]:
    """What was written down for a township about days of the month that ``today`` lies in."""
    month = month_of(today)
    return [one for one in deeds(notes) if one.township == township.id and month.first <= one.day < month.after]


def _entry(note: PatrolNote, desk: Desk) -> str:
    office = desk.office
    what = office.say(f"inspecting.deed_{note.kind.value}")
    key = "inspecting.entry" if note.text else "inspecting.entry_bare"
    return office.say(key, day=say_day(note.day, office), what=what, text=note.text)
