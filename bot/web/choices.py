"""Which conversations the practice hall shows, and as whom one speaks in them: read from the address, never trusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import ToAccount, ToGroup, ToPerson, recipient_key
from bot.domain.org import PRACTICE, Group, Person, Role
from bot.domain.workdays import local
from bot.office import Office
from bot.web.desk import Cast

OVERSEERS = (Role.INSPECTOR, Role.COUNTY_DESK)


class Slot(StrEnum):
    """The three panes of the hall."""

    VILLAGE = "village"
    OFFICER = "officer"
    INSPECTOR = "inspector"


SLOTS = frozenset(slot.value for slot in Slot)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """Somebody one can speak as. ``post`` is empty for a villager; ``person`` the id of a cadre."""

    account: str
    name: str
    post: str = ""
    hint: str = ""
    person: str | None = None
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A conversation with its speaker.

    ``recipient`` is the bot's side of it and ``conversation`` the speaker's, both as the store's ``lines`` wants them.
    ``group`` is None for a private chat with the bot.
    """

    speaker: Speaker
    recipient: str
    conversation: str
    group: Group | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What the visitor looks at. ``doubted`` are the parts of the address that did not fit and were replaced."""

    group: Group
    private: bool
    speakers: tuple[Speaker, ...]
    speaker: Speaker | None
    officers: tuple[Speaker, ...]
    officer: Speaker | None
    on_duty: str | None
    inspectors: tuple[Speaker, ...]
    inspector: Speaker | None
    doubted: frozenset[str]

    def talk(self, slot: Slot) -> Talk | None:
        """Return the conversation of a pane; None if the county has nobody who could hold it."""
        match slot:
            case Slot.VILLAGE:
                return _village_talk(self.group, self.speaker, private=self.private)
            case Slot.OFFICER:
                return _private_talk(self.officer)
            case Slot.INSPECTOR:
                return _private_talk(self.inspector)

    @property
    def as_query(self) -> dict[str, str]:
        """The choice as the query of an address."""
        chosen = {
            "group": self.group.id,
            "as": self.speaker.account if self.speaker else "",
            "where": "private" if self.private else "",
            "officer": self.officer.account if self.officer else "",
            "inspector": self.inspector.account if self.inspector else "",
        }
        return {key: value for key, value in chosen.items() if value}


def practice_groups(office: Office) -> tuple[Group, ...]:
    """Return the groups of the practice platform, in the order of the configuration."""
    return tuple(group for group in office.org.groups.values() if group.platform == PRACTICE)


def choose(wanted: Mapping[str, str], *, office: Office, hall: Cast, now: datetime) -> Choice | None:
    """Read a choice from a query; what is missing or does not fit is replaced by what a newcomer should see first.

    None if the county has no practice group.
    """
    groups = practice_groups(office)
    if not groups:
        return None
    doubted = set[str]()
    asked = wanted.get("group", "")
    group = next((group for group in groups if group.id == asked), None)
    if group is None:
        group = next((group for group in groups if hall.of(group.id)), groups[0])
        if asked:
            doubted.add("group")
    speakers = _speakers(group, office, hall)
    officers, duty = _officers(group, office, now)
    inspectors = _inspectors(group, office)
    pick = _Picker(wanted, doubted)
    return Choice(
        group=group,
        private=wanted.get("where") == "private",
        speakers=speakers,
        speaker=pick("as", speakers),
        officers=officers,
        officer=pick("officer", officers, first=duty),
        on_duty=duty,
        inspectors=inspectors,
        inspector=pick("inspector", inspectors),
        doubted=frozenset(doubted),
    )


class _Picker:
    """Picks speakers by the accounts that were asked for, and notes those that are not there."""

    def __init__(self, wanted: Mapping[str, str], doubted: set[str]) -> None:
        self._wanted = wanted
        self._doubted = doubted

    def __call__(self, key: str, among: Sequence[Speaker], *, first: str | None = None) -> Speaker | None:
        asked = self._wanted.get(key, "")
        by_account = {speaker.account: speaker for speaker in among}
        if asked in by_account:
            return by_account[asked]
        if asked:
            self._doubted.add(key)
        return by_account.get(first or "", among[0] if among else None)


def _speakers(group: Group, office: Office, hall: Cast) -> tuple[Speaker, ...]:
    """Return the villagers of the group, then the cadres of its village, who may speak in it as well."""
    villagers = (Speaker(account=one.account, name=one.nickname, hint=one.hint) for one in hall.of(group.id))
    return (*villagers, *_cadres(office, office.org.people_of(group.village)))


def _officers(group: Group, office: Office, now: datetime) -> tuple[tuple[Speaker, ...], str | None]:
    """Return everybody who may be asked to deal with the village's matters, and the account of who is on duty today.

    Overseers who hold no other role have their own pane.
    """
    org = office.org
    dealing = [
        person
        for person in org.people.values()
        if person.unit == group.village or (org.covers(person, group.village) and not _only_oversees(person))
    ]
    officers = _cadres(office, sorted(dealing, key=_nearness(group.village, office)))
    try:
        duty = office.on_duty(group.village, local(now).date()).id
    except LookupError:
        duty = ""
    return officers, next((one.account for one in officers if one.person == duty), None)


def _inspectors(group: Group, office: Office) -> tuple[Speaker, ...]:
    """Return the inspectors above the village, from the township upwards, then the other overseers of the county."""
    people = [person for person in office.org.people.values() if person.roles.intersection(OVERSEERS)]
    return _cadres(office, sorted(people, key=_nearness(group.village, office)))


def _nearness(village: str, office: Office) -> Callable[[Person], int]:
    """Return a key that sorts people from the village upwards; those outside its line come last."""
    place = {unit: height for height, unit in enumerate(office.org.line_of(village))}
    return lambda person: place.get(person.unit, len(place))


def _only_oversees(person: Person) -> bool:
    return bool(person.roles) and person.roles.issubset(OVERSEERS)


def _cadres(office: Office, people: Sequence[Person]) -> tuple[Speaker, ...]:
    return tuple(
        Speaker(
            account=account.id,
            name=person.name,
            post=person.post,
            person=person.id,
            unit=office.org.units[person.unit].name,
        )
        for person in people
        for account in [account for account in person.accounts if account.platform == PRACTICE][:1]
    )


def _village_talk(group: Group, speaker: Speaker | None, *, private: bool) -> Talk | None:
    if speaker is None:
        return None
    if private:
        return _private_talk(speaker)
    key = recipient_key(ToGroup(group=group.id))
    return Talk(speaker=speaker, recipient=key, conversation=key, group=group)


def _private_talk(speaker: Speaker | None) -> Talk | None:
    if speaker is None:
        return None
    account = recipient_key(ToAccount(platform=PRACTICE, account=speaker.account))
    recipient = account if speaker.person is None else recipient_key(ToPerson(person=speaker.person))
    return Talk(speaker=speaker, recipient=recipient, conversation=account, group=None)
