"""What an officer writes to the bot privately: understood, asked back once where it is unclear, and done."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.outcome import Outcome
from bot.handlers import recalling
from bot.handlers.discipline import desk as clue_desk
from bot.handlers.grammar import PUNCTUATION, Command, Verb, bare_number, cannot_come, choice, comes, parse
from bot.handlers.judge import Judge
from bot.handlers.officer import (
    actions,
    bindings,
    by_hand,
    content_review,
    drafts,
    duty_notice,
    emergency,
    evidence,
    inspecting,
    knowledge,
    liaison,
    noting,
    one_to_many,
    pasting,
    perhaps,
    shift,
    slips,
    views,
)
from bot.handlers.officer.desk import Desk
from bot.handlers.opening import LONG
from bot.handlers.promising import only_promises
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, matter


def decide(situation: Situation, judge: Judge, *, now: datetime, office: Office) -> Outcome:
    """What follows from one private message of an officer. There is always an answer."""
    speaker = situation.speaker
    if speaker is None:
        message = "an officer's handler needs an officer"
        raise ValueError(message)
    desk = Desk(situation=situation, speaker=speaker, judge=judge, now=now, office=office)
    text = situation.burst.text.strip()
    if not text:
        return one_to_many.picture(desk) or evidence.alone(desk)
    chosen = desk.chosen(text)
    if chosen is not None:
        text = chosen
    elif choice(text) is not None and desk.open_question is not None:
        return desk.tell("officer.no_such_choice", most=len(desk.open_question.choices))
    told = next((outcome for read in _READERS if (outcome := read(desk, text)) is not None), None)
    if told is not None:
        return told
    command = parse(text) or bare_number(text)
    if command is None or command.verb in {None, Verb.CLUES}:  # without the role 线索 means nothing, like nonsense
        return _unclear(desk, text, None if command is None or command.verb is Verb.CLUES else command)
    return _carry_out(desk, command.verb, command)


_READERS: tuple[Callable[[Desk, str], Outcome | None], ...] = (
    bindings.decide,
    liaison.decide,
    recalling.go_on,
    one_to_many.decide,
    clue_desk.decide,
    slips.decide,
    drafts.decide,
    inspecting.decide,
    noting.decide,
    perhaps.decide,
    duty_notice.decide,
    content_review.decide,
    shift.decide,
    knowledge.about_answers,
    by_hand.decide,
    pasting.decide,
)
"""Who looks at a sentence before it is read as one about a ticket; the first who knows it answers."""


def _unclear(desk: Desk, text: str, command: Command | None) -> Outcome:
    """No verb: to somebody who was rung it is yes or no (R8), to anybody else perhaps a result or news."""
    rung = emergency.rung(desk)
    if rung is not None and comes(text):
        return actions.acknowledge(desk)
    if rung is not None and cannot_come(text):
        return emergency.cannot(desk, rung)
    return _ask_what_it_means(desk, command or Command(verb=None, rest=text))


_QUESTION_ENDS = ("吗", "么", "呢", "没", "?", "\uff1f")
"""An officer's question is no result to close a ticket with: the open matters are the best answer."""


def _ask_what_it_means(desk: Desk, command: Command) -> Outcome:
    """Free words: about the quoted, numbered or only ticket they may be its result or news of it."""
    if command.rest.rstrip(PUNCTUATION).endswith(_QUESTION_ENDS):
        return views.show(desk, Verb.LIST)
    thread = desk.situation.quoted_thread
    if command.number is not None:
        found = desk.numbered(command)
        if isinstance(found, Outcome):
            return found
        thread = found
    several = desk.quoted_live()
    if thread is None and len(several) > 1:
        return desk.ask_which(several, command.rest)
    live = several or desk.live()
    if thread is None and len(live) == 1:
        thread = live[0]
    if thread is None:
        return desk.tell("officer.not_understood" if not live else "officer.which_one", waiting=len(live))
    name = desk.name_of(thread.ticket)
    words = {"name": name, "text": command.rest}
    close = (desk.office.say("officer.choice_close"), desk.office.say("choice.close_named", **words))
    progress = (desk.office.say("officer.choice_progress"), desk.office.say("choice.progress_named", **words))
    promised = only_promises(command.rest, thread.ticket.category, desk.judge)
    return desk.ask(
        "officer.what_is_it",
        [progress, close] if promised else [close, progress],
        number=desk.name_of(thread.ticket),
        matter=matter(thread.ticket, desk.office),
        text=brief(command.rest, desk.office, length=LONG),
    )


def _carry_out(desk: Desk, verb: Verb, command: Command) -> Outcome:
    """Do what the verb says."""
    if verb is Verb.ACKNOWLEDGE:
        return actions.acknowledge(desk)
    if not verb.needs_ticket:
        return views.show(desk, verb)
    found = desk.find(verb, command)
    if isinstance(found, Outcome):
        return found
    return actions.act(desk, verb, found, command.rest)
