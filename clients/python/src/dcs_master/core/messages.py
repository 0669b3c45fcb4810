"""The messages of the sim's scripts, and the lines for them. `docs/link.md` is the contract."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Dict, Optional, Tuple, TypedDict, cast

from .lines import to_text
from .version import __version__

#: The version of the link's protocol.
LINK_VERSION = 1
#: Tells the scripts that this end is alive.
HEARTBEAT = b"0\n"

#: The types of the values that are checked; all others are passed on unchanged.
_KINDS: Dict[str, Tuple[type, ...]] = {
    "args": (dict,),
    "aircraft": (str, type(None)),
    "indicator": (int,),
    "hello": (str,),
}


class Message(TypedDict, total=False):
    """A line of the scripts. Its keys tell what it is about."""

    hello: str
    link: int
    version: str
    marks: int
    tells_cold: int
    write_dir: str
    install_dir: str
    refused: str
    aircraft: Optional[str]
    args: Dict[str, float]
    indicator: int
    epoch: int
    text: Optional[str]
    indicators: Dict[str, str]
    reached: int
    cold: Optional[bool]
    since: Optional[float]
    stats: Dict[str, float]
    error: str
    ticket: int


def parse(line: bytes) -> Message:
    """Returns the message in a line. Raises ValueError when there is none."""
    try:
        message = json.loads(to_text(line))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("it is not an object")
    for key, kind in _KINDS.items():
        if key in message and not isinstance(message[key], kind):
            raise ValueError(f"{key} has a value of the wrong type")
    return cast(Message, message)


def greeting() -> bytes:
    """Returns the first line on a connection."""
    return f"0 {LINK_VERSION} {__version__.replace('.', ' ')}\n".encode("ascii")


def act(device: int, command: int, value: float, ticket: int) -> bytes:
    """Returns the line that performs an action."""
    return _line(1, device, command, value, ticket)


def watch_arg(arg: int, rate: float) -> bytes:
    """Returns the line that watches an arg; a rate of 0 ends that."""
    return _line(2, arg, rate)


def watch_indicator(indicator: int, rate: float, epoch: int) -> bytes:
    """Returns the line that watches an indicator; a rate of 0 ends that."""
    return _line(3, indicator, rate, epoch)


def list_indicators(ticket: int, indicator: int | None) -> bytes:
    """Returns the line that asks for the texts of all indicators, or of one."""
    return _line(4, ticket) if indicator is None else _line(4, ticket, indicator)


def mark(number: int) -> bytes:
    """Returns the line that asks for a mark."""
    return _line(5, number)


def ask_cold(ticket: int) -> bytes:
    """Returns the line that asks whether the aircraft is cold."""
    return _line(6, ticket)


def _line(*numbers: float) -> bytes:
    return (" ".join(map(_number, numbers)) + "\n").encode("ascii")


def _number(number: float) -> str:
    """Returns a number without an exponent."""
    if not isinstance(number, (int, float)) or not math.isfinite(number):
        raise ValueError(f"{number!r} must be a finite number")
    return str(int(number)) if isinstance(number, int) else format(Decimal(repr(number)), "f")
