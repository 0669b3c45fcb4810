"""A server with a simulated cockpit and its page, and a plain client of the text protocol."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DCS_MASTER_PROGRAM", str(ROOT / "target/debug/dcs-master"))
PATIENCE = 20


class Program:
    """A running program whose output is read."""

    def __init__(self, command: list[object], home: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home or ROOT,
            env={**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "data")} if home else None,
        )
        self.output: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.output.append(line)

    def wait_for(self, pattern: str, start: int = 0) -> str:
        """Waits for a line of the output and returns the first group of the pattern."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(pattern, "".join(self.output[start:])):
                return found[1] if found.re.groups else found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"no {pattern!r} in:\n{''.join(self.output)}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Server:
    """A running server with a page, at ports of its own, which it keeps when it is started again."""

    def __init__(self, *command: object, page: str = "127.0.0.1:0", home: Path | None = None) -> None:
        self.command = command
        self.home = home
        self.addresses = {"listen": "127.0.0.1:0", "page": page}
        self.start()

    def start(self) -> None:
        files = ["--page-dir", ROOT / "server/web"] if os.environ.get("PAGE_FILES") else []
        addresses = [word for name, address in self.addresses.items() for word in (f"--{name}", address)]
        self.program = Program([PROGRAM, *self.command, *addresses, *files], self.home)
        page = self.program.wait_for(r"the page is at http://([^/]+)/")
        self.addresses = {"page": page, "listen": self.program.wait_for(r"listening for clients on (\S+)")}

    @property
    def url(self) -> str:
        return f"http://{self.addresses['page']}"

    @property
    def port(self) -> int:
        """The port of the text protocol."""
        return int(self.addresses["listen"].rsplit(":", 1)[1])

    def kill(self) -> None:
        self.program.kill()

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        if self.program.process.poll() is None:
            self.program.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.process.wait(PATIENCE)
        self.kill()


def demo() -> Server:
    """Starts a server with a simulated cockpit."""
    return Server("demo", "--every", "0")


class Sim(Program):
    """The stand-in sim with the real scripts; `tests/standin/README.md` lists its control lines."""

    def __init__(self, *options: object) -> None:
        self.ports = free_port(), free_port()
        self.echoes = 0
        hook, export = self.ports
        super().__init__(
            [
                "lua5.1",
                ROOT / "tests/standin/sim.lua",
                "--lua",
                ROOT / "lua",
                "--hook-port",
                hook,
                "--export-port",
                export,
                *options,
            ]
        )
        self.wait_for("ready ")

    def tell(self, *lines: str) -> None:
        """Sends control lines and waits until they have been carried out."""
        self.echoes += 1
        self.process.stdin.write("".join(f"{line}\n" for line in (*lines, f"echo {self.echoes}")))
        self.process.stdin.flush()
        self.wait_for(f"(?m)^echo {self.echoes}$")

    def serve(self, defs: object = ROOT / "aircraft-defs") -> Server:
        """Starts a server for this sim."""
        hook, export = self.ports
        return Server(
            "serve",
            "--no-compile",
            "--no-dcs-bios-names",
            "--defs",
            defs,
            "--hook",
            f"127.0.0.1:{hook}",
            "--export",
            f"127.0.0.1:{export}",
        )

    def quit(self) -> None:
        """Ends it; it removes its folder."""
        if self.process.poll() is None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                self.process.stdin.write("quit\n")
                self.process.stdin.flush()
                self.process.wait(PATIENCE)
        self.kill()


def free_port() -> int:
    """Returns a port that nobody uses, below those that systems take for outgoing connections."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


class Client:
    """A client of the text protocol, as a panel is one."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.lines: list[str] = []
        self.rest = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, line: str) -> None:
        self.socket.sendall(line.encode() + b"\n")

    def wait_for(self, pattern: str) -> str:
        """Returns the first line that matches from its beginning; those before it are dropped."""
        end = time.monotonic() + PATIENCE
        seen = []
        while True:
            while self.lines:
                line = self.lines.pop(0)
                if re.match(pattern, line):
                    return line
                seen.append(line)
            left = end - time.monotonic()
            self.socket.settimeout(max(0.01, left))
            try:
                assert left > 0, f"no {pattern!r} in {seen[-20:]}"
                self._receive()
            except TimeoutError:
                raise AssertionError(f"no {pattern!r} in {seen[-20:]}") from None

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        assert data, "the server closed the connection"
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.lines += [line.decode() for line in lines]
