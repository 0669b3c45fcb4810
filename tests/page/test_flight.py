"""The sim's own figures: every aircraft has them, also one without tables."""

import re

from playwright.sync_api import expect

import server


def test_figures_are_found_and_shown_with_their_units(cockpit):
    page = cockpit.page
    cockpit.search("true heading")
    expect(cockpit.row("sim.heading")).to_be_visible()
    cockpit.search("")
    page.get_by_role("button", name="Flight").click()
    expect(cockpit.first).to_have_attribute("data-name", re.compile(r"^sim\."))
    expect(cockpit.row("sim.altitude").locator(".value")).to_have_text(re.compile(r"^\d+ ft$"))
    card = cockpit.open("sim.altitude")
    expect(card.locator("dd").nth(1)).to_have_text(re.compile(r"^\d+(\.\d+)? m$"))
    expect(card.locator(".factor")).to_have_text("ft × 1000")
    expect(card.get_by_role("button", name="Test")).to_have_count(0)
    expect(page.locator(".refused")).to_be_hidden()


def test_a_copied_line_of_a_figure_is_accepted(cockpit, demo):
    card = cockpit.open("sim.ias")
    line = card.locator("[data-copy]").first.get_attribute("data-copy")
    with server.Client(demo.port) as client:
        client.send(line)
        client.wait_for(r"2 1 [\d.]+ \d+")
