"""An answer that is nobody else's business: told to the one who asked, with a neutral line in the group (R12, R14)."""

from dataclasses import replace

from bot.domain import lifecycle, record
from bot.domain.byhand import reachable
from bot.domain.messages import Outgoing, OutKind, Recipient, ToAccount, ToGroup
from bot.domain.outcome import Outcome
from bot.domain.tickets import Contact, Relation, Thread
from bot.handlers.grammar import Verb
from bot.handlers.officer import evidence
from bot.handlers.officer import record as officer_record
from bot.handlers.officer.answering import publication_of, rating_slot
from bot.handlers.officer.desk import Desk
from bot.handlers.telling import thread_of
from bot.phrasing import matter


def answer(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 私下答复 低保金周五到账: the words go to those who asked and to nobody else; the matter is closed."""
    if not reachable(thread.ticket.requester):
        return desk.tell("together.cannot_reach", number=desk.name_of(thread.ticket))
    return _closed(desk, thread, words, Verb.ANSWER_PRIVATELY, Contact.PRIVATE)


def answer_in_person(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 当面答复 说了什么: told face to face already; the record keeps the words, nobody is sent them."""
    return _closed(desk, thread, words, Verb.ANSWER_IN_PERSON, Contact.IN_PERSON)


def answer_by_phone(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 电话答复 说了什么: told by telephone already; the record keeps the words, nobody is sent them."""
    return _closed(desk, thread, words, Verb.ANSWER_BY_PHONE, Contact.PHONE)


def told(desk: Desk, thread: Thread, words: str) -> Outcome:
    """12 已告知 电话: how the result reached somebody whom no platform reaches (R14)."""
    name, say = desk.name_of(thread.ticket), desk.office.say
    contact = _contact(desk, words)
    if contact is None:
        options = [
            (say("together.told_phone"), say("together.choice_told_phone", name=name)),
            (say("together.told_in_person"), say("together.choice_told_in_person", name=name)),
        ]
        return desk.ask("together.told_how", options, number=name)
    change = lifecycle.contacted(thread.ticket, at=desk.now, by=desk.speaker.id, contact=contact)
    return Outcome(changes=(change,)) + desk.tell("together.told", number=name, how=_how(desk, contact))


def _closed(desk: Desk, thread: Thread, words: str, verb: Verb, contact: Contact) -> Outcome:
    ticket, name = thread.ticket, desk.name_of(thread.ticket)
    if not words.strip():
        return desk.tell("together.private_without_words", number=name)
    said, sure = officer_record.confirmed(desk, words)
    pictures = evidence.has_pictures(desk, thread)
    question = officer_record.missing(desk, ticket, said, sure=sure, pictures=pictures)
    if question is not None:
        return _under_the_same_verb(desk, question, name, verb)
    waited = desk.waited(ticket)
    change = lifecycle.closed(
        waited.ticket,
        at=desk.now,
        by=desk.speaker.id,
        text=said,
        message=None,
        effect=record.usual_effect(ticket.category, said),
        contact=contact,
        publication=publication_of(ticket, said, pictures=pictures),
        alone=True,
    )
    sends = _line(desk, thread, contact)
    if contact is Contact.PRIVATE:
        sends += _whispered(desk, thread, said)
    outcome = Outcome(changes=(waited, change), sends=sends, slots=(rating_slot(desk, ticket),))
    outcome += evidence.kept(desk, change.ticket, evidence.shown(desk))
    key = "together.answered_privately" if contact is Contact.PRIVATE else "together.answered_by_mouth"
    return outcome + desk.tell(key, number=name, how=_how(desk, contact))


def _line(desk: Desk, thread: Thread, contact: Contact) -> tuple[Outgoing, ...]:
    """What the group hears, if it was raised there: that it was answered, and not a word of what.

    Of an answer by mouth, those who joined privately hear no more than that either.
    """
    ticket = thread.ticket
    if ticket.group is None or ticket.careful:
        return ()
    alone = [link for link in thread.of(Relation.PRIVATE_SUPPORT) if reachable(link.sender)]
    told: list[Recipient] = [ToGroup(group=ticket.group)]
    if contact is not Contact.PRIVATE:
        told += [ToAccount(platform=link.platform, account=link.sender) for link in alone]
    key = {
        Contact.PRIVATE: "together.private_line",
        Contact.IN_PERSON: "together.in_person_line",
        Contact.PHONE: "together.by_phone_line",
    }[contact]
    occasion = f"result:{ticket.id}:{ticket.reopened_by or 'first'}"
    return tuple(
        Outgoing(
            to=to,
            kind=OutKind.RESULT,
            text=desk.office.say(key, number=ticket.number),
            dedupe_key=occasion if not index else f"{occasion}:{index}",
            ticket=ticket.id,
        )
        for index, to in enumerate(dict.fromkeys(told))
    )


def _whispered(desk: Desk, thread: Thread, words: str) -> tuple[Outgoing, ...]:
    """The words, to the one who asked and to those who joined, each alone."""
    ticket = thread.ticket
    text = desk.office.say(
        "together.private_result",
        number=ticket.number,
        matter=matter(ticket, desk.office),
        text=words,
        speaker=desk.speaker.title,
    )
    accounts = (ticket.requester, *thread_of(desk, ticket).others)
    return tuple(
        Outgoing(
            to=ToAccount(platform=ticket.platform, account=account),
            kind=OutKind.RESULT,
            text=text,
            dedupe_key=f"whispered:{ticket.id}:{ticket.reopened_by or 'first'}:{account}",
            ticket=ticket.id,
        )
        for account in accounts
        if reachable(account)
    )


def _under_the_same_verb(desk: Desk, question: Outcome, name: str, verb: Verb) -> Outcome:
    """The question of the record, its example and choices with the verb that keeps the answer out of the group."""
    close, mine = f"{name} {desk.office.say('verb.close')}", f"{name} {desk.office.say(f'verb.{verb}')}"
    sends = tuple(
        replace(
            sent,
            text=sent.text.replace(close, mine),
            choices=tuple(line.replace(close, mine, 1) for line in sent.choices),
        )
        for sent in question.sends
    )
    return replace(question, sends=sends)


def _contact(desk: Desk, words: str) -> Contact | None:
    said = {
        Contact.PHONE: "together.words_phone",
        Contact.IN_PERSON: "together.words_in_person",
        Contact.PRIVATE: "together.words_private",
    }
    return next(
        (contact for contact, key in said.items() if any(word in words for word in desk.office.say(key).split())), None
    )


def _how(desk: Desk, contact: Contact) -> str:
    key = {
        Contact.PHONE: "together.told_phone",
        Contact.IN_PERSON: "together.told_in_person",
        Contact.PRIVATE: "together.told_private",
    }
    return desk.office.say(key[contact])
