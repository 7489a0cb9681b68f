"""One process for itself, or several together: never both over one database."""

from bot.store import SqlStore
from tests.roles.processes import Machine


async def test_the_practice_hall_has_its_time_and_its_database_to_itself(machine: Machine, store: SqlStore) -> None:
    hall = await machine.started()
    late = machine.start("worker")
    assert late.running.wait(180) == 1
    assert "正由一个练习厅用着" in late.log.read_text()
    hall.end()
    assert await store.recall("practice_clock") is not None
    worker = await machine.started("worker")
    second_hall = machine.start()
    assert second_hall.running.wait(180) == 1
    assert "正由几个进程一起用着" in second_hall.log.read_text()
    worker.end()
