"""The link to the scripts of the sim, in the stand-in sim."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading

import dcs_master.aio.link
from dcs_master.link import ExportLink, HookLink, Message

from .programs import Sim, eventually


def test_args_and_actions(sim: Sim) -> None:
    sim.tell("arg 540 0.5", "wire 3 3001 540", "device 99 nil")
    with HookLink(port=sim.hook_port) as link:
        assert link.hello["hello"] == "hook"
        link.watch(540, rate=60)
        assert next(m["args"] for m in link if "args" in m) == {"540": 0.5}
        assert link.aircraft == "Kestrel_T1"
        link.act(3, 3001, -0.25)
        assert next(m["args"] for m in link if "args" in m) == {"540": -0.25}
        ticket = link.act(99, 3001, 1)
        assert next(m["error"] for m in link if m.get("ticket") == ticket) == "no device 99"
        ticket = link.ask_cold()
        assert next(m["cold"] for m in link if m.get("ticket") == ticket) is True
        mark = link.mark()
        assert next(m for m in link if "reached" in m) == {"reached": mark}
        link.watch(540, rate=0)
        sim.tell("aircraft none")
        assert next(m for m in link if "aircraft" in m) == {"aircraft": None}
    assert list(link) == []
    assert "violation" not in sim.output


def test_displays(sim: Sim) -> None:
    sim.tell("show 6 SCRATCH 12")
    with ExportLink(port=sim.export_port) as link:
        link.watch(6, epoch=3)
        message = next(m for m in link if "indicator" in m)
        assert (message["indicator"], message["epoch"]) == (6, 3)
        assert "SCRATCH\n12" in str(message["text"])
        sim.tell("show 6 SCRATCH caf\\xe9")
        assert "café" in str(next(m["text"] for m in link if "indicator" in m))
        ticket = link.list_indicators()
        assert list(next(m["indicators"] for m in link if m.get("ticket") == ticket)) == ["6"]


def test_a_sim_that_comes_and_goes(sim: Sim) -> None:
    sim.tell("arg 540 0.5")
    with HookLink(port=sim.hook_port) as link, ExportLink(port=sim.export_port) as displays:
        link.watch(540, rate=60)
        assert next(m["args"] for m in link if "args" in m) == {"540": 0.5}
        for number in range(1, 4):
            sim.tell("mission stop", f"arg 540 {number / 64}")
            eventually("the end of the export state", lambda: not displays.connected)
            assert next(m for m in link if "aircraft" in m) == {"aircraft": None}
            sim.tell("mission start")
            found = next(m for m in link if m.get("aircraft") is not None)
            assert found == {"aircraft": "Kestrel_T1"}
            values = next(m["args"] for m in link if "args" in m)
            assert values == {"540": number / 64}
            eventually("the export state", lambda: displays.connected)


def test_one_program_at_a_time(sim: Sim) -> None:
    first = HookLink(port=sim.hook_port)
    first.open()
    second = HookLink(port=sim.hook_port)
    opening = threading.Thread(target=second.open)
    opening.start()
    opening.join(1.5)
    assert opening.is_alive(), "the second one waits"
    first.close()
    opening.join(60)
    assert second.connected
    second.close()


def test_the_same_with_asyncio(sim: Sim) -> None:
    sim.tell("arg 540 0.5", "show 6 SCRATCH 12")

    async def find(link: dcs_master.aio.link.Link, key: str) -> Message:
        async for message in link:
            if key in message:
                return message
        raise AssertionError("the link was closed")

    async def main() -> None:
        hook = dcs_master.aio.link.HookLink(port=sim.hook_port)
        export = dcs_master.aio.link.ExportLink(port=sim.export_port)
        async with hook, export:
            hook.watch(540)
            export.watch(6)
            assert (await find(hook, "args"))["args"] == {"540": 0.5}
            assert "SCRATCH" in str((await find(export, "text"))["text"])
            ticket = hook.act(3, 3001, 1)
            assert ticket > 0
            mark = hook.mark()
            assert (await find(hook, "reached"))["reached"] == mark
        assert [message async for message in hook] == []

    asyncio.run(main())
    sim.wait_for("action 3 3001 1")


def test_a_reader_that_is_slow_gets_the_newest(sim: Sim) -> None:
    sim.tell("arg 540 0")
    with HookLink(port=sim.hook_port) as link:
        link.watch(540, rate=1000)
        for number in range(1, 33):
            sim.tell(f"arg 540 {number / 32}")
        link.mark()
        eventually("the mark", lambda: "reached" in str(link._session._pending))
        values = [
            m["args"]
            for m in itertools.takewhile(lambda m: "reached" not in m, link)
            if "args" in m
        ]
        assert values == [{"540": 1.0}]


def test_what_the_sim_does_not_read_at_once_is_not_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link = HookLink(port=listener.getsockname()[1])
        opening = threading.Thread(target=link.open)
        opening.start()
        sim, _ = listener.accept()
        with sim, sim.makefile("rb") as lines:
            assert lines.readline() == b"0 1 0 1 0\n"
            sim.sendall(b'{"hello":"hook","link":1,"version":"0.1.0"}\n')
            opening.join(60)
            stream = link._connection._socket
            assert stream is not None
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            count = 10_000
            for _ in range(count):
                link.act(1, 3001, 0.5)
            assert link._connection._unsent
            tickets = (int(line.split()[-1]) for line in lines if line != b"0\n")
            assert list(itertools.islice(tickets, count)) == list(range(1, count + 1))
        link.close()
