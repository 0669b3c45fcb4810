"""A sim at the other end of the link, which flies exactly the frames that it is told to, and servers for it."""

import contextlib
import json
import os
import socket
import threading
import time
from pathlib import Path

from programs import PATIENCE, PROGRAM, Client, Server, free_port

AIRCRAFT = "Lockstep"
# The number of frames after which values repeat.
FRAMES = 10_000


class Sim:
    """The hook state of a sim. All of its args have the number of the frame as their value."""

    def __init__(self, args):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connection, self.args = None, range(1, args + 1)

    def accept(self):
        """Waits for the server's greeting, and says which aircraft flies."""
        self.connection, _ = self.listener.accept()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = self.connection.makefile("rb")
        version = lines.readline().decode().split()[2:]
        hello = {"hello": "hook", "link": 1, "version": ".".join(version)}
        for line in [hello, {"aircraft": AIRCRAFT}]:
            self.connection.sendall(json.dumps(line).encode() + b"\n")
        threading.Thread(target=self.drain, args=[lines], daemon=True).start()

    def drain(self, lines):
        with contextlib.suppress(OSError):
            lines.read()

    def frame(self, number):
        self.connection.sendall(frame_line(self.args, number))


def frame_line(args, number):
    """Returns the line of a frame, in which all args have changed."""
    value = raw(number)
    return ('{"args":{' + ",".join(f'"{arg}":{value}' for arg in args) + "}}\n").encode()


def raw(number):
    """Returns the raw value of all args in a frame, as the text protocol writes it."""
    return f"{number % FRAMES / FRAMES:.5f}"


def write_tables(folder, gauges):
    """Writes tables with a gauge for each arg, unless they are there, and returns their folder."""
    defs = Path(folder) / "aircraft-defs"
    file = defs / AIRCRAFT / "gauges.json"
    if not file.exists():
        file.parent.mkdir(parents=True)
        table = [
            {"name": f"G{n}", "arg_number": n, "input": [0, FRAMES], "output": [0, 1]} for n in range(1, gauges + 1)
        ]
        file.write_text(json.dumps(table))
    return defs


class SimServer(Server):
    """A server that is linked with a sim. Without a URL it has no broker."""

    def __init__(self, sim, folder, url, *options, base="dcs/one", env=None):
        self.base, self.port = base, free_port()
        self.log = Path(folder) / f"server-{self.port}.log"
        defs = write_tables(folder, len(sim.args))
        self.command = [
            *(PROGRAM, "serve", "--hook", f"127.0.0.1:{sim.port}", "--export", f"127.0.0.1:{free_port()}"),
            *("--defs", str(defs), "--no-compile", "--no-dcs-bios-names", "--no-page"),
            *("--listen", f"127.0.0.1:{self.port}", *options),
            *(("--mqtt", url, "--mqtt-base", base) if url else ()),
        ]
        self.env = {**os.environ, "XDG_DATA_HOME": str(Path(folder) / "data"), **(env or {})}
        self.start()
        sim.accept()


class Lockstep:
    """A sim that flies a frame when the client has received the one before, with its server.

    A server that skips a frame, or that waits for anything but the sim and the client, cannot pass.
    """

    def __init__(self, folder, url, *options, args=200):
        self.sim, self.number, self.delays = Sim(args), 0, []
        self.server = SimServer(self.sim, folder, url, *options)
        self.client = Client(self.server.port)
        self.client.say("2 1 7 5 1000")
        time.sleep(0.5)

    def frame(self):
        """Flies one frame. The client must get its value, and no other."""
        self.number += 1
        start = time.perf_counter()
        self.sim.frame(self.number)
        line = self.client.line_with("2 7 ")
        self.delays.append(time.perf_counter() - start)
        assert line.split(" ")[2] == raw(self.number), f"{line}, not frame {self.number}"

    def report(self):
        """Returns the delays since the last report, as text."""
        delays, self.delays = sorted(self.delays), []
        parts = [("p50", 0.5), ("p99", 0.99), ("max", 1)]
        return " ".join(f"{name} {delays[int(part * (len(delays) - 1))] * 1000:5.2f}" for name, part in parts)


def fly(condition, *flights, frames=300, pause=0.004):
    """Flies at least so many frames of each flight, in turns, until the condition is true."""
    end = time.monotonic() + PATIENCE
    count = 0
    while count < frames or not condition():
        for flight in flights:
            flight.frame()
            time.sleep(pause)
        count += 1
        assert time.monotonic() < end, "waited in vain while frames went on"
    return count
