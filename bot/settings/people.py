"""The throw-away village of ``replay --people FILE``: one county, one township, one village, one group."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.categories import Level
from bot.domain.duty import Roster
from bot.domain.faults import Fault, reason_of
from bot.domain.org import (
    PRACTICE,
    Account,
    Group,
    Organisation,
    Person,
    Role,
    Unit,
    organisation,
)
from bot.settings.chinese import nearest
from bot.settings.environment import Environment
from bot.settings.reading import lexicon_folders
from bot.settings.routing import read_routing
from bot.settings.rulebook import read_rules
from bot.settings.sentences import read_wording
from bot.settings.source import SHIPPED, Loc, Source, parse_yaml, shown
from bot.settings.values import Settings, SettingsError
from bot.settings.workdays import read_workdays

COUNTY, TOWNSHIP, VILLAGE = "county", "township", "village"
VILLAGER = "villager"

ROLES = (VILLAGER, Role.DUTY_OFFICER, Role.SECRETARY, Role.COMMITTEE, Role.INSPECTOR)


def settings_for_people(people_file: Path, base: Path = SHIPPED) -> Settings:
    """Build settings around the people of one chat, with the rules, words and calendar of ``base`` and no content.

    Cadres keep their ids, which are their practice accounts as well; villagers are nobody's entry (R33). All duty
    officers are on duty every day. Keys that the format does not know are passed over: such files come from anywhere.
    Raises SettingsError with all faults.
    """
    source, faults = _read_json(people_file)
    reader = _Reader(source=source, faults=faults)
    if not faults:
        reader.read()
    rules, found = read_rules(base / "rules.yaml")
    faults += found
    wording, found = read_wording(base / "wording")
    faults += found
    calendar, found = read_workdays((base / "workdays",))
    faults += found
    routing, found = read_routing(base / "routing.yaml", None, None, lexicon_folders(base))
    faults += found
    if faults:
        raise SettingsError(faults)
    return Settings(
        county=reader.organisation(),
        roster=reader.roster(),
        content=(),
        rules=rules,
        calendar=calendar,
        wording=wording,
        lexicon_folders=lexicon_folders(base),
        folder=base,
        environment=Environment(),
        routing=routing,
    )


def _read_json(path: Path) -> tuple[Source, list[Fault]]:
    name = shown(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Source(name=name), [Fault(file=name, line=None, message="没有找到这个文件")]
    except UnicodeDecodeError:
        return Source(name=name), [Fault(file=name, line=None, message="文件不是 UTF-8 编码，请另存为 UTF-8")]
    except OSError as error:
        return Source(name=name), [Fault(file=name, line=None, message=f"读不了这个文件（{reason_of(error)}）")]
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        message = "不是完整的 JSON，请检查这里的引号、逗号和括号"
        return Source(name=name), [Fault(file=name, line=error.lineno, message=message)]
    if not isinstance(value, dict):
        message = '最外层要写成 {"village": …, "group": …, "people": […]}'
        return Source(name=name), [Fault(file=name, line=1, message=message)]
    # JSON is YAML as far as places go; json alone reads the values, for YAML takes escaped emoji apart.
    located, _ = parse_yaml(text, name)
    return Source(name=name, value=value, places=located.places if located else {}), []


@dataclass(kw_only=True)
class _Reader:
    """One people file on its way to a village."""

    source: Source
    faults: list[Fault]
    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    lines: dict[str, Loc] = field(default_factory=dict)

    def read(self) -> None:
        for key in ("village", "group"):
            self.names[key] = self._text((key,), key)
        if self.source.at(("group_name",)) is not None:
            self.names["group_name"] = self._text(("group_name",), "group_name")
        if not isinstance(self.source.at(("people",)), list):
            message = "缺少 people" if self.source.at(("people",)) is None else "people：要写成列表 […]"
            self.faults.append(self.source.fault(("people",), message))
        for loc in self.source.entries(("people",)):
            self._person(loc)

    def _person(self, loc: Loc) -> None:
        entry = self.source.at(loc)
        who = f"第 {int(loc[-1]) + 1} 人"
        if not isinstance(entry, dict):
            self.faults.append(self.source.fault(loc, f'{who}：要写成 {{"id": …, "name": …, "role": …}}'))
            return
        person_id = self._text((*loc, "id"), f"{who} id")
        name = self._text((*loc, "name"), f"{who} name")
        role = self._text((*loc, "role"), f"{who} role")
        post = entry.get("post") or ""
        if role and role not in ROLES:
            message = f"{who} role：没有“{role}”这个身份{nearest(role, ROLES)}；可以写 {'、'.join(ROLES)}"
            self.faults.append(self.source.fault((*loc, "role"), message))
        if not isinstance(post, str):
            self.faults.append(self.source.fault((*loc, "post"), f"{who} post：要写文字"))
        if not person_id:
            return
        first = self.lines.setdefault(person_id, loc)
        if first != loc:
            message = f"{who} id：“{person_id}”和第 {int(first[-1]) + 1} 人重复了"
            self.faults.append(self.source.fault((*loc, "id"), message))
        if role and role != VILLAGER and role in ROLES:
            self.people[person_id] = Person(
                id=person_id,
                name=name,
                post=str(post).strip(),
                unit=TOWNSHIP if role == Role.INSPECTOR else VILLAGE,
                roles=frozenset({Role(role)}),
                accounts=(Account(platform=PRACTICE, id=person_id),),
            )

    def _text(self, loc: Loc, what: str) -> str:
        value = self.source.at(loc)
        if isinstance(value, str) and value.strip():
            return value.strip()
        message = f"缺少 {what}" if value is None else f"{what}：要写文字，不能空着"
        self.faults.append(self.source.fault(loc, message))
        return ""

    def organisation(self) -> Organisation:
        units = (
            Unit(id=COUNTY, name="本县", level=Level.COUNTY),
            Unit(id=TOWNSHIP, name="本镇", level=Level.TOWNSHIP, parent=COUNTY),
            Unit(id=VILLAGE, name=self.names["village"], level=Level.VILLAGE, parent=TOWNSHIP),
        )
        group = Group(
            id=self.names["group"],
            name=self.names.get("group_name", f"{self.names['village']}群"),
            village=VILLAGE,
            platform=PRACTICE,
            conversation=self.names["group"],
        )
        return organisation(units, [group], self.people.values())

    def roster(self) -> Roster:
        officers = tuple(person.id for person in self.people.values() if Role.DUTY_OFFICER in person.roles)
        return Roster(days={}, weekly={(VILLAGE, weekday): officers for weekday in range(7)})
