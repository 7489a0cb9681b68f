"""The machine's side: addresses, database and credentials from variables or from files that hold them."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.settings.environment import Environment, read_environment

if TYPE_CHECKING:
    from tests.unit.settings.conftest import CountyFolder


def read(**variables: str) -> Environment:
    environment, faults = read_environment(variables)
    assert faults == []
    return environment


def faults_of(**variables: str) -> list[str]:
    return [str(fault) for fault in read_environment(variables)[1]]


def test_with_nothing_set_the_bot_runs_on_this_machine_alone() -> None:
    environment = read()
    assert environment.database_url.get_secret_value() == "sqlite:///var/xiaowei.db"
    assert (environment.host, environment.port, environment.log) == ("127.0.0.1", 8765, "console")
    assert environment.dingtalk_client_secret is None


def test_variables_of_the_process_itself_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOWEI_PORT", "9999")
    assert read().port == 8765
    assert Environment().port == 8765


def test_variables_are_taken_and_empty_ones_count_as_not_set() -> None:
    environment = read(XIAOWEI_PORT="80", XIAOWEI_HOST="0.0.0.0", XIAOWEI_LOG="json", XIAOWEI_WECHAT_ENDPOINT="")  # noqa: S104
    assert (environment.port, environment.host, environment.log) == (80, "0.0.0.0", "json")  # noqa: S104
    assert environment.wechat_endpoint is None


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("postgresql://u:p@db/x", "postgresql+asyncpg://u:p@db/x"),
        ("postgres://u:p@db/x", "postgresql+asyncpg://u:p@db/x"),
        ("postgresql+asyncpg://u:p@db/x", "postgresql+asyncpg://u:p@db/x"),
    ],
)
def test_a_database_is_named_without_its_driver(written: str, taken: str) -> None:
    assert read(XIAOWEI_DATABASE_URL=written).database_url.get_secret_value() == taken


def test_the_database_that_hosting_names_is_taken_unless_ours_is_set(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("sqlite:///ours.db", encoding="utf-8")
    theirs = "postgres://u:p@db/x"
    assert read(DATABASE_URL=theirs).database_url.get_secret_value() == "postgresql+asyncpg://u:p@db/x"
    for ours in (
        {"XIAOWEI_DATABASE_URL": "sqlite:///ours.db"},
        {"XIAOWEI_DATABASE_URL_FILE": str(tmp_path / "ours")},
    ):
        assert read(DATABASE_URL=theirs, **ours).database_url.get_secret_value() == "sqlite:///ours.db"


def test_a_platform_without_its_credential_is_named_with_what_is_missing() -> None:
    assert faults_of(XIAOWEI_WECHAT_ENDPOINT="127.0.0.1:8788", XIAOWEI_DINGTALK_CLIENT_ID="ding-app") == [
        "环境变量: 设了 XIAOWEI_WECHAT_ENDPOINT，还要设 XIAOWEI_WECHAT_TOKEN（网关的令牌）",
        "环境变量: 设了 XIAOWEI_DINGTALK_CLIENT_ID，还要设 XIAOWEI_DINGTALK_CLIENT_SECRET（应用的 Client Secret）",
    ]


def test_a_certificate_without_encryption_is_no_use() -> None:
    (fault,) = faults_of(
        XIAOWEI_WECHAT_ENDPOINT="gw:8788",
        XIAOWEI_WECHAT_TOKEN="t",  # noqa: S106
        XIAOWEI_WECHAT_CA="/ca.pem",
    )
    assert "还要设 XIAOWEI_WECHAT_TLS=on" in fault


@pytest.mark.parametrize(
    ("name", "written", "says"),
    [
        ("XIAOWEI_WECHAT_ENDPOINT", "http://gw:8788", "主机:端口"),
        ("XIAOWEI_WECHAT_ENDPOINT", "gw", "主机:端口"),
        ("XIAOWEI_WECHAT_TLS", "yes", "on 或 off"),
        ("XIAOWEI_WECHAT_DAILY_CAP", "0", "大于 0"),
        ("XIAOWEI_PUBLIC_HOST", "https://xw.example/", "只写主机名"),
    ],
)
def test_what_is_written_wrong_says_how_to_write_it(name: str, written: str, says: str) -> None:
    assert any(name in fault and says in fault for fault in faults_of(**{name: written}))


def test_a_credential_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    environment = read(XIAOWEI_DINGTALK_CLIENT_SECRET_FILE=str(tmp_path / "secret"))
    assert environment.dingtalk_client_secret is not None
    assert environment.dingtalk_client_secret.get_secret_value() == "s3cret"


def test_credentials_are_never_printed() -> None:
    hidden = "s3cret"
    environment = read(XIAOWEI_WECHAT_TOKEN=hidden, XIAOWEI_DATABASE_URL=f"postgresql://u:{hidden}@db/x")
    assert hidden not in f"{environment!r} {environment} {environment.model_dump()}"


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"XIAOWEI_PORT": "0"}, "环境变量: XIAOWEI_PORT：要写 1 到 65535 之间的整数"),
        ({"XIAOWEI_PORT": "http"}, "环境变量: XIAOWEI_PORT：要写 1 到 65535 之间的整数"),
        ({"XIAOWEI_LOG": "loud"}, "环境变量: XIAOWEI_LOG：只能是 json 或 console"),
        ({"XIAOWEI_PROT": "80"}, "环境变量: 不认识 XIAOWEI_PROT（是不是想写“XIAOWEI_PORT”？）"),
        (
            {"XIAOWEI_DATABASE_URL": "mysql://u:s3cret@db/x"},
            "环境变量: XIAOWEI_DATABASE_URL：要以 sqlite:// 或 postgresql:// 开头",
        ),
        ({"DATABASE_URL": "mysql://u:s3cret@db/x"}, "环境变量: DATABASE_URL：要以 sqlite:// 或 postgresql:// 开头"),
        (
            {"XIAOWEI_WECHAT_TOKEN": "a", "XIAOWEI_WECHAT_TOKEN_FILE": "/b"},
            "环境变量: XIAOWEI_WECHAT_TOKEN 和 XIAOWEI_WECHAT_TOKEN_FILE 只能设一个",
        ),
        (
            {"XIAOWEI_WECHAT_TOKEN_FILE": "/no/such/file"},
            "环境变量: XIAOWEI_WECHAT_TOKEN_FILE：读不了文件 /no/such/file",
        ),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_kept_to_itself(variables: dict[str, str], fault: str) -> None:
    assert faults_of(**variables) == [fault]


def test_an_empty_secret_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    assert faults_of(XIAOWEI_SESSION_KEY_FILE=str(tmp_path / "empty")) == [
        f"环境变量: XIAOWEI_SESSION_KEY_FILE：文件 {tmp_path}/empty 是空的"
    ]


def test_the_folder_of_the_county_and_variables_of_others_are_nobodys_fault() -> None:
    assert faults_of(XIAOWEI_CONFIG="config/demo", PATH="/bin", HOME="/root") == []


def test_the_environment_comes_with_the_settings(folder: "CountyFolder") -> None:
    assert folder.read({"XIAOWEI_PORT": "81"}).environment.port == 81
    assert folder.faults({"XIAOWEI_PORT": "x"}) == ["环境变量: XIAOWEI_PORT：要写 1 到 65535 之间的整数"]
