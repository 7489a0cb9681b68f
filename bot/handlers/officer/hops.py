"""A ticket on its way between units: up, across, and back, one number for life (R2, R10, R16 to R18)."""

from collections.abc import Sequence

from bot.domain import hops
from bot.domain.categories import Level
from bot.domain.messages import OutKind
from bot.domain.org import Person, Role, Unit
from bot.domain.outcome import Change, Outcome
from bot.domain.routing import above, returns_to, scope_of
from bot.domain.tickets import Thread, Ticket
from bot.domain.workdays import local
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer import pictures
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.naming import Named, named
from bot.handlers.officer.supervision import ask_issuer, hop_end, is_bound
from bot.handlers.opening import prompt
from bot.handlers.telling import thread_of, to_villager
from bot.watching import watch


def transfer(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Hand it to another unit with a one-line summary, under the same number (R2, R18)."""
    ticket, office = thread.ticket, desk.office
    targets = transfer_targets(desk, ticket)
    if not targets:
        return desk.tell("officer.nowhere_to_transfer", number=desk.name_of(ticket))
    meant = named(words, [unit for unit, _ in targets], office.org)
    if not meant.units:
        return _further(desk, ticket, words, targets)
    if len(meant.units) > 1:
        fitting = [(unit, person) for unit, person in targets if unit in meant.units]
        return _ask_where(desk, ticket, fitting, meant.rest)
    unit = meant.units[0]
    if not meant.rest:
        return desk.tell("officer.transfer_without_words", number=desk.name_of(ticket), unit=unit.name)
    owner = meant.person or next(person for target, person in targets if target.id == unit.id)
    if is_bound(desk, ticket):
        return ask_issuer(desk, ticket, unit, meant.rest)
    return _hand_on(desk, ticket, unit, owner, meant.rest)


def _hand_on(desk: Desk, ticket: Ticket, unit: Unit, owner: Person, summary: str) -> Outcome:
    change = hops.transferred(
        ticket,
        at=desk.now,
        by=desk.speaker.id,
        unit=unit.id,
        level=unit.level,
        owner=owner.id,
        hop_due_at=hop_end(desk.now, desk.office),
        summary=summary,
    )
    outcome = arrived(desk, change, reason=summary)
    late = change.ticket.due_at <= desk.now
    wording = "hops.transferred_late" if late else "result.transferred"
    key = f"transfer:{ticket.id}:{desk.situation.burst.first.id}"
    outcome += to_villager(desk, change.ticket, OutKind.TRANSFER, wording, key, unit.name)
    told = "hops.transferred_quietly" if ticket.careful else "officer.transferred"
    return outcome + desk.tell(told, number=desk.name_of(ticket), unit=unit.name, owner=owner.title)


def arrived(desk: Desk, change: Change, *, reason: str) -> Outcome:
    """What follows for whoever has it now: the prompt with the reason, and what the schedule must watch."""
    others = len(thread_of(desk, change.ticket).others)
    asked = prompt(change.ticket, desk.office, now=desk.now, reason=reason, others=others)
    return Outcome(
        changes=(change,),
        sends=(pictures.offered(desk, change.ticket, asked),),
        slots=watch(change.ticket, desk.office, now=desk.now),
    )


def transfer_targets(desk: Desk, ticket: Ticket) -> tuple[tuple[Unit, Person], ...]:
    """Units to which this officer may hand the ticket, each with whoever takes it there (R10, R11, R18).

    The office in charge comes first, then the nearest: the township and its offices before the county and its
    departments. A village goes to its own township; what is further up is reached from there.
    """
    org, office = desk.office.org, desk.office
    from_village = scope_of(org, desk.speaker.unit) is Level.VILLAGE
    reach = [
        unit
        for unit in above(org, ticket.village)
        if unit.id != ticket.unit and not (from_village and scope_of(org, unit.id) is Level.COUNTY)
    ]
    charges = office.routing.in_charge(org, ticket.village, ticket.category, ticket.topic)
    first = [charge.unit for charge in charges if charge.unit in reach]
    today = local(desk.now).date()
    taken = ((unit, office.takes(unit.id, ticket, today)) for unit in dict.fromkeys((*first, *reach)))
    return tuple((unit, person) for unit, person in taken if person is not None)


def _further(desk: Desk, ticket: Ticket, words: str, targets: Sequence[tuple[Unit, Person]]) -> Outcome:
    """Nobody within reach was named: perhaps an office that the township must ask, or another township's (R11)."""
    org = desk.office.org
    further = [unit for unit in above(org, ticket.village) if unit.id != ticket.unit]
    meant = named(words, further, org)
    township = next((pair for pair in targets if pair[0].id == org.township_of(ticket.village).id), None)
    if meant.units and township is not None:
        unit, person = township
        summary = desk.office.say("hops.summary_via", unit=meant.units[0].name, summary=meant.rest).strip(PUNCTUATION)
        label = desk.office.say("hops.choice_unit", unit=unit.name, person=person.title.removeprefix(unit.name))
        return desk.ask(
            "hops.by_way_of_township",
            [(label, _sentence(desk, ticket, unit, summary))],
            number=desk.name_of(ticket),
            unit=meant.units[0].name,
        )
    abroad = [unit for unit in org.units.values() if unit not in further and unit.id != ticket.unit]
    elsewhere = next((unit for unit in abroad if words.startswith(unit.name)), None)
    if elsewhere is not None and elsewhere.id != ticket.village:
        return desk.tell(
            "hops.not_across",
            number=desk.name_of(ticket),
            unit=elsewhere.name,
            township=org.township_of(ticket.village).name,
        )
    return _ask_where(desk, ticket, targets, words)


def _ask_where(desk: Desk, ticket: Ticket, targets: Sequence[tuple[Unit, Person]], words: str) -> Outcome:
    """One question; the office in charge stands first and is called so."""
    office = desk.office
    charges = office.routing.in_charge(office.org, ticket.village, ticket.category, ticket.topic)
    charged = {charge.unit.id for charge in charges}
    options = [
        (
            office.say(
                "hops.choice_in_charge" if unit.id in charged else "hops.choice_unit",
                unit=unit.name,
                person=person.title.removeprefix(unit.name),
            ),
            _sentence(desk, ticket, unit, words),
        )
        for unit, person in targets
    ]
    return desk.ask("officer.transfer_where", options, number=desk.name_of(ticket))


def _sentence(desk: Desk, ticket: Ticket, unit: Unit, words: str) -> str:
    return f"{desk.name_of(ticket)} {desk.office.say('verb.transfer')} {unit.name} {words}".strip()


def give_back(desk: Desk, thread: Thread, words: str) -> Outcome:
    """Back to the unit that handed it on, with a reason, counted; never silently (R16)."""
    ticket, office = thread.ticket, desk.office
    name = desk.name_of(ticket)
    before = returns_to(ticket.units or (ticket.unit,))
    if before is None or before not in office.org.units:
        return desk.tell("hops.nowhere_to_return", number=name)
    reason = words.strip(PUNCTUATION)
    if not reason:
        return desk.tell("hops.return_without_words", number=name, unit=office.org.units[before].name)
    owner = office.takes(before, ticket, local(desk.now).date())
    if owner is None:
        return desk.tell("hops.nowhere_to_return", number=name)
    unit = office.org.units[before]
    if is_bound(desk, ticket):
        return ask_issuer(desk, ticket, unit, reason)
    change = hops.returned(
        ticket,
        at=desk.now,
        by=desk.speaker.id,
        unit=unit.id,
        level=unit.level,
        owner=owner.id,
        hop_due_at=hop_end(desk.now, office),
        reason=reason,
    )
    after = change.ticket
    told = office.say(
        "hops.reason_returned", unit=office.org.units[ticket.unit].name, reason=reason, times=after.returns
    )
    wording = "hops.returned_late" if after.due_at <= desk.now else "hops.returned"
    key = f"return:{ticket.id}:{desk.situation.burst.first.id}"
    down = "hops.given_back_down" if after.pushed_down > ticket.pushed_down else "hops.given_back"
    return (
        arrived(desk, change, reason=told)
        + to_villager(desk, after, OutKind.TRANSFER, wording, key, unit.name)
        + desk.tell(
            down, number=name, unit=unit.name, owner=owner.title, times=after.returns, downward=after.pushed_down
        )
    )


def cross_check(desk: Desk, thread: Thread, words: str) -> Outcome:
    """The county gives it to the discipline officer of another township; the home area cannot close it then (R71)."""
    ticket, office, org = thread.ticket, desk.office, desk.office.org
    name = desk.name_of(ticket)
    if scope_of(org, desk.speaker.unit) is not Level.COUNTY or not desk.speaker.roles & {
        Role.COUNTY_DESK,
        Role.INSPECTOR,
    }:
        return desk.tell("hops.cross_check_county_only", number=name)
    home = org.township_of(ticket.village).id
    others = [unit for unit in org.townships if unit.id not in (home, ticket.unit)]
    checkers = {unit.id: people for unit in others if (people := org.people_of(unit.id, Role.INSPECTOR))}
    others = [unit for unit in others if unit.id in checkers]
    meant = named(words, others, org) if words.strip() else Named()
    if not others:
        return desk.tell("officer.nowhere_to_transfer", number=name)
    if len(meant.units) != 1:
        verb = office.say("verb.cross_check")
        options = [(unit.name, f"{name} {verb} {unit.name} {words}".strip()) for unit in others]
        return desk.ask("hops.cross_check_where", options, number=name)
    unit = meant.units[0]
    if not meant.rest:
        return desk.tell("hops.cross_check_without_words", number=name, unit=unit.name)
    today = local(desk.now).date()
    people = checkers[unit.id]
    owner = meant.person or next((person for person in people if office.is_available(person, today)), people[0])
    return _hand_on(desk, ticket, unit, owner, meant.rest)
