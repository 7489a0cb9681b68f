"""From settings to the parts that decisions stand on: the office and the judge."""

from bot.classify.classifier import Classifier
from bot.classify.lexicon import read_lexicon
from bot.classify.matter import similarity
from bot.classify.stream import Stream
from bot.domain.verdicts import Context, Verdict
from bot.office import Office
from bot.settings import Settings, SettingsError
from bot.wording import Wording


class Reader:
    """``handlers.judge.Judge`` by the classifier and its measure of sameness."""

    def __init__(self, classifier: Classifier) -> None:
        """Read with this classifier."""
        self._classifier = classifier

    @property
    def stream(self) -> Stream:
        """How messages follow one another."""
        return self._classifier.stream

    def classify(self, text: str, context: Context) -> Verdict:
        """What the text is about."""
        return self._classifier.classify(text, context)

    def is_urgent(self, text: str) -> bool:
        """Whether it cries for help at once."""
        return self._classifier.is_urgent(text)

    def may_be_urgent(self, text: str) -> bool:
        """Whether it may be a cry for help."""
        return self._classifier.may_be_urgent(text)

    def similarity(self, one: str, other: str) -> float:
        """How surely two texts are about the same matter."""
        return similarity(one, other)


def build_office(settings: Settings) -> Office:
    """The county as decisions see it: of the library only what somebody has released (R37)."""
    return Office(
        org=settings.county,
        roster=settings.roster,
        rules=settings.rules,
        calendar=settings.calendar,
        wording=Wording(settings.wording),
        content=tuple(item for item in settings.content if item.released_by),
        routing=settings.routing,
        knowledge=settings.knowledge,
    )


def build_judge(settings: Settings) -> Reader:
    """The classifier with the county's lexicon. Raises SettingsError with all faults of the lexicon."""
    lexicon, faults = read_lexicon(settings.lexicon_folders)
    if faults:
        raise SettingsError(faults)
    return Reader(Classifier(lexicon, settings.rules.certainty))
