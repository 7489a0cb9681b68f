"""Shows a score: a table with what went wrong below it, or plain JSON values."""

from collections.abc import Mapping
from typing import Any

from bot.score.result import Figure, Measure, Miss, Problem, Score

# Annotated chats, never seen (DESIGN section 11).
GOALS: Mapping[Measure, float] = {
    Measure.APPEALS: 0.95,
    Measure.TICKETS: 0.90,
    Measure.PIECES: 0.95,
    Measure.FOLLOWUPS: 0.85,
    Measure.SUPPORTERS: 0.85,
    Measure.REPLIES: 0.90,
    Measure.EMERGENCIES: 1.0,
    Measure.SILENCE: 0.95,
    Measure.CLUES: 1.0,
    Measure.CLUES_APART: 1.0,
}

_NAMES: Mapping[Measure, str] = {
    Measure.APPEALS: "appeals found (recall)",
    Measure.TICKETS: "tickets true (precision)",
    Measure.CATEGORIES: "right category",
    Measure.PIECES: "pieces joined",
    Measure.FOLLOWUPS: "follow-ups attached",
    Measure.SUPPORTERS: "supporters attached",
    Measure.REPLIES: "cadre replies recognised",
    Measure.EMERGENCIES: "emergencies at once",
    Measure.SILENCE: "silence kept",
    Measure.CLUES: "clues found",
    Measure.CLUE_MESSAGES: "messages of clues found",
    Measure.CLUES_APART: "clues kept apart",
    Measure.CLUE_ROWS: "clue rows true",
    Measure.HEAT: "heat noticed",
}


def render(score: Score) -> str:
    """Return the score as text for developers: figures with their goals, then every miss with its messages."""
    lines = [
        f"{len(score.chats)} chat(s): {', '.join(score.chats)}",
        "",
        f"{'':26}{'n of m':>12}{'ratio':>8}{'goal':>8}{'of all':>8}",
        *(_line(measure, figure) for measure, figure in score.figures.items()),
    ]
    for problem in Problem:
        misses = [miss for miss in score.misses if miss.problem is problem]
        if misses:
            lines += ["", f"{problem} ({len(misses)})", *(line for miss in misses for line in _described(miss))]
    return "\n".join(lines) + "\n"


def as_json(score: Score) -> dict[str, Any]:
    """Return the score as plain JSON values: ``chats``, ``figures`` by measure, ``misses``.

    A figure has ``hits``, ``of``, ``ratio`` (null if nothing was there to count), ``goal`` (null if none is set), and,
    where only found appeals are counted, ``of_all`` and ``ratio_of_all``.
    """
    return {
        "chats": list(score.chats),
        "figures": {
            str(measure): {
                "hits": figure.hits,
                "of": figure.of,
                "ratio": figure.ratio,
                "goal": GOALS.get(measure),
                **({} if figure.of_all is None else {"of_all": figure.of_all, "ratio_of_all": figure.ratio_of_all}),
            }
            for measure, figure in score.figures.items()
        },
        "misses": [
            {
                "chat": miss.chat,
                "problem": str(miss.problem),
                "key": miss.key,
                "what": miss.what,
                "ticket": miss.ticket,
                "messages": list(miss.messages),
                "texts": list(miss.texts),
            }
            for miss in score.misses
        ],
    }


def _line(measure: Measure, figure: Figure) -> str:
    goal = GOALS.get(measure)
    below = goal is not None and figure.ratio is not None and figure.ratio < goal
    shown_goal = "" if goal is None else f"{goal:.2f}"
    of_all = "" if figure.of_all is None else _share(figure.ratio_of_all)
    line = (
        f"{_NAMES[measure]:26}{figure.hits:>5} of {figure.of:<3}{_share(figure.ratio):>8}{shown_goal:>8}{of_all:>8}"
        f"{'  below goal' if below else ''}"
    )
    return line.rstrip()


def _share(ratio: float | None) -> str:
    # Rounded down: 0.9996 is not all.
    return "-" if ratio is None else f"{int(ratio * 1000 + 1e-9) / 1000:.3f}"


def _described(miss: Miss) -> list[str]:
    ticket = "" if miss.ticket is None else f" ticket {miss.ticket}"
    head = f"  {miss.chat}{' ' + miss.key if miss.key else ''}{ticket}{': ' + miss.what if miss.what else ''}"
    said = (" ".join(text.split()) for text in miss.texts)
    return [head, *(f"      {message}  {text}" for message, text in zip(miss.messages, said, strict=True))]
