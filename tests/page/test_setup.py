"""Setup: what is missing and its cures, and the link for a tablet."""

import re
import socket

import pytest
from playwright.sync_api import expect

import server
from conftest import open_page


def test_on_this_computer_only_it_says_how_a_tablet_gets_in(cockpit):
    cockpit.page.get_by_role("link", name="Setup").click()
    expect(cockpit.page.get_by_role("region", name="Tablets and other computers")).to_contain_text(
        "dcs-master serve --page 0.0.0.0:4280"
    )


@pytest.fixture
def home(tmp_path):
    """A home folder with DCS World, as Steam installs it on Linux, and nothing of ours."""
    library = tmp_path / ".steam/steam"
    apps = library / "steamapps"
    (apps / "common").mkdir(parents=True)
    (apps / "common/DCS World").symlink_to(server.ROOT / "tests/sample-install")
    (apps / "compatdata/223750/pfx/drive_c/users/steamuser/Saved Games/DCS/Scripts").mkdir(parents=True)
    (apps / "libraryfolders.vdf").write_text(
        f'"libraryfolders" {{ "0" {{ "path" "{library}" "apps" {{ "223750" "1" }} }} }}'
    )
    (apps / "appmanifest_223750.acf").write_text('"AppState" { "appid" "223750" "installdir" "DCS World" }')
    return tmp_path


def test_the_buttons_install_compile_and_uninstall(browser, home):
    serving = server.Server("demo", "--every", "0", home=home)
    folder = home / ".steam/steam/steamapps/compatdata/223750/pfx/drive_c/users/steamuser/Saved Games/DCS"
    script = folder / "Scripts/Hooks/dcs-master-hook.lua"
    tables = home / "data/dcs-master/aircraft-defs/Kestrel_T1/controls.json"
    (folder / "Logs").mkdir()
    (folder / "Logs/dcs.log").write_text("=== Log opened UTC 2024-01-02 03:04:05\n")
    questions = []
    try:
        for page in open_page(browser, f"{serving.url}/#/setup"):
            pieces = page.get_by_role("region", name="The pieces")
            expect(pieces.locator("[data-verdict=bad]").filter(has_text="script").first).to_be_visible()

            def answer(dialog):
                questions.append(dialog.message)
                dialog.dismiss() if len(questions) == 1 else dialog.accept()

            page.on("dialog", answer)
            install = pieces.get_by_role("button", name="Install the scripts", exact=True)
            install.click()
            assert str(folder) in questions[0] and not script.exists()
            install.click()
            expect(pieces.locator(".said")).to_contain_text("wrote")
            assert script.is_file()
            # Nobody has started DCS since then, and no mission runs.
            expect(pieces.get_by_text("DCS was last started before these scripts")).to_be_visible()
            expect(pieces.locator("[data-verdict=bad]").filter(has_text="script")).to_have_count(0)
            pieces.get_by_role("button", name="Compile the tables").click()
            expect(pieces.locator(".said")).to_contain_text("wrote the tables of 3")
            assert tables.is_file() and str(tables.parents[1]) in questions[2]
            pieces.get_by_role("button", name="Uninstall the scripts").click()
            expect(pieces.locator("[data-verdict=bad]").filter(has_text="script").first).to_be_visible()
            assert not script.exists()
    finally:
        serving.stop()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_without_dcs_it_says_beside_each_button_why_it_is_off(browser, tmp_path, command):
    options = ("--every", "0") if command == "demo" else ("--no-dcs-bios-names", "--hook", "127.0.0.1:9")
    serving = server.Server(command, *options, home=tmp_path)
    try:
        for page in open_page(browser, f"{serving.url}/#/setup"):
            pieces = page.get_by_role("region", name="The pieces")
            for name in ("Install the scripts", "Uninstall the scripts"):
                button = pieces.get_by_role("button", name=name, exact=True)
                expect(button).to_be_disabled()
                expect(button).to_have_accessible_description(re.compile("Start DCS once"))
            compile_all = pieces.get_by_role("button", name="Compile the tables")
            expect(compile_all).to_have_accessible_description(re.compile("DCS World was not found"))
            faults = pieces.locator("[data-verdict=bad]")
            if command == "demo":
                expect(pieces.get_by_role("status")).to_contain_text("needs none of this")
                expect(faults).to_have_count(0)
            else:
                expect(faults.first).to_contain_text("no folder that DCS writes to")
            expect(pieces).not_to_contain_text("--saved-games")
            expect(pieces).not_to_contain_text("run: dcs-master")
            pieces.get_by_role("button", name="Look again").click()
            expect(pieces.get_by_role("button", name="Install the scripts", exact=True)).to_be_disabled()
    finally:
        serving.stop()


def test_a_folder_that_is_not_found_is_named_there(browser, tmp_path):
    serving = server.Server("serve", "--no-dcs-bios-names", "--hook", "127.0.0.1:9", home=tmp_path)
    folder = tmp_path / "Saved Games of mine/DCS"
    (folder / "Config").mkdir(parents=True)
    script = folder / "Scripts/Hooks/dcs-master-hook.lua"
    questions = []
    try:
        for page in open_page(browser, f"{serving.url}/#/setup", faults=("status of 400",)):
            pieces = page.get_by_role("region", name="The pieces")
            field = pieces.get_by_label("Folder that DCS writes to, in Saved Games")
            install = pieces.get_by_role("button", name="Install the scripts", exact=True)
            page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
            for wrong, reason in (("nowhere", "is no whole path"), (str(tmp_path / "none"), "no such folder")):
                field.fill(wrong)
                field.press("Enter")
                expect(pieces.get_by_role("alert")).to_contain_text(reason)
                expect(field).to_have_value(wrong)
                expect(install).to_be_disabled()
            # As Explorer copies a path.
            field.fill(f'"{folder.parent}"')
            pieces.get_by_role("button", name="Look there").click()
            expect(pieces.locator("[data-verdict=good]").first).to_contain_text(f"{folder}: DCS writes here")
            expect(field).to_have_value(str(folder))
            assert not questions and not script.exists()
            install.click()
            expect(pieces.locator(".said")).to_contain_text("wrote")
            assert str(folder) in questions[0] and script.is_file()
            expect(pieces.get_by_role("status")).to_have_text(re.compile("Nothing is broken"))
            page.reload()
            pieces.get_by_role("button", name="Uninstall the scripts").click()
            expect(pieces.locator(".said")).to_contain_text("removed")
            assert not script.exists()
            field.fill("")
            field.press("Enter")
            expect(install).to_be_disabled()
            expect(pieces.get_by_role("alert")).to_have_count(0)
    finally:
        serving.stop()


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
