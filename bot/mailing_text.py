"""Sentences about one message to many groups that both doors say: the message itself, and what became of it (R43)."""

from collections.abc import Mapping

from bot.domain.one_to_many import Arrived, MailFate, Mailing
from bot.domain.org import Person
from bot.office import Office


def say_post(mailing: Mailing, author: Person, office: Office) -> str:
    """The message as groups read it, signed with village, post and name (R32)."""
    unit = office.org.units[author.unit]
    return office.say("many.post", text=mailing.text, unit=unit.name, who=author.title)


def say_counts(fates: Mapping[str, MailFate], office: Office) -> str:
    """发到2个群，没发到1个."""
    counted = [(state, sum(one.state is state for one in fates.values())) for state in Arrived]
    parts = [office.say(f"many.count_{state}", count=count) for state, count in counted if count]
    return office.say("many.comma").join(parts)


def say_wrong(fates: Mapping[str, MailFate], office: Office, *, most: int) -> str:
    """One line for each group that did not get it, or where it stayed: with the reason."""
    groups = office.org.groups
    shown = [
        office.say(
            "many.wrong_line",
            group=groups[group].name if group in groups else group,
            why=fate.why or office.say(f"many.count_{fate.state}", count=1),
        )
        for group, fate in fates.items()
    ]
    more = [office.say("many.log_more", count=len(shown) - most)] if len(shown) > most else []
    return "\n".join([*shown[:most], *more])
