"""How a parcel looks in DingTalk's formats: for a session webhook, for the open interface, as an interactive card.

Choices become buttons in a private chat only. Without a template a button is a link that sends its number as the
user's own words, and in a group a robot hears nothing that does not call it: there the numbers in the text must do.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from bot.domain.messages import EVERYONE, Card
from bot.ports.platform import Parcel

_MOST_BUTTONS: Final = 5
"""``sampleActionCard5`` is the largest."""
_LONGEST_LABEL: Final = 20
_LONGEST_TITLE: Final = 30

Sample = tuple[str, Mapping[str, str]]
"""The ``msgKey`` of the open interface and the fields of its ``msgParam``."""


def sample(parcel: Parcel, *, picture: str | None = None) -> Sample:
    """The words of a parcel for the open interface, with its ``picture`` (a media id) or its card."""
    if picture is not None:
        if not parcel.text:
            return "sampleImageMsg", {"photoURL": picture}
        return "sampleMarkdown", {"title": title(parcel), "text": f"{markdown(parcel.text)}\n\n![]({picture})"}
    if parcel.card is not None:
        return _card_sample(parcel, parcel.card)
    if parcel.private and 0 < len(parcel.choices) <= _MOST_BUTTONS:
        return _buttons(parcel)
    return "sampleText", {"content": parcel.text}


def file_sample(media_id: str, *, name: str) -> Sample:
    """A file that was uploaded."""
    return "sampleFile", {
        "mediaId": media_id,
        "fileName": name,
        "fileType": PurePath(name).suffix[1:].lower() or "file",
    }


def webhook_body(parcel: Parcel, *, picture: str | None = None) -> Mapping[str, object]:
    """A parcel for a session webhook: the only way to call somebody in a group."""
    called = [account for account in parcel.mentions if account != EVERYONE]
    at = {"atUserIds": called, "isAtAll": EVERYONE in parcel.mentions}
    if picture is not None:
        names = "".join(f" @{account}" for account in called)  # in markdown a call must stand in the text
        text = f"{markdown(parcel.text)}{names}\n\n![]({picture})"
        return {"msgtype": "markdown", "markdown": {"title": title(parcel), "text": text}, "at": at}
    if parcel.card is not None:
        key, fields = _card_sample(parcel, parcel.card)
        if key == "sampleLink":
            return {"msgtype": "link", "link": fields}
        return {"msgtype": "actionCard", "actionCard": fields}
    return {"msgtype": "text", "text": {"content": parcel.text}, "at": at}


def card_body(parcel: Parcel, *, template: str, robot_code: str) -> Mapping[str, object]:
    """An interactive card whose buttons call back.

    The template has the variables ``content`` (Markdown) and ``choices`` (a JSON array of ``{"choice", "text"}``); its
    buttons send back the parameter ``choice``, or have the number as their action id.
    """
    choices = [{"choice": str(number), "text": label} for number, label in enumerate(_labels(parcel), 1)]
    space = "IM_ROBOT" if parcel.private else "IM_GROUP"
    deliver: Mapping[str, object] = (
        {"imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot_code}}
        if parcel.private
        else {
            "imGroupOpenDeliverModel": {
                "robotCode": robot_code,
                "atUserIds": {account: account for account in parcel.mentions if account != EVERYONE},
            }
        }
    )
    return {
        "cardTemplateId": template,
        "outTrackId": card_id(parcel),
        "callbackType": "STREAM",
        "userIdType": 1,
        "openSpaceId": f"dtv1.card//{space}.{parcel.to}",
        "cardData": {
            "cardParamMap": {
                "content": markdown(parcel.text),
                "choices": json.dumps(choices, ensure_ascii=False),
            }
        },
        "imGroupOpenSpaceModel": {"supportForward": False},
        "imRobotOpenSpaceModel": {"supportForward": False},
        **deliver,
    }


def card_id(parcel: Parcel) -> str:
    """The id of a parcel's interactive card, the same whenever it is asked for."""
    return "xw-" + hashlib.sha256(f"{parcel.to}\x1f{parcel.id}\x1f{parcel.text}".encode()).hexdigest()[:40]


def title(parcel: Parcel) -> str:
    """What the list of chats shows of a message in Markdown: the beginning of its first line."""
    first = parcel.text.strip().partition("\n")[0]
    return first[:_LONGEST_TITLE] or (parcel.card.title if parcel.card is not None else "")


def markdown(text: str) -> str:
    """Plain words as Markdown that looks the same: lines stay lines, stars of a hidden number stay stars."""
    lines = text.replace("*", "＊").replace("`", "｀").split("\n")
    return "  \n".join(f"\u200b{line}" if line.startswith(("#", ">")) else line for line in lines)


def _card_sample(parcel: Parcel, card: Card) -> Sample:
    """A link to tap; with words beside it, a card under them."""
    if not parcel.text:
        fields = {"title": card.title, "text": card.description, "messageUrl": card.url, "picUrl": card.thumbnail}
        return "sampleLink", fields
    text = markdown(parcel.text) + (f"\n\n{markdown(card.description)}" if card.description else "")
    return "sampleActionCard", {
        "title": title(parcel),
        "text": text,
        "singleTitle": card.title[:_LONGEST_LABEL],
        "singleURL": card.url,
    }


def _buttons(parcel: Parcel) -> Sample:
    labels = _labels(parcel)
    fields = {"title": title(parcel), "text": markdown(parcel.text)}
    if len(labels) == 1:
        return "sampleActionCard", {**fields, "singleTitle": labels[0], "singleURL": _says("1")}
    for number, label in enumerate(labels, 1):
        fields |= {f"actionTitle{number}": label, f"actionURL{number}": _says(str(number))}
    return f"sampleActionCard{len(labels)}", fields


def _labels(parcel: Parcel) -> list[str]:
    return [f"{number} {choice}"[:_LONGEST_LABEL] for number, choice in enumerate(parcel.choices, 1)]


def _says(words: str) -> str:
    """A link that sends words as the user's own message; it works only in what a robot sent."""
    return f"dtmd://dingtalkclient/sendMessage?content={quote(words, safe='')}"
