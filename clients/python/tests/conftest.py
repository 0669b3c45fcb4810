"""Fixtures of the tests with real programs."""

from __future__ import annotations

from typing import Iterator

import pytest

from .programs import Program, Sim, demo, free_port


@pytest.fixture
def sim() -> Iterator[Sim]:
    """A stand-in sim that flies."""
    with Sim() as sim:
        yield sim


@pytest.fixture
def server_port() -> int:
    """A port for a server."""
    return free_port()


@pytest.fixture
def server(sim: Sim, server_port: int) -> Iterator[Program]:
    """A server for the stand-in sim."""
    with sim.server(server_port) as server:
        server.wait_for("aircraft Kestrel_T1")
        yield server


@pytest.fixture
def demo_port() -> Iterator[int]:
    """The port of a demo."""
    port = free_port()
    with demo(port):
        yield port
