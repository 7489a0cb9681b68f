"""Danger to life or safety: people at once, the right public number, no soothing phrases (R8).

Somebody who wants to die or is beaten at home is handled with care: nothing in the group, not then and not later.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alarming import Ring, first_ring, hint, is_violence, say_missed, say_numbers, say_people
from bot.domain import lifecycle
from bot.domain.byhand import reachable
from bot.domain.categories import Category, Flag, Level
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.org import Person
from bot.domain.outcome import NOTHING, Change, Job, Outcome, Slot
from bot.domain.tickets import Relation, Thread, Ticket
from bot.domain.verdicts import Context, Verdict
from bot.handlers.judge import Judge
from bot.handlers.opening import LONG, link, open_ticket
from bot.handlers.reading.lately import latest_first
from bot.handlers.reading.neighbours import same_emergency
from bot.handlers.reading.threads import continued
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, say_time

_ALL_CLEAR = re.compile(
    "人(?:都|也|已经)?(?:没事|冇事|无事|平安|安全|还好|醒了|救出来|救上来|找到|寻着|接到)|(?:找到|寻着|寻到|搵到|揾到|接到|救出来|救上来|"
    "救起来|背出来|拖出来|抬出来|送到医院|脱险|转危为安|出来)了|(?:明火|火|火势)(?:已经|都|也)?(?:压下去|扑灭|灭|熄|控制住|打熄|救熄)|"
    "(?:都|人员)(?:平安|安全)|虚惊一场|没得事了|没事了|冇事喇|(?:门|闸)(?:开了|拉了|关了|砸开了)|缓过来了|会应声了|救护车(?:接走|拉走)|"
    "解除(?:警报|险情)|险情(?:已)?(?:解除|排除)|退水了|水退了"
)
_CALL = "emergency.call"
_PLAINLY_CLEAR = re.compile(
    "人(?:都|也|已经)?(?:没事|冇事|无事|平安|安全|醒了|救出来|救上来|找到|接到)|(?:找到|寻着|寻到|搵到|揾到|救出来|救上来|救起来)了|"
    "(?:明火|火|火势)(?:已经|都|也)?(?:压下去|扑灭|灭|熄|打熄|救熄)了|虚惊一场|解除(?:警报|险情)|险情(?:已)?(?:解除|排除)|(?:退水|水退)了"
)
"""What ends an emergency whoever says it; vaguer words (没事了) only from those who cried for help."""
_OF_ONESELF = re.compile(
    r"(?:我|俺|本人)(?:真|实在|也|就|都|是|已经|再也|只|今天|今晚|这就|马上|好|很|觉得|感觉|心里)*"
    r"(?:不想活|不活|活不|活着没|想死|要死|去死|想跳|要跳|去跳|想喝|要喝|喝了|把药|药|撑不|受不|熬不|割|被[^们]{0,4}打|挨打|被打)"
    r"|把(?:我|俺)[打掐砍踢揍捅锁]|(?:打|掐|砍|踢|揍|捅|锁)(?:了|死|着|得)?(?:我|俺)(?![们妈爸娘爹姐妹嫂婆公弟哥儿女媳邻家屋老隔叔伯婶])|遗书|对不起大家|别找我"
)
"""Somebody speaks of himself: his cry is a matter of its own whoever else cries."""
_STILL_ASKED = re.compile(r"[吗么没不?\uff1f]\s*$|没(?:有)?找到|还没|没救")


def decide(
    situation: Situation, pieces: tuple[Message, ...], verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """A cry for help: a new emergency, or more about the one that is minutes old."""
    within = timedelta(minutes=office.rules.emergency.same_within_minutes)
    known = same_emergency(situation, within=within) or own_careful(situation, within=within)
    known = known or _same_person(situation, verdict, judge, within=within)
    if known is not None:
        return more(known, situation, verdict, now=now, office=office)
    within = timedelta(seconds=office.rules.join_window.continues_within)
    begun = continued(situation, verdict, judge, within=within)
    if begun is not None and begun.ticket.state.is_live:
        return _grown(begun, situation, verdict, now=now, office=office)
    text = verdict.public_text or situation.burst.text
    careful = Flag.CRISIS in verdict.flags
    ticket, outcome = _opened(situation, pieces, verdict, text, careful=careful, now=now, office=office)
    return outcome + _first_calls(ticket, situation, text, now=now, office=office)


def _grown(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """A request whose further words show that it is an emergency: the same ticket, now urgent."""
    text = verdict.public_text or situation.burst.text
    careful = Flag.CRISIS in verdict.flags
    change = lifecycle.made_urgent(thread.ticket, at=now)
    ticket = replace(change.ticket, text=f"{thread.ticket.text}\n{text}")
    if careful:
        ticket = replace(ticket, careful=True, group=None, topic="", place="")
    links = tuple(link(ticket, message, Relation.PIECE) for message in situation.burst.pieces)
    outcome = Outcome(changes=(replace(change, ticket=ticket),), links=links)
    return outcome + _first_calls(ticket, situation, text, now=now, office=office)


def _first_calls(ticket: Ticket, situation: Situation, text: str, *, now: datetime, office: Office) -> Outcome:
    """Everybody who is rung at once, when it is looked whether anybody has come, and a word to the villagers."""
    ring = first_ring(ticket, now, office)
    outcome = Outcome(
        changes=(_rung(ticket, ring, now),),
        sends=_calls(ring, ticket, situation, text, now, office, f"emergency:{ticket.id}"),
        slots=(_escalation(ticket, now, office),),
    )
    return outcome + _tell_villagers(ticket, situation, ring.people, office=office)


def _opened(
    situation: Situation,
    pieces: tuple[Message, ...],
    verdict: Verdict,
    text: str,
    *,
    careful: bool,
    now: datetime,
    office: Office,
) -> tuple[Ticket, Outcome]:
    """A new ticket. One that needs care is private wherever it was said, and its matter has no name in any list."""
    where = replace(situation, group=None) if careful else situation
    ticket, outcome = open_ticket(where, pieces, verdict, category=Category.HELP, text=text, now=now, office=office)
    if not careful:
        return ticket, outcome
    ticket = replace(ticket, careful=True, topic="", place="")
    (change,) = outcome.changes
    return ticket, replace(outcome, changes=(replace(change, ticket=ticket),))


def _escalation(ticket: Ticket, now: datetime, office: Office) -> Slot:
    """When it is looked whether anybody has come (R8)."""
    after = timedelta(minutes=office.rules.emergency.escalate_after_minutes)
    return Slot(at=now + after, job=Job.ESCALATION, scope=ticket.id)


def more(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Further words about a running emergency go to the same people at once: where exactly, who is inside."""
    ticket = thread.ticket
    burst = situation.burst
    own = situation.sender == ticket.requester
    apart = ticket.careful and not own  # whoever saw it has no part in it: nothing of it is ever told to him
    relation = Relation.PIECE if own else Relation.FOLLOWUP if apart else Relation.SUPPORT
    links = tuple(link(ticket, message, relation) for message in burst.pieces)
    words = verdict.public_text or burst.text
    place = "" if ticket.careful else ticket.place or verdict.place
    grown = replace(ticket, text=f"{ticket.text}\n{words}", place=place)
    joined = lifecycle.followed_up if apart else lifecycle.supported
    change = (
        Change(ticket=grown, events=())
        if own
        else replace(joined(ticket, at=now, message=burst.first.id), ticket=grown)
    )
    tells_more = own or verdict.place or verdict.label is not Category.NONE
    ring = first_ring(grown, now, office) if tells_more else Ring(people=())
    again = verdict.urgent and is_over(thread, situation)
    first_word = apart and not _spoke(thread, situation.sender)
    wording = _CALL if again else "emergency.more_too" if first_word else "emergency.more"
    key = f"emergency:{ticket.id}:{burst.first.id}"
    outcome = Outcome(
        changes=(change,),
        links=links,
        sends=_calls(ring, grown, situation, words, now, office, key, wording),
    )
    if first_word and reachable(situation.sender):
        outcome += _tell_villagers(grown, situation, ring.people, office=office)
    if not again:
        return outcome
    # The all-clear was given too early: everything begins anew.
    return outcome + Outcome(changes=(_rung(change.ticket, ring, now),), slots=(_escalation(ticket, now, office),))


def _rung(ticket: Ticket, ring: Ring, now: datetime) -> Change:
    people, missed = ([one.id for one in some] for some in (ring.people, ring.missed))
    return lifecycle.called(ticket, at=now, people=people, stage=Level.VILLAGE.name.lower(), missed=missed)


def own_careful(situation: Situation, *, within: timedelta) -> Thread | None:
    """The running matter that is handled with care and that the sender cried about: his further words belong to it."""
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in situation.threads
            if thread.ticket.careful
            and thread.ticket.state.is_live
            and _spoke(thread, situation.sender)
            and at - thread.last_at <= within
        ),
        None,
    )


def _spoke(thread: Thread, account: str) -> bool:
    return account == thread.ticket.requester or any(link.sender == account for link in thread.links)


def _same_person(situation: Situation, verdict: Verdict, judge: Judge, *, within: timedelta) -> Thread | None:
    """The running matter of care that another villager's cry is about as well, as far as words can tell.

    Not who speaks of himself, not blows for despair, not another place. Who was rung reads the words at once and that
    it may be somebody else, so that a wrong guess leaves nobody alone.
    """
    text = situation.burst.text
    if Flag.CRISIS not in verdict.flags or _OF_ONESELF.search(text):
        return None
    at = situation.burst.first.at
    running = (
        thread
        for thread in latest_first(situation.threads)
        if thread.ticket.careful
        and thread.ticket.state.is_live
        and thread.ticket.urgent
        and thread.ticket.village == situation.village
        and at - thread.last_at <= within
        and is_violence(thread.ticket.text) == is_violence(text)
    )
    for thread in running:
        place = judge.classify(thread.ticket.text, Context(private=True, to_bot=True)).place
        if not _plainly_apart(place, verdict.place):
            return thread
    return None


def _plainly_apart(one: str, other: str) -> bool:
    """Whether two places cannot be the same: 二组 and 三组, while 二组 may well have the 水库."""
    return bool(one and other) and one != other and one[-1] == other[-1]


def cleared(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """Somebody says for the first time that the danger is over: those who were rung hear it, nobody further is rung."""
    text = situation.burst.text
    if not _ALL_CLEAR.search(text) or _STILL_ASKED.search(text):
        return NOTHING
    within = timedelta(minutes=office.rules.emergency.same_within_minutes)
    running = same_emergency(situation, within=within) or own_careful(situation, within=within)
    if running is None or is_over(running, situation):
        return NOTHING
    if not running.involves(situation.sender) and not _PLAINLY_CLEAR.search(text):
        return NOTHING
    first = situation.burst.first
    change = lifecycle.all_clear(running.ticket, at=now, message=first.id, text=brief(text, office, length=LONG))
    return Outcome(changes=(change,)) + call_off(running.ticket, now=now)


def call_off(ticket: Ticket, *, now: datetime) -> Outcome:
    """Let those who were rung know how it stands, in the same instant."""
    return Outcome(slots=(Slot(at=now, job=Job.CALLED_OFF, scope=ticket.id),)) if ticket.urgent else NOTHING


def is_over(thread: Thread, situation: Situation) -> bool:
    """Whether somebody gave the all-clear since the cry: 找到了,人没事. What is said after it rings nobody (R8).

    Only quiet words ask this; a cry for help after the all-clear is one.
    """
    return any(
        message.at > thread.ticket.said_at and _ALL_CLEAR.search(message.text) and not _STILL_ASKED.search(message.text)
        for message in situation.recent
    )


def _calls(  # noqa: PLR0917 - whom, about what, in which words
    ring: Ring,
    ticket: Ticket,
    situation: Situation,
    words: str,
    now: datetime,
    office: Office,
    key: str,
    wording: str = _CALL,
) -> tuple[Outgoing, ...]:
    """The same words to everybody who is rung, with who could not be."""
    name = situation.burst.first.name
    found_by_name = name and ticket.private and situation.by_hand is None
    sender = office.say("emergency.sender", name=name) if found_by_name else ""
    text = office.say(
        wording,
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        text=brief(words, office, length=LONG),
        said=say_time(ticket.said_at, office, now=now),
        numbers=say_numbers(ticket.text, office, careful=ticket.careful),
    )
    missed = say_missed(ring.missed, office) if wording == _CALL else ""
    text += sender + hint(ticket, office) + missed
    return tuple(
        Outgoing(
            to=ToPerson(person=person.id),
            kind=OutKind.EMERGENCY,
            text=text,
            dedupe_key=f"{key}:{person.id}",
            ticket=ticket.id,
        )
        for person in ring.people
    )


def _tell_villagers(ticket: Ticket, situation: Situation, people: tuple[Person, ...], *, office: Office) -> Outcome:
    """The number to ring and who has been called: in the group, but where care is needed to the sender alone."""
    to = (
        ToAccount(platform=ticket.platform, account=situation.sender)
        if ticket.careful or situation.group is None
        else ToGroup(group=situation.group.id)
    )
    key = "emergency.group"
    if ticket.careful:
        key = "emergency.violence" if is_violence(ticket.text) else "emergency.despair"
    text = office.say(
        key,
        numbers=say_numbers(ticket.text, office, careful=ticket.careful),
        people=say_people(people, office),
    )
    key = f"emergency:{ticket.id}"
    if situation.sender != ticket.requester:
        key = f"{key}:{situation.sender}"
    line = Outgoing(to=to, kind=OutKind.EMERGENCY, text=text, dedupe_key=key, ticket=ticket.id)
    return Outcome(sends=(line,))
