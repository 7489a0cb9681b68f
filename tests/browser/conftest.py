"""A real browser on a real server, in processes of their own. Run apart from the asyncio tests."""

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import unquote_plus, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Request, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "var" / "artefacts"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
PATIENCE = 30_000
"""Milliseconds until something is given up: beside other work, and on a disk that has just been written full."""

STANDING = """() => {
    const told = (selector, words) => [...document.querySelectorAll(selector)]
        .map((one) => [one.id, words(one)]).filter(([, said]) => said).map((both) => both.join(": "));
    return [
        ...told(".pane", (one) => one.innerText.slice(-1500)),
        ...told(".fault", (one) => one.checkVisibility() && one.innerText),
        ...told("textarea", (one) => one.value),
        `focus: ${document.activeElement?.id}; ${document.visibilityState}`,
    ].join("\\n");
}"""
"""What a page shows, in words."""


@dataclass(kw_only=True)
class Visit:
    """A page with everything that went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    traffic: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    since: float = field(default_factory=monotonic)

    def listen(self) -> None:
        """Note what goes wrong, and what goes to and fro with the seconds since the visit began."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        self.page.on("request", lambda request: self._note(request, ">", unquote_plus(request.post_data or "")[:200]))
        self.page.on("response", lambda response: self._note(response.request, "<", str(response.status)))
        self.page.on("requestfailed", lambda request: self._note(request, "!", str(request.failure)))

    def _note(self, request: Request, way: str, what: str) -> None:
        path = urlsplit(request.url).path
        self.traffic.append(f"{monotonic() - self.since:7.2f} {way} {request.method} {path} {what}")

    def account(self) -> str:
        """Tell what stands on the page and what went to and fro, so that who reads of a failure sees its cause."""
        try:
            standing = str(self.page.evaluate(STANDING))
            self.picture("failed")
        except Error as error:
            standing = f"the page cannot be read: {error}"
        parts = (standing, "complaints:", *self.complaints, f"until {monotonic() - self.since:.2f}:", *self.traffic)
        return "\n".join(parts)

    def picture(self, name: str) -> None:
        """Keep a picture for people to look at."""
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True, kw_only=True)
class Server:
    """A process of ours that serves the hall."""

    process: subprocess.Popen[str]
    address: str

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def village_server() -> Iterator[Server]:
    """A hall with the small village of the web tests."""
    with running([sys.executable, "-m", "tests.browser.serve"]) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield Server(process=process, address=f"http://127.0.0.1:{port}/")


@pytest.fixture
def small_village(village_server: Server) -> str:
    """Its address."""
    return village_server.address


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of ours until the block ends, then end exactly that process."""
    env = {**os.environ, **environment}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env) as process:  # noqa: S603 - a command of ours
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def whole_bot(folder: Path) -> Iterator[str]:
    """Run the bot itself with the demo county and an empty database in a folder; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bot", "run", "--config", "config/demo"]
    database = f"sqlite:///{folder / 'hall.db'}"
    with running(command, XIAOWEI_PORT=str(port), XIAOWEI_DATABASE_URL=database) as process:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{port}/"
        assert any(address in line for line in process.stdout), "the bot ended before it printed its address"
        yield address


def type_in(page: Page, slot: str, text: str) -> None:
    """Type at the end of a pane's input, whatever happens around it, and send: accepted when this returns."""
    area = page.locator(f"#text-{slot}")
    before = area.input_value()
    area.press("End")
    area.press_sequentially(text)
    expect(area).to_have_value(before + text)
    area.press("Enter")
    expect(area).to_have_value("")


def tagged(page: Page, slot: str, tag: str, words: str) -> None:
    """Wait until the bot has said something of that kind in a pane."""
    lines = page.locator(f"#log-{slot} .line.bot").filter(has=page.locator(".tag", has_text=tag))
    expect(lines.filter(has_text=words).last).to_be_visible()


def show(visit: Visit, slot: str) -> None:
    """On a phone, go to a pane."""
    tab = visit.page.locator(f".tabs [data-tab={slot}]")
    if tab.is_visible():
        tab.click()


@contextmanager
def visiting(browser: Browser, address: str, size: ViewportSize, *, dark: bool = False) -> Iterator[Visit]:
    """Open the address as a newcomer on a phone or at a desk. Fails at the end if the console complained.

    A failure inside tells what stood on the page.
    """
    phone = size["width"] < size["height"]
    context = browser.new_context(
        viewport=size,
        color_scheme="dark" if dark else "light",
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=2 if phone else 1,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    visit = Visit(page=page)
    visit.listen()
    try:
        page.goto(address)
        yield visit
    except Exception as failure:
        failure.add_note(visit.account())
        raise
    finally:
        context.close()
    assert visit.complaints == []
