"""What the tests of the page share: a server with a simulated cockpit, and Chromium."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

import server
from cockpit_page import CockpitPage

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def launch():
    """Starts a browser."""
    with sync_playwright() as playwright:
        yield lambda *options: playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *options])


@pytest.fixture(scope="session")
def browser(launch):
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory):
    """Boards are saved in the data folder: the user's own stay as they are."""
    folder = tmp_path_factory.mktemp("data")
    os.environ["XDG_DATA_HOME"] = str(folder)
    return folder


@pytest.fixture(scope="module")
def demo():
    """A server that flies the sample aircraft, for the tests of one file."""
    demo = server.demo()
    yield demo
    demo.stop()


@pytest.fixture
def sim():
    sim = server.Sim("--aircraft", "Kestrel_T1")
    yield sim
    sim.quit()


@pytest.fixture
def client(demo: server.Server):
    with server.Client(demo.port) as client:
        yield client


@pytest.fixture
def page(browser: Browser, demo: server.Server):
    yield from open_page(browser, demo.url)


def open_page(browser: Browser, url: str, faults: tuple[str, ...] = (), **options):
    """Opens the page in a browser of its own.

    The test fails if the page's script does, or if the console shows a fault that `faults` has no word of.
    """
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if is_fault(message, faults) else None)
    page.goto(url)
    yield page
    context.close()
    assert not found, found


def is_fault(message, expected: tuple[str, ...]) -> bool:
    """Tells whether a message of the console is a fault; a server that is gone, a board
    saved twice and a key that is void are none.
    """
    harmless = ("ERR_", "WebSocket", "status of 401", "status of 412", "Cross-Origin-Opener-Policy")
    return message.type == "error" and not any(words in message.text for words in (*harmless, *expected))


@pytest.fixture
def cockpit(page: Page) -> CockpitPage:
    return CockpitPage(page)
