"""Boards: made by mouse and by touch, saved, loaded in another browser, worked with two fingers."""

import json

import pytest
from playwright.sync_api import Page, expect

import server
from cockpit_page import CockpitPage
from conftest import open_page

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
PANEL = {
    "aircraft": None,
    "elements": [
        {"item": "control LAMP_TEST", "x": 0, "y": 0, "w": 3, "h": 3},
        {"item": "control GEAR_HORN_CUTOUT", "x": 3, "y": 0, "w": 3, "h": 3},
        {"item": "control BATTERY_SWITCH", "x": 0, "y": 3, "w": 3, "h": 3},
        {"item": "control PARKING_BRAKE", "x": 3, "y": 3, "w": 3, "h": 3},
        {"item": "control COURSE", "x": 6, "y": 0, "w": 4, "h": 4},
        {"item": "control OF_ANOTHER_AIRCRAFT", "x": 6, "y": 4, "w": 2, "h": 1},
        {"item": "gauge Engine_RPM", "x": 10, "y": 0, "w": 3, "h": 3},
        {"item": "display 1 txt_SCRATCHPAD", "x": 10, "y": 3, "w": 4, "h": 1},
        {"item": "gauge MasterCaution", "x": 8, "y": 4, "w": 2, "h": 1},
    ],
}


def new_board(page: Page) -> None:
    CockpitPage(page)
    page.get_by_role("link", name="Boards").click()
    page.get_by_role("button", name="New board").click()


def add(page: Page, name: str, key: str):
    page.get_by_label("Search for an element").fill(name)
    page.locator(f'[data-add="{key}"]').click()
    tile = page.locator(f'.tile[data-item="{key}"]')
    expect(tile).to_be_focused()
    return tile


def save(page: Page, name: str) -> None:
    page.get_by_label("Name of the board").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def area(tile) -> str:
    return tile.evaluate("tile => tile.style.gridArea")


def middle(tile) -> tuple[float, float]:
    box = tile.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], cells: tuple[int, int], cell: float) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + cells[0] * cell, start[1] + cells[1] * cell, steps=5)
    page.mouse.up()


def cell_of(page: Page) -> float:
    return page.locator(".board").evaluate(
        "board => board.getBoundingClientRect().width / board.style.getPropertyValue('--columns')"
    )


def test_a_board_made_by_mouse_is_worked_in_another_browser(browser, demo, client, page, data_folder):
    new_board(page)
    switch = add(page, "generator", "control GENERATOR_SWITCH")
    lamp = add(page, "CPT_LTS_GEN", "gauge CPT_LTS_GEN")
    assert area(switch) == "1 / 1 / span 3 / span 2"
    assert area(lamp) == "1 / 3 / span 1 / span 2"
    drag(page, middle(switch), (4, 1), cell_of(page))
    assert area(switch) == "2 / 5 / span 3 / span 2"
    switch.click(position={"x": 20, "y": 60})
    box = switch.bounding_box()
    drag(page, (box["x"] + box["width"] - 8, box["y"] + box["height"] - 8), (1, 1), cell_of(page))
    assert area(switch) == "2 / 5 / span 4 / span 3"
    save(page, "By mouse")
    assert json.loads(next(data_folder.rglob("By mouse.json")).read_text())["aircraft"] == "Kestrel_T1"
    for other in open_page(browser, f"{demo.url}/board/By%20mouse"):
        client.send("2 GENERATOR_SWITCH 1")
        client.wait_for("2 1 1.00000")
        other.locator('[data-line="1 GENERATOR_SWITCH TOGGLE"]').click()
        client.wait_for("2 1 0.00000")
        expect(other.locator(".lamp")).to_contain_class("lit")
        client.send("1 GENERATOR_SWITCH 1")


def test_elements_are_moved_sized_and_removed_by_keyboard(page):
    new_board(page)
    tile = add(page, "generator", "control GENERATOR_SWITCH")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    assert area(tile) == "2 / 2 / span 3 / span 3"
    page.keyboard.press("Delete")
    expect(tile).to_have_count(0)


def test_changes_are_not_lost_without_a_question(page):
    new_board(page)
    add(page, "generator", "control GENERATOR_SWITCH")
    answers = [False, True]
    page.on("dialog", lambda dialog: dialog.accept() if answers.pop(0) else dialog.dismiss())
    page.get_by_role("link", name="Clients").click()
    page.get_by_role("link", name="Boards").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_role("button", name="‹ Boards").click()
    expect(page.locator(".tile")).to_have_count(1)
    page.get_by_role("link", name="Boards").click()
    expect(page.get_by_role("button", name="New board")).to_be_visible()
    assert not answers


def test_a_board_that_was_changed_elsewhere_is_not_overwritten(browser, demo, page):
    new_board(page)
    add(page, "generator", "control GENERATOR_SWITCH")
    save(page, "Shared")
    for other in open_page(browser, f"{demo.url}/#/boards/Shared"):
        add(other, "battery", "control BATTERY_SWITCH")
        save(other, "Shared")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="changed elsewhere")).to_be_visible()
    page.get_by_role("button", name="‹ Boards").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete Shared").click()
    expect(page.locator('[data-board="Shared"]')).to_have_count(0)


class Fingers:
    """Several fingers on the screen."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.points: dict[int, tuple[float, float]] = {}

    def send(self, kind: str, fingers: dict) -> None:
        points = [{"id": finger, "x": x, "y": y} for finger, (x, y) in fingers.items()]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, finger: int, point: tuple[float, float]) -> None:
        self.points[finger] = point
        self.send("touchStart", self.points)

    def move(self, finger: int, point: tuple[float, float]) -> None:
        self.points[finger] = point
        self.send("touchMove", self.points)

    def up(self, finger: int) -> None:
        self.send("touchEnd", {finger: self.points.pop(finger)})


def test_a_board_is_made_by_touch(browser, demo):
    for page in open_page(browser, demo.url, **TABLET):
        new_board(page)
        page.get_by_label("Search for an element").fill("lamp test")
        page.locator('[data-add="control LAMP_TEST"]').tap()
        tile = page.locator('.tile[data-item="control LAMP_TEST"]')
        fingers = Fingers(page)
        x, y = middle(tile)
        cell = cell_of(page)
        fingers.down(1, (x, y))
        for step in range(1, 5):
            fingers.move(1, (x + step * cell / 2, y + step * cell / 4))
        fingers.up(1)
        assert area(tile) == "2 / 3 / span 2 / span 2"
        save(page, "By touch")


@pytest.fixture
def panel(page, browser, demo):
    """A saved board, opened on a tablet."""
    CockpitPage(page)
    page.evaluate(
        "async board => (await fetch('/api/boards/Panel', {method: 'PUT', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(board)})).status",
        PANEL,
    )
    for tablet in open_page(browser, f"{demo.url}/board/Panel", **TABLET):
        expect(tablet.locator('.tile[data-name="COURSE"]')).to_be_visible()
        yield tablet


def test_two_fingers_hold_two_buttons(panel, client):
    client.send("2 LAMP_TEST 1")
    client.send("2 GEAR_HORN_CUTOUT 2")
    client.wait_for("2 [12] 0.00000")
    client.wait_for("2 [12] 0.00000")
    fingers = Fingers(panel)
    fingers.down(1, middle(panel.locator('[data-line="1 LAMP_TEST PRESS"]')))
    client.wait_for("2 1 1.00000")
    fingers.down(2, middle(panel.locator('[data-line="1 GEAR_HORN_CUTOUT PRESS"]')))
    client.wait_for("2 2 1.00000")
    fingers.up(1)
    client.wait_for("2 1 0.00000")
    fingers.up(2)
    client.wait_for("2 2 0.00000")


def test_two_fingers_work_two_switches_at_once(panel, client):
    client.send("2 BATTERY_SWITCH 1")
    client.send("2 PARKING_BRAKE 2")
    before = sorted(client.wait_for("2 [12] ") for _ in range(2))
    fingers = Fingers(panel)
    fingers.down(1, middle(panel.locator('[data-line="1 BATTERY_SWITCH TOGGLE"]')))
    fingers.down(2, middle(panel.locator('[data-line="1 PARKING_BRAKE TOGGLE"]')))
    fingers.up(1)
    fingers.up(2)
    after = sorted(client.wait_for("2 [12] ") for _ in range(2))
    assert [line[:3] for line in after] == ["2 1", "2 2"]
    assert before[0] != after[0] and before[1] != after[1]


def test_an_encoder_is_turned_by_a_finger(panel, client):
    client.send("2 231 1 3")
    before = client.wait_for("2 1 ")
    x, y = middle(panel.locator("svg.encoder"))
    fingers = Fingers(panel)
    fingers.down(1, (x, y - 60))
    for step in range(1, 12):
        fingers.move(1, (x + 6 * step, y - 60 + step * step / 2))
    fingers.up(1)
    assert client.wait_for("2 1 ") != before


def test_what_the_aircraft_lacks_is_said_and_the_rest_works(panel, client):
    expect(panel.locator(".tile.absent")).to_have_count(1)
    expect(panel.locator(".tile.absent")).to_have_text("OF_ANOTHER_AIRCRAFTnot in Kestrel_T1")
    expect(panel.locator(".tile .dial")).to_have_count(1)
    client.send("2 LAMP_TEST 1")
    button = panel.locator('[data-line="1 LAMP_TEST PRESS"]')
    button.dispatch_event("pointerdown", {"button": 0, "pointerId": 1, "isPrimary": True})
    client.wait_for("2 1 1.00000")
    button.dispatch_event("pointerup", {"button": 0, "pointerId": 1, "isPrimary": True})
    client.wait_for("2 1 0.00000")


def test_without_an_aircraft_no_aircraft_is_blamed(browser, tmp_path):
    folder = tmp_path / "data/dcs-master/boards"
    folder.mkdir(parents=True)
    (folder / "Panel.json").write_text(json.dumps(PANEL))
    serving = server.Server("serve", "--no-dcs-bios-names", "--hook", "127.0.0.1:9", home=tmp_path)
    try:
        for page in open_page(browser, f"{serving.url}/board/Panel"):
            # All but the display, which needs no table.
            tiles = page.locator(".tile.absent .quiet")
            expect(tiles).to_have_text(["no aircraft yet"] * 8)
    finally:
        serving.stop()


def test_a_board_fits_a_phone(panel, browser, demo):
    for size in ((400, 800), (800, 360)):
        for phone in open_page(
            browser,
            f"{demo.url}/board/Panel",
            viewport={"width": size[0], "height": size[1]},
            has_touch=True,
        ):
            expect(phone.locator('.tile[data-name="COURSE"]')).to_be_visible()
            stage = phone.locator(".board-stage").bounding_box()
            board = phone.locator(".board").bounding_box()
            assert board["x"] >= stage["x"] and board["y"] >= stage["y"]
            assert board["width"] <= stage["width"] and board["height"] <= stage["height"]
            assert max(board["width"] / stage["width"], board["height"] / stage["height"]) > 0.99
            scrolls = "stage => stage.scrollWidth > stage.clientWidth || stage.scrollHeight > stage.clientHeight"
            assert not phone.locator(".board-stage").evaluate(scrolls)


def test_a_board_fills_the_screen(panel):
    panel.get_by_role("button", name="Full screen").tap()
    expect(panel.get_by_role("banner")).to_be_hidden()
    assert panel.evaluate("document.fullscreenElement === document.documentElement")
    stage = panel.locator(".board-stage").bounding_box()
    board = panel.locator(".board").bounding_box()
    assert [stage["y"], stage["height"]] == [0, panel.evaluate("innerHeight")]
    assert max(board["width"] / stage["width"], board["height"] / stage["height"]) > 0.99
    panel.evaluate("document.exitFullscreen()")
    expect(panel.get_by_role("banner")).to_be_visible()
