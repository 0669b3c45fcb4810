"""The members of a cockpit that both shells share: its state and its subscriptions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Callable, Generic, Optional, TypeVar

from .answers import Update
from .requests import Name
from .session import Session
from .subscriptions import Subscription

#: The feeds of the shell.
G = TypeVar("G")
D = TypeVar("D")


class Subscriber(ABC, Generic[G, D]):
    """A cockpit without the methods that differ between the shells."""

    def __init__(self) -> None:
        self._session = Session()

    @property
    def aircraft(self) -> Optional[str]:
        """The aircraft that is controlled, by the sim's own name; `None` without one."""
        return self._session.aircraft

    @property
    def connected(self) -> bool:
        """Whether there is a connection to the server at present."""
        return self._session.ready

    def gauge(
        self,
        name: Name,
        *,
        precision: int = 0,
        max_frequency: float = 10,
        missing_ok: bool = False,
        idle: Optional[float] = None,
    ) -> G:
        """Subscribes to a gauge by its name, or by the number of its arg.

        `precision` is the number of decimals and `max_frequency` the most values per second. A
        name that the aircraft lacks is an error; with `missing_ok` it waits for an aircraft that
        has it. While no aircraft is controlled, the gauge keeps its last value, or has the value
        `idle` if that is given.
        """
        return self._gauge(
            lambda: self._session.subscribe_gauge(name, precision, max_frequency, missing_ok, idle)
        )

    def arg(
        self,
        number: int,
        *,
        precision: int = 3,
        max_frequency: float = 10,
        idle: Optional[float] = None,
    ) -> G:
        """Subscribes to an arg by its number, which works for every aircraft."""
        return self.gauge(int(number), precision=precision, max_frequency=max_frequency, idle=idle)

    def control(
        self,
        name: str,
        *,
        precision: int = 2,
        max_frequency: float = 10,
        missing_ok: bool = False,
        idle: Optional[float] = None,
    ) -> G:
        """Subscribes to a control: the number of its position, or the value of an axis."""
        return self.gauge(
            name,
            precision=precision,
            max_frequency=max_frequency,
            missing_ok=missing_ok,
            idle=idle,
        )

    def display(self, indicator: int, element: str) -> D:
        """Subscribes to the text of an element of a display."""
        return self._display(lambda: self._session.subscribe_display(indicator, element))

    @abstractmethod
    def _gauge(self, subscribe: Callable[[], Subscription[Update]]) -> G:
        """Subscribes to a gauge, and returns its feed."""

    @abstractmethod
    def _display(self, subscribe: Callable[[], Subscription[str]]) -> D:
        """Subscribes to a display, and returns its feed."""
