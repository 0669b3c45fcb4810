"""The lines that a client sends, and what is refused before it is sent."""

from __future__ import annotations

from typing import Callable

import pytest

from dcs_master.core import messages, requests


def test_lines() -> None:
    assert requests.act("GEAR_LEVER", 1) == b"1 GEAR_LEVER 1\n"
    assert requests.act("GEAR_LEVER", "#2") == b"1 GEAR_LEVER #2\n"
    assert requests.act("HUD", 0.25) == b"1 HUD 0.25\n"
    assert requests.act("HUD", True) == b"1 HUD 1\n"
    assert requests.state_position("MASTER_ARM", "SAFE") == b"1 MASTER_ARM =SAFE\n"
    assert requests.command(25, 3003, -1) == b"1 25 3003 -1\n"
    assert requests.command("UFC", "UFC.Key_1", 0.5) == b"1 UFC UFC.Key_1 0.5\n"
    assert requests.gauge("Altimeter", 7, -1, 0.5) == b"2 Altimeter 7 -1 0.5\n"
    assert requests.gauge(540, 7, 0, 10) == b"2 540 7 0 10\n"
    assert requests.display(6, "UFC_Scratch", 1) == b"3 6 UFC_Scratch 1\n"
    assert requests.displays(None) == b"4\n"
    assert requests.displays(6) == b"4 6\n"
    assert requests.act("Höhe", "ÄN") == "1 Höhe ÄN\n".encode()


@pytest.mark.parametrize(
    "make",
    [
        lambda: requests.act("GEAR LEVER", 1),
        lambda: requests.act("GEAR\n1 EJECT 1", 1),
        lambda: requests.act("", 1),
        lambda: requests.act("GEAR", "1\r"),
        lambda: requests.act("GEAR", float("nan")),
        lambda: requests.state_position("GEAR", ""),
        lambda: requests.command(1, 2, 1.5),
        lambda: requests.command(1, 2, float("inf")),
        lambda: requests.gauge("Altimeter", 1, 10, 1),
        lambda: requests.gauge("Altimeter", 1, 1, -1),
        lambda: requests.display(10000, "x", 1),
        lambda: requests.display(1, "a b", 1),
        lambda: requests.displays(-1),
        lambda: requests.act("\udc80", 1),
        lambda: messages.watch_arg(1, float("nan")),
    ],
)
def test_what_is_no_line_of_the_protocol_is_not_sent(make: Callable[[], bytes]) -> None:
    with pytest.raises(ValueError):
        make()


def test_lines_of_the_link_have_no_exponent() -> None:
    assert messages.greeting() == b"0 1 0 1 0\n"
    assert messages.act(1, 3001, 1e-07, 9) == b"1 1 3001 0.0000001 9\n"
    assert messages.watch_arg(540, 30) == b"2 540 30\n"
    assert messages.watch_indicator(6, 2.5, 3) == b"3 6 2.5 3\n"
    assert messages.list_indicators(9, None) == b"4 9\n"
    assert messages.list_indicators(9, 6) == b"4 9 6\n"
    assert messages.mark(3) == b"5 3\n"
    assert messages.ask_cold(4) == b"6 4\n"
