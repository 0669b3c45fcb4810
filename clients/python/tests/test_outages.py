"""A server that comes and goes."""

from __future__ import annotations

import asyncio
import itertools
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable

import pytest

import dcs_master
import dcs_master.aio
from dcs_master import Cockpit, NoAircraftError, Update

from .programs import Program, Sim, demo, eventually, free_port

#: The arg whose last value must never be lost, and those that move all the time.
MARKER, LOAD = 900, range(100, 160)
RESTARTS = 20


def value_of(round_number: int) -> float:
    """Returns a value that single precision and five decimals hold exactly."""
    return round_number / 32


class AsyncClient(threading.Thread):
    """A client with the asyncio shell, in a thread of its own."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self.marker: Update | None = None
        self.start()

    def run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        async with dcs_master.aio.Cockpit(port=self._port) as cockpit:
            loads = [cockpit.arg(arg, max_frequency=60) for arg in LOAD]
            readers = [asyncio.create_task(self._read(feed)) for feed in loads]
            async for update in cockpit.arg(MARKER, precision=5):
                self.marker = update
                if update.raw < 0:
                    break
            for reader in readers:
                reader.cancel()

    async def _read(self, feed: dcs_master.aio.Gauge) -> None:
        async for _ in feed:
            pass


def test_a_server_that_is_killed_loses_no_last_value(sim: Sim) -> None:
    port = free_port()
    sim.tell(*(f"move {arg} sine 3 -1 1" for arg in LOAD), f"arg {MARKER} 0")
    server = sim.server(port)
    asynchronous = AsyncClient(port)
    with Cockpit(port=port) as cockpit:
        loads = [cockpit.arg(arg, max_frequency=60) for arg in LOAD]
        marker = cockpit.arg(MARKER, precision=5)
        # The server counts the two as one client's, so both want the same.
        expected = 2 * (len(loads) + 1)
        for number in range(1, RESTARTS + 1):
            moved = next(iter(loads)).latest
            sim.tell(f"arg {MARKER} {value_of(number)}")
            server.kill()
            eventually("the loss to be seen", lambda: cockpit.aircraft is None)
            sim.tell(f"arg {MARKER} {value_of(number + 100)}")
            server = sim.server(port)
            wanted = value_of(number + 100)
            eventually("the value", lambda: marker.read().raw == wanted)  # noqa: B023
            eventually(
                "the value in asyncio",
                lambda: asynchronous.marker is not None and asynchronous.marker.raw == wanted,  # noqa: B023
            )
            eventually("the load to move again", lambda: loads[0].latest != moved)  # noqa: B023
            statistics = cockpit.statistics()
            assert (statistics.clients, statistics.subscriptions) == (2, expected)
            assert cockpit.aircraft == "Kestrel_T1"
        sim.tell(f"arg {MARKER} -1")
        asynchronous.join(60)
        assert not asynchronous.is_alive()
    server.kill()
    assert "violation" not in sim.output


def test_the_program_may_be_started_before_the_server(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    values: list[Update] = []

    def watch() -> None:
        with Cockpit(port=port) as cockpit:
            values.append(cockpit.gauge("Altimeter").read())

    thread = threading.Thread(target=watch)
    thread.start()
    eventually("the log", lambda: "waiting for dcs-master" in caplog.text)
    with demo(port):
        thread.join(60)
    assert values
    assert caplog.text.count("waiting for dcs-master") == 1


def test_without_a_server_nothing_is_worked_but_positions_are_kept() -> None:
    port = free_port()
    program = demo(port)
    with Cockpit(port=port) as cockpit:
        flaps = cockpit.control("FLAP_LEVER")
        cockpit.state_position("LANDING_LIGHT", "#1")
        cockpit.act("FLAP_LEVER", "#0")
        program.kill()
        eventually("the loss", lambda: not cockpit.connected)
        with pytest.raises(NoAircraftError, match="no connection"):
            cockpit.act("FLAP_LEVER", "#2")
        cockpit.state_position("LANDING_LIGHT", "#0")
        missing = cockpit.gauge("Torque", missing_ok=True)
        with demo(port):
            assert cockpit.wait_for_aircraft() == "Kestrel_T1"
            cockpit.act("FLAP_LEVER", "#2")
            assert next(update for update in flaps if update.position == 2)
            assert missing.latest is None
    with pytest.raises(dcs_master.ClosedError):
        cockpit.act("FLAP_LEVER", "#0")
    assert list(flaps) == []


def test_a_frozen_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dcs_master.core.session.POLL_PERIOD", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        cockpit = Cockpit(port=port)
        opening = threading.Thread(target=_open, args=(cockpit,))
        opening.start()
        for _ in range(3):
            connection, _ = listener.accept()
            while connection.recv(4096):
                pass
            connection.close()
        cockpit.close()
        opening.join(60)
        assert not opening.is_alive()


def _open(cockpit: Cockpit) -> None:
    with pytest.raises(dcs_master.ClosedError):
        cockpit.open()


def test_a_server_that_is_full_is_tried_again() -> None:
    port = free_port()
    with demo(port, "--max-clients", "1"):
        first = Cockpit(port=port)
        first.open()
        second = Cockpit(port=port)
        opening = threading.Thread(target=second.open)
        opening.start()
        first.close()
        opening.join(60)
        assert second.connected
        second.close()


READER = """
import sys
from dcs_master import Cockpit
with Cockpit(port=int(sys.argv[1])) as cockpit:
    for update in cockpit.arg(900, precision=5):
        print("value", update.raw, flush=True)
"""


def test_two_processes(sim: Sim, server: Program, server_port: int) -> None:
    del server
    package = str(Path(dcs_master.__file__).parents[1])
    readers = [
        Program([sys.executable, "-c", READER, server_port], PYTHONPATH=package) for _ in range(2)
    ]
    for number in (1, 2, 3):
        sim.tell(f"arg 900 {value_of(number)}")
        for reader in readers:
            reader.wait_for(f"value {value_of(number)}")
    readers[0].kill()
    sim.tell("arg 900 -1")
    readers[1].wait_for("value -1.0")
    readers[1].kill()


def test_late_errors_are_never_raised_by_others_calls(sim: Sim, server: Program) -> None:
    """Devices fail, aircraft and displays come and go while right and wrong requests are made."""
    port = int(server.wait_for("listening for clients").rsplit(":", 1)[1])
    sim.tell("device 99 nil", "show 6 OTHER x")
    problems: list[str] = []
    stop = threading.Event()
    with Cockpit(port=port) as cockpit:

        def repeat(work: Callable[[], object], reasons: tuple[str, ...]) -> None:
            """Repeats one piece of work until the end. An error must have one of the reasons."""
            while not stop.wait(0.02):
                try:
                    work()
                except NoAircraftError:
                    pass
                except dcs_master.RequestError as error:
                    if not any(reason in str(error) for reason in reasons):
                        problems.append(f"{error} in place of {reasons}")

        def subscribe_anew() -> None:
            cockpit.gauge("NO_SUCH_GAUGE", missing_ok=True).close()
            cockpit.display(6, "NOT_THERE").close()
            cockpit.gauge("Altimeter").close()

        # The sim performs one action per command in a frame, and runs few frames on a busy machine.
        dropped = "this one was dropped"
        works: list[tuple[Callable[[], object], tuple[str, ...]]] = [
            (lambda: cockpit.command(99, 3001, 1), (dropped,)),
            (cockpit.statistics, ()),
            (lambda: cockpit.displays(6), ("indicator", "the sim did not answer")),
            (lambda: cockpit.act("FLAP_LEVER", "#1"), ("FLAP_LEVER", dropped)),
            (lambda: cockpit.act("IGNITION", "SIDEWAYS"), ("IGNITION",)),
            (lambda: cockpit.act("COURSE", "#77"), ("COURSE",)),
            (lambda: cockpit.state_position("LAMP_TEST", 1), ("LAMP_TEST",)),
            (subscribe_anew, ("Altimeter",)),
        ]
        threads = [threading.Thread(target=repeat, args=work) for work in works]
        for thread in threads:
            thread.start()
        for _ in range(10):
            sim.tell("aircraft none", "mission stop")
            sim.tell("aircraft Heron-H2", "mission start")
            eventually("the aircraft", lambda: cockpit.aircraft == "Heron-H2")
            sim.tell("aircraft Kestrel_T1")
            eventually("the aircraft", lambda: cockpit.aircraft == "Kestrel_T1")
        stop.set()
        for thread in threads:
            thread.join()
    assert problems == []


def test_many_threads_share_a_cockpit(demo_port: int) -> None:
    problems: list[BaseException] = []
    with Cockpit(port=demo_port) as cockpit:

        def work(number: int) -> None:
            try:
                for turn in range(20):
                    cockpit.act(f"UFC_KEY_{number}", turn % 2)
                    with pytest.raises(dcs_master.RequestError, match=f"UFC_KEY_{number} cannot"):
                        cockpit.act(f"UFC_KEY_{number}", f"X{turn}")
                    gauge = cockpit.gauge("Altimeter")
                    gauge.read()
                    gauge.close()
            except BaseException as error:
                problems.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert cockpit.statistics().subscriptions == 0


def test_many_tasks_share_a_cockpit(demo_port: int) -> None:
    async def work(cockpit: dcs_master.aio.Cockpit, number: int) -> None:
        for turn in range(20):
            await cockpit.act(f"UFC_KEY_{number}", turn % 2)
            with pytest.raises(dcs_master.RequestError, match=f"UFC_KEY_{number} cannot"):
                await cockpit.act(f"UFC_KEY_{number}", f"X{turn}")
            gauge = cockpit.gauge("Altimeter")
            await gauge.read()
            gauge.close()

    async def main() -> int:
        async with dcs_master.aio.Cockpit(port=demo_port) as cockpit:
            await asyncio.gather(*(work(cockpit, number) for number in range(8)))
            return (await cockpit.statistics()).subscriptions

    assert asyncio.run(main()) == 0


def test_several_feeds_in_one_loop(demo_port: int) -> None:
    with Cockpit(port=demo_port) as cockpit:
        flaps, light = cockpit.control("FLAP_LEVER"), cockpit.control("LANDING_LIGHT")
        seen = {feed.name for feed, _ in itertools.islice(cockpit.merge(flaps, light), 2)}
        assert seen == {"FLAP_LEVER", "LANDING_LIGHT"}
        flaps.close()
        light.close()
        assert list(cockpit.merge(flaps, light)) == []


def test_ctrl_c_ends_a_program_that_waits() -> None:
    # Otherwise a program that a script starts in the background ignores Ctrl-C.
    heed = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code = heed + "from dcs_master import Cockpit\nCockpit(port=1).open()"
    package = str(Path(dcs_master.__file__).parents[1])
    with Program([sys.executable, "-c", code], PYTHONPATH=package) as waiting:
        waiting.wait_for("waiting for dcs-master")
        subprocess.run(["kill", "-INT", str(waiting.process.pid)], check=True)
        waiting.process.wait(60)
        waiting.wait_for("KeyboardInterrupt")
