"""A browser that is stopped delays nobody, costs no memory, and shows the newest values when it goes on."""

import contextlib

from playwright.sync_api import expect

import server
from cockpit_page import CockpitPage
from conftest import open_page
from stopping import memory_kb, move_everything, stopped

MOST_GROWTH_KB = 2048


def test_a_stopped_browser_delays_nobody(launch, sim):
    serving = sim.serve()
    try:
        assert move_everything(sim, serving.url) > 50
        sim.tell("move 101 ramp 2 0 1", "move 120 ramp 3 0 1")
        with contextlib.closing(launch()) as browser, server.Client(serving.port) as client:
            for page in open_page(browser, serving.url):
                card = CockpitPage(page).open("Airspeed")
                page.locator("input[type=search]").fill("")
                client.send("2 101 1 5 60")
                client.wait_for("2 1 ")
                before = memory_kb(serving)
                with stopped(browser):
                    for _ in range(150):
                        client.wait_for("2 1 ")
                    sim.tell("arg 101 0.25", "arg 120 0.5")
                    client.wait_for("2 1 0.25000")
                    assert memory_kb(serving) - before < MOST_GROWTH_KB
                expect(card).to_have_attribute("data-raw", "0.25")
                expect(page.locator(".state")).to_contain_text("live")
    finally:
        serving.stop()
