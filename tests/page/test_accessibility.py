"""The page for everyone: axe-core finds nothing to complain about."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cockpit_page import CockpitPage
from conftest import open_page

OPENED = [
    "Engine_RPM",
    "FIRE_HANDLE",
    "NAVIGATION_MODE",
    "LAMP_TEST",
    "COURSE",
    "FLOOD_LIGHT",
    "CPT_LTS_GEN",
    "KT_BARO_1",
    "txt_WINDOW_1",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1000, 1900])
def test_axe_finds_no_violation(browser, demo, scheme, width):
    for page in open_page(
        browser, demo.url, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    ):
        cockpit = CockpitPage(page)
        check(page)
        for name in OPENED[:2] if width == 400 else OPENED:
            if width == 400 and page.locator(".card.front").count():
                page.locator(".card.front .back").click()
            cockpit.open(name)
        check(page)


def check(page) -> None:
    violations = Axe().run(page).response["violations"]
    assert not violations, [
        (fault["id"], fault["help"], [node["html"] for node in fault["nodes"]][:4]) for fault in violations
    ]


@pytest.mark.parametrize("width", [400, 1400])
def test_what_is_acted_on_is_large_enough_for_a_finger(browser, demo, width):
    options = {"viewport": {"width": width, "height": 900}, "has_touch": True, "is_mobile": width == 400}
    for page in open_page(browser, demo.url, **options):
        cockpit = CockpitPage(page)
        for name in ("GENERATOR_SWITCH", "COURSE", "AIRBRAKE", "FIRE_HANDLE"):
            if page.locator(".card.front .back:visible").count():
                page.locator(".card.front .back").click()
            card = cockpit.open(name)
            expect(card.locator("[data-line]").first).to_be_visible()
            for button in card.locator("button[data-line]").all():
                box = button.bounding_box()
                assert min(box["width"], box["height"]) >= 44, (name, box)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["moved", "boards", "plot", "test", "clients", "setup"])
def test_axe_finds_no_violation_in_other_views(browser, demo, scheme, view):
    for page in open_page(browser, f"{demo.url}/#/{view}", color_scheme=scheme):
        expect(page.locator("[aria-current=page]")).to_be_visible()
        page.wait_for_timeout(1500)
        check(page)
