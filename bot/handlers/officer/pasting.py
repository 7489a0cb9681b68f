"""What was said in a group where the bot did not hear it, forwarded or pasted by an officer: as if it were said there.

Tickets are opened and joined, cadres' answers recognised; what the bot heard itself is not taken a second time.
Nobody's name is kept: who spoke stands under an account that cannot be read back (R33, R76).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import chattext
from bot.domain.byhand import ByHand, digest, pasted_account, reachable
from bot.domain.categories import APPEALS, Category
from bot.domain.chattext import Said
from bot.domain.messages import Message, ToAccount
from bot.domain.org import Group, Person
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.tickets import Channel, EventKind, Thread, Ticket
from bot.domain.verdicts import Context
from bot.domain.workdays import local
from bot.handlers import cadre
from bot.handlers.grammar import parse
from bot.handlers.joining import Burst
from bot.handlers.officer.desk import MOST_CHOICES, Desk
from bot.handlers.opening import LONG, open_ticket
from bot.handlers.situation import Situation
from bot.handlers.villager import entry as villager
from bot.handlers.villager.parting import readable
from bot.phrasing import brief, category_name, matter, say_time

HEARD_WITHIN = timedelta(days=3)
"""How far back a pasted line without a time may be what the bot heard itself."""
SAME_MINUTE = timedelta(minutes=3)
"""How far apart two clocks may stand for one message."""
_ONE_THOUGHT = timedelta(minutes=3)
_FORWARDS = re.compile(
    r"^\s*(?:转|转发|转一下|转个|群里说|群里有人说|群友说)(?P<head>(?:\s+[^\s:\uff1a]{1,30}){0,2})\s*[:\uff1a]\s*(?P<text>.*)$",
    re.DOTALL,
)
_DROP = "不记"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paste:
    """What was pasted: the messages, and the group and the category if the officer named them."""

    lines: tuple[Said, ...]
    text: str
    group: Group | None = None
    category: Category | None = None
    drop: bool = False


def read(desk: Desk, text: str) -> Paste | None:
    """The pasted chat in an officer's message, None if it is none."""
    forwarded = _FORWARDS.match(text)
    head = "" if forwarded is None else forwarded["head"] or ""
    heads = _heads(desk, head.split())
    if forwarded is None or heads is None:
        command = parse(text)
        if (command is not None and command.verb is not None) or not chattext.is_copied(text, now=desk.now):
            return None
        heads, body = Paste(lines=(), text=text), text
    else:
        body = forwarded["text"].strip()
    lines = chattext.read(body, now=desk.now) or ((Said(name="", text=body),) if body else ())
    group = heads.group or _titled(desk, body)
    return replace(heads, lines=lines, text=body, group=group)


def groups_to_hear(desk: Desk, text: str) -> tuple[tuple[str, ...], datetime] | None:
    """Of which groups, and since when, the messages must be known to tell what the bot heard itself."""
    paste = read(desk, text)
    if paste is None or not paste.lines:
        return None
    groups = [paste.group] if paste.group is not None else _groups(desk)
    since = min((line.at for line in paste.lines if line.at is not None), default=desk.now - HEARD_WITHIN)
    return tuple(group.id for group in groups[:MOST_CHOICES]), since - SAME_MINUTE


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from forwarded or pasted words; None if the sentence is something else."""
    paste = read(desk, text)
    if paste is None:
        return None
    if paste.drop:
        return desk.tell("together.nothing_noted")
    if not paste.lines:
        return desk.tell("together.paste_how")
    group = paste.group or _only_group(desk, paste)
    if group is None:
        options = [(one.name, _sentence(desk, one, None, paste.text)) for one in _groups(desk)[:MOST_CHOICES]]
        return desk.ask("together.paste_group", options)
    return _Reading(desk, group).take(paste)


def _heads(desk: Desk, words: Sequence[str]) -> Paste | None:
    """The group and the category before the colon; None if there stands something else: that is no forwarding."""
    found = Paste(lines=(), text="")
    categories = {desk.office.say(f"category.{category}"): category for category in APPEALS}
    groups = {key: group for group in _groups(desk) for key in (group.id, group.name)}
    for word in words:
        if word in groups:
            found = replace(found, group=groups[word])
        elif word in categories:
            found = replace(found, category=categories[word])
        elif word == _DROP:
            found = replace(found, drop=True)
        else:
            return None
    return found


def _groups(desk: Desk) -> list[Group]:
    org = desk.office.org
    return [group for group in org.groups.values() if org.covers(desk.speaker, group.village)]


def _titled(desk: Desk, text: str) -> Group | None:
    """The group whose name stands in the title of a chat record."""
    title = chattext.title(text)
    named = [group for group in _groups(desk) if title and group.name in title]
    return max(named, key=lambda group: len(group.name), default=None)


def _only_group(desk: Desk, paste: Paste) -> Group | None:
    """The officer's only group, or the only one where one of the lines was heard."""
    groups = _groups(desk)
    if len(groups) == 1:
        return groups[0]
    heard = {one.group for line in paste.lines for one in desk.situation.said if _same(line, one, desk.now)}
    return next((group for group in groups if heard == {group.id}), None)


def _same(line: Said, message: Message, now: datetime) -> bool:
    """Whether a pasted line is a message that the bot heard."""
    if not line.text or _bare(line.text) != _bare(message.text):
        return False
    if line.at is not None:
        return abs(line.at - message.at) <= SAME_MINUTE
    return now - message.at <= HEARD_WITHIN


def _bare(text: str) -> str:
    return "".join(text.split())


def _sentence(desk: Desk, group: Group, category: Category | None, text: str) -> str:
    named = "" if category is None else f" {desk.office.say(f'category.{category}')}"
    return desk.office.say("together.sentence_paste", head=f"{group.id}{named}", text=text)


class _Reading:
    """Takes the pasted messages one thought after the other; each decision stands on what the ones before it did."""

    def __init__(self, desk: Desk, group: Group) -> None:
        self._desk = desk
        self._group = group
        self._heard = [one for one in desk.situation.said if one.group == group.id]
        self._threads = {one.ticket.id: one for one in desk.situation.threads if one.ticket.village == group.village}
        self._said: list[Message] = []
        self._outcome = NOTHING
        self._opened: list[str] = []
        self._joined: list[str] = []
        self._known: list[str] = []
        self._rest = 0

    def take(self, paste: Paste) -> Outcome:
        """Everything that follows from the pasted messages, with the one answer to the officer."""
        if len(paste.lines) == 1 and paste.category is not None:
            self._insist(paste)
            return self._outcome + self._answer(paste)
        for lines in _thoughts(paste.lines):
            self._thought(lines)
        noticed = self._opened or self._joined or self._known or self._outcome.clues
        if len(paste.lines) == 1 and not noticed:
            return self._ask_category(paste)
        return self._outcome + self._answer(paste)

    def _thought(self, lines: Sequence[Said]) -> None:
        known = [self._heard_as(line) for line in lines]
        threads = [self._thread_of(message) for message in known if message is not None]
        if all(message is not None for message in known):
            tickets = [thread.ticket.id for thread in threads if thread is not None]
            self._known += tickets[:1]
            self._rest += 0 if tickets else len(lines)
            return
        pieces = tuple(self._message(line) for line, message in zip(lines, known, strict=True) if message is None)
        speaker = self._cadre(lines[0].name)
        about = self._situation(pieces, speaker)
        judge, now, office = self._desk.judge, self._desk.now, self._desk.office
        decided = (
            villager.decide(about, judge, now=now, office=office)
            if speaker is None
            else cadre.decide(about, judge, now=now, office=office)
        )
        self._note(decided, pieces, len(lines))

    def _insist(self, paste: Paste) -> None:
        """One message that the officer calls an appeal, whatever the bot thinks of it."""
        line = paste.lines[0]
        heard = self._heard_as(line)
        thread = None if heard is None else self._thread_of(heard)
        if thread is not None:
            self._known.append(thread.ticket.id)
            return
        piece = heard or self._message(line)
        verdict, text = readable(line.text, self._desk.judge)
        if not text or paste.category is None:
            self._thought(paste.lines)
            return
        _, opened = open_ticket(
            self._situation((piece,), None),
            (piece,),
            replace(verdict, urgent=False),
            category=paste.category,
            text=text,
            now=self._desk.now,
            office=self._desk.office,
        )
        self._note(opened, (piece,), 1)

    def _note(self, decided: Outcome, pieces: Sequence[Message], count: int) -> None:
        """Keep what a decision did, without what it would write to somebody whose account nobody knows."""
        desk = self._desk
        official = desk.situation.burst.first.id
        apart = {message for clue in decided.clues for message in clue.messages}
        linked = {link.message for link in decided.links} - apart
        kept = replace(
            decided,
            sends=tuple(
                sent for sent in decided.sends if not isinstance(sent.to, ToAccount) or reachable(sent.to.account)
            ),
            clues=tuple(replace(clue, messages=(*clue.messages, official)) for clue in decided.clues),
            heard=tuple(
                piece for piece in pieces if piece.id in linked and piece.seq == desk.situation.burst.first.seq
            ),
        )
        opened = [
            change.ticket.id
            for change in kept.changes
            if any(event.kind is EventKind.OPENED for event in change.events)
        ]
        touched = dict.fromkeys(link.ticket for link in kept.links)
        self._opened += opened
        self._joined += [ticket for ticket in touched if ticket not in (*self._opened, *self._joined)]
        self._rest += 0 if touched else count
        self._said += pieces
        self._threads = unfolded(self._threads, kept)
        self._outcome += kept

    def _situation(self, pieces: tuple[Message, ...], speaker: Person | None) -> Situation:
        desk = self._desk
        village = self._group.village
        since = pieces[0].at - timedelta(hours=1)
        before = [one for one in (*self._heard, *self._said) if since <= one.at <= pieces[0].at]
        return Situation(
            burst=Burst(pieces=pieces),
            speaker=speaker,
            group=self._group,
            village=village,
            recent=tuple(sorted(before, key=lambda one: one.at)),
            threads=tuple(self._threads.values()),
            numbers={village: desk.situation.numbers[village] + len(self._opened)},
            by_hand=ByHand(channel=Channel.GROUP, officer=desk.speaker.id, said_at=pieces[0].at),
        )

    def _message(self, line: Said) -> Message:
        first = self._desk.situation.burst.first
        at = line.at or first.at
        when = local(at).isoformat(timespec="minutes") if line.at is not None else str(local(at).date())
        name = digest(self._group.id, line.name, line.text, line.kind, when)
        speaker = self._cadre(line.name)
        account = pasted_account(self._group.id, line.name or name)
        if speaker is not None:
            account = next((one.id for one in speaker.accounts if one.platform == self._group.platform), account)
        return replace(
            first,
            platform=self._group.platform,
            id=f"pasted:{name}",
            conversation=f"group:{self._group.id}",
            group=self._group.id,
            sender=account,
            name="",
            kind=line.kind,
            text=line.text,
            at=min(at, first.at),
            mentions=(),
            quote=None,
        )

    def _cadre(self, name: str) -> Person | None:
        people = [one for one in self._desk.office.org.people_of(self._group.village) if name and one.name in name]
        return people[0] if len(people) == 1 else None

    def _heard_as(self, line: Said) -> Message | None:
        same = (one for one in reversed(self._heard) if _same(line, one, self._desk.now))
        return next(same, None)

    def _thread_of(self, message: Message) -> Thread | None:
        return next(
            (
                thread
                for thread in self._threads.values()
                if any((link.platform, link.message) == (message.platform, message.id) for link in thread.links)
            ),
            None,
        )

    def _ask_category(self, paste: Paste) -> Outcome:
        desk = self._desk
        verdict = desk.judge.classify(paste.lines[0].text, Context())
        options = [
            (desk.office.say(f"category.{category}"), _sentence(desk, self._group, category, paste.text))
            for category in sorted(APPEALS, key=lambda one: one is not verdict.label)
        ]
        options.append(
            (
                desk.office.say("together.choice_nothing"),
                desk.office.say("together.sentence_paste", head=_DROP, text=paste.text),
            )
        )
        return desk.ask(
            "together.register_category", options, text=brief(paste.lines[0].text, desk.office, length=LONG)
        )

    def _answer(self, paste: Paste) -> Outcome:
        office = self._desk.office
        lines = [self._line_opened(self._threads[ticket].ticket) for ticket in dict.fromkeys(self._opened)]
        for key, tickets in (("together.paste_joined", self._joined), ("together.paste_known", self._known)):
            for ticket in dict.fromkeys(tickets):
                words = self._threads[ticket].ticket
                name = self._desk.name_of(words)
                lines.append(office.say(key, number=name, matter=matter(words, office)))
        if self._rest:
            lines.append(office.say("together.paste_rest", count=self._rest))
        mentioned = dict.fromkeys((*self._opened, *self._joined, *self._known))
        values = {"count": len(paste.lines), "lines": "\n".join(lines)}
        if len(mentioned) == 1:
            return self._desk.tell_about(self._threads[next(iter(mentioned))].ticket, "together.paste_done", **values)
        return self._desk.tell("together.paste_done", **values)

    def _line_opened(self, ticket: Ticket) -> str:
        office, now = self._desk.office, self._desk.now
        return office.say(
            "together.paste_opened_late" if ticket.due_at <= now else "together.paste_opened",
            number=self._desk.name_of(ticket),
            category=category_name(ticket, office),
            matter=matter(ticket, office),
            said=say_time(ticket.said_at, office, now=now),
            due=say_time(ticket.due_at, office, now=now),
        )


def _thoughts(lines: Sequence[Said]) -> Iterator[list[Said]]:
    """The lines of one speaker that follow one another within minutes, together."""
    thought: list[Said] = []
    for line in lines:
        last = thought[-1] if thought else None
        apart = last is not None and last.at is not None and line.at is not None and line.at - last.at > _ONE_THOUGHT
        if last is not None and (not line.name or last.name != line.name or apart):
            yield thought
            thought = []
        thought.append(line)
    if thought:
        yield thought


def unfolded(threads: Mapping[str, Thread], outcome: Outcome) -> dict[str, Thread]:
    """The tickets as they stand once an outcome is committed."""
    after = dict(threads)
    for change in outcome.changes:
        known = after.get(change.ticket.id)
        after[change.ticket.id] = Thread(ticket=change.ticket, links=() if known is None else known.links)
    for ticket, thread in after.items():
        kept = [link for link in thread.links if link not in outcome.unlinks]
        new = [link for link in outcome.links if link.ticket == ticket and link not in kept]
        after[ticket] = replace(thread, links=tuple(sorted((*kept, *new), key=lambda link: link.at)))
    return after
