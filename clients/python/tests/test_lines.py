"""Bytes to lines."""

from __future__ import annotations

import random

from dcs_master.core.lines import LineBuffer, to_text

INPUT = b"0 FA-18C\n\n2 1 0.5 7\r\n3 1   text \n" + b"x" * 40 + b"\nlast\nrest"


def lines(data: bytes, sizes: list[int]) -> list[bytes]:
    buffer, position = LineBuffer(30), 0
    found: list[bytes] = []
    for size in sizes:
        found += buffer.feed(data[position : position + size])
        position += size
    found += buffer.feed(data[position:])
    assert buffer.skipped == 1
    return found


def test_any_pieces_give_the_same_lines() -> None:
    whole = lines(INPUT, [])
    assert whole == [b"0 FA-18C", b"", b"2 1 0.5 7\r", b"3 1   text ", b"last"]
    assert lines(INPUT, [1] * len(INPUT)) == whole
    chance = random.Random(1)
    for _ in range(500):
        assert lines(INPUT, [chance.randint(0, 9) for _ in range(20)]) == whole


def test_bytes_of_the_sim_are_utf8_or_windows_1252() -> None:
    assert to_text("15°C".encode()) == "15°C"
    assert to_text("15°C".encode("cp1252")) == "15°C"
    assert to_text(b"\x81") == "\ufffd"
