"""How well quarrels are told from loud evenings: invented evenings, and annotated chats if some are named (R45).

``python -m bench.heat [CHAT.jsonl …]``: beside each chat its ``.gold.json`` is expected. Prints what was found, missed,
and rightly or wrongly taken for a quarrel. Words and rules are the shipped ones; the group has no past, as on
the first day.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.heat import Burst, Sign, Words, burst
from bot.domain.heat_rules import HeatRules
from bot.settings.sentences import read_wording

HERE = Path(__file__).parent
EVENINGS = HERE / "chats" / "heat_evenings.jsonl"
WORDING = HERE.parent / "config" / "wording"
BEGINS = datetime.fromisoformat("2026-03-06T19:00:00+08:00")
STEP = timedelta(seconds=50)


def words() -> Words:
    """The shipped words."""
    sentences, _ = read_wording(WORDING)
    angry, quarrel, calm, jest = (
        tuple(sentences[f"heat.words_{kind}"].split()) for kind in ("angry", "quarrel", "calm", "jest")
    )
    return Words(angry=angry, quarrel=quarrel, calm=calm, jest=jest)


def alerts(said: list[tuple[datetime, str, str]], known: Words, rules: HeatRules) -> list[Burst]:
    """The quarrels that would be told of a chat, each once."""
    signs: list[Sign] = []
    found: list[Burst] = []
    quiet = timedelta(minutes=rules.calm_minutes)
    for at, sender, text in said:
        tone = known.tone(text)
        if tone is None:
            continue
        goes_on = bool(found) and at - signs[-1].at < quiet and found[-1].last >= signs[-1].at - quiet
        signs.append(Sign(at=at, sender=sender, tone=tone))
        now = burst(signs, at, rules)
        if now is not None and not (goes_on and now.began <= found[-1].last + quiet):
            found.append(now)
    return found


def evenings(known: Words, rules: HeatRules) -> dict[str, list[str]]:
    """Names of the invented evenings by what became of them: found, missed, false, still."""
    figures: dict[str, list[str]] = {"found": [], "missed": [], "false": [], "still": []}
    for line in EVENINGS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = [(BEGINS + STEP * place, who, text) for place, (who, text) in enumerate(row["lines"])]
        told = bool(alerts(said, known, rules))
        where = ("found" if told else "missed") if row["heat"] else ("false" if told else "still")
        figures[where].append(row["evening"])
    return figures


def chat(path: Path, known: Words, rules: HeatRules) -> tuple[int, int, int]:
    """Of an annotated chat: quarrels that are in it, those found, and false alerts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    said = [(datetime.fromisoformat(row["at"]), row["sender"], row["text"] or "") for row in rows if row["group"]]
    gold = json.loads(path.with_suffix(".gold.json").read_text(encoding="utf-8")).get("heat") or []
    spans = [(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"])) for one in gold]
    told = alerts(said, known, rules)
    met = sum(any(one.began <= end and begin <= one.last for one in told) for begin, end in spans)
    false = sum(not any(one.began <= end and begin <= one.last for begin, end in spans) for one in told)
    return len(spans), met, false


def main(paths: list[str]) -> None:
    """Print the figures."""
    known, rules = words(), HeatRules()
    for where, names in evenings(known, rules).items():
        print(f"{where:8}{len(names):3}  {' '.join(names)}")
    for path in map(Path, paths):
        of, met, false = chat(path, known, rules)
        print(f"{path.stem:16} {met}/{of} found, {false} false")


if __name__ == "__main__":
    main(sys.argv[1:])
