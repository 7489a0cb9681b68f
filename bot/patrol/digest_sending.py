"""A digest on its way to a reader: the text with the picture, and the sheet behind it (R39)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.digest import Digest, SectionKind, TicketRow
from bot.domain.made import Made
from bot.domain.messages import MediaKind, Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.office import Office
from bot.patrol.digest_text import say_digest


def copies(
    page: Digest,
    reader: Person,
    office: Office,
    *,
    key: str,
    made: Sequence[Made] = (),
    note: str = "",
    not_before: datetime | None = None,
    answers: bool = False,
) -> Iterator[Outgoing]:
    """The messages to one reader: the text, with the picture if there is one; then the sheet if there is one.

    ``note`` stands above everything. How to answer stands below for those who inspect.
    """
    parts = [note, say_digest(page, office)]
    if Role.INSPECTOR in reader.roles:
        parts.append(_how(page, office))
    picture = next((one.digest for one in made if one.kind is MediaKind.PICTURE), None)
    yield Outgoing(
        to=ToPerson(person=reader.id),
        kind=OutKind.DIGEST,
        text="\n\n".join(part for part in parts if part),
        dedupe_key=key,
        not_before=not_before,
        answers=answers,
        attachment=picture,
    )
    for one in made:
        if one.kind is MediaKind.FILE:
            yield Outgoing(
                to=ToPerson(person=reader.id),
                kind=OutKind.DIGEST,
                text=office.say("digest.sheet_goes_with"),
                dedupe_key=f"{key}:sheet",
                not_before=not_before,
                answers=answers,
                attachment=one.digest,
            )


def _how(page: Digest, office: Office) -> str:
    """How the reader goes on from here, with a matter of this very page as the example."""
    if page.is_calm:
        return office.say("digest.how_calm")
    ways = [office.say("digest.how_detail")]
    pressing = [row for row in page.rows(SectionKind.NEEDS_YOU) if isinstance(row, TicketRow)]
    waiting = [row for row in page.rows(SectionKind.UNANSWERED) if isinstance(row, TicketRow)]
    if pressing:
        ways.append(office.say("digest.how_supervise", village=pressing[0].village, number=pressing[0].number))
    if pressing or waiting:
        ways.append(office.say("digest.how_remind", village=(pressing or waiting)[0].village))
    return office.say("digest.how", ways=office.say("digest.how_and").join(ways))
