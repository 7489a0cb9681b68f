"""Whatever is joined, merged, split and taken out, in any order: nobody and no word is lost, no clock runs later."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.byhand import ByHand, hand_account
from bot.domain.categories import APPEALS, Category
from bot.domain.messages import Kind, Message
from bot.domain.outcome import Outcome
from bot.domain.tickets import Channel, Relation, State, Thread, TicketEvent
from bot.domain.verdicts import Context, Verdict
from bot.domain.workdays import due_time
from bot.handlers.joining import Burst
from bot.handlers.judge import Judge
from bot.handlers.officer import together
from bot.handlers.officer.desk import Desk
from bot.handlers.officer.pasting import unfolded
from bot.handlers.opening import open_ticket
from bot.handlers.situation import Situation
from bot.handlers.villager import attaching, parting
from bot.office import Office
from tests.world import GROUP, VILLAGE, at

NINE = at("2026-03-06 09:00")
WISHES = (
    "raise",
    "raise_by_hand",
    "join",
    "join_privately",
    "merge",
    "part",
    "split",
    "split_piece",
    "unjoin",
    "disown",
)


@dataclass
class Town:
    """All tickets and messages of a village, changed by outcomes as the store would."""

    office: Office
    judge: Judge
    now: datetime = NINE
    threads: dict[str, Thread] = field(default_factory=dict)
    histories: dict[str, tuple[TicketEvent, ...]] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    bounds: dict[str, datetime] = field(default_factory=dict)

    def message(self, sender: str, text: str, *, private: bool = False) -> Message:
        number = len(self.messages) + 1
        return Message(
            seq=number,
            platform="practice",
            id=f"m{number}",
            conversation="",
            group=None if private else GROUP,
            sender=sender,
            name="",
            kind=Kind.TEXT,
            text=text,
            at=self.now,
            received_at=self.now,
        )

    def situation(self, message: Message, *, cadre: bool) -> Situation:
        org = self.office.org
        return Situation(
            burst=Burst(pieces=(message,)),
            speaker=org.people["p-lqs"] if cadre else None,
            group=None if message.private else org.groups[GROUP],
            village=VILLAGE,
            threads=tuple(self.threads.values()),
            numbers={VILLAGE: len(self.threads) + 1},
            histories=self.histories,
            said=tuple(self.messages),
        )

    def apply(self, outcome: Outcome) -> None:
        for thread in self.threads.values():
            assert all(link in thread.links for link in outcome.unlinks if link.ticket == thread.ticket.id)
        before = self.threads
        self.threads = unfolded(self.threads, outcome)
        for change in outcome.changes:
            known = self.histories.get(change.ticket.id, ())
            self.histories[change.ticket.id] = (*known, *change.events)
        for ticket, thread in before.items():
            assert self.threads[ticket].ticket.due_at <= thread.ticket.due_at, "a clock runs later"
            assert self.threads[ticket].ticket.said_at <= thread.ticket.said_at

    def keep(self, message: Message, category: Category) -> None:
        """Remember a villager's message and until when it must be answered at the latest."""
        self.messages.append(message)
        rules = self.office.rules
        days = rules.deadlines.days(category)
        self.bounds[message.id] = due_time(message.at, days, self.office.calendar, rules.office_hours).at

    def living(self) -> list[Thread]:
        return [thread for thread in self.threads.values() if thread.ticket.state.is_live]

    def check(self) -> None:
        for message in self.messages:
            holding = [
                thread
                for thread in self.living()
                if any(link.message == message.id and link.relation.joins for link in thread.links)
            ]
            assert holding, f"{message.id} is lost"
            assert any(thread.involves(message.sender) for thread in holding), f"{message.sender} is lost"
            assert min(thread.ticket.due_at for thread in holding) <= self.bounds[message.id]


class Arbitrary:
    """A judge who calls texts by their length: any category, never a clue."""

    def __init__(self, real: Judge) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def classify(self, text: str, context: Context) -> Verdict:
        del context
        return Verdict(label=APPEALS[len(text) % len(APPEALS)], confidence=0.9, public_text=text, topic=text[:2])

    def similarity(self, one: str, other: str) -> float:
        return float(one == other)


def act(town: Town, wish: str, one: int, other: int, sender: str) -> None:
    living = town.living()
    if wish in ("raise", "raise_by_hand") or not living:
        by_hand = wish == "raise_by_hand"
        account = hand_account("p-lqs", f"m{len(town.messages)}") if by_hand else sender
        message = town.message(account, "路灯又不亮了" * (1 + one % 5), private=by_hand)
        verdict = town.judge.classify(message.text, Context())
        about = town.situation(message, cadre=False)
        if by_hand:
            about = replace(about, by_hand=ByHand(channel=Channel.PHONE, officer="p-lqs", said_at=town.now))
        _, outcome = open_ticket(
            about, (message,), verdict, category=verdict.label, text=message.text, now=town.now, office=town.office
        )
        town.keep(message, verdict.label)
        town.apply(outcome)
        return
    thread, second = living[one % len(living)], living[other % len(living)]
    if wish in ("join", "join_privately"):
        if thread.ticket.requester == sender:
            return
        private = wish == "join_privately"
        message = town.message(sender, "我家也是" * (1 + other % 3), private=private)
        about = town.situation(message, cadre=False)
        town.keep(message, thread.ticket.category)
        town.apply(
            attaching.support_privately(thread, about, now=town.now, office=town.office)
            if private
            else attaching.support(thread, (message,), now=town.now)
        )
        return
    if wish == "disown":
        about = town.situation(town.message(sender, "我家不是这个"), cadre=False)
        found = parting.disowned(about)
        if found is not None:
            town.keep(about.burst.first, found[0].ticket.category)
            town.apply(parting.disown(*found, about, town.judge, now=town.now, office=town.office))
        return
    command = town.message("u-lqs", "", private=True)
    desk = Desk(
        situation=town.situation(command, cadre=True),
        speaker=town.office.org.people["p-lqs"],
        now=town.now,
        office=town.office,
        judge=town.judge,
    )
    pieces = thread.of(Relation.PIECE)
    inside = [gone for gone in town.threads.values() if gone.ticket.merged_into == thread.ticket.id]
    words = {
        "merge": f"到 {second.ticket.number}",
        "part": f"{inside[0].ticket.number}" if inside else "",
        "split": "路灯坏了没人修 / 低保要什么材料 / 建议修桥",
        "split_piece": pieces[-1].message if pieces else "",
        "unjoin": f"第{1 + other % 3}户",
    }[wish]
    doing = {
        "merge": together.merge,
        "part": together.part,
        "split": together.split,
        "split_piece": together.split,
        "unjoin": together.unjoin,
    }[wish]
    town.apply(doing(desk, thread, words))


Wish = tuple[str, int, int, str, int]
SENDERS = ("u-az", "u-ly", "u-gs", "u-ls")


def test_nobody_and_no_word_is_lost_and_no_clock_runs_later(office: Office, judge: Judge) -> None:
    one = st.tuples(
        st.sampled_from(WISHES), st.integers(0, 9), st.integers(0, 9), st.sampled_from(SENDERS), st.integers(0, 40)
    )

    # Inside, because Hypothesis writes the arguments of what it runs into its reports: a county is long.
    @settings(max_examples=1000)
    @given(st.lists(one, max_size=30))
    def holds(wishes: list[Wish]) -> None:
        town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]  # the rest is the real judge's
        for wish, first, second, sender, hours in wishes:
            town.now += timedelta(hours=hours)
            act(town, wish, first, second, sender)
            town.check()

    holds()


def test_merging_and_parting_leaves_both_as_they_were(office: Office, judge: Judge) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    for wish in (("raise", 0, 0, "u-az"), ("raise", 0, 0, "u-ly"), ("join", 1, 0, "u-gs")):
        town.now += timedelta(minutes=5)
        act(town, *wish)
    before = dict(town.threads)
    act(town, "merge", 1, 0, "u-az")
    assert [thread.ticket.state for thread in town.threads.values()][1] is State.MERGED
    assert len(town.threads["liuwan-2026-1"].others) == 2
    act(town, "part", 0, 0, "u-az")
    assert town.threads == before


def test_what_another_wrote_stays_that_persons_when_it_leaves_a_merged_ticket(office: Office, judge: Judge) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    act(town, "raise", 0, 0, "u-az")
    town.now += timedelta(hours=1)
    act(town, "raise", 0, 0, "u-ly")
    act(town, "merge", 1, 0, "")
    act(town, "split_piece", 0, 0, "")
    assert town.threads["liuwan-2026-3"].ticket.requester == "u-ly"
    town.check()


def test_the_last_words_never_leave_a_ticket(office: Office, judge: Judge) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    act(town, "raise", 0, 0, "u-az")
    town.now += timedelta(hours=1)
    act(town, "raise", 0, 0, "u-ly")
    act(town, "merge", 1, 0, "")
    act(town, "split_piece", 0, 0, "")  # what 老杨 wrote goes to a number of its own
    town.now += timedelta(hours=1)
    act(town, "raise", 0, 0, "u-gs")
    act(town, "merge", 2, 0, "")
    act(town, "split_piece", 0, 0, "")
    for wish in ("part", "unjoin", "split"):
        act(town, wish, 0, 0, "")
        town.check()
    assert town.threads["liuwan-2026-1"].involves("u-az")


def test_whoever_is_left_in_a_ticket_speaks_for_it_when_its_requesters_words_have_left(
    office: Office, judge: Judge
) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    act(town, "raise", 0, 0, "u-ly")
    town.now += timedelta(hours=1)
    act(town, "raise", 1, 0, "u-az")
    act(town, "merge", 0, 1, "")  # 老杨's, which is older, goes into 阿珍's
    act(town, "split_piece", 0, 0, "")  # 阿珍's own words go out again
    kept = town.threads["liuwan-2026-2"]
    assert kept.ticket.requester == "u-ly"
    assert kept.others == ()
    act(town, "unjoin", 0, 0, "")
    act(town, "split", 0, 0, "")
    town.check()


def test_a_merging_is_not_taken_back_once_its_words_are_elsewhere(office: Office, judge: Judge) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    act(town, "raise", 0, 0, "u-az")
    town.now += timedelta(hours=1)
    act(town, "raise", 0, 0, "u-ly")
    act(town, "merge", 1, 0, "")
    act(town, "split_piece", 0, 0, "")
    before = dict(town.threads)
    act(town, "part", 0, 0, "")
    assert town.threads == before


def test_what_was_told_on_the_telephone_and_merged_into_the_groups_matter_comes_back_as_it_was(
    office: Office, judge: Judge
) -> None:
    town = Town(office=office, judge=Arbitrary(judge))  # type: ignore[arg-type]
    for wish in (("raise_by_hand", 0, 0, ""), ("raise", 0, 0, "u-ly"), ("join_privately", 0, 0, "u-gs")):
        town.now += timedelta(minutes=5)
        act(town, *wish)
    before = dict(town.threads)
    act(town, "merge", 1, 0, "")  # the group's into the other: the group's number stays all the same
    assert town.threads["liuwan-2026-1"].ticket.merged_into == "liuwan-2026-2"
    assert {link.relation for link in town.threads["liuwan-2026-2"].links} == {
        Relation.PIECE,
        Relation.PRIVATE_SUPPORT,
    }
    act(town, "part", 0, 0, "")
    assert town.threads["liuwan-2026-1"] == before["liuwan-2026-1"]
    assert town.threads["liuwan-2026-2"].links == before["liuwan-2026-2"].links
