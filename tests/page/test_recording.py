"""Recording a flight and playing it: the button, the bar, and controls that do not act."""

import re

import pytest
from playwright.sync_api import expect

import server
from cockpit_page import CockpitPage
from conftest import open_page
from test_accessibility import check


@pytest.fixture(scope="module")
def recording(browser, demo, data_folder):
    """A recording that a user has made with the button: the parking brake is set after a while."""
    for page in open_page(browser, demo.url):
        CockpitPage(page)
        page.get_by_role("button", name="Record").click()
        stop = page.get_by_role("button", name="Stop recording")
        expect(stop).to_have_text(re.compile("0:0[2-9]"))
        with server.Client(demo.port) as client:
            client.send("2 PARKING_BRAKE 1")
            before = client.wait_for("2 1 ").split()[3]
            client.send("1 PARKING_BRAKE TOGGLE")
            client.wait_for(f"2 1 .* {1 - int(before)}$")
            expect(stop).to_have_text(re.compile("0:0[4-9]|0:[1-5]"))
            stop.click()
            expect(page.get_by_role("button", name="Record", exact=True)).to_have_text("Record")
            expect(page.get_by_text("Recorded:")).to_contain_text(str(data_folder))
            client.send("1 PARKING_BRAKE TOGGLE")
    (file,) = data_folder.rglob("*.mcap")
    return file, before


@pytest.fixture
def replay(recording):
    file, _ = recording
    serving = server.Server("replay", file, "--loop")
    yield serving
    serving.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_recording_is_played_paused_and_sought(browser, replay, recording, scheme):
    file, before = recording
    for page in open_page(browser, replay.url, color_scheme=scheme):
        cockpit = CockpitPage(page)
        bar = page.get_by_role("region", name="Replay")
        expect(bar).to_contain_text(file.name)
        expect(page.get_by_role("button", name="Record", exact=True)).to_be_hidden()
        card = cockpit.open("PARKING_BRAKE")
        bar.get_by_role("button", name="Pause").click()
        expect(bar.get_by_role("button", name="Play")).to_be_visible()
        line = bar.get_by_role("slider", name="Time of the recording")
        line.fill(line.get_attribute("max"))
        expect(card).to_have_attribute("data-value", str(1 - int(before)))
        line.fill("0.5")
        expect(card).to_have_attribute("data-value", before)
        expect(bar.locator(".replay-time")).to_contain_text("0:00 /")
        bar.get_by_label("Speed").select_option("4 ×")
        bar.get_by_role("button", name="Play").click()
        expect(bar.get_by_role("button", name="Pause")).to_be_visible()
        expect(card).to_have_attribute("data-value", str(1 - int(before)))
        check(page)
        with server.Client(replay.port) as client:
            client.send("1 PARKING_BRAKE TOGGLE")
            client.wait_for("-1 ")
        card.locator('[data-line="1 PARKING_BRAKE TOGGLE"]').click()
        expect(page.locator(".refused")).to_be_visible()


def test_a_page_without_a_replay_has_no_bar(cockpit):
    expect(cockpit.page.get_by_role("button", name="Record")).to_be_visible()
    expect(cockpit.page.get_by_role("region", name="Replay")).to_be_hidden()
    check(cockpit.page)
