"""Drafts that an officer sends with one tap, and answers that he keeps for the next time (R106)."""

import re

from bot.classify.masking import mask
from bot.classify.names import NAME, NameHider
from bot.domain.categories import Level
from bot.domain.knowledge import KeptAnswer
from bot.domain.outcome import Outcome
from bot.domain.tickets import State, Thread, Ticket
from bot.handlers.drafting import Draft, draft, shown
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer import answering
from bot.handlers.officer.desk import Desk
from bot.handlers.opening import LONG
from bot.phrasing import brief

LONGEST_NAME = 16
"""Characters of the name under which an answer is kept."""
_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+[,，。;；!！?？\n]*")
_HIDDEN = re.compile(r"〔|\*{3,}")
"""What the masks of numbers leave: a clause with one is of no use to anybody else."""
_VOCATIVE = re.compile(r"^[^\s,，。:：]{1,6}[,，:：]\s*")
_CALLS = re.compile(r"您好|你好|[哥姐叔婶嫂伯爷奶妈爸姨弟妹]|^[@阿老小]")
_DROPS = re.compile(r"^\s*(?:删|删除|去掉|不存)(?:常用)?答复\s*(?P<name>.*)$", re.DOTALL)
_LISTS = re.compile(r"^\s*(?:常用答复|存的答复|答复库|存答复)[\s。?\uff1f]*$")


def send_draft(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 发稿: the draft that the officer has seen goes out as his answer; words of his own win."""
    if words.strip(PUNCTUATION):
        return answering.close(desk, thread, words)
    ticket = thread.ticket
    found = draft(ticket, desk.office)
    if found is None:
        return desk.tell("knowledge.no_draft", number=desk.name_of(ticket))
    if not _seen(desk, ticket, found):
        send = desk.office.say("knowledge.sentence", name=desk.name_of(ticket))
        options = [(desk.office.say("knowledge.choice_send"), send)]
        return desk.ask("knowledge.look_first", options, number=desk.name_of(ticket), **shown(found, desk.office))
    return answering.closing(desk, thread, found.text)


def keep(desk: Desk, thread: Thread, words: str) -> Outcome:
    """存答复 12 名称: this answer, without names and numbers, is offered when the same is asked again."""
    ticket = thread.ticket
    name = desk.name_of(ticket)
    if ticket.state is not State.CLOSED or not ticket.answer_text.strip():
        return desk.tell("knowledge.keep_closed", number=name)
    if ticket.private:
        return desk.tell("knowledge.keep_private", number=name)
    title = " ".join(words.split()).strip(PUNCTUATION)[:LONGEST_NAME] or ticket.topic
    if not title:
        return desk.tell("knowledge.keep_name", number=name)
    hide = NameHider(person.name for person in desk.office.org.people.values())
    text = _impersonal(ticket.answer_text, hide)
    if not text:
        return desk.tell("knowledge.keep_nothing", number=name)
    unit = _unit_of(desk)
    answer = KeptAnswer(
        unit=unit,
        name=title,
        topic=ticket.topic,
        asked=hide.hide(mask(ticket.text)).replace(NAME, ""),
        text=text,
        by=desk.speaker.id,
        at=desk.now,
    )
    told = desk.tell("knowledge.kept", name=title, place=desk.office.org.units[unit].name, text=text)
    return told + Outcome(answers=(answer,))


def about_answers(desk: Desk, text: str) -> Outcome | None:
    """删答复 名称, 常用答复: what has been kept, and away with it; None if the sentence is about something else."""
    unit = _unit_of(desk)
    own = {answer.name: answer for answer in desk.office.knowledge.answers if answer.unit == unit}
    drops = _DROPS.match(text)
    if drops is None:
        return _list(desk, own) if _LISTS.match(text) else None
    name = " ".join(drops["name"].split()).strip(PUNCTUATION)
    found = own.get(name)
    if found is None:
        options = [(one, desk.office.say("knowledge.sentence_drop", name=one)) for one in own]
        return desk.ask("knowledge.drop_which", options) if options else desk.tell("knowledge.none_kept")
    gone = KeptAnswer(unit=unit, name=name, topic=found.topic, asked="", text="", by=desk.speaker.id, at=desk.now)
    return desk.tell("knowledge.dropped", name=name) + Outcome(answers=(gone,))


def _list(desk: Desk, own: dict[str, KeptAnswer]) -> Outcome:
    if not own:
        return desk.tell("knowledge.none_kept")
    lines = [
        desk.office.say("knowledge.line", name=answer.name, text=brief(answer.text, desk.office, length=LONG))
        for answer in own.values()
    ]
    return desk.tell("knowledge.list", lines="\n".join(lines))


def _seen(desk: Desk, ticket: Ticket, found: Draft) -> bool:
    """Whether the officer was shown just these words about this ticket, so that he knows what he sends."""
    return any(
        sent.outgoing.ticket in (ticket.id, None) and found.text in sent.outgoing.text for sent in desk.situation.asked
    )


def _unit_of(desk: Desk) -> str:
    """For whose villages this officer keeps answers: his own unit, a department for what stands above it."""
    unit = desk.office.org.units[desk.speaker.unit]
    return unit.parent if unit.level is Level.DEPARTMENT and unit.parent is not None else unit.id


def _impersonal(text: str, hide: NameHider) -> str:
    """An answer without the person it was given to, without names and without private numbers."""
    opening = _VOCATIVE.match(text)
    if opening is not None and _CALLS.search(opening[0]):
        text = text[opening.end() :]
    plain = hide.hide(mask(text)).replace(f" {NAME}", "").replace(NAME, "")
    return "".join(clause for clause in _CLAUSE.findall(plain) if not _HIDDEN.search(clause)).strip().rstrip(",，;；")
