"""``xiaowei check`` speaks of the same troubles as the alarms, in the same words."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.sign_checks import check_signs, has_platform
from bot.settings import Settings, read_settings
from bot.store import open_store
from tests.store.world import hear, minutes, said

NOW = minutes(45)
REAL = {"XIAOWEI_DINGTALK_CLIENT_ID": "ding-x", "XIAOWEI_DINGTALK_CLIENT_SECRET": "s"}


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> str:
    shutil.copy(empty_database, tmp_path / "village.db")
    return f"sqlite:///{tmp_path / 'village.db'}"


def county(settings: Settings, url: str, folder: Path, **environ: str) -> Settings:
    """The demo county on this database, with a disk that is never full enough to matter."""
    (folder / "rules.yaml").write_text("alarms:\n  disk_free_mib: 1\n  disk_free_percent: 1\n", encoding="utf-8")
    for name in ("county.yaml", "roster.yaml"):
        shutil.copy(settings.folder / name, folder)
    return read_settings(folder, {"XIAOWEI_DATABASE_URL": url, **environ})


async def test_what_waits_is_listed_with_what_to_do(settings: Settings, database: str, tmp_path: Path) -> None:
    store = await open_store(database)
    await hear(store, said("m1"), at=minutes(0))
    await store.close()
    folder = tmp_path / "county"
    folder.mkdir()
    here = county(settings, database, folder, **REAL)
    found = await check_signs(here, now=NOW, real=has_platform(here.environment))
    (fault,) = found.faults
    assert fault == (
        "积压：今天09:12起有1条消息没人处理。消息都存着，不会丢，急事可能耽误。"
        "请运行 xiaowei check，照它说的办；不行就重启小微。"
    )
    assert any(line.startswith(f"✓ 磁盘：{tmp_path}") for line in found.fine)


async def test_by_the_practice_clock_nothing_is_late(settings: Settings, database: str, tmp_path: Path) -> None:
    store = await open_store(database)
    await hear(store, said("m1"), at=minutes(0))
    await store.close()
    folder = tmp_path / "county"
    folder.mkdir()
    here = county(settings, database, folder)
    found = await check_signs(here, now=datetime(2026, 11, 20, 3, tzinfo=UTC), real=has_platform(here.environment))
    assert found.faults == ()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("xiaowei-20260301-030000.tar.gz", "备份：最近一次备份是3月1日（周日）03:00的。请运行 xiaowei backup --out "),
        ("notes.txt", "备份："),
    ],
)
async def test_an_old_or_missing_backup_is_listed(
    settings: Settings, database: str, tmp_path: Path, name: str, fault: str
) -> None:
    backups, folder = tmp_path / "backups", tmp_path / "county"
    backups.mkdir()
    folder.mkdir()
    (backups / name).touch()
    here = county(settings, database, folder, XIAOWEI_BACKUPS=str(backups))
    (told,) = (await check_signs(here, now=NOW, real=False)).faults
    assert told.startswith(fault)
    assert str(backups) in told


async def test_a_fresh_backup_is_well(settings: Settings, database: str, tmp_path: Path) -> None:
    backups, folder = tmp_path / "backups", tmp_path / "county"
    backups.mkdir()
    folder.mkdir()
    (backups / "xiaowei-20260306-030000.tar.gz").touch()
    here = county(settings, database, folder, XIAOWEI_BACKUPS=str(backups))
    found = await check_signs(here, now=NOW + timedelta(hours=1), real=False)
    assert found.faults == ()
    assert f"✓ 备份：最近一次是 03-06 03:00，在 {backups}" in found.fine
