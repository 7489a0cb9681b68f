"""What a county decides about the office work: the numbers of ``config/rules.yaml`` as frozen, checked values.

Times of day are local (Asia/Shanghai). A value that breaks its bounds is refused where the file is read.
"""

from datetime import time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.alarm_rules import AlarmRules
from bot.domain.categories import Category
from bot.domain.content_rules import ContentRules, Newcomers, Nicknames, Privacy
from bot.domain.duty_rules import DutyCard, SecretaryCard
from bot.domain.heat_rules import HeatRules
from bot.domain.silence_rules import Silence

Positive = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(gt=0, lt=1)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Deadlines(_Rule):
    """Working days per category, and for handing a matter up (R2 to R6)."""

    consultation: Positive = 2
    help: Positive = 3
    suggestion: Positive = 5
    disclosure: Positive = 10
    transfer: Positive = 1

    def days(self, category: Category) -> int:
        """Working days that a category has; raises KeyError for what never becomes a ticket."""
        return {
            Category.CONSULTATION: self.consultation,
            Category.HELP: self.help,
            Category.SUGGESTION: self.suggestion,
            Category.DISCLOSURE: self.disclosure,
        }[category]


class Span(_Rule):
    """A stretch of the day, from (included) to (excluded)."""

    begin: time
    end: time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.begin >= self.end:
            message = "begin must be before end"
            raise ValueError(message)
        return self


class QuietHours(_Rule):
    """When officers are left alone, emergencies excepted (DESIGN section 7). Runs over midnight if begin > end."""

    begin: time = time(21, 0)
    end: time = time(7, 30)

    def __contains__(self, at: time) -> bool:
        if self.begin == self.end:
            return False
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


class JoinWindow(_Rule):
    """How pieces of one thought are joined: seconds of silence that end it, and seconds that it may last at most.

    ``continues_within`` is how many seconds later a further piece of the same sender still belongs to it.
    """

    silence: Positive = 20
    longest: Annotated[int, Field(gt=0, le=600)] = 180
    continues_within: Positive = 180


class Manners(_Rule):
    """How often the bot may speak (DESIGN section 7). Minutes.

    ``first_word_minutes``: office time after which the owner is nudged once if nobody has said a word (R30).
    """

    receipt_every_minutes: Positive = 10
    rating_after_minutes: Positive = 60
    rating_open_hours: Positive = 72
    first_word_minutes: Positive = 30


class Extension(_Rule):
    """How many working days one extension may give (clock specification 7)."""

    most_days: Positive = 5


class Pause(_Rule):
    """How many working days a ticket may wait for the villager's material (clock specification 6)."""

    most_days: Positive = 5


class Lateness(_Rule):
    """Working days past the due time from which a ticket is blue, yellow, red; each is told one level further up."""

    blue_days: Annotated[int, Field(ge=0)] = 0
    yellow_days: Positive = 1
    red_days: Positive = 3

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.blue_days < self.yellow_days < self.red_days:
            message = "blue_days < yellow_days < red_days must hold"
            raise ValueError(message)
        return self


class Supervision(_Rule):
    """From which count a supervision order is drafted: offices involved, returns, times overdue (R17)."""

    offices: Positive = 2
    returns: Positive = 2
    times_overdue: Positive = 2
    limit_days: Positive = 3


class Burden(_Rule):
    """How much an officer is written to, emergencies and answers to his own words excepted (PEERS idea 7).

    Prompts, reminders and notes to one officer are bundled to one message per ``bundle_minutes``, at most
    ``most_per_day`` of them a day; the last one is kept for what waits at ``last_at``, the rest for the next morning.
    """

    bundle_minutes: Positive = 10
    most_per_day: Annotated[int, Field(ge=2)] = 12
    last_at: time = time(17, 0)


class Reminders(_Rule):
    """Shares of the working time between message and due time at which the owner is reminded (R3)."""

    at: tuple[Share, ...] = (0.5, 0.8)


class Schedule(_Rule):
    """When the scheduled posts go out. Duty and content run daily, the digest on working days (R28, R37, R39).

    ``clue_watch`` is when clues that nobody has read are looked for (R50). ``handover`` is when the next day's duty
    officer is asked to take over, ``handover_again`` when he is reminded in the morning; ``owners`` is when tickets of
    officers who are away or gone get another owner; ``media_away`` is when pictures that belong to no ticket are thrown
    away. ``weekly`` is when the weekly summary comes, ``monthly`` when the month before is looked at, on its first
    working day (R55, R63). Where a village publishes the duty notice itself, ``duty_draft`` is when its officer gets
    it, ``duty_late`` when the secretary hears that it is not out, ``duty_above`` when the inspectors do (R28).
    """

    duty_notice: time = time(8, 30)
    duty_draft: time = time(8, 0)
    duty_late: time = time(9, 30)
    duty_above: time = time(10, 0)
    daily_content: time = time(10, 0)
    digest: time = time(17, 0)
    clue_watch: time = time(17, 45)
    handover: time = time(18, 0)
    handover_again: time = time(8, 0)
    owners: time = time(7, 45)
    media_away: time = time(3, 30)
    weekly: time = time(9, 0)
    monthly: time = time(9, 30)


class Slips(_Rule):
    """From which count a month's facts make a unit a candidate for a notice or letter, and how long replies may take.

    Counts are tickets of the month (R63), for ``least_silent`` groups; days are working days (R64).
    """

    least_overdue: Positive = 3
    least_reopened: Positive = 2
    least_dissatisfied: Positive = 2
    least_supervised: Positive = 1
    least_unpublished: Positive = 2
    least_silent: Positive = 1
    reply_days: Annotated[int, Field(ge=2)] = 5
    letter_reply_days: Annotated[int, Field(ge=2)] = 10


class Review(_Rule):
    """The weekly summary and what is compared over longer times (R53 to R55, R110).

    ``weekday``: 1 is Monday, 7 Sunday. A topic is a common problem from ``common_villages`` villages or
    ``common_tickets`` tickets in a quarter. ``bands``: upper ends, in matters a month, of the groups inside which
    villages are compared. ``ranking``: whether the comparison is sent every month without being asked for.
    ``coverage``: whether households and people in the groups stand in the monthly papers, for reference (R46).
    """

    weekday: Annotated[int, Field(ge=1, le=7)] = 1
    common_villages: Annotated[int, Field(ge=2)] = 3
    common_tickets: Annotated[int, Field(ge=3)] = 10
    bands: tuple[Positive, ...] = (5, 20)
    ranking: bool = False
    coverage: bool = False

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if list(self.bands) != sorted(set(self.bands)):
            message = "bands must rise"
            raise ValueError(message)
        return self


class Certainty(_Rule):
    """From which chance a text is called what (taxonomy, decision order and practical rules 4 and 11).

    ``open_ticket``: confidence that a ticket needs. ``appeal``: chance of being an appeal at all; ``plain_appeal``
    where both halves are named, as a thing and its fault; ``appeal_in_jest`` beside words of trade, jokes, old times;
    ``appeal_to_bot`` for what is said to the bot or the duty officer; from ``want_answer`` the duty officer finds it.
    ``clue`` likewise: a false alarm costs a look, a miss costs exposure; ``bare_clue`` where nobody in office and no
    money is spoken of. ``suspicion``: from here a person of the discipline role looks at a text that speaks of
    somebody or some money, from ``bare_suspicion`` at any. ``trust_in_voice`` lowers the confidence of transcripts.
    """

    open_ticket: Share = 0.55
    want_answer: Share = 0.3
    appeal: Share = 0.5
    plain_appeal: Share = 0.45
    appeal_in_jest: Share = 0.7
    appeal_to_bot: Share = 0.3
    clue: Share = 0.22
    bare_clue: Share = 0.5
    clue_in_jest: Share = 0.5
    clue_in_private: Share = 0.27
    suspicion: Share = 0.07
    bare_suspicion: Share = 0.45
    trust_in_voice: Share = 0.9


class Delivery(_Rule):
    """Seconds between two sends in one conversation, and how a failed send is tried again."""

    pause_seconds: Annotated[float, Field(ge=0)] = 0.0
    attempts: Positive = 8
    first_retry_seconds: Positive = 5
    longest_retry_seconds: Positive = 600


class Media(_Rule):
    """How pictures, voice messages and papers are fetched, and how many days those are kept that belong to no ticket.

    ``most_mib``: what is larger is kept out. ``seconds``: how long one attempt may take. ``ticket_days``: how many days
    after a ticket's end its pictures and papers are kept.
    """

    most_mib: Annotated[int, Field(gt=0, le=200)] = 20
    seconds: Positive = 60
    attempts: Positive = 8
    kept_days: Positive = 7
    ticket_days: Annotated[int, Field(ge=90, le=3700)] = 730


class Lines(_Rule):
    """When a broken line to a platform is spoken of. Minutes.

    ``alarm_after_minutes``: how long it is broken before the operator is told. ``tell_groups_after_minutes``: how much
    of the day (quiet hours do not count) it must have been broken for the groups to be asked to say again what was
    said meanwhile; ``tell_groups`` switches that off.
    """

    alarm_after_minutes: Positive = 10
    tell_groups: bool = True
    tell_groups_after_minutes: Positive = 10


class PublicNumber(_Rule):
    """A public emergency number and the words that call for it."""

    number: Annotated[str, Field(pattern=r"^\d{3,5}$")]
    name: str
    words: tuple[str, ...]


class Emergency(_Rule):
    """What happens at once when life or safety is in danger (R8). The first number whose words occur comes first.

    ``despair_numbers`` are for who may want to die, ``violence_numbers`` for who is beaten at home: private only.
    """

    escalate_after_minutes: Positive = 10
    same_within_minutes: Positive = 30
    despair_numbers: tuple[PublicNumber, ...] = (
        PublicNumber(number="12356", name="心理援助", words=()),
        PublicNumber(number="120", name="急救", words=()),
        PublicNumber(number="110", name="报警", words=()),
    )
    violence_numbers: tuple[PublicNumber, ...] = (
        PublicNumber(number="110", name="报警", words=()),
        PublicNumber(number="12338", name="妇女维权", words=()),
        PublicNumber(number="120", name="急救", words=()),
    )
    numbers: tuple[PublicNumber, ...] = (
        PublicNumber(
            number="119", name="火警", words=("火", "烧", "烟", "困", "淹", "塌", "落水", "掉进", "煤气", "电梯")
        ),
        PublicNumber(
            number="120",
            name="急救",
            words=(
                "触电",
                "落水",
                "淹",
                "掉进",
                "晕",
                "昏",
                "血",
                "摔",
                "中毒",
                "喘",
                "抽",
                "救护",
                "生",
                "倒地",
                "药",
            ),
        ),
        PublicNumber(
            number="110", name="报警", words=("打", "刀", "走丢", "走失", "不见", "抢", "轻生", "不想活", "跳", "追")
        ),
        PublicNumber(number="95598", name="电力抢修", words=("电线", "电杆", "触电", "漏电", "变压器", "冒火花")),
    )


class Rules(_Rule):
    """All of ``rules.yaml``."""

    deadlines: Deadlines = Deadlines()
    office_hours: tuple[Span, ...] = (
        Span(begin=time(8, 30), end=time(12, 0)),
        Span(begin=time(14, 0), end=time(17, 30)),
    )
    quiet_hours: QuietHours = QuietHours()
    join_window: JoinWindow = JoinWindow()
    manners: Manners = Manners()
    reminders: Reminders = Reminders()
    extension: Extension = Extension()
    pause: Pause = Pause()
    lateness: Lateness = Lateness()
    supervision: Supervision = Supervision()
    burden: Burden = Burden()
    schedule: Schedule = Schedule()
    silence: Silence = Silence()
    slips: Slips = Slips()
    review: Review = Review()
    certainty: Certainty = Certainty()
    delivery: Delivery = Delivery()
    media: Media = Media()
    content: ContentRules = ContentRules()
    newcomers: Newcomers = Newcomers()
    nicknames: Nicknames = Nicknames()
    privacy: Privacy = Privacy()
    lines: Lines = Lines()
    alarms: AlarmRules = AlarmRules()
    emergency: Emergency = Emergency()
    heat: HeatRules = HeatRules()
    duty_card: DutyCard = DutyCard()
    morning_page: SecretaryCard = SecretaryCard()

    @model_validator(mode="after")
    def _office_hours_in_order(self) -> Self:
        if not self.office_hours:
            message = "office_hours needs at least one stretch"
            raise ValueError(message)
        for earlier, later in zip(self.office_hours, self.office_hours[1:], strict=False):
            if earlier.end > later.begin:
                message = "office_hours must be in order and must not overlap"
                raise ValueError(message)
        return self
