"""The words for a group that sleeps: what it is without, and what would wake it (R36)."""

from collections.abc import Iterator

from bot.domain.patrol_sheet import PatrolFacts
from bot.domain.zombie import Wake, Waking, Zero
from bot.office import Office


def say_zeros(row: PatrolFacts, office: Office) -> tuple[str, ...]:
    """One short line for each zero of a group, and one for days that could not be heard; nothing for other groups."""
    return tuple(_zeros(row, office))


def say_wake(row: PatrolFacts, office: Office) -> str:
    """What would wake the group, in one short line: the best proposal. Empty for a group that does not sleep."""
    return office.say("patrol.wake", what=_proposal(row.wake[0], office)) if row.wake else ""


def _zeros(row: PatrolFacts, office: Office) -> Iterator[str]:
    days = {
        Zero.MESSAGES: row.judgement.days,
        Zero.INTERACTION: row.interaction_days,
        Zero.EFFECT: row.effect_days,
    }
    for zero in row.zeros:
        yield office.say(f"patrol.zero_{zero}", days=days[zero])
    if Zero.MESSAGES in row.zeros and row.judgement.unheard:
        yield office.say("patrol.unheard_days", days=row.judgement.unheard)


def _proposal(wake: Wake, office: Office) -> str:
    match wake.by:
        case Waking.PUBLICATION:
            return office.say("patrol.wake_publication", number=wake.number)
        case Waking.MATTER:
            return office.say("patrol.wake_matter", number=wake.number)
        case Waking.TOPIC:
            return office.say("patrol.wake_topic", topic=wake.topic)
        case Waking.VISIT:
            return office.say("patrol.wake_visit")
