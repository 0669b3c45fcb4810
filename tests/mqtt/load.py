"""Measures twenty cockpits on one Mosquitto, beside Mosquitto's own programs. It is run by hand.

Usage: DCS_MASTER_PROGRAM=… load.py [SECONDS]. Each cockpit has 200 gauges, all of which change in each of 30 frames
a second, and is published at 10 messages a second for each topic. All programs run on this computer, so they share
its processors.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from programs import Broker, Program, eventually
from sim import Sim, SimServer, frame_line

COCKPITS = 20
TOPICS = 200
FPS = 30
LINES = 200_000


def cpu_seconds(pid):
    """Returns the time that all threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


class Flights(threading.Thread):
    """The frames of all sims, whose servers get the same lines."""

    def __init__(self, sims):
        super().__init__(daemon=True)
        self.sims, self.frames, self.is_over = sims, 0, False
        self.lines = [frame_line(sims[0].args, number) for number in range(1, 1000)]
        self.start()

    def run(self):
        begin = time.monotonic()
        while not self.is_over:
            line = self.lines[self.frames % len(self.lines)]
            for sim in self.sims:
                sim.connection.sendall(line)
            self.frames += 1
            time.sleep(max(0, begin + self.frames / FPS - time.monotonic()))


class Counter:
    """A subscriber that counts messages; it writes a byte for each."""

    def __init__(self, broker, topic, folder):
        command = ["mosquitto_sub", *broker.arguments(), "-t", topic, "-F", "x", "-N"]
        self.program = Program(command, Path(folder) / "counted")

    def count(self):
        return self.program.log.stat().st_size


def measure_cockpits(folder, seconds):
    broker = Broker("mosquitto", folder)
    sims = [Sim(TOPICS) for _ in range(COCKPITS)]
    url = f"mqtt://127.0.0.1:{broker.port}"
    servers = [SimServer(sim, folder, url, base=f"dcs/cockpit-{n}") for n, sim in enumerate(sims, 1)]
    flights = Flights(sims)
    counter = Counter(broker, "dcs/+/gauge/+", folder)
    eventually("all topics", lambda: len(broker.retained("dcs/+/gauge/+", seconds=3)) == COCKPITS * TOPICS)
    programs = [server.program for server in servers]
    programs = {"mosquitto": [broker.program], "mosquitto_sub": [counter.program], "servers": programs}
    usage = lambda name: sum(cpu_seconds(program.process.pid) for program in programs[name])  # noqa: E731
    before = {name: usage(name) for name in programs}
    count, frames, start = counter.count(), flights.frames, time.monotonic()
    time.sleep(seconds)
    time_passed = time.monotonic() - start
    rate = (counter.count() - count) / time_passed
    fps = (flights.frames - frames) / time_passed
    print(
        f"{COCKPITS} cockpits with {TOPICS} topics, {fps:.1f} frames a second: {rate:.0f} messages a second delivered"
    )
    for name, before_name in before.items():
        share = (usage(name) - before_name) / time_passed * 100 / len(programs[name])
        print(f"   {name}: {share:.1f} % of a core each")
    flights.is_over = True
    flights.join()
    for program in [*programs["servers"], counter.program, broker.program]:
        program.kill()


def measure_own_programs(folder):
    """Mosquitto's own programs: one publisher, one subscriber, as fast as they can."""
    broker = Broker("mosquitto", folder)
    counter = Counter(broker, "load", folder)
    lines = Path(folder) / "lines"
    lines.write_text("0.12345 0.12\n" * LINES)
    time.sleep(1)
    before, start = cpu_seconds(broker.program.process.pid), time.monotonic()
    with lines.open() as source:
        subprocess.run(["mosquitto_pub", *broker.arguments(), "-t", "load", "-l"], stdin=source, check=True)
    last = -1
    while (count := counter.count()) != last:
        last, end = count, time.monotonic()
        time.sleep(0.3)
    used = cpu_seconds(broker.program.process.pid) - before
    print(
        f"mosquitto_pub -l: {count} of {LINES} delivered, {count / (end - start):.0f} a second, mosquitto {used:.2f} s"
    )
    counter.program.kill()
    broker.kill()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"load of this computer before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        measure_cockpits(folder, seconds)
    with tempfile.TemporaryDirectory() as folder:
        measure_own_programs(folder)


if __name__ == "__main__":
    main()
