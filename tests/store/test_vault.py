"""What lies sealed is opened with the keys alone; a lost key loses nothing, a new one is taken up at once."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.domain.messages import ToPerson
from bot.domain.outcome import Mark, Outcome
from bot.ports import SendState, StoreUnavailable
from bot.store import open_store
from bot.store.clues import verify
from bot.store.reseal import reseal, sealing
from bot.store.vault import Locked, Vault
from tests.store.world import GROUP, MORNING, VILLAGE, clue, hear, minutes, post, said

WORDS = "会计拿走了修路款"


def new_vault(folder: Path) -> Vault:
    return Vault(folder / "clue.keys")


@given(words=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_is_opened_again_and_only_for_its_purpose(
    tmp_path_factory: pytest.TempPathFactory, words: str
) -> None:
    vault = new_vault(tmp_path_factory.mktemp("keys"))
    sealed = vault.seal(words, "inbox.text")
    assert vault.open(sealed, "inbox.text") == words
    with pytest.raises(Locked):
        vault.open(sealed, "outbox.text")


def test_equal_words_look_different_and_short_words_as_long_as_others(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    assert vault.seal(WORDS, "x") != vault.seal(WORDS, "x")
    assert len(vault.seal("早", "x")) == len(vault.seal(WORDS, "x"))
    assert vault.name("liuwan") == vault.name("liuwan") != vault.name("shipan")


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    one, other = new_vault(tmp_path), new_vault(tmp_path)
    sealed = one.seal(WORDS, "x")
    assert other.open(sealed, "x") == WORDS
    assert stat.S_IMODE((tmp_path / "clue.keys").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["clue.keys"]


def test_a_changed_text_is_not_opened(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    sealed = vault.seal(WORDS, "x")
    other = "A" if sealed[-10] != "A" else "B"
    for broken in (sealed[:-10] + other + sealed[-9:], sealed[:-4], sealed[:20], WORDS, ""):
        with pytest.raises(Locked):
            vault.open(broken, "x")


def test_a_new_key_is_taken_up_by_a_running_process_and_the_old_one_still_opens(tmp_path: Path) -> None:
    running, rotating = new_vault(tmp_path), new_vault(tmp_path)
    before = running.seal(WORDS, "x")
    rotating.renew()
    assert rotating.open(before, "x") == WORDS
    after = rotating.seal(WORDS, "x")
    assert running.open(after, "x") == WORDS
    assert running.numbers() == rotating.numbers()
    assert len(running.numbers()) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "没有钥匙"),
        ("# 只有说明\n", "没有钥匙"),
        ("不是钥匙\n", "有一行不是钥匙"),
        (base64.b64encode(b"short").decode(), "有一行不是钥匙"),
    ],
)
def test_a_broken_key_file_is_said_plainly_and_never_overwritten(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "clue.keys"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(StoreUnavailable, match=says):
        Vault(file).seal(WORDS, "x")
    assert file.read_text(encoding="utf-8") == content


def test_a_key_file_that_breaks_while_the_bot_runs_stops_nobody(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    before = vault.seal(WORDS, "x")
    (tmp_path / "clue.keys").write_text("写坏了", encoding="utf-8")
    assert vault.open(vault.seal(WORDS, "x"), "x") == vault.open(before, "x")


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="没能写封存钥匙文件"):
        Vault(tmp_path / "file" / "clue.keys").ready()


async def spoken(url: str, keys: Path) -> None:
    store = await open_store(url, durable=False, keys=keys)
    await hear(store, said("m1", WORDS))
    await hear(store, said("m2", "早"))
    outcome = Outcome(
        clues=(clue("m1"),), marks=((1, Mark.CLUE),), sends=(post("k", "请看", to=ToPerson(person="p-1")),)
    )
    await store.commit(outcome, now=minutes(1), handled=[1])
    await store.close()


async def test_under_a_lost_key_nothing_is_lost(url: str, tmp_path: Path) -> None:
    keys, moved = tmp_path / "k" / "clue.keys", tmp_path / "backup.keys"
    await spoken(url, keys)
    keys.rename(moved)

    store = await open_store(url, durable=False, keys=keys)
    assert await store.pending(GROUP) == (), "what cannot be read waits"
    assert list(await store.waiting()) == [GROUP]
    assert await store.cases([VILLAGE], since=MORNING) == ()
    assert await store.claim_sends(minutes(2), limit=5) == (), "no empty message goes out"
    assert [one.state for one in await store.all_sent()] == [SendState.FAILED]
    await hear(store, said("m3", "路灯坏了"))
    assert [message.id for message in await store.pending(GROUP)] == ["m3"], "the bot goes on under a new key"
    found = await store.database.read(lambda connection: sealing(connection, store.vault))
    assert found.missing == Vault(moved).numbers()
    await store.close()

    with keys.open("a", encoding="utf-8") as file:
        file.write(moved.read_text(encoding="utf-8"))
    store = await open_store(url, durable=False, keys=keys)
    assert [message.text for message in await store.pending(GROUP)] == ["早", "路灯坏了"]
    assert [case.clue for case in await store.cases([VILLAGE], since=MORNING)] == [clue("m1")]
    await store.close()


async def test_after_a_rotation_the_new_key_alone_opens_everything(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "k" / "clue.keys"
    await spoken(url, keys)
    store = await open_store(url, durable=False, keys=keys)
    store.vault.renew()
    assert await reseal(store.database) >= 6
    await store.close()

    first = next(line for line in keys.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    alone = tmp_path / "alone.keys"
    alone.write_text(first, encoding="utf-8")
    store = await open_store(url, durable=False, keys=alone)
    found = await store.database.read(lambda connection: sealing(connection, store.vault))
    assert (len(found.at_hand), found.missing) == (1, ())
    assert [message.text for message in await store.pending(GROUP)] == ["早"]
    (case,) = await store.cases([VILLAGE], since=MORNING)
    assert case.clue == clue("m1")
    assert await store.database.read(verify) == ()
    await store.commit(Outcome(clues=(clue("m1"),)), now=minutes(5))
    assert len(await store.cases([VILLAGE], since=MORNING)) == 1, "it is still known"
    await store.close()


async def test_an_edited_history_of_the_ledger_is_found(url: str, tmp_path: Path) -> None:
    keys = tmp_path / "k" / "clue.keys"
    await spoken(url, keys)
    store = await open_store(url, durable=False, keys=keys)
    await store.commit(Outcome(clues=(clue("m8"), clue("m9"))), now=minutes(3))
    assert await store.database.read(verify) == ()

    def cut(connection: Connection) -> None:
        connection.execute(text("DELETE FROM clue_events WHERE position = 2"))

    await store.database.write(cut)
    assert [(one.position, one.what) for one in await store.database.read(verify)] == [(2, "缺少记录，或次序被调换过")]
    await store.close()


async def test_what_is_set_apart_looks_like_every_other_row(url: str, tmp_path: Path) -> None:
    await spoken(url, tmp_path / "k" / "clue.keys")
    store = await open_store(url, durable=False, keys=tmp_path / "k" / "clue.keys")

    def stored(connection: Connection) -> list[tuple[str | None, int]]:
        rows = connection.execute(text("SELECT mark, length(text) AS length FROM inbox ORDER BY seq"))
        return [(row.mark, row.length) for row in rows]

    one, other = await store.database.read(stored)
    assert one == other
    heard = await store.recent(GROUP, since=MORNING, before_seq=9)
    assert [(message.text, message.set_aside) for message in heard] == [(WORDS, True), ("早", False)]
    await store.close()
