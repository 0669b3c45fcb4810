"""Finding a control and working it."""

import re

from playwright.sync_api import expect


def test_the_search_finds_as_one_types(cockpit):
    cockpit.page.locator("input[type=search]").press_sequentially("gener")
    expect(cockpit.first).to_have_attribute("data-name", "GENERATOR_SWITCH")
    expect(cockpit.row("GENERATOR_SWITCH")).to_be_visible()
    expect(cockpit.row("CPT_LTS_GEN")).to_be_visible()


def test_a_slash_is_no_letter_of_an_empty_search(cockpit):
    search = cockpit.page.locator("input[type=search]")
    expect(search).to_be_focused()
    cockpit.page.keyboard.type("/gear/")
    expect(search).to_have_value("gear/")


def test_a_row_names_the_position_of_a_switch(cockpit):
    cockpit.search("GENERATOR_SWITCH")
    row = cockpit.row("GENERATOR_SWITCH")
    expect(row.locator(".value")).to_have_text("ON")
    expect(row).to_have_attribute("data-raw", "1")
    expect(row.locator(".title")).to_have_attribute("title", "Generator Switch, ON/OFF")


def test_a_switch_reaches_the_sim_a_client_and_the_lamp(cockpit, client):
    client.send("2 GENERATOR_SWITCH 7")
    client.wait_for("2 7 1.00000 1")
    card = cockpit.open("GENERATOR_SWITCH")
    cockpit.search("gener")
    expect(cockpit.row("CPT_LTS_GEN")).to_have_attribute("data-value", "0")
    card.locator('.position[data-line="1 GENERATOR_SWITCH 0"]').click()
    client.wait_for("2 7 0.00000 0")
    expect(cockpit.row("CPT_LTS_GEN").locator(".mini-lamp")).to_contain_class("lit")
    expect(card.locator('.position[data-line="1 GENERATOR_SWITCH 0"]')).to_have_attribute("aria-pressed", "true")
    card.locator('.position[data-line="1 GENERATOR_SWITCH 1"]').click()
    client.wait_for("2 7 1.00000 1")
    expect(cockpit.row("CPT_LTS_GEN").locator(".mini-lamp")).not_to_contain_class("lit")


def test_kinds_narrow_the_list(cockpit):
    cockpit.page.get_by_role("button", name="Lamps").click()
    expect(cockpit.row("MasterCaution")).to_be_visible()
    expect(cockpit.row("BATTERY_SWITCH")).to_have_count(0)
    cockpit.page.get_by_role("button", name="Displays").click()
    expect(cockpit.row("txt_SCRATCHPAD")).to_be_visible()


def test_only_what_is_on_screen_is_subscribed_to(cockpit, client):
    def args():
        client.send("5")
        return int(client.wait_for("5 ").split()[3])

    wait_until(cockpit.page, lambda: 20 < args() < 40)
    cockpit.page.get_by_role("button", name="Displays").click()
    expect(cockpit.row("txt_SCRATCHPAD")).to_be_visible()
    wait_until(cockpit.page, lambda: args() == 0)


def wait_until(page, condition):
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("this does not come true")


def test_everything_works_by_keyboard(cockpit, client):
    client.send("2 NAVIGATION_MODE 3")
    client.wait_for("2 3 ")
    page = cockpit.page
    page.keyboard.press("/")
    page.keyboard.type("navigation mode")
    expect(cockpit.first).to_have_attribute("data-name", "NAVIGATION_MODE")
    page.keyboard.press("Enter")
    expect(cockpit.card("NAVIGATION_MODE").locator("h2")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.line") == "1 NAVIGATION_MODE ILS":
            break
    page.keyboard.press("Enter")
    client.wait_for("2 3 0.75000 3")
    expect(cockpit.card("NAVIGATION_MODE")).to_have_attribute("data-value", "3")
    client.send("1 NAVIGATION_MODE OFF")
    client.wait_for("2 3 0.00000 0")


def test_another_aircraft_brings_other_rows(cockpit, client):
    cockpit.search("battery")
    expect(cockpit.row("BATTERY_SWITCH")).to_be_visible()
    for name in ("Kestrel_A1", "Heron-H2", "Kestrel_T1"):
        client.send("1 0 1 1")
        client.wait_for(f"0 {name}")
        expect(cockpit.page.locator(".aircraft")).to_have_text(name)
        battery = cockpit.row("BATTERY" if name == "Heron-H2" else "BATTERY_SWITCH")
        expect(battery).to_be_visible()
        expect(battery).to_have_attribute("data-raw", re.compile("^[01]$"))
