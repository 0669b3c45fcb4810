"""The cockpit for programs that wait: plain calls and loops, from any number of threads."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Iterator, Optional, Tuple, Type, TypeVar, Union, overload

from ..core import answers, requests
from ..core.answers import Displays, Statistics, Tree, Update
from ..core.calls import Call
from ..core.defaults import HOST, PORT
from ..core.requests import Name, Position
from ..core.subscriber import Subscriber
from ..core.subscriptions import Subscription
from ..errors import ClosedError
from .connection import Connection
from .feeds import Display, Feed, Gauge, merge

T = TypeVar("T")


class Cockpit(Subscriber[Gauge, Display]):
    """The cockpit of the aircraft that is flown, by way of `dcs-master serve` or `demo`.

    Use it in a `with` block, which first waits for the server, for ever if need be. A lost
    connection is made again; until then `aircraft` is `None`. Then the package subscribes and
    states positions again, and values come again.
    """

    def __init__(self, host: str = HOST, port: int = PORT) -> None:
        super().__init__()
        self._connection = Connection(self._session, host, port, "dcs-master")

    def open(self) -> None:
        """Connects, and waits for the server, for ever if need be."""
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

    def wait_for_aircraft(self, name: Optional[str] = None, timeout: Optional[float] = None) -> str:
        """Waits until this aircraft is controlled, or any without `name`, and returns its name."""
        return self._connection.wait(lambda: self._session.controlled(name), timeout)

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
        """Moves a control to a position: a number, `#n`, a label, or a word such as `PUSH`."""
        line = requests.act(control, position)
        self._call(lambda: self._session.act(line))

    def command(self, device: Name, command: Name, value: float) -> None:
        """Sends a command to a device, each given by name or number; the value is from -1 to 1."""
        line = requests.command(device, command, value)
        self._call(lambda: self._session.act(line))

    def state_position(self, control: str, position: Position) -> None:
        """States the position of a physical switch. Call it at the start and at each move.

        The position is remembered, and stated again after the connection was lost.
        """
        self._call(lambda: self._session.state_position(control, position))

    # Reading -------------------------------------------------------------------------------------

    def merge(self, *feeds: Feed[T]) -> Iterator[Tuple[Feed[T], T]]:
        """Yields pairs of a subscription and its new value, as the values come."""
        return merge(self._connection, feeds)

    @overload
    def displays(self, indicator: None = None) -> Displays: ...

    @overload
    def displays(self, indicator: int) -> Tree: ...

    def displays(self, indicator: Optional[int] = None) -> Union[Displays, Tree]:
        """Returns the present texts of all displays, or of one."""
        (data,) = self._call(lambda: self._session.ask_displays(indicator)).answer
        return answers.display_trees(data) if indicator is None else answers.display_tree(data)

    def statistics(self) -> Statistics:
        """Returns the statistics of the server."""
        return answers.statistics(self._call(self._session.ask_statistics).answer)

    # Waiting for answers -------------------------------------------------------------------------

    def _call(self, start: Callable[[], Call]) -> Call:
        call = self._connection.send(start)
        self._finish(call)
        return call

    def _finish(self, call: Call) -> None:
        self._connection.wait(lambda: call.done)
        if call.error is not None:
            raise call.error

    def _gauge(self, subscribe: Callable[[], Subscription[Update]]) -> Gauge:
        return Gauge(self._connection, self._accept(subscribe), self._session.release_gauge)

    def _display(self, subscribe: Callable[[], Subscription[str]]) -> Display:
        return Display(self._connection, self._accept(subscribe), self._session.release_display)

    def _accept(self, subscribe: Callable[[], Subscription[T]]) -> Subscription[T]:
        """Subscribes, and waits until the server has taken the subscription."""
        subscription = self._connection.send(subscribe)
        if subscription.call is not None:
            self._finish(subscription.call)
        return subscription
