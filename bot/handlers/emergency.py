"""Danger to life or safety: people at once, the right public number, no soothing phrases (R8)."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import lifecycle
from bot.domain.categories import Category, Flag
from bot.domain.messages import Message, Outgoing, OutKind, ToAccount, ToGroup, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Change, Job, Outcome, Slot
from bot.domain.rules import PublicNumber
from bot.domain.tickets import Relation, Thread, Ticket
from bot.domain.verdicts import Verdict
from bot.domain.workdays import local
from bot.handlers.neighbours import same_emergency
from bot.handlers.opening import LONG, link, open_ticket
from bot.handlers.situation import Situation
from bot.handlers.threads import continued
from bot.office import Office
from bot.phrasing import brief, say_time

_ALL_CLEAR = re.compile(
    "人(?:都|也|已经)?(?:没事|冇事|无事|平安|安全|还好|醒了|救出来|救上来|找到|寻着|接到)|(?:找到|寻着|寻到|搵到|揾到|接到|救出来|救上来|"
    "救起来|背出来|拖出来|抬出来|送到医院|脱险|转危为安|出来)了|(?:明火|火|火势)(?:已经|都|也)?(?:压下去|扑灭|灭|熄|控制住|打熄|救熄)|"
    "(?:都|人员)(?:平安|安全)|虚惊一场|没得事了|没事了|冇事喇|(?:门|闸)(?:开了|拉了|关了|砸开了)|缓过来了|会应声了|救护车(?:接走|拉走)|"
    "解除(?:警报|险情)|险情(?:已)?(?:解除|排除)|退水了|水退了"
)
_STILL_ASKED = re.compile(r"[吗么没不?\uff1f]\s*$|没(?:有)?找到|还没|没救")


def decide(
    situation: Situation, pieces: tuple[Message, ...], verdict: Verdict, *, now: datetime, office: Office
) -> Outcome:
    """A cry for help: a new emergency, or more about the one that is minutes old."""
    within = timedelta(minutes=office.rules.emergency.same_within_minutes)
    known = same_emergency(situation, within=within)
    if known is not None:
        return more(known, situation, verdict, now=now, office=office)
    text = verdict.public_text or situation.burst.text
    begun = continued(situation, verdict, within=timedelta(seconds=office.rules.join_window.continues_within))
    if begun is not None and begun.ticket.state.is_live:
        ticket, outcome = _grown(begun, situation, text, now=now)
    else:
        help_ = Category.HELP
        ticket, outcome = open_ticket(situation, pieces, verdict, category=help_, text=text, now=now, office=office)
    outcome += Outcome(
        sends=tuple(
            _call(person, ticket, text, now, office, key=f"emergency:{ticket.id}")
            for person in called(ticket, now, office)
        ),
        slots=(
            Slot(
                at=now + timedelta(minutes=office.rules.emergency.escalate_after_minutes),
                job=Job.ESCALATION,
                scope=ticket.id,
            ),
        ),
    )
    return outcome + _tell_villagers(ticket, situation, verdict, now=now, office=office)


def _grown(thread: Thread, situation: Situation, text: str, *, now: datetime) -> tuple[Ticket, Outcome]:
    """A request whose further words show that it is an emergency: the same ticket, now urgent."""
    change = lifecycle.made_urgent(thread.ticket, at=now)
    ticket = replace(change.ticket, text=f"{thread.ticket.text}\n{text}")
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
    grown = replace(ticket, text=f"{ticket.text}\n{words}", place=ticket.place or verdict.place)
    change = (
        Change(ticket=grown, events=())
        if own
        else replace(lifecycle.supported(ticket, at=now, message=burst.first.id), ticket=grown)
    )
    tells_more = own or verdict.place or verdict.label is not Category.NONE
    sends = tuple(
        _call(
            person, ticket, words, now, office, key=f"emergency:{ticket.id}:{burst.first.id}", wording="emergency.more"
        )
        for person in (called(ticket, now, office) if tells_more else ())
    )
    return Outcome(changes=(change,), links=links, sends=sends)


def is_over(thread: Thread, situation: Situation) -> bool:
    """Whether somebody gave the all-clear since the cry: 找到了,人没事. What is said after it rings nobody (R8).

    Only quiet words ask this; a cry for help after the all-clear is one.
    """
    return any(
        message.at > thread.ticket.said_at and _ALL_CLEAR.search(message.text) and not _STILL_ASKED.search(message.text)
        for message in situation.recent
    )


def called(ticket: Ticket, now: datetime, office: Office) -> tuple[Person, ...]:
    """Who is called first: the owner, everybody on duty today, and the village secretary."""
    today = local(now).date()
    on_duty = (
        office.org.people[id_] for id_ in office.roster.on_duty(ticket.village, today) if id_ in office.org.people
    )
    secretaries = office.org.people_of(ticket.village, Role.SECRETARY)
    return tuple(dict.fromkeys((office.org.people[ticket.owner], *on_duty, *secretaries)))


def numbers_for(text: str, office: Office) -> tuple[PublicNumber, ...]:
    """The public numbers that the words call for; all of the first two if none is plain."""
    known = office.rules.emergency.numbers
    fitting = tuple(number for number in known if any(word in text for word in number.words))
    return fitting[:2] or known[:2]


def say_numbers(text: str, office: Office) -> str:
    """The numbers as people write them: 119(火警)、120(急救)."""
    return office.say("due.separator").join(
        office.say("emergency.number", number=number.number, name=number.name) for number in numbers_for(text, office)
    )


def _call(
    person: Person,
    ticket: Ticket,
    words: str,
    now: datetime,
    office: Office,
    *,
    key: str,
    wording: str = "emergency.call",
) -> Outgoing:
    text = office.say(
        wording,
        number=ticket.number,
        village=office.org.units[ticket.village].name,
        text=brief(words, office, length=LONG),
        said=say_time(ticket.said_at, office, now=now),
        numbers=say_numbers(ticket.text, office),
    )
    return Outgoing(
        to=ToPerson(person=person.id),
        kind=OutKind.EMERGENCY,
        text=text,
        dedupe_key=f"{key}:{person.id}",
        ticket=ticket.id,
    )


def _tell_villagers(
    ticket: Ticket, situation: Situation, verdict: Verdict, *, now: datetime, office: Office
) -> Outcome:
    """The number to ring and who has been called. Self-harm and violence at home never get a line in the group."""
    people = office.say("due.separator").join(person.title for person in called(ticket, now, office))
    crisis = Flag.CRISIS in verdict.flags
    if crisis and situation.group is not None:
        return Outcome()
    to = (
        ToGroup(group=situation.group.id)
        if situation.group is not None
        else ToAccount(platform=ticket.platform, account=ticket.requester)
    )
    text = office.say(
        "emergency.crisis" if crisis else "emergency.group",
        numbers=say_numbers(ticket.text, office),
        people=people,
    )
    return Outcome(
        sends=(
            Outgoing(to=to, kind=OutKind.EMERGENCY, text=text, dedupe_key=f"emergency:{ticket.id}", ticket=ticket.id),
        )
    )
