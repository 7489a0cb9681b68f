"""线索 编号 图片: what came with a clue, to somebody who may read it; every look is kept like a reading (R50)."""

from bot.domain import clues as ledger
from bot.domain.clues import Case
from bot.domain.media import MediaState
from bot.domain.messages import OutKind, ToPerson
from bot.domain.outcome import Outcome
from bot.handlers.discipline.grammar import ClueVerb, parse
from bot.handlers.officer.desk import Desk
from bot.showing import kept_of, say_missing, say_what, showing


def asked_for(text: str, cases: tuple[Case, ...]) -> Case | None:
    """The case whose pictures the sentence asks for, among those that its speaker may see."""
    command = parse(text)
    if command is None or command.verb is not ClueVerb.PICTURES:
        return None
    return next((case for case in cases if case.code == command.code), None)


def show(desk: Desk, case: Case) -> Outcome:
    """All that came with the words, in confidence."""
    media = tuple(one for one in desk.situation.exhibits if one.message in case.clue.messages)
    kept, missing = kept_of(media), say_missing(media, desk.office)
    waiting = sum(one.state is MediaState.WAITING for one in media)
    lines = [desk.office.say("media.case", code=case.code, what=say_what(kept, desk.office))] if kept else []
    lines += [missing] if missing else []
    lines += [desk.office.say("media.case_on_the_way", code=case.code, count=waiting)] if waiting else []
    first = desk.situation.burst.first
    sends = showing(
        kept,
        "\n".join(lines) or desk.office.say("media.case_nothing", code=case.code),
        to=ToPerson(person=desk.speaker.id),
        kind=OutKind.NOTICE,
        key=f"reply:{first.platform}/{first.id}",
        confidential=True,
    )
    return Outcome(sends=sends, cases=(ledger.read(case, at=desk.now, by=desk.speaker.id),))
