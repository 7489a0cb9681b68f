"""The confidential ledger in the private chat of the discipline role: list, read, hand over, conclude (R50-R58).

Somebody who may not see a case is answered as if it did not exist; somebody without the role as if it were nonsense.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain import clues as ledger
from bot.domain.clues import Case, CaseChange, CaseState, holds_role, may_see
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.outcome import Mark, Outcome
from bot.domain.workdays import local
from bot.handlers.discipline import handing, pictures
from bot.handlers.discipline import line as clue_line
from bot.handlers.discipline import words as clue_words
from bot.handlers.discipline.grammar import ClueCommand, ClueVerb, parse, result
from bot.handlers.officer.desk import Desk

MOST_LINES: Final = 20
"""Cases of a list before the rest is only counted."""
CONFIRMED_WITHIN: Final = timedelta(days=1)
"""How long after asking a false accusation can be confirmed."""
_SHORTEST_REASON: Final = 4


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from the words of somebody of the discipline role; None if they are not about clues."""
    if not holds_role(desk.speaker, desk.office.org):
        return None
    command = parse(text)
    if command is None:
        return None
    if command.verb is ClueVerb.LIST:
        return aside(desk, _list(desk))
    case = next((one for one in visible(desk) if one.code == command.code), None)
    if case is None:
        # Five letters may be any word: without a verb they are left to the other commands.
        known = command.verb is not ClueVerb.READ or not command.rest
        return aside(desk, say(desk, "clue.no_such_code", code=command.code)) if known else None
    return aside(desk, _about(desk, case, command))


def visible(desk: Desk) -> list[Case]:
    """The cases that the speaker may see, the newest first."""
    return [case for case in desk.situation.clues if may_see(desk.speaker, case, desk.office.org)]


def aside(desk: Desk, outcome: Outcome) -> Outcome:
    """What is said about the ledger is as confidential as the ledger: the officer's own words as well."""
    return outcome + Outcome(marks=tuple((piece.seq, Mark.CLUE) for piece in desk.situation.burst.pieces))


def say(desk: Desk, key: str, choices: Sequence[str] = (), **values: object) -> Outcome:
    """Answer the speaker in confidence; ``choices`` are the sentences that bare numbers stand for."""
    return _tell(desk, desk.office.say(key, **values), choices)


def _tell(desk: Desk, text: str, choices: Sequence[str] = ()) -> Outcome:
    first = desk.situation.burst.first
    message = Outgoing(
        to=ToPerson(person=desk.speaker.id),
        kind=OutKind.QUESTION if choices else OutKind.NOTICE,
        text=text,
        dedupe_key=f"reply:{first.platform}/{first.id}",
        confidential=True,
        answers=True,
        choices=tuple(choices),
    )
    return Outcome(sends=(message,))


def _list(desk: Desk) -> Outcome:
    cases = visible(desk)
    if not cases:
        return say(desk, "clue.none")
    lines = [clue_words.line(case, desk.office) for case in cases[:MOST_LINES]]
    return say(desk, "clue.list", count=len(cases), shown=len(lines), lines="\n".join(lines))


def _about(desk: Desk, case: Case, command: ClueCommand) -> Outcome:
    match command.verb:
        case ClueVerb.HAND_OVER:
            return _hand_over(desk, case, command.rest)
        case ClueVerb.ACCEPT:
            return _accept(desk, case, command.rest)
        case ClueVerb.CONCLUDE:
            return _conclude(desk, case, command.rest)
        case ClueVerb.LINE:
            return _line(desk, case)
        case ClueVerb.DRAFT:
            return _draft(desk, case)
        case ClueVerb.DOUBT:
            return _doubt(desk, case, command.rest)
        case ClueVerb.CONFIRM_DOUBT:
            return _confirm(desk, case)
        case ClueVerb.PICTURES:
            return pictures.show(desk, case)
        case _:
            return _read(desk, case)


def _done(change: CaseChange) -> Outcome:
    return Outcome(cases=(change,))


def _read(desk: Desk, case: Case) -> Outcome:
    change = ledger.read(case, at=desk.now, by=desk.speaker.id)
    text = clue_words.whole(case, desk.speaker, desk.office)
    return _tell(desk, text) + _done(change)


def _hand_over(desk: Desk, case: Case, words: str) -> Outcome:
    if not words:
        return say(desk, "clue.hand_to_whom", code=case.code)
    handed = handing.hand(case, words, desk.speaker, at=desk.now, office=desk.office)
    if handed is None:
        return say(desk, "clue.hand_refused", code=case.code, to=words)
    told = tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.NOTICE,
            text=desk.office.say("clue.handed_to_you", code=case.code, by=desk.speaker.title),
            dedupe_key=f"clue-handed:{case.code}:{handed.change.case.version}:{person.id}",
            not_before=desk.office.hold(desk.now),
            confidential=True,
        )
        for person in handed.told
    )
    answer = say(desk, "clue.handed_over", code=case.code, to=handed.to)
    return answer + _done(handed.change) + Outcome(sends=told)


def _accept(desk: Desk, case: Case, words: str) -> Outcome:
    if case.state.is_result:
        return _not_now(desk, case)
    change = ledger.accepted(case, at=desk.now, by=desk.speaker.id, measure=words)
    return say(desk, "clue.accepted", code=case.code) + _done(change)


def _conclude(desk: Desk, case: Case, words: str) -> Outcome:
    said = result(words)
    if said is None:
        known = (CaseState.VERIFIED, CaseState.PARTLY, CaseState.UNTRUE)
        names = [clue_words.state_name(state, desk.office) for state in known]
        shown = "\n".join(
            desk.office.say("question.choice", number=index, text=name) for index, name in enumerate(names, 1)
        )
        sentences = [desk.office.say("clue.choice_result", code=case.code, result=name, words=words) for name in names]
        return say(desk, "clue.which_result", choices=sentences, code=case.code, options=shown)
    if not ledger.may_conclude(case, said.state):
        return _not_now(desk, case)
    change = ledger.concluded(case, said.state, at=desk.now, by=desk.speaker.id, words=said.words, excused=said.excused)
    name = clue_words.result_name(change.case, desk.office)
    if said.state is CaseState.UNTRUE:
        draft = clue_words.clarification(change.case, desk.office)
        return say(desk, "clue.concluded_untrue", code=case.code, draft=draft) + _done(change)
    return say(desk, "clue.concluded", code=case.code, result=name) + _done(change)


def _draft(desk: Desk, case: Case) -> Outcome:
    if case.state is not CaseState.UNTRUE:
        return _not_now(desk, case)
    return say(desk, "clue.draft", draft=clue_words.clarification(case, desk.office)) + _done(
        ledger.read(case, at=desk.now, by=desk.speaker.id)
    )


def _doubt(desk: Desk, case: Case, words: str) -> Outcome:
    """Only a person calls somebody a false accuser, with a reason, and says it twice (R58)."""
    if not ledger.may_conclude(case, CaseState.FALSE_ACCUSATION):
        return _not_now(desk, case)
    if len(words) < _SHORTEST_REASON:
        return say(desk, "clue.doubt_needs_reason", code=case.code)
    change = ledger.doubted(case, at=desk.now, by=desk.speaker.id, reason=words)
    return say(desk, "clue.doubt_confirm", code=case.code) + _done(change)


def _confirm(desk: Desk, case: Case) -> Outcome:
    mine = case.doubted_by == desk.speaker.id and case.doubted_at is not None
    in_time = case.doubted_at is not None and desk.now - case.doubted_at <= CONFIRMED_WITHIN
    if not (mine and in_time and ledger.may_conclude(case, CaseState.FALSE_ACCUSATION)):
        return say(desk, "clue.nothing_to_confirm", code=case.code)
    change = ledger.concluded(case, CaseState.FALSE_ACCUSATION, at=desk.now, by=desk.speaker.id, words=case.doubt)
    return say(desk, "clue.concluded", code=case.code, result=clue_words.result_name(change.case, desk.office)) + _done(
        change
    )


def _line(desk: Desk, case: Case) -> Outcome:
    """The one neutral line in the group, because a person wants it (R51)."""
    if case.clue.group is None or case.clue.group not in desk.office.org.groups:
        return say(desk, "clue.line_private")
    today = local(desk.now).date()
    lined = [one for one in desk.situation.clues if one.clue.group == case.clue.group and one.line_at is not None]
    if any(one.line_at is not None and local(one.line_at).date() == today for one in lined):
        return say(desk, "clue.line_already")
    first = desk.situation.burst.first
    line = clue_line.line(
        case.clue.group, now=desk.now, chance=f"{case.code}{first.platform}{first.id}", office=desk.office
    )
    change = ledger.line_approved(case, at=desk.now, by=desk.speaker.id)
    return say(desk, "clue.line_approved") + _done(change) + Outcome(sends=(line,))


def _not_now(desk: Desk, case: Case) -> Outcome:
    return say(desk, "clue.not_now", code=case.code, state=clue_words.result_name(case, desk.office))
