"""The cockpit for programs that wait: plain calls and loops, from any number of threads."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Iterator, Optional, Tuple, Type, TypeVar, Union, overload

from ..core import answers, requests
from ..core.answers import Displays, Statistics, Tree
from ..core.calls import Call
from ..core.defaults import HOST, PORT
from ..core.requests import Name, Position
from ..core.session import Session
from ..core.subscriptions import Subscription
from ..errors import ClosedError
from .connection import Connection
from .feeds import Display, Feed, Gauge, merge

T = TypeVar("T")


class Cockpit:
    """The cockpit of the aircraft that is flown, by way of `dcs-master serve` or `demo`.

    Use it in a `with` block, which first waits for the server, for ever if need be. A connection
    that is lost is made again, and what was subscribed to and stated is said again: meanwhile
    `aircraft` is `None`, and values come anew afterwards.
    """

    def __init__(self, host: str = HOST, port: int = PORT) -> None:
        self._session = Session()
        self._connection = Connection(self._session, host, port, "dcs-master")

    def open(self) -> None:
        """Connects; waits for the server, for ever if need be."""
        self._connection.open()
        self._connection.wait(lambda: self._session.ready)

    def close(self) -> None:
        """Closes the connection for good. Loops over its values end."""
        self._connection.close()

    def __enter__(self) -> Cockpit:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    # The aircraft --------------------------------------------------------------------------------

    @property
    def aircraft(self) -> Optional[str]:
        """The aircraft that is controlled, by the sim's own name; `None` without one."""
        return self._session.aircraft

    @property
    def connected(self) -> bool:
        """There is a connection to the server at present."""
        return self._session.ready

    def wait_for_aircraft(self, name: Optional[str] = None, timeout: Optional[float] = None) -> str:
        """Waits until this aircraft is controlled, or any, and returns its name."""
        session, found = self._session, [""]

        def is_there() -> bool:
            found[0] = session.aircraft or ""
            return session.aircraft is not None and name in (None, session.aircraft)

        self._connection.wait(is_there, timeout)
        return found[0]

    def aircraft_changes(self) -> Iterator[Optional[str]]:
        """Yields the aircraft now, and again whenever one appears or the last one has gone."""
        session, seen = self._session, [-1]
        while True:
            try:
                self._connection.wait(lambda: session.flight.version != seen[0])
            except ClosedError:
                return
            with self._connection.lock:
                seen[0], aircraft = session.flight.version, session.aircraft
            yield aircraft

    # Acting --------------------------------------------------------------------------------------

    def act(self, control: str, position: Position) -> None:
        """Brings a control to a position: a number, `#n`, a label, or a word such as `PUSH`."""
        line = requests.act(control, position)
        self._call(lambda: self._session.act(line))

    def command(self, device: Name, command: Name, value: float) -> None:
        """Sends a command to a device, both by number or name; the value is from -1 to 1."""
        line = requests.command(device, command, value)
        self._call(lambda: self._session.act(line))

    def stand(self, control: str, position: Position) -> None:
        """States where a physical switch stands, when the program starts and at each move.

        That is remembered, and said again after the connection was lost.
        """
        self._call(lambda: self._session.stand(control, position))

    # Reading -------------------------------------------------------------------------------------

    def gauge(
        self,
        name: Name,
        *,
        precision: int = 0,
        max_frequency: float = 10,
        missing_ok: bool = False,
        idle: Optional[float] = None,
    ) -> Gauge:
        """Subscribes to a gauge by its name, or by the number of its arg.

        `precision` is the number of decimals and `max_frequency` the most values per second. A
        name that the aircraft lacks is an error; with `missing_ok` it waits for an aircraft that
        has it. While no aircraft is controlled the gauge keeps its last value; with `idle` it has
        that value then.
        """
        subscription = self._subscribe(
            lambda: self._session.subscribe_gauge(name, precision, max_frequency, missing_ok, idle)
        )
        return Gauge(self._connection, subscription, self._session.release_gauge)

    def arg(
        self,
        number: int,
        *,
        precision: int = 3,
        max_frequency: float = 10,
        idle: Optional[float] = None,
    ) -> Gauge:
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
    ) -> Gauge:
        """Subscribes to where a control stands: the number of its position, or an axis's value."""
        return self.gauge(
            name,
            precision=precision,
            max_frequency=max_frequency,
            missing_ok=missing_ok,
            idle=idle,
        )

    def display(self, indicator: int, element: str) -> Display:
        """Subscribes to the text of an element of a display."""
        subscription = self._subscribe(lambda: self._session.subscribe_display(indicator, element))
        return Display(self._connection, subscription, self._session.release_display)

    def merge(self, *feeds: Feed[T]) -> Iterator[Tuple[Feed[T], T]]:
        """Yields the values of several subscriptions as they come, each with its subscription."""
        return merge(self._connection, feeds)

    @overload
    def displays(self, indicator: None = None) -> Displays: ...

    @overload
    def displays(self, indicator: int) -> Tree: ...

    def displays(self, indicator: Optional[int] = None) -> Union[Displays, Tree]:
        """Returns what all displays show, or one of them."""
        (data,) = self._call(lambda: self._session.ask_displays(indicator)).answer
        return answers.display_trees(data) if indicator is None else answers.display_tree(data)

    def statistics(self) -> Statistics:
        """Returns how the server is doing."""
        return answers.statistics(self._call(self._session.ask_statistics).answer)

    # Waiting for answers -------------------------------------------------------------------------

    def _call(self, start: Callable[[], Call]) -> Call:
        with self._connection.lock:
            self._connection.check_open()
            call = start()
            self._connection.flush()
        self._finish(call)
        return call

    def _subscribe(self, start: Callable[[], Subscription[T]]) -> Subscription[T]:
        with self._connection.lock:
            self._connection.check_open()
            subscription = start()
            self._connection.flush()
        if subscription.call is not None:
            self._finish(subscription.call)
        return subscription

    def _finish(self, call: Call) -> None:
        self._connection.wait(lambda: call.done)
        if call.error is not None:
            raise call.error
