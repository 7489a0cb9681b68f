"""From settings to the parts that decisions stand on: the office, the judge, the platforms, the database."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random

from bot.classify.classifier import Classifier
from bot.classify.lexicon import read_lexicon
from bot.classify.matter import similarity
from bot.classify.stream import Stream
from bot.domain.verdicts import Context, Verdict
from bot.office import Office
from bot.platform_port import Adapter, Platform
from bot.platforms.dingtalk import DingtalkPlatform
from bot.platforms.practice import PracticePlatform
from bot.platforms.wechat import WechatPlatform
from bot.platforms.wechat_options import WechatTls
from bot.ports import Clock
from bot.settings import Environment, Settings, SettingsError
from bot.store import SqlStore, open_store
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

    def similarity(self, one: str, other: str) -> float:
        """How surely two texts are about the same matter."""
        return similarity(one, other)


def build_office(settings: Settings) -> Office:
    """The county as decisions see it."""
    return Office(
        org=settings.county,
        roster=settings.roster,
        rules=settings.rules,
        calendar=settings.calendar,
        wording=Wording(settings.wording),
        content=settings.content,
        routing=settings.routing,
        knowledge=settings.knowledge,
    )


def build_judge(settings: Settings) -> Reader:
    """The classifier with the county's lexicon. Raises SettingsError with all faults of the lexicon."""
    lexicon, faults = read_lexicon(settings.lexicon_folders)
    if faults:
        raise SettingsError(faults)
    return Reader(Classifier(lexicon, settings.rules.certainty))


def practice_platforms(settings: Settings, *, also: Sequence[str] = ()) -> Mapping[str, Platform]:
    """A practice platform under every name that the configuration mentions: what replay and the hall run on."""
    names = {group.platform for group in settings.county.groups.values()} | set(also)
    return {name: PracticePlatform(name) for name in sorted(names)}


def real_adapters(environment: Environment, *, clock: Clock, random: Random) -> Mapping[str, Adapter]:
    """The adapters to the real platforms whose credentials are set; none of them connects before it is run."""
    adapters: list[Adapter] = []
    if environment.wechat_endpoint is not None and environment.wechat_token is not None:
        adapters.append(
            WechatPlatform(
                endpoint=environment.wechat_endpoint,
                token=environment.wechat_token.get_secret_value(),
                tls=wechat_tls(environment),
                daily_cap=environment.wechat_daily_cap,
                clock=clock,
                random=random,
            )
        )
    if environment.dingtalk_client_id is not None and environment.dingtalk_client_secret is not None:
        adapters.append(
            DingtalkPlatform(
                client_id=environment.dingtalk_client_id,
                client_secret=environment.dingtalk_client_secret.get_secret_value(),
                robot_code=environment.dingtalk_robot_code or "",
                card_template=environment.dingtalk_card_template,
                clock=clock,
                source=random,
            )
        )
    return {adapter.name: adapter for adapter in adapters}


def wechat_tls(environment: Environment) -> WechatTls:
    """How the line to the WeChat gateway is secured."""
    return WechatTls(
        on=environment.wechat_tls == "on",
        ca_file=environment.wechat_ca,
        server_name=environment.wechat_server_name,
    )


def platforms_beside(settings: Settings, adapters: Mapping[str, Adapter]) -> Mapping[str, Platform]:
    """Everything that the bot talks through: the adapters and the hall.

    Without any adapter every configured platform is practised. With one, a platform that has none is simply not there:
    what is meant for it fails with a record instead of seeming to be sent.
    """
    if not adapters:
        return practice_platforms(settings)
    hall = PracticePlatform()
    return {hall.name: hall, **adapters}


@asynccontextmanager
async def county_store(settings: Settings) -> AsyncGenerator[SqlStore, None]:
    """The county's own database, open for a while and closed whatever happens. Raises StoreUnavailable."""
    environment = settings.environment
    store = await open_store(environment.database_url.get_secret_value(), keys=environment.clue_keys)
    try:
        yield store
    finally:
        await store.close()
