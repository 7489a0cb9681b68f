"""What waits to be sent to somebody: shown in the practice hall, so that silence is understood."""

from bot.domain.messages import ToPerson
from bot.domain.outcome import Outcome
from bot.ports import SendState
from bot.store import SqlStore
from tests.store.world import OFFICER, minutes, post

TO_OFFICER = ToPerson(person=OFFICER)
KEY = f"person:{OFFICER}"


async def test_what_is_kept_for_an_officer_is_told_apart_from_what_he_has_and_what_others_wait_for(
    store: SqlStore,
) -> None:
    sends = (
        post("a", "马上说的", to=TO_OFFICER),
        post("b", "攒着的", to=TO_OFFICER, not_before=minutes(10)),
        post("c", "一起攒着的", to=TO_OFFICER, not_before=minutes(10)),
        post("d", "别人的", to=ToPerson(person="p-other"), not_before=minutes(10)),
    )
    await store.commit(Outcome(sends=sends), now=minutes(0))
    (first,) = await store.claim_sends(minutes(0), limit=1)
    await store.settle(first.id, SendState.SENT, now=minutes(1), platform="practice", platform_id="x1")
    held = await store.held_for(KEY)
    assert [(one.outgoing.text, one.state, one.outgoing.not_before) for one in held] == [
        ("攒着的", SendState.PENDING, minutes(10)),
        ("一起攒着的", SendState.PENDING, minutes(10)),
    ]
    (due, *_) = await store.claim_sends(minutes(10), limit=1)
    await store.hold_back(due.id, until=minutes(30))
    assert [one.outgoing.not_before for one in await store.held_for(KEY)] == [minutes(30), minutes(10)]
    assert await store.held_for("person:p-nobody") == ()
