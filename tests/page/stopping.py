"""A browser that is stopped, as by a computer that sleeps."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import server


@contextlib.contextmanager
def stopped(browser) -> Iterator[None]:
    """Stops all processes of a browser meanwhile."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    numbers = [process["id"] for process in processes]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)


def move_everything(sim: server.Sim, url: str) -> int:
    """Lets every arg of the aircraft move in each frame, and returns their number."""
    tables = catalog(url)
    items = [*tables["controls"], *tables["gauges"]]
    args = sorted({item["arg"] for item in items if item.get("arg") is not None})
    sim.tell(*(f"move {arg} ramp {2 + arg % 5} 0 1" for arg in args))
    return len(args)


def catalog(url: str) -> dict:
    """Waits for the tables of the aircraft and returns them."""
    end = time.monotonic() + server.PATIENCE
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{url}/api/catalog") as answer:
            tables = json.load(answer)
        if tables["gauges"]:
            return tables
        time.sleep(0.02)
    raise AssertionError("the server has no tables")


def memory_kb(program: server.Server) -> int:
    """Returns the memory that a server uses now."""
    status = Path(f"/proc/{program.program.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
