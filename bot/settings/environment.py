"""What the machine decides rather than the county: addresses, the database, credentials. ``XIAOWEI_…`` variables.

Every variable may instead name a file that holds its value (``XIAOWEI_…_FILE``), as container secrets do. Where hosting
sets ``DATABASE_URL``, that is the database unless one of ours is set.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.domain.faults import Fault
from bot.settings.chinese import nearest, spoken

PREFIX = "XIAOWEI_"
_FILE = "_FILE"
_NAME = "环境变量"
_OTHERS = ("XIAOWEI_CONFIG",)
"""Variables that are read elsewhere: the command line takes the folder of the county from this one."""
_HOSTED = "DATABASE_URL"
_DATABASE = f"{PREFIX}{_HOSTED}"

_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

_WORDS = {
    "XIAOWEI_PORT": "要写 1 到 65535 之间的整数",
    "XIAOWEI_STALL_SECONDS": "要写 4 到 300 之间的整数",
    "XIAOWEI_LOG": "只能是 json 或 console",
    "XIAOWEI_HOST": "不能空着",
    "XIAOWEI_WECHAT_ENDPOINT": "要写成 主机:端口，例如 127.0.0.1:8788，前面不写 http://",
    "XIAOWEI_WECHAT_TLS": "只能是 on 或 off",
    "XIAOWEI_WECHAT_DAILY_CAP": "要写大于 0 的整数",
    "XIAOWEI_METRICS": "要写成 地址:端口，例如 127.0.0.1:9464，前面不写 http://",
    "XIAOWEI_PUBLIC_HOST": "只写主机名，例如 xiaowei.example；几个之间用逗号隔开，不写 http:// 和端口",
}
_ENDPOINT = r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$"
_HOSTS = r"^[A-Za-z0-9._:\[\]-]+(\s*,\s*[A-Za-z0-9._:\[\]-]+)*$"


def _with_driver(url: SecretStr) -> SecretStr:
    scheme, separator, rest = url.get_secret_value().partition("://")
    if scheme not in _DRIVERS or not separator:
        message = "要以 sqlite:// 或 postgresql:// 开头"
        raise spoken(message)
    return SecretStr(f"{_DRIVERS[scheme]}://{rest}")


class Environment(BaseSettings):
    """The machine's side of the configuration. ``database_url`` names the driver that the store uses.

    A credential that is None means that its platform is not used. ``clue_keys`` is the file with the keys of what lies
    sealed in the database; None: ``clue.keys`` beside an SQLite file. ``media`` is the folder of pictures and papers;
    None: ``media`` beside an SQLite file. ``public_host`` is the name (or several, with
    commas) under which browsers reach the pages, besides plain addresses. ``wechat_endpoint`` is ``host:port`` of the
    gateway; ``wechat_ca`` is a PEM file with who signed its certificate, ``wechat_server_name`` whom the certificate
    is made out to if not to the host; ``wechat_daily_cap`` messages a day at most. Without ``dingtalk_robot_code`` the
    client id is the robot's; without ``dingtalk_card_template`` there are no cards that call back.
    ``stall_seconds``: after so long without a sign of life a process of several is taken for dead.
    ``metrics`` is ``address:port`` of the operator's own pages (/metrics, /healthz, /readyz), None for none.
    ``backups`` is the folder in which backups are expected, None if nobody looks.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: Annotated[SecretStr, AfterValidator(_with_driver)] = SecretStr("sqlite:///var/xiaowei.db")
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8765
    log: Literal["json", "console"] = "console"
    public_host: Annotated[str, Field(pattern=_HOSTS)] | None = None
    wechat_endpoint: Annotated[str, Field(pattern=_ENDPOINT)] | None = None
    wechat_token: SecretStr | None = None
    wechat_tls: Literal["on", "off"] = "off"
    wechat_ca: Path | None = None
    wechat_server_name: str | None = None
    wechat_daily_cap: Annotated[int, Field(gt=0)] = 2000
    dingtalk_client_id: str | None = None
    dingtalk_client_secret: SecretStr | None = None
    dingtalk_robot_code: str | None = None
    dingtalk_card_template: str | None = None
    session_key: SecretStr | None = None
    clue_keys: Path | None = None
    media: Path | None = None
    stall_seconds: Annotated[int, Field(ge=4, le=300)] = 15
    metrics: Annotated[str, Field(pattern=_ENDPOINT)] | None = None
    backups: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing from the process behind the caller's back: ``read_environment`` is given the variables."""
        return (init_settings,)


def read_environment(environ: Mapping[str, str]) -> tuple[Environment, list[Fault]]:
    """Read the variables of ``environ``; empty ones count as not set. With faults, the defaults are returned."""
    faults: list[Fault] = []
    known = {f"{PREFIX}{name.upper()}" for name in Environment.model_fields}
    values = {}
    hosted = environ.get(_HOSTED) if not (environ.get(_DATABASE) or environ.get(f"{_DATABASE}{_FILE}")) else None
    if hosted:
        values[_DATABASE.lower()] = hosted
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or not value or name in _OTHERS:
            continue
        plain = name.removesuffix(_FILE)
        if name in known:
            values[name.lower()] = value
        elif plain in known:
            _take_file(plain, environ, values, faults)
        else:
            faults.append(_fault(f"不认识 {name}{nearest(name, sorted(known))}"))
    source = EnvSettingsSource(Environment)
    source.env_vars = values
    try:
        environment = Environment(**source())
        return environment, faults + [_fault(message) for message in _incomplete(environment)]
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = f"{PREFIX}{detail['loc'][0]}".upper()
            words = detail.get("ctx", {}).get("words") or _WORDS.get(name, "写法不对")
            faults.append(_fault(f"{_HOSTED if hosted and name == _DATABASE else name}：{words}"))
    return Environment(), faults


def _incomplete(environment: Environment) -> Iterator[str]:
    """What is set of a platform without what belongs to it."""
    if environment.wechat_endpoint is not None and environment.wechat_token is None:
        yield f"设了 {PREFIX}WECHAT_ENDPOINT，还要设 {PREFIX}WECHAT_TOKEN（网关的令牌）"
    if environment.dingtalk_client_id is not None and environment.dingtalk_client_secret is None:
        yield f"设了 {PREFIX}DINGTALK_CLIENT_ID，还要设 {PREFIX}DINGTALK_CLIENT_SECRET（应用的 Client Secret）"
    if environment.wechat_ca is not None and environment.wechat_tls == "off":
        yield f"设了 {PREFIX}WECHAT_CA，还要设 {PREFIX}WECHAT_TLS=on，不然线路不加密，证书也不会看"


def _take_file(name: str, environ: Mapping[str, str], values: dict[str, str], faults: list[Fault]) -> None:
    if environ.get(name):
        faults.append(_fault(f"{name} 和 {name}{_FILE} 只能设一个"))
        return
    path = Path(environ[f"{name}{_FILE}"])
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(_fault(f"{name}{_FILE}：读不了文件 {path}"))
        return
    if value:
        values[name.lower()] = value
    else:
        faults.append(_fault(f"{name}{_FILE}：文件 {path} 是空的"))


def _fault(message: str) -> Fault:
    return Fault(file=_NAME, line=None, message=message)
