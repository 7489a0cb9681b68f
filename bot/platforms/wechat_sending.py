"""Sending through a gateway: words with calls, pictures and files, cards with what stands in for them, recalls.

A message of several parts is sent part by part; what was taken or came back as an echo is not sent again.
"""

import asyncio
from typing import Any, Final

from bot.domain.messages import BOT, EVERYONE, Card
from bot.platforms.wechat_media import box_for
from bot.platforms.wechat_memory import Echoes, Lately, print_of
from bot.platforms.wechat_names import Names
from bot.platforms.wechat_options import WechatTiming
from bot.platforms.wechat_reading import card_text
from bot.platforms.wechat_text import calling
from bot.platforms.wechat_wire import Fault, Wire, WireFault, messages
from bot.ports.platform import FailureKind, Parcel, SendFailed

FILE_PRINT: Final = "file"
CARD_PRINT: Final = "card"
"""What a file or card of ours is recognised by when it comes back: its kind, for its content is not told."""

OWN: Final = "own:"
"""Begins the id that we give a message to which the gateway gave none."""

_REASONS: Final = {
    Fault.UNREACHABLE: (FailureKind.TEMPORARY, "连不上微信网关"),
    Fault.TOKEN: (FailureKind.TEMPORARY, "网关不认我们的令牌"),
    Fault.CERTIFICATE: (FailureKind.TEMPORARY, "网关的证书信不过"),
    Fault.NOT_A_GATEWAY: (FailureKind.TEMPORARY, "对面不是微信网关"),
    Fault.TAKEN: (FailureKind.TEMPORARY, "网关被别的程序占着"),
    Fault.FAILED: (FailureKind.TEMPORARY, "网关说没有发成"),
    Fault.BROKEN: (FailureKind.UNKNOWN, "发送时连接断了"),
    Fault.TIMEOUT: (FailureKind.UNKNOWN, "网关没有按时答复"),
    Fault.UNSUPPORTED: (FailureKind.PERMANENT, "这种网关不会发这类消息"),
    Fault.TOO_LARGE: (FailureKind.PERMANENT, "文件太大,网关不收"),
    Fault.BAD_REQUEST: (FailureKind.PERMANENT, "网关说发不了,比如群已经不在"),
}
_CANNOT: Final = frozenset({Fault.UNSUPPORTED, Fault.FAILED, Fault.BAD_REQUEST})
"""The gateway said clearly that a card was not sent."""


class Sending:
    """Hands parcels to the gateway."""

    def __init__(self, *, wire: Wire, names: Names, echoes: Echoes, lately: Lately, timing: WechatTiming) -> None:
        """Share the line's memory, so that echoes are recognised."""
        self._wire = wire
        self._names = names
        self._echoes = echoes
        self._lately = lately
        self._timing = timing
        self.carries_files = True
        """Whether this gateway has not said yet that it cannot send pictures and files: puppets differ."""

    async def send(self, parcel: Parcel) -> str:
        """Send all parts and return the id of the first; raises SendFailed."""
        first = None
        for part in _parts(parcel):
            key = f"{parcel.id}/{part}"
            id_ = self._echoes.arrived(key)
            if id_ is None:
                if first is not None:
                    await asyncio.sleep(self._timing.between_parts)
                id_ = await self._part(parcel, part, key)
            if first is None:
                first = id_ or f"{OWN}{parcel.id}"
                self._echoes.returned(parcel.id, id_=first)
            if part == "text":
                self._lately.note(parcel.to, first, name="", text=self._words(parcel))
            if id_ and id_ != first:
                self._echoes.call(id_, ours=first)
        if first is None:
            raise SendFailed(FailureKind.PERMANENT, "没有要发的内容")
        return first

    def was_sent(self, parcel: Parcel) -> bool | None:
        """True if every part was taken or came back; never False: what timed out may still be delivered later."""
        arrived = [self._echoes.arrived(f"{parcel.id}/{part}") for part in _parts(parcel)]
        if not arrived or None in arrived:
            return None
        # Delivery knows such a message by our own id from now on, so its quotations and its recall must find that.
        self._echoes.returned(parcel.id, id_=parcel.id)
        for id_ in filter(None, arrived):
            self._echoes.call(id_, ours=parcel.id)
        if parcel.text.strip():
            self._lately.note(parcel.to, parcel.id, name="", text=self._words(parcel))
        return True

    async def recall(self, platform_id: str) -> None:
        """Take a message back; raises SendFailed."""
        real = self._echoes.real_id(platform_id) or platform_id
        if real.startswith(OWN):
            raise SendFailed(FailureKind.PERMANENT, "网关没有给这条消息编号,撤不回")
        try:
            answer = await self._wire.call("message_recall", messages.MessageRecallRequest(id=real))
        except WireFault as error:
            raise _failed(error) from None
        if not answer.success:
            raise SendFailed(FailureKind.PERMANENT, "微信没有让撤回")

    async def _part(self, parcel: Parcel, part: str, key: str) -> str:
        """Send one part; the platform's id, empty if it gave none."""
        try:
            if part == "text":
                id_ = await self._text(parcel.to, self._words(parcel), key, mentions=_accounts(parcel))
            elif part == "file":
                id_ = await self._file(parcel, key)
            else:
                id_ = await self._card(parcel, key)
        except WireFault as error:
            if part == "file" and error.fault is Fault.UNSUPPORTED:
                self.carries_files = False
            raise _failed(error, attachment=part == "file") from None
        self._echoes.confirmed(key, id_=id_)
        return self._echoes.arrived(key) or id_

    def _words(self, parcel: Parcel) -> str:
        room = "" if parcel.private else parcel.to
        names = () if parcel.private else tuple(self._names.known(room, one) or "" for one in _accounts(parcel))
        return calling(parcel.text, names)

    async def _text(self, to: str, text: str, key: str, *, mentions: tuple[str, ...] = ()) -> str:
        self._echoes.expect(key, conversation=to, print_=print_of(text))
        request = messages.MessageSendTextRequest(conversation_id=to, text=text, mentional_ids=list(mentions))
        return await self._sent("message_send_text", request)

    async def _file(self, parcel: Parcel, key: str) -> str:
        if parcel.attachment is None:
            message = "a part that the parcel does not have"
            raise AssertionError(message)
        try:
            box = await box_for(parcel.attachment, self._wire)
        except WireFault as error:
            if error.fault in (Fault.BROKEN, Fault.TIMEOUT):  # an upload alone is seen by nobody
                raise SendFailed(FailureKind.TEMPORARY, "文件没有传上网关", attachment=True) from None
            raise
        self._echoes.expect(key, conversation=parcel.to, print_=FILE_PRINT)
        request = messages.MessageSendFileRequest(conversation_id=parcel.to, file_box=box)
        return await self._sent("message_send_file", request, within=self._timing.transfer)

    async def _card(self, parcel: Parcel, key: str) -> str:
        """A mini program; where that cannot be sent its link, and where no link can its words."""
        card = parcel.card
        if card is None:
            message = "a part that the parcel does not have"
            raise AssertionError(message)
        self._echoes.expect(key, conversation=parcel.to, print_=CARD_PRINT)
        if card.app_id:
            try:
                return await self._sent("message_send_mini_program", _program(parcel.to, card))
            except WireFault as error:
                if error.fault not in _CANNOT:
                    raise
        if card.url:
            link = messages.UrlLinkPayload(
                title=card.title, description=card.description, url=card.url, thumbnail_url=card.thumbnail
            )
            try:
                return await self._sent(
                    "message_send_url", messages.MessageSendUrlRequest(conversation_id=parcel.to, url_link=link)
                )
            except WireFault as error:
                if error.fault not in _CANNOT:
                    raise
        return await self._text(parcel.to, card_text(card.title, card.description, card.url), key)

    async def _sent(self, method: str, request: Any, *, within: float | None = None) -> str:  # noqa: ANN401 - untyped stubs
        answer = await self._wire.call(method, request, within=within)
        return str(answer.id or answer.id_string_value_deprecated or "")


def _program(to: str, card: Card) -> Any:  # noqa: ANN401 - the stubs are untyped
    program = messages.MiniProgramPayload(
        appid=card.app_id,
        title=card.title,
        description=card.description,
        page_path=card.page,
        thumb_url=card.thumbnail,
    )
    return messages.MessageSendMiniProgramRequest(conversation_id=to, mini_program=program)


def _accounts(parcel: Parcel) -> tuple[str, ...]:
    """Who is called by account; everybody at once cannot be called by an ordinary member."""
    return tuple(one for one in parcel.mentions if one not in (BOT, EVERYONE))


def _parts(parcel: Parcel) -> tuple[str, ...]:
    """The messages that a parcel makes, in order."""
    parts = []
    if parcel.text.strip():
        parts.append("text")
    if parcel.attachment is not None:
        parts.append("file")
    if parcel.card is not None:
        parts.append("card")
    return tuple(parts)


def _failed(error: WireFault, *, attachment: bool = False) -> SendFailed:
    return SendFailed(*_REASONS[error.fault], attachment=attachment)
