"""Text to verdict: normalise, find, weigh, decide, and split what may be shown from what may not."""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from bot.classify import decision
from bot.classify.clauses import split_clauses
from bot.classify.evidence import Finder, Segmenter
from bot.classify.glance import Glance
from bot.classify.lexicon import CATEGORIES, COLUMN, GROUP, Lexicon
from bot.classify.masking import mask
from bot.classify.normalise import Normaliser, shorten
from bot.classify.places import Gazetteer
from bot.classify.scoring import Scorer, Scores
from bot.classify.stream import Stream
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.rules import Certainty
from bot.domain.verdicts import NO_CONTEXT, Context, Part, Reason, Verdict

HARMLESS_BELOW = 0.12
"""A clause beside an accusation may be shown only below this chance of being part of it."""
ACCUSING_CLAUSE_AT = 0.88
"""One clause that accuses this clearly makes the whole message a clue, however long the rest is."""
SECOND_AT = 0.2
"""Chance of a further category from which the clauses are looked at one by one."""
HINT_AT = 0.03
"""The same for an accusation beside words of power, kin or hints: one clause of many hardly moves the whole."""
CLAUSE_AT = 0.6
"""Chance from which one clause alone is a further matter."""
_LOOKS_KEPT = 512
"""Texts whose looks are remembered: each is looked at for danger as it comes, and again when it is judged."""
_REASONS = 8
_ITEM = re.compile(r"\s1\s?[.、.,]")
_TURN = re.compile(r"不是[^?]{1,12}?(?:只是|只想|就是|但是|但|不过|而是)(.{3,})")
_PLAIN_ACCUSATION = frozenset({"重话", "官职", "受贿", "侵占", "亲属", "正式举报"})
_CLUE, _NONE, _HELP = Category.CLUE, Category.NONE, Category.HELP
"""By names of their own: Python 3.11 runs code of the enumeration wherever it reads a member of it."""
_GROUP_FLAGS = {
    "轻生家暴": Flag.CRISIS, "违法": Flag.LAW, "态度": Flag.ATTITUDE, "无人值班": Flag.DUTY, "未成年": Flag.MINOR,
    "疾病": Flag.HEALTH, "外地": Flag.EXTERNAL, "截图": Flag.QUOTE, "否定": Flag.NEGATION, "接龙": Flag.BATCH,
}  # fmt: skip
_FLAGGING = frozenset(_GROUP_FLAGS)


class _Look(NamedTuple):
    """A text, its plain form, and what was found in it."""

    text: str
    plain: str
    found: list[tuple[int, int, int]]
    groups: frozenset[str]
    scores: Scores

    def chance(self, category: Category) -> float:
        return self.scores.by_category[category]


class Classifier:
    """Classifies texts. Holds no state but the lexicon: the same text always gives the same verdict."""

    def __init__(self, lexicon: Lexicon, certainty: Certainty = Certainty()) -> None:  # noqa: B008 - a frozen value
        self._certainty = certainty
        self._lexicon = lexicon
        self._normaliser = Normaliser(lexicon)
        self._finder = Finder(lexicon, self._normaliser)
        self._segmenter = Segmenter(lexicon)
        self._scorer = Scorer(lexicon)
        self._gazetteer = Gazetteer(lexicon, self._normaliser)
        self._look = lru_cache(_LOOKS_KEPT)(self._looked)
        self._reason_of: dict[int, tuple[tuple[float, str, Reason], ...]] = {}
        self.stream = Stream(lexicon, self._normaliser)

    def classify(self, text: str, context: Context = NO_CONTEXT) -> Verdict:
        """Judge one message, or the joined pieces of one.

        Follows the decision order of the taxonomy. Any text is answered in bounded time: of a long one only the
        first and last few thousand characters are looked at.
        """
        short = shorten(text)
        masked = mask(short)
        look = self._look(short)
        if not look.plain:
            return Verdict(label=_NONE, confidence=1.0, public_text=masked.strip())
        urgent = not context.by_cadre and decision.is_urgent(look.scores, look.groups)
        urgent = urgent and (not context.joined or decision.names_danger(look.groups))
        look = self._heading(look) if "接龙" in look.groups else self._after_turn(look)
        label, confidence = decision.decide(look.scores, look.groups, context, self._certainty, urgent=urgent)
        also: tuple[Part, ...] = ()
        public = masked.strip()
        suspects = False
        if not context.by_cadre:
            clauses = self._clauses(look, label)
            if label in APPEALS and not urgent and any(map(_accuses, clauses)):
                label, confidence = _CLUE, max(clause.chance(_CLUE) for clause in clauses)
            also = _further(look, clauses, label)
            suspects = label is not _CLUE and decision.is_suspicious(look.scores, look.groups, self._certainty)
            if label is _CLUE or any(part.category is _CLUE for part in also):
                public = mask("，".join(clause.text for clause in clauses if _is_harmless(clause)))
        return Verdict(
            label=label,
            confidence=confidence,
            urgent=urgent,
            flags=self._flags(look, label, also, private=masked != short),
            also=also,
            why=self._reasons(look, label),
            public_text=public,
            place="" if label is _NONE else self._gazetteer.place(short),
            topic="" if label is _NONE else self._gazetteer.topic(look.plain),
            suspects_clue=suspects,
            may_want_answer=label is _NONE and decision.may_want_answer(look.scores, context, self._certainty),
        )

    def place_of(self, text: str) -> str:
        """Return the place that a text names, appeal or not: a correction such as 说错了 是四组 by itself is none."""
        return self._gazetteer.place(shorten(text))

    def is_urgent(self, text: str) -> bool:
        """Whether one message speaks of danger to life: a look before its join window ends (R8)."""
        look = self._look(shorten(text))
        return bool(look.plain) and decision.is_urgent(look.scores, look.groups)

    def may_be_urgent(self, text: str) -> bool:
        """Whether a message may speak of danger to life: cheaper, and says yes too often (decision 0021)."""
        return self._glance.may_be_urgent(text)

    @cached_property
    def _glance(self) -> Glance:
        return Glance(self._lexicon, self._normaliser)

    def _looked(self, text: str) -> _Look:
        plain = self._normaliser.normalise(text)
        found = self._finder.scan(plain)
        groups = self._finder.groups_of(found)
        scores = self._scorer.score(plain, self._segmenter.cut(plain), groups)
        return _Look(text, plain, found, groups, scores)

    def _heading(self, look: _Look) -> _Look:
        """Of a list that people sign, judge the heading: what stands beside the names is trade or banter."""
        heading = _ITEM.split(look.text, maxsplit=1)[0]
        return self._look(heading)._replace(text=look.text)

    def _after_turn(self, look: _Look) -> _Look:
        """Of 不是…只是… and 不是…但…, judge the second part (practical rule 5)."""
        turn = _TURN.search(look.plain) if "不是" in look.plain else None
        if turn is None:
            return look
        rest = self._look(turn.group(1))
        return look._replace(scores=rest.scores, groups=rest.groups | {"否定"})

    def _clauses(self, look: _Look, label: Category) -> list[_Look]:
        """Look at the clauses one by one, but only where it can matter: most messages are of one kind."""
        if label is _NONE:
            return []
        if label is not _CLUE:
            chances = look.scores.by_category
            hinted = chances[_CLUE] >= HINT_AT and look.groups & decision.ACCUSING
            if not hinted and sorted(chances.values())[-2] < SECOND_AT:
                return []
        pieces = split_clauses(look.text)
        if len(pieces) == 1:
            return [look]
        return [self._look(piece) for piece in pieces]

    def _flags(self, look: _Look, label: Category, also: Sequence[Part], *, private: bool) -> frozenset[Flag]:
        flags = {_GROUP_FLAGS[group] for group in _FLAGGING & look.groups}
        if flags and label is not _HELP:
            flags.discard(Flag.BATCH)
        if "反话" in look.groups and label is not _NONE:
            flags.add(Flag.SARCASM)
        if private:
            flags.add(Flag.ID)
        if also:
            flags.add(Flag.MULTI)
        return self.stream.flags(look.plain, look.groups) | flags

    def _reasons(self, look: _Look, label: Category) -> tuple[Reason, ...]:
        """Say what speaks for an appeal or a clue; that nothing was asked for needs no reason, and is most traffic."""
        if label is _NONE:
            return ()
        column = COLUMN[label]
        known = self._reason_of
        found = {which for which, _start, _end in look.found}
        reasons = [(known[which] if which in known else self._weigh(which))[column] for which in found]
        return tuple([reason for strength, _word, reason in sorted(reasons)[:_REASONS] if strength])

    def _weigh(self, which: int) -> tuple[tuple[float, str, Reason], ...]:
        """What a word of the lexicon and its groups say together, per category; worked out once for each word.

        Before each reason stands what reasons are sorted by: the strongest first, then by the alphabet.
        """
        word, groups = self._finder.named(which)
        names = [f"{GROUP[0]}{group}{GROUP[1]}" for group in groups]
        rows = [self._scorer.weights(name) for name in (*names, word)]
        weights = [round(sum(column), 2) for column in zip(*rows, strict=True)]
        reasons = [Reason(word, category, weight) for category, weight in zip(CATEGORIES, weights, strict=False)]
        self._reason_of[which] = tuple((-abs(reason.weight), word, reason) for reason in reasons)
        return self._reason_of[which]


def _accuses(clause: _Look) -> bool:
    plainly = bool(clause.groups & _PLAIN_ACCUSATION) and clause.chance(_CLUE) >= ACCUSING_CLAUSE_AT
    return plainly or decision.took_money(clause.groups)


def _is_harmless(clause: _Look) -> bool:
    """Whether a clause beside an accusation may be shown: it accuses nobody and names no one with power (R50)."""
    shown = clause.scores.best() in APPEALS and clause.chance(_CLUE) < HARMLESS_BELOW
    return shown and not clause.groups & decision.ACCUSING


def _further(look: _Look, clauses: Sequence[_Look], label: Category) -> tuple[Part, ...]:
    """Find the further categories of a text: those of single clauses, and the clear second of the whole."""
    if label is _NONE or len(clauses) == 1:
        return ()
    by_category: dict[Category, list[str]] = {}
    for clause in clauses:
        best = clause.scores.best()
        strong = clause.chance(best) >= CLAUSE_AT or look.chance(best) >= SECOND_AT
        safe = best is _CLUE or label is not _CLUE or _is_harmless(clause)
        if best not in {label, _NONE} and strong and safe:
            by_category.setdefault(best, []).append(clause.text)
    return tuple(Part(category=category, text=mask("，".join(texts))) for category, texts in by_category.items())
