"""Tests of wiring: made-up values for whoever subscribes, and none for the sim."""

from playwright.sync_api import expect


def test_all_lamps_are_lit_and_go_back(cockpit, client):
    client.send("2 CPT_LTS_OIL 1 1")
    client.wait_for("2 1 0.00000")
    page = cockpit.page
    page.get_by_role("link", name="Test").click()
    page.get_by_role("button", name="Lamp test").click()
    client.wait_for("2 1 1.00000")
    expect(page.locator(".testing")).to_contain_text("values are made up")
    page.get_by_role("button", name="Stop the test").click()
    client.wait_for("2 1 0.00000")
    expect(page.locator(".testing")).to_be_hidden()


def test_one_needle_is_swept_on_its_card(cockpit, client):
    client.send("2 Engine_OilPressure 1 1 60")
    client.wait_for("2 1 ")
    card = cockpit.open("Engine_OilPressure")
    card.get_by_role("button", name="Test Engine Oil Pressure").click()
    highest = 0.0
    while highest < 95:
        highest = max(highest, float(client.wait_for("2 1 ").split()[3]))
    cockpit.page.get_by_role("button", name="Stop the test").click()
    expect(cockpit.page.locator(".testing")).to_be_hidden()
