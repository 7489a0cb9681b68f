"""Which tickets a decision gets to see: what was just talked about, what sounds alike, and nobody else's secrets."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Message, Outgoing, OutKind, ToGroup
from bot.domain.org import Person
from bot.domain.tickets import Sketch
from bot.handlers.joining import Burst
from bot.handlers.reading import sight
from bot.handlers.situation import Situation
from bot.office import Office
from bot.ports import SendState, Sent
from tests.unit.handlers.talk import GROUP, message
from tests.unit.patrol.lamps import NINE

FROM_NINE_TO_NOON = 180
NOON = NINE + timedelta(minutes=FROM_NINE_TO_NOON)
FEW_MINUTES = timedelta(minutes=30)


def said(text: str, sender: str = "u-az", *, minutes: float = 0, mentions: tuple[str, ...] = ()) -> Message:
    """What somebody says in the group, so many minutes after noon."""
    return message(text, sender, FROM_NINE_TO_NOON + minutes, mentions=mentions)


def heard(text: str, *, before: tuple[Message, ...] = (), speaker: Person | None = None) -> Situation:
    burst = Burst(pieces=(said(text, mentions=("u-gs", "u-dt", "u-gs")),))
    return Situation(burst=burst, speaker=speaker, group=GROUP, village="v-qs", recent=before)


def old(number: int, text: str = "建议在村口装个减速带") -> Sketch:
    """A matter that nobody has spoken of for days."""
    return Sketch(
        id=f"old-{number:03}",
        live=True,
        urgent=False,
        group="g-qs1",
        requester=f"u-{number}",
        text=text,
        active_at=NOON - timedelta(days=5, minutes=number),
    )


def fresh(number: int, *, urgent: bool = False, minutes: float = 5) -> Sketch:
    """A matter that was spoken of minutes ago."""
    spoken = NOON - timedelta(minutes=minutes, seconds=number)
    return replace(old(number), id=f"new-{number:03}", urgent=urgent, active_at=spoken, text="垃圾没人清")


def seen(situation: Situation, sketches: Iterable[Sketch]) -> frozenset[str]:
    since = sight.talked_about_since(situation, FEW_MINUTES)
    return sight.in_sight(situation, list(sketches), since=since)


MANY = [old(number) for number in range(100)]


def test_what_the_words_are_about_is_seen_among_many_and_no_more_than_a_few() -> None:
    lamp = old(777, "二组路灯又不亮了")
    found = seen(heard("二组那个路灯还黑着"), [*MANY, lamp])
    assert lamp.id in found
    assert len(found) <= sight.MOST_ALIKE


def test_what_was_begun_before_counts_with_what_completes_it() -> None:
    lamp, gate = old(777, "二组路灯又不亮了"), old(778, "学校大门口太窄")
    before = (said("还有个事,二组路灯", minutes=-1), said("学校大门", "u-dt", minutes=-2))
    assert lamp.id in seen(heard("还是没人管", before=before), [*MANY, lamp])
    assert lamp.id not in seen(heard("还是没人管"), [*MANY, lamp])
    assert gate.id not in seen(heard("还是没人管", before=before), [*MANY, gate])


def test_what_the_group_has_just_talked_of_is_seen_whatever_the_words_are() -> None:
    just, long_ago = fresh(1), fresh(2, minutes=361)
    elsewhere = replace(fresh(3), group="g-qs2")
    ended = replace(fresh(4), live=False)
    assert seen(heard("嗯嗯"), [*MANY, just, long_ago, elsewhere, ended]) == {just.id, ended.id}


def test_an_emergency_is_seen_however_much_is_said_and_as_long_as_the_county_wants() -> None:
    fire = fresh(900, urgent=True)
    chatter = [fresh(number) for number in range(200)]
    found = seen(heard("嗯嗯"), [*chatter, fire])
    assert fire.id in found
    assert len(found) <= 2 * sight.MOST_RECENT
    since = sight.talked_about_since(heard("嗯嗯"), timedelta(hours=8))
    lasting = fresh(901, urgent=True, minutes=450)
    assert lasting.id in sight.in_sight(heard("嗯嗯"), [*MANY, lasting], since=since)


def test_what_another_wrote_privately_or_what_has_ended_is_never_looked_for_by_words() -> None:
    words = "二组路灯又不亮了"
    private = replace(old(777, words), group=None)
    ended = replace(old(778, words), live=False)
    mine = replace(old(779, words), group=None, requester="u-az")
    assert not {private.id, ended.id} & seen(heard(words), [*MANY, private, ended])
    assert mine.id in seen(heard(words), [*MANY, mine])


def test_a_cadres_words_are_compared_with_what_his_group_spoke_of_in_two_days(office: Office) -> None:
    cadre = office.org.people["p-lqs"]
    words = "二组路灯今晚换灯泡"
    yesterday = replace(old(1, "二组路灯又不亮了"), id="yesterday", active_at=NOON - timedelta(days=1))
    stale = replace(yesterday, id="stale", active_at=NOON - timedelta(days=2, seconds=1))
    elsewhere = replace(yesterday, id="elsewhere", group="g-qs2")
    private = replace(yesterday, id="private", group=None)
    assert seen(heard(words, speaker=cadre), [*MANY, yesterday, stale, elsewhere, private]) == {"yesterday"}


def test_only_a_cadre_who_mentions_somebody_answers_by_it(office: Office) -> None:
    assert sight.mentioned(heard("下午到")) == ()
    assert sight.mentioned(heard("下午到", speaker=office.org.people["p-lqs"])) == ("u-gs", "u-dt")


def test_the_ticket_that_the_sender_was_asked_about_is_seen() -> None:
    def rating(ticket: str, asked_of: str) -> Sent:
        asked = Outgoing(
            to=ToGroup(group="g-qs1"),
            kind=OutKind.RATING,
            text="解决了吗",
            dedupe_key=ticket,
            ticket=ticket,
            asked_of=asked_of,
        )
        return Sent(id="b1", outgoing=asked, state=SendState.SENT, created_at=NINE)

    asked = replace(heard("解决了"), asked=(rating("v-qs-2026-1", "u-az"), rating("v-qs-2026-2", "u-dt")))
    assert seen(asked, MANY) == {"v-qs-2026-1"}
