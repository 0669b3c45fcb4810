"""The cockpit for asyncio: the same methods as the blocking one has, to `await`."""

from __future__ import annotations

from types import TracebackType
from typing import AsyncIterator, Callable, Optional, Type, TypeVar, Union, overload

from ..core import answers, requests
from ..core.answers import Displays, Statistics, Tree, Update
from ..core.calls import Call
from ..core.defaults import HOST, PORT
from ..core.requests import Name, Position
from ..core.subscriber import Subscriber
from ..core.subscriptions import Subscription
from ..errors import ClosedError
from .connection import Connection
from .feeds import Display, Feed, Gauge, Merge

T = TypeVar("T")


class Cockpit(Subscriber[Gauge, Display]):
    """The cockpit of the aircraft that is flown, by way of `dcs-master serve` or `demo`.

    Use it in an `async with` block, which first waits for the server, for ever if need be. A lost
    connection is made again; until then `aircraft` is `None`. Then the package subscribes and
    states positions again, and values come again.
    """

    def __init__(self, host: str = HOST, port: int = PORT) -> None:
        super().__init__()
        self._connection = Connection(self._session, host, port, "dcs-master")

    async def open(self) -> None:
        """Connects, and waits for the server, for ever if need be."""
        self._connection.open()
        await self._connection.wait([self._session.status], lambda: self._session.ready)

    async def close(self) -> None:
        """Closes the connection for good. Loops over its values end."""
        await self._connection.close()

    async def __aenter__(self) -> Cockpit:
        try:
            await self.open()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    # The aircraft --------------------------------------------------------------------------------

    async def wait_for_aircraft(
        self, name: Optional[str] = None, timeout: Optional[float] = None
    ) -> str:
        """Waits until this aircraft is controlled, or any without `name`, and returns its name."""
        session = self._session
        return await self._connection.wait(
            [session.flight], lambda: session.controlled(name), timeout
        )

    async def aircraft_changes(self) -> AsyncIterator[Optional[str]]:
        """Yields the aircraft now, and again whenever one appears or the last one has gone."""
        session, seen = self._session, [-1]
        while True:
            try:
                await self._connection.wait(
                    [session.flight], lambda: session.flight.version != seen[0]
                )
            except ClosedError:
                return
            seen[0] = session.flight.version
            yield session.aircraft

    # Acting --------------------------------------------------------------------------------------

    async def act(self, control: str, position: Position) -> None:
        """Moves a control to a position: a number, `#n`, a label, or a word such as `PUSH`."""
        line = requests.act(control, position)
        await self._call(lambda: self._session.act(line))

    async def command(self, device: Name, command: Name, value: float) -> None:
        """Sends a command to a device, each given by name or number; the value is from -1 to 1."""
        line = requests.command(device, command, value)
        await self._call(lambda: self._session.act(line))

    async def state_position(self, control: str, position: Position) -> None:
        """States the position of a physical switch. Call it at the start and at each move.

        The position is remembered, and stated again after the connection was lost.
        """
        await self._call(lambda: self._session.state_position(control, position))

    # Reading -------------------------------------------------------------------------------------

    def merge(self, *feeds: Feed[T]) -> Merge[T]:
        """Yields pairs of a subscription and its new value, as the values come."""
        return Merge(self._connection, feeds)

    @overload
    async def displays(self, indicator: None = None) -> Displays: ...

    @overload
    async def displays(self, indicator: int) -> Tree: ...

    async def displays(self, indicator: Optional[int] = None) -> Union[Displays, Tree]:
        """Returns the present texts of all displays, or of one."""
        (data,) = (await self._call(lambda: self._session.ask_displays(indicator))).answer
        return answers.display_trees(data) if indicator is None else answers.display_tree(data)

    async def statistics(self) -> Statistics:
        """Returns the statistics of the server."""
        return answers.statistics((await self._call(self._session.ask_statistics)).answer)

    # Waiting for answers -------------------------------------------------------------------------

    async def _call(self, start: Callable[[], Call]) -> Call:
        call = self._connection.send(start)
        await self._connection.wait([call], lambda: call.done)
        if call.error is not None:
            raise call.error
        return call

    def _gauge(self, subscribe: Callable[[], Subscription[Update]]) -> Gauge:
        subscription = self._connection.send(subscribe)
        return Gauge(self._connection, subscription, self._session.release_gauge)

    def _display(self, subscribe: Callable[[], Subscription[str]]) -> Display:
        subscription = self._connection.send(subscribe)
        return Display(self._connection, subscription, self._session.release_display)
