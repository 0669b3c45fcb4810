"""Clients: who is connected and what they were refused."""

import re

from playwright.sync_api import expect

from cockpit_page import CockpitPage


def test_a_client_is_seen_with_its_last_error(cockpit: CockpitPage, client):
    client.send("2 Engine_RPM 1 1")
    client.send("2 Nothing_Like_This 2")
    client.wait_for("-1")
    peer = "{}:{}".format(*client.socket.getsockname())
    page = cockpit.page
    page.get_by_role("link", name="Clients").click()
    row = page.locator(f'tr[data-name="{peer}"]')
    expect(row.locator("td").nth(1)).to_have_text("1")
    expect(row).to_contain_text('unknown gauge "Nothing_Like_This"')
    expect(page.locator("tbody tr", has_text="browser").first).to_be_visible()
    expect(page.locator(".cost .curve")).to_have_attribute("points", re.compile("[0-9]"))
    client.socket.close()
    expect(row).to_have_count(0)
