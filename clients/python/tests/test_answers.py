"""The lines that the server sends."""

from __future__ import annotations

import pytest

from dcs_master.core import answers
from dcs_master.core.answers import (
    AircraftLine,
    DisplayLine,
    ErrorLine,
    GaugeLine,
    ListLine,
    StatisticsLine,
    Update,
    parse,
)


def test_lines() -> None:
    assert parse(b"0 FA-18C_hornet") == AircraftLine("FA-18C_hornet")
    assert parse(b"2 7 0.71234 71.2") == GaugeLine(7, Update(0.71234, 71.2, "71.2"))
    assert parse(b"2 -7 0.5 -0.000") == GaugeLine(-7, Update(0.5, 0.0, "-0.000"))
    assert parse(b"3 0   1234 ") == DisplayLine(0, b"  1234 ")
    assert parse(b"3 0 ") == DisplayLine(0, b"")
    assert parse(b"-1 unknown gauge") == ErrorLine("unknown gauge")
    assert parse(b"5 1 2 3") == StatisticsLine((b"1", b"2", b"3"))
    assert parse(b'{"a":["1"]}') == ListLine(b'{"a":["1"]}')
    assert parse(b"[]") == ListLine(b"[]")


@pytest.mark.parametrize("line", [b"6 1", b"2 1", b"2 x 1 1", b"2 1 x 1", b"3 x y", b"hello", b" "])
def test_other_lines_are_errors(line: bytes) -> None:
    with pytest.raises(ValueError):
        parse(line)


def test_statistics_may_have_more_fields() -> None:
    line = parse(b"5 1 2 3 4 5 6 7 8 9 10 11 1.5 13 14 15")
    assert isinstance(line, StatisticsLine)
    statistics = answers.statistics(line.fields)
    assert statistics.clients == 1
    assert statistics.frame_microseconds == 1.5
    assert statistics.subscriptions_refused == 14
    with pytest.raises(ValueError, match="only 3 statistics"):
        answers.statistics((b"1", b"2", b"3"))


def test_a_position_is_a_whole_number() -> None:
    assert Update(0.9, 2.0, "2").position == 2


def test_displays() -> None:
    assert answers.display_text(b"ON\\nOFF") == "ON\nOFF"
    assert answers.display_tree(b"[]") == {}
    assert answers.display_tree(b'{"a":["1",{"b":["2"]}]}') == {"a": ["1", {"b": ["2"]}]}
    assert answers.display_trees(b'{"6":{"a":["1"]},"7":[]}') == {6: {"a": ["1"]}, 7: {}}
    for data in (b"1", b"[1]", b"{", b"[" * 100_000):
        with pytest.raises(ValueError):
            answers.display_tree(data)
