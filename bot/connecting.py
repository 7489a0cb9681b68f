"""From settings to what lies outside: the platforms and the database."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random

from bot.clock import SystemClock
from bot.domain.silence import Senses
from bot.engine import senses_of
from bot.platforms.practice import PracticePlatform
from bot.platforms.wechat_options import WechatTls
from bot.ports import Clock
from bot.ports.platform import Adapter, Platform
from bot.settings import Environment, Settings
from bot.store import SqlStore, open_store


def practice_platforms(settings: Settings, *, also: Sequence[str] = ()) -> Mapping[str, Platform]:
    """A practice platform under every name that the configuration mentions: what replay and the hall run on."""
    names = {group.platform for group in settings.county.groups.values()} | set(also)
    return {name: PracticePlatform(name) for name in sorted(names)}


def real_adapters(environment: Environment, *, clock: Clock, random: Random) -> Mapping[str, Adapter]:
    """The adapters to the real platforms whose credentials are set; none of them connects before it is run.

    What a platform is spoken to with is loaded with it: that takes as long as all the rest of a small installation.
    """
    adapters: list[Adapter] = []
    if environment.wechat_endpoint is not None and environment.wechat_token is not None:
        from bot.platforms.wechat import WechatPlatform  # noqa: PLC0415

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
        from bot.platforms.dingtalk import DingtalkPlatform  # noqa: PLC0415

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


def has_real_platform(environment: Environment) -> bool:
    """Whether the credentials of any real platform are set."""
    return environment.wechat_endpoint is not None or environment.dingtalk_client_id is not None


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


def heard_by_settings(settings: Settings) -> Mapping[str, Senses]:
    """What each platform lets the bot hear, as it is configured: for a command beside the bot. Connects nowhere."""
    adapters = real_adapters(settings.environment, clock=SystemClock(), random=Random())  # noqa: S311 - jitter
    return senses_of(platforms_beside(settings, adapters))


@asynccontextmanager
async def county_store(settings: Settings) -> AsyncGenerator[SqlStore, None]:
    """The county's own database, open for a while and closed whatever happens. Raises StoreUnavailable."""
    environment = settings.environment
    store = await open_store(environment.database_url.get_secret_value(), keys=environment.clue_keys)
    try:
        yield store
    finally:
        await store.close()
