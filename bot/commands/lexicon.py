"""``xiaowei lexicon``: what officers' corrections suggest for the county's words, and writing what a person accepts.

Words and numbers of tickets are shown; what villagers wrote only on demand, masked and without names.
"""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.building import build_office
from bot.classify.learning import Advice, Effect, Example, Learner, Suggestion
from bot.classify.lexicon import COLUMNS, read_lexicon
from bot.classify.names import NameHider
from bot.domain.categories import Category, Level
from bot.domain.corrections import Settled
from bot.domain.faults import reason_of
from bot.domain.org import Organisation
from bot.domain.refusal import Refusal
from bot.domain.tickets import Ticket
from bot.office import Office
from bot.settings import Settings, SettingsError
from bot.settings.source import SHIPPED, shown
from bot.store import open_store
from bot.store.corrections import settled

MOST_CONFIRMED = 5000
"""Tickets let stand that serve as counterweights: the latest."""
ENOUGH = 2
"""Corrections that must speak for a word; with ``few`` a single one."""
_NAMED = 6
"""Tickets named as the reason for a word; of more only their number is told. Those that get worse are all named."""
_CODE = re.compile(r"([1-9])-[0-9a-f]{6}")
_SUFFIX = re.compile("(?:村|镇|乡|县|市|区|街道|社区)$")
_FILE = "weights.tsv"
_HEAD = (
    "# 本县自己的词:同一个词,这里的一行盖过随产品带的那一行;删掉一行就恢复原样。改完重启小微。",
    "# xiaowei lexicon accept 会往这里写,也可以手改:一个词加 7 个数,用制表符隔开,正数是“像”,负数是“不像”。",
    "# 特征\t" + "\t".join(COLUMNS),
)
_COPY_FIRST = "随产品带的配置升级会换掉：先抄一份成自己县的文件夹，再用 --config 指定它（见运维手册“配”）。"
_MODE = 0o644


class LessonError(Refusal):
    """Nothing can be suggested or accepted; the text says why, in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """What was learned from which tickets; ``texts`` are masked and without names, by ticket id.

    ``own``: the configuration has a folder of its own, into which words can be written.
    """

    own: bool
    office: Office
    settled: tuple[Settled, ...]
    texts: dict[str, str]
    learner: Learner
    advice: Advice


async def study(settings: Settings, *, database: Path | None, least: int = ENOUGH) -> Study:
    """Learn from the county's tickets, or those in the file ``database``; writes nothing.

    Raises LessonError if no person has corrected anything, SettingsError for a faulty lexicon, StoreUnavailable.
    """
    lexicon, faults = read_lexicon(settings.lexicon_folders)
    if faults:
        raise SettingsError(faults)
    found = await _load(settings, database)
    if not any(one.ruling.corrected for one in found):
        message = "还没有可以学的：没有哪张工单被值班员改过类，或者标成不是诉求。有了改正再来。"
        raise LessonError(message)
    office = build_office(settings)
    hider = NameHider(person.name for person in office.org.people.values())
    texts = {one.ticket.id: hider.hide(one.ticket.text, one.names) for one in found}
    examples = [
        Example(
            id=one.ticket.id,
            text=texts[one.ticket.id],
            right=one.ruling.right,
            corrected=one.ruling.corrected,
            context=one.context,
        )
        for one in found
    ]
    learner = Learner(lexicon, settings.rules.certainty, examples, places=_places(office.org))
    return Study(
        own=_is_own(settings),
        office=office,
        settled=found,
        texts=texts,
        learner=learner,
        advice=learner.advise(least=least),
    )


async def accept(settings: Settings, numbers: Sequence[int], code: str, *, database: Path | None) -> str:
    """Write the suggestions of these numbers into the county's own lexicon; returns what an operator should read.

    ``code`` is that of the list which was shown. The list is worked out anew: if tickets or words have changed so
    that it is another one, nothing is written. Raises LessonError, and what ``study`` raises.
    """
    asked = _CODE.fullmatch(code)
    if asked is None:
        message = f"看不懂建议单的编号“{code}”。先运行 xiaowei lexicon suggest，最后一行写着怎么采纳。"
        raise LessonError(message)
    if not _is_own(settings):
        message = f"不能往 {shown(settings.folder)} 里写。{_COPY_FIRST}"
        raise LessonError(message)
    found = await study(settings, database=database, least=int(asked.group(1)))
    if found.advice.code != code:
        message = (
            "工单或者词表变了，这份建议已经不是您看到的那份。什么也没写。请重新运行 xiaowei lexicon suggest 看一遍。"
        )
        raise LessonError(message)
    chosen = _chosen(found.advice.suggestions, numbers)
    effect = found.learner.effect(chosen)
    if len(effect.harms) > len(effect.mends):
        message = (
            f"只采纳这几条弊大于利：改正里多对 {len(effect.mends)} 条，原来对的错 {len(effect.harms)} 条"
            f"（{_tickets(effect.harms, found)}）。什么也没写。"
        )
        raise LessonError(message)
    path = settings.folder / "lexicon" / _FILE
    write_rows(path, chosen, code)
    words = "、".join(f"“{one.word}”" for one in chosen)
    return (
        f"已写进 {shown(path)}：{words}，共 {len(chosen)} 个词。{_say_effect(effect, found)}\n"
        "重启小微后生效。要撤销，删掉那几行再重启。"
    )


async def _load(settings: Settings, database: Path | None) -> tuple[Settled, ...]:
    url = settings.environment.database_url.get_secret_value() if database is None else f"sqlite:///{database}"
    store = await open_store(url)
    try:
        return await settled(store, most_confirmed=MOST_CONFIRMED)
    finally:
        await store.close()


def _places(org: Organisation) -> tuple[str, ...]:
    """What villages, towns and the county are called, with and without 村, 镇, 县."""
    names = {unit.name for unit in org.units.values() if unit.level is not Level.DEPARTMENT}
    return tuple(sorted(names | {short for name in names if len(short := _SUFFIX.sub("", name)) > 1}))


def _is_own(settings: Settings) -> bool:
    return settings.folder.resolve() not in {SHIPPED, SHIPPED / "demo"}


def _chosen(suggestions: Sequence[Suggestion], numbers: Sequence[int]) -> tuple[Suggestion, ...]:
    unknown = sorted({number for number in numbers if not 1 <= number <= len(suggestions)})
    if unknown:
        have = f"只有 1 到 {len(suggestions)}" if suggestions else "现在一条建议也没有"
        message = f"没有第 {'、'.join(map(str, unknown))} 条建议，{have}。什么也没写。"
        raise LessonError(message)
    return tuple(suggestions[number - 1] for number in sorted(set(numbers)))


# Saying


def render(found: Study, *, where: str, show: bool = False) -> str:
    """The numbered list for an operator; with ``show`` also the corrected texts, masked and without names.

    ``where`` are the options that accepting needs besides the list's code.
    """
    advice = found.advice
    lines = [_say_examples(advice)]
    if advice.suggestions:
        lines.append(f"建议改 {len(advice.suggestions)} 个词：")
        lines += [f"{number}. {_say(one, found)}" for number, one in enumerate(advice.suggestions, start=1)]
        lines.append(f"全部采纳：{_say_effect(advice.together, found)}")
    else:
        lines.append("没有找到值得改的词：或者改正太少，或者改了会弄错别的。")
        if advice.least > 1:
            lines.append("一个词要有两条改正支持才提；加上 --few，一条也提。")
    if advice.left:
        lines.append(f"还有 {len(advice.left)} 条靠改词改不过来：{_tickets(advice.left, found)}。")
    if show:
        lines += ["", "改正过的工单（号码和名字已隐去）：", *_say_texts(found)]
    if advice.suggestions and not found.own:
        lines += ["", f"现在还不能采纳。{_COPY_FIRST}"]
    elif advice.suggestions:
        numbers = " ".join(str(number) for number in range(1, len(advice.suggestions) + 1))
        lines += ["", "采纳（编号可以挑着写）：", f"xiaowei lexicon accept {numbers} --list {advice.code}{where}"]
    return "\n".join(lines)


def as_json(found: Study, *, show: bool = False) -> dict[str, object]:
    """The same for programmes; tickets by their ids."""
    advice = found.advice
    row: dict[str, object] = {
        "code": advice.code,
        "corrected": advice.corrected,
        "confirmed": advice.confirmed,
        "already": list(advice.already),
        "guarded": list(advice.guarded),
        "left": list(advice.left),
        "suggestions": [
            {
                "number": number,
                "word": one.word,
                "known": one.known,
                "change": {category.value: amount for category, amount in one.change},
                "because": list(one.because),
                "mends": list(one.alone.mends),
                "harms": list(one.alone.harms),
            }
            for number, one in enumerate(advice.suggestions, start=1)
        ],
        "together": {"mends": list(advice.together.mends), "harms": list(advice.together.harms)},
    }
    if show:
        row["texts"] = {one.ticket.id: found.texts[one.ticket.id] for one in found.settled if one.ruling.corrected}
    return row


def _say_examples(advice: Advice) -> str:
    parts = [f"改正过的工单 {advice.corrected} 条，没改类就办结、拿来对照的 {advice.confirmed} 条。"]
    if advice.already:
        parts.append(f"改正里有 {len(advice.already)} 条现在的词表已经判对。")
    if advice.guarded:
        parts.append(f"有 {len(advice.guarded)} 条现在判成急事或线索，不从里面学：这两样宁可多报。")
    return "".join(parts)


def _say(one: Suggestion, found: Study) -> str:
    office = found.office
    more = [f"更像{_name(category, office)}({amount:+.1f})" for category, amount in one.change if amount > 0]
    less = [f"更不像{_name(category, office)}({amount:+.1f})" for category, amount in one.change if amount < 0]
    new = "" if one.known else "（新词）"
    harms = f"({_tickets(one.alone.harms, found)})" if one.alone.harms else ""
    return (
        f"“{one.word}”{new}：{'，'.join((*more, *less))}。因为 {_tickets(one.because, found, most=_NAMED)}；"
        f"只改这个词：对 {len(one.alone.mends)} 条、错 {len(one.alone.harms)} 条{harms}"
    )


def _say_effect(effect: Effect, found: Study) -> str:
    mended = f"改正里多对 {len(effect.mends)} 条"
    if effect.mends:
        mended += f"（{_tickets(effect.mends, found, most=_NAMED)}）"
    if not effect.harms:
        return f"{mended}，原来对的没有一条变错。"
    return f"{mended}，原来对的错 {len(effect.harms)} 条（{_tickets(effect.harms, found)}）。"


def _say_texts(found: Study) -> Iterable[str]:
    for one in found.settled:
        if one.ruling.corrected:
            change = f"{_name(one.ruling.given, found.office)}→{_name(one.ruling.right, found.office)}"
            text = " ".join(found.texts[one.ticket.id].split())
            yield f"{_tickets([one.ticket.id], found)}（{change}）：{text}"


def _name(category: Category, office: Office) -> str:
    return office.say(f"category.{category}")


def _tickets(ids: Iterable[str], found: Study, *, most: int | None = None) -> str:
    """Tickets as people name them: 柳湾村 3 号、7 号；石畔村 2 号; the year only where there are several."""
    wanted = set(ids)
    tickets = [one.ticket for one in found.settled if one.ticket.id in wanted]
    years = len({one.ticket.year for one in found.settled}) > 1
    named = tickets if most is None else tickets[:most]
    said = "；".join(
        f"{where} {'、'.join(f'{ticket.number} 号' for ticket in of_place)}"
        for where, of_place in groupby(named, key=lambda ticket: _place(ticket, found.office, years=years))
    )
    return said if len(named) == len(tickets) else f"{said}等 {len(tickets)} 条"


def _place(ticket: Ticket, office: Office, *, years: bool) -> str:
    unit = office.org.units.get(ticket.village)
    name = ticket.village if unit is None else unit.name
    return f"{name} {ticket.year} 年" if years else name


# Writing


def write_rows(path: Path, chosen: Sequence[Suggestion], code: str) -> None:
    """Put the rows into the file, all at once or not at all: other rows stay, an older one of the same word goes.

    Makes the file, with a head that explains it, and its folder. Raises LessonError if that is not possible.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else list(_HEAD)
        words = {one.word for one in chosen}
        kept = [line for line in before if line.startswith("#") or line.partition("\t")[0] not in words]
        rows = ["\t".join((one.word, *(f"{weight:g}" for weight in one.row))) for one in chosen]
        _replace(path, "\n".join((*kept, f"# 采纳自建议单 {code}", *rows)) + "\n")
    except OSError as error:
        message = f"写不了 {shown(path)}（{reason_of(error)}）。什么也没改。"
        raise LessonError(message) from error


def _replace(path: Path, text: str) -> None:
    """Write beside the file and put it in its place, so that a power cut leaves the old file or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    mode = path.stat().st_mode if path.exists() else _MODE
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
