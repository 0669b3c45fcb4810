"""Checks the bridge with real brokers: mosquitto, and aedes where npm can install it.

Usage: check.py [--long] [NAME…]; a NAME selects the checks whose names contain it.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from programs import PATIENCE, Broker, Server, eventually
from sim import Lockstep, fly

IS_LONG = "--long" in sys.argv
LONG_FREEZE = 30  # seconds
GEAR = "control/LANDING_GEAR_LEVER"
PAGE = Path(__file__).parents[2] / "docs" / "mqtt.md"


def wait_for_aircraft(broker, name="Kestrel_T1", base="dcs/one"):
    """Waits until the broker has the aircraft and a gauge of it."""
    topics = [f"{base}/aircraft", f"{base}/gauge/Engine_RPM"]
    if name != "Kestrel_T1":
        topics.pop()

    def found():
        return broker.one(topics[0]) == name and all(broker.one(topic) for topic in topics)

    eventually(f"{name} at the broker", found)


def settled_topics(broker):
    """Returns the topics with retained messages once two readings agree."""
    readings = [None]

    def is_settled():
        readings.append(set(broker.retained()))
        return readings[-1] == readings[-2]

    eventually("the same topics twice", is_settled)
    return readings[-1]


def retained_with(broker, topics):
    """Returns the retained messages once these topics are among them."""

    def found():
        retained = broker.retained()
        return retained if topics <= set(retained) else None

    return eventually(f"{topics}", found)


def position(broker, topic=f"dcs/one/{GEAR}"):
    return (broker.one(topic) or "").split(" ")[-1]


def check_retained_state(broker, folder):
    """A late subscriber gets everything; an aircraft change and the end leave no ghosts."""
    patterns = ["indicator/2/txt_FREQUENCY", "sim.*,rate=10", "*"]
    options = [word for pattern in patterns for word in ("--mqtt-publish", pattern)]
    server = Server(broker, folder, "--mqtt-home-assistant", *options)
    description = "homeassistant/device/dcs_one/{}/config"
    paths = ["status", "gauge/Engine_RPM", "gauge/sim.altitude", "gauge/sim.latitude", "indicator/2/txt_FREQUENCY"]
    kestrel = retained_with(broker, {description.format("Kestrel_T1"), *(f"dcs/one/{path}" for path in paths)})
    assert kestrel["dcs/one/status"] == "online"
    assert re.fullmatch(r"0\.\d{5} \d+\.\d\d", kestrel["dcs/one/gauge/Engine_RPM"]), kestrel
    assert kestrel["dcs/one/indicator/2/txt_FREQUENCY"] == "251.000", kestrel
    assert re.fullmatch(r"-?\d+\.\d{5} \d+", kestrel["dcs/one/gauge/sim.altitude"]), kestrel
    assert re.fullmatch(r"-?\d+\.\d{7} -?\d+\.\d{5}", kestrel["dcs/one/gauge/sim.latitude"]), kestrel
    eventually(
        "another altitude", lambda: broker.one("dcs/one/gauge/sim.altitude") != kestrel["dcs/one/gauge/sim.altitude"]
    )
    entries = json.loads(kestrel[description.format("Kestrel_T1")])["cmps"]
    assert entries[GEAR]["cmd_t"] == f"dcs/one/{GEAR}/set"
    client = server.client()
    client.say("1 0 1 1")
    other = client.line_with("0 (?!Kestrel_T1)")[2:]
    wait_for_aircraft(broker, other)

    def is_gone():
        return description.format("Kestrel_T1") not in broker.retained("homeassistant/#")

    eventually("the end of the description", is_gone)
    time.sleep(1)
    after = retained_with(broker, {description.format(other)})
    entries = json.loads(after[description.format(other)])["cmps"].values()
    named = {entry[key].removesuffix("/set") for entry in entries for key in ("stat_t", "cmd_t") if key in entry}
    topics = {topic for topic in after if re.match("dcs/one/(gauge|control)/", topic)}
    assert topics and topics <= named, topics - named
    server.program.interrupt()
    assert broker.retained() == {"dcs/one/status": "offline"}


def check_actions(broker, folder):
    """Messages act in their order; a retained one never does; errors are answered."""
    broker.publish(f"dcs/one/{GEAR}/set", "1", "-r")
    server = Server(broker, folder)
    wait_for_aircraft(broker)
    time.sleep(1)
    assert position(broker) == "0", "a retained message acts"
    lever = broker.listener(f"dcs/one/{GEAR}", Path(folder) / "lever.log")
    broker.publish(f"dcs/one/{GEAR}/set", "\n".join(["#1", "#0"] * 60 + ["#1"]))

    def has_come_to_rest():
        if position(broker) != "1":
            return False
        before = lever.output()
        time.sleep(2.5)
        return lever.output() == before

    eventually("the last move of the gear lever", has_come_to_rest)
    lever.kill()
    broker.publish("dcs/one/action/set", "7 3001 2")
    errors = broker.listener("dcs/one/error", Path(folder) / "errors.log")

    def wrong():
        return broker.publish(f"dcs/one/{GEAR}/set", "=#1") or "standing positions" in errors.output()

    eventually("the error", wrong)
    errors.kill()
    broker.publish(f"dcs/one/{GEAR}/set", "")
    # A press ends when the connection is lost, even if the release never comes.
    client = server.client()
    client.say("2 GEAR_HORN_CUTOUT 1 0 60")
    client.line_with("2 1 .* 0")
    broker.publish("dcs/one/control/GEAR_HORN_CUTOUT/set", "PRESS")
    client.line_with("2 1 .* 1")
    broker.kill()
    client.line_with("2 1 .* 0")
    broker.start()
    server.program.interrupt()


def check_crash(broker, folder):
    """The last will says that a server has crashed; the next one clears what it left behind."""
    server = Server(broker, folder)
    wait_for_aircraft(broker)
    server.program.kill()
    eventually("the last will", lambda: broker.one("dcs/one/status") == "offline")
    assert broker.one("dcs/one/gauge/Engine_RPM")
    for topic in ["gauge/Ghost", "control/GHOST", "indicator/9/ghost"]:
        broker.publish(f"dcs/one/{topic}", "1", "-r")
    # A long ghost must not end the connection again and again.
    long = Path(folder) / "long"
    long.write_bytes(b"x" * 3_000_000)
    for topic in ["gauge/Long", "control/LONG/set"]:
        command = ["mosquitto_pub", *broker.arguments(), "-t", f"dcs/one/{topic}", "-f", long, "-r"]
        subprocess.run(command, check=True)
    server.start()

    def is_clean():
        return not any("host" in topic.lower() or topic.endswith("Long") for topic in broker.retained("dcs/one/+/#"))

    eventually("the end of the ghosts", is_clean)
    assert broker.one("dcs/one/status") == "online"
    assert "closed" not in server.program.output(), server.program.output()
    server.program.interrupt()
    broker.publish("dcs/one/control/LONG/set", "", "-r")


class Steadiness(threading.Thread):
    """A client that measures the longest pause between two updates of a gauge that always moves."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.client, self.longest, self.is_over = server.client(), 0.0, False
        self.client.say("2 ClockSeconds 1 5 30")
        self.client.say("2 StickRoll 2 5 30")
        self.client.say("2 StickPitch 3 5 30")
        self.start()

    def run(self):
        last = time.monotonic()
        while not self.is_over and self.client.line_with("2 "):
            now = time.monotonic()
            self.longest, last = max(self.longest, now - last), now

    def end(self):
        self.is_over = True
        self.join()
        return self.longest


def check_frozen_broker(broker, folder):
    """A broker that stands still delays no client, and gets the newest values once afterwards."""
    server = Server(broker, folder)
    wait_for_aircraft(broker)
    clients = Steadiness(server)
    broker.program.signal(signal.SIGSTOP)
    frozen = time.monotonic()
    server.wait_for("it does not answer")
    time.sleep(max(2, LONG_FREEZE - (time.monotonic() - frozen)) if IS_LONG else 2)
    broker.program.signal(signal.SIGCONT)
    started = time.monotonic()
    heard = broker.listener("dcs/one/#", Path(folder) / "heard.log")

    def connected():
        return server.program.output().count("MQTT: connected") == 2

    eventually("the broker's return", connected)
    eventually("fresh values", lambda: "\n0 dcs/one/gauge/" in heard.output())
    time.sleep(1)
    heard.kill()
    most = (time.monotonic() - started) * 10 + 4
    values = [line for line in heard.output().splitlines() if line.startswith("0 dcs/one/gauge/Altimeter ")]
    assert len(values) <= most, f"{len(values)} values of one gauge, more than {most:.0f}, were replayed"
    longest = clients.end()
    print(f"   longest pause of a TCP client: {longest * 1000:.0f} ms")
    assert broker.one("dcs/one/status") == "online"
    server.program.interrupt()


def check_killed_broker(broker, folder):
    """A broker that is started again gets everything again."""
    server = Server(broker, folder)
    wait_for_aircraft(broker)
    before = settled_topics(broker)
    broker.kill()
    server.wait_for("The server tries again")
    broker.start()
    eventually("everything", lambda: set(broker.retained()) == before)
    server.program.interrupt()


def check_frame_by_frame(broker, folder):
    """Whatever happens to the broker, a TCP client gets each frame, and the server waits for nothing else."""
    flight = Lockstep(folder, f"mqtt://127.0.0.1:{broker.port}")
    without = Lockstep(folder, None)
    guarded = None

    def phase(name, is_over):
        count = fly(is_over, flight, without)
        print(f"   {name:<12} {count:5} frames; ms {flight.report()}; without MQTT {without.report()}", flush=True)

    def said(text, times=1):
        return lambda: flight.server.program.output().count(text) >= times

    try:
        phase("at work", said("MQTT: connected"))
        broker.program.signal(signal.SIGSTOP)
        phase("frozen", said("it does not answer"))
        if IS_LONG:
            end = time.monotonic() + LONG_FREEZE
            phase("still frozen", lambda: time.monotonic() > end)
        broker.program.signal(signal.SIGCONT)
        phase("back", said("MQTT: connected", 2))
        broker.kill()
        phase("killed", said("cannot be reached"))
        broker.start()
        phase("started", said("MQTT: connected", 3))
        broker.kill()
        guarded = Broker(broker.kind, folder, port=broker.port, login=("anna", "geheim-7"))
        phase("password", said("it demands a user and a password"))
    finally:
        if guarded:
            guarded.kill()
    flight.server.program.interrupt()
    without.server.program.interrupt()


def check_password(broker, folder):
    """A wrong password is explained, and a right one is shown nowhere."""
    login = ("anna", "geheim-7")
    guarded = Broker(broker.kind, folder, login=login)
    password = Path(folder) / "password"
    password.write_text("falsch-8\n")
    options = ["--mqtt-user", "anna", "--mqtt-password-file", str(password)]
    server = Server(guarded, folder, *options)
    server.wait_for('it refuses the user "anna"')
    server.program.interrupt()
    password.write_text("geheim-7\n")
    server.start()
    wait_for_aircraft(guarded)
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, check=True).stdout.decode()
    shown = [line for line in listed.splitlines() if "dcs-master" in line and "geheim" in line]
    assert not shown and "geheim" not in server.program.output()
    server.program.interrupt()
    server = Server(guarded, folder, "--mqtt-user", "anna", env={"DCS_MASTER_MQTT_PASSWORD": "geheim-7"})
    wait_for_aircraft(guarded)
    server.program.interrupt()
    url = f"mqtt://127.0.0.1:{guarded.port}"
    command = [word.replace(url, url.replace("//", "//anna:geheim-7@")) for word in server.command]
    refused = subprocess.run(command, capture_output=True, check=False)
    message = refused.stderr.decode()
    assert refused.returncode != 0 and "--mqtt-password-file" in message and "geheim" not in message, message
    guarded.kill()


def check_rights(broker, folder):
    """The list of rights in docs/mqtt.md is enough, and what it does not allow is said in the log."""
    if broker.kind != "mosquitto":
        return
    rights = Path(folder) / "rights"
    rights.write_text(re.search(r"```\n(user cockpit-1\n.*?)```", PAGE.read_text(), re.S)[1])
    guarded = Broker("mosquitto", folder, login=("cockpit-1", "geheim-7"), extra=f"acl_file {rights}")
    options = ["--mqtt-user", "cockpit-1", "--mqtt-home-assistant"]
    password = {"DCS_MASTER_MQTT_PASSWORD": "geheim-7"}
    allowed = Server(guarded, folder, *options, base="dcs/cockpit-1", env=password)
    denied = Server(guarded, folder, *options, base="dcs/cockpit-2", env=password)
    wait_for_aircraft(guarded, base="dcs/cockpit-1")
    denied.wait_for("does not send back what is published on dcs/cockpit-2/status")
    time.sleep(1)
    assert "the broker does not" not in allowed.program.output(), allowed.program.output()
    assert any(topic.startswith("homeassistant/") for topic in guarded.retained())
    for server in [allowed, denied]:
        server.program.interrupt()
    guarded.kill()


def check_tls(broker, folder):
    """TLS works as docs/mqtt.md says, and only with the certificate of the right authority."""
    if broker.kind != "mosquitto":
        return
    commands = re.search(r"```tls\n(.*?)```", PAGE.read_text(), re.S)[1]
    for name in ["other", "certificates"]:
        place = Path(folder) / name
        place.mkdir()
        subprocess.run(["bash", "-ec", commands], cwd=place, check=True, capture_output=True)
    guarded = Broker("mosquitto", folder, tls=place / "broker")
    url = f"mqtts://localhost:{guarded.port}"
    server = Server(guarded, folder, "--mqtt-ca", f"{folder}/other/ca.crt", url=url)
    server.wait_for("name the file of the authority's certificate with --mqtt-ca")
    server.program.interrupt()
    server = Server(guarded, folder, "--mqtt-ca", f"{place}/ca.crt", url=url)
    server.wait_for("MQTT: connected")
    command = ["mosquitto_sub", "-h", "localhost", "-p", str(guarded.port), "--cafile", f"{place}/ca.crt"]
    command += ["-t", "dcs/one/gauge/Engine_RPM", "-C", "3", "-W", "10"]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.splitlines()
    assert len(lines) == 3, lines
    server.program.interrupt()
    guarded.kill()


def check_flood(broker, folder):
    """A flood of wrong and right messages keeps no client waiting and leaves the server small."""
    server = Server(broker, folder)
    wait_for_aircraft(broker)
    clients = Steadiness(server)
    lines = Path(folder) / "lines"
    lines.write_text("#1\nnonsense\nINC\n" * 20_000)
    with lines.open() as source:
        command = ["mosquitto_pub", *broker.arguments(), "-t", f"dcs/one/{GEAR}/set", "-l"]
        flood = subprocess.Popen(command, stdin=source)
        client = server.client()
        client.say("2 BATTERY_SWITCH 1 0 60")
        client.line_with("2 1 ")
        for number in [0, 1] * 5:
            client.say(f"1 BATTERY_SWITCH #{number}")
            client.line_with(f"2 1 .* {number}$")
        assert flood.wait(PATIENCE) == 0
    longest = clients.end()
    print(f"   longest pause of a TCP client: {longest * 1000:.0f} ms")
    status = Path(f"/proc/{server.program.process.pid}/status").read_text()
    assert int(re.search(r"VmRSS:\s+(\d+)", status)[1]) < 120_000
    broker.publish(f"dcs/one/{GEAR}/set", "#0")
    eventually("an answer", lambda: position(broker) == "0")
    server.program.interrupt()


def check_full_disk(broker, folder):
    """A broker whose disk is full, or gone, still passes values on, and no client misses a frame."""
    if broker.kind != "mosquitto":
        return
    gone = Path(folder) / "gone"
    gone.mkdir()
    fly_with_broken_disk(gone, lambda: shutil.rmtree(gone))
    full = Path(folder) / "full"
    full.mkdir()
    if mount_small_disk(full):
        try:
            fly_with_broken_disk(full, lambda: fill(full / "filler"))
        finally:
            subprocess.run(["umount", full], check=True)


def fly_with_broken_disk(location, break_disk):
    """Flies while the broker cannot store anything in its folder."""
    extra = f"persistence true\npersistence_location {location}/\nautosave_interval 1\nautosave_on_changes true"
    broker = Broker("mosquitto", location.parent, extra=extra)
    break_disk()
    flight = Lockstep(location.parent, f"mqtt://127.0.0.1:{broker.port}")
    count = fly(lambda: "Error" in broker.program.output(), flight)
    errors = [line.partition(": ")[2] for line in broker.program.output().splitlines() if "Error" in line]
    print(f"   {location.name}: {count} frames; ms {flight.report()}; the broker says {errors[0]}")
    first = broker.one("dcs/one/gauge/G1")
    fly(lambda: broker.one("dcs/one/gauge/G1") != first, flight, frames=50)
    assert flight.server.program.output().count("MQTT: connected") == 1
    flight.server.program.interrupt()
    broker.kill()


def mount_small_disk(location):
    """Mounts a disk of 64 KB, if this user may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", location]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def fill(file):
    with file.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while out.write(bytes(1024)):
            pass


def check_page(broker, folder):
    """The examples of docs/mqtt.md: five cockpits and one screen."""
    if broker.kind != "mosquitto":
        return
    text = PAGE.read_text()
    bases = re.findall(r"^dcs-master serve --mqtt mqtt://broker --mqtt-base (\S+)$", text, re.M)
    assert len(bases) == 5, bases
    servers = [Server(broker, folder, base=base) for base in bases]
    for server in servers:
        wait_for_aircraft(broker, base=server.base)
    blocks = re.findall(r"```screen\n(.*?)```", text, re.S)
    assert len(blocks) == 3, "the page has no examples"
    for part in "".join(blocks).split("$ ")[1:]:
        command, _, expected = part.partition("\n")
        run_example(broker, command, expected)
    for server in servers:
        server.program.interrupt()


def run_example(broker, command, expected):
    """Runs a command of an example, and compares its output; `…` stands for anything."""
    command = command.replace("-h broker", f"-p {broker.port}")
    limit = " -W 3" if command.startswith("mosquitto_sub") and "-C" not in command else ""
    wanted = [re.escape(line).replace("…", ".*") for line in expected.splitlines()]
    lines = []

    def matches():
        output = subprocess.run(["bash", "-c", command + limit], capture_output=True, check=False).stdout
        lines[:] = output.decode().splitlines()
        return all(any(re.fullmatch(want, line) for line in lines) for want in wanted)

    try:
        eventually(command, matches, 15)
    except AssertionError as error:
        raise AssertionError(f"{error}; it printed {lines}, not {wanted}") from None
    if wanted:
        print(f"   $ {command}")


def main():
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    kinds = ["mosquitto"] + (["aedes"] if os.environ.get("AEDES_FOLDER") else [])
    checks = [check for name, check in globals().items() if name.startswith("check_")]
    chosen = [check for check in checks if not names or any(name in check.__name__ for name in names)]
    for kind in kinds:
        for check in chosen:
            start = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                broker = Broker(kind, folder)
                try:
                    check(broker, folder)
                except Exception:
                    for log in Path(folder).glob("*.log"):
                        print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")
                    raise
                finally:
                    broker.kill()
            print(f"{kind}: {check.__name__[6:]} ({time.monotonic() - start:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
