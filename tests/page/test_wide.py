"""A cockpit of 1,500 controls: what is not on screen costs nothing."""

import pytest
from playwright.sync_api import expect

import server
from cockpit_page import CockpitPage
from conftest import open_page
from wide import AIRCRAFT, write_tables

CONTROLS, GAUGES = 1500, 200
NAMES = "fetch('/api/search?limit=5000').then(a => a.json()).then(a => a.results.map(({name}) => name))"


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    sim = server.Sim("--aircraft", AIRCRAFT)
    serving = sim.serve(write_tables(tmp_path_factory.mktemp("wide"), CONTROLS, GAUGES))
    yield serving
    serving.stop()
    sim.quit()


def test_only_rows_on_screen_exist(browser, wide):
    for page in open_page(browser, wide.url):
        cockpit = CockpitPage(page)
        rows = page.locator(".row")
        names = page.evaluate(NAMES)
        assert len(names) > CONTROLS + GAUGES
        expect(cockpit.row("BATTERY_SWITCH_0X")).to_have_attribute("aria-setsize", str(len(names)))
        assert rows.count() < 50
        page.locator(".list").focus()
        page.keyboard.press("End")
        expect(cockpit.row(names[-1])).to_be_in_viewport()
        below = len(names) - names.index(f"Needle_{GAUGES - 1}")
        page.locator(".list").evaluate("(list, rows) => (list.scrollTop -= rows * 34)", below - 10)
        expect(cockpit.row(f"Needle_{GAUGES - 1}")).to_have_attribute("data-raw", "0")
        page.locator(".list").evaluate(
            "async list => { for (let y = 0; y < 60000; y += 300) {"
            " list.scrollTop = y; await new Promise(requestAnimationFrame); } }"
        )
        assert rows.count() < 60
        with server.Client(wide.port) as client:
            for _ in range(100):
                client.send("5")
                if int(client.wait_for("5 ").split()[3]) < 50:
                    break
                page.wait_for_timeout(50)
            assert int((client.send("5"), client.wait_for("5 "))[1].split()[3]) < 50


def test_rows_are_in_their_order_for_those_who_hear_them(browser, wide):
    for page in open_page(browser, wide.url):
        CockpitPage(page)
        page.locator(".list").evaluate(
            "async list => { for (const y of [9000, 200, 30000, 100]) {"
            " list.scrollTop = y; await new Promise(requestAnimationFrame);"
            " await new Promise(requestAnimationFrame); } }"
        )
        places = [
            int(row) for row in page.locator(".row:visible").evaluate_all("rows => rows.map(row => row.dataset.place)")
        ]
        assert places == sorted(places)
