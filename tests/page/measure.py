"""Measures the page in Chromium, with 1,500 controls: first paint, tasks while scrolling, and the share of the main
thread that sixty needles take. Run it by hand on a quiet machine: `python tests/page/measure.py`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import server
from conftest import CHROMIUM
from wide import AIRCRAFT, write_tables

SCROLL = """async list => {
  for (let y = 0; y < 55000; y += 137) { list.scrollTop = y; await new Promise(requestAnimationFrame); }
}"""


def main() -> None:
    sim = server.Sim("--aircraft", AIRCRAFT)
    with tempfile.TemporaryDirectory() as folder:
        serving = sim.serve(write_tables(Path(folder) / "defs", 1500, 200))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                paints = [first_paint(browser, serving.url) for _ in range(5)]
                print(
                    f"first paint {min(p[0] for p in paints):.0f} ms, first rows {min(p[1] for p in paints):.0f} ms (best of 5)"
                )
                print("scrolling: tasks over 50 ms:", *sorted(scroll(browser, serving.url) for _ in range(3)))
                print("from a key to the rows of its search:", search(browser, serving.url))
                sim.tell(*(f"move {arg} sine {2 + arg % 5} 0 1" for arg in range(101, 161)))
                print("sixty needles:", needles(browser, serving.url))
                print("a board of forty elements:", board(browser, serving.url))
                print("from a switch in the sim to its name:", moved(browser, serving.url, sim))
                print("memory:", memory(browser, serving.url))
                browser.close()
        finally:
            serving.stop()
            sim.quit()


def first_paint(browser, url: str) -> tuple[float, float]:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-name]")
    rows = page.evaluate("performance.now()")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.context.close()
    return paint, rows


def trace(page, work) -> list[dict]:
    """Returns the events of Chromium's trace while some work is done."""
    session = page.context.new_cdp_session(page)
    events: list[dict] = []
    done = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send(
        "Tracing.start",
        {
            "categories": "toplevel,devtools.timeline,disabled-by-default-devtools.timeline",
            "transferMode": "ReportEvents",
        },
    )
    work()
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(50)
    return events


def main_thread_tasks(events: list[dict]) -> list[float]:
    """Returns the processor time of each task of the page's main thread, in milliseconds."""
    main = {
        (e["pid"], e["tid"]) for e in events if e.get("name") == "thread_name" and e["args"]["name"] == "CrRendererMain"
    }
    busiest: dict[tuple[int, int], list[float]] = {}
    for event in events:
        key = (event.get("pid"), event.get("tid"))
        if key in main and event.get("name") == "RunTask" and event.get("ph") == "X":
            busiest.setdefault(key, []).append(event.get("tdur", event["dur"]) / 1000)
    return max(busiest.values(), key=sum)


def scroll(browser, url: str) -> int:
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-name]")
    page.wait_for_timeout(1500)
    tasks = main_thread_tasks(trace(page, lambda: page.locator(".list").evaluate(SCROLL)))
    page.context.close()
    print(f"  longest task {max(tasks):.1f} ms of {len(tasks)}", file=sys.stderr)
    return sum(task > 50 for task in tasks)


def needles(browser, url: str, count: int = 60, seconds: float = 5) -> str:
    """Opens a board of dials of its own making, as the boards do."""
    page = browser.new_context(viewport={"width": 1900, "height": 1060}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-name]")
    page.evaluate(
        """async count => {
      const { Cockpit } = await import("/cockpit.js");
      const { loadCatalog } = await import("/catalog.js");
      const { instrument } = await import("/instruments.js");
      const cockpit = new Cockpit();
      cockpit.setCatalog(await loadCatalog());
      cockpit.socket.connect();
      document.body.replaceChildren();
      document.body.className = "measured";
      for (let n = 0; n < count; n += 1) {
        const view = instrument(cockpit.catalog.get(`gauge Needle_${n}`), cockpit);
        view.element.style.width = "130px";
        document.body.append(view.element);
      }
      document.body.style.flexDirection = "row";
      document.body.style.flexWrap = "wrap";
      window.lines = 0;
      cockpit.socket.addEventListener("lines", (event) => (window.lines += event.detail.length));
    }""",
        count,
    )
    page.wait_for_timeout(2000)
    before = page.evaluate("window.lines")
    begin = time.monotonic()
    events = trace(page, lambda: page.wait_for_timeout(seconds * 1000))
    lasted = time.monotonic() - begin
    lines = page.evaluate("window.lines") - before
    tasks = main_thread_tasks(events)
    frames = sum(event.get("name") == "FireAnimationFrame" for event in events)
    return f"{frames / seconds:.0f} frames a second, {100 * sum(tasks) / 1000 / seconds:.0f} % of the main thread, {lines / lasted / count:.0f} updates a second each, longest task {max(tasks):.1f} ms"


def search(browser, url: str) -> str:
    """Types eight letters, each after the rows of the one before."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-raw]")
    times = page.evaluate("""async () => {
      const input = document.querySelector("input[type=search]"), list = document.querySelector(".list"), times = [];
      for (let n = 1; n <= 8; n += 1) {
        input.value = "generato".slice(0, n);
        const begin = performance.now();
        input.dispatchEvent(new Event("input"));
        while (list.dataset.query !== input.value) await new Promise(requestAnimationFrame);
        times.push(performance.now() - begin);
      }
      return times;
    }""")
    page.context.close()
    return f"{min(times):.0f} to {max(times):.0f} ms"


def board(browser, url: str, seconds: float = 5) -> str:
    """Twenty needles that move and twenty controls, full screen."""
    page = browser.new_context(viewport={"width": 1900, "height": 1060}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-name]")
    names = page.evaluate(
        "fetch('/api/catalog').then(answer => answer.json()).then(tables => tables.controls.slice(0, 20).map(c => c.name))"
    )
    items = [f"gauge Needle_{n}" for n in range(20)] + [f"control {name}" for name in names]
    elements = [{"item": item, "x": 2 * (n % 10), "y": 3 * (n // 10), "w": 2, "h": 3} for n, item in enumerate(items)]
    page.evaluate(
        """async board => fetch("/api/boards/Measured", {method: "PUT", headers: {"Content-Type": "application/json"},
      body: JSON.stringify(board)})""",
        {"aircraft": None, "elements": elements},
    )
    page.goto(f"{url}/board/Measured")
    page.wait_for_timeout(2500)
    events = trace(page, lambda: page.wait_for_timeout(seconds * 1000))
    frames = max(1, sum(event.get("name") == "FireAnimationFrame" for event in events))
    script = (
        sum(
            event.get("tdur", event["dur"])
            for event in events
            if event.get("name") in ("FunctionCall", "FireAnimationFrame") and event.get("ph") == "X"
        )
        / 1000
    )
    page.evaluate("fetch('/api/boards/Measured', {method: 'DELETE'})")
    page.context.close()
    return f"{script / frames:.1f} ms of script a frame, {frames / seconds:.0f} frames a second"


def moved(browser, url: str, sim: server.Sim) -> str:
    """Moves a switch in the sim ten times while needles move."""
    page = browser.new_context().new_page()
    page.goto(url + "/#/moved")
    page.get_by_role("status").filter(has_text="Watching").wait_for()
    page.wait_for_timeout(3000)
    page.evaluate("""() => {
      const rows = document.querySelector(".moves");
      new MutationObserver(() => (window.first = [Date.now(), rows.firstElementChild.dataset.name])).observe(rows, {childList: true});
    }""")
    times = []
    for turn in range(10):
        begin = time.time()
        sim.process.stdin.write(f"arg 2000 {(turn + 1) % 2}\n")
        sim.process.stdin.flush()
        page.wait_for_timeout(1500)
        at, name = page.evaluate("window.first")
        times.append(1000 * (at / 1000 - begin) if name == "BATTERY_SWITCH_0X" else float("nan"))
    page.context.close()
    return f"{min(times):.0f} to {max(times):.0f} ms"


def memory(browser, url: str) -> str:
    """Eight hours of values for the rows on screen, as fast as the page takes them: 30 a second."""
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.goto(url)
    page.wait_for_selector(".row[data-raw]")
    session = page.context.new_cdp_session(page)
    sizes = []
    for _ in range(4):
        page.evaluate("""async () => {
          const { GaugeFeed } = await import("/feed.js");
          const { Socket } = await import("/socket.js");
          window.measured ??= new GaugeFeed(new Socket("/nowhere"));
          let shown = 0;
          for (let arg = 0; arg < 30; arg += 1) window.measured.watch({ id: arg, target: String(arg) }, { precision: 3, rate: 30, show: () => (shown += 1) })();
          for (let arg = 0; arg < 30; arg += 1) window.measured.watch({ id: arg, target: String(arg) }, { precision: 3, rate: 30, show: () => (shown += 1) });
          const values = 2 * 3600 * 30;
          for (let n = 0; n < values; n += 1) {
            for (let arg = 0; arg < 30; arg += 1) window.measured.take(arg, n / values);
            if (n % 20000 === 0) await new Promise(requestAnimationFrame);
          }
        }""")
        session.send("HeapProfiler.collectGarbage")
        sizes.append(session.send("Runtime.getHeapUsage")["usedSize"] / 1024)
    page.context.close()
    return ", ".join(f"{size:.0f} KB" for size in sizes) + " after 2, 4, 6 and 8 hours"


if __name__ == "__main__":
    main()
