"""Settings: read from the file, changed on the page, written after a question, used at the next start."""

import pytest
from playwright.sync_api import Page, expect

import server
from conftest import open_page
from test_accessibility import check


@pytest.fixture
def serving(tmp_path):
    """A server with a data folder of its own and a sim that is not there."""
    hook, export = (f"127.0.0.1:{server.free_port()}" for _ in range(2))
    serving = server.Server("serve", "--no-dcs-bios-names", "--hook", hook, "--export", export, home=tmp_path)
    yield serving
    serving.stop()


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "data/dcs-master/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("# mine\nreset-gauges = true\n")
    return file


@pytest.fixture
def setup(file, browser, serving):
    for page in open_page(browser, f"{serving.url}/#/setup", faults=("status of 400",)):
        expect(group(page, "usb")).to_be_visible()
        yield page


def group(page: Page, name: str):
    return page.locator(f'[data-group="{name}"]')


def test_a_setting_is_written_after_a_question_and_used_at_the_next_start(setup, file, serving):
    expect(group(setup, "usb").locator("summary")).to_contain_text("Lamps and needles off after a mission")
    group(setup, "usb").locator("summary").click()
    group(setup, "more").locator("summary").click()
    setup.get_by_label("Physical switches win").select_option("never")
    setup.get_by_label("Lamps and needles off after a mission").uncheck()
    setup.get_by_label("Max clients").fill("77")
    expect(setup.get_by_text("3 changes")).to_be_visible()
    questions = []

    def answer(dialog):
        questions.append(dialog.message)
        dialog.dismiss() if len(questions) == 1 else dialog.accept()

    setup.on("dialog", answer)
    setup.get_by_role("button", name="Save").click()
    assert str(file) in questions[0]
    assert questions[0].endswith("max-clients: 77\nstanding: never\nreset-gauges: back to the default")
    assert file.read_text() == "# mine\nreset-gauges = true\n"
    setup.get_by_role("button", name="Save").click()
    expect(setup.get_by_role("status").filter(has_text="takes effect when dcs-master is started")).to_be_visible()
    lines = file.read_text().splitlines()
    assert lines[0] == "# mine"
    assert sorted(lines[1:]) in (
        ['max-clients = "77"', 'standing = "never"'],
        ["max-clients = 77", 'standing = "never"'],
    )
    expect(setup.locator('[data-option="max-clients"] .setting-note')).to_have_text("From the next start; now 1024.")
    serving.stop()
    serving.start()
    setup.reload()
    group(setup, "more").locator("summary").click()
    expect(setup.locator('[data-option="max-clients"] .setting-note')).to_have_count(0)
    expect(setup.get_by_label("Max clients")).to_have_value("77")


def test_a_value_that_the_server_refuses_is_not_written(setup, file):
    group(setup, "network").locator("summary").click()
    setup.get_by_label("Allowed networks").fill("everybody")
    setup.on("dialog", lambda dialog: dialog.accept())
    setup.get_by_role("button", name="Save").click()
    expect(setup.get_by_role("status").filter(has_text="Nothing was saved")).to_contain_text("everybody")
    assert file.read_text() == "# mine\nreset-gauges = true\n"
    expect(setup.get_by_label("Allowed networks", exact=True)).to_have_value("everybody")
    setup.get_by_role("button", name="Discard").click()
    expect(setup.get_by_label("Allowed networks", exact=True)).to_have_value("")


def test_settings_with_which_no_server_starts_are_not_written(setup, file):
    group(setup, "bios").locator("summary").click()
    for name in ("bios", "dcs-bios"):
        setup.locator(f'[data-option="{name}"] input').check()
    setup.on("dialog", lambda dialog: dialog.accept())
    setup.get_by_role("button", name="Save").click()
    expect(setup.get_by_role("status").filter(has_text="Nothing was saved")).to_contain_text("--bios-import 127.0.0.1")
    assert file.read_text() == "# mine\nreset-gauges = true\n"


def test_other_computers_are_let_in_by_a_tick_which_tells_of_the_firewall(setup):
    group(setup, "network").locator("summary").click()
    expect(setup.get_by_text("Windows Security")).to_be_hidden()
    setup.get_by_label("Other computers may connect").check()
    expect(setup.get_by_label("Address for panels and programs")).to_have_value("0.0.0.0:4242")
    expect(setup.get_by_text("Windows Security")).to_be_visible()
    setup.get_by_label("Other computers may connect").uncheck()
    expect(setup.get_by_label("Address for panels and programs")).to_have_value("")
    expect(setup.get_by_role("button", name="Save")).to_be_hidden()
    expect(setup.locator('[data-option="hook"]')).to_contain_text("started with --hook")


def test_a_line_that_is_wrong_is_shown_and_removed(setup, file):
    file.write_text('# mine\nreset-gauges = true\nseriel = "COM5"\n')
    setup.reload()
    problem = setup.get_by_role("region", name="Settings").locator("[data-verdict=bad]")
    expect(problem).to_contain_text("Line 3")
    expect(problem).to_contain_text("serial")
    setup.on("dialog", lambda dialog: dialog.accept())
    problem.get_by_role("button", name="Remove this line").click()
    expect(problem).to_have_count(0)
    assert file.read_text() == "# mine\nreset-gauges = true\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_open_groups(browser, file, serving, scheme):
    file.write_text('seriel = "COM5"\nreset-gauges = true\n')
    for page in open_page(browser, f"{serving.url}/#/setup", color_scheme=scheme):
        expect(group(page, "usb")).to_be_visible()
        page.locator("details").evaluate_all("groups => groups.forEach(group => (group.open = true))")
        page.get_by_label("Other computers may connect").check()
        check(page)


def test_the_demo_says_whom_the_settings_are_for(page):
    page.get_by_role("link", name="Setup").click()
    expect(page.get_by_text("The demo reads no settings.")).to_be_visible()
