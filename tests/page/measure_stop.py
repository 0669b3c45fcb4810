"""Measures what a browser costs others that is stopped for a minute while everything moves: how late values are for
a TCP client, the server's memory, and how soon the page has the newest value afterwards. Run it by hand:
`python tests/page/measure_stop.py [SECONDS]`.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time

from playwright.sync_api import sync_playwright

import server
from cockpit_page import CockpitPage
from conftest import CHROMIUM
from stopping import memory_kb, move_everything, stopped

PERIOD = 100  # seconds of the ramp whose value tells when the sim has read it
RATE = 60


class Lateness(threading.Thread):
    """A TCP client that notes when it gets each value of arg 101."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.client = server.Client(port)
        self.client.send(f"2 101 1 5 {RATE}")
        self.seen: list[tuple[float, float]] = []
        self.start()

    def run(self) -> None:
        with contextlib.suppress(AssertionError):  # the server ends
            while True:
                line = self.client.wait_for("2 1 0")
                self.seen.append((time.monotonic(), float(line.split()[2])))

    def delays(self, begin: float, end: float) -> list[float]:
        """Returns the delays in seconds, all too long by the same amount."""
        return sorted((at - value * PERIOD) % PERIOD for at, value in list(self.seen) if begin <= at < end)

    def between(self, begin: float, end: float, fastest: float) -> str:
        """Returns how late values were, compared with the fastest one."""
        late = [1000 * (delay - fastest) for delay in self.delays(begin, end)]
        at = lambda share: late[int(share * (len(late) - 1))]  # noqa: E731
        return f"p50 {at(0.5):.1f}, p99 {at(0.99):.1f}, max {at(1):.1f} ms, {len(late) / (end - begin):.1f} values/s"


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    sim = server.Sim("--aircraft", "Kestrel_T1")
    serving = sim.serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            measure(sim, serving, browser, seconds)
            browser.close()
    finally:
        serving.stop()
        sim.quit()


def measure(sim: server.Sim, serving: server.Server, browser, seconds: float) -> None:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(serving.url)
    card = CockpitPage(page).open("Airspeed")
    page.locator("input[type=search]").fill("")
    print("args that move:", move_everything(sim, serving.url))
    sim.tell(f"move 101 ramp {PERIOD} 0 1")
    lateness = Lateness(serving.port)
    time.sleep(3)
    marks, memory = [time.monotonic()], [memory_kb(serving)]
    time.sleep(10)
    marks.append(time.monotonic())
    with stopped(browser):
        for _ in range(4):
            time.sleep(seconds / 4)
            memory.append(memory_kb(serving))
        marks.append(time.monotonic())
        sim.tell("arg 101 0.25")
    begin = time.monotonic()
    while card.get_attribute("data-raw") != "0.25":
        time.sleep(0.005)
    print(f"the page has the newest value {1000 * (time.monotonic() - begin):.0f} ms after it goes on")
    fastest = lateness.delays(marks[0], marks[2])[0]
    print("lateness before:", lateness.between(marks[0], marks[1], fastest))
    print("lateness while it is stopped:", lateness.between(marks[1], marks[2], fastest))
    print("memory of the server:", " -> ".join(f"{kb}" for kb in memory), "KB")


if __name__ == "__main__":
    main()
