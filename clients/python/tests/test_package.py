"""The wheel and the sdist, and the examples of the documents with the installed wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Iterator

import pytest

from dcs_master import __version__

from .programs import ROOT, Program, Sim, demo, free_port

PROJECT = ROOT / "clients/python"
DOCUMENTS = (PROJECT / "README.md", ROOT / "docs/python.md")

#: Prints the seconds from the first import to the first value.
FIRST_VALUE = """
import time
start = time.perf_counter()
from dcs_master import Cockpit
with Cockpit(port={port}) as cockpit:
    cockpit.gauge("Altimeter").read()
    print(f"{{time.perf_counter() - start:.3f}}")
"""


@pytest.fixture(scope="module")
def demo_port() -> Iterator[int]:
    """The port of a demo for all tests here."""
    port = free_port()
    with demo(port):
        yield port


@pytest.fixture(scope="module")
def sim() -> Iterator[Sim]:
    """A stand-in sim for all tests here."""
    with Sim() as sim:
        yield sim


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, made from the sdist, and the sdist."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(PROJECT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="session")
def python(packages: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, symlinks=sys.platform != "win32")
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", str(packages[0])], check=True)
    return python


def test_the_packages_hold_what_they_should(packages: tuple[Path, Path]) -> None:
    wheel, sdist = packages
    names = zipfile.ZipFile(wheel).namelist()
    assert "dcs_master/py.typed" in names
    assert "dcs_master/aio/cockpit.py" in names
    assert not [name for name in names if "test" in name or "__pycache__" in name]
    with tarfile.open(sdist) as archive:
        inside = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert {"README.md", "pyproject.toml", "tests/test_session.py"} <= inside
    metadata = zipfile.ZipFile(wheel).read(f"dcs_master-{__version__}.dist-info/METADATA").decode()
    assert "Requires-Dist" not in metadata


def test_the_version_is_that_of_the_server() -> None:
    match = re.search(r'^version = "([^"]+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert match is not None
    assert match[1] == __version__


def test_the_core_does_no_input_or_output() -> None:
    for path in (PROJECT / "src/dcs_master/core").glob("*.py"):
        imports = re.findall(r"^(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
        forbidden = {"asyncio", "logging", "os", "selectors", "socket", "threading", "time"}
        assert not forbidden & set(imports), path


def examples() -> list[tuple[str, str]]:
    """Returns the programs in the documents, with names."""
    found = []
    for document in DOCUMENTS:
        programs = re.findall(r"^```python\n(.*?)^```", document.read_text(), re.M | re.S)
        found += [(f"{document.name}-{n}", text) for n, text in enumerate(programs, 1)]
    return found


@pytest.mark.parametrize(("name", "text"), examples(), ids=[name for name, _ in examples()])
def test_an_example_runs(
    name: str, text: str, python: Path, demo_port: int, sim: Sim, tmp_path: Path
) -> None:
    for old, new in (
        ("Cockpit()", f"Cockpit(port={demo_port})"),
        ('Cockpit("192.168.1.20")', f"Cockpit(port={demo_port})"),
        ("HookLink()", f"HookLink(port={sim.hook_port})"),
    ):
        text = text.replace(old, new)
    program = tmp_path / f"{name.replace('.', '_')}.py"
    program.write_text(text)
    shutil.copy(Path(__file__).with_name("gpiozero.py"), tmp_path)
    with Program([python, program], PYTHONPATH="") as run:
        try:
            run.wait_for("")
            code = _exit_code(run)
        finally:
            print(text, run.output, sep="\n")
        assert code in (None, 0), run.output
        assert "Traceback" not in run.output


def _exit_code(run: Program) -> int | None:
    """Returns the exit code of a program; `None` if it goes on, as most examples do."""
    try:
        return run.process.wait(0.5)
    except subprocess.TimeoutExpired:
        return None


def test_the_command_prints_gauges(python: Path, demo_port: int) -> None:
    command = [python, "-m", "dcs_master", "--port", demo_port, "--precision", "1"]
    with Program([*command, "Altimeter", "FLAP_LEVER", "540"], PYTHONPATH="") as run:
        for name in ("Altimeter ", "FLAP_LEVER ", "540 0.0"):
            run.wait_for(name)
    with Program([*command, "Altimetr"], PYTHONPATH="") as run:
        assert 'did you mean "Altimeter"?' in run.wait_for("error: ")
        assert run.process.wait(60) == 1


def test_the_command_ends_quietly_when_its_output_is_not_read_any_more(
    python: Path, demo_port: int
) -> None:
    command = [str(python), "-m", "dcs_master", "--port", str(demo_port), "--precision", "3"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "Altimeter"], stdout=pipe, stderr=pipe) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline()
        run.stdout.close()
        assert run.wait(60) == 0
        assert run.stderr.read() == b""


def test_the_first_value_comes_soon(
    python: Path, demo_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    times = []
    for _ in range(5):
        with Program([python, "-c", FIRST_VALUE.format(port=demo_port)], PYTHONPATH="") as run:
            times.append(float(run.wait_for(".")))
    with capsys.disabled():
        print(f"\nfrom the import to the first value: {min(times):.3f} to {max(times):.3f} s")
