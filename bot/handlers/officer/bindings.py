"""Binding words that an officer writes to the bot alone, and the answers to its questions about groups."""

from bot.domain.bindings import Whose
from bot.domain.messages import Kind
from bot.domain.outcome import Outcome
from bot.handlers import binding
from bot.handlers.officer.desk import Desk


def decide(desk: Desk, text: str) -> Outcome | None:
    """What follows from a sentence about bindings, None for any other sentence."""
    if text == binding.LEAVE_IT:
        return desk.tell("binding.left")
    chosen = _move(desk, text)
    if chosen is not None:
        return chosen
    word = binding.said(text)
    if word is None or desk.situation.burst.last.kind is not Kind.TEXT:
        return None
    return _word(desk, word)


def _move(desk: Desk, text: str) -> Outcome | None:
    """A tap on "yes"; a sentence that only looks like one and was never offered is no answer."""
    if not any(text in sent.outgoing.choices for sent in desk.situation.asked):
        return None
    done = binding.moved(text, desk.speaker, now=desk.now, office=desk.office)
    if done is None:
        return None
    key, outcome = done
    return outcome + desk.tell(key, group=binding.group_of_move(text, desk.office))


def _word(desk: Desk, word: binding.Said) -> Outcome:
    office, speaker = desk.office, desk.speaker
    platform, account = desk.situation.burst.first.platform, desk.situation.sender
    if not word.digits:
        who = office.say("binding.who", name=speaker.name, post=speaker.post)
        return desk.tell("binding.bound_already", who=who, groups=binding.unbound_groups(speaker, platform, office))
    since = desk.now - binding.TRIES_WITHIN
    if binding.tries(desk.situation.own_recent(since)) >= binding.MOST_TRIES:
        return desk.tell("binding.enough")
    group = binding.group_meant(word, office)
    if group is not None:
        return desk.tell("binding.say_it_there", group=group.name, code=office.codes.code(Whose.GROUP, group.id))
    ident = office.codes.meant(Whose.PERSON, word.digits)
    if ident is None:
        return desk.tell("binding.wrong_officer")
    person = office.org.people[ident]
    who = office.say("binding.who", name=person.name, post=person.post)
    if person.id == speaker.id:
        return desk.tell("binding.bound_already", who=who, groups=binding.unbound_groups(person, platform, office))
    if word.instead:
        return binding.bind_person(person, platform, account, now=desk.now) + desk.tell("binding.instead_done", who=who)
    now_is = office.say("binding.who", name=speaker.name, post=speaker.post)
    return desk.ask(
        "binding.instead",
        [
            (office.say("binding.choice_instead", who=who), f"绑定 {word.digits} 换人"),
            (office.say("binding.choice_not_instead", who=now_is), binding.LEAVE_IT),
        ],
        who=who,
        now_is=now_is,
    )
