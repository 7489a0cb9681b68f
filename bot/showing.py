"""How pictures, voice messages and papers are shown to somebody: one line that says what comes, then each of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.domain.media import Media, MediaState, Why
from bot.domain.messages import MediaKind, Outgoing, OutKind, Recipient
from bot.office import Office

_MISSING = frozenset({MediaState.REFUSED, MediaState.LOST})


def kept_of(media: Sequence[Media]) -> tuple[Media, ...]:
    """Those whose bytes are here, each content once, in order of arrival."""
    found = {one.digest: one for one in reversed(media) if one.state is MediaState.KEPT and one.digest is not None}
    return tuple(sorted(found.values(), key=lambda one: one.id))


def say_what(kept: Sequence[Media], office: Office) -> str:
    """2张图片、1段语音: what comes."""
    counts = Counter(one.kind for one in kept)
    return office.say("due.separator").join(
        office.say(f"media_kind.{kind}", count=counts[kind]) for kind in MediaKind if counts[kind]
    )


def say_missing(media: Sequence[Media], office: Office) -> str:
    """What is not here, and why: to be asked for by mouth; empty if everything is."""
    reasons = Counter(one.why for one in media if one.state in _MISSING)
    return "".join(
        office.say(f"media_missing.{why}", count=reasons[why], most=office.rules.media.most_mib)
        for why in Why
        if reasons[why] and why is not Why.NONE
    )


def showing(
    kept: Sequence[Media],
    text: str,
    *,
    to: Recipient,
    kind: OutKind,
    key: str,
    ticket: str | None = None,
    not_before: datetime | None = None,
    confidential: bool = False,
) -> tuple[Outgoing, ...]:
    """The line with the first of them, and the others behind it without words; just the line if there are none.

    It answers somebody's question or stands beside a prompt, so it neither waits nor counts (DESIGN section 7).
    """
    digests = [one.digest for one in kept] or [None]
    return tuple(
        Outgoing(
            to=to,
            kind=kind,
            text="" if index else text,
            dedupe_key=f"{key}:{index}" if index else key,
            not_before=not_before,
            ticket=ticket,
            confidential=confidential,
            answers=True,
            attachment=digest,
        )
        for index, digest in enumerate(digests)
    )
