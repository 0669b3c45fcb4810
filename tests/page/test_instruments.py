"""What the instruments show."""

import json
import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from cockpit_page import CockpitPage
from conftest import open_page
from server import ROOT

GAUGES = {gauge["name"]: gauge for gauge in json.loads((ROOT / "aircraft-defs/Kestrel_T1/gauges.json").read_text())}
START, SWEEP = -135, 270


@pytest.fixture
def still(browser, demo):
    """The page for a user who wants no motion: needles are where their values are."""
    for page in open_page(browser, demo.url, reduced_motion="reduce"):
        yield CockpitPage(page)


def expected_angle(gauge: dict, value: float) -> float:
    """Returns the angle of the needle for a value, from the table alone."""
    points = sorted(zip(gauge["input"], gauge["output"], strict=True))
    for (v0, r0), (v1, r1) in pairwise(points):
        if value <= v1 or (v1, r1) == points[-1]:
            raw = r0 + (value - v0) / (v1 - v0) * (r1 - r0)
            break
    return START + SWEEP * (raw - points[0][1]) / (points[-1][1] - points[0][1])


READ = """card => ({
  angle: Number(/rotate\\(([-\\d.]+)deg/.exec(card.querySelector("svg.needle").style.transform)[1]),
  value: Number(card.dataset.value),
})"""


@pytest.mark.parametrize("name", ["Engine_RPM", "Altimeter"])
def test_the_needle_points_at_the_value(still, client, name):
    """Of a rising and of a falling scale, while the throttle is moved."""
    card = still.open(name)
    expect(card).to_have_attribute("data-raw", re.compile("[0-9]"))
    seen = {}
    for turn in range(400):
        client.send(f"1 THROTTLE {turn % 5 / 4}")
        shown = card.evaluate(READ)
        seen[shown["value"]] = shown["angle"]
        if len(seen) == 10:
            break
        still.page.wait_for_timeout(50)
    client.send("1 THROTTLE 0.8")
    assert len(seen) == 10
    for value, angle in seen.items():
        assert angle == pytest.approx(expected_angle(GAUGES[name], value), abs=0.02), (value, seen)


def test_the_needle_stands_at_its_ticks(cockpit):
    card = cockpit.open("Engine_RPM")
    numbers = card.locator(".dial .mark").all_text_contents()
    assert numbers == ["0", "20", "40", "60", "80", "100"]


def test_a_display_shows_its_lines_with_their_blanks(cockpit, client):
    client.send("3 1 txt_SCRATCHPAD 1")
    card = cockpit.open("txt_SCRATCHPAD")
    client.send("1 UFC_KEY_4 PUSH")
    client.wait_for("3 1 .*4$")
    client.send("1 UFC_KEY_2 PUSH")
    text = client.wait_for("3 1 .*42$").removeprefix("3 1 ")
    expect(card).to_have_attribute("data-value", text)
    assert card.locator(".display-line").all_text_contents() == [text]
    assert re.match(" +42$", text)
    assert card.locator(".display").evaluate("e => getComputedStyle(e).whiteSpace") == "pre"
    client.send("1 UFC_CLEAR PUSH")
    client.wait_for("3 1 .*[^2]$")


def test_numbers_curve_and_time_of_change(cockpit, client):
    card = cockpit.open("THROTTLE")
    expect(card.locator("dt").nth(1)).to_have_text("Raw")
    expect(card.locator("dd").nth(1)).to_have_text("0.8")
    client.send("1 THROTTLE 0.7")
    expect(card.locator("dd").nth(1)).to_have_text("0.7")
    client.send("1 THROTTLE 0.8")
    expect(card.locator("dd").nth(2)).to_have_text(re.compile("ago|now"))
    expect(card.locator(".curve")).to_have_attribute("points", re.compile("^\\d+,[\\d.]+ "))
