"""What the page says when something is missing, and how it goes on by itself."""

import pytest
from playwright.sync_api import expect

import server
from cockpit_page import CockpitPage
from conftest import open_page


@pytest.fixture
def own():
    """A demo for this test alone."""
    demo = server.demo()
    yield demo
    demo.stop()


def test_the_server_goes_and_comes_back(browser, own):
    for page in open_page(browser, own.url):
        cockpit = CockpitPage(page)
        card = cockpit.open("THROTTLE")
        expect(card).to_have_attribute("data-raw", "0.8")
        own.kill()
        expect(page.locator(".notice")).to_contain_text("The connection to dcs-master is lost")
        expect(page.locator(".state")).to_contain_text("no server")
        own.start()
        expect(page.locator(".state")).to_contain_text("live")
        expect(page.locator(".notice")).to_be_hidden()
        with server.Client(own.port) as client:
            client.send("1 THROTTLE 0.3")
            expect(card).to_have_attribute("data-raw", "0.3")


def test_the_sim_goes_and_comes_back(browser, sim):
    serving = sim.serve()
    try:
        for page in open_page(browser, serving.url):
            cockpit = CockpitPage(page)
            expect(page.locator(".state")).to_contain_text("live")
            card = cockpit.open("THROTTLE")
            sim.tell("aircraft none")
            expect(page.locator(".notice")).to_contain_text("No aircraft is controlled")
            sim.tell("aircraft Kestrel_T1")
            expect(card).to_be_visible()
            sim.tell("aircraft Heron-H2")
            expect(page.locator(".aircraft")).to_have_text("Heron-H2")
            expect(page.locator(".notice")).to_be_hidden()
            sim.tell("mission stop")
            expect(page.locator(".notice")).to_contain_text("No aircraft is controlled")
            sim.quit()
            expect(page.locator(".state")).to_contain_text("no sim")
            expect(page.locator(".notice")).not_to_be_empty()
            # Nothing that the page asked for by itself was refused.
            expect(page.locator(".refused")).to_be_hidden()
    finally:
        serving.stop()


def test_an_aircraft_without_tables(browser, sim):
    serving = sim.serve()
    try:
        for page in open_page(browser, serving.url):
            cockpit = CockpitPage(page)
            sim.tell("aircraft Nobody-9")
            expect(page.locator(".state")).to_contain_text("no names")
            expect(page.locator(".notice")).not_to_be_empty()
            expect(cockpit.row("sim.altitude")).to_be_visible()
            expect(cockpit.row("BATTERY_SWITCH")).to_have_count(0)
    finally:
        serving.stop()


def test_texts_are_empty_while_the_server_is_gone(browser, own):
    for page in open_page(browser, own.url):
        cockpit = CockpitPage(page)
        card = cockpit.open("txt_CHANNEL")
        expect(card).to_have_attribute("data-value", "05")
        own.kill()
        expect(card).to_have_attribute("data-value", "")
        own.start()
        expect(card).to_have_attribute("data-value", "05")
