"""A browser that is stopped delays nobody, and shows the newest values when it goes on."""

import contextlib
import os
import signal

from playwright.sync_api import expect

import server
from cockpit_page import CockpitPage
from conftest import open_page


def test_a_stopped_browser_delays_nobody(launch, sim):
    sim.tell("move 101 ramp 2 0 1", "move 120 ramp 3 0 1")
    serving = sim.serve()
    try:
        with contextlib.closing(launch()) as browser, server.Client(serving.port) as client:
            for page in open_page(browser, serving.url):
                card = CockpitPage(page).open("Airspeed")
                client.send("2 101 1 5 60")
                client.wait_for("2 1 ")
                with stopped(browser):
                    for _ in range(150):
                        client.wait_for("2 1 ")
                    sim.tell("arg 101 0.25", "arg 120 0.5")
                    client.wait_for("2 1 0.25000")
                # The server sends only what makes a difference on the scale: 0.25 is 132 knots.
                expect(card.locator(".big")).to_have_text("132")
                expect(page.locator(".state")).to_contain_text("live")
    finally:
        serving.stop()


@contextlib.contextmanager
def stopped(browser):
    """Stops all processes of a browser meanwhile."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    numbers = [process["id"] for process in processes]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)
