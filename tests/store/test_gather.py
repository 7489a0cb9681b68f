"""Calls that arrive while one is being written are written together, and each hears only of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.store.gather import Gather


class Desk:
    """A desk at which one clerk writes down what is handed in; a bad number is refused, a fire stops everything."""

    def __init__(self) -> None:
        """Start with an empty desk."""
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.gather = Gather[int, int](self.write, most=3)

    async def write(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        """Write when the desk is open; ten times the number comes back."""
        await self.open.wait()
        if 666 in numbers:
            message = "fire"
            raise OSError(message)
        self.batches.append(list(numbers))
        return [ValueError(f"{number} is bad") if number < 0 else number * 10 for number in numbers]


async def hand_in(desk: Desk, *numbers: int) -> list[asyncio.Task[int]]:
    """Everybody comes at once, in this order; the first is being written when the others arrive."""
    tasks = [asyncio.ensure_future(desk.gather(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_a_lone_call_waits_for_nobody() -> None:
    desk = Desk()
    desk.open.set()
    assert await desk.gather(4) == 40
    assert desk.batches == [[4]]


async def test_those_who_wait_are_written_together_in_order_and_not_too_many() -> None:
    desk = Desk()
    tasks = [*await hand_in(desk, 1), *await hand_in(desk, 2, 3, 4, 5)]
    desk.open.set()
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40, 50]
    assert desk.batches == [[1], [2, 3, 4], [5]]


async def test_a_refusal_reaches_only_the_one_it_concerns() -> None:
    desk = Desk()
    tasks = [*await hand_in(desk, 1), *await hand_in(desk, 2, -3, 4)]
    desk.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(result) for result in results] == ["10", "20", "-3 is bad", "40"]


async def test_a_failure_of_the_whole_reaches_all_of_the_batch_and_no_other() -> None:
    desk = Desk()
    tasks = [*await hand_in(desk, 1), *await hand_in(desk, 2, 666, 4, 5)]
    desk.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(result) for result in results] == ["10", "fire", "fire", "fire", "50"]


async def test_a_write_that_has_begun_is_finished_when_its_caller_leaves() -> None:
    desk = Desk()
    tasks = [*await hand_in(desk, 1), *await hand_in(desk, 2)]
    tasks[0].cancel()
    await asyncio.sleep(0)
    assert not tasks[0].done(), "it leaves only when the write is done, so that the next cannot overtake it"
    desk.open.set()
    assert await tasks[1] == 20
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert desk.batches == [[1], [2]]


async def test_one_who_leaves_the_queue_is_not_written() -> None:
    desk = Desk()
    tasks = [*await hand_in(desk, 1), *await hand_in(desk, 2, 3)]
    tasks[1].cancel()
    await asyncio.sleep(0)
    desk.open.set()
    assert await tasks[2] == 30
    assert desk.batches == [[1], [3]]
