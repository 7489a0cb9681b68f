"""Text to verdict: the decision order of the taxonomy over the evidence of the lexicon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.classify.clauses import split_clauses
from bot.classify.evidence import Finder, Hit, Segmenter, features, group_name
from bot.classify.lexicon import Lexicon
from bot.classify.masking import has_private_number, mask
from bot.classify.normalise import Normaliser, shorten
from bot.classify.places import Gazetteer
from bot.classify.scoring import Scorer, Scores
from bot.classify.stream import Stream
from bot.domain.categories import APPEALS, Category, Flag
from bot.domain.verdicts import NO_CONTEXT, Context, Part, Reason, Verdict

CLUE_AT = 0.35
"""From this probability a text is a clue: a false alarm costs a look, a miss costs exposure."""
SUSPECT_AT = 0.10
APPEAL_AT = 0.5
"""An appeal in a group needs at least this much probability that it is one at all."""
URGENT_AT = 0.5
URGENT_WORD_AT = 0.03
HARMLESS_BELOW = 0.12
SECOND_AT = 0.22
VOICE_DISCOUNT = 0.9
_REASONS = 8
_CLUE_WORDS = frozenset({"官职", "匿指", "重话", "正式举报", "举报意", "受贿", "侵占", "优亲厚友", "亲属", "欺压"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """A text, its plain form, and what was found in it."""

    plain: str
    hits: Sequence[Hit]
    scores: Scores

    def groups(self) -> set[str]:
        return {group for hit in self.hits for group in hit.groups}


class Classifier:
    """Classifies texts. Holds no state but the lexicon: the same text always gives the same verdict."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._normaliser = Normaliser(lexicon)
        self._finder = Finder(lexicon, self._normaliser)
        self._segmenter = Segmenter(lexicon)
        self._scorer = Scorer(lexicon)
        self._gazetteer = Gazetteer(lexicon)
        self.stream = Stream(lexicon)

    def classify(self, text: str, context: Context = NO_CONTEXT) -> Verdict:
        """Judge one message, or the joined pieces of one.

        Follows the decision order of the taxonomy. Any text is answered in bounded time: of a long one only the
        first and last few thousand characters are looked at.
        """
        short = shorten(text)
        look = self._look(short)
        if not look.plain:
            return Verdict(label=Category.NONE, confidence=1.0, public_text=mask(short).strip())
        urgent = not context.by_cadre and _is_urgent(look)
        label, confidence = _decide(look.scores, urgent=urgent, context=context)
        also = () if context.by_cadre else self._also(short, look, label)
        flags = self._flags(short, look, also)
        public = self._public_text(short, label, also)
        return Verdict(
            label=label,
            confidence=confidence,
            urgent=urgent,
            flags=flags,
            also=also,
            why=self._reasons(look, label),
            public_text=public,
            place=self._gazetteer.place(short),
            topic=self._gazetteer.topic(look.plain),
            suspects_clue=label is not Category.CLUE and look.scores.by_category[Category.CLUE] >= SUSPECT_AT,
        )

    def is_urgent(self, text: str) -> bool:
        """Whether one message speaks of danger to life: a look before its join window ends (R8)."""
        return _is_urgent(self._look(shorten(text)))

    def _look(self, text: str) -> _Look:
        plain = self._normaliser.normalise(text)
        hits = self._finder.find(plain)
        scores = self._scorer.score(features(plain, self._segmenter.cut(plain), hits))
        return _Look(plain=plain, hits=hits, scores=scores)

    def _also(self, text: str, look: _Look, label: Category) -> tuple[Part, ...]:
        seconds = [
            category
            for category, chance in look.scores.by_category.items()
            if category not in {label, Category.NONE} and chance >= SECOND_AT
        ]
        if not seconds or label is Category.NONE:
            return ()
        parts = []
        by_clause = [(clause, self._look(clause).scores.by_category) for clause in split_clauses(text)]
        for category in seconds:
            clauses = [clause for clause, scores in by_clause if max(scores, key=scores.__getitem__) is category]
            if clauses:
                parts.append(Part(category=category, text=mask(",".join(clauses))))
        return tuple(parts)

    def _public_text(self, text: str, label: Category, also: Iterable[Part]) -> str:
        accused = label is Category.CLUE or any(part.category is Category.CLUE for part in also)
        if not accused:
            return mask(text).strip()
        return mask(",".join(clause for clause in split_clauses(text) if self._harmless(clause)))

    def _harmless(self, clause: str) -> bool:
        """Whether a clause beside an accusation may be shown: it accuses nobody and names no one with power."""
        look = self._look(clause)
        chances = look.scores.by_category
        named = _CLUE_WORDS & look.groups()
        return not named and chances[Category.CLUE] < HARMLESS_BELOW and look.scores.best() in APPEALS

    def _flags(self, text: str, look: _Look, also: Sequence[Part]) -> frozenset[Flag]:
        flags = {flag for group, flag in _GROUP_FLAGS.items() if group in look.groups()}
        if has_private_number(text):
            flags.add(Flag.ID)
        if also:
            flags.add(Flag.MULTI)
        return frozenset(flags) | self.stream.flags(look.plain, look.hits)

    def _reasons(self, look: _Look, label: Category) -> tuple[Reason, ...]:
        found: dict[str, float] = {}
        for hit in look.hits:
            weight = sum(self._scorer.weight(group_name(group), label) for group in hit.groups)
            if weight:
                found[hit.word] = weight
        ranked = sorted(found.items(), key=lambda item: -abs(item[1]))[:_REASONS]
        return tuple(Reason(words=words, category=label, weight=round(weight, 2)) for words, weight in ranked)


_GROUP_FLAGS = {
    "轻生家暴": Flag.CRISIS, "违法": Flag.LAW, "态度": Flag.ATTITUDE, "无人值班": Flag.DUTY, "未成年": Flag.MINOR,
    "疾病": Flag.HEALTH, "外地": Flag.EXTERNAL, "截图": Flag.QUOTE, "否定": Flag.NEGATION, "反话": Flag.SARCASM, "接龙": Flag.BATCH,
}  # fmt: skip


def _is_urgent(look: _Look) -> bool:
    groups = look.groups()
    if "险情否定" in groups or "玩笑" in groups or "接龙" in groups:
        return look.scores.urgent >= 1 - URGENT_WORD_AT
    return look.scores.urgent >= (URGENT_WORD_AT if "险情" in groups else URGENT_AT)


def _decide(scores: Scores, *, urgent: bool, context: Context) -> tuple[Category, float]:
    """Apply the decision order to the scores; return the category and its confidence."""
    chances = scores.by_category
    discount = VOICE_DISCOUNT if context.voice else 1.0
    if context.by_cadre:
        return Category.NONE, 1.0
    if urgent:
        return Category.HELP, 1.0
    if chances[Category.CLUE] >= CLUE_AT:
        return Category.CLUE, chances[Category.CLUE] * discount
    none = chances[Category.NONE]
    if 1 - none < APPEAL_AT:
        return Category.NONE, none * discount
    best = max(APPEALS, key=lambda category: chances[category])
    return best, chances[best] / (1 - none) * discount
