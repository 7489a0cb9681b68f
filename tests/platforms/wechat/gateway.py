"""A real Wechaty gateway in a process of its own, for tests: started, stopped, frozen, and told what happens in it.

``Gateway`` is all that another test needs::

    gateway = Gateway(folder)
    gateway.start()
    await gateway.village()
    await gateway.order("say", room=ROOM, **{"from": "wx-az"}, text="二组路灯不亮了")
    sent = await gateway.order("sent")
    gateway.stop()

Nothing is skipped: without Node.js or the packages it raises, and the test fails.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import aiohttp

HERE = Path(__file__).resolve().parent
TOKEN = "village-token"  # noqa: S105 - of a gateway that lives as long as a test
BOT_ACCOUNT = "wx-bot"
ROOM = "liuwan@chatroom"
OTHER_ROOM = "shiqiao@chatroom"
PEOPLE = {"wx-az": "阿珍", "wx-ly": "老杨", "wx-gs": "桂婶", "wx-lqs": "李青山", BOT_ACCOUNT: "小微"}
READY_SECONDS = 60


def install() -> None:
    """Have the gateway's packages as locked; about half a minute the first time. One test process does it for all."""
    installed = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    with (Path(tempfile.gettempdir()) / "xiaowei-wechat-gateway.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
            return
        command = [_program("npm"), "ci", "--loglevel=error"]
        subprocess.run(command, cwd=HERE, check=True, env=_environment())  # noqa: S603 - our own command


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gateway:
    """One gateway; it keeps its ports when it is started again."""

    def __init__(self, folder: Path, *, certificate: tuple[Path, Path] | None = None, token: str = TOKEN) -> None:
        """Write the process's own files into ``folder``; ``certificate`` is a certificate and its key, for TLS."""
        self.token = token
        self._folder = folder
        self._certificate = certificate
        self._port = free_port()
        self._control = free_port()
        self._process: subprocess.Popen[str] | None = None
        self._pid = 0

    @property
    def endpoint(self) -> str:
        """Where the adapter is to connect."""
        return f"127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start and wait until it is ready."""
        install()
        log = (self._folder / "gateway.log").open("a")
        command = [_program("node"), "gateway.mjs", str(self._port), str(self._control), self.token]
        command += [str(path) for path in self._certificate or ()]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=_environment() | {"TMPDIR": str(self._folder), "BROLOG_LEVEL": "error"},
        )
        log.close()
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            message = f"the gateway ended: {(self._folder / 'gateway.log').read_text()[-2000:]}"
            raise RuntimeError(message)
        # What we started may be a wrapper around Node.js: signals go to the process that says that it is the gateway.
        self._pid = int(json.loads(line)["pid"])

    def stop(self, *, kill: bool = True) -> None:
        """End it, by force as a power cut would, or politely."""
        process, self._process = self._process, None
        if process is None:
            return
        os.kill(self._pid, signal.SIGCONT)
        os.kill(self._pid, signal.SIGKILL if kill else signal.SIGTERM)
        process.wait(10)
        for pipe in (process.stdout, process.stdin):
            assert pipe is not None
            pipe.close()

    def freeze(self) -> None:
        """Let it stand still: connections stay, nothing answers."""
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self._pid, signal.SIGCONT)

    async def order(self, do: str, **fields: object) -> Any:  # noqa: ANN401 - JSON of many shapes
        """Tell it what happens, or ask what happened; the commands stand in gateway.mjs."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{self._control}", json={"do": do, **fields}) as response,
        ):
            answer = json.loads(await response.text())
            if response.status != 200:
                raise RuntimeError(str(answer))
            return answer

    async def say(self, text: str, *, by: str = "wx-az", room: str = ROOM, **fields: object) -> str:
        """Somebody says something in a room (``room=""``: privately to the bot); the message's id."""
        answer = await self.order("say", **{"from": by, "room": room, "text": text, **fields})
        return str(answer["id"])

    async def village(self, *, login: bool = True) -> None:
        """A village with two rooms and a few people, and the bot's account logged in."""
        await self.order("reset")
        for account, name in PEOPLE.items():
            await self.order("contact", id=account, name=name)
        members = list(PEOPLE)
        await self.order("room", id=ROOM, topic="柳湾村一组群", members=members, aliases={"wx-lqs": "柳湾值班-青山"})
        await self.order("room", id=OTHER_ROOM, topic="石桥村群", members=members)
        if login:
            await self.order("login", id=BOT_ACCOUNT)


def _program(name: str) -> str:
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        message = f"{name} is missing: run `make setup`"
        raise RuntimeError(message)
    return found


def _environment() -> dict[str, str]:
    beside = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
