"""An officer joins what is one matter and takes apart what is several: no clock, requester or message is lost."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain import together
from bot.domain.categories import Category
from bot.domain.messages import Message, OutKind, ToAccount
from bot.domain.outcome import Change, Outcome
from bot.domain.tickets import Link, Relation, State, Thread, Ticket
from bot.handlers import clues
from bot.handlers.grammar import PUNCTUATION, number_in
from bot.handlers.joining import Burst
from bot.handlers.officer.desk import MOST_CHOICES, Desk
from bot.handlers.opening import open_ticket
from bot.handlers.telling import tell_owner, to_villager
from bot.handlers.villager.parting import alone_with, joined_by, messages_of, readable, shorter, taken_out
from bot.phrasing import brief, matter, matter_of_all, say_time, state_name
from bot.watching import watch

_TO = re.compile(r"^(?:到|进|入|给|在|并到|并入)")
_BETWEEN = re.compile(r"\s*(?:[/\uff0f;\uff1b|\n])\s*|\s+(?=第[一二三四]件)|(?<=\S)\s*(?=[②③④])")
_POINT = re.compile(r"^(?:第[一二三四]件[事]?|[①②③④]|[1-4][.、\uff0e])\s*[:\uff1a,\uff0c]?\s*")
_SHORTEST_PART = 3
"""Characters below which a part names no matter."""
_MOST_PARTS = 4


# Merging


def merge(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 合并 9: one matter from now on, under the number that came first unless the officer says otherwise."""
    ticket = thread.ticket
    number = number_in(words)
    if number is None:
        return _merge_with_which(desk, thread)
    if number == ticket.number:
        return desk.tell("together.same_ticket", number=desk.name_of(ticket))
    other = _of_number(desk, number, ticket.village)
    if other is None:
        elsewhere = any(one.ticket.number == number for one in desk.situation.threads)
        key = "together.other_village" if elsewhere and not _TO.match(words) else "together.no_such"
        return desk.tell(key, number=desk.name_of(ticket) if key == "together.other_village" else number, other=number)
    if not together.seen_alike(ticket, other.ticket, desk.office.org):
        return desk.tell("together.other_privacy", number=desk.name_of(ticket), other=number)
    for one in (ticket, other.ticket):
        if not one.state.is_live:
            return desk.tell("together.ended", number=desk.name_of(one), state=state_name(one, desk.office))
    if ticket.private != other.ticket.private:  # the number that the group has heard stays, whatever was said first
        return _merged(desk, *((thread, other) if ticket.private else (other, thread)))
    if not _TO.match(words.strip(PUNCTUATION)) and ticket.number < number:
        return _which_stays(desk, thread, other)
    return _merged(desk, thread, other)


def _merge_with_which(desk: Desk, thread: Thread) -> Outcome:
    ticket = thread.ticket
    fitting = [
        one
        for one in desk.situation.threads
        if one.ticket.id != ticket.id
        and one.ticket.village == ticket.village
        and together.seen_alike(ticket, one.ticket, desk.office.org)
        and one.ticket.state.is_live
        and desk.may_act(one)
    ]
    fitting.sort(key=lambda one: desk.judge.similarity(ticket.text, one.ticket.text), reverse=True)
    if not fitting:
        return desk.tell("together.merge_nothing", number=desk.name_of(ticket))
    options = [
        (
            desk.office.say(
                "officer.choice_ticket", name=desk.name_of(one.ticket), matter=matter(one.ticket, desk.office)
            ),
            _sentence_merge(desk, *sorted((thread, one), key=lambda each: -each.ticket.number)),
        )
        for one in fitting[:MOST_CHOICES]
    ]
    return desk.ask("together.merge_with", options, number=desk.name_of(ticket))


def _which_stays(desk: Desk, thread: Thread, other: Thread) -> Outcome:
    options = [
        (
            desk.office.say(
                "together.choice_stays",
                number=stays.ticket.number,
                matter=matter(stays.ticket, desk.office),
                said=say_time(stays.ticket.said_at, desk.office, now=desk.now),
            ),
            _sentence_merge(desk, goes, stays),
        )
        for goes, stays in ((other, thread), (thread, other))
    ]
    return desk.ask("together.merge_which_stays", options)


def _sentence_merge(desk: Desk, goes: Thread, stays: Thread) -> str:
    return desk.office.say("together.sentence_merge", name=desk.name_of(goes.ticket), other=stays.ticket.number)


def _merged(desk: Desk, thread: Thread, into: Thread) -> Outcome:
    """The links move, so that one result reaches all; what stood in both already stays in both."""
    known = {(link.platform, link.message, link.relation) for link in into.links}
    alike = zip(thread.links, together.moving(thread.links, thread.ticket, into.ticket), strict=True)
    pairs = [(was, is_) for was, is_ in alike if (is_.platform, is_.message, is_.relation) not in known]
    leaving, moved = tuple(was for was, _ in pairs), tuple(is_ for _, is_ in pairs)
    gone, kept = together.merged(
        thread.ticket,
        into.ticket,
        at=desk.now,
        by=desk.speaker.id,
        rules=desk.office.rules,
        calendar=desk.office.calendar,
        links=leaving,
    )
    whole = Thread(ticket=kept.ticket, links=(*into.links, *moved))
    words = {
        "number": thread.ticket.number,
        "other": into.ticket.number,
        "matter": matter_of_all(whole, desk.office),
        "due": say_time(kept.ticket.due_at, desk.office, now=desk.now),
        "by": desk.speaker.title,
    }
    said = desk.office.say("together.merged_owner", **words)
    key = f"merged:{thread.ticket.id}:{desk.situation.burst.first.id}"
    sends = tell_owner(kept.ticket, said, f"{key}:to", now=desk.now, office=desk.office, but=desk.speaker.id)
    if thread.ticket.owner != kept.ticket.owner:
        sends += tell_owner(thread.ticket, said, f"{key}:from", now=desk.now, office=desk.office, but=desk.speaker.id)
    line = desk.office.say("together.merged_villager", **words)
    told = to_villager(desk, thread.ticket, OutKind.NOTICE, "together.line", key, line)
    outcome = Outcome(
        changes=(gone, kept),
        unlinks=leaving,
        links=moved,
        sends=sends,
        slots=watch(kept.ticket, desk.office, now=desk.now),
    )
    return outcome + told + desk.tell("together.merged", **words)


def part(desk: Desk, thread: Thread, words: str) -> Outcome:
    """9 拆开 12: a merging of the last day is taken back; the one that comes out stands where it stood."""
    ticket = thread.ticket
    inside = [one for one in desk.situation.threads if one.ticket.merged_into == ticket.id]
    number = number_in(words)
    wanted = [one for one in inside if number in (None, one.ticket.number)]
    if len(wanted) != 1:
        return desk.tell("together.nothing_to_part", number=desk.name_of(ticket))
    out = wanted[0]
    merging = together.merging(desk.situation.histories.get(ticket.id, ()), out.ticket.id, at=desk.now)
    if merging is None:
        return desk.tell("together.too_late_to_part", number=out.ticket.number, other=desk.name_of(ticket))
    leaving = together.coming_back(thread.links, merging)
    back = together.given_back(leaving, merging, out.ticket)
    staying = tuple(link for link in thread.links if link not in leaving)
    if not any(link.relation.joins for link in staying):
        return desk.tell("together.part_leaves_nothing", number=desk.name_of(ticket), other=out.ticket.number)
    if not any(link.relation.joins for link in (*out.links, *back)):
        return desk.tell("together.part_brings_nothing", number=desk.name_of(ticket), other=out.ticket.number)
    change = together.parted(
        together.spoken_for(out.ticket, (*out.links, *back)),
        State(str(merging.data["state"])),
        at=desk.now,
        by=desk.speaker.id,
        rules=desk.office.rules,
        calendar=desk.office.calendar,
    )
    remains = together.spoken_for(ticket, staying)
    left = together.split_off(remains, at=desk.now, by=desk.speaker.id, new=out.ticket.id)
    words_ = {
        "number": out.ticket.number,
        "other": ticket.number,
        "matter": matter(out.ticket, desk.office),
        "due": say_time(change.ticket.due_at, desk.office, now=desk.now),
    }
    key = f"parted:{out.ticket.id}:{desk.situation.burst.first.id}"
    said = desk.office.say("together.parted_owner", **words_)
    outcome = Outcome(
        changes=(change, left),
        unlinks=leaving,
        links=back,
        sends=tell_owner(change.ticket, said, key, now=desk.now, office=desk.office, but=desk.speaker.id),
        slots=watch(change.ticket, desk.office, now=desk.now),
    )
    line = desk.office.say("together.parted_villager", **words_)
    told = to_villager(desk, change.ticket, OutKind.NOTICE, "together.line", key, line)
    return outcome + told + desk.tell("together.parted", **words_)


def _of_number(desk: Desk, number: int, village: str) -> Thread | None:
    """The ticket of a number in a village that the officer may act on, a live one first."""
    fitting = [
        one
        for one in desk.situation.threads
        if one.ticket.number == number and one.ticket.village == village and desk.may_act(one)
    ]
    return max(fitting, key=lambda one: (one.ticket.state.is_live, one.ticket.year), default=None)


# Splitting


def split(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 拆分 路灯坏了 / 低保要什么材料: the first stays, each further one is a ticket with the same message time."""
    ticket = thread.ticket
    joined = tuple(link for link in thread.links if link.relation.joins)
    own = tuple(link for link in joined if link.relation is Relation.PIECE) or joined
    named = next((link for link in own if link.message == words.strip()), None)
    if named is not None:
        return _split_piece(desk, thread, named, own)
    if not own:  # all that was said in it has gone to other numbers before: there is nothing left to take apart
        return desk.tell("together.split_nothing", number=desk.name_of(ticket))
    parts = [_POINT.sub("", part.strip(PUNCTUATION)) for part in _BETWEEN.split(words) if part.strip(PUNCTUATION)]
    if len(parts) > 1 and all(len(part) >= _SHORTEST_PART for part in parts[:_MOST_PARTS]):
        return _split_words(desk, thread, own, parts[:_MOST_PARTS])
    written = [message for message in messages_of(own, desk.situation) if message.text.strip()]
    if len(written) <= 1:
        return desk.tell("together.split_how", number=desk.name_of(ticket))
    options = [
        (
            desk.office.say("ticket.quote", text=brief(message.text, desk.office)),
            desk.office.say("together.sentence_split", name=desk.name_of(ticket), message=message.id),
        )
        for message in written[:MOST_CHOICES]
    ]
    return desk.ask("together.split_which", options, number=desk.name_of(ticket))


def _split_words(desk: Desk, thread: Thread, own: Sequence[Link], parts: Sequence[str]) -> Outcome:
    ticket = thread.ticket
    read = [readable(part, desk.judge) for part in parts]
    if not all(text for _, text in read):
        return set_aside(desk, ticket.village, "\n".join(parts))
    pieces = messages_of(own, desk.situation)
    first, first_text = read[0]
    grown = replace(ticket, text=first_text, topic=first.topic or ticket.topic, place=first.place or ticket.place)
    outcome = Outcome(changes=(Change(ticket=grown, events=()),))
    new: list[Ticket] = []
    for offset, (verdict, text) in enumerate(read[1:]):
        opened, one = _another(desk, grown, pieces, shorter(ticket.category, verdict, desk.office), text, offset)
        outcome += Outcome(changes=(together.split_off(grown, at=desk.now, by=desk.speaker.id, new=one.id),)) + opened
        new.append(one)
    return outcome + _told_of_split(desk, grown, new)


def _split_piece(desk: Desk, thread: Thread, link: Link, own: Sequence[Link]) -> Outcome:
    """One of the messages becomes a ticket of its own; what was said in it no longer stands in the first.

    The only one stays in both; where the requester's last words leave, whoever else said it speaks for the first.
    """
    ticket = thread.ticket
    others = any(other.message != link.message for other in own)
    staying = tuple(other for other in thread.links if other is not link) if others else thread.links
    pieces = messages_of([link], desk.situation)
    verdict, text = readable(pieces[0].text, desk.judge)
    lines = [line for line in ticket.text.split("\n") if line.strip() and line not in (text, pieces[0].text)]
    text = text or desk.office.say("together.no_words", number=ticket.number)
    grown = together.spoken_for(replace(ticket, text="\n".join(lines) or _still_said(desk, ticket, staying)), staying)
    opened, new = _another(desk, grown, pieces, shorter(ticket.category, verdict, desk.office), text, 0)
    change = together.split_off(grown, at=desk.now, by=desk.speaker.id, new=new.id)
    outcome = Outcome(changes=(change,), unlinks=(link,) if others else ())
    return outcome + opened + _told_of_split(desk, grown, [new])


def _still_said(desk: Desk, ticket: Ticket, links: Sequence[Link]) -> str:
    """What the messages that stay in a ticket say, as far as it is known and may be shown; else what stood there."""
    pieces = messages_of([link for link in links if link.relation.joins], desk.situation)
    read = (readable(piece.text, desk.judge)[1] for piece in pieces if piece.text.strip())
    return "\n".join(text for text in read if text) or ticket.text


def _another(  # noqa: PLR0917 - the new ticket's parts, each of another kind
    desk: Desk, ticket: Ticket, pieces: Sequence[Message], category: Category, text: str, offset: int
) -> tuple[Outcome, Ticket]:
    """A further ticket of the same group, of the requester or else of whoever wrote the pieces (two merged matters).

    Its clock starts with the message of the first.
    """
    asker = next((piece.sender for piece in pieces if piece.sender == ticket.requester), pieces[0].sender)
    mine = [piece for piece in pieces if piece.sender == asker]
    first = replace(mine[0], at=min(ticket.said_at, mine[0].at))
    alone = alone_with([first], desk.situation, ticket, private=ticket.private, office=desk.office)
    if alone.by_hand is not None:
        alone = replace(alone, by_hand=replace(alone.by_hand, said_at=first.at))
    verdict = replace(readable(text, desk.judge)[0], urgent=False)
    rest = [piece for piece in mine[1:] if piece.id != first.id]
    new, outcome = open_ticket(
        replace(alone, burst=Burst(pieces=(first, *rest))),
        (first, *rest),
        verdict,
        category=category,
        text=text,
        now=desk.now,
        office=desk.office,
        number_offset=offset,
    )
    return outcome, new


def _told_of_split(desk: Desk, ticket: Ticket, new: Sequence[Ticket]) -> Outcome:
    others = desk.office.say("due.separator").join(
        desk.office.say(
            "together.split_one",
            number=one.number,
            matter=matter(one, desk.office),
            due=say_time(one.due_at, desk.office, now=desk.now),
        )
        for one in new
    )
    words = {"number": desk.name_of(ticket), "matter": matter(ticket, desk.office), "others": others}
    said = desk.office.say("together.split_owner", **words)
    key = f"split:{ticket.id}:{desk.situation.burst.first.id}"
    sends = tell_owner(ticket, said, key, now=desk.now, office=desk.office, but=desk.speaker.id)
    return Outcome(sends=sends) + desk.tell("together.split", **words)


def set_aside(desk: Desk, village: str, words: str) -> Outcome:
    """Words of an officer that accuse somebody go where all such words go; he hears that it is not his to do (R50)."""
    first = replace(desk.situation.burst.first, text=words)
    about = replace(desk.situation, burst=Burst(pieces=(first,)), village=village, recent=())
    aside = clues.decide(about, now=desk.now, office=desk.office)
    guide = ToAccount(platform=first.platform, account=first.sender)
    kept = tuple(sent for sent in aside.sends if sent.to != guide)
    return replace(aside, sends=kept) + desk.tell("together.not_for_the_village")


# One household


def unjoin(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 拆出 第2户, 12 不是一件: a household that was counted in has a matter of its own."""
    thread = replace(thread, ticket=together.spoken_for(thread.ticket, thread.links))
    ticket = thread.ticket
    joined = [(account, joined_by(thread, account)) for account in thread.others]
    if not joined:
        return desk.tell("together.nobody_joined", number=desk.name_of(ticket))
    chosen = next((links for _, links in joined if words.strip() in {link.message for link in links}), None)
    number = number_in(words)
    if chosen is None and number is not None and 1 <= number <= len(joined):
        chosen = joined[number - 1][1]
    if chosen is None:
        options = [
            (
                desk.office.say("together.choice_household", index=index, text=_words_of(desk, links)),
                desk.office.say("together.sentence_unjoin", name=desk.name_of(ticket), message=links[0].message),
            )
            for index, (_, links) in enumerate(joined, 1)
        ]
        return desk.ask("together.unjoin_which", options, number=desk.name_of(ticket))
    pieces = messages_of(chosen, desk.situation)
    new, outcome = taken_out(
        thread,
        chosen,
        pieces,
        desk.situation,
        desk.judge,
        by=desk.speaker.id,
        now=desk.now,
        office=desk.office,
    )
    return outcome + desk.tell(
        "together.unjoined",
        number=desk.name_of(ticket),
        other=new.number,
        matter=matter(new, desk.office),
        due=say_time(new.due_at, desk.office, now=desk.now),
    )


def _words_of(desk: Desk, links: Sequence[Link]) -> str:
    said = " ".join(message.text for message in messages_of(links, desk.situation))
    return brief(said, desk.office) if said.strip() else desk.office.say("together.no_picture")
