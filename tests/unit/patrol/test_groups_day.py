"""The patrol sheet of 青石镇 from what is on record."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.categories import Category, Level
from bot.domain.messages import OutKind
from bot.domain.patrol_sheet import PatrolFacts
from bot.domain.silence import Senses, Silence
from bot.domain.tickets import Link, Relation, State, Thread, Ticket, ticket_id
from bot.domain.zombie import Wake, Waking, Zero
from bot.office import Office
from bot.patrol.groups_day import Record, compose
from bot.patrol.groups_words import say_wake, say_zeros
from bot.ports import GroupDay, Hearing
from bot.ports.groups import Wanted
from bot.ports.platform import Gap


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


FRIDAY = at("2026-03-06T17:00")
TODAY = date(2026, 3, 6)
GROUP = "g-qs1"


def thread(number: int, said: str, *, village: str = "v-qs", replied: str | None = None, **more: object) -> Thread:
    plain = Ticket(
        id=ticket_id(village, 2026, number),
        village=village,
        year=2026,
        number=number,
        category=Category.HELP,
        urgent=False,
        state=State.PROMPTED,
        level=Level.VILLAGE,
        unit=village,
        owner="p-li",
        platform="practice",
        group=GROUP if village == "v-qs" else "g-lw1",
        requester="u-asker",
        text="二组路灯又不亮了",
        topic="路灯",
        place="二组",
        said_at=at(said),
        opened_at=at(said),
        due_at=at(said) + timedelta(days=5),
        first_cadre_reply=None if replied is None else "m-reply",
    )
    links = () if replied is None else (_link(plain.id, at(replied)),)
    return Thread(ticket=replace(plain, **more), links=links)  # type: ignore[arg-type]


def _link(ticket: str, when: datetime) -> Link:
    return Link(ticket=ticket, platform="practice", message="m-reply", relation=Relation.REPLY, sender="u-li", at=when)


def heard_days(group: str = GROUP, *, villagers: int = 3, cadres: int = 1, count: int = 40) -> tuple[GroupDay, ...]:
    return tuple(
        GroupDay(
            group=group,
            day=TODAY - timedelta(days=back),
            villager_messages=villagers,
            cadre_messages=cadres,
            bot_messages=2,
            heard=villagers + cadres,
        )
        for back in reversed(range(count))
    )


RECORD = Record(
    township="t-qs",
    days=heard_days(),
    hearing={GROUP: Hearing(group=GROUP, heard_at=FRIDAY, villager_at=FRIDAY, posted_at=FRIDAY, echoed_at=FRIDAY)},
    known_since={GROUP: date(2026, 1, 3)},
    senses={"practice": Senses(hears_all=True, echoes_own=True)},
)


def row(record: Record, office: Office, *, when: datetime = FRIDAY) -> PatrolFacts:
    found = compose(record, when, office).of(GROUP)
    assert found is not None
    return found


def test_a_days_counts_are_the_groups_own(office: Office) -> None:
    record = replace(
        RECORD,
        threads=(
            thread(1, "2026-03-06T09:00", replied="2026-03-06T09:20"),
            thread(2, "2026-03-06T11:50", replied="2026-03-06T14:30"),
            thread(3, "2026-03-06T15:00"),
            thread(4, "2026-03-04T15:00", state=State.CLOSED, closed_at=at("2026-03-06T10:00")),
            thread(5, "2026-03-06T15:00", state=State.MERGED),
            thread(6, "2026-02-20T15:00"),
            thread(1, "2026-03-06T15:00", village="v-lw"),
        ),
        wanted=(
            Wanted(group=GROUP, at=at("2026-03-06T08:00"), settled=True),
            Wanted(group=GROUP, at=at("2026-03-06T08:10"), settled=False),
            Wanted(group=GROUP, at=at("2026-03-05T08:00"), settled=False),
        ),
        speakers={GROUP: 5},
        posted={GROUP: frozenset({OutKind.DUTY})},
        gaps=(
            Gap(
                platform="practice",
                account="",
                since=at("2026-03-05T23:50"),
                until=at("2026-03-06T00:10"),
                why="重启",
            ),
        ),
    )
    found = row(record, office)
    assert (found.asked, found.answered, found.first_reply_minutes) == (5, 3, 30)
    assert (found.unanswered, found.overdue, found.results) == (2, 1, 1)
    assert (found.speakers, found.villager_messages, found.cadre_messages, found.bot_messages) == (5, 3, 1, 2)
    assert (found.duty_notice, found.daily_item, found.gap_minutes) == (True, False, 10)


def test_fewer_than_three_speakers_are_not_counted_out(office: Office) -> None:
    assert row(replace(RECORD, speakers={GROUP: 2}), office).speakers == 0


def test_a_busy_group_in_which_nothing_comes_of_it_is_without_effect(office: Office) -> None:
    found = row(RECORD, office)
    assert (found.zeros, found.judgement.silence) == ((Zero.EFFECT,), Silence.LIVELY)
    assert say_zeros(found, office) == ("零作用：30天里没有办成的事，也没有公开",)
    assert say_wake(found, office) == "可以请干部去走一走"
    closed = thread(4, "2026-02-20T15:00", state=State.CLOSED, closed_at=at("2026-02-25T10:00"))
    assert row(replace(RECORD, threads=(closed,)), office).zeros == ()
    published = tuple(replace(day, published=1) if day.day == date(2026, 2, 25) else day for day in RECORD.days)
    assert row(replace(RECORD, days=published), office).zeros == ()


def test_what_would_wake_it_comes_in_order(office: Office) -> None:
    pending = thread(1, "2026-03-01T09:00", category=Category.DISCLOSURE)
    matter = thread(2, "2026-03-02T09:00", topic="饮水")
    asked = tuple(thread(number, "2026-03-01T09:00", village="v-lw", topic="医保") for number in (1, 2, 3))
    found = row(replace(RECORD, threads=(pending, matter, *asked)), office)
    assert found.wake == (
        Wake(by=Waking.PUBLICATION, ticket="v-qs-2026-1", number=1),
        Wake(by=Waking.MATTER, ticket="v-qs-2026-2", number=2),
        Wake(by=Waking.TOPIC, topic="医保"),
        Wake(by=Waking.VISIT),
    )
    assert say_wake(found, office) == "可以先把1号要公开的发到群里"
    found = row(replace(RECORD, threads=(matter, *asked)), office)
    assert say_wake(found, office) == "可以先答复2号"
    found = row(replace(RECORD, threads=asked), office)
    assert say_wake(found, office) == "可以发一条讲“医保”的，镇里近来问得多"


def test_what_needs_care_is_no_occasion_and_two_tickets_are_no_topic(office: Office) -> None:
    careful = thread(1, "2026-03-01T09:00", careful=True, category=Category.DISCLOSURE)
    asked = tuple(thread(number, "2026-03-01T09:00", village="v-lw", topic="医保") for number in (1, 2))
    assert row(replace(RECORD, threads=(careful, *asked)), office).wake == (Wake(by=Waking.VISIT),)


def test_a_small_group_gets_longer(office: Office) -> None:
    org = office.org
    small = replace(org, groups={**org.groups, GROUP: replace(org.groups[GROUP], members=40)})
    found = row(RECORD, replace(office, org=small))
    assert (found.zeros, found.effect_days) == ((), 60)
    told = replace(RECORD, counted={GROUP: 40})
    assert row(told, office).effect_days == 60, "as its platform says, where nobody has written a number"
    large = replace(org, groups={**org.groups, GROUP: replace(org.groups[GROUP], members=300)})
    assert row(told, replace(office, org=large)).effect_days == 30, "a number that somebody wrote comes first"


def test_a_day_that_is_over_is_seen_as_it_was(office: Office) -> None:
    quiet = tuple(day for day in heard_days(villagers=0, count=12))
    spoke = replace(quiet[0], villager_messages=2, heard=3)
    record = replace(RECORD, days=(spoke, *quiet[1:-1], replace(quiet[-1], villager_messages=4)))
    then = row(record, office, when=at("2026-03-05T23:59"))
    assert (then.judgement.silence, then.judgement.days, then.villager_messages) == (Silence.ORANGE, 10, 0)
    assert row(record, office).judgement.silence is Silence.LIVELY


def test_nobody_stands_on_the_sheet(office: Office) -> None:
    record = replace(RECORD, threads=(thread(1, "2026-03-06T09:00", replied="2026-03-06T09:20"),), speakers={GROUP: 5})
    page = repr(compose(record, FRIDAY, office))
    for person in ("u-asker", "u-li", "p-li", "李青山", "路灯又不亮"):
        assert person not in page
