"""A fault in data that people edit: where it stands and what is wrong, in words for the one who edits."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass

_REASONS: Mapping[int, str] = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENAMETOOLONG: "名字太长",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EROFS: "磁盘是只读的",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One mistake in a file. ``line`` counts from 1; None if the mistake is the file as a whole."""

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """Return ``config/x.yaml:12: message``, the form that editors and terminals can jump to."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


def reason_of(error: OSError) -> str:
    """Why the system refused, in the operator's language; what is rare stays as the system says it."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
