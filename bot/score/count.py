"""Compares a replayed chat with its annotation: figures, and by name everything that went wrong.

The rules of counting, where one could count otherwise:

* A ticket *holds* an appeal if one of the appeal's pieces is among the ticket's ``messages``. An appeal is found if
  some ticket holds it. Of several, the one with most of its pieces is *its* ticket (then the one with fewest pieces of
  other appeals, then the first printed); a ticket that is nobody's is false.
* One ticket may be that of two appeals that were run together: both are found, the ticket counts once, and the
  merger is listed.
* Category, pieces, follow-ups, supporters and replies are counted over the appeals found: a missed appeal weighs on
  the first figure alone. ``Figure.of_all`` counts over all appeals instead.
* A piece or follow-up is attached if it is in the ticket as ``messages`` or ``followups``. A supporter is attached if
  the account is among the ticket's ``supporters`` or something that it said in support is in the ticket.
* An emergency is told at once if, from its first piece until ten seconds after its last, an ``emergency`` went to a
  group or an official, or a ``prompt`` to an official, about a ticket that holds it.
* A clue is kept apart if no message of it that is not also a piece of an appeal lies in a ticket, and its words were
  repeated to no group and in nothing that was sent about a ticket.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.messages import Incoming, OutKind
from bot.score.gold import Gold, GoldAppeal, GoldError
from bot.score.result import Figure, Measure, Miss, Problem, Score
from bot.score.run import HEAT, Run, SentRow, TicketRow

AT_ONCE = timedelta(seconds=10)
# Shorter words are said by chance, and repeating them gives nothing away.
_TELLING = 6
_LOOSE = {
    Measure.PIECES: Problem.PIECE_LOOSE,
    Measure.FOLLOWUPS: Problem.FOLLOWUP_LOOSE,
    Measure.SUPPORTERS: Problem.SUPPORTER_LOOSE,
    Measure.REPLIES: Problem.REPLY_WRONG,
}
_ASKING = frozenset({OutKind.PROMPT, OutKind.QUESTION, OutKind.EMERGENCY})


def score(run: Run, gold: Gold, chat: Sequence[Incoming]) -> Score:
    """Compare a replay of the chat with its annotation; raises GoldError if the two do not belong together."""
    # The inbox takes the first of two messages with one id.
    messages = {message.id: message for message in reversed(chat)}
    if strangers := gold.all_messages.difference(messages):
        named = "、".join(sorted(strangers))
        text = f"标注 {gold.chat} 提到的消息不在这份聊天里:{named}"
        raise GoldError(text)
    count = _Count(run, gold, messages)
    count.appeals()
    count.tickets()
    count.attachments()
    count.emergencies()
    count.silence()
    count.clues()
    count.clues_apart()
    count.heat()
    order = list(Problem)
    return Score(
        chats=(gold.chat,),
        figures={measure: count.figures[measure] for measure in Measure},
        misses=tuple(sorted(count.misses, key=lambda miss: order.index(miss.problem))),
    )


class _Count:
    """The counting of one chat: one method per group of figures."""

    def __init__(self, run: Run, gold: Gold, messages: Mapping[str, Incoming]) -> None:
        self._run = run
        self._gold = gold
        self._messages = messages
        self._tickets = {
            appeal.key: ticket for appeal in gold.appeals if (ticket := _ticket_of(appeal, run, gold)) is not None
        }
        self.figures: dict[Measure, Figure] = {}
        self.misses: list[Miss] = []

    def appeals(self) -> None:
        """Which appeals have a ticket."""
        missed = [appeal for appeal in self._gold.appeals if appeal.key not in self._tickets]
        for appeal in missed:
            self._miss(Problem.APPEAL_MISSED, appeal.messages, key=appeal.key, what=appeal.what)
        self.figures[Measure.APPEALS] = _found(self._gold.appeals, missed)

    def tickets(self) -> None:
        """Which tickets are that of an appeal, of the right category, and with nothing else in them."""
        appeals_of = [
            (ticket, [appeal for appeal in self._gold.appeals if self._tickets.get(appeal.key) is ticket])
            for ticket in self._run.tickets
        ]
        right = 0
        for ticket, appeals in appeals_of:
            if not appeals:
                self._miss(Problem.TICKET_FALSE, (*ticket.messages, *ticket.followups), ticket=ticket)
                continue
            key = "+".join(appeal.key for appeal in appeals)
            if len(appeals) > 1:
                what = " + ".join(appeal.what for appeal in appeals)
                self._miss(Problem.MERGED, ticket.messages, key=key, what=what, ticket=ticket)
            for appeal in appeals:
                if ticket.category in appeal.labels:
                    right += 1
                else:
                    what = f"{ticket.category} instead of {' or '.join(appeal.labels)}: {appeal.what}"
                    self._miss(Problem.CATEGORY_WRONG, appeal.messages, key=appeal.key, what=what, ticket=ticket)
            welcome = frozenset[str]().union(*(appeal.all_messages for appeal in appeals))
            if strays := self._in_order(ticket.held.difference(welcome)):
                self._miss(Problem.STRAY, strays, key=key, ticket=ticket)
        found = len(self._tickets)
        true = sum(1 for _, appeals in appeals_of if appeals)
        self.figures[Measure.TICKETS] = Figure(hits=true, of=len(appeals_of))
        self.figures[Measure.CATEGORIES] = Figure(hits=right, of=found, of_all=len(self._gold.appeals))

    def attachments(self) -> None:
        """What was linked to the tickets: pieces, follow-ups, supporters, the first reply of an official."""
        for measure in _LOOSE:
            self.figures[measure] = Figure(of_all=0)
        for appeal in self._gold.appeals:
            ticket = self._tickets.get(appeal.key)
            held = frozenset[str]() if ticket is None else ticket.held
            self._attached(Measure.PIECES, appeal, dict.fromkeys(appeal.messages), held)
            self._attached(Measure.FOLLOWUPS, appeal, dict.fromkeys(appeal.followups), held)
            joined = frozenset(ticket.supporters if ticket else ()).union(
                self._messages[message].sender for message in held.intersection(appeal.support_messages)
            )
            voices = {account: self._support_of(appeal, account) for account in appeal.supporters}
            self._attached(Measure.SUPPORTERS, appeal, voices, joined)
            if appeal.first_cadre_reply is not None:
                taken = ticket.first_cadre_reply if ticket else None
                what = f"{appeal.what} (taken: {taken or 'nothing'})"
                wanted = {appeal.first_cadre_reply: None}
                self._attached(Measure.REPLIES, appeal, wanted, frozenset({taken} if taken else ()), what=what)

    def emergencies(self) -> None:
        """Whether people were told of each urgent appeal in time, and of nothing else."""
        urgent = [appeal for appeal in self._gold.appeals if appeal.urgent]
        late = [appeal for appeal in urgent if not self._told_at_once(appeal)]
        for appeal in late:
            ticket = self._tickets.get(appeal.key)
            self._miss(Problem.EMERGENCY_LATE, appeal.messages, key=appeal.key, what=appeal.what, ticket=ticket)
        self.figures[Measure.EMERGENCIES] = _found(urgent, late)
        alarmed = {row.ticket for row in self._run.sent if row.kind is OutKind.EMERGENCY}
        for ticket in self._run.tickets:
            if ticket.number in alarmed and not any(_holds(ticket, appeal) for appeal in urgent):
                self._miss(Problem.EMERGENCY_FALSE, ticket.messages, ticket=ticket)

    def silence(self) -> None:
        """Whether the tempting messages opened nothing and nobody was asked about them."""
        broken = []
        for message, reason in self._gold.silent.items():
            ticket = next((ticket for ticket in self._run.tickets if message in ticket.held), None)
            if ticket is None and not any(self._asks_about(row, message) for row in self._run.sent):
                continue
            broken.append(message)
            self._miss(Problem.SILENCE_BROKEN, (message,), what=reason, ticket=ticket)
        self.figures[Measure.SILENCE] = _found(self._gold.silent, broken)

    def clues(self) -> None:
        """Which allegations reached the discipline role, and what reached it without being one."""
        given = frozenset(message for row in self._run.clues for message in row.messages)
        missed = [clue for clue in self._gold.clues if given.isdisjoint(clue.messages)]
        for clue in missed:
            self._miss(Problem.CLUE_MISSED, clue.messages, key=clue.key, what=clue.what)
        self.figures[Measure.CLUES] = _found(self._gold.clues, missed)
        real = frozenset(message for clue in self._gold.clues for message in clue.messages)
        self.figures[Measure.CLUE_MESSAGES] = Figure(hits=len(real & given), of=len(real))
        false = [row for row in self._run.clues if real.isdisjoint(row.messages)]
        for row in false:
            self._miss(Problem.CLUE_FALSE, row.messages)
        self.figures[Measure.CLUE_ROWS] = _found(self._run.clues, false)

    def clues_apart(self) -> None:
        """Whether the allegations stayed out of tickets and of what others read (R50)."""
        shared = self._gold.appeal_messages
        leaked = []
        for clue in self._gold.clues:
            secret = [message for message in clue.messages if message not in shared]
            open_to = [ticket for ticket in self._run.tickets if not ticket.held.isdisjoint(secret)]
            repeats = [
                row
                for row in self._run.sent
                if (row.group is not None or row.ticket is not None)
                and any(_repeats(row, self._messages[message]) for message in secret)
            ]
            if not open_to and not repeats:
                continue
            leaked.append(clue)
            what = " | ".join([clue.what, *(f"said: {row.text}" for row in repeats)])
            ticket = next(iter(open_to), None)
            self._miss(Problem.CLUE_LEAKED, clue.messages, key=clue.key, what=what, ticket=ticket)
        self.figures[Measure.CLUES_APART] = _found(self._gold.clues, leaked)

    def heat(self) -> None:
        """Which spans of anger met an alert, and which alerts met none."""
        alerts = [alert.span for alert in self._run.alerts if alert.kind == HEAT]
        missed = [span for span in self._gold.heat if not any(span.meets(alert) for alert in alerts)]
        false = [alert for alert in alerts if not any(span.meets(alert) for span in self._gold.heat)]
        for problem, spans in ((Problem.HEAT_MISSED, missed), (Problem.HEAT_FALSE, false)):
            for span in spans:
                self._miss(problem, (), what=f"{span.start.isoformat()} to {span.end.isoformat()}")
        self.figures[Measure.HEAT] = _found(self._gold.heat, missed)

    def _attached(
        self,
        measure: Measure,
        appeal: GoldAppeal,
        wanted: Mapping[str, str | None],
        there: frozenset[str],
        *,
        what: str = "",
    ) -> None:
        """Count what is wanted (ids, with the message to show instead of each) against what is there."""
        ticket = self._tickets.get(appeal.key)
        loose = [one for one in wanted if one not in there]
        hits = len(wanted) - len(loose)
        self.figures[measure] += Figure(hits=hits, of=len(wanted) if ticket else 0, of_all=len(wanted))
        if loose and ticket:
            shown = tuple(wanted[one] or one for one in loose)
            self._miss(_LOOSE[measure], shown, key=appeal.key, what=what or appeal.what, ticket=ticket)

    def _support_of(self, appeal: GoldAppeal, account: str) -> str | None:
        return next((message for message in appeal.support_messages if self._messages[message].sender == account), None)

    def _told_at_once(self, appeal: GoldAppeal) -> bool:
        numbers = {ticket.number for ticket in self._run.tickets if _holds(ticket, appeal)}
        times = [self._messages[message].sent_at for message in appeal.messages]
        return any(
            row.ticket in numbers and min(times) <= row.at <= max(times) + AT_ONCE
            for row in self._run.sent
            if (row.kind is OutKind.EMERGENCY and (row.to_cadre or row.group is not None))
            or (row.kind is OutKind.PROMPT and row.to_cadre)
        )

    def _asks_about(self, row: SentRow, message: str) -> bool:
        """Whether somebody was asked about a message that has no ticket: the row quotes it or repeats it."""
        if row.kind not in _ASKING or row.ticket is not None:
            return False
        said = self._messages[message]
        return row.quote == message or (row.at >= said.sent_at and _repeats(row, said))

    def _in_order(self, messages: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted(messages, key=lambda one: (one not in self._messages, self._at(one), one)))

    def _at(self, message: str) -> float:
        known = self._messages.get(message)
        return known.sent_at.timestamp() if known else 0.0

    def _miss(
        self,
        problem: Problem,
        messages: tuple[str, ...],
        *,
        key: str = "",
        what: str = "",
        ticket: TicketRow | None = None,
    ) -> None:
        self.misses.append(
            Miss(
                chat=self._gold.chat,
                problem=problem,
                key=key,
                what=what,
                ticket=ticket.number if ticket else None,
                messages=messages,
                texts=tuple(_words(self._messages.get(message)) for message in messages),
            )
        )


def _ticket_of(appeal: GoldAppeal, run: Run, gold: Gold) -> TicketRow | None:
    """Of the tickets that hold the appeal, the one that is rather its than another's."""
    others = gold.appeal_messages.difference(appeal.messages)
    return max(
        (ticket for ticket in run.tickets if _holds(ticket, appeal)),
        key=lambda ticket: (
            len(ticket.held.intersection(appeal.messages)),
            -len(ticket.held.intersection(others)),
        ),
        default=None,
    )


def _holds(ticket: TicketRow, appeal: GoldAppeal) -> bool:
    return not set(ticket.messages).isdisjoint(appeal.messages)


def _found(things: Sequence[object] | Mapping[str, str], missed: Sequence[object]) -> Figure:
    return Figure(hits=len(things) - len(missed), of=len(things))


def _repeats(row: SentRow, said: Incoming) -> bool:
    """Whether the row has the words of the message in it, however the lines are broken."""
    words = "".join(said.text.split())
    return len(words) >= _TELLING and words in "".join(row.text.split())


def _words(message: Incoming | None) -> str:
    if message is None:
        return "(not in the chat)"
    return message.text or f"({message.kind})"
