"""``xiaowei`` as a process of its own that need not read its modules first.

A nursery imports the commands once and forks for every call. What it forks has its own memory, environment, standard
streams and exit code, can be killed and stalled, and is ended by the interpreter as any other; it only did not wait two
seconds for its imports. What such a start cannot show, a command that imports too little or warns while it imports,
is shown by the tests that start a process anew. Run as ``python -m tests.nursery DESCRIPTOR`` it is the nursery.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).parents[1]
PATIENCE = 180.0
"""Seconds that a busy machine may take for a process to begin, or for a command that is waited for."""
_REQUEST = 1 << 20
"""Bytes; an environment is far smaller."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


class Child:
    """A process of the nursery, as ``subprocess.Popen`` would show it."""

    def __init__(self, answers: socket.socket, words: Sequence[str]) -> None:
        """Hear of it on this socket: first its number, then how it ended."""
        self._answers = answers
        self._words = words
        answers.settimeout(PATIENCE)
        self.pid = int(answers.recv(32))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, or None while it runs; a signal is a negative number."""
        return self._ended(0)

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end at most so many seconds. Raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(list(self._words), timeout)
        return code

    def _ended(self, seconds: float) -> int | None:
        if self.returncode is None and select.select([self._answers], [], [], seconds)[0]:
            self.returncode = int(self._answers.recv(32))
            self._answers.close()
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """As a power cut does."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """Where processes come from."""

    def __init__(self) -> None:
        """Start it; it imports while the tests go on."""
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own programme
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            )

    def start(
        self,
        *words: str,
        environ: Mapping[str, str],
        stdin: IO[bytes] | None = None,
        stdout: IO[bytes] | None = None,
        stderr: IO[bytes] | IO[str],
        strict: bool = False,
    ) -> Child:
        """Begin what ``python words`` would: ``-m module …`` or ``-c code …``, with this whole environment.

        A stream of None is nothing. ``strict``: warnings are errors, as with ``-W error -W ignore::UserWarning``.
        """
        request = {"words": words, "environ": dict(environ), "folder": str(Path.cwd()), "strict": strict}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, Path(os.devnull).open("r+b") as nothing:
            files = [theirs, *(nothing if stream is None else stream for stream in (stdin, stdout, stderr))]
            socket.send_fds(self._requests, [json.dumps(request).encode()], [file.fileno() for file in files])
        return Child(ours, words)

    def run(
        self,
        *words: str,
        environ: Mapping[str, str],
        stdin: bytes = b"",
        strict: bool = False,
        within: float = PATIENCE,
    ) -> Ended:
        """Begin it and wait for its end, at most so many seconds."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            child = self.start(*words, environ=environ, stdin=given, stdout=out, stderr=err, strict=strict)
            try:
                code = child.wait(within)
            finally:
                child.kill()
            printed = []
            for file in (out, err):
                file.seek(0)
                printed.append(file.read().decode())
        return Ended(code=code, out=printed[0], err=printed[1])

    def close(self) -> None:
        """Nothing comes from it any more."""
        self._requests.close()
        self._process.wait(PATIENCE)


def _import_everything() -> None:
    """All that a command may need."""
    for file in sorted((ROOT / "bot" / "cli").glob("*.py")):
        import_module("bot.cli" if file.stem == "__init__" else f"bot.cli.{file.stem}")
    gc.freeze()  # shared memory stays shared


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to have begun, as the process knows it that is to be it."""

    words: Sequence[str]
    environ: Mapping[str, str]
    folder: str
    strict: bool
    streams: Sequence[int]

    def becomes(self) -> None:
        """Be it; how it ends is how the interpreter ends."""
        os.chdir(self.folder)
        for number, stream in enumerate(self.streams):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(self.environ)
        if self.strict:
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UserWarning)
        option, programme, *rest = self.words
        sys.argv = [option, *rest]
        if option == "-m":
            runpy.run_module(programme, run_name="__main__", alter_sys=True)
        else:
            exec(compile(programme, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - our own programme


def _watch(pid: int, answers: int) -> NoReturn:
    """Say the number of the process and then how it ended."""
    with socket.socket(fileno=answers) as teller:
        teller.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        with suppress(OSError):  # nobody wants to know any more
            teller.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _serve(number: int) -> Asked | None:
    """Fork for every request until nobody asks any more; returns in every process that was asked for as well.

    Between it and the nursery stands a watcher, who waits for its end.
    """
    with socket.socket(fileno=number) as requests:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the watchers
        while True:
            asked, files, _, _ = socket.recv_fds(requests, _REQUEST, 4)
            if not asked:
                return None
            if os.fork() == 0:
                break
            for file in files:
                os.close(file)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    answers, *streams = files
    pid = os.fork()
    if pid:
        for stream in streams:
            os.close(stream)
        _watch(pid, answers)
    os.close(answers)
    return Asked(**json.loads(asked), streams=streams)


if __name__ == "__main__":
    _import_everything()
    become = _serve(int(sys.argv[1]))
    if become is not None:
        become.becomes()
