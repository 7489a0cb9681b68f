"""Danger to life or safety: people at once, the right public number, no soothing phrases (R8).

Somebody who wants to die or is beaten at home is handled with care: nothing in the group, not then and not later.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alarming import duty_room, hint, is_violence, say_numbers
from bot.domain import lifecycle
from bot.domain.categories import Category, Flag, Level
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import NOTHING, Change, Job, Outcome, Slot
from bot.domain.tickets import Relation, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.judge import Judge
from bot.handlers.opening import LONG, link, open_ticket
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
_PLAINLY_CLEAR = re.compile(
    "人(?:都|也|已经)?(?:没事|冇事|无事|平安|安全|醒了|救出来|救上来|找到|接到)|(?:找到|寻着|寻到|搵到|揾到|救出来|救上来|救起来)了|"
    "(?:明火|火|火势)(?:已经|都|也)?(?:压下去|扑灭|灭|熄|打熄|救熄)了|虚惊一场|解除(?:警报|险情)|险情(?:已)?(?:解除|排除)|(?:退水|水退)了"
)
"""What ends an emergency whoever says it; vaguer words (没事了) only from those who cried for help."""
_CHILD = re.compile("孩子|娃|小孩|学生|未成年|小学|初中|[女男]儿|闺女|妹崽|细佬")
_STILL_ASKED = re.compile(r"[吗么没不?\uff1f]\s*$|没(?:有)?找到|还没|没救")


def decide(
    situation: Situation, pieces: tuple[Message, ...], verdict: Verdict, judge: Judge, *, now: datetime, office: Office
) -> Outcome:
    """A cry for help: a new emergency, or more about the one that is minutes old."""
    within = timedelta(minutes=office.rules.emergency.same_within_minutes)
    known = same_emergency(situation, within=within) or own_careful(situation, within=within)
    if known is not None:
        return more(known, situation, verdict, now=now, office=office)
    text = verdict.public_text or situation.burst.text
    careful = Flag.CRISIS in verdict.flags
    within = timedelta(seconds=office.rules.join_window.continues_within)
    begun = continued(situation, verdict, judge, within=within)
    if begun is not None and begun.ticket.state.is_live:
        ticket, outcome = _grown(begun, situation, text, careful=careful, now=now)
    else:
        ticket, outcome = _opened(situation, pieces, verdict, text, careful=careful, now=now, office=office)
    people = called(ticket, now, office)
    outcome += Outcome(
        changes=(
            lifecycle.called(ticket, at=now, people=[one.id for one in people], stage=Level.VILLAGE.name.lower()),
        ),
        sends=tuple(_call(one, ticket, situation, text, now, office, f"emergency:{ticket.id}") for one in people),
        slots=(_escalation(ticket, now, office),),
    )
    return outcome + _tell_villagers(ticket, situation, people, office=office)


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


def _grown(thread: Thread, situation: Situation, text: str, *, careful: bool, now: datetime) -> tuple[Ticket, Outcome]:
    """A request whose further words show that it is an emergency: the same ticket, now urgent."""
    change = lifecycle.made_urgent(thread.ticket, at=now)
    ticket = replace(change.ticket, text=f"{thread.ticket.text}\n{text}")
    if careful:
        ticket = replace(ticket, careful=True, group=None, topic="", place="")
    links = tuple(link(ticket, message, Relation.PIECE) for message in situation.burst.pieces)
    return ticket, Outcome(changes=(replace(change, ticket=ticket),), links=links)


def more(thread: Thread, situation: Situation, verdict: Verdict, *, now: datetime, office: Office) -> Outcome:
    """Further words about a running emergency go to the same people at once: where exactly, who is inside."""
    ticket = thread.ticket
    burst = situation.burst
    own = situation.sender == ticket.requester
    relation = Relation.PIECE if own else Relation.SUPPORT
    links = tuple(link(ticket, message, relation) for message in burst.pieces)
    words = verdict.public_text or burst.text
    place = "" if ticket.careful else ticket.place or verdict.place
    grown = replace(ticket, text=f"{ticket.text}\n{words}", place=place)
    change = (
        Change(ticket=grown, events=())
        if own
        else replace(lifecycle.supported(ticket, at=now, message=burst.first.id), ticket=grown)
    )
    tells_more = own or verdict.place or verdict.label is not Category.NONE
    people = called(grown, now, office) if tells_more else ()
    again = verdict.urgent and is_over(thread, situation)
    wording = "emergency.call" if again else "emergency.more"
    key = f"emergency:{ticket.id}:{burst.first.id}"
    outcome = Outcome(
        changes=(change,),
        links=links,
        sends=tuple(_call(one, grown, situation, words, now, office, key, wording) for one in people),
    )
    if not again:
        return outcome
    # The all-clear was given too early: everything begins anew.
    stage = Level.VILLAGE.name.lower()
    rung = lifecycle.called(change.ticket, at=now, people=[one.id for one in people], stage=stage)
    return outcome + Outcome(changes=(rung,), slots=(_escalation(ticket, now, office),))


def own_careful(situation: Situation, *, within: timedelta) -> Thread | None:
    """The sender's own running matter that is handled with care: further words belong to it, wherever they are said."""
    at = situation.burst.first.at
    return next(
        (
            thread
            for thread in situation.threads
            if thread.ticket.careful
            and thread.ticket.state.is_live
            and thread.ticket.requester == situation.sender
            and at - thread.last_at <= within
        ),
        None,
    )


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


def called(ticket: Ticket, now: datetime, office: Office) -> tuple[Person, ...]:
    """Who is called first: the owner, everybody on duty today, the village secretary.

    Where a child may want to die or is beaten, the township's duty room as well.
    """
    today = local(now).date()
    township = duty_room(office.org.township_of(ticket.village).id, office)
    above = township if ticket.careful and _CHILD.search(ticket.text) else ()
    on_duty = (
        office.org.people[id_] for id_ in office.roster.on_duty(ticket.village, today) if id_ in office.org.people
    )
    secretaries = office.org.people_of(ticket.village, Role.SECRETARY)
    return tuple(dict.fromkeys((office.org.people[ticket.owner], *on_duty, *secretaries, *above)))


def _call(  # noqa: PLR0917 - whom, about what, in which words
    person: Person,
    ticket: Ticket,
    situation: Situation,
    words: str,
    now: datetime,
    office: Office,
    key: str,
    wording: str = "emergency.call",
) -> Outgoing:
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
    text += sender + hint(ticket, office)
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.EMERGENCY,
        text=text,
        dedupe_key=f"{key}:{person.id}",
        ticket=ticket.id,
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
        people=office.say("due.separator").join(person.title for person in people),
    )
    line = Outgoing(to=to, kind=OutKind.EMERGENCY, text=text, dedupe_key=f"emergency:{ticket.id}", ticket=ticket.id)
    return Outcome(sends=(line,))
