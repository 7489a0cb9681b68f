"""Cases in the county's words: a line of the list, the whole of one, a clarification to be worked on."""

import re
from collections import Counter

from bot.classify.masking import mask
from bot.domain.clues import Case, CaseState
from bot.domain.org import Person
from bot.domain.workdays import local
from bot.office import Office
from bot.phrasing import brief, say_day, say_time

LONGEST = 2000
"""Characters of a clue that are shown in one message."""
_DIGEST_SHOWN = 12
_OF_HIMSELF = re.compile(r"(?:我是|我叫|我就是|本人是?|我们?家是?在?|我屋里?是?)[^,，。;；、\s]{1,12}")
"""Words with which somebody says who he is or where he lives: 我是二组的阿珍."""


def state_name(state: CaseState, office: Office) -> str:
    """How a state is called."""
    return office.say(f"clue_state.{state}")


def result_name(case: Case, office: Office) -> str:
    """How a case stands, a mistake in honest work included (R58)."""
    name = state_name(case.state, office)
    return office.say("clue.excused", result=name) if case.excused else name


def line(case: Case, office: Office) -> str:
    """One line of the list: no word of what it says."""
    return office.say(
        "clue.line_pressing" if case.clue.pressing else "clue.line",
        code=case.code,
        village=office.org.units[case.clue.village].name,
        day=say_day(local(case.received_at).date(), office),
        state=result_name(case, office),
    )


def whole(case: Case, reader: Person, office: Office) -> str:
    """A case with all that it says, for one reader. Nothing of the sender, not even the group (legal.md 8)."""
    clue = case.clue
    text = clue.text if len(clue.text) <= LONGEST else brief(clue.text, office, length=LONGEST)
    return office.say(
        "clue.read",
        code=case.code,
        village=office.org.units[clue.village].name,
        day=say_day(local(case.received_at).date(), office),
        channel=office.say("clue.channel_private" if clue.private else "clue.channel_group"),
        state=result_name(case, office),
        text=text or office.say("clue.no_words"),
        exhibits=exhibits(case, office),
        handovers=handovers(case, office) or office.say("clue.not_handed"),
        hint=office.say("clue.hint_group" if clue.group is not None else "clue.hint", code=case.code),
        reader=reader.title,
    )


def summary(case: Case) -> str:
    """What it says, without private numbers and without what the teller says of himself (documents.md 3.4)."""
    return _OF_HIMSELF.sub("(略)", mask(case.clue.text))


def exhibits(case: Case, office: Office) -> str:
    """How many pieces of which kind, and the beginning of the digest of each."""
    if not case.clue.exhibits:
        return office.say("clue.no_exhibits")
    separator = office.say("due.separator")
    counts = Counter(exhibit.kind for exhibit in case.clue.exhibits)
    kinds = separator.join(
        office.say("clue.exhibit", kind=office.say(f"clue_exhibit.{kind}"), count=count)
        for kind, count in counts.items()
    )
    digests = separator.join(exhibit.digest[:_DIGEST_SHOWN] for exhibit in case.clue.exhibits)
    return office.say("clue.exhibits", kinds=kinds, digests=digests)


def handovers(case: Case, office: Office) -> str:
    """The transfer list, one line each: who handed it to whom, and when."""
    return "\n".join(
        office.say(
            "clue.handover",
            by=office.org.people[one.by].title if one.by in office.org.people else one.by,
            to=one.to,
            at=say_time(one.at, office),
        )
        for one in case.handovers
    )


def clarification(case: Case, office: Office) -> str:
    """A draft for the person who was accused without ground; the blanks are for a person to fill in (R58)."""
    return office.say(
        "clue.clarification",
        village=office.org.units[case.clue.village].name,
        month=local(case.received_at).month,
        year=local(case.received_at).year,
    )
