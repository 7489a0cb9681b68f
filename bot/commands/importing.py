"""``xiaowei import chat``: an exported chat goes through the same door as what the bot hears, and only once (R76).

Ids are made from the content, so that importing the same file again, a longer export of the same days, or what the bot
heard itself, changes nothing. Tickets keep the clock of the messages; late ones are late at once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.building import build_judge, build_office
from bot.chatfile import ChatFileError, read_chat
from bot.connecting import practice_platforms
from bot.domain import chattext
from bot.domain.byhand import digest, pasted_account
from bot.domain.chattext import Said
from bot.domain.faults import reason_of
from bot.domain.messages import Incoming, Kind, Message, ToGroup, recipient_key
from bot.domain.org import Group
from bot.domain.tickets import Thread
from bot.domain.workdays import local
from bot.engine import Engine
from bot.office import Office
from bot.phrasing import category_name, matter_of_all, say_time
from bot.ports import Store
from bot.settings import Settings
from bot.store import open_store

SAME_MINUTE = timedelta(minutes=3)
"""How far two clocks may differ for one message: exports tell the minute only."""
_ANY_SEQ = 2**62
_MOST = 1_000_000
_SAYS_NOTHING = frozenset({Kind.JOIN, Kind.LEAVE, Kind.RENAME})


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The messages of a file, each in a known group, oldest first, and how many private ones were left out."""

    messages: tuple[Incoming, ...]
    private: int = 0


async def import_chat(settings: Settings, path: Path, *, group: str | None, now: datetime) -> str:
    """Take in an export and return what became of it, in Chinese.

    Raises ChatFileError for a file that cannot be read or a group that is not configured, StoreUnavailable.
    """
    office = build_office(settings)
    read = read_export(path, office, group=group, now=now)
    environment = settings.environment
    store = await open_store(environment.database_url.get_secret_value(), keys=environment.clue_keys)
    try:
        platforms = practice_platforms(settings, also=[message.platform for message in read.messages])
        engine = Engine(store=store, office=office, judge=build_judge(settings), platforms=platforms)
        return await take_in(read, store, engine, office, now=now)
    finally:
        await store.close()


def read_export(path: Path, office: Office, *, group: str | None, now: datetime) -> Read:
    """Read JSON Lines (DESIGN section 9) or copied text. Raises ChatFileError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"打不开聊天记录 {path}：{reason_of(error)}"
        raise ChatFileError(message) from error
    named = None if group is None else _group(group, office)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _of_rows(read_chat(path, skip_bad=False).messages, named, office)
    text = _decoded(data, path)
    titled = chattext.title(text)
    fitting = [one for one in office.org.groups.values() if titled and one.name in titled]
    where = named or max(fitting, key=lambda one: len(one.name), default=None)
    if where is None:
        message = f"不知道是哪个群的聊天记录，请加 --group，可以是：{_known(office)}"
        raise ChatFileError(message)
    return _of_text(chattext.read(text, now=now), where, office, path)


async def take_in(read: Read, store: Store, engine: Engine, office: Office, *, now: datetime) -> str:
    """Give the messages to the door, each as if it had arrived when it was said, and handle them all."""
    villages = sorted({_village(message, office) for message in read.messages})
    before = {thread.ticket.id for thread in await store.threads(villages, since=now - timedelta(days=3650))}
    new: set[str] = set()
    known = 0
    for group, messages in _by_group(read.messages, office):
        fresh = await _unheard(await _not_forgotten(messages, group, store, office, now=now), group, store)
        known += len(messages) - len(fresh)
        for message in fresh:
            if await engine.receive(message, now=message.sent_at):
                new.add(message.id)
            else:
                known += 1
    await engine.hear(now=now)
    after = await store.threads(villages, since=now - timedelta(days=1))
    touched = [thread for thread in after if any(link.message in new for link in thread.links)]
    opened = [thread for thread in touched if thread.ticket.id not in before]
    joined = [thread for thread in touched if thread.ticket.id in before]
    return _report(read, len(new), known, opened, joined, office, now)


async def _not_forgotten(
    messages: Sequence[Incoming], group: Group, store: Store, office: Office, *, now: datetime
) -> list[Incoming]:
    """Without those of days so long ago that what was heard is gone, if as many were heard then as the file has.

    What was taken in once is not taken in a second time because its words were thrown away (legal.md 10); a day on
    which the bot heard less than the file tells of is taken in.
    """
    first = min(message.sent_at for message in messages)
    kept_since = local(now - timedelta(days=office.rules.privacy.chat_days)).date()
    days = await store.days([group.id], since=local(first).date()) if local(first).date() <= kept_since else ()
    heard = {day.day: day.villager_messages + day.cadre_messages for day in days if day.day <= kept_since}
    told = Counter(local(message.sent_at).date() for message in messages)
    return [one for one in messages if heard.get(local(one.sent_at).date(), 0) < told[local(one.sent_at).date()]]


async def _unheard(messages: Sequence[Incoming], group: Group, store: Store) -> list[Incoming]:
    """Those that the bot did not hear itself, one heard message for one of the file."""
    if not messages:
        return []
    since = min(message.sent_at for message in messages) - SAME_MINUTE
    heard = await store.recent(recipient_key(ToGroup(group=group.id)), since=since, before_seq=_ANY_SEQ, most=_MOST)
    left = list(heard)
    ids = {message.id for message in heard}
    fresh = []
    for message in messages:
        if message.id in ids:
            continue
        same = next((one for one in left if _same(message, one)), None)
        if same is None:
            fresh.append(message)
        else:
            left.remove(same)
    return fresh


def _same(message: Incoming, heard: Message) -> bool:
    if heard.kind is not message.kind or abs(heard.at - message.sent_at) > SAME_MINUTE:
        return False
    if "".join(heard.text.split()) != "".join(message.text.split()):
        return False
    by_name = message.sender.startswith("pasted:") or heard.sender.startswith("pasted:")
    return by_name or heard.sender == message.sender


def _of_rows(rows: Sequence[Incoming], named: Group | None, office: Office) -> Read:
    """The group messages of a recorded chat, with ids made from their content: m1 of two files are two messages."""
    private = [row for row in rows if row.group is None]
    unknown = sorted(
        {str(row.group) for row in rows if row.group is not None and named is None and _place(row, office) is None}
    )
    if unknown:
        message = f"不认识这些群：{'、'.join(unknown)}。请加 --group，可以是：{_known(office)}"
        raise ChatFileError(message)
    ids: dict[str, str] = {}
    counts: Counter[str] = Counter()
    found = []
    for row in sorted((row for row in rows if row.group is not None), key=lambda row: row.sent_at):
        place = named or _place(row, office)
        if place is None or row.kind in _SAYS_NOTHING:
            continue
        content = digest(place.id, row.sender, row.sent_at.isoformat(), row.kind, row.text)
        counts[content] += 1
        ids[row.id] = f"import:{content}:{counts[content]}"
        quote = None if row.quote is None else ids.get(row.quote, row.quote)
        found.append(replace(row, id=ids[row.id], platform=place.platform, group=place.conversation, quote=quote))
    return Read(messages=tuple(found), private=len(private))


def _of_text(lines: Sequence[Said], group: Group, office: Office, path: Path) -> Read:
    """Copied text: who spoke is known by nickname only, which is not kept (R33)."""
    if not lines:
        message = (
            f"{path} 里没有读到聊天记录。每条消息前要有时间和名字，例如：\n2026-03-06 09:12 阿珍\n二组路灯又不亮了"
        )
        raise ChatFileError(message)
    without = sum(line.at is None for line in lines)
    if without:
        message = f"{path} 里有 {without} 条没有时间，算不出时限。每条消息前要有时间和名字，例如：2026-03-06 09:12 阿珍"
        raise ChatFileError(message)
    counts: Counter[str] = Counter()
    found = []
    for line in lines:
        at = line.at
        if at is None:
            continue
        content = digest(group.id, line.name, local(at).isoformat(), line.kind, line.text)
        counts[content] += 1
        found.append(
            Incoming(
                platform=group.platform,
                id=f"import:{content}:{counts[content]}",
                group=group.conversation,
                sender=_account(line.name, group, office),
                name="",
                kind=line.kind,
                text=line.text,
                sent_at=at,
            )
        )
    return Read(messages=tuple(sorted(found, key=lambda message: message.sent_at)))


def _account(name: str, group: Group, office: Office) -> str:
    """A cadre's own account, known by the name; for anybody else one that the name cannot be read off."""
    named = [person for person in office.org.people_of(group.village) if person.name in name]
    own = [one.id for person in named for one in person.accounts if one.platform == group.platform]
    return own[0] if len(named) == 1 and own else pasted_account(group.id, name)


def _decoded(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"读不懂 {path} 的文字编码，请另存为 UTF-8"
    raise ChatFileError(message)


def _group(word: str, office: Office) -> Group:
    found = next((group for group in office.org.groups.values() if word in (group.id, group.name)), None)
    if found is None:
        message = f"没有这个群：{word}。有：{_known(office)}"
        raise ChatFileError(message)
    return found


def _known(office: Office) -> str:
    return "、".join(f"{group.id}（{group.name}）" for group in office.org.groups.values())


def _place(message: Incoming, office: Office) -> Group | None:
    if message.group is None:
        return None
    return office.org.group_at(message.platform, message.group) or office.org.groups.get(message.group)


def _village(message: Incoming, office: Office) -> str:
    place = _place(message, office)
    return "" if place is None else place.village


def _by_group(messages: Sequence[Incoming], office: Office) -> list[tuple[Group, list[Incoming]]]:
    found: dict[str, tuple[Group, list[Incoming]]] = {}
    for message in messages:
        place = _place(message, office)
        if place is not None:
            found.setdefault(place.id, (place, []))[1].append(message)
    return list(found.values())


def _report(  # noqa: PLR0917 - the counts and the tickets that are told of
    read: Read, new: int, known: int, opened: Sequence[Thread], joined: Sequence[Thread], office: Office, now: datetime
) -> str:
    lines = [f"读到 {len(read.messages)} 条，新收 {new} 条，以前收过 {known} 条。"]
    if read.private:
        lines.append(f"另有私聊 {read.private} 条，没有收：私聊只在本人和小微之间。")
    lines += [f"新立：{_line(thread, office, now)}" for thread in opened]
    lines += [f"并入：{_line(thread, office, now)}" for thread in joined]
    if not opened and not joined:
        lines.append("没有新的工单。")
    return "\n".join(lines)


def _line(thread: Thread, office: Office, now: datetime) -> str:
    ticket = thread.ticket
    village = office.org.units[ticket.village].name
    late = "，已经过了时限，会马上提醒经办人" if ticket.state.is_live and ticket.due_at <= now else ""
    said, due = say_time(ticket.said_at, office), say_time(ticket.due_at, office)
    what = f"{village}{ticket.number}号 {category_name(ticket, office)} {matter_of_all(thread, office)}"
    return f"{what}，{said}说的，{due}前{late}"
