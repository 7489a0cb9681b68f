"""The operator hears of each trouble once, with what to do, and once that it is over; at night only what presses."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.messages import OutKind
from bot.domain.operator_signs import Notice, Sign, after_saying, look, to_say
from bot.domain.outcome import Outcome
from bot.office import Office
from bot.overseeing import facts_of, read_notices, write_notices
from bot.patrol import operator_alarms
from bot.patrol.operator_signs import MIB, Disk, Jump, Machine, signs
from bot.ports.lines import LineRecord
from bot.ports.operator import Failing, Standing
from bot.ports.platform import Gap, LineState
from tests.world import at

NOON = at("2026-03-06 12:00")
NIGHT = at("2026-03-06 23:10")
WELL = Machine(disks=(Disk(folder="var", free=9_000 * MIB, total=20_000 * MIB),))
FULL = Machine(disks=(Disk(folder="var", free=120 * MIB, total=20_000 * MIB),))
OVER_AFTER = timedelta(minutes=5)


def seen(office: Office, now: datetime, *, machine: Machine = WELL, **how: object) -> tuple[Sign, ...]:
    """What needs the operator when things stand so."""
    return signs(facts_of(Standing(at=now, **how), machine, office), now)  # type: ignore[arg-type]  # as Standing has it


def said(outcome: Outcome) -> list[str]:
    return [one.text for one in outcome.sends]


def told(office: Office, found: tuple[Sign, ...], known: tuple[Notice, ...], now: datetime) -> Outcome:
    facts = operator_alarms.Facts(known=known, signs={sign.key: sign for sign in found})
    return operator_alarms.decide(facts, now, office)


def heard(office: Office, found: tuple[Sign, ...], now: datetime) -> Outcome:
    return told(office, found, look(found, (), now=now, over_after=OVER_AFTER), now)


def test_when_all_is_well_nothing_is_said(office: Office) -> None:
    assert seen(office, NOON) == ()
    assert heard(office, (), NOON) == Outcome()


def test_messages_that_nobody_handles_are_told_after_ten_minutes_even_at_night(office: Office) -> None:
    assert seen(office, NIGHT, waiting=7, waiting_since=NIGHT - timedelta(minutes=9)) == ()
    found = seen(office, NIGHT, waiting=7, waiting_since=NIGHT - timedelta(minutes=10))
    (send,) = heard(office, found, NIGHT).sends
    assert send.kind is OutKind.EMERGENCY
    assert send.not_before is None
    assert send.text == (
        "【运行】今天23:00起有7条消息没人处理。消息都存着，不会丢，急事可能耽误。"
        "请运行 xiaowei check，照它说的办；不行就重启小微。"
    )


def test_what_loses_nothing_waits_for_the_morning(office: Office) -> None:
    failing = Failing(job="digest", due_at=at("2026-03-06 17:00"), tries=3, cause="KeyError at digest.py:12")
    (send,) = heard(office, seen(office, NIGHT, failing=(failing,)), NIGHT).sends
    assert send.not_before == at("2026-03-07 07:30")
    assert send.text.startswith("【运行】“巡群日报”这项定时工作从今天17:00起连着失败了3次")


def test_a_job_that_failed_twice_is_left_to_itself(office: Office) -> None:
    failing = Failing(job="digest", due_at=NOON, tries=2, cause="")
    assert seen(office, NOON, failing=(failing,)) == ()


def test_what_one_look_finds_is_one_message_but_the_pressing_ones_do_not_wait_for_the_rest(office: Office) -> None:
    found = seen(
        office,
        NOON,
        machine=replace(FULL, backups="/mnt/backup"),
        waiting=1,
        waiting_since=NOON - timedelta(hours=1),
        given_up=2,
        given_up_at=NOON - timedelta(minutes=3),
    )
    loud, calm = said(heard(office, found, NOON))
    assert loud == (
        "【运行】有2件事要看：\n"
        "1. 今天11:00起有1条消息没人处理。消息都存着，不会丢，急事可能耽误。"
        "请运行 xiaowei check，照它说的办；不行就重启小微。\n"
        "2. 磁盘快满了：var 只剩 120 MiB（0%）。满了小微就收不下消息。"
        "请先运行 du -xh --max-depth=1 var 看什么占地方，清出空间。"
    )
    assert calm == (
        "【运行】有2件事要看：\n"
        "1. 有2条消息不知道有没有发到（最近一条今天11:57），不会再发，免得说两遍。"
        "请运行 xiaowei check 看是哪几条，到群里看一眼。\n"
        "2. /mnt/backup 里还没有备份。请运行 xiaowei backup --out /mnt/backup，再设成每天一次。"
    )


def test_it_is_said_once_while_it_lasts_and_once_when_it_has_been_over_for_five_minutes(office: Office) -> None:
    known: tuple[Notice, ...] = ()
    texts: list[tuple[int, str]] = []
    for minute in range(40):
        now = NOON + timedelta(minutes=minute)
        full = 3 <= minute < 10 or 12 <= minute < 20  # it comes and goes, and is one trouble
        found = seen(office, now, machine=FULL if full else WELL)
        known = look(found, known, now=now, over_after=OVER_AFTER)
        texts += [(minute, text) for text in said(told(office, found, known, now))]
        known = after_saying(known)
    assert [(minute, text.partition("：")[0]) for minute, text in texts] == [
        (3, "【运行】磁盘快满了"),
        (25, "【运行】好了"),
    ]
    assert texts[1][1] == "【运行】好了：磁盘有地方了：var（今天12:03起快满过）。"
    assert known == ()


def test_after_a_crash_between_saying_and_remembering_it_is_said_under_the_same_key(office: Office) -> None:
    found = seen(office, NOON, machine=FULL)
    known = look(found, (), now=NOON, over_after=OVER_AFTER)
    first = told(office, found, known, NOON)
    later = NOON + timedelta(minutes=2)
    again = told(office, found, look(found, known, now=later, over_after=OVER_AFTER), later)
    assert [one.dedupe_key for one in again.sends] == [one.dedupe_key for one in first.sends]


def test_what_was_told_is_remembered_over_a_restart(office: Office) -> None:
    known = after_saying(look(seen(office, NOON, machine=FULL), (), now=NOON, over_after=OVER_AFTER))
    assert read_notices(write_notices(known)) == known
    assert to_say(read_notices(write_notices(known))) == ()


@pytest.mark.parametrize("kept", ["", "[", '[{"key": "flood/"}]', '[{"key": 1}]', "{}", "7"])
def test_a_memory_of_another_version_is_forgotten(kept: str) -> None:
    assert read_notices(kept) == ()


@pytest.mark.parametrize(
    ("day", "missing"),
    [("2026-09-30", []), ("2026-10-01", ["2027"]), ("2026-12-31", ["2027"]), ("2027-01-01", ["2027"])],
)
def test_next_years_holidays_are_asked_for_from_october_on(office: Office, day: str, missing: list[str]) -> None:
    assert [sign.subject for sign in seen(office, at(f"{day} 09:00"))] == missing


def gap(minutes: int, *, why: str = "小微没有运行") -> Gap:
    return Gap(platform="wechat", account="a", since=NOON - timedelta(minutes=minutes), until=NOON, why=why)


def test_a_gap_is_told_unless_the_line_was_told_to_be_broken(office: Office) -> None:
    later = NOON + timedelta(minutes=1)
    assert seen(office, later, gaps=(gap(9),)) == ()
    (text,) = said(heard(office, seen(office, later, gaps=(gap(30),)), later))
    assert text.startswith("【运行】微信今天11:30到今天12:00没收到消息（30分钟，小微没有运行）。")
    line = LineRecord(
        platform="wechat", state=LineState.ONLINE, at=NOON, whole_at=NOON, down_since=NOON - timedelta(minutes=29)
    )
    assert seen(office, later, gaps=(gap(30),), lines=(line,)) == ()


def test_a_gap_that_is_over_has_no_all_clear(office: Office) -> None:
    known = after_saying(look(seen(office, NOON, gaps=(gap(30),)), (), now=NOON, over_after=OVER_AFTER))
    assert look((), known, now=NOON + timedelta(days=1), over_after=OVER_AFTER) == ()


def test_an_old_backup_is_named_by_its_day_and_a_new_one_ends_it(office: Office) -> None:
    old = replace(WELL, backups="/mnt/backup", backup_at=NOON - timedelta(days=3))
    (text,) = said(heard(office, seen(office, NOON, machine=old), NOON))
    assert text.startswith("【运行】最近一次备份是3月3日（周二）12:00的。请运行 xiaowei backup --out /mnt/backup")
    assert seen(office, NOON, machine=replace(old, backup_at=NOON - timedelta(hours=30))) == ()


@pytest.mark.parametrize(("hours", "word"), [(5, "快了300分钟"), (-3, "退了180分钟")])
def test_a_clock_that_jumped_is_told_for_a_day(office: Office, hours: int, word: str) -> None:
    machine = replace(WELL, jump=Jump(at=NOON, by=timedelta(hours=hours)))
    (text,) = said(heard(office, seen(office, NOON, machine=machine), NOON))
    assert word in text
    assert "timedatectl" in text
    assert seen(office, NOON + timedelta(days=1), machine=machine) == ()


def test_a_schedule_that_does_not_run_wakes_the_operator(office: Office) -> None:
    (send,) = heard(office, seen(office, NIGHT, late_since=NIGHT - timedelta(minutes=20)), NIGHT).sends
    assert send.kind is OutKind.EMERGENCY
    assert "定时的事今天22:50起没有做" in send.text
