"""Boards as files: downloaded, imported into another server, and refused if they are none; and axe on boards."""

import contextlib
import json
import re

import pytest
from playwright.sync_api import Page, expect

import server
from conftest import open_page
from test_accessibility import check
from test_boards import PANEL, TABLET, add, new_board, save


def test_a_board_goes_to_another_server_as_a_file(page, launch, tmp_path):
    new_board(page)
    switch = add(page, "generator", "control GENERATOR_SWITCH")
    area = switch.evaluate("tile => tile.style.gridArea")
    save(page, "Left panel")
    page.get_by_role("button", name="‹ Boards").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download Left panel").click()
    file = tmp_path / started.value.suggested_filename
    assert file.name == "Left panel.json"
    started.value.save_as(file)

    other = server.Server("demo", "--every", "0", home=tmp_path)
    with contextlib.closing(launch()) as browser:
        try:
            for there in open_page(browser, f"{other.url}/#/boards"):
                choose_files(there, file)
                expect(notes(there)).to_have_text('Left panel.json is now the board "Left panel".')
                with server.Client(other.port) as client:
                    for aircraft in ["Kestrel_A1", "Heron-H2", "Kestrel_T1"]:
                        client.send("1 0 1 1")
                        expect(there.get_by_text(aircraft).first).to_be_visible()
                        expect(notes(there)).to_have_text('Left panel.json is now the board "Left panel".')
                choose_files(there, file)
                expect(notes(there)).to_have_text('Left panel.json is now the board "Left panel 2".')
                there.get_by_role("link", name="Left panel 2", exact=True).click()
                tile = there.locator('.tile[data-name="GENERATOR_SWITCH"]')
                expect(tile).to_be_visible()
                assert tile.evaluate("tile => tile.style.gridArea") == area
                with server.Client(other.port) as client:
                    client.send("2 GENERATOR_SWITCH 1")
                    client.wait_for("2 1 1.00000")
                    tile.locator('[data-line="1 GENERATOR_SWITCH TOGGLE"]').click()
                    client.wait_for("2 1 0.00000")
        finally:
            other.stop()


def choose_files(page: Page, *files) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import").click()
    chooser.value.set_files(files)


def notes(page: Page):
    return page.locator(".notes p")


def test_files_are_dropped_and_a_bad_one_is_named(page):
    page.get_by_role("link", name="Boards").click()
    page.get_by_role("button", name="Import").wait_for()
    dropped = page.evaluate_handle(
        """board => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["{"], "torn.json"));
      dropped.items.add(new File(['{"name": "FA-18C"}'], "gauges.json"));
      dropped.items.add(new File([board], "Dropped.json"));
      return dropped;
    }""",
        json.dumps(PANEL),
    )
    page.locator(".boards .view").dispatch_event("drop", {"dataTransfer": dropped})
    expect(notes(page)).to_have_count(3)
    expect(notes(page).nth(0)).to_contain_text("torn.json is not imported: it is no JSON")
    expect(notes(page).nth(1)).to_contain_text('gauges.json is not imported: it is no board: it has no list "elements"')
    expect(notes(page).nth(2)).to_have_text('Dropped.json is now the board "Dropped".')
    expect(page.locator('[data-board="Dropped"]')).to_be_visible()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/board/Nothing", 'The board "Nothing" cannot be shown'),
        ("/board/%", "there is nothing at this address"),
        ("/#/boards/%", "It cannot be read"),
    ],
)
def test_an_address_that_names_no_board_says_so(browser, demo, address, words):
    for page in open_page(browser, demo.url + address, faults=("status of 4",)):
        expect(page.get_by_text(words)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser, demo, data_folder, scheme):
    folder = data_folder / "dcs-master/boards"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Seen.json").write_text(json.dumps(PANEL))
    (folder / "Torn.json").write_text("{")
    for page in open_page(browser, f"{demo.url}/board/Seen", color_scheme=scheme, **TABLET):
        expect(page.locator(".tile .dial")).to_be_visible()
        check(page)
        page.goto(f"{demo.url}/#/boards/Seen")
        expect(page.locator(".tile .dial")).to_be_visible()
        check(page)
        page.get_by_role("button", name="‹ Boards").click()
        expect(page.locator('[data-board="Torn"] .warning')).to_be_visible()
        check(page)
    (folder / "Torn.json").unlink()


def test_a_board_that_cannot_be_read_says_so(browser, demo, data_folder):
    boards = data_folder / "dcs-master/boards"
    boards.mkdir(parents=True, exist_ok=True)
    elements = [None, 5, {"item": "control GENERATOR_SWITCH", "x": 1e308, "y": 0, "w": 2, "h": 2}]
    for name, content in (("Garbage", {"items": elements}), ("Half", {"elements": elements})):
        (boards / f"{name}.json").write_text(json.dumps(content))
    try:
        for page in open_page(browser, f"{demo.url}/board/Garbage"):
            expect(page.locator(".notice:visible")).to_have_text(re.compile("Nothing of this board can be read"))
        for page in open_page(browser, f"{demo.url}/board/Half"):
            expect(page.locator(".notice:visible")).to_have_text(re.compile("2 of 3 elements"))
            expect(page.locator('.tile[data-name="GENERATOR_SWITCH"]')).to_be_visible()
            page.goto(f"{demo.url}/#/boards/Half")
            expect(page.locator(".edit-bar").get_by_role("status")).to_contain_text("removes them from its file")
    finally:
        for name in ("Garbage", "Half"):
            (boards / f"{name}.json").unlink()
