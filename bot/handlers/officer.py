"""What an officer writes to the bot privately: understood, asked back once where it is unclear, and done."""

from datetime import datetime

from bot.domain.outcome import Outcome
from bot.handlers import officer_actions as actions
from bot.handlers import officer_views as views
from bot.handlers.desk import Desk
from bot.handlers.grammar import PUNCTUATION, Command, Verb, choice, comes, parse
from bot.handlers.opening import LONG
from bot.handlers.situation import Situation
from bot.office import Office
from bot.phrasing import brief, matter


def decide(situation: Situation, *, now: datetime, office: Office) -> Outcome:
    """What follows from one private message of an officer. There is always an answer."""
    speaker = situation.speaker
    if speaker is None:
        message = "an officer's handler needs an officer"
        raise ValueError(message)
    desk = Desk(situation=situation, speaker=speaker, now=now, office=office)
    text = situation.burst.text.strip()
    if not text:
        return desk.tell("officer.picture_alone")
    chosen = desk.chosen(text)
    if chosen is not None:
        text = chosen
    elif choice(text) is not None and desk.open_question is not None:
        return desk.tell("officer.no_such_choice", most=len(desk.open_question.choices))
    command = parse(text)
    if command is None or command.verb is None:
        if comes(text) and actions.rung(desk) is not None:
            return actions.acknowledge(desk)
        return _ask_what_it_means(desk, command or Command(verb=None, rest=text))
    return _carry_out(desk, command.verb, command)


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
    live = desk.live()
    if thread is None and len(live) == 1:
        thread = live[0]
    if thread is None:
        return desk.tell("officer.not_understood" if not live else "officer.which_one", waiting=len(live))
    name = desk.name_of(thread.ticket)
    words = {"name": name, "text": command.rest}
    return desk.ask(
        "officer.what_is_it",
        [
            (desk.office.say("officer.choice_close"), desk.office.say("choice.close_named", **words)),
            (desk.office.say("officer.choice_progress"), desk.office.say("choice.progress_named", **words)),
        ],
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
