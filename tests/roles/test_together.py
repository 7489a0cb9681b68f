"""A gateway, a worker, a scheduler and the pages, each a process of its own: together they are one bot."""

import asyncio
from http.client import HTTPConnection
from urllib.parse import urlencode

from bot.domain.messages import ToGroup, recipient_key
from bot.store import SqlStore, verify
from tests.roles.processes import Machine, Process, until
from tests.store.world import MORNING

LAMP = "二组路灯又不亮了，晚上看不见路，请修一下"


def page(process: Process, path: str) -> str:
    """What the pages show."""
    there = HTTPConnection("127.0.0.1", process.port, timeout=30)
    there.request("GET", path)
    answer = there.getresponse()
    assert answer.status == 200
    text = answer.read().decode()
    there.close()
    return text


def say_at(process: Process, text: str, to: str = "/say") -> int:
    """Somebody types it at the pages."""
    there = HTTPConnection("127.0.0.1", process.port, timeout=30)
    here = f"http://127.0.0.1:{process.port}"
    form = urlencode({"pane": "village", "group": "g-lw1", "as": "u-az", "text": text, "to": "hour"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": here, "Sec-Fetch-Site": "same-origin"}
    there.request("POST", to, body=form, headers=headers)
    status = there.getresponse().status
    there.close()
    return status


async def test_what_is_said_at_the_pages_is_decided_carried_and_shown_by_four_processes(
    machine: Machine, store: SqlStore
) -> None:
    processes = [machine.start(role) for role in ("gateway", "worker", "scheduler", "web")]
    for process in processes:
        await until(lambda one=process: one.has_logged("started"))  # type: ignore[misc]  # each its own
    web = processes[-1]
    assert await asyncio.to_thread(say_at, web, LAMP) == 204

    async def answered() -> bool:
        sent = await store.sent_to(recipient_key(ToGroup(group="g-lw1")), since=MORNING)
        return any(one.outgoing.kind == "receipt" for one in sent)

    await until(answered)
    assert [thread.ticket.number for thread in await store.all_threads()] == [1]
    shown = await asyncio.to_thread(page, web, "/?group=g-lw1")
    assert LAMP in shown
    assert "收到" in shown
    assert await asyncio.to_thread(say_at, web, "", "/clock") == 409, "their time is the machine's"
    for process in processes:
        process.end()
    assert await verify(store) == ()
