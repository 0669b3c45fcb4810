"""A server with a simulated cockpit and its page, and a plain client of the text protocol."""

from __future__ import annotations

import contextlib
import os
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


class Demo:
    """A running `dcs-master demo`, at ports of its own unless told otherwise."""

    def __init__(self, *options: str, page: str = "127.0.0.1:0", listen: str = "127.0.0.1:0") -> None:
        self.options = options
        self.addresses = {"page": page, "listen": listen}
        self.start()

    def start(self) -> None:
        """Starts the program and waits until it has said where it listens."""
        files = ["--page-dir", str(ROOT / "server/web")] if os.environ.get("PAGE_FILES") else []
        flags = [word for name, address in self.addresses.items() for word in (f"--{name}", address)]
        self.process = subprocess.Popen(
            [PROGRAM, "demo", "--every", "0", *flags, *files, *self.options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        self.output: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        page = self.wait_for(r"the page is at (http://[^/]+)/")
        listen = self.wait_for(r"listening for clients on (\S+)")
        self.url = page
        self.addresses = {"page": page.removeprefix("http://"), "listen": listen}

    def _read(self) -> None:
        for line in self.process.stdout:
            self.output.append(line)

    def wait_for(self, pattern: str) -> str:
        """Waits for a line of the program's output and returns the first group of the pattern."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(pattern, "".join(self.output))
            if found:
                return found[1]
            time.sleep(0.02)
        raise AssertionError(f"no {pattern!r} in:\n{''.join(self.output)}")

    @property
    def port(self) -> int:
        return int(self.addresses["listen"].rsplit(":", 1)[1])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        self.kill()


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
