"""When what a villager showed goes to the officer, and when it waits."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.media import Media, MediaState, MediaStep, Why
from bot.domain.messages import MediaKind, MediaRef, OutKind, ToPerson
from bot.domain.outcome import NOTHING, Job, Outcome, Slot
from bot.domain.tickets import State, Thread
from bot.office import Office
from bot.patrol import media, media_away
from tests.unit.patrol.lamps import lamp
from tests.world import at

NOW = at("2026-03-06 10:00")


def picture(number: int = 1, *, age: float = 1, state: MediaState = MediaState.KEPT) -> Media:
    """A picture that came so many seconds ago."""
    return Media(
        id=number,
        platform="practice",
        message=f"m{number}",
        ref=MediaRef(platform="practice", kind=MediaKind.PICTURE, handle=""),
        state=state,
        arrived_at=NOW - timedelta(seconds=age),
        digest=f"{number:064x}" if state is MediaState.KEPT else None,
    )


def decided(office: Office, *found: Media, told: bool = True, now: datetime = NOW, **ticket: object) -> Outcome:
    """What follows for the lamp's ticket."""
    thread = Thread(ticket=replace(lamp(number=12), **ticket), links=())  # type: ignore[arg-type]  # fields of a ticket
    slot = Slot(at=now, job=Job.MEDIA, scope=thread.ticket.id)
    return media.decide(media.Facts(thread=thread, media=found, told=told), slot, now, office)


def test_one_line_and_then_the_others_without_words(office: Office) -> None:
    sends = decided(office, picture(1), picture(2)).sends
    assert [(one.text, one.attachment) for one in sends] == [
        ("青石村12号，村民发来2张图片：", f"{1:064x}"),
        ("", f"{2:064x}"),
    ]
    assert {(one.to, one.kind, one.answers) for one in sends} == {(ToPerson(person="p-li"), OutKind.NOTICE, True)}


def test_it_waits_for_the_prompt_ever_longer_but_not_for_ever(office: Office) -> None:
    waits = []
    for age in (1, 60, 3600, 23 * 3600):
        (again,) = decided(office, picture(age=age), told=False).slots
        waits.append((again.at - NOW).total_seconds())
    assert waits == [5, 30, 600, 600]
    assert decided(office, picture(age=25 * 3600), told=False).sends


def test_a_picture_on_its_way_is_waited_for_half_a_minute(office: Office) -> None:
    coming = picture(2, age=20, state=MediaState.WAITING)
    assert not decided(office, picture(), coming).sends
    assert decided(office, picture(), coming).slots
    assert decided(office, picture(), replace(coming, arrived_at=NOW - timedelta(seconds=40))).sends


def test_at_night_nobody_is_woken_except_for_an_emergency(office: Office) -> None:
    night = at("2026-03-06 23:00")
    (again,) = decided(office, picture(), now=night).slots
    assert again.at == at("2026-03-07 07:30") + timedelta(seconds=5)
    assert decided(office, picture(), now=night, urgent=True).sends


@pytest.mark.parametrize(
    "hidden",
    [
        {"aside": True},
        {"by_cadre": True},
        {"shown_at": NOW},
        {"state": MediaState.DROPPED},
        {"state": MediaState.WAITING},
    ],
)
def test_what_is_not_to_be_shown_is_not_shown(office: Office, hidden: dict[str, object]) -> None:
    assert decided(office, replace(picture(), **hidden)) == NOTHING  # type: ignore[arg-type]  # fields of media


@pytest.mark.parametrize("ended", [{"state": State.CLOSED}, {"state": State.WITHDRAWN}, {"careful": True}])
def test_an_ended_matter_and_one_that_is_handled_with_care_get_none(office: Office, ended: dict[str, Any]) -> None:
    assert decided(office, picture(), **ended) == NOTHING


def test_the_same_picture_sent_twice_is_shown_once(office: Office) -> None:
    twice = replace(picture(2), digest=picture(1).digest)
    outcome = decided(office, picture(1), twice)
    assert [len(outcome.sends), len(outcome.media)] == [1, 2]


def test_what_did_not_come_is_said(office: Office) -> None:
    lost = replace(picture(1, state=MediaState.LOST), why=Why.GONE)
    large = replace(picture(2, state=MediaState.REFUSED), why=Why.TOO_LARGE)
    (told,) = decided(office, lost, large).sends
    assert told.attachment is None
    assert told.text.splitlines() == [
        "青石村12号，村民发了东西，小微没有收下。",
        "有1个超过20MB，太大了，没有收；要看请直接向村民要。有1个没能取到，请直接向村民要。",
    ]


def test_what_nobody_needs_goes_and_what_a_case_rests_on_hides(office: Office) -> None:
    slot = Slot(at=NOW, job=Job.MEDIA_AWAY, scope="yunxi")
    stale = (picture(1), replace(picture(2), for_clue=True))
    outcome = media_away.decide(media_away.Facts(stale=stale), slot, NOW, office)
    assert [(one.id, one.step) for one in outcome.media] == [(1, MediaStep.DROPPED), (2, MediaStep.HIDDEN)]
    assert outcome.slots == ()
    full = media_away.Facts(stale=(picture(1),) * media_away.MOST)
    assert media_away.decide(full, slot, NOW, office).slots, "the rest is looked at right after"
