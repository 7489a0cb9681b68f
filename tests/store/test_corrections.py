"""Which tickets people have ruled on, with what the lexicon may learn from them."""

from dataclasses import replace

from bot.domain.categories import Category
from bot.domain.corrections import Ruling
from bot.domain.messages import BOT
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import EventKind, Relation, Ticket, TicketEvent
from bot.domain.verdicts import Context
from bot.store import SqlStore
from bot.store.corrections import settled
from tests.store.world import OFFICER, VILLAGE, clue, hear, lamp, link, minutes, said

ASKED = Ruling(Category.HELP, Category.CONSULTATION)
DISMISSED = Ruling(Category.HELP, Category.NONE)
LET_STAND = Ruling(Category.HELP, Category.HELP)


async def happens(store: SqlStore, ticket: Ticket, *events: tuple[EventKind, dict[str, str]], at: float = 0) -> None:
    """The ticket is opened by the bot as help, and then an officer does these things."""
    opened = TicketEvent(
        ticket=ticket.id, at=minutes(at), kind=EventKind.OPENED, actor="villager", data={"category": "help"}
    )
    done = [
        TicketEvent(ticket=ticket.id, at=minutes(at + step), kind=kind, actor=OFFICER, data=data)
        for step, (kind, data) in enumerate(events, start=1)
    ]
    message = f"m{ticket.village}{ticket.number}"
    outcome = Outcome(changes=(Change(ticket=ticket, events=(opened, *done)),), links=(link(ticket, message),))
    assert await store.commit(outcome, now=minutes(at))


async def rulings(store: SqlStore, *, most_confirmed: int = 100) -> dict[str, Ruling]:
    return {one.ticket.id: one.ruling for one in await settled(store, most_confirmed=most_confirmed)}


async def test_corrected_dismissed_and_closed_tickets_are_found_open_ones_are_not(store: SqlStore) -> None:
    await happens(store, lamp(1), (EventKind.RECATEGORISED, {"from": "help", "to": "consultation"}))
    await happens(store, lamp(2), (EventKind.WITHDRAWN, {"reason": "not an appeal"}))
    await happens(store, lamp(3), (EventKind.PROGRESS, {"text": "明天去"}), (EventKind.CLOSED, {"text": "已修"}))
    await happens(store, lamp(4), (EventKind.PROGRESS, {"text": "明天去"}))
    await happens(store, lamp(5), (EventKind.WITHDRAWN, {"reason": "和1号重复"}))
    found = await rulings(store)
    assert found == {f"{VILLAGE}-2026-1": ASKED, f"{VILLAGE}-2026-2": DISMISSED, f"{VILLAGE}-2026-3": LET_STAND}


async def test_they_come_by_village_and_number_wherever_the_database_sorts_letters(store: SqlStore) -> None:
    for ticket in (lamp(1, village="v-z"), lamp(1), lamp(2)):
        await happens(store, ticket, (EventKind.CLOSED, {}))
    assert list(await rulings(store)) == [f"{VILLAGE}-2026-1", f"{VILLAGE}-2026-2", "v-z-2026-1"]


async def test_of_those_let_stand_only_the_latest_come_but_every_correction(store: SqlStore) -> None:
    await happens(store, lamp(1), (EventKind.WITHDRAWN, {}), at=0)
    for number in (2, 3, 4):
        await happens(store, lamp(number), (EventKind.CLOSED, {}), at=number * 10)
    assert list(await rulings(store, most_confirmed=2)) == [f"{VILLAGE}-2026-{number}" for number in (1, 3, 4)]
    assert list(await rulings(store, most_confirmed=0)) == [f"{VILLAGE}-2026-1"]


async def test_the_nicknames_of_all_who_spoke_of_it_come_along(store: SqlStore) -> None:
    await hear(store, replace(said(f"m{VILLAGE}1"), name="阿珍", mentions=(BOT,)))
    await hear(store, replace(said("m9", sender="u-7"), name="老郑"))
    await hear(store, replace(said("m10", sender="u-8"), name="别人"))
    await happens(store, lamp(1), (EventKind.CLOSED, {}))
    await store.commit(Outcome(links=(link(lamp(1), "m9", Relation.SUPPORT),)), now=minutes(1))
    (one,) = await settled(store, most_confirmed=9)
    assert one.names == ("老郑", "阿珍")
    assert one.context == Context(to_bot=True)


async def test_what_was_asked_privately_is_known_as_such(store: SqlStore) -> None:
    await happens(store, replace(lamp(1), group=None), (EventKind.CLOSED, {}))
    (one,) = await settled(store, most_confirmed=9)
    assert one.context == Context(private=True, to_bot=True)
    assert one.names == ()


async def test_a_clue_is_never_an_example(store: SqlStore) -> None:
    await hear(store, said("c1", "修路款的账对不上"))
    await store.commit(Outcome(clues=(clue("c1"),)), now=minutes(1), handled=())
    assert await settled(store, most_confirmed=9) == ()
