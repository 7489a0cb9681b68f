"""Whether a cadre's words report a result or only promise one, by the county's own word lists.

Decides what he is offered first when he is asked back: a mere 我去看看 is news, 修好了 a result (R13).
"""

from bot.classify.forms import Form
from bot.domain.categories import Category
from bot.handlers.judge import Judge

_WANTS_SOMETHING_DONE = frozenset({Category.HELP, Category.DISCLOSURE})
"""Categories to which a plan is no answer yet (R5, R6)."""


def says_done(words: str, judge: Judge) -> bool:
    """Whether the words report a finished matter: 换好了, 水来了, 已打款; not 还没修好."""
    forms = judge.stream.forms
    return forms.said(Form.DONE, words) and not forms.said(Form.NOT_DONE, words)


def only_promises(words: str, category: Category, judge: Judge) -> bool:
    """Whether nothing is done yet by these words: 我去看看水池, 明天去修, 还没弄好; not 已换灯泡,今晚亮.

    To somebody who asked when or where, 明天上午在村部办 is the answer itself, and so is 采纳,下月装 to a suggestion.
    """
    forms = judge.stream.forms
    if forms.said(Form.NOT_DONE, words):
        return True
    planned = category in _WANTS_SOMETHING_DONE and forms.said(Form.PLANS, words)
    return (planned or forms.said(Form.PROMISES, words)) and not forms.said(Form.DONE, words)
