"""The lines that a client sends. `docs/protocol.md` is the contract."""

from __future__ import annotations

import math
from typing import Union

#: A name from the aircraft's tables, or a number.
Name = Union[str, int]
#: A position of a control: a number, or `#n`, a label, `INC`, `DEC`, `TOGGLE`, `PRESS`, `RELEASE`
#: or `PUSH`.
Position = Union[str, int, float]

#: Asks for statistics. It is answered at once and in turn, so it also marks a place among answers.
STATISTICS = b"5\n"
#: Asks which aircraft is controlled.
AIRCRAFT = b"0\n"

_SEPARATORS = frozenset(" \t\r\n\0")


def act(control: str, position: Position) -> bytes:
    """Returns the line that moves a control to a position."""
    return _line("1", _word("control", control), _position(position))


def state_position(control: str, position: Position) -> bytes:
    """Returns the line that states the position of a physical switch."""
    return _line("1", _word("control", control), "=" + _position(position))


def command(device: Name, command: Name, value: float) -> bytes:
    """Returns the line that sends a command to a device."""
    if not -1 <= value <= 1:
        raise ValueError(f"value {value!r} must be a number from -1.0 to 1.0")
    return _line("1", _name("device", device), _name("command", command), _number("value", value))


def gauge(name: Name, ident: int, precision: int, max_frequency: float) -> bytes:
    """Returns the line that subscribes to a gauge, an arg or a control.

    A `max_frequency` of 0 ends the subscription.
    """
    if not -9 <= precision <= 9:
        raise ValueError(f"precision {precision!r} must be a whole number from -9 to 9")
    rate = _number("max_frequency", max_frequency)
    if max_frequency < 0:
        raise ValueError(f"max_frequency {max_frequency!r} must be 0 or more")
    return _line("2", _name("gauge", name), str(ident), str(int(precision)), rate)


def display(indicator: int, element: str, ident: int) -> bytes:
    """Returns the line that subscribes to an element of a display."""
    return _line("3", _indicator(indicator), _word("element", element), str(ident))


def displays(indicator: int | None) -> bytes:
    """Returns the line that asks for the texts of one display, or of all."""
    return b"4\n" if indicator is None else _line("4", _indicator(indicator))


def _line(*fields: str) -> bytes:
    return (" ".join(fields) + "\n").encode()


def _word(kind: str, text: str) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{kind} {text!r} must be a string")
    if not text or not _SEPARATORS.isdisjoint(text):
        raise ValueError(f"{kind} {text!r} must be a name without spaces and line breaks")
    return text


def _name(kind: str, name: Name) -> str:
    return str(int(name)) if isinstance(name, int) else _word(kind, name)


def _position(position: Position) -> str:
    if isinstance(position, str):
        return _word("position", position)
    return _number("position", position)


def _number(kind: str, value: float) -> str:
    if isinstance(value, int):
        return str(int(value))
    if not isinstance(value, float) or not math.isfinite(value):
        raise ValueError(f"{kind} {value!r} must be a finite number")
    return repr(value)


def _indicator(number: int) -> str:
    if not isinstance(number, int) or not 0 <= number <= 9999:
        raise ValueError(f"indicator {number!r} must be a number from 0 to 9999")
    return str(int(number))
