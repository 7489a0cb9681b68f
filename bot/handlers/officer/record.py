"""What an officer is asked before a ticket is closed, where his words lack what the record must hold (R5, R6, R13).

One question at a time, with an example or with numbered choices; nothing that he wrote is lost.
"""

from bot.domain import record
from bot.domain.outcome import Outcome
from bot.domain.record import Decision, Lack
from bot.domain.tickets import State, Thread, Ticket
from bot.handlers.grammar import PUNCTUATION
from bot.handlers.officer.desk import Desk
from bot.handlers.opening import LONG
from bot.handlers.promising import only_promises
from bot.phrasing import brief


def confirmed(desk: Desk, words: str) -> tuple[str, bool]:
    """The words without the mark that stands before them once the officer was asked, and whether it stood there."""
    mark = desk.office.say("record.confirmed")
    rest = words.lstrip()
    if not rest.startswith(mark):
        return words, False
    return rest.removeprefix(mark).lstrip(PUNCTUATION), True


def missing(desk: Desk, ticket: Ticket, words: str, *, sure: bool, pictures: bool) -> Outcome | None:
    """The question to send back, None if the ticket may be closed with these words.

    ``sure``: the officer has been asked about them already. ``pictures``: he sent some with them.
    """
    if by_villager(desk, ticket, words):
        return None
    announced = not sure and only_promises(words, ticket.category, desk.judge)
    lack = record.lacking(ticket.category, words, pictures=pictures, announced=announced)
    if lack is not None:
        return _ask_for(desk, ticket, words, lack)
    if sure:
        return None
    twin = _twin(desk, ticket, words)
    if twin is None:
        return None
    return desk.ask(
        "record.same_words",
        [(desk.office.say("record.choice_same"), _confirming(desk, ticket, words))],
        number=desk.name_of(ticket),
        other=desk.name_of(twin),
    )


def by_villager(desk: Desk, ticket: Ticket, words: str) -> bool:
    """Whether the words are those of the villager who said that it is done, offered to the officer as they are."""
    mark = f"solved:{ticket.id}:"
    return any(
        sent.outgoing.dedupe_key.startswith(mark) and any(line.endswith(words) for line in sent.outgoing.choices)
        for sent in desk.situation.asked
    )


def _ask_for(desk: Desk, ticket: Ticket, words: str, lack: Lack) -> Outcome:
    name, office = desk.name_of(ticket), desk.office
    shown = brief(words, office, length=LONG)
    if lack is Lack.WORDS:
        key = f"record.empty_{ticket.category}" if words.strip() else f"record.none_{ticket.category}"
        return desk.tell(key, number=name, words=shown)
    if lack is Lack.RESULT:
        options = [
            (office.say("record.choice_done"), _confirming(desk, ticket, words)),
            (office.say("officer.choice_progress"), office.say("choice.progress_named", name=name, text=words)),
        ]
        return desk.ask("record.announced", options, number=name, words=shown)
    if lack is Lack.VERDICT:
        options = [
            (
                office.say(f"record.choice_{decision}"),
                office.say("choice.close_named", name=name, text=office.say(f"record.said_{decision}", words=words)),
            )
            for decision in Decision
        ]
        return desk.ask("record.verdict", options, number=name, words=shown)
    if lack is Lack.REASON:
        return desk.tell(f"record.reason_{record.decision(words)}", number=name)
    return desk.tell(f"record.without_{lack}", number=name, words=shown)


def _confirming(desk: Desk, ticket: Ticket, words: str) -> str:
    text = desk.office.say("record.confirming", mark=desk.office.say("record.confirmed"), words=words)
    return desk.office.say("choice.close_named", name=desk.name_of(ticket), text=text)


def _twin(desk: Desk, ticket: Ticket, words: str) -> Ticket | None:
    """Another ticket that was closed with the very same words (R13)."""
    return next(
        (
            thread.ticket
            for thread in desk.situation.threads
            if thread.ticket.id != ticket.id and _closed_with(thread, words) and desk.may_act(thread)
        ),
        None,
    )


def _closed_with(thread: Thread, words: str) -> bool:
    return thread.ticket.state is State.CLOSED and record.same_words(thread.ticket.answer_text, words)
