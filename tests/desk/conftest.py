"""A desk that runs as it is started, and a browser that uses it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.command import Started

SOON = (dt.datetime.now().astimezone().date() + dt.timedelta(days=7)).isoformat()
"""A first day that is not too far away."""
ROOT = Path(__file__).parents[2]
expect.set_options(timeout=20_000)  # a machine may be busy with other tests
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WINDOWLESS = shutil.which("chromium-headless-shell") or CHROMIUM
"""The browser of the tests: without a window Chromium takes half of the time."""


def get(address: str, **more: Any) -> httpx.Response:
    """Ask as somebody whom the desk does not know; the machine may be busy with other tests."""
    return httpx.get(address, trust_env=False, timeout=60, **more)


class RunningDesk:
    """``handouts desk`` in a process of its own, and the address that it has printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.process = Started(folder, "--folder", str(folder), "desk", "--no-browser", *options)
        found = re.search(r"https?://[^\s;]+", self.process.out.readline())
        assert found is not None
        self.entrance = found[0]
        self.address = self.entrance.partition("/?")[0].rstrip("/")

    def client(self, **headers: str) -> httpx.Client:
        """Return who asks as the desk's own page does."""
        cookies = get(self.entrance).cookies
        known = {"Origin": self.address, **headers}
        return httpx.Client(
            base_url=self.address, cookies=cookies, headers=known, timeout=60, trust_env=False
        )

    def program(self, **headers: str) -> httpx.Client:
        """Return who asks as a program does that knows the secret."""
        known = {"Authorization": f"Bearer {self.entrance.partition('key=')[2]}", **headers}
        return httpx.Client(
            base_url=f"{self.address}/api", headers=known, timeout=60, trust_env=False
        )

    def let_in(self, page: Page) -> Page:
        """Give a page the secret without the first page: its pictures are half of a test's work."""
        page.request.get(self.entrance, max_redirects=0)
        return page

    def kill(self) -> None:
        """End it as a crash does."""
        self.process.end(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.exit_code is None:
            self.end()

    def end(self) -> str:
        """Close it as Ctrl-C does; return all that it has said."""
        return self.process.end(signal.SIGINT)


@pytest.fixture(scope="module")
def clinic_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clinic's folder with one clinic."""
    return make_clinic_folder(tmp_path_factory.mktemp("clinic"))


LOCALES = {"de": "de-DE", "en": "en-US", "es": "es-US"}
"""That of a clinic, for each language of the desk."""


def make_clinic_folder(folder: Path, *clinics: str, locale: str = "") -> Path:
    """Make a folder a clinic's, with one clinic, or with those that are named.

    ``locale`` takes the place of their own.
    """
    (folder / "clinics").mkdir(parents=True, exist_ok=True)
    for name in clinics or ("riverbend",):
        for source in (ROOT / "data" / "clinics").glob(f"{name}.*"):
            shutil.copy(source, folder / "clinics" / source.name)
        if locale:
            file = folder / "clinics" / f"{name}.yaml"
            text = re.sub(r"locale: .*", f"locale: {locale}", file.read_text("utf-8"))
            file.write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def desk(clinic_folder: Path) -> Iterator[RunningDesk]:
    """Return a desk for the tests of a file."""
    with RunningDesk(clinic_folder) as running:
        yield running


def installed(program: str | None) -> str:
    """Return a browser that is there; else the test is skipped, or fails where none may be."""
    if program is None:
        if os.environ.get("HANDOUTS_REQUIRE_READERS"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    return program


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser that all tests share."""
    program = installed(WINDOWLESS)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        yield playwright.chromium.launch(executable_path=program, args=flags)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser that knows nothing yet. Axe is put into pages, which they forbid."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, desk: RunningDesk) -> Page:
    """Return a page that the desk knows and that shows nothing yet."""
    return desk.let_in(context.new_page())


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, or to the same one anew, and wait until it is there.

    A click alone returns while the page before is still shown, and what is asked next may be
    answered by that one, or by neither.
    """
    with page.expect_navigation():
        page.click(selector)
