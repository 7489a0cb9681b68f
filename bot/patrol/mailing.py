"""After a message to many groups: its author hears where it did not arrive, and who took it back whether it worked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.one_to_many import Arrived, MailFate, Mailing, where_it_stands
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.mailing_text import say_counts, say_wrong
from bot.office import Office

MOST_LINES = 10
LOOKED_AT_AGAIN = timedelta(minutes=11)
"""When taking back is looked at a last time: delivery tries for ten minutes."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All steps of the mailing, what became of its sends, and who asked for it to be taken back (None: nobody)."""

    steps: tuple[Mailing, ...]
    fates: Mapping[str, MailFate]
    asked_by: str | None = None


def decide(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """For ``slot.scope``, a mailing: nothing where all went well (R43)."""
    fates = where_it_stands(facts.steps, facts.fates)
    bad = (Arrived.FAILED, Arrived.WAITING, Arrived.UNSURE)
    wrong = {group: fate for group, fate in fates.items() if fate.state in bad}
    if not wrong or not facts.steps:
        return NOTHING
    mailing = facts.steps[-1]
    again = any(fate.state is Arrived.FAILED for fate in wrong.values())
    text = office.say(
        "many.report" if again else "many.report_waits",
        number=mailing.number,
        counts=say_counts(fates, office),
        lines=say_wrong(wrong, office, most=MOST_LINES),
    )
    return _told(mailing.by, text, f"many-report:{mailing.id}:{slot.at.isoformat()}", now, office)


def decide_back(facts: Facts, slot: Slot, now: datetime, office: Office) -> Outcome:
    """Whether taking it back worked; while a line is broken it is looked at once more."""
    if facts.asked_by is None or not facts.steps:
        return NOTHING
    fates = where_it_stands(facts.steps, facts.fates)
    mailing = facts.steps[-1]
    key = f"many-back:{mailing.id}:"
    open_yet = any(fate.state is Arrived.LEAVING for fate in fates.values())
    if open_yet and not slot.scope.endswith(_LAST):
        return Outcome(slots=(Slot(at=now + LOOKED_AT_AGAIN, job=Job.MAILING_BACK, scope=slot.scope + _LAST),))
    stayed = {
        group: fate for group, fate in fates.items() if fate.state in (Arrived.SENT, Arrived.LEAVING, Arrived.UNSURE)
    }
    name = "many.back_partly" if stayed else "many.back"
    text = office.say(
        name,
        number=mailing.number,
        counts=say_counts(fates, office),
        lines=say_wrong(stayed, office, most=MOST_LINES),
    )
    return _told(facts.asked_by, text, f"{key}{slot.at.isoformat()}", now, office, answers=True)


_LAST = ":last"


def _told(person: str, text: str, key: str, now: datetime, office: Office, *, answers: bool = False) -> Outcome:
    if person not in office.org.people:
        return NOTHING
    note = Outgoing(
        to=ToPerson(person=person),
        kind=OutKind.NOTICE,
        text=text,
        dedupe_key=key,
        not_before=None if answers else office.hold(now),
        answers=answers,
    )
    return Outcome(sends=(note,))
