"""The lines to copy: accepted by the server, run by Python, compiled and run as a sketch."""

import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from server import ROOT, Client

ITEMS = [
    "BATTERY_SWITCH",
    "NAVIGATION_MODE",
    "LAMP_TEST",
    "AIRBRAKE",
    "COURSE",
    "RUDDER_TRIM",
    "LANDING_LIGHT",
    "Engine_RPM",
    "Altimeter",
    "CPT_LTS_GEN",
    "txt_SCRATCHPAD",
]
ARDUINO = ROOT / "clients/arduino"


def copied(cockpit, name: str, kind: str) -> list[str]:
    """Returns what the buttons of a card copy."""
    card = cockpit.open(name)
    card.get_by_role("button", name=kind, exact=True).click()
    texts = []
    for button in card.locator("[data-copy]").all():
        button.click()
        texts.append(cockpit.page.evaluate("navigator.clipboard.readText()"))
    return texts


@pytest.mark.parametrize("name", ITEMS)
def test_the_server_accepts_copied_lines(cockpit, demo, name):
    lines = copied(cockpit, name, "Protocol")
    assert lines
    with Client(demo.port) as client:
        for line in lines:
            client.send(line)
        client.send("5")
        # The seventh number counts errors of all clients; this one's would have come before it.
        while not (answer := client.wait_for("")).startswith("5 "):
            assert not answer.startswith("-1"), (lines, answer)


def test_the_lines_say_where_they_are_sent(cockpit, demo):
    card = cockpit.open("GENERATOR_SWITCH")
    card.get_by_role("button", name="Protocol", exact=True).click()
    expect(card.locator(".where .address")).to_have_text(f"127.0.0.1:{demo.port}")
    expect(card.locator(".where")).to_contain_text(f"telnet 127.0.0.1 {demo.port}")


@pytest.mark.parametrize("name", ITEMS)
def test_copied_python_runs(cockpit, demo, name, tmp_path):
    (program,) = copied(cockpit, name, "Python")
    file = tmp_path / "copied.py"
    file.write_text(program)
    process = subprocess.Popen(
        [sys.executable, "-u", file],
        env={"PYTHONPATH": str(ROOT / "clients/python/src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline().strip("\n") != "" or name == "txt_SCRATCHPAD", process.stderr.read()
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ITEMS)
def test_a_copied_sketch_compiles_and_runs(cockpit, demo, name, arduino, tmp_path, client):
    (sketch,) = copied(cockpit, name, "Arduino")
    panel = arduino(sketch, demo.port, tmp_path)
    try:
        wait_for_panel(client)
        assert panel.poll() is None
    finally:
        panel.kill()
        panel.wait()


def wait_for_panel(client: Client) -> None:
    """Waits until the sketch has connected: there is one client more than the page and this one."""
    for _ in range(200):
        client.send("5")
        if int(client.wait_for("5 ").split()[1]) >= 3:
            return
        time.sleep(0.05)
    raise AssertionError("the sketch has not connected")


@pytest.fixture(scope="session")
def arduino(tmp_path_factory):
    """Builds sketches as programs of this computer, connected by TCP instead of a cable."""
    folder = tmp_path_factory.mktemp("arduino")
    shim = ARDUINO / "tests/shim"
    compiler = [
        "g++",
        "-std=c++17",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-DESP32",
        f"-I{ARDUINO / 'src'}",
        f"-I{shim / 'host'}",
        f"-I{folder}",
    ]
    for name in ("Servo.h", "LiquidCrystal.h"):
        (folder / name).write_text((shim / "avr" / name).read_text())
    objects = []
    for source in [*(ARDUINO / "src/dcs").glob("*.cpp"), *(shim / "host").glob("*.cpp")]:
        objects.append(str(folder / f"{source.stem}.o"))
        subprocess.run([*compiler, "-c", source, "-o", objects[-1]], check=True)

    def build(sketch: str, port: int, work) -> subprocess.Popen:
        text = sketch.replace("<DcsMaster.h>", "<DcsMasterWiFi.h>")
        text = text.replace("DcsMaster cockpit(Serial);", f'DcsMasterWiFi cockpit("", "", "127.0.0.1", {port});')
        file, program = work / "sketch.cpp", work / "sketch"
        file.write_text(text)
        subprocess.run([*compiler, "-include", "Arduino.h", file, *objects, "-o", program], check=True)
        return subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    return build
