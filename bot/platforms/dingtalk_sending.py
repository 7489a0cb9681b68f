"""Getting a parcel to DingTalk: which way it goes, what the answers mean, and what is remembered of it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.platforms.dingtalk_api import DingtalkApi, NotPermitted
from bot.platforms.dingtalk_limits import MinuteCount
from bot.platforms.dingtalk_reading import Heard, Webhook, words_key
from bot.platforms.dingtalk_recent import Recent
from bot.platforms.dingtalk_shapes import Sample, card_body, card_id, file_sample, sample, webhook_body
from bot.ports import Clock
from bot.ports.platform import Attachment, FailureKind, Parcel, SendFailed

_ALMOST: Final = timedelta(seconds=30)
"""A webhook is not used so shortly before it expires."""
_KEPT: Final = 5000
_ASKED_AGAIN: Final = timedelta(hours=1)
"""An application without the permission to upload may have been given it by then."""
_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp"})
_LARGEST: Final = 20 * 1024 * 1024
_TOO_FAST: Final = "130101"
_BUSY: Final = "-1"
_VIA_WEBHOOK: Final = "w-"
_GROUP_IDS: Final = "cid"
"""How every openConversationId begins; an account's id never does."""


class DingtalkSending:
    """Sends and takes back messages. Remembers the newest few thousand, no more."""

    def __init__(self, *, api: DingtalkApi, robot_code: str, card_template: str | None, clock: Clock) -> None:
        self._api = api
        self._robot_code = robot_code
        self._card_template = card_template
        self._clock = clock
        self._webhooks: Recent[str, Webhook] = Recent(_KEPT)
        self._by_words: Recent[tuple[str, str], str] = Recent(_KEPT)
        self._cards: Recent[str, str] = Recent(_KEPT)
        self._media: Recent[str, str] = Recent(200)
        self._half: Recent[str, str] = Recent(200)
        self._no_files_until: datetime | None = None
        self._counts = MinuteCount()
        self._log = structlog.get_logger("dingtalk")

    @property
    def carries_files(self) -> bool:
        """Whether DingTalk has not said within the hour that this application may not upload anything."""
        return self._no_files_until is None or self._clock.now() >= self._no_files_until

    def heard(self, heard: Heard) -> None:
        """A message brings the address to answer it; strangers to the organisation are answered no other way."""
        incoming, webhook = heard.incoming, heard.webhook
        if webhook is None or not self._api.trusts(webhook.url):
            return
        if incoming.group is not None:
            self._webhooks.put(incoming.group, webhook)
        elif not heard.staff:
            self._webhooks.put(incoming.sender, webhook)

    def quoted(self, heard: Heard) -> str | None:
        """The id of our message that was quoted by its words alone, None if we do not know it."""
        return self._by_words.get((heard.incoming.group or heard.incoming.sender, words_key(heard.quoted)))

    def group_of_card(self, card: str) -> str | None:
        """The group in which a card hangs, None for a private one or one from before a restart."""
        return self._cards.get(card)

    async def send(self, parcel: Parcel) -> str:
        """Send and return an id; raises SendFailed.

        Words never wait for the picture or file beside them: where that is refused they go alone, once, and the
        failure says that nothing but the ``attachment`` is missing.
        """
        if not parcel.private and self._counts.full(parcel.to, now=self._clock.now()):
            raise SendFailed(FailureKind.TEMPORARY, "这个群一分钟里已发了 20 条,钉钉不让再发,稍后补上")
        attachment = parcel.attachment
        if attachment is None:
            return await self._shown(parcel)
        try:
            sent = await self._with(parcel, attachment)
        except SendFailed as failure:
            if isinstance(failure, NotPermitted):
                self._no_files_until = self._clock.now() + _ASKED_AGAIN
            if failure.kind is not FailureKind.TEMPORARY:
                self._half.forget(parcel.id)
            raise
        self._half.forget(parcel.id)
        self._media.forget(parcel.id)
        return sent

    async def recall(self, to: str, platform_id: str) -> None:
        """Take a message back; raises SendFailed."""
        if platform_id.startswith(_VIA_WEBHOOK):
            raise SendFailed(FailureKind.PERMANENT, "这条是用会话回复地址发的,钉钉不给编号,撤不回")
        body: dict[str, object] = {"robotCode": self._robot_code, "processQueryKeys": [platform_id]}
        path = "/v1.0/robot/otoMessages/batchRecall"
        if to.startswith(_GROUP_IDS):
            path = "/v1.0/robot/groupMessages/recall"
            body["openConversationId"] = to
        done = await self._api.call(path, body, shows=False)
        if platform_id in _strings(done.get("failedResult")):
            raise SendFailed(FailureKind.PERMANENT, "钉钉说这条撤不回了")

    async def _shown(self, parcel: Parcel, *, picture: str | None = None) -> str:
        """One message: words, a card, choices, or words around a picture (a media id)."""
        if picture is None and parcel.choices and parcel.card is None and self._card_template is not None:
            return await self._interactive(parcel, self._card_template)
        sent = await self._by_webhook(parcel, picture)
        if sent is None:
            sent = await self._by_interface(parcel, sample(parcel, picture=picture))
        if parcel.text:
            self._by_words.put((parcel.to, words_key(parcel.text)), sent)
        return sent

    async def _with(self, parcel: Parcel, attachment: Attachment) -> str:
        """A picture stands below its words in one message; a file takes none with it, so they go before it."""
        pictured = attachment.media_type in _PICTURES
        try:
            media = await self._uploaded(parcel, attachment, kind="image" if pictured else "file")
        except SendFailed as failure:
            await self._words(parcel)
            raise _of_attachment(failure) from failure
        if pictured:
            return await self._picture(parcel, media)
        await self._words(parcel)
        try:
            return await self._by_interface(parcel, file_sample(media, name=attachment.name))
        except SendFailed as failure:
            raise _of_attachment(failure) from failure

    async def _picture(self, parcel: Parcel, media: str) -> str:
        said = self._half.get(parcel.id) is not None
        try:
            return await self._shown(replace(parcel, text="") if said else parcel, picture=media)
        except SendFailed as failure:
            if failure.kind is not FailureKind.PERMANENT:
                raise
            await self._words(parcel)  # if the chat itself takes nothing, these fail too, and say so
            raise _of_attachment(failure) from failure

    async def _words(self, parcel: Parcel) -> None:
        """The words alone, once, however often what stands beside them has to be tried again."""
        if parcel.text and self._half.get(parcel.id) is None:
            words = Parcel(
                id=parcel.id, to=parcel.to, private=parcel.private, text=parcel.text, mentions=parcel.mentions
            )
            self._half.put(parcel.id, await self._shown(words))

    async def _uploaded(self, parcel: Parcel, attachment: Attachment, *, kind: str) -> str:
        """The media id of an attachment, uploaded once even if sending has to be tried again."""
        if len(attachment.data) > _LARGEST:
            raise SendFailed(FailureKind.PERMANENT, "文件超过 20 MB,钉钉不收")
        media = self._media.get(parcel.id) or await self._api.upload(attachment, kind=kind)
        self._media.put(parcel.id, media)
        return media

    async def _by_webhook(self, parcel: Parcel, picture: str | None) -> str | None:
        """Answer through the session webhook; None if there is none that works, and nothing was sent."""
        webhook = self._webhooks.get(parcel.to)
        if webhook is None or webhook.until - _ALMOST <= self._clock.now():
            return None
        answer = await self._api.post_webhook(webhook.url, webhook_body(parcel, picture=picture))
        code = answer.code or "0"
        if code in {_TOO_FAST, _BUSY}:
            raise SendFailed(FailureKind.TEMPORARY, "钉钉说这个群里发得太快,稍后再试")
        if code != "0":  # expired, or not wanted this way: surely not delivered, so the other way is free
            self._log.info("dingtalk_webhook_given_up", code=code)
            self._webhooks.forget(parcel.to)
            return None
        self._count(parcel)
        return _VIA_WEBHOOK + parcel.id

    async def _by_interface(self, parcel: Parcel, shape: Sample) -> str:
        key, fields = shape
        return await (self._private(parcel, key, fields) if parcel.private else self._to_group(parcel, key, fields))

    async def _to_group(self, parcel: Parcel, key: str, fields: object) -> str:
        body = {
            "robotCode": self._robot_code,
            "openConversationId": parcel.to,
            "msgKey": key,
            "msgParam": json.dumps(fields, ensure_ascii=False),
        }
        done = await self._api.call("/v1.0/robot/groupMessages/send", body, shows=True)
        self._count(parcel)
        return str(done.get("processQueryKey") or _VIA_WEBHOOK + parcel.id)

    async def _private(self, parcel: Parcel, key: str, fields: object) -> str:
        body = {
            "robotCode": self._robot_code,
            "userIds": [parcel.to],
            "msgKey": key,
            "msgParam": json.dumps(fields, ensure_ascii=False),
        }
        done = await self._api.call("/v1.0/robot/oToMessages/batchSend", body, shows=True)
        if parcel.to in _strings(done.get("invalidStaffIdList")):
            raise SendFailed(FailureKind.PERMANENT, "钉钉说这个人不在本组织,或机器人对他不可见")
        if parcel.to in _strings(done.get("filteredStaffIdList")):
            raise SendFailed(FailureKind.PERMANENT, "钉钉没有转给这个人:对方屏蔽了机器人,或消息被过滤")
        if parcel.to in _strings(done.get("flowControlledStaffIdList")):
            raise SendFailed(FailureKind.TEMPORARY, "钉钉说给这个人发得太频繁,稍后再试")
        return str(done.get("processQueryKey") or _VIA_WEBHOOK + parcel.id)

    async def _interactive(self, parcel: Parcel, template: str) -> str:
        body = card_body(parcel, template=template, robot_code=self._robot_code)
        done = await self._api.call("/v1.0/card/instances/createAndDeliver", body, shows=True)
        result = done.get("result")
        delivered = result.get("deliverResults") if isinstance(result, dict) else None
        if isinstance(delivered, list) and any(
            isinstance(one, dict) and one.get("success") is False for one in delivered
        ):
            raise SendFailed(FailureKind.PERMANENT, "钉钉没有把互动卡片投出去,请核对卡片模板和机器人权限")
        sent = card_id(parcel)
        if not parcel.private:
            self._count(parcel)
            self._cards.put(sent, parcel.to)
        return sent

    def _count(self, parcel: Parcel) -> None:
        if not parcel.private:
            self._counts.sent(parcel.to, now=self._clock.now())


def _of_attachment(failure: SendFailed) -> SendFailed:
    """The same failure, said of the picture or file alone."""
    if isinstance(failure, NotPermitted):
        return NotPermitted(attachment=True)
    return SendFailed(failure.kind, failure.reason, attachment=True)


def _strings(value: object) -> frozenset[str]:
    """The members of a list, or the keys of an object."""
    return frozenset(str(one) for one in value) if isinstance(value, list | dict) else frozenset()
