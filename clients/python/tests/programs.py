"""The programs under test as processes: the server, the demo, the stand-in sim.

`DCS_MASTER_PROGRAM` names the server's program; without it the one that cargo built last is taken.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Callable, Sequence, TypeVar

#: The root of the repository.
ROOT = Path(__file__).resolve().parents[3]
#: The seconds that a test waits for an event, enough for a busy machine.
PATIENCE = 60.0

T = TypeVar("T")
Self = TypeVar("Self", bound="Program")


def eventually(what: str, condition: Callable[[], T | None]) -> T:
    """Calls a condition until it returns a true value."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError(f"waited {PATIENCE} s for {what}")


def server_program() -> Path:
    """Returns the path of `dcs-master`."""
    named = os.environ.get("DCS_MASTER_PROGRAM")
    if named:
        return Path(named)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    suffix = ".exe" if sys.platform == "win32" else ""
    built = [target / profile / f"dcs-master{suffix}" for profile in ("release", "debug")]
    built = [path for path in built if path.exists()]
    assert built, "build the server first (cargo build), or name it in DCS_MASTER_PROGRAM"
    return max(built, key=lambda path: path.stat().st_mtime)


def free_port() -> int:
    """Returns a port that nobody uses, below those that systems take for outgoing connections."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


class Program:
    """A running program, whose output is kept line by line."""

    def __init__(self, command: Sequence[object], **environment: str) -> None:
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            encoding="utf-8",
            errors="replace",
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        """All its output so far."""
        return "\n".join(self.lines)

    def wait_for(self, text: str, start: int = 0) -> str:
        """Waits for a line with this text among those from `start` on, and returns it."""

        def find() -> str | None:
            return next((line for line in self.lines[start:] if text in line), None)

        try:
            return eventually(f"a line with {text!r}", find)
        except AssertionError as error:
            raise AssertionError(f"{error}; it said:\n{self.output}") from None

    def say(self, line: str) -> None:
        """Writes a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Ends it at once, as a crash does."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()


def demo(port: int, *options: str) -> Program:
    """Starts the demo, which stays in its first aircraft, and waits for that aircraft."""
    command = [server_program(), "demo", "--every", "0", "--listen", f"127.0.0.1:{port}"]
    program = Program([*command, *options])
    program.wait_for("listening for clients")
    program.wait_for("aircraft Kestrel_T1")
    # The log can be a moment ahead of what clients are told.
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile() as lines:
        assert lines.readline() == "0 Kestrel_T1\n"
    return program


class Sim(Program):
    """The stand-in sim with the real scripts. `tests/standin/README.md` lists its control lines."""

    def __init__(self) -> None:
        self.hook_port, self.export_port = free_port(), free_port()
        self._echoes = 0
        super().__init__(
            [
                "lua5.1",
                ROOT / "tests/standin/sim.lua",
                *("--lua", ROOT / "lua", "--aircraft", "Kestrel_T1"),
                *("--hook-port", self.hook_port, "--export-port", self.export_port),
            ]
        )
        self.wait_for("ready ")

    def tell(self, *lines: str) -> None:
        """Sends control lines and waits until they have been carried out."""
        start = len(self.lines)
        self._echoes += 1
        for line in (*lines, f"echo {self._echoes}"):
            self.say(line)
        self.wait_for(f"echo {self._echoes}", start)

    def kill(self) -> None:
        """Ends the sim, which removes its folder."""
        if self.process.stdin is not None and self.process.poll() is None:
            self.say("quit")
            self.process.wait(PATIENCE)
        super().kill()

    def server(self, port: int, *options: str) -> Program:
        """Starts a server for this sim."""
        program = Program(
            [
                *(server_program(), "serve", "--listen", f"127.0.0.1:{port}"),
                *("--hook", f"127.0.0.1:{self.hook_port}"),
                *("--export", f"127.0.0.1:{self.export_port}"),
                *("--defs", ROOT / "aircraft-defs", "--no-compile", *options),
            ]
        )
        program.wait_for("listening for clients")
        return program
