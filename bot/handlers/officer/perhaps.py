"""可能需要回复: what may want an answer although it opened no ticket; an officer settles it with two taps.

The list names them by letters, which are bound to the list that was shown: ``A`` asks, ``A 不用回`` and ``A 开单`` do.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.categories import APPEALS
from bot.domain.messages import Message, OutKind, ToPerson
from bot.domain.outcome import Mark, Outcome
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.joining import Burst
from bot.handlers.officer.consent import category_in
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.together import set_aside
from bot.handlers.opening import open_ticket
from bot.handlers.villager.parting import readable
from bot.phrasing import brief, category_name, matter, owner_title, say_time

LETTERS = "ABCDEFGHIJKLMNOPQRST"
"""What the lines of the list are called by; more are not shown at once."""
LISTED = "maybe:"
"""What the choices of a list begin with: each line stands for a message, no bare number for any of them."""

_WIDE = (
    {0xFF21 + at: chr(0x41 + at) for at in range(26)}
    | {0xFF41 + at: chr(0x41 + at) for at in range(26)}
    | {0x3000: " "}
)
_LEAVE = r"(?:都|全部)?(?:不用回复|不用回|不用管|不用理|不回|不用办|回过了|已回|答过了|已经回了)"
_OPEN = r"(?:开工单|开单|立单|立件|建单|开个单)"
_NAMED = rf"(?:{LISTED}\S+|[A-Ta-t](?![A-Za-z]))"
_SAID = re.compile(
    rf"^[\s,\uff0c]*(?P<which>{_NAMED}(?:[\s、,\uff0c和]+{_NAMED})*|全部|都)[\s、,\uff0c.:\uff1a]*"
    rf"(?:(?P<leave>{_LEAVE})|(?P<open>{_OPEN})(?P<words>.*))?[\s。.!\uff01了]*$",
    re.DOTALL,
)


def listed(desk: Desk) -> tuple[list[str], tuple[str, ...]]:
    """The lines of what waits, by letters, the newest last, and what the letters stand for."""
    waiting = [message for message in desk.situation.unanswered if message.text.strip()][-len(LETTERS) :]
    lines = [
        desk.office.say(
            "officer.list_maybe",
            letter=letter,
            said=say_time(message.at, desk.office, now=desk.now),
            text=brief(message.text, desk.office),
        )
        for letter, message in zip(LETTERS, waiting, strict=False)
    ]
    return lines, tuple(_key(message) for message in waiting)


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from ``A``, ``A 不用回``, ``A 开单``; None for any other sentence."""
    said = _SAID.match(text.translate(_WIDE))
    if said is None or (said["which"] in ("全部", "都") and not said["leave"]):
        return None
    shown = _shown(desk)
    which = list(shown) if said["which"] in ("全部", "都") else re.findall(_NAMED, said["which"])
    keys = [shown.get(one.upper(), "") if len(one) == 1 else one for one in which]
    if not any(keys):
        return desk.tell("perhaps.which_list") if said["leave"] or said["open"] else None
    known = {_key(message): message for message in desk.situation.unanswered}
    messages = [known[key] for key in keys if key in known]
    if not messages:
        return desk.tell("perhaps.settled")
    if said["leave"]:
        return _settled(messages) + desk.tell("perhaps.left", count=len(messages))
    if len(messages) > 1:
        return desk.tell("perhaps.one_by_one")
    return _open(desk, messages[0], said["words"] or "") if said["open"] else _ask(desk, messages[0])


def _shown(desk: Desk) -> dict[str, str]:
    """What the letters of the list that was shown last, or is quoted, stand for."""
    quoted = desk.situation.quoted_sent
    lists = [sent for sent in (quoted, *reversed(desk.situation.asked)) if sent is not None]
    choices = (sent.outgoing.choices for sent in lists)
    shown = next((some for some in choices if some and some[0].startswith(LISTED)), ())
    return dict(zip(LETTERS, shown, strict=False))


def _ask(desk: Desk, message: Message) -> Outcome:
    say, key = desk.office.say, _key(message)
    options = [
        (say("perhaps.choice_open"), say("perhaps.sentence_open", line=key, words="").strip()),
        (say("perhaps.choice_leave"), say("perhaps.sentence_leave", line=key)),
    ]
    said = say_time(message.at, desk.office, now=desk.now)
    return desk.ask("perhaps.what", options, said=said, text=brief(message.text, desk.office))


def _open(desk: Desk, message: Message, words: str) -> Outcome:
    """A ticket after all, in the group and on the clock of the villager's own message (R1, R7)."""
    office, group = desk.office, desk.office.org.groups[str(message.group)]
    verdict, text = readable(message.text, desk.judge)
    if not text:
        return _settled([message]) + set_aside(desk, group.village, message.text)
    category = category_in(words, office) or (verdict.label if verdict.label in APPEALS else None)
    if category is None:
        names = [office.say(f"category.{each}") for each in APPEALS]
        options = [(name, office.say("perhaps.sentence_open", line=_key(message), words=name)) for name in names]
        return desk.ask("perhaps.which_category", options, text=brief(text, office))
    alone = replace(
        desk.situation,
        burst=Burst(pieces=(message,)),
        speaker=None,
        group=group,
        village=group.village,
        recent=(),
        asked=(),
    )
    ticket, opened = open_ticket(
        alone, (message,), replace(verdict, urgent=False), category=category, text=text, now=desk.now, office=office
    )
    mine = ToPerson(person=desk.speaker.id)  # he reads at once what a prompt would say
    kept = tuple(sent for sent in opened.sends if not (sent.kind is OutKind.PROMPT and sent.to == mine))
    told = desk.tell_about(
        ticket,
        "perhaps.opened",
        number=desk.name_of(ticket),
        category=category_name(ticket, office),
        matter=matter(ticket, office),
        owner=owner_title(ticket, office),
        due=say_time(ticket.due_at, office, now=desk.now),
    )
    return replace(opened, sends=kept) + _settled([message]) + told


def _settled(messages: Sequence[Message]) -> Outcome:
    return Outcome(marks=tuple((message.seq, Mark.SETTLED) for message in messages))


def _key(message: Message) -> str:
    return f"{LISTED}{message.platform}/{message.id}".strip(PUNCTUATION)
