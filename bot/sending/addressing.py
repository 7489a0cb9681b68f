"""Where a message goes, and what it looks like on its way: recipients become addresses, sends become parcels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.messages import Outgoing, Recipient, ToAccount, ToGroup, ToPerson
from bot.office import Office
from bot.phrasing import say_bundle
from bot.ports import Sent
from bot.ports.mail import Attachments, Lines, MailStore
from bot.ports.platform import Attachment, Parcel, Platform

_PICTURE = "image/"
_TABLE = "spreadsheet"


class AllOpen:
    """``ports.mail.Lines`` where there are no lines: whatever runs can be sent to."""

    def is_open(self, platform: str) -> bool:
        """Always."""
        del platform
        return True

    def stands(self, platform: str) -> bool:
        """Always, here."""
        del platform
        return True


class NoAttachments:
    """``ports.mail.Attachments`` of a bot that keeps no media."""

    async def load(self, digest: str) -> Attachment | None:
        """Nothing is kept."""
        del digest
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A conversation of a platform or (``private``) an account on it."""

    platform: str
    to: str
    private: bool


class Addresses:
    """Resolves recipients to the platforms that run."""

    def __init__(
        self,
        *,
        store: MailStore,
        office: Office,
        platforms: Mapping[str, Platform],
        lines: Lines,
        attachments: Attachments,
    ) -> None:
        """Stand between the organisation and the platforms."""
        self._store = store
        self._office = office
        self._platforms = platforms
        self._lines = lines
        self._attachments = attachments

    def stand_in(self, office: Office) -> None:
        """Resolve under another office from now on: conversations and accounts may be bound differently."""
        self._office = office

    async def find(self, to: Recipient, *, through: str | None = None) -> Address | None:
        """Where a recipient is reached; None if nowhere. ``through``: on this platform only, for what went there.

        A person with accounts on several platforms is reached where the person was heard last, among those whose line
        stands now (else among all); one who was never heard on the first that is configured. May raise
        StoreUnavailable.
        """
        match to:
            case ToGroup(group=group_id):
                group = self._office.org.groups.get(group_id)
                if group is None or not group.conversation:
                    return None
                found = Address(platform=group.platform, to=group.conversation, private=False)
            case ToPerson(person=person_id):
                account = await self._account_of(person_id, through)
                if account is None:
                    return None
                found = Address(platform=account.platform, to=account.account, private=True)
            case ToAccount(platform=platform, account=ident):
                found = Address(platform=platform, to=ident, private=True)
        return found if found.platform in self._platforms and through in (None, found.platform) else None

    async def _account_of(self, person_id: str, through: str | None) -> ToAccount | None:
        person = self._office.org.people.get(person_id)
        accounts = [
            ToAccount(platform=account.platform, account=account.id)
            for account in (() if person is None else person.accounts)
            if account.id and account.platform in self._platforms and through in (None, account.platform)
        ]
        usable = [account for account in accounts if self._lines.stands(account.platform)] or accounts
        if len(usable) > 1:
            return await self._store.heard_last(usable) or usable[0]
        return next(iter(usable), None)

    async def parcel(self, bundle: Sequence[Sent], address: Address) -> Parcel:
        """A send, or those that go out as one message, ready to be handed over. May raise StoreUnavailable.

        Only a single message calls somebody, offers its choices, and carries a picture or a card.
        """
        outgoing = bundle[0].outgoing
        text = say_bundle([one.outgoing.text for one in bundle], self._office)
        parcel = Parcel(id=bundle[0].id, to=address.to, private=address.private, text=text, quote=outgoing.quote)
        if len(bundle) > 1:
            return parcel
        attachment = None
        if outgoing.attachment is not None:
            attachment = await self._attachments.load(outgoing.attachment)
            if attachment is None:
                text = _with_line(text, self._office.say("delivery.attachment_gone"))
            elif address.private and not self._platforms[address.platform].capabilities.files:
                text = _with_line(self._without_promise(text), self._instead_of(attachment))
                attachment = None
        return replace(
            parcel,
            text=text,
            mentions=self._mentions(outgoing, address),
            choices=outgoing.choices,
            attachment=attachment,
            card=outgoing.card,
        )

    def without_attachment(self, parcel: Parcel) -> Parcel | None:
        """What to say in the same chat when the words went and the picture or file beside them cannot be sent.

        None in a group: villagers can do nothing about it, and whoever posted it hears that it failed.
        """
        if parcel.attachment is None or not parcel.private:
            return None
        text = self._instead_of(parcel.attachment)
        return Parcel(id=f"{parcel.id}-instead", to=parcel.to, private=True, text=text)

    def _instead_of(self, attachment: Attachment) -> str:
        """That it cannot be sent here, and where it can be had."""
        kind = attachment.media_type
        key = "picture" if kind.startswith(_PICTURE) else "table" if _TABLE in kind else "document"
        return self._office.say(f"delivery.no_{key}")

    def _without_promise(self, text: str) -> str:
        """The words without the sentence that promises a file, where it is known that none can follow."""
        return text.replace(self._office.say("papers.word_follows"), "").rstrip()

    def _mentions(self, outgoing: Outgoing, address: Address) -> tuple[str, ...]:
        """In a group, whoever is asked is called, where the platform can do that."""
        can = self._platforms[address.platform].capabilities.mentions
        return (outgoing.asked_of,) if outgoing.asked_of and not address.private and can else ()


def _with_line(text: str, line: str) -> str:
    return f"{text}\n{line}" if text else line
