"""Errors of the database and its driver, told to an operator: what is wrong and what to do."""

from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.ports import StoreUnavailable

FULL = "磁盘已满，数据库写不进去。请清理磁盘空间，空出来后会自动恢复。"
LOCKED = "数据库正被别的程序占用，等了一会儿仍没有让出来。请关闭正在打开数据库的其他程序（备份、查看工具）。"
READ_ONLY = "数据库是只读的，写不进去。请检查文件和所在目录的写权限，或磁盘是否被挂成只读。"
CANNOT_OPEN = "打不开数据库文件。请检查 XIAOWEI_DATABASE_URL 里的路径是否存在、本程序能否读写。"
DAMAGED = "数据库文件已损坏，或者不是本程序的数据库。请停止运行，换上最近的备份后再启动。"
IO_ERROR = "读写磁盘出错。请检查磁盘是否损坏或已被拔出。"
NO_TABLES = "数据库还没有建表，或者版本太旧。请先运行 xiaowei migrate。"
UNREACHABLE = "连不上 PostgreSQL 数据库。请检查数据库是否已启动，地址和端口是否正确。"
REFUSED = "PostgreSQL 拒绝登录。请检查数据库的用户名、密码和库名。"
CROWDED = "数据库的连接已经用完。请稍后再试，或调大数据库的连接数上限。"
CLASHED = "几个进程同时改同一条数据，这一次没有写成。会自动再试，不需要处理。"
VANISHED = "数据库文件不见了或被换成了另一个文件。请停止运行，把文件放回原处（或换上最近的备份）后再启动。"

_SQLITE: Final = (
    ("SQLITE_FULL", FULL),
    ("SQLITE_BUSY", LOCKED),
    ("SQLITE_LOCKED", LOCKED),
    ("SQLITE_READONLY", READ_ONLY),
    ("SQLITE_PERM", READ_ONLY),
    ("SQLITE_CANTOPEN", CANNOT_OPEN),
    ("SQLITE_CORRUPT", DAMAGED),
    ("SQLITE_NOTADB", DAMAGED),
    ("SQLITE_IOERR", IO_ERROR),
)

_POSTGRES: Final = (
    ("53100", FULL),
    ("53200", CROWDED),
    ("53300", CROWDED),
    ("55P03", LOCKED),
    ("57014", LOCKED),
    ("40", CLASHED),
    ("25006", READ_ONLY),
    ("42P01", NO_TABLES),
    ("42703", NO_TABLES),
    ("42501", READ_ONLY),
    ("3D000", REFUSED),
    ("28", REFUSED),
    ("57P", UNREACHABLE),
    ("08", UNREACHABLE),
    ("58", IO_ERROR),
    ("XX", DAMAGED),
)

_CLASHES: Final = ("40001", "40P01")


def ours(error: Exception) -> Exception:
    """The error as the rest of the bot knows it; as it is if the statement was at fault and not the database."""
    told = explain(error)
    return error if told is None else StoreUnavailable(told)


def explain(error: BaseException) -> str | None:
    """What to tell the operator, in Chinese; None if the database is well and the statement was wrong."""
    if isinstance(error, PoolTimeout):
        return CROWDED
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return NO_TABLES if name == "SQLITE_ERROR" and "no such" in str(cause) else _matching(_SQLITE, name)
    state = _sqlstate(cause)
    if state is not None:
        return _matching(_POSTGRES, state)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return UNREACHABLE if lost or isinstance(cause, OSError | InterfaceError) else None


def is_clash(error: BaseException) -> bool:
    """Whether PostgreSQL stopped this transaction in favour of another, so that the same work may be tried again."""
    return isinstance(error, DBAPIError) and _sqlstate(error.orig) in _CLASHES


def _sqlstate(error: BaseException | None) -> str | None:
    """The five letters of PostgreSQL, wherever the layers of the driver keep them."""
    while error is not None:
        state = getattr(error, "sqlstate", None)
        if isinstance(state, str):
            return state
        error = error.__cause__
    return None


def _matching(table: tuple[tuple[str, str], ...], code: str) -> str | None:
    return next((text for start, text in table if code.startswith(start)), None)
