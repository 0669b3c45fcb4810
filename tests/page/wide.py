"""A cockpit of any size, made from the sample aircraft's tables."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import server

SAMPLE = server.ROOT / "aircraft-defs/Kestrel_T1"
AIRCRAFT = "Wide-1"
FIRST_ARG = 2000
KINDS = [control for control in json.loads((SAMPLE / "controls.json").read_text()) if len(control["actions"]) == 1]


def write_tables(folder: Path, controls: int, gauges: int) -> Path:
    """Writes the tables of a cockpit and returns the folder for `--defs`."""
    target = folder / AIRCRAFT
    target.mkdir(parents=True)
    for file in SAMPLE.glob("*.json"):
        (target / file.name).write_text(file.read_text())
    written = [copy_control(number) for number in range(controls)]
    (target / "controls.json").write_text(json.dumps(written))
    (target / "gauges.json").write_text(json.dumps([copy_gauge(number) for number in range(gauges)]))
    return folder


def copy_control(number: int) -> dict:
    control = copy.deepcopy(KINDS[number % len(KINDS)])
    control["id"] = f"{control['id']}_{number}X"
    control["name"] += f"_{number}"
    control["actions"][0]["arg"] = FIRST_ARG + number
    return control


def copy_gauge(number: int) -> dict:
    return {
        "name": f"Needle_{number}",
        "arg_number": 101 + number,
        "input": [0, 20, 60, 110],
        "output": [0, 0.12, 0.45, 1],
    }
