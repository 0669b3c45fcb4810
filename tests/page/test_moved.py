"""What moved: a switch that is clicked in the cockpit is first in the list, while needles move."""

from playwright.sync_api import expect

from cockpit_page import CockpitPage
from conftest import open_page


def test_a_clicked_switch_is_first(browser, sim):
    sim.tell(*(f"move {arg} sine {2 + arg % 5} 0 1" for arg in range(101, 161)))
    serving = sim.serve()
    try:
        for page in open_page(browser, serving.url):
            CockpitPage(page)
            page.get_by_role("link", name="What moved").click()
            expect(page.get_by_role("status").filter(has_text="Watching")).to_contain_text("args of Kestrel_T1")
            sim.tell("arg 230 0.5")
            first = page.locator(".move").first
            expect(first).to_have_attribute("data-name", "NAVIGATION_MODE")
            expect(first.locator(".move-change")).to_have_text("0 OFF → 0.5 VOR")
            expect(first.locator("[data-copy]")).to_have_attribute("data-copy", "1 NAVIGATION_MODE VOR")
            sim.tell("arg 777 1")
            expect(page.locator(".move").first).to_have_attribute("data-name", "arg 777")
            page.locator(".move", has_text="NAVIGATION_MODE").get_by_role(
                "button", name="NAVIGATION_MODE", exact=True
            ).click()
            expect(page.locator('.card[data-name="NAVIGATION_MODE"]')).to_have_attribute("data-value", "2")
    finally:
        serving.stop()


def test_nothing_is_watched_when_it_is_not_on_screen(browser, demo, client):
    for page in open_page(browser, demo.url):
        CockpitPage(page)
        page.get_by_role("link", name="What moved").click()
        expect(page.get_by_role("status").filter(has_text="Watching")).to_be_visible()
        assert args(client) > 1000
        page.get_by_role("link", name="Cockpit").click()
        CockpitPage(page)
        for _ in range(100):
            if 0 < args(client) < 60:
                break
            page.wait_for_timeout(50)
        assert 0 < args(client) < 60


def args(client) -> int:
    client.send("5")
    return int(client.wait_for("5 ").split()[3])
