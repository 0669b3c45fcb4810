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
from ..core.subscriptions import Subscription
from ..core.topic import Topic
from ..errors import ClosedError
from .connection import Connection

T = TypeVar("T")
Self = TypeVar("Self", bound="Feed[object]")


class Feed(Generic[T]):
    """The values of a subscription.

    A loop over it gets the newest value, then each newer one, and ends when the cockpit is closed.
    A loop that is slower than the values gets the newest one and misses those before it. An error
    of the subscription is raised where it is first used; `await` it to have it at once.
    """

    def __init__(
        self,
        connection: Connection,
        subscription: Subscription[T],
        release: Callable[[Subscription[T]], None],
    ) -> None:
        self._connection = connection
        self._subscription = subscription
        self._release = release
        self._is_closed = False

    @property
    def name(self) -> str:
        """Its name, or its number."""
        return self._subscription.name

    @property
    def latest(self) -> Optional[T]:
        """The newest value; `None` until the first one has come."""
        self._check()
        return self._subscription.latest

    async def read(self, timeout: Optional[float] = None) -> T:
        """Returns the newest value; waits for the first one."""
        await self._accepted()
        subscription = self._subscription
        await self._connection.wait(
            [subscription], lambda: subscription.latest is not None, timeout
        )
        assert subscription.latest is not None
        return subscription.latest

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

    def _check(self) -> None:
        call = self._subscription.call
        if call is not None and call.error is not None:
            raise call.error

    def _news(self, seen: int) -> Optional[Tuple[int, T]]:
        """Returns the newest value and its version, if that is not `seen`."""
        version, latest = self._subscription.version, self._subscription.latest
        if self._is_closed or latest is None or version == seen:
            return None
        return version, latest


class Gauge(Feed[Update]):
    """The values of a gauge, an arg or a control."""

    @property
    def raw(self) -> Optional[float]:
        """The sim's newest value."""
        return None if self.latest is None else self.latest.raw

    @property
    def value(self) -> Optional[float]:
        """The newest value on the gauge's scale; of a control the number of its position."""
        return None if self.latest is None else self.latest.value


class Display(Feed[str]):
    """The texts of an element of a display."""

    @property
    def data(self) -> bytes:
        """The bytes of the newest text, as the sim has them; lines are joined by `\\\\n`."""
        return self._subscription.data


class Merge(Generic[T]):
    """A loop over several feeds: the newest value of each, then each newer one, with its feed."""

    def __init__(self, connection: Connection, feeds: Sequence[Feed[T]]) -> None:
        self._connection = connection
        self._feeds = feeds
        self._topics: list[Topic] = [feed._subscription for feed in feeds]
        self._seen = [0] * len(feeds)
        self._is_accepted = False
        #: The feeds whose turn it is in this round.
        self._round: list[int] = []

    def __aiter__(self) -> Merge[T]:
        return self

    async def __anext__(self) -> Tuple[Feed[T], T]:
        try:
            await self._accept()
            while not self._is_over():
                await self._connection.wait(self._topics, self._is_due)
                news = self._take()
                if news is not None:
                    return news
        except ClosedError:
            pass
        raise StopAsyncIteration

    def _is_over(self) -> bool:
        return all(feed._is_closed for feed in self._feeds)

    def _is_due(self) -> bool:
        news = any(feed._news(seen) for feed, seen in zip(self._feeds, self._seen))
        return news or self._is_over()

    async def _accept(self) -> None:
        """Waits until the server has taken all subscriptions; raises the error of one."""
        if not self._is_accepted:
            for feed in self._feeds:
                await feed._accepted()
            self._is_accepted = True

    def _take(self) -> Optional[Tuple[Feed[T], T]]:
        self._round = self._round or list(range(len(self._feeds)))
        while self._round:
            index = self._round.pop(0)
            news = self._feeds[index]._news(self._seen[index])
            if news is not None:
                self._seen[index], value = news
                return self._feeds[index], value
        return None


class Values(Generic[T]):
    """A loop over one feed."""

    def __init__(self, merge: Merge[T]) -> None:
        self._merge = merge

    def __aiter__(self) -> Values[T]:
        return self

    async def __anext__(self) -> T:
        _, value = await self._merge.__anext__()
        return value
