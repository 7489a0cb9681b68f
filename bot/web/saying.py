"""Takes what a visitor types in the hall and hands it to the bot's door, as an adapter of a real platform would."""

import re
from collections.abc import Mapping
from uuid import uuid4

from bot.domain.messages import BOT, EVERYONE, Incoming, Kind, MediaRef
from bot.domain.org import PRACTICE
from bot.office import Office
from bot.web.choices import SLOTS, Slot, Talk, choose
from bot.web.desk import HallDesk

LONGEST = 100_000
"""Characters of one message."""

_AT = re.compile(r"[@＠]([^\s@＠,，。:：!！?？]+)")
_KINDS = {"text": Kind.TEXT, "image": Kind.IMAGE}
_SLOT_KEY = {Slot.VILLAGE: "as", Slot.OFFICER: "officer", Slot.INSPECTOR: "inspector"}


class Refused(Exception):  # noqa: N818 - the visitor is told exactly this
    """What was typed cannot be sent. The text says why, in Chinese."""


def read_message(form: Mapping[str, str], desk: HallDesk, picture: MediaRef | None = None) -> Incoming:
    """Make a message of a form and the picture that came with it, if one did.

    Raises Refused for what is empty, too long, or said as somebody who is not there.
    """
    now = desk.clock.now()
    choice = choose(form, office=desk.office, hall=desk.hall, now=now)
    slot = form.get("pane", "")
    kind = _KINDS.get(form.get("kind", "text"))
    if choice is None or slot not in SLOTS or kind is None:
        raise Refused("页面可能是旧的，请刷新一下再发。")
    talk = choice.talk(Slot(slot))
    if talk is None or choice.doubted.intersection({"group", _SLOT_KEY[Slot(slot)]}):
        raise Refused("没找到这个说话的人，请在上面重新选一下。")
    text = form.get("text", "").replace("\r\n", "\n").strip() if kind is Kind.TEXT else ""
    if kind is Kind.TEXT and not text:
        raise Refused("先写点什么再发送。")
    if kind is Kind.IMAGE and picture is None:
        raise Refused("先选一张图片再发。")
    if len(text) > LONGEST:
        message = f"太长了：有{len(text)}个字，一次最多发{LONGEST}个字。"
        raise Refused(message)
    return Incoming(
        platform=PRACTICE,
        id=f"w{uuid4().hex}",
        group=talk.group.conversation if talk.group else None,
        sender=talk.speaker.account,
        name=talk.speaker.name,
        kind=kind,
        text=text,
        sent_at=now,
        mentions=mentions(text, talk, desk.office),
        quote=form.get("quote") or None,
        media=() if picture is None or kind is not Kind.IMAGE else (picture,),
    )


def mentions(text: str, talk: Talk, office: Office) -> tuple[str, ...]:
    """Return who is called with an @ in a group: the bot, everybody, or cadres by name or post, as account ids."""
    if talk.group is None:
        return ()
    called = {"小微": BOT, "所有人": EVERYONE}
    for person in office.org.people_of(talk.group.village):
        for account in person.accounts:
            if account.platform == PRACTICE:
                called.setdefault(person.post, account.id)
                called[person.name] = account.id
    names = sorted((name for name in called if name), key=len, reverse=True)
    found = (next((called[name] for name in names if word.startswith(name)), None) for word in _AT.findall(text))
    return tuple(dict.fromkeys(account for account in found if account))
