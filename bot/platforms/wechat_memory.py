"""What the WeChat line remembers for a while, within bounds: what was said lately, and which sends came back."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from bot.ports.platform import SaidBefore

_ROOMS: Final = 1_000
_PER_ROOM: Final = 200
_WORDS: Final = 80
"""Characters of a message that are kept to recognise it when it is quoted."""
_LEAST: Final = 4
"""A quotation that was cut must show at least as many characters to be recognised."""
_SENDS: Final = 2_000
_SEEN: Final = 5_000


def plain(text: str) -> str:
    """A text without the differences that WeChat makes on the way: kinds of blanks, line ends, blanks at the ends."""
    return " ".join(text.split())


def print_of(text: str) -> str:
    """What a text is recognised by when it comes back."""
    return "text:" + blake2b(plain(text).encode(), digest_size=16).hexdigest()


class Seen:
    """Ids that are done with, the latest few thousand."""

    def __init__(self, most: int = _SEEN) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def __contains__(self, id_: str) -> bool:
        return id_ in self._ids

    def add(self, id_: str) -> None:
        """Remember one, and forget the oldest of too many."""
        self._ids[id_] = None
        self._ids.move_to_end(id_)
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message as it may be quoted: ``words`` is its beginning, without differences of blanks."""

    id: str
    name: str
    words: str


class Lately:
    """What was said lately in each conversation, to find what a quotation in words quotes."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, deque[Said]] = OrderedDict()

    def note(self, conversation: str, id_: str, *, name: str, text: str) -> None:
        """Remember a message."""
        said = self._rooms.setdefault(conversation, deque(maxlen=_PER_ROOM))
        self._rooms.move_to_end(conversation)
        said.append(Said(id=id_, name=name, words=plain(text)[:_WORDS]))
        while len(self._rooms) > _ROOMS:
            self._rooms.popitem(last=False)

    def before(self, conversation: str, said: Sequence[SaidBefore]) -> None:
        """Remember what was said before everything that is remembered yet."""
        known = self._rooms.get(conversation, ())
        ids = {one.id for one in known}
        older = [Said(id=one.id, name=one.name, words=plain(one.text)[:_WORDS]) for one in said if one.id not in ids]
        self._rooms[conversation] = deque([*older, *known], maxlen=_PER_ROOM)

    def quoted(self, conversation: str, *, name: str, text: str) -> str | None:
        """The id of the latest message that a quotation may mean: said by that name if one was, else by anybody."""
        wanted = plain(text)
        cut = wanted.endswith(("…", "..."))
        wanted = wanted.rstrip("….").rstrip()[:_WORDS] if cut else wanted[:_WORDS]
        found = None
        for said in reversed(self._rooms.get(conversation, ())):
            same = said.words.startswith(wanted) and len(wanted) >= _LEAST if cut else said.words == wanted
            if not same:
                continue
            if said.name == name:
                return said.id
            found = found or said.id
        return found


@dataclass(kw_only=True, slots=True)
class _Send:
    """A send of ours: what it is recognised by, the id that it got, whether it came back."""

    conversation: str
    print: str
    id: str = ""
    settled: bool = False
    heard: bool = False


class Echoes:
    """Which of our sends came back from the conversation they went to: the proof that a doubtful one arrived.

    An echo belongs to one send only, so that of two equal messages each needs its own.
    """

    def __init__(self) -> None:
        self._sends: OrderedDict[str, _Send] = OrderedDict()
        self._known_as: OrderedDict[str, str] = OrderedDict()
        self._results: OrderedDict[str, str] = OrderedDict()

    def expect(self, key: str, *, conversation: str, print_: str) -> None:
        """A send begins; ``key`` is ours, and the same when it is tried again."""
        known = self._sends.get(key)
        if known is None or known.print != print_ or known.conversation != conversation:
            self._sends[key] = _Send(conversation=conversation, print=print_)
        self._sends.move_to_end(key)
        while len(self._sends) > _SENDS:
            self._sends.popitem(last=False)

    def confirmed(self, key: str, *, id_: str) -> None:
        """The platform took it and calls it ``id_``; the empty string if it did not say."""
        send = self._sends.get(key)
        if send is None:
            return
        send.settled = True
        send.id = send.id or id_

    def arrived(self, key: str) -> str | None:
        """The platform's id (perhaps empty) of a send that was taken or came back; None for any other."""
        send = self._sends.get(key)
        return send.id if send is not None and (send.settled or send.heard) else None

    def ours(self, *, conversation: str, id_: str, print_: str) -> str | None:
        """The key of the send of which a message is the echo, if it is one; it is taken note of."""
        for key, send in reversed(self._sends.items()):
            if send.id and send.id == id_:
                send.heard = True
                return key
        for key, send in self._sends.items():
            if not send.heard and not send.id and (send.conversation, send.print) == (conversation, print_):
                send.heard, send.id = True, id_
                return key
        return None

    def returned(self, parcel: str, *, id_: str) -> None:
        """Under this id the rest of the bot knows the parcel from now on."""
        self._results[parcel] = id_
        self._results.move_to_end(parcel)
        while len(self._results) > _SENDS:
            self._results.popitem(last=False)

    def result(self, parcel: str) -> str | None:
        """Under which id the rest of the bot knows a parcel; None if it was told none."""
        return self._results.get(parcel)

    def call(self, platform_id: str, *, ours: str) -> None:
        """Remember under which id the rest of the bot knows a message of ours."""
        self._known_as[platform_id] = ours
        self._known_as.move_to_end(platform_id)
        while len(self._known_as) > _SENDS:
            self._known_as.popitem(last=False)

    def known_as(self, platform_id: str) -> str:
        """The id under which the rest of the bot knows a message."""
        return self._known_as.get(platform_id, platform_id)

    def real_id(self, ours: str) -> str | None:
        """The platform's id behind one that we gave; None if no echo told it yet."""
        return next((real for real, known in self._known_as.items() if known == ours), None)
