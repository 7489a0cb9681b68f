"""Officers' corrections become proposals for the lexicon, judged by the classifier on all that is stored."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bot.classify.classifier import Classifier
from bot.classify.learning import Advice, Effect, Example, Learner
from bot.classify.lexicon import BIAS, COLUMN, COLUMNS, Lexicon
from bot.classify.linear import BOUND, FAMILIAR_BOUND, NONE_BOUND
from bot.classify.teachable import Reader
from bot.domain.categories import Category
from bot.domain.rules import Certainty
from bot.domain.verdicts import Context

HELP, ASKS, NONE = Category.HELP, Category.CONSULTATION, Category.NONE
CERTAINTY = Certainty(appeal=0.5, plain_appeal=0.45, appeal_in_jest=0.7)
PLAIN = (0.0, 0.0, -3.0, -3.0, -6.0, 0.0, -9.0)
"""Where every text starts that is about asking, helping, or nothing."""
SMALL = Lexicon(
    groups={"险情": ("着火",), "官职": ("主任",), "疑问": ("怎么办",), "损坏": ("坏了",)},
    weights={
        BIAS: (0.0, 0.0, 0.0, 0.0, -6.0, 1.0, -9.0),
        "几点": (3.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0),
        "路灯": (0.0, 4.0, 0.0, 0.0, 0.0, -1.0, 0.0),
        "着火": (0.0, 2.0, 0.0, 0.0, 0.0, -2.0, 30.0),
        "私吞": (0.0, 0.0, 0.0, 0.0, 20.0, 0.0, 0.0),
        "鸡蛋": (0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.0),
    },
)
"""A lexicon that asks after 几点, mends 路灯, knows danger and theft, and has never heard of a 泵房."""


def corrected(text: str, right: Category, *, id_: str | None = None) -> Example:
    return Example(id=id_ or f"改-{text}", text=text, right=right, corrected=True)


def confirmed(text: str, right: Category) -> Example:
    return Example(id=f"对-{text}", text=text, right=right, corrected=False)


def learner(*examples: Example, places: Iterable[str] = ()) -> Learner:
    return Learner(SMALL, CERTAINTY, examples, places=places)


PUMP = (corrected("泵房几点放水", HELP), corrected("泵房几点才开门", HELP))
OTHERS = (confirmed("社保几点办理", ASKS), confirmed("路灯暗了", HELP))


@pytest.fixture(scope="module")
def pump() -> Advice:
    """Twice an officer said that a question about the pumping station asks for help."""
    return learner(*PUMP, *OTHERS).advise()


def test_the_word_that_the_corrected_tickets_share_is_proposed_and_mends_them(pump: Advice) -> None:
    (one,) = pump.suggestions
    assert one.word == "泵房"
    assert not one.known
    assert one.because == ("改-泵房几点才开门", "改-泵房几点放水")
    assert dict(one.change)[HELP] > 0
    assert dict(one.change)[ASKS] < 0
    assert one.alone == pump.together == Effect(mends=one.because, harms=())
    assert pump.left == ()
    assert (pump.corrected, pump.confirmed) == (2, 2)


def test_with_the_proposed_row_the_classifier_itself_judges_them_right(pump: Advice) -> None:
    rows = {one.word: one.row for one in pump.suggestions}
    taught = Classifier(replace(SMALL, weights={**SMALL.weights, **rows}), CERTAINTY)
    assert [taught.classify(example.text).label for example in PUMP] == [HELP, HELP]
    assert [taught.classify(example.text).label for example in OTHERS] == [ASKS, HELP]
    before = Classifier(SMALL, CERTAINTY)
    assert [before.classify(example.text).label for example in PUMP] == [ASKS, ASKS]


def test_steps_are_bounded_and_neither_clues_nor_emergencies_are_touched(pump: Advice) -> None:
    for one in pump.suggestions:
        change = dict(one.change)
        assert max(map(abs, change.values())) <= BOUND
        assert abs(change.get(NONE, 0.0)) <= NONE_BOUND
        assert Category.CLUE not in change
        assert one.row[COLUMN[Category.CLUE]] == 0.0
        assert one.row[COLUMNS.index("urgent")] == 0.0


def test_the_same_examples_in_any_order_give_the_same_list(pump: Advice) -> None:
    again = learner(*reversed((*PUMP, *OTHERS))).advise()
    assert again == pump
    assert again.code == pump.code


def test_another_list_has_another_code(pump: Advice) -> None:
    more = learner(*PUMP, corrected("泵房几点有水", HELP), *OTHERS).advise()
    assert more.code != pump.code
    assert pump.code.startswith("2-")


def test_one_correction_is_not_enough_unless_the_operator_says_so() -> None:
    alone = learner(PUMP[0], *OTHERS)
    assert alone.advise().suggestions == ()
    assert alone.advise().left == (PUMP[0].id,)
    few = alone.advise(least=1)
    assert few.together.mends == (PUMP[0].id,)
    assert few.code.startswith("1-")


def test_a_set_that_harms_more_than_it_mends_is_never_proposed() -> None:
    asked = [confirmed(f"泵房几点{what}", ASKS) for what in ("收费", "登记", "上班", "下班")]
    advice = learner(*PUMP, *asked, *OTHERS).advise()
    assert advice.suggestions == ()
    assert advice.left == tuple(sorted(example.id for example in PUMP))


def test_what_would_become_wrong_is_told_by_its_ticket() -> None:
    asked = confirmed("泵房几点收费", ASKS)
    taught = learner(*PUMP, *OTHERS)
    with_harm = learner(*PUMP, asked, *OTHERS)
    effect = with_harm.effect(taught.advise().suggestions)
    assert effect.harms == (asked.id,)
    assert effect.mends == tuple(sorted(example.id for example in PUMP))


def test_dismissed_small_talk_teaches_what_is_no_appeal() -> None:
    advice = learner(corrected("鸡蛋几点卖", NONE), corrected("鸡蛋几点发货", NONE), *OTHERS).advise()
    (one,) = advice.suggestions
    assert (one.word, one.known) == ("鸡蛋", True)
    assert dict(one.change)[ASKS] < 0
    assert one.row[COLUMN[NONE]] == pytest.approx(0.2 + dict(one.change).get(NONE, 0.0))
    assert len(advice.together.mends) == 2


def test_a_word_that_the_lexicon_knows_well_is_hardly_moved() -> None:
    examples = [corrected(f"几点{what}", HELP) for what in ("放水", "开门", "来人")]
    weak = replace(SMALL, weights={**SMALL.weights, BIAS: PLAIN, "几点": (0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)})
    advice = Learner(weak, CERTAINTY, examples).advise()
    (one,) = advice.suggestions
    assert one.word == "几点"
    assert max(abs(amount) for _, amount in one.change) == FAMILIAR_BOUND


def test_what_the_lexicon_judges_right_by_now_is_only_a_counterweight() -> None:
    advice = learner(corrected("路灯暗", HELP), *PUMP).advise()
    assert advice.already == ("改-路灯暗",)
    assert advice.corrected == 3


def test_nothing_is_unlearned_from_emergencies_and_clues() -> None:
    fire, theft = corrected("厨房着火", NONE), corrected("合疗款私吞", HELP)
    advice = learner(fire, replace(fire, id="改-二"), theft, replace(theft, id="改-三")).advise(least=1)
    assert advice.suggestions == ()
    assert set(advice.guarded) == {fire.id, "改-二", theft.id, "改-三"}
    assert advice.left == ()


def test_what_was_said_to_the_bot_is_judged_as_it_was_then() -> None:
    """To the bot a weak question is enough; in the group the same words open nothing."""
    strict = Certainty(appeal=0.8)
    weak = replace(SMALL, weights={**SMALL.weights, BIAS: PLAIN, "几点": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)})
    asked = Example(id="1", text="几点", right=ASKS, corrected=True, context=Context(to_bot=True))
    heard = Example(id="2", text="几点", right=ASKS, corrected=True)
    assert Learner(weak, strict, [asked, heard]).advise().already == ("1",)


def test_only_words_that_people_know_again_are_taught() -> None:
    reader = Reader(SMALL, places=("柳湾",))
    words = reader.read("王二今天在柳湾问合疗,老李说我们没水,主任着火的灯光秀〔名〕〔号码已隐去〕几点怎么办").words
    assert {"合疗", "没水", "几点"} <= words
    assert words.isdisjoint(
        {"王二", "老李", "今天", "我们", "柳湾", "主任", "着火", "私吞", "号码", "隐去", "名", "怎么办"}
    )
    assert all(2 <= len(word) <= 6 for word in words)
