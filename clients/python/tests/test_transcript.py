"""Both shells send and receive the same, with the real server and the scripts of the sim."""

from __future__ import annotations

from typing import Callable, List

import pytest

from .programs import Program, Sim
from .relay import Relay
from .shells import Step, run_asyncio, run_blocking


def script(sim: Sim) -> List[Step]:
    """Returns a script that uses every method."""
    start = len(sim.lines)
    return [
        ("aircraft", "Kestrel_T1"),
        ("wait_for_aircraft", "Kestrel_T1"),
        ("wait_for_aircraft", "Concorde", 0.01),
        ("do", lambda: sim.tell("arg 103 0.65", "arg 83 0.5", "arg 540 0.125")),
        ("subscribe", "altimeter", "gauge", "Altimeter", {"precision": -1, "max_frequency": 60}),
        ("until", "altimeter", lambda update: update.value == 10000),
        ("subscribe", "flaps", "control", "FLAP_LEVER"),
        ("until", "flaps", lambda update: update.position == 1),
        ("subscribe", "arg", "arg", 540, {"precision": 3}),
        ("until", "arg", lambda update: update.raw == 0.125),
        ("do", lambda: sim.tell("arg 103 0.38", "arg 540 -1")),
        ("until", "altimeter", lambda update: update.value == 20000),
        ("until", "arg", lambda update: update.text == "-1.000"),
        ("subscribe", "wrong", "gauge", "Altimetr"),
        ("subscribe", "other", "gauge", "Altimeter"),
        ("subscribe", "missing", "gauge", "Torque", {"missing_ok": True}),
        ("do", lambda: sim.tell("show 1 SCRATCH 12\\n3", "show 2 OTHER x")),
        ("subscribe", "scratch", "display", 1, "SCRATCH"),
        ("until", "scratch", lambda text: text == "12\n3"),
        ("do", lambda: sim.tell("show 1 SCRATCH caf\\xe9")),
        ("until", "scratch", lambda text: text == "café"),
        ("displays",),
        ("displays", 1),
        ("displays", 77),
        ("act", "FLAP_LEVER", "#2"),
        ("act", "FLAP_LEVER", "SIDEWAYS"),
        ("act", "FLAP LEVER", 1),
        ("command", "ENGINE", "Throttle", 0.25),
        ("command", 3, 3001, 0.5),
        ("command", 3, 3001, 2),
        ("state_position", "LANDING_LIGHT", "#0"),
        ("state_position", "LAMP_TEST", 1),
        ("do", lambda: sim.wait_for("action 3 3001 0.5", start) and None),
        ("do", lambda: sim.tell("aircraft none")),
        ("aircraft", None),
        ("act", "FLAP_LEVER", "#0"),
        ("do", lambda: sim.tell("aircraft Kestrel_T1")),
        ("wait_for_aircraft",),
        ("subscribe", "last", "arg", 541),
    ]


@pytest.mark.usefixtures("server")
def test_both_shells_have_the_same_transcript(sim: Sim, server_port: int) -> None:
    transcripts, sent, acted = [], [], []
    runs: list[tuple[Callable[[int, List[Step]], List[str]], int]] = [
        (run_blocking, 1 << 16),
        (run_asyncio, 1 << 16),
        (run_blocking, 1),
        (run_asyncio, 1),
    ]
    for run, size in runs:
        start = len(sim.lines)
        with Relay(server_port, size) as relay:
            transcripts.append(run(relay.port, script(sim)))
            sent.append(relay.lines)
        actions = [line for line in sim.lines[start:] if line.startswith("action")]
        acted.append([line.split(" frame ")[0] for line in actions])
        sim.tell("arg 103 0", "arg 83 0", "arg 540 0", "indicator 1 nil", "indicator 2 nil")
    print("\n".join(transcripts[0]), "\n".join(sent[0]), "\n".join(acted[0]), sep="\n\n")
    for outcome in (transcripts, sent, acted):
        for other in outcome[1:]:
            assert other == outcome[0]
    assert acted[0] == ["action 5 3001 1", "action 3 3001 0.25", "action 3 3001 0.5"]
    assert_outcomes(transcripts[0])


def assert_outcomes(transcript: List[str]) -> None:
    text = "\n".join(transcript)
    for part in (
        "0 aircraft: 'Kestrel_T1'",
        "TimeoutError",
        'RequestError(\'unknown gauge "Altimetr" for Kestrel_T1; did you mean "Altimeter"?',
        "other options",
        "displays: {1: {'SCRATCH': ['café']}, 2: {'OTHER': ['x']}}",
        "displays: {'SCRATCH': ['café']}",
        "RequestError('there is no indicator 77')",
        'RequestError(\'FLAP_LEVER cannot take "SIDEWAYS"',
        "ValueError(\"control 'FLAP LEVER'",
        "must be a number from -1.0 to 1.0",
        'RequestError(\'LAMP_TEST cannot take "1": it does not stay there',
        "NoAircraftError(",
    ):
        assert part in text, part


def test_an_error_that_comes_late_reaches_the_logger(
    sim: Sim, server: Program, server_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    del server
    steps: List[Step] = [
        ("do", lambda: sim.tell("device 99 nil", "show 6 OTHER x")),
        ("command", 99, 3001, 1),
        ("subscribe", "display", "display", 6, "NOT_THERE"),
        ("until", "display", lambda text: text == ""),
        ("do", lambda: sim.tell("echo")),
        ("statistics",),
    ]
    for run in (run_blocking, run_asyncio):
        caplog.clear()
        transcript = run(server_port, steps)
        assert "None" in transcript[1]
        logged = [record.getMessage() for record in caplog.records]
        assert any("the sim says: no device 99" in text for text in logged), logged
        assert any('shows no element "not_there"' in text for text in logged), logged
