"""The whole story on either platform, through every fault: no acknowledged message is lost, nothing is said twice."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.ports.platform import LineState
from tests.platforms.living import Home, living
from tests.platforms.stories import DONE, LIGHT, WATER, answered, asked, lost_nothing, receipt_and_prompt, result
from tests.platforms.streets import MIB, OFFICER, Street

WINDOW = timedelta(seconds=25)
"""Longer than the time in which one thought may be continued."""
APART = timedelta(minutes=10)
"""The group reads one receipt in ten minutes at most, and an officer one bundle."""


async def test_undisturbed_it_is_told_to_its_end(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await asked(life, street, LIGHT, number=1)
        await answered(life, street, number=1)
        await lost_nothing(life, street, tickets=1)
        assert await life.gaps() == ()
        assert await life.unsent() == []


async def test_the_peer_dies_after_the_question_and_after_the_answer(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
        await street.kill()
        await life.stands(LineState.OFFLINE)
        life.wait(WINDOW)  # the bot knows what to say, and has nobody to say it to
        await street.start()
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, street, number=1)

        await street.kill()
        await life.stands(LineState.OFFLINE)
        await street.start()
        await life.stands(LineState.ONLINE)
        await answered(life, street, number=1)
        await lost_nothing(life, street, tickets=1)
        assert len(await life.gaps()) == 2
        assert await life.unsent() == []


async def test_the_peer_stands_still_when_the_bot_wants_to_speak(home: Home, street: Street) -> None:
    """What was handed over before it stood still arrives afterwards, and is not said again."""
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
        street.freeze()
        try:
            life.wait(WINDOW)
            await life.stands(LineState.OFFLINE)
        finally:
            street.thaw()
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, street, number=1)
        await answered(life, street, number=1)
        life.wait(timedelta(minutes=3))  # what nobody knows has been found out or left alone
        await lost_nothing(life, street, tickets=1)
        assert len(await life.gaps()) == 1


async def test_everything_is_delivered_again_and_the_other_way_round(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await asked(life, street, LIGHT, number=1)
        await street.again()
        life.wait(APART)
        await asked(life, street, WATER, number=2, by="u-ly")
        await street.again()
        await answered(life, street, number=2)
        await street.again()
        await answered(life, street, number=1)
        await street.again()
        last = await street.tell("待办")
        await life.hears(last)
        await lost_nothing(life, street, tickets=2)


async def test_it_is_shown_but_the_peer_never_says_so(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await asked(life, street, LIGHT, number=1)
        await street.slow_send()
        await answered(life, street, number=1)
        life.wait(timedelta(minutes=3))
        await lost_nothing(life, street, tickets=1)


async def test_our_own_process_is_stopped_after_the_question_and_after_the_answer(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
    async with living(home, street.adapter()) as life:
        await receipt_and_prompt(life, street, number=1)
        await life.hears(await street.tell(f"1 办结 {DONE[1]}"))
    async with living(home, street.adapter()) as life:
        await result(life, street, number=1)
        await lost_nothing(life, street, tickets=1)
        assert {gap.why for gap in await life.gaps()} == {"小微没有运行"}


async def test_the_credentials_are_wrong_for_a_while(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
    async with living(home, street.adapter(right=False), connected=False) as life:
        await life.stands(LineState.REFUSED)
        life.wait(WINDOW)
        await asyncio.sleep(0.5)  # what is to be said waits for the line
        assert await life.unsent() == []
    async with living(home, street.adapter()) as life:
        await receipt_and_prompt(life, street, number=1)
        await answered(life, street, number=1)
        await lost_nothing(life, street, tickets=1)


async def test_a_second_process_of_ours_waits_and_takes_over(home: Home, street: Street) -> None:
    async with AsyncExitStack() as second_run:
        async with living(home, street.adapter()) as first:
            second = await second_run.enter_async_context(living(home, street.adapter(), connected=False))
            await asked(first, street, LIGHT, number=1)
            assert first.online
            assert not second.online

        async def taken_over() -> bool:
            return second.online

        await second.until(taken_over, hurry=False)
        await answered(second, street, number=1)
        await lost_nothing(second, street, tickets=1)


async def test_a_server_in_its_place_hangs_up_at_once(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
        came = await street.hang_up_on_everybody()
        await life.stands(LineState.OFFLINE)
        life.wait(WINDOW)
        await asyncio.sleep(1.5)
        # These adapters live ten times as fast as in the field, with pauses of 0.4 s at most instead of a minute.
        assert await came() <= 10
        await street.behave()
        await life.stands(LineState.ONLINE)
        await receipt_and_prompt(life, street, number=1)
        await answered(life, street, number=1)
        await lost_nothing(life, street, tickets=1)
        assert len(await life.gaps()) == 1


async def test_a_large_picture_beside_the_words_reaches_the_officer(home: Home, street: Street) -> None:
    async with living(home, street.adapter()) as life:
        await life.hears(await street.ask(LIGHT))
        shown = street.new_id()
        await street.show(shown, size=4 * MIB, by="u-zhen")
        await life.hears(shown)
        await receipt_and_prompt(life, street, number=1)

        async def offered() -> bool:
            return any(one.to == OFFICER and one.size == 4 * MIB for one in await street.seen())

        await life.until(offered)
        assert not any(one.size and one.to != OFFICER for one in await street.seen()), "never in the group (R25)"
        await answered(life, street, number=1)
        await lost_nothing(life, street, tickets=1)
