"""An officer's message on its way through: finding the ticket, checking who may act, answering."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import clocks
from bot.domain.messages import Outgoing, OutKind, ToPerson
from bot.domain.org import Person, Role
from bot.domain.outcome import Change, Outcome
from bot.domain.routing import is_checked_elsewhere
from bot.domain.tickets import Thread, Ticket, TicketEvent
from bot.handlers.grammar import PUNCTUATION, Command, Verb, choice, parse
from bot.handlers.judge import Judge
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import called, matter

MOST_CHOICES = 9
"""A bare number answers a question only up to this."""


_NUMBERED = re.compile(r"\s*第?(\d{1,4})\s*[号號]")


def _names_another(words: str, thread: Thread) -> bool:
    """Whether the words begin with the number of another ticket: 办结12号灯换好了 must not close the only other one."""
    named = _NUMBERED.match(words)
    return named is not None and int(named.group(1)) != thread.ticket.number


class Desk:
    """One officer's message with what every step of understanding it needs."""

    def __init__(
        self, *, situation: Situation, speaker: Person, now: datetime, office: Office, judge: Judge | None = None
    ) -> None:
        """Hold what every step needs; without a judge no text can be classified."""
        self._judge = judge
        self.situation = situation
        self.speaker = speaker
        self.now = now
        self.office = office

    @property
    def judge(self) -> Judge:
        """Who classifies what the officer brings in; raises ValueError at a desk that was made only to look around."""
        if self._judge is None:
            message = "nothing is classified at this desk"
            raise ValueError(message)
        return self._judge

    # Answers

    def tell(self, key: str, **values: object) -> Outcome:
        """Answer the officer with one sentence."""
        return self._send(OutKind.NOTICE, self.office.say(key, **values))

    def tell_about(self, ticket: Ticket, key: str, **values: object) -> Outcome:
        """Answer with one sentence about a ticket, which the officer may quote instead of naming its number."""
        answer = self.tell(key, **values)
        return replace(answer, sends=tuple(replace(sent, ticket=ticket.id) for sent in answer.sends))

    def tell_choosing(self, key: str, keys: tuple[str, ...], **values: object) -> Outcome:
        """Answer with a list whose lines can be named by their letters; a bare number answers an earlier question."""
        return self._send(OutKind.NOTICE, self.office.say(key, **values), choices=keys)

    def ask(self, key: str, choices: Sequence[tuple[str, str]], **values: object) -> Outcome:
        """Ask one question with numbered choices: pairs of what is shown and the sentence that it stands for."""
        shown = "\n".join(
            self.office.say("question.choice", number=index, text=label)
            for index, (label, _) in enumerate(choices[:MOST_CHOICES], 1)
        )
        text = self.office.say(key, choices=shown, **values)
        return self._send(OutKind.QUESTION, text, choices=tuple(meant for _, meant in choices[:MOST_CHOICES]))

    def ask_as_written(self, text: str, choices: tuple[str, ...]) -> Outcome:
        """Ask a question whose numbered choices stand in its words already."""
        return self._send(OutKind.QUESTION, text, choices=choices)

    def _send(self, kind: OutKind, text: str, choices: tuple[str, ...] = ()) -> Outcome:
        message = Outgoing(
            to=ToPerson(person=self.speaker.id),
            kind=kind,
            text=text,
            dedupe_key=f"reply:{self.situation.burst.first.platform}/{self.situation.burst.first.id}",
            quote=None,
            choices=choices,
            answers=True,
        )
        return Outcome(sends=(message,))

    # Understanding

    @property
    def open_question(self) -> Outgoing | None:
        """The question that a bare number answers: the quoted one, otherwise the latest; no list is one."""
        quoted = self.situation.quoted_sent
        if quoted is not None:
            return quoted.outgoing if quoted.outgoing.choices else None
        asked = (sent.outgoing for sent in reversed(self.situation.asked))
        return next((one for one in asked if one.choices and one.kind is not OutKind.NOTICE), None)

    def chosen(self, text: str) -> str | None:
        """The sentence that a bare number stands for."""
        number, question = choice(text), self.open_question
        if number is None or question is None or not 1 <= number <= len(question.choices):
            return None
        return question.choices[number - 1]

    def said_in_chat(self, ticket: Ticket, words: str) -> bool:
        """Whether the officer has said just this to the villager already, so that it is not posted a second time.

        True for the ticket's recorded answer, and for what the bot offered to take as the answer since.
        """
        spoken = words.strip(PUNCTUATION)
        if ticket.answer is not None and spoken == ticket.answer_text.strip(PUNCTUATION):
            return True
        for sent in self.situation.asked:
            meant = [command for line in sent.outgoing.choices if (command := parse(line)) is not None]
            offered = sent.outgoing.ticket == ticket.id and any(one.verb is Verb.NOT_AN_ANSWER for one in meant)
            if offered and any(one.rest.strip(PUNCTUATION) == spoken for one in meant):
                return True
        return False

    # Tickets

    def waited(self, ticket: Ticket) -> Change:
        """The ticket before it is closed: the working days that it has waited for material are its own (R7)."""
        rules, calendar = self.office.rules, self.office.calendar
        return clocks.waited(ticket, at=self.now, by=self.speaker.id, rules=rules, calendar=calendar)

    def history(self, thread: Thread) -> tuple[TicketEvent, ...]:
        """What happened to a ticket, oldest first; loaded for those that the officer's sentence may be about."""
        return self.situation.histories.get(thread.ticket.id, ())

    def live(self) -> tuple[Thread, ...]:
        """Live tickets that this officer owns."""
        return tuple(
            thread
            for thread in self.situation.threads
            if thread.ticket.state.is_live and thread.ticket.owner == self.speaker.id
        )

    def quoted_live(self) -> tuple[Thread, ...]:
        """Live tickets of a quoted message that spoke of several, as far as this officer may act on them."""
        return tuple(one for one in self.situation.quoted_several if one.ticket.state.is_live and self.may_act(one))

    def ask_which(self, threads: Sequence[Thread], words: str) -> Outcome:
        """Ask which ticket of a quoted message the words are about."""
        options = [
            (
                self.office.say(
                    "officer.choice_ticket", name=self.name_of(thread.ticket), matter=matter(thread.ticket, self.office)
                ),
                f"{self.name_of(thread.ticket)}号 {words}",
            )
            for thread in threads
        ]
        return self.ask("manners.which_of_these", options)

    def find(self, verb: Verb, command: Command) -> Thread | Outcome:
        """The ticket that is meant, or the question or refusal to send instead."""
        if command.number is not None:
            return self.numbered(command, verb)
        if self.situation.quoted_thread is not None:
            return self._permitted(self.situation.quoted_thread)
        live = self.quoted_live() or self.live()
        if len(live) == 1 and not _names_another(command.rest, live[0]):
            return live[0]
        if not live:
            return self.tell("officer.nothing_open")
        word = self.office.say(f"verb.{verb}")
        options = [
            (
                self.office.say(
                    "officer.choice_ticket", name=self.name_of(thread.ticket), matter=matter(thread.ticket, self.office)
                ),
                f"{self.name_of(thread.ticket)} {word} {command.rest}",
            )
            for thread in live
        ]
        return self.ask("officer.which_ticket", options, verb=word)

    def numbered(self, command: Command, verb: Verb | None = None) -> Thread | Outcome:
        """The ticket with a number, in the villages that the officer covers."""
        fitting = [
            thread
            for thread in self.situation.threads
            if thread.ticket.number == command.number
            and command.village in self.office.org.units[thread.ticket.village].name
        ]
        mine = [thread for thread in fitting if self.may_act(thread)]
        live = [thread for thread in mine if thread.ticket.state.is_live]
        candidates = live or mine
        if not candidates:
            return self.tell("officer.not_yours" if fitting else "officer.no_such_ticket", number=command.number)
        if len(candidates) == 1:
            return candidates[0]
        word = "" if verb is None else self.office.say(f"verb.{verb}")
        options = [
            (
                self.office.say(
                    "officer.choice_ticket", name=self.name_of(thread.ticket), matter=matter(thread.ticket, self.office)
                ),
                f"{self.name_of(thread.ticket)} {word} {command.rest}",
            )
            for thread in candidates
        ]
        return self.ask("officer.which_village", options, number=command.number)

    def name_of(self, ticket: Ticket) -> str:
        """How this officer must call a ticket: by number, with the village in front where several are covered."""
        return called(ticket, self.speaker, self.office)

    def may_act(self, thread: Thread) -> bool:
        """Whether the officer owns it, works in the unit that holds it, or inspects that part of the tree.

        What another township checks is out of the home area's hands: only the county stands above it then (R71).
        """
        ticket, org = thread.ticket, self.office.org
        if ticket.owner == self.speaker.id or ticket.unit == self.speaker.unit:
            return True
        inspects = bool(self.speaker.roles & {Role.INSPECTOR, Role.COUNTY_DESK})
        if is_checked_elsewhere(org, ticket.village, ticket.unit):
            return inspects and self.speaker.unit == org.county.id
        return inspects and org.covers(self.speaker, ticket.village)

    def _permitted(self, thread: Thread) -> Thread | Outcome:
        if self.may_act(thread):
            return thread
        return self.tell("officer.not_yours", number=self.name_of(thread.ticket))
