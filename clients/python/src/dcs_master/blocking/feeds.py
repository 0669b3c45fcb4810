"""Subscriptions as a program sees them: things to loop over."""

from __future__ import annotations

from typing import Callable, Iterator, Optional, Sequence, Tuple, TypeVar

from ..core.answers import Update
from ..core.feed import DisplayState, FeedState, GaugeState, MergeState
from ..core.subscriptions import Subscription
from ..errors import ClosedError
from .connection import Connection

T = TypeVar("T")


class Feed(FeedState[T]):
    """The values of a subscription.

    A loop over it gets the newest value, then each newer one, and ends when the cockpit is closed.
    A loop that is slower than the values gets the newest one and misses those before it.
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

    def read(self, timeout: Optional[float] = None) -> T:
        """Returns the newest value. Waits for the first one if there is none yet."""
        subscription = self._subscription
        return self._connection.wait(lambda: subscription.latest, timeout)

    def __iter__(self) -> Iterator[T]:
        for _, value in merge(self._connection, (self,)):
            yield value

    def close(self) -> None:
        """Ends the subscription."""
        with self._connection.lock:
            if not self._is_closed:
                self._is_closed = True
                self._release(self._subscription)
                self._connection.flush()
                self._connection.lock.notify_all()


class Gauge(Feed[Update], GaugeState):
    """The values of a gauge, an arg or a control."""


class Display(Feed[str], DisplayState):
    """The texts of an element of a display."""


def merge(connection: Connection, feeds: Sequence[Feed[T]]) -> Iterator[Tuple[Feed[T], T]]:
    """Yields the newest value of each feed, then each newer one, with its feed."""
    state = MergeState(feeds)
    while not state.is_over():
        try:
            connection.wait(state.is_due)
        except ClosedError:
            return
        with connection.lock:
            news = state.take()
        if news is not None:
            index, value = news
            yield feeds[index], value
