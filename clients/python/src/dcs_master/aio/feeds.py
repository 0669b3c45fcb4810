"""Subscriptions as a program sees them: things to loop over with `async for`."""

from __future__ import annotations

from typing import (
    Callable,
    Generator,
    Generic,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
)

from ..core.answers import Update
from ..core.feed import DisplayState, FeedState, GaugeState, MergeState
from ..core.subscriptions import Subscription
from ..core.topic import Topic
from ..errors import ClosedError
from .connection import Connection

T = TypeVar("T")
Self = TypeVar("Self", bound="Feed[object]")


class Feed(FeedState[T]):
    """The values of a subscription.

    A loop over it gets the newest value, then each newer one, and ends when the cockpit is closed.
    A loop that is slower than the values gets the newest one and misses those before it. An error
    of the subscription is raised at its first use, or at once if you `await` it.
    """

    def __init__(
        self,
        connection: Connection,
        subscription: Subscription[T],
        release: Callable[[Subscription[T]], None],
    ) -> None:
        super().__init__(subscription)
        self._connection = connection
        self._release = release

    async def read(self, timeout: Optional[float] = None) -> T:
        """Returns the newest value. Waits for the first one if there is none yet."""
        await self._accepted()
        subscription = self._subscription
        return await self._connection.wait([subscription], lambda: subscription.latest, timeout)

    def __aiter__(self) -> Values[T]:
        return Values(Merge(self._connection, (self,)))

    def __await__(self: Self) -> Generator[object, None, Self]:
        yield from self._accepted().__await__()
        return self

    def close(self) -> None:
        """Ends the subscription."""
        if not self._is_closed:
            self._is_closed = True
            self._release(self._subscription)
            self._connection.flush()
            self._connection.wake([self._subscription])

    async def _accepted(self) -> None:
        call = self._subscription.call
        if call is not None and not call.done:
            await self._connection.wait([call], lambda: call.done)
        self._check()


class Gauge(Feed[Update], GaugeState):
    """The values of a gauge, an arg or a control."""


class Display(Feed[str], DisplayState):
    """The texts of an element of a display."""


class Merge(Generic[T]):
    """A loop over several feeds: the newest value of each, then each newer one, with its feed."""

    def __init__(self, connection: Connection, feeds: Sequence[Feed[T]]) -> None:
        self._connection = connection
        self._feeds = feeds
        self._topics: list[Topic] = [feed._subscription for feed in feeds]
        self._state = MergeState(feeds)
        self._is_accepted = False

    def __aiter__(self) -> Merge[T]:
        return self

    async def __anext__(self) -> Tuple[Feed[T], T]:
        try:
            await self._accept()
            while not self._state.is_over():
                await self._connection.wait(self._topics, self._state.is_due)
                news = self._state.take()
                if news is not None:
                    index, value = news
                    return self._feeds[index], value
        except ClosedError:
            pass
        raise StopAsyncIteration

    async def _accept(self) -> None:
        """Waits until the server has taken all subscriptions. Raises the error of one, if any."""
        if not self._is_accepted:
            for feed in self._feeds:
                await feed._accepted()
            self._is_accepted = True


class Values(Generic[T]):
    """A loop over one feed."""

    def __init__(self, merge: Merge[T]) -> None:
        self._merge = merge

    def __aiter__(self) -> Values[T]:
        return self

    async def __anext__(self) -> T:
        _, value = await self._merge.__anext__()
        return value
