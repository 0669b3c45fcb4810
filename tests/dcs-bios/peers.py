"""Programs for DCS-BIOS in Python, against a server that flies the sample aircraft.

Arguments: the folder of the control reference. The server has DCS-BIOS's own ports.
"""

import importlib.util
import json
import socket
import sys
import time
from pathlib import Path

TIMEOUT = 20


def load(package: str, file: str):
    """Loads one file of a package, which needs a window system as a whole."""
    found = importlib.util.find_spec(package)
    path = Path(found.submodule_search_locations[0]) / file
    spec = importlib.util.spec_from_file_location(file, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Reference:
    """The control reference of the aircraft."""

    def __init__(self, folder: Path) -> None:
        self.entries = {}
        for name in ["MetadataStart", "CommonData", "Kestrel_T1"]:
            module = json.loads((folder / f"{name}.json").read_text())
            for category in module.values():
                self.entries.update(category)

    def output(self, identifier: str) -> dict:
        return self.entries[identifier]["outputs"][0]


def connect(port: int) -> socket.socket:
    """Connects as soon as the server listens."""
    end = time.monotonic() + TIMEOUT
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), TIMEOUT)
        except ConnectionRefusedError:
            assert time.monotonic() < end, f"nothing listens on port {port}"
            time.sleep(0.1)


class Text:
    """A client of the text protocol, which sees what the cockpit does."""

    def __init__(self) -> None:
        self.lines = connect(4242).makefile("rw")

    def wait_for(self, control: str, value: str) -> None:
        self.lines.write(f"2 {control} 7 0\n")
        self.lines.flush()
        while True:
            fields = self.lines.readline().split()
            assert fields, "the server has closed the connection"
            if fields[:2] == ["2", "7"] and fields[3] == value:
                return


def until(condition, what: str) -> None:
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def check_dcspy(reference: Reference) -> None:
    """dcspy's parser over TCP: a text, a lamp, a needle, a switch, the altitude, and a command back."""
    dcsbios = load("dcspy", "dcsbios.py")
    parser = dcsbios.ProtocolParser()
    seen: dict[str, list] = {}
    for identifier in ["_ACFT_NAME", "ENGINE_RPM_G120", "CPT_LTS_FUEL_LO_L162", "BATTERY_SWITCH_60", "TXT_SCRATCHPAD_T1", "ALT_MSL_FT", "IAS_US"]:
        output, values = reference.output(identifier), seen.setdefault(identifier, [])
        if output["type"] == "string":
            dcsbios.StringBuffer(parser, output["address"], output["max_length"], values.append)
        else:
            dcsbios.IntegerBuffer(parser, output["address"], output["mask"], output["shift_by"], values.append)
    link = connect(7778)
    link.settimeout(0.2)

    def read() -> None:
        try:
            for byte in link.recv(4096):
                parser.process_byte(byte)
        except TimeoutError:
            pass

    def wait_for(identifier: str, condition) -> None:
        def holds() -> bool:
            read()
            return bool(seen[identifier]) and condition(seen[identifier][-1])

        until(holds, f"{identifier}: {seen[identifier]}")

    wait_for("_ACFT_NAME", lambda name: name == "Kestrel_T1")
    wait_for("ENGINE_RPM_G120", lambda value: 1000 < value < 65000)
    wait_for("TXT_SCRATCHPAD_T1", lambda text: len(text) == 8)
    wait_for("ALT_MSL_FT", lambda feet: 1000 < feet < 40000)
    wait_for("IAS_US", lambda knots: 100 < int(knots) < 600)
    text = Text()
    link.sendall(b"BATTERY_SWITCH_60 0\nGENERATOR_SWITCH_61 0\n")
    text.wait_for("BATTERY_SWITCH", "0")
    # The stream coalesces: a position that is left within an update is never seen.
    wait_for("BATTERY_SWITCH_60", lambda value: value == 0)
    link.sendall(b"BATTERY_SWITCH_60 TOGG")
    link.sendall(b"LE\n")
    text.wait_for("BATTERY_SWITCH", "1")
    wait_for("BATTERY_SWITCH_60", lambda value: value == 1)
    link.sendall(b"LAMP_TEST_63 1\n")
    wait_for("CPT_LTS_FUEL_LO_L162", lambda value: value == 1)
    link.sendall(b"LAMP_TEST_63 0\n")
    wait_for("CPT_LTS_FUEL_LO_L162", lambda value: value == 0)
    link.sendall(b"UFC_KEY_7_207 1\nUFC_KEY_7_207 0\n")
    wait_for("TXT_SCRATCHPAD_T1", lambda text: "7" in text)
    link.close()


def check_connector(reference: Reference) -> None:
    """dcs-bios-connector over UDP multicast: a needle, and a command back."""
    package = importlib.util.find_spec("dcs_bios_connector").submodule_search_locations[0]
    sys.path.insert(0, str(Path(package).parent))
    from dcs_bios_connector.event_constants import NETWORK_DATA_MESSAGE
    from dcs_bios_connector.parser import ProtocolParser
    from dcs_bios_connector.udp_connector import UDPConnector

    words: dict[int, int] = {}
    updates = []
    parser = ProtocolParser(words.__setitem__, lambda: updates.append(0))
    connector = UDPConnector()
    connector.on(NETWORK_DATA_MESSAGE, lambda data: [parser.process_byte(byte) for byte in data])
    connector.start()
    rpm = reference.output("ENGINE_RPM_G120")["address"]
    until(lambda: len(updates) > 30 and words.get(rpm, 0) > 1000, "no updates by multicast")
    assert all(0x0000 <= address <= 0xFFFE and address % 2 == 0 for address in words)
    text = Text()
    text.wait_for("FLAP_LEVER", "0")
    connector.send("FLAP_LEVER_83 2\n")
    text.wait_for("FLAP_LEVER", "2")
    flaps = reference.output("FLAP_LEVER_83")
    until(lambda: words.get(flaps["address"], 0) & flaps["mask"] == 2, "the position of the flaps")


def main() -> None:
    reference = Reference(Path(sys.argv[1]))
    check_dcspy(reference)
    check_connector(reference)
    print("dcspy and dcs-bios-connector: a text, a lamp, a needle, switches, and commands back")


main()
