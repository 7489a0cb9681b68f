"""In which tone something is said: in earnest or in fun, and whether it presses for an answer."""

from bot.classify.forms import Form
from bot.domain.categories import Flag
from bot.domain.verdicts import Verdict
from bot.handlers.judge import Judge

_NOT_IN_EARNEST = frozenset({Flag.THANKS, Flag.WITHDRAW, Flag.SARCASM})


def in_earnest(text: str, verdict: Verdict, judge: Judge) -> bool:
    """Whether the words are meant as they stand: no laughter, no thanks, no irony, nothing taken back."""
    return not (verdict.flags & _NOT_IN_EARNEST or judge.stream.forms.said(Form.LAUGHS, text))


def presses(text: str, judge: Judge) -> bool:
    """Whether the words doubt, demand or throw something back: a question that only its place explains."""
    return judge.stream.forms.said(Form.PRESSES, text)
