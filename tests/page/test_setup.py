"""Setup: the link for a tablet."""

import re
import socket

import pytest
from playwright.sync_api import expect

import server
from conftest import open_page


def test_on_this_computer_only_it_says_how_a_tablet_gets_in(cockpit):
    cockpit.page.get_by_role("link", name="Setup").click()
    expect(cockpit.page.locator(".setup-part")).to_contain_text("dcs-master serve --page 0.0.0.0:4280")


@pytest.fixture
def address():
    """An address of this computer that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this computer has no network")
        return probe.getsockname()[0]


def test_a_tablet_comes_in_by_the_link_until_there_is_a_new_key(browser, address):
    serving = server.Server("demo", "--every", "0", page="0.0.0.0:0")
    port = serving.addresses["page"].rsplit(":", 1)[1]
    try:
        for page in open_page(browser, f"http://127.0.0.1:{port}/#/setup"):
            link = page.locator(".device-link code")
            expect(link).to_have_text(re.compile("key="))
            expect(page.locator("img.code")).to_have_js_property("complete", True)
            assert page.locator("img.code").evaluate("image => image.naturalWidth") > 0
            key = link.text_content().split("?")[1]
            for tablet in open_page(browser, f"http://{address}:{port}/?{key}"):
                expect(tablet.locator(".row[data-name]:visible").first).to_be_visible()
                page.on("dialog", lambda dialog: dialog.accept())
                page.get_by_role("button", name="New key").click()
                expect(page.get_by_text("There is a new key")).to_be_visible()
                expect(tablet.locator(".notice")).to_contain_text("The key of this page has changed")
    finally:
        serving.stop()
