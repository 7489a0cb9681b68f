"""存入素材: an officer gives the village a daily item of its own; a reviewer reads it before anybody else (R37)."""

import re
from datetime import timedelta

from bot.classify.masking import mask
from bot.classify.names import NAME, NameHider
from bot.daily_item import say_item
from bot.domain.categories import Level
from bot.domain.media import MediaState
from bot.domain.messages import Kind, MediaKind, Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Outcome
from bot.domain.own_content import ItemState, OwnItem
from bot.handlers.officer import evidence
from bot.handlers.officer.content_words import Act, Draft, draft, read
from bot.handlers.officer.desk import Desk
from bot.phrasing import numbered

SHOWN_WITHIN = timedelta(minutes=10)
"""How long before 存入素材 a text is the one that is meant."""
LONGEST_TITLE = 24
LONGEST_TEXT = 300
SHORTEST_TEXT = 12
"""Characters."""
_ADDRESS = re.compile(r"https://\S+")
_OPEN = (ItemState.PROPOSED, ItemState.RELEASED)


class _Refusal(Exception):  # noqa: N818 - reads as what it is
    """Why something is not stored, as an answer to the officer."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def store(desk: Desk, words: str) -> Outcome:
    """Check what is to be stored, and ask a reviewer. ``words``: what stands behind 存入素材."""
    unit = unit_of(desk)
    if unit is None:
        return desk.tell("own.only_villages")
    if words.strip() == desk.office.say("own.sentence_foreign").removeprefix("存入素材").strip():
        return desk.tell("own.foreign")
    try:
        given = _checked(desk, _given(desk, words), unit)
        picture = _picture(desk, given)
    except _Refusal as refusal:
        return refusal.outcome
    if not given.source:
        return _whose(desk, given, unit)
    number = max((one.number for one in desk.situation.own_items if one.unit == unit), default=0) + 1
    item = OwnItem(
        unit=unit,
        number=number,
        step=1,
        state=ItemState.PROPOSED,
        title=given.title,
        text=given.text,
        source=given.source,
        link=given.link,
        picture=picture,
        proposed_by=desk.speaker.id,
        by=desk.speaker.id,
        at=desk.now,
    )
    reader = _reader(desk, unit)
    told = desk.tell(
        "own.proposed",
        number=number,
        title=item.title,
        picture=desk.office.say("own.with_picture") if picture else "",
        who=reader.title,
    )
    return told + Outcome(own_items=(item,), sends=(_question(desk, item, reader),))


def unit_of(desk: Desk) -> str | None:
    """For whose groups this officer stores: his village or township, a department's for what stands above it."""
    units = desk.office.org.units
    unit = units[desk.speaker.unit]
    if unit.level is Level.DEPARTMENT and unit.parent is not None:
        unit = units[unit.parent]
    return unit.id if unit.level in (Level.VILLAGE, Level.TOWNSHIP) else None


def name_of(item: OwnItem, desk: Desk) -> str:
    """How this officer calls an item: by number, with the unit in front unless it is his own."""
    return str(item.number) if item.unit == unit_of(desk) else f"{desk.office.org.units[item.unit].name}{item.number}"


def name_for(item: OwnItem, reader: Person, desk: Desk) -> str:
    """How somebody else calls it."""
    return str(item.number) if item.unit == reader.unit else f"{desk.office.org.units[item.unit].name}{item.number}"


def _given(desk: Desk, words: str) -> Draft:
    """What was written behind the word, or sent just before it."""
    given = draft(words)
    if given.text:
        return given
    since = desk.situation.burst.first.at - SHOWN_WITHIN
    burst = desk.situation.burst.pieces
    before = [
        piece.text
        for piece in (*desk.situation.own_recent(since), *burst)
        if piece.kind in (Kind.TEXT, Kind.CARD) and piece.text.strip() and read(piece.text) is None
    ]
    sent = draft(before[-1] if before else "")
    return Draft(
        title=given.title or sent.title,
        text=sent.text,
        source=given.source or sent.source,
        link=given.link or sent.link,
        without_picture=given.without_picture,
    )


def _checked(desk: Desk, given: Draft, unit: str) -> Draft:
    """The parts fit to be read by a village. Raises _Refusal with what to mend."""
    office = desk.office
    text = given.text.strip()
    if not text:
        raise _Refusal(desk.tell("own.no_text", how=office.say("own.how")))
    title = given.title or re.split(r"[,，。;；!！?？\n]", text, maxsplit=1)[0][:LONGEST_TITLE].strip()
    if len(text) < SHORTEST_TEXT:
        raise _Refusal(desk.tell("own.too_short", least=SHORTEST_TEXT))
    if len(text) > LONGEST_TEXT:
        raise _Refusal(desk.tell("own.too_long", count=len(text), most=LONGEST_TEXT))
    if len(title) > LONGEST_TITLE:
        raise _Refusal(desk.tell("own.title_long", count=len(title), most=LONGEST_TITLE))
    link = given.link.strip()
    if link and not _ADDRESS.fullmatch(link):
        raise _Refusal(desk.tell("own.bad_link"))
    whole = f"{title}\n{text}\n{given.source}"
    if mask(whole) != whole:
        raise _Refusal(desk.tell("own.has_number"))
    if NAME in NameHider(person.name for person in office.org.people.values()).hide(whole):
        raise _Refusal(desk.tell("own.has_name"))
    praise = next((word for word in office.say("own.words_praise").split() if word in whole), None)
    if praise is not None:
        raise _Refusal(desk.tell("own.has_praise", word=praise))
    line = office.org.line_of(unit)
    titles = {one.title for one in desk.situation.own_items if one.unit in line and one.state in _OPEN}
    if title in titles | {one.title for one in office.content}:
        raise _Refusal(desk.tell("own.known", title=title))
    return Draft(title=title, text=text, source=given.source, link=link, without_picture=given.without_picture)


def _picture(desk: Desk, given: Draft) -> str | None:
    """The content hash of the one picture that was sent with it. Raises _Refusal if it is not here yet, or several."""
    pictures = [] if given.without_picture else [one for one in desk.situation.shown if one.kind is MediaKind.PICTURE]
    if len(pictures) > 1:
        raise _Refusal(desk.tell("own.too_many_pictures", count=len(pictures)))
    if not pictures:
        return None
    if pictures[0].state is not MediaState.KEPT or pictures[0].digest is None:
        sentence = f"存入素材 {desk.office.say('own.no_picture_word')}"
        raise _Refusal(desk.tell("own.picture_waits", sentence=sentence))
    return pictures[0].digest


def _whose(desk: Desk, given: Draft, unit: str) -> Outcome:
    """Nothing goes to villagers that does not say where it comes from."""
    office = desk.office
    own = office.say(
        "own.sentence_store",
        title=given.title,
        text=given.text,
        link=given.link,
        source=office.say("own.source_own", unit=office.org.units[unit].name),
    )
    if given.without_picture:
        own = own.replace("存入素材", f"存入素材 {office.say('own.no_picture_word')}", 1)
    options = [
        (office.say("own.choice_own"), own),
        (office.say("own.choice_foreign"), office.say("own.sentence_foreign")),
    ]
    return desk.ask("own.whose", options, title=given.title)


def may_review(person: Person, item: OwnItem, desk: Desk) -> bool:
    """Whether somebody may release an item: a reviewer of the unit or above, an inspector; never who proposed it."""
    org = desk.office.org
    return bool(person.roles & {Role.REVIEWER, Role.INSPECTOR, Role.COUNTY_DESK}) and org.covers(person, item.unit)


def _reader(desk: Desk, unit: str) -> Person:
    """Who is asked: the unit's reviewer, else those above, the nearest first; somebody else than the speaker."""
    org, able = desk.office.org, desk.office.able(desk.now)
    roles = (Role.REVIEWER, Role.INSPECTOR, Role.COUNTY_DESK)
    line = [
        person
        for place in org.line_of(unit)
        for role in roles
        for person in org.people_of(place, role)
        if person != desk.speaker
    ]
    found = next(filter(able, line), None) or next(iter(line), None)
    if found is None:
        message = f"nobody could review what {unit} stores"
        raise LookupError(message)
    return found


def _question(desk: Desk, item: OwnItem, reader: Person) -> Outgoing:
    office = desk.office
    name = name_for(item, reader, desk)
    options = [
        (office.say("own.choice_release"), office.say("own.sentence_release", name=name)),
        (office.say("own.choice_return"), office.say("own.sentence_return", name=name)),
    ]
    return Outgoing(
        to=ToPerson(person=reader.id),
        kind=OutKind.QUESTION,
        text=office.say(
            "own.review",
            unit=office.org.units[item.unit].name,
            who=desk.speaker.title,
            number=item.number,
            item=say_item(item.as_item(), office),
            picture=office.say("own.review_picture", name=name) if item.picture else "",
            choices=numbered(office, [label for label, _ in options]),
        ),
        dedupe_key=f"own-item:{item.id}:{item.step}:{reader.id}",
        not_before=office.hold(desk.now),
        choices=tuple(sentence for _, sentence in options),
    )


def shown(desk: Desk) -> tuple[tuple[str, str], ...]:
    """The messages whose media 存入素材 needs, by platform and id; none for any other sentence."""
    words = desk.situation.burst.text.strip()
    said = read(desk.chosen(words) or words)
    if said is None or said.act is not Act.STORE:
        return ()
    return tuple((piece.platform, piece.id) for piece in evidence.shown(desk))
