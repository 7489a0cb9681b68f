"""The story that every fault is put into: a villager asks, the officer answers, the group sees; and how it must end."""

from tests.platforms.living import Life
from tests.platforms.streets import GROUP, OFFICER, Street

LIGHT = "二组路灯又不亮了，就是老井旁边那一盏"
WATER = "三组水龙头两天没水了，挑水挑得腰都直不起来"
DONE = {1: "灯泡已经换好了，今晚就亮", 2: "水管接好了，水已经来了"}
"""What the officer answers, by the ticket's number."""


async def asked(life: Life, street: Street, text: str, *, number: int, by: str = "u-zhen") -> str:
    """A villager asks; the group reads the receipt, the officer the prompt. The message's id."""
    message = await street.ask(text, by=by)
    await life.hears(message)
    await receipt_and_prompt(life, street, number=number)
    return message


async def receipt_and_prompt(life: Life, street: Street, *, number: int) -> None:
    """The group has read that it was heard, and the officer what to answer."""

    async def both() -> bool:
        receipt = await street.has_shown(GROUP, "收到：", f"（{number}号）")
        return receipt and await street.has_shown(OFFICER, f"【{number}号 ")

    await life.until(both)


async def answered(life: Life, street: Street, *, number: int) -> str:
    """The officer answers; the group reads it. The message's id."""
    message = await street.tell(f"{number} 办结 {DONE[number]}")
    await life.hears(message)
    await result(life, street, number=number)
    return message


async def result(life: Life, street: Street, *, number: int) -> None:
    """The group has read how it ended."""

    async def read() -> bool:
        return await street.has_shown(GROUP, f"{number}号（", "办结：")

    await life.until(read)


async def lost_nothing(life: Life, street: Street, *, tickets: int) -> None:
    """Every acknowledged message is kept, every appeal is one ticket, and nobody read anything twice."""

    async def quiet() -> bool:
        """Nothing waits to be handled any more."""
        return not await life.store.waiting()

    await life.until(quiet)
    acknowledged = await street.acknowledged()
    assert acknowledged, "nothing was acknowledged: nothing was tested"
    assert acknowledged - await life.knows(sorted(acknowledged)) == set()
    found = await life.tickets()
    assert [(one["number"], one["state"]) for one in found] == [(n, "closed") for n in range(1, tickets + 1)]
    assert await street.shown_twice() == []
    in_group = [one.text for one in await street.seen() if one.to == GROUP]
    for number in range(1, tickets + 1):
        assert sum("收到：" in text and f"（{number}号）" in text for text in in_group) == 1
        assert sum(f"{number}号（" in text and "办结：" in text for text in in_group) == 1
