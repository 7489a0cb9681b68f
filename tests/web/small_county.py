"""A small county for tests of the web pages: two villages of one township, their people, and a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.domain.categories import Category, Level
from bot.domain.duty import Roster
from bot.domain.org import Account, Group, Organisation, Person, Role, Unit, organisation
from bot.domain.rules import Rules
from bot.domain.tickets import State, Thread, Ticket, ticket_id
from bot.domain.workdays import SHANGHAI, WorkCalendar, YearPlan
from bot.office import Office
from bot.settings.sentences import read_wording
from bot.wording import Wording

FRIDAY = datetime(2026, 3, 6, 9, 12, tzinfo=SHANGHAI)
CONFIG = Path(__file__).parents[2] / "config"


@dataclass(frozen=True, kw_only=True)
class FakePlayer:
    """A villager one can speak as."""

    account: str
    nickname: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class FakeCast:
    """Villagers by group."""

    villagers: Mapping[str, tuple[FakePlayer, ...]] = field(default_factory=dict)

    def of(self, group: str) -> tuple[FakePlayer, ...]:
        """Those of a group."""
        return self.villagers.get(group, ())


def small_office() -> Office:
    """The office of the small county."""
    plan = YearPlan(
        year=2026,
        off={date(2026, 4, day): "清明节" for day in (4, 5, 6)},
        on=frozenset({date(2026, 5, 9)}),
    )
    sentences, _ = read_wording(CONFIG / "wording")
    return Office(
        org=small_organisation(),
        roster=Roster(
            days={("liuwan", date(2026, 3, 7)): ("p-chen",)},
            weekly={("liuwan", day): ("p-li",) for day in range(7)},
        ),
        rules=Rules(),
        calendar=WorkCalendar(plans={2026: plan}),
        wording=Wording(sentences),
    )


def small_organisation() -> Organisation:
    """Two villages, three groups (one of them on another platform), and their people."""
    units = (
        Unit(id="county", name="云溪县", level=Level.COUNTY),
        Unit(id="qinghe", name="清禾镇", level=Level.TOWNSHIP, parent="county"),
        Unit(id="liuwan", name="柳湾村", level=Level.VILLAGE, parent="qinghe"),
        Unit(id="shipan", name="石畔村", level=Level.VILLAGE, parent="qinghe"),
    )
    groups = (
        Group(
            id="lw1",
            name="柳湾村村民群①",
            village="liuwan",
            platform="practice",
            conversation="c-lw1",
        ),
        Group(
            id="sp1",
            name="石畔村便民群",
            village="shipan",
            platform="practice",
            conversation="c-sp1",
        ),
        Group(
            id="wx1",
            name="微信上的群",
            village="shipan",
            platform="wechat",
            conversation="wx",
        ),
    )
    people = (
        _person("p-li", "李青山", "村委会副主任", "liuwan", Role.DUTY_OFFICER),
        _person("p-chen", "陈秀梅", "村妇联主席", "liuwan", Role.DUTY_OFFICER),
        _person("p-qin", "秦小燕", "综合服务专干", "shipan", Role.DUTY_OFFICER),
        _person("p-zhou", "周明礼", "镇纪委书记", "qinghe", Role.INSPECTOR),
        _person("p-han", "韩志刚", "副镇长", "qinghe", Role.LINKED_LEADER),
    )
    return organisation(units, groups, people)


def _person(key: str, name: str, post: str, unit: str, role: Role) -> Person:
    account = Account(platform="practice", id=f"u-{key[2:]}")
    return Person(
        id=key,
        name=name,
        post=post,
        unit=unit,
        roles=frozenset({role}),
        accounts=(account,),
    )


def small_cast() -> FakeCast:
    """Three villagers."""
    return FakeCast(
        villagers={
            "lw1": (
                FakePlayer(account="u-az", nickname="阿珍", hint="报修试试:二组路灯又不亮了"),
                FakePlayer(
                    account="u-ls",
                    nickname="六叔",
                    hint="问账目:去年修路的账怎么还没贴出来",
                ),
            ),
            "sp1": (FakePlayer(account="u-sw", nickname="石头爸", hint="水龙头两天没水了"),),
        }
    )


def ticket(
    number: int,
    *,
    said_at: datetime,
    state: State = State.PROMPTED,
    group: str | None = "lw1",
) -> Thread:
    """A help ticket of 柳湾村."""
    return Thread(
        ticket=Ticket(
            id=ticket_id("liuwan", 2026, number),
            village="liuwan",
            year=2026,
            number=number,
            category=Category.HELP,
            urgent=False,
            state=state,
            level=Level.VILLAGE,
            unit="liuwan",
            owner="p-li",
            platform="practice",
            group=group,
            requester="u-az",
            text="二组路灯又不亮了",
            topic="路灯",
            place="二组",
            said_at=said_at,
            opened_at=said_at,
            due_at=datetime(2026, 3, 11, 17, 30, tzinfo=SHANGHAI),
        ),
        links=(),
    )
