"""A stand-in for the package that drives the pins of a Raspberry Pi."""

from __future__ import annotations

from typing import Callable, Optional


class LED:
    """A lamp, which prints whether it is on."""

    def __init__(self, pin: int) -> None:
        self._pin = pin

    def __setattr__(self, name: str, value: object) -> None:
        if name == "value":
            print("lamp", value, flush=True)
        super().__setattr__(name, value)


class Button:
    """A switch that nobody moves."""

    is_pressed = True
    when_pressed: Optional[Callable[[], None]] = None
    when_released: Optional[Callable[[], None]] = None

    def __init__(self, pin: int) -> None:
        self._pin = pin
