"""``xiaowei codes``: the codes by which people and groups are bound, as a list to read from and to hand out."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.building import build_office
from bot.connecting import county_store
from bot.domain.bindings import Act, BindingChange, Whose
from bot.domain.faults import reason_of
from bot.domain.org import Group, Person
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.handlers.rebinding import to_bind_again
from bot.office import Office
from bot.ports import Store
from bot.settings import Settings

PLATFORMS = {"wechat": "微信", "dingtalk": "钉钉"}
OPERATOR = "operator"

_HEAD = "绑定码：用过就作废。个人码只给本人，不要发到群里。"
_NOTHING = "都连上了，没有要绑定的群，也没有要绑定的人。要给谁一个新码：xiaowei codes 姓名"
_NO_PLATFORM = (
    "还没有接微信或钉钉（XIAOWEI_WECHAT_ENDPOINT、XIAOWEI_DINGTALK_CLIENT_ID 都没有设），现在不用绑定。"
    "要先看某个人、某个群的码：xiaowei codes 姓名或群名"
)


class CodesError(Refusal):
    """What was asked for is not there. The text is for the operator, in Chinese."""


async def codes_wanted(settings: Settings, names: Sequence[str], *, void: bool, out: Path | None, now: datetime) -> str:
    """What ``xiaowei codes`` prints. Raises CodesError and StoreUnavailable."""
    if not void:
        return await list_codes(settings, names, out=out)
    if not names:
        message = "要解除谁的绑定？请写姓名、群名或编号，例如：xiaowei codes --void 李青山"
        raise CodesError(message)
    return await void_bindings(settings, names, out=out, now=now)


async def list_codes(settings: Settings, names: Sequence[str], *, out: Path | None = None) -> str:
    """The codes of those who are not bound yet, or of these people and groups, by name or id.

    ``out``: the slips to hand out are written there as well, readable by the operator alone. Raises CodesError and
    StoreUnavailable.
    """
    async with county_store(settings) as store:
        store.vault.ready()
        office = build_office(settings).with_bindings(await store.bindings())
        if names:
            groups, people = _named(names, office)
            return _report(groups, people, (), office, out)
        running = running_platforms(settings)
        if not running:
            return _NO_PLATFORM
        again = await _silent_since(store, office)
        known = {person.id for person in again}
        people = [one for one in _unbound_people(office, running) if one.id not in known]
        groups = [one for one in office.org.groups.values() if one.platform in running and not one.conversation]
        return _report(groups, people, again, office, out)


async def void_bindings(settings: Settings, names: Sequence[str], *, out: Path | None, now: datetime) -> str:
    """Take bindings of people and groups away and make their codes worthless; returns the new ones.

    Raises CodesError and StoreUnavailable; nothing is changed then.
    """
    async with county_store(settings) as store:
        store.vault.ready()
        groups, people = _named(names, build_office(settings).with_bindings(await store.bindings()))
        changes = [
            BindingChange(whose=whose, id=ident, act=Act.VOIDED, at=now, by=OPERATOR)
            for whose, idents in (
                (Whose.GROUP, [one.id for one in groups]),
                (Whose.PERSON, [one.id for one in people]),
            )
            for ident in idents
        ]
        await store.commit(Outcome(bindings=tuple(changes)), now=now)
        after = build_office(settings).with_bindings(await store.bindings())
        listed = _report(*_named(names, after), (), after, out)
        return f"已解除：原来的账号、群和码都不算了，小微运行着的话马上生效。\n{listed}"


def running_platforms(settings: Settings) -> frozenset[str]:
    """The real platforms that the environment connects."""
    environment = settings.environment
    found = {"wechat": environment.wechat_endpoint, "dingtalk": environment.dingtalk_client_id}
    return frozenset(name for name, value in found.items() if value)


def _unbound_people(office: Office, running: frozenset[str]) -> list[Person]:
    return [
        person
        for person in office.org.people.values()
        if not any(account.platform in running for account in person.accounts)
    ]


async def _silent_since(store: Store, office: Office) -> list[Person]:
    """Bound people of whom nothing was heard since the ids of their platform changed."""
    found = []
    for person in to_bind_again(office):
        for account in person.accounts:
            moved_at = office.bindings.moved_at(account.platform)
            heard = None if moved_at is None else await store.heard_from(account.platform, account.id)
            if moved_at is not None and (heard is None or heard < moved_at):
                found.append(person)
                break
    return found


def _named(names: Sequence[str], office: Office) -> tuple[list[Group], list[Person]]:
    groups: list[Group] = []
    people: list[Person] = []
    for name in names:
        units = office.org.units
        of_people = [
            one for one in office.org.people.values() if name in (one.id, one.name, f"{units[one.unit].name}{one.name}")
        ]
        of_groups = [one for one in office.org.groups.values() if name in (one.id, one.name)]
        if not of_people and not of_groups:
            message = f"没有叫“{name}”的人或群。请写 county.yaml 里的姓名、群名或编号"
            raise CodesError(message)
        if len(of_people) + len(of_groups) > 1:
            found = "、".join([f"{units[one.unit].name}{one.name}（{one.id}）" for one in of_people])
            found += "、".join(f"{one.name}（{one.id}）" for one in of_groups)
            message = f"“{name}”不止一个：{found}。请写括号里的编号"
            raise CodesError(message)
        people += of_people
        groups += of_groups
    return groups, people


def _report(
    groups: Sequence[Group], people: Sequence[Person], again: Sequence[Person], office: Office, out: Path | None
) -> str:
    if not groups and not people and not again:
        return _NOTHING
    lines = [_HEAD]
    if people:
        lines.append("\n一、先连人。请本人加小微为好友，验证消息里写下面这句；已经是好友的（或在钉钉），私聊发这句：")
        lines += [_line(person, office) for person in people]
    if groups:
        lines.append("\n二、再连群。把小微拉进群，由那个村（或上级）已经连上的同志在群里发：")
        lines += [f"  {_village(one, office)} {_group(one)}  小微绑定 {_code(one, office)}" for one in groups]
    if again:
        lines.append("\n三、可能要重新绑定：重新登录后群的编号变了，这些人还没有再说过话。能照常收发的不用理：")
        lines += [_line(person, office) for person in again]
    if out is not None:
        _write(out, groups, (*people, *again), office)
        lines.append(f"\n已写 {out}：一人一条、一群一条，可以打印了剪开，或分别转发。发完请删掉。")
    return "\n".join(lines)


def _line(person: Person, office: Office) -> str:
    return f"  {office.org.units[person.unit].name} {person.name}（{person.post}）  绑定 {_spaced(person, office)}"


def _spaced(person: Person, office: Office) -> str:
    code = office.codes.code(Whose.PERSON, person.id)
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def _code(group: Group, office: Office) -> str:
    return office.codes.code(Whose.GROUP, group.id)


def _village(group: Group, office: Office) -> str:
    return office.org.units[group.village].name


def _group(group: Group) -> str:
    return f"{group.name}（{PLATFORMS.get(group.platform, group.platform)}）"


def _write(out: Path, groups: Sequence[Group], people: Sequence[Person], office: Office) -> None:
    """Raises CodesError if the file cannot be written."""
    slips = [
        f"【{office.org.units[person.unit].name} {person.name}】请加小微为好友，验证消息里写：绑定 "
        f"{_spaced(person, office)}\n已经是好友的，私聊发这句也行。只给您本人用，用过就作废，不要发到群里。"
        for person in people
    ]
    slips += [
        f"【{_village(one, office)} {_group(one)}】请把小微拉进这个群，再由绑定过的村镇同志在群里发一句：\n"
        f"小微绑定 {_code(one, office)}"
        for one in groups
    ]
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n\n----------\n\n".join(slips) + "\n")
    except OSError as error:
        message = f"写不了 {out}（{reason_of(error)}）"
        raise CodesError(message) from error
